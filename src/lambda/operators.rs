//! HOT: the operators as closures over operands of known types.

use crate::lang::ast::BinaryOp;
use crate::value::GoRegex;

use super::cx::{Code, Cx, Load, Nanos, Operand, Out, Pattern, Txt, fuse};
use super::failure::Cause;

/// Where integer division by zero fails to.
#[derive(Clone, Copy)]
pub(super) struct ZeroSite(pub(super) u32);

/// Go's conversion on amd64: what does not fit becomes the least integer.
pub(super) fn to_int(v: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&v) { v as i64 } else { i64::MIN }
}

/// Arithmetic; none for operands it does not take.
pub(super) fn math(op: BinaryOp, left: Code, right: Code, zero: ZeroSite) -> Option<Code> {
    Some(match (left, right) {
        (Code::Int(a), Code::Int(b)) => Code::Int(int_math(op, a, b, zero)?),
        (Code::Float(a), Code::Float(b)) => Code::Float(float_math(op, a, b)?),
        (Code::Str(a), Code::Str(b)) if op == BinaryOp::Add => Code::Str(fuse(a, b, join)),
        (Code::Duration(a), right) => duration_math(op, a, right, zero)?,
        (Code::Int(a), Code::Duration(b)) if op == BinaryOp::Mul => {
            Code::Duration(fuse(a, b, |_, n, d: Nanos| Ok(Nanos(d.0.wrapping_mul(n)))))
        }
        (Code::Float(a), Code::Duration(b)) if op == BinaryOp::Mul => {
            Code::Duration(fuse(a, b, |_, n, d: Nanos| Ok(Nanos(to_int(d.0 as f64 * n)))))
        }
        _ => return None,
    })
}

fn int_math(
    op: BinaryOp,
    a: Operand<i64>,
    b: Operand<i64>,
    ZeroSite(zero): ZeroSite,
) -> Option<Operand<i64>> {
    Some(match op {
        BinaryOp::Add => fuse(a, b, |_, a: i64, b| Ok(a.wrapping_add(b))),
        BinaryOp::Sub => fuse(a, b, |_, a: i64, b| Ok(a.wrapping_sub(b))),
        BinaryOp::Mul => fuse(a, b, |_, a: i64, b| Ok(a.wrapping_mul(b))),
        BinaryOp::Div => fuse(a, b, move |cx, a, b| divide(cx, a, b, zero)),
        BinaryOp::Mod => fuse(a, b, move |cx, a: i64, b| match b {
            0 => cx.fail(zero, Cause::Known),
            b => Ok(a.wrapping_rem(b)),
        }),
        _ => return None,
    })
}

fn divide(cx: &mut Cx<'_>, a: i64, b: i64, zero: u32) -> Out<i64> {
    if b == 0 { cx.fail(zero, Cause::Known) } else { Ok(a.wrapping_div(b)) }
}

fn float_math(op: BinaryOp, a: Operand<f64>, b: Operand<f64>) -> Option<Operand<f64>> {
    Some(match op {
        BinaryOp::Add => fuse(a, b, |_, a: f64, b: f64| Ok(a + b)),
        BinaryOp::Sub => fuse(a, b, |_, a: f64, b: f64| Ok(a - b)),
        BinaryOp::Mul => fuse(a, b, |_, a: f64, b: f64| Ok(a * b)),
        BinaryOp::Div => fuse(a, b, |_, a: f64, b: f64| Ok(a / b)),
        _ => return None,
    })
}

fn duration_math(op: BinaryOp, a: Operand<Nanos>, right: Code, zero: ZeroSite) -> Option<Code> {
    let ZeroSite(zero) = zero;
    Some(match (op, right) {
        (BinaryOp::Add, Code::Duration(b)) => {
            Code::Duration(fuse(a, b, |_, a: Nanos, b: Nanos| Ok(Nanos(a.0.wrapping_add(b.0)))))
        }
        (BinaryOp::Sub, Code::Duration(b)) => {
            Code::Duration(fuse(a, b, |_, a: Nanos, b: Nanos| Ok(Nanos(a.0.wrapping_sub(b.0)))))
        }
        (BinaryOp::Div, Code::Duration(b)) => {
            Code::Int(fuse(a, b, move |cx, a: Nanos, b: Nanos| divide(cx, a.0, b.0, zero)))
        }
        (BinaryOp::Mul, Code::Int(b)) => {
            Code::Duration(fuse(a, b, |_, a: Nanos, b| Ok(Nanos(a.0.wrapping_mul(b)))))
        }
        (BinaryOp::Div, Code::Int(b)) => {
            Code::Duration(fuse(a, b, move |cx, a: Nanos, b| divide(cx, a.0, b, zero).map(Nanos)))
        }
        (BinaryOp::Mul, Code::Float(b)) => {
            Code::Duration(fuse(a, b, |_, a: Nanos, b: f64| Ok(Nanos(to_int(a.0 as f64 * b)))))
        }
        (BinaryOp::Div, Code::Float(b)) => {
            Code::Duration(fuse(a, b, |_, a: Nanos, b: f64| Ok(Nanos(to_int(a.0 as f64 / b)))))
        }
        _ => return None,
    })
}

fn join(cx: &mut Cx<'_>, a: Txt, b: Txt) -> Out<Txt> {
    Ok(cx.make(|cx, out| {
        out.push_str(cx.str(a));
        out.push_str(cx.str(b));
    }))
}

/// Comparisons and logic; none for operands they do not take.
pub(super) fn truth(op: BinaryOp, left: Code, right: Code) -> Option<Operand<bool>> {
    match (left, right) {
        (Code::Bool(a), Code::Bool(b)) => logic(op, a, b),
        (Code::Int(a), Code::Int(b)) => compare(op, a, b, |v| v, |v| v),
        (Code::Float(a), Code::Float(b)) => compare(op, a, b, |v| v, |v| v),
        (Code::Int(a), Code::Float(b)) => compare(op, a, b, |v: i64| v as f64, |v| v),
        (Code::Float(a), Code::Int(b)) => compare(op, a, b, |v| v, |v: i64| v as f64),
        (Code::Duration(a), Code::Duration(b)) => compare(op, a, b, |v| v, |v| v),
        (Code::Str(a), Code::Str(b)) => compare_text(op, a, b),
        (Code::Str(a), Code::Regex(b)) => matches(op, a, b),
        _ => None,
    }
}

fn compare<A: Load, B: Load, C: PartialOrd + 'static>(
    op: BinaryOp,
    a: Operand<A>,
    b: Operand<B>,
    f: impl Fn(A) -> C + Copy + Send + Sync + 'static,
    g: impl Fn(B) -> C + Copy + Send + Sync + 'static,
) -> Option<Operand<bool>> {
    Some(match op {
        BinaryOp::Eq => fuse(a, b, move |_, a, b| Ok(f(a) == g(b))),
        BinaryOp::Ne => fuse(a, b, move |_, a, b| Ok(f(a) != g(b))),
        BinaryOp::Lt => fuse(a, b, move |_, a, b| Ok(f(a) < g(b))),
        BinaryOp::Le => fuse(a, b, move |_, a, b| Ok(f(a) <= g(b))),
        BinaryOp::Gt => fuse(a, b, move |_, a, b| Ok(f(a) > g(b))),
        BinaryOp::Ge => fuse(a, b, move |_, a, b| Ok(f(a) >= g(b))),
        _ => return None,
    })
}

fn compare_text(op: BinaryOp, a: Operand<Txt>, b: Operand<Txt>) -> Option<Operand<bool>> {
    Some(match op {
        BinaryOp::Eq => fuse(a, b, |cx, a, b| Ok(same(cx, a, b))),
        BinaryOp::Ne => fuse(a, b, |cx, a, b| Ok(!same(cx, a, b))),
        BinaryOp::Lt => fuse(a, b, |cx, a, b| Ok(cx.str(a) < cx.str(b))),
        BinaryOp::Le => fuse(a, b, |cx, a, b| Ok(cx.str(a) <= cx.str(b))),
        BinaryOp::Gt => fuse(a, b, |cx, a, b| Ok(cx.str(a) > cx.str(b))),
        BinaryOp::Ge => fuse(a, b, |cx, a, b| Ok(cx.str(a) >= cx.str(b))),
        _ => return None,
    })
}

/// Interned strings are equal if their symbols are; a tag against a constant is one comparison.
fn same(cx: &Cx<'_>, a: Txt, b: Txt) -> bool {
    match (a, b) {
        (Txt::Name(a), Txt::Name(b)) => a == b,
        _ => cx.str(a) == cx.str(b),
    }
}

fn logic(op: BinaryOp, a: Operand<bool>, b: Operand<bool>) -> Option<Operand<bool>> {
    Some(match op {
        BinaryOp::Eq => fuse(a, b, |_, a: bool, b| Ok(a == b)),
        BinaryOp::Ne => fuse(a, b, |_, a: bool, b| Ok(a != b)),
        BinaryOp::And => {
            let (f, g) = (a.into_fun(), b.into_fun());
            Operand::Code(Box::new(move |cx| Ok(f(cx)? && g(cx)?)))
        }
        BinaryOp::Or => {
            let (f, g) = (a.into_fun(), b.into_fun());
            Operand::Code(Box::new(move |cx| Ok(f(cx)? || g(cx)?)))
        }
        _ => return None,
    })
}

fn matches(op: BinaryOp, a: Operand<Txt>, b: Pattern) -> Option<Operand<bool>> {
    let wanted = match op {
        BinaryOp::Match => true,
        BinaryOp::NotMatch => false,
        _ => return None,
    };
    let test = move |cx: &Cx<'_>, a: Txt, re: &GoRegex| re.is_match(cx.str(a)) == wanted;
    Some(match b {
        Pattern::Const(re) => a.map(move |cx, a| Ok(test(cx, a, &re))),
        Pattern::Code(f) => a.map(move |cx, a| {
            let re = f(cx)?;
            Ok(test(cx, a, &re))
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::to_int;

    #[test]
    fn what_does_not_fit_becomes_the_least_integer() {
        for (v, want) in [
            (2.9, 2),
            (-2.9, -2),
            (f64::NAN, i64::MIN),
            (f64::INFINITY, i64::MIN),
            (-9_223_372_036_854_775_808.0, i64::MIN),
            (9_223_372_036_854_775_808.0, i64::MIN),
            (9_223_372_036_854_774_784.0, 9_223_372_036_854_774_784),
        ] {
            assert_eq!(to_int(v), want, "{v}");
        }
    }
}
