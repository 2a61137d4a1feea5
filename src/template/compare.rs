//! `eq ne lt le gt ge`: what may be compared, and how.

use std::cmp::Ordering;

use super::datum::Datum;

/// What sort of value it is to a comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Other,
}

const BAD_TYPE: &str = "invalid type for comparison";
const BAD_MIX: &str = "incompatible types for comparison";

fn kind(d: &Datum<'_>) -> Kind {
    match d {
        Datum::Bool(_) => Kind::Bool,
        Datum::Int(..) | Datum::Duration(_) => Kind::Int,
        Datum::Float(_) => Kind::Float,
        Datum::Str(_) | Datum::Js(_) => Kind::Text,
        _ => Kind::Other,
    }
}

fn int(d: &Datum<'_>) -> i64 {
    match d {
        Datum::Int(n, _) | Datum::Duration(n) => *n,
        _ => 0,
    }
}

/// Whether the first is equal to any of the others.
pub(super) fn eq(args: &[Datum<'_>]) -> Result<bool, String> {
    let Some((first, others)) = args.split_first() else { return Ok(false) };
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        if same(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn same(a: &Datum<'_>, b: &Datum<'_>) -> Result<bool, String> {
    let (nil_a, nil_b) = (matches!(a, Datum::Nil), matches!(b, Datum::Nil));
    if nil_a || nil_b {
        return Ok(nil_a && nil_b);
    }
    if kind(a) != kind(b) {
        return Err(BAD_MIX.to_owned());
    }
    match (a, b) {
        (Datum::Bool(a), Datum::Bool(b)) => Ok(a == b),
        (Datum::Float(a), Datum::Float(b)) => Ok(a == b),
        (Datum::Str(a) | Datum::Js(a), Datum::Str(b) | Datum::Js(b)) => Ok(a == b),
        (Datum::Time(a), Datum::Time(b)) => Ok(a == b),
        _ if kind(a) == Kind::Int => Ok(int(a) == int(b)),
        _ => Err(not_comparable(a, b)),
    }
}

fn not_comparable(a: &Datum<'_>, b: &Datum<'_>) -> String {
    let shown = |d: &Datum<'_>| {
        let mut out = String::new();
        super::printf::push_plain(&mut out, d);
        out
    };
    let (ta, tb) = (a.type_name().unwrap_or("<nil>"), b.type_name().unwrap_or("<nil>"));
    format!("non-comparable types {}: {ta}, {tb}: {}", shown(a), shown(b))
}

/// How two values are ordered; `None` where a float is not a number.
pub(super) fn order(a: &Datum<'_>, b: &Datum<'_>) -> Result<Option<Ordering>, String> {
    let ordered = |k: Kind| matches!(k, Kind::Int | Kind::Float | Kind::Text);
    // What can be told apart only is refused after what cannot be compared at all.
    if kind(a) == Kind::Other || kind(b) == Kind::Other {
        return Err(BAD_TYPE.to_owned());
    }
    if kind(a) != kind(b) {
        return Err(BAD_MIX.to_owned());
    }
    if !ordered(kind(a)) {
        return Err(BAD_TYPE.to_owned());
    }
    Ok(match (a, b) {
        (Datum::Float(a), Datum::Float(b)) => a.partial_cmp(b),
        (Datum::Str(a) | Datum::Js(a), Datum::Str(b) | Datum::Js(b)) => Some(a.cmp(b)),
        _ => Some(int(a).cmp(&int(b))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality() {
        let f = Datum::Float(1.0);
        let i = Datum::int(1);
        let s = Datum::str("a");
        assert_eq!(eq(&[i.clone(), Datum::count(2), Datum::count(1)]), Ok(true));
        assert_eq!(eq(&[Datum::Nil, i.clone()]), Ok(false));
        assert_eq!(eq(&[Datum::Nil, Datum::Nil]), Ok(true));
        assert_eq!(eq(&[f.clone(), i.clone()]), Err(BAD_MIX.to_owned()));
        assert_eq!(eq(&[s.clone(), i]), Err(BAD_MIX.to_owned()));
        assert_eq!(eq(std::slice::from_ref(&s)), Err("missing argument for comparison".to_owned()));
        assert_eq!(eq(&[Datum::Duration(5), Datum::count(5)]), Ok(true));
        assert!(eq(&[Datum::values(&[]), Datum::values(&[])]).unwrap_err().starts_with("non-comparable"));
    }

    #[test]
    fn ordering() {
        assert_eq!(order(&Datum::Float(1.0), &Datum::Float(2.0)), Ok(Some(Ordering::Less)));
        assert_eq!(order(&Datum::str("b"), &Datum::str("a")), Ok(Some(Ordering::Greater)));
        assert_eq!(order(&Datum::Float(f64::NAN), &Datum::Float(2.0)), Ok(None));
        assert_eq!(order(&Datum::int(1), &Datum::Float(2.0)), Err(BAD_MIX.to_owned()));
        assert_eq!(order(&Datum::Nil, &Datum::Float(2.0)), Err(BAD_TYPE.to_owned()));
        assert_eq!(order(&Datum::Bool(true), &Datum::Bool(true)), Err(BAD_TYPE.to_owned()));
    }
}
