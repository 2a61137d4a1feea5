//! The fields of a raw line in the order of their names, each once.

use std::borrow::Cow;

use crate::data::{RawFields, end_of_name, end_of_value, field_name};

/// A field as it is written.
pub(super) struct Field<'a> {
    /// Its name, escaped.
    pub(super) raw: &'a [u8],
    /// Its name.
    pub(super) name: Cow<'a, str>,
    /// Its value.
    pub(super) value: &'a [u8],
}

/// The type of a value, by how it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Kind {
    Float,
    Int,
    Bool,
    Str,
}

/// All fields; of a name given twice the last counts.
pub(super) fn sorted(fields: RawFields<'_>) -> Vec<Field<'_>> {
    let mut all = Vec::with_capacity(16);
    let mut rest = fields.0;
    while let Some((raw, from)) = end_of_name(rest).and_then(|eq| rest.split_at_checked(eq)) {
        let from = from.get(1..).unwrap_or_default();
        let (value, tail) = from.split_at(end_of_value(from).min(from.len()));
        all.push(Field { raw, name: field_name(raw), value });
        rest = tail.get(1..).unwrap_or_default();
    }
    if !all.is_sorted_by(|a, b| a.name < b.name) {
        all.reverse();
        // Equal names keep their order: the last of the line comes first and stays.
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup_by(|later, first| later.name == first.name);
    }
    all
}

impl Field<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self.value {
            [b'"', ..] => Kind::Str,
            [.., b'i' | b'u'] => Kind::Int,
            [b't' | b'T' | b'f' | b'F', ..] => Kind::Bool,
            _ => Kind::Float,
        }
    }

    /// The digits of an integer.
    pub(super) fn digits(&self) -> &[u8] {
        self.value.get(..self.value.len().saturating_sub(1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_in_order_and_once() {
        let all = sorted(RawFields(br#"b=1,a="x,y",b=2i,c\,d=t,a=7u,e=-.5,f=False"#));
        let shown: Vec<_> = all.iter().map(|f| (&*f.name, f.value, f.kind())).collect();
        let want: [(&str, &[u8], Kind); 5] = [
            ("a", b"7u", Kind::Int),
            ("b", b"2i", Kind::Int),
            ("c,d", b"t", Kind::Bool),
            ("e", b"-.5", Kind::Float),
            ("f", b"False", Kind::Bool),
        ];
        assert_eq!(shown, want);
        assert_eq!(all[1].digits(), b"2");
    }
}
