//! HOT: which of two values of one kind is the larger.

use std::cmp::Ordering;

use crate::data::Val;

/// Whether a number is greater than another; `None` if one of them is none.
#[inline]
pub(super) fn greater(a: Val, b: Val) -> Option<bool> {
    match (a, b) {
        (Val::Float(a), Val::Float(b)) => a.partial_cmp(&b).map(|o| o == Ordering::Greater),
        (Val::Int(a), Val::Int(b)) => Some(a > b),
        _ => None,
    }
}

/// The order of sorted values. What is not a number comes first; texts are equal here.
#[inline]
pub(super) fn order(a: Val, b: Val) -> Ordering {
    match (a, b) {
        (Val::Float(a), Val::Float(b)) => a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan())),
        (Val::Int(a), Val::Int(b)) => a.cmp(&b),
        (Val::Bool(a), Val::Bool(b)) => a.cmp(&b),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_have_one_order_even_with_what_is_no_number() {
        let mut vals = [2.0, f64::NAN, -1.0, f64::NAN, f64::INFINITY].map(Val::Float);
        vals.sort_by(|a, b| order(*a, *b));
        let texts = vals.map(|v| format!("{v:?}"));
        assert_eq!(texts, ["Float(NaN)", "Float(NaN)", "Float(-1.0)", "Float(2.0)", "Float(inf)"]);
        assert_eq!(greater(Val::Float(f64::NAN), Val::Float(1.0)), None);
    }
}
