//! The state of what everything is made of: numbers, texts, ids, lists.

use std::collections::VecDeque;

use super::{Damaged, Keep, Loader, Saver};
use crate::data::{GroupId, Head, Sym, TagsId};
use crate::value::Value;

/// Types that are written and read by a method each.
macro_rules! simple {
    ($($Type:ty: $self:ident, $out:ident => $write:expr, $from:ident => $read:expr;)+) => {
        $(impl Keep for $Type {
            fn save(&self, $out: &mut Saver<'_>) {
                let $self = self;
                $write;
            }

            fn restore(&mut self, $from: &mut Loader<'_>) -> Result<(), Damaged> {
                *self = $read;
                Ok(())
            }
        })+
    };
}

simple! {
    i64: n, out => out.signed(*n), from => from.signed()?;
    u64: n, out => out.number(*n), from => from.number()?;
    u32: n, out => out.number(u64::from(*n)), from => u32::try_from(from.number()?).map_err(|_| Damaged)?;
    usize: n, out => out.number(*n as u64), from => usize::try_from(from.number()?).map_err(|_| Damaged)?;
    f64: x, out => out.float(*x), from => from.float()?;
    bool: b, out => out.byte(u8::from(*b)), from => match from.byte()? {
        0 => false,
        1 => true,
        _ => return Err(Damaged),
    };
    String: text, out => out.text(text), from => from.text()?.to_owned();
    Box<str>: text, out => out.text(text), from => from.text()?.into();
    Sym: sym, out => out.sym(*sym), from => from.sym()?;
    TagsId: tags, out => out.tags(*tags), from => from.tags()?;
    GroupId: group, out => out.group(*group), from => from.group()?;
    (): _unit, _out => {}, _from => {};
    Value: value, out => match value {
        Value::Null => out.byte(0),
        Value::Float(x) => {
            out.byte(1);
            out.float(*x);
        }
        Value::Int(n) => {
            out.byte(2);
            out.signed(*n);
        }
        Value::Bool(b) => out.byte(3 + u8::from(*b)),
        Value::Str(text) => {
            out.byte(5);
            out.text(text);
        }
        Value::Duration(n) => {
            out.byte(6);
            out.signed(*n);
        }
    }, from => match from.byte()? {
        0 => Value::Null,
        1 => Value::Float(from.float()?),
        2 => Value::Int(from.signed()?),
        3 => Value::Bool(false),
        4 => Value::Bool(true),
        5 => Value::Str(from.text()?.into()),
        6 => Value::Duration(from.signed()?),
        _ => return Err(Damaged),
    };
    Head: head, out => {
        out.sym(head.name);
        out.group(head.group);
        out.time(head.tmax);
    }, from => Head { name: from.sym()?, group: from.group()?, tmax: from.time()? };
}

impl<K: Keep + Default> Keep for Option<K> {
    fn save(&self, out: &mut Saver<'_>) {
        self.is_some().save(out);
        self.iter().for_each(|k| k.save(out));
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = if from.get()? { Some(from.get()?) } else { None };
        Ok(())
    }
}

impl<K: Keep> Keep for Box<K> {
    fn save(&self, out: &mut Saver<'_>) {
        (**self).save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        (**self).restore(from)
    }
}

impl<K: Keep + Default> Keep for Vec<K> {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.len());
        out.each(self);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        for _ in 0..from.count()? {
            self.push(from.get()?);
        }
        Ok(())
    }
}

impl<K: Keep + Default> Keep for VecDeque<K> {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.len());
        out.each(self);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        for _ in 0..from.count()? {
            self.push_back(from.get()?);
        }
        Ok(())
    }
}

impl<K: Keep, const N: usize> Keep for [K; N] {
    fn save(&self, out: &mut Saver<'_>) {
        out.each(self);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each(self)
    }
}

impl<A: Keep, B: Keep> Keep for (A, B) {
    fn save(&self, out: &mut Saver<'_>) {
        self.0.save(out);
        self.1.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.0.restore(from)?;
        self.1.restore(from)
    }
}
