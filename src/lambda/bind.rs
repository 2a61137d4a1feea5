//! HOT: what the names of an expression stand for at a point.

use crate::data::{TagsId, Text, Val, World};
use crate::value::{Value, Zone};

use super::failure::Cause;
use super::tree::Reference;
use super::typing::Kind;

/// What a point brings to an evaluation.
pub struct Env<'a> {
    /// The row's slots.
    pub slots: &'a [Val],
    /// Strings of the row, and of the result.
    pub text: &'a mut Text,
    /// Names and tags.
    pub world: &'a World,
    /// The row's tags.
    pub tags: TagsId,
    /// The row's time.
    pub time: i64,
    /// What `now()` gives.
    pub now: i64,
    /// Where the calendar functions read their calendar.
    pub zone: &'a Zone,
}

impl Env<'_> {
    /// A value that owns its text.
    pub fn owned(&self, val: Val) -> Value {
        match val {
            Val::Missing | Val::Null => Value::Null,
            Val::Float(x) => Value::Float(x),
            Val::Int(x) => Value::Int(x),
            Val::Bool(x) => Value::Bool(x),
            Val::Str(r) => Value::Str(self.text.get(r).into()),
            Val::Sym(s) => Value::Str(self.world.symbols.name(s).into()),
            Val::Duration(x) => Value::Duration(x),
        }
    }
}

/// The value of a name at a point: its time, a field, a tag, or nothing.
#[inline]
pub(super) fn bind(r: &Reference, val: &mut Val, env: &Env<'_>, unbound: Kind) -> Result<Kind, Cause> {
    if r.is_time && unbound != Kind::Undefined {
        return Ok(Kind::Time);
    }
    let field = env.slots.get(r.slot as usize).copied().unwrap_or(Val::Missing);
    let tag = env.world.tags.get(env.tags, r.symbol);
    *val = field;
    if tag.is_some() && field.is_present() {
        return Err(Cause::Collision(0));
    }
    Ok(match field {
        Val::Float(_) => Kind::Float,
        Val::Int(_) => Kind::Int,
        Val::Bool(_) => Kind::Bool,
        Val::Str(_) | Val::Sym(_) => Kind::Str,
        Val::Duration(_) => Kind::Duration,
        Val::Null => Kind::Null,
        Val::Missing => match tag {
            Some(tag) => {
                *val = Val::Sym(tag);
                Kind::Str
            }
            None => unbound,
        },
    })
}
