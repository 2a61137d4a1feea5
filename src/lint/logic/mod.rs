//! Whether a condition can hold for any data: what is known of a value is kept as bounds, and a condition whose
//! bounds leave no room is one that never holds.
//!
//! A condition is taken apart into alternatives, each of them facts that hold together. Whatever is not understood
//! may be true or false, so that nothing is called impossible that is not.

mod bounds;
mod fact;

use self::bounds::consistent;
use self::fact::{Fact, Facts};
use crate::lang::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

/// Alternatives beyond which nothing is claimed.
const MAX_ALTERNATIVES: usize = 256;
/// Operators and operands beyond which a condition is not looked at.
const MAX_SIZE: usize = 400;

/// A condition, and whether it is to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'e> {
    pub(super) expr: &'e Expr,
    pub(super) holds: bool,
}

impl<'e> Claim<'e> {
    pub(super) fn yes(expr: &'e Expr) -> Claim<'e> {
        Claim { expr, holds: true }
    }

    pub(super) fn no(expr: &'e Expr) -> Claim<'e> {
        Claim { expr, holds: false }
    }
}

/// Whether some data could make all claims true at once; true where that cannot be told.
pub(super) fn possible(claims: &[Claim<'_>]) -> bool {
    let size: usize = claims.iter().map(|claim| size(claim.expr)).sum();
    if size > MAX_SIZE {
        return true;
    }
    let mut facts = Facts::default();
    let mut all = vec![Vec::new()];
    for claim in claims {
        let Some(next) = alternatives(claim.expr, claim.holds, &mut facts).and_then(|next| both(&all, &next))
        else {
            return true;
        };
        all = next;
    }
    all.iter().any(|together| consistent(together))
}

/// What is certain about a condition without any data.
pub(super) fn decided(expr: &Expr) -> Option<bool> {
    if !possible(&[Claim::yes(expr)]) {
        Some(false)
    } else if !possible(&[Claim::no(expr)]) {
        Some(true)
    } else {
        None
    }
}

/// Facts that hold together.
type Together = Vec<Fact>;

/// The ways in which an expression can be true, or false.
fn alternatives(expr: &Expr, holds: bool, facts: &mut Facts) -> Option<Vec<Together>> {
    match &expr.kind {
        ExprKind::Lambda(body) => alternatives(body, holds, facts),
        ExprKind::Unary { op: UnaryOp::Not, operand } => alternatives(operand, !holds, facts),
        ExprKind::Bool(value) => Some(if *value == holds { vec![Vec::new()] } else { Vec::new() }),
        ExprKind::Binary(b) if matches!(b.op, BinaryOp::And | BinaryOp::Or) => {
            let left = alternatives(&b.left, holds, facts)?;
            let right = alternatives(&b.right, holds, facts)?;
            if (b.op == BinaryOp::And) == holds {
                both(&left, &right)
            } else {
                let either: Vec<Together> = left.into_iter().chain(right).collect();
                (either.len() <= MAX_ALTERNATIVES).then_some(either)
            }
        }
        _ => Some(match facts.of(expr, holds) {
            fact::Known::Is(true) => vec![Vec::new()],
            fact::Known::Is(false) => Vec::new(),
            fact::Known::If(fact) => vec![vec![fact]],
        }),
    }
}

/// Every alternative of one side with every one of the other.
fn both(left: &[Together], right: &[Together]) -> Option<Vec<Together>> {
    if left.len().saturating_mul(right.len()) > MAX_ALTERNATIVES {
        return None;
    }
    let pairs = left.iter().flat_map(|l| right.iter().map(move |r| [l.as_slice(), r.as_slice()].concat()));
    Some(pairs.collect())
}

fn size(expr: &Expr) -> usize {
    let mut count = 0;
    crate::lang::walk(expr, &mut |_| count += 1);
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse_lambda;

    fn decide(text: &str) -> Option<bool> {
        decided(&parse_lambda(text).unwrap())
    }

    #[test]
    fn what_never_holds() {
        for text in [
            r#""x" > 90 AND "x" < 10"#,
            r#""x" > 10 AND "x" <= 10"#,
            r#"("x" > 5 OR "x" > 7) AND "x" == 3"#,
            r#""host" == 'a' AND "host" == 'b'"#,
            r#""host" == 'a' AND "host" != 'a'"#,
            r#""up" AND !"up""#,
            r#""up" == TRUE AND "up" == FALSE"#,
            r#""a" / "b" > 2.0 AND "a" / "b" < 1.0"#,
            r#""a" < "b" AND "b" < "a""#,
            r#"10 > "x" AND "x" >= 10"#,
            r#"!("x" > 3 OR "x" <= 3)"#,
            r#""x" != "x""#,
            r#""host" =~ /web/ AND !("host" =~ /web/)"#,
            r#""x" > 4 + 6 AND "x" < -2"#,
            "5 > 6",
        ] {
            assert_eq!(decide(text), Some(false), "{text}");
        }
    }

    #[test]
    fn what_always_holds() {
        for text in [
            r#""x" > 10 OR "x" < 20"#,
            r#""x" != 'a' OR "x" != 'b'"#,
            r#""x" >= "x""#,
            r#""up" OR !"up""#,
            r#"!("x" > 10 AND "x" < 5)"#,
            "1m < 2m",
        ] {
            assert_eq!(decide(text), Some(true), "{text}");
        }
    }

    #[test]
    fn what_depends_on_data() {
        for text in [
            r#""x" > 10 AND "x" < 20"#,
            r#""x" > 10 AND "y" < 5"#,
            r#""x" >= 10 AND "x" <= 10"#,
            r#""x" > 5 AND "x" != 6"#,
            r#"sigma("x") > 3.0 AND sigma("x") < 2.0"#,
            r#"rand(10) > 5 AND rand(10) < 3"#,
            r#""host" =~ /web/ AND "host" =~ /db/"#,
            r#""host" < 'b' AND "host" > 'a'"#,
            r#""x" == 5 AND "x" == 'a'"#,
            r#""d" > 5m AND "d" < 10"#,
            r#"if("x" > 5, TRUE, FALSE)"#,
        ] {
            assert_eq!(decide(text), None, "{text}");
        }
    }

    #[test]
    fn huge_conditions_are_left_alone() {
        let mut text = r#"("x" > 1 OR "y" > 1)"#.to_owned();
        for i in 0..30 {
            text += &format!(r#" AND ("a{i}" > 1 OR "b{i}" > 1)"#);
        }
        assert_eq!(decide(&text), None);
        assert_eq!(decide(&format!(r#"({text}) AND "z" > 2 AND "z" < 1"#)), None);
    }
}
