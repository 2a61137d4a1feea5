//! Conditions that data cannot change, and levels that no point reaches.

use super::flow::{conditions, lambda, names};
use super::logic::{Claim, decided, possible};
use crate::lang::ast::{BinaryOp, Expr, ExprKind};
use crate::pipeline::{Graph, NodeDef};
use crate::text::{Diagnostic, Span};

/// Levels with their properties, the highest first: the first whose condition holds is the level.
const LEVELS: [(&str, &str); 3] = [("crit", "CRITICAL"), ("warn", "WARNING"), ("info", "INFO")];

pub(super) fn look(graph: &Graph, found: &mut Vec<Diagnostic>) {
    for (_, node) in graph.iter() {
        let props = node.props.iter().flat_map(|prop| &prop.args);
        for expr in node.args.iter().chain(props).filter_map(lambda) {
            constant(expr, found);
        }
        if node.kind == "alert" {
            levels(graph, node, found);
        }
    }
}

/// The largest parts of a condition that are true or false whatever the data. A part without fields and tags is a
/// switch, which a var may turn.
fn constant(expr: &Expr, found: &mut Vec<Diagnostic>) {
    match &expr.kind {
        ExprKind::Lambda(body) => return constant(body, found),
        ExprKind::Binary(b) if is_condition(b.op) => {}
        _ => return,
    }
    if names(expr).is_empty() {
        return;
    }
    if let Some(value) = decided(expr) {
        found.push(constant_found(expr.span, value));
    } else if let ExprKind::Binary(b) = &expr.kind
        && matches!(b.op, BinaryOp::And | BinaryOp::Or)
    {
        constant(&b.left, found);
        constant(&b.right, found);
    }
}

fn is_condition(op: BinaryOp) -> bool {
    !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod)
}

fn constant_found(span: Span, value: bool) -> Diagnostic {
    let (message, hint) = if value {
        ("this holds for every value", "was `AND` meant where `OR` stands?")
    } else {
        (
            "this holds for no value",
            "was `OR` meant where `AND` stands, or is a comparison the wrong way round?",
        )
    };
    Diagnostic::warning("W0301", message).at(span).hint(hint)
}

fn levels(graph: &Graph, node: &NodeDef, found: &mut Vec<Diagnostic>) {
    let passed = conditions(graph, node);
    let passed: Vec<Claim<'_>> = passed.into_iter().map(Claim::yes).collect();
    let mut higher: Vec<(&str, &Expr)> = Vec::new();
    for (prop, level) in LEVELS {
        let Some(expr) = node.lambda(prop) else { continue };
        let span = node.prop(prop).map_or(node.span, |prop| prop.span);
        if decided(expr) != Some(false) {
            if !possible(&with(&passed, Claim::yes(expr))) {
                found.push(excluded(level, span));
            } else if let Some(by) = covering(expr, &higher, &passed) {
                found.push(covered(prop, level, &by, span));
            }
        }
        higher.push((prop, expr));
    }
}

fn with<'e>(claims: &[Claim<'e>], one: Claim<'e>) -> Vec<Claim<'e>> {
    claims.iter().copied().chain([one]).collect()
}

/// The higher levels of which one always holds where this condition does.
fn covering<'e>(
    expr: &'e Expr,
    higher: &[(&'e str, &'e Expr)],
    passed: &[Claim<'e>],
) -> Option<Vec<&'e str>> {
    let mut claims = with(passed, Claim::yes(expr));
    // One alone explains more than all of them.
    if let Some((one, _)) = higher.iter().find(|(_, by)| !possible(&with(&claims, Claim::no(by)))) {
        return Some(vec![one]);
    }
    claims.extend(higher.iter().map(|(_, by)| Claim::no(by)));
    (higher.len() > 1 && !possible(&claims)).then(|| higher.iter().map(|(prop, _)| *prop).collect())
}

fn excluded(level: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        "W0302",
        format!("{level} is never reached: a `where` before it lets no such point pass"),
    )
    .at(span)
    .hint("compare this condition with those of the `where` nodes above")
}

fn covered(prop: &str, level: &str, by: &[&str], span: Span) -> Diagnostic {
    let stronger = by.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let message = format!("{level} is never reached: {stronger} holds wherever `{prop}` does");
    let hint = match by {
        [one] => format!("`{one}` is weaker than `{prop}`: were their limits exchanged?"),
        _ => "the highest level whose condition holds counts".to_owned(),
    };
    Diagnostic::warning("W0303", message).at(span).hint(hint)
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::codes;

    fn alert(levels: &str) -> String {
        format!("stream|from().measurement('cpu')|alert(){levels}")
    }

    #[test]
    fn conditions_that_data_cannot_change() {
        let table = [
            (r#".crit(lambda: "x" > 90 AND "x" < 10)"#, &["W0301"][..]),
            (r#".crit(lambda: "y" > 1 AND ("x" > 10 OR "x" < 20))"#, &["W0301"]),
            (".crit(lambda: TRUE)", &[]),
            (r#".crit(lambda: FALSE OR "x" > 5)"#, &[]),
            (r#".crit(lambda: 5 > 3 AND "x" > 5)"#, &[]),
        ];
        for (levels, want) in table {
            assert_eq!(codes(&alert(levels), None), want, "{levels}");
        }
        let eval = r#"stream|from()|eval(lambda: "a" == "a").as('b')|log()"#;
        assert_eq!(codes(eval, None), ["W0301"]);
    }

    #[test]
    fn levels_that_no_point_reaches() {
        let table = [
            (r#".warn(lambda: "x" > 90).crit(lambda: "x" > 80)"#, &["W0303"][..]),
            (r#".warn(lambda: "x" > 80).crit(lambda: "x" > 90)"#, &[]),
            (r#".info(lambda: "x" < 20).warn(lambda: "x" < 10).crit(lambda: "x" < 30)"#, &["W0303", "W0303"]),
            (r#".info(lambda: TRUE).warn(lambda: "x" >= 10).crit(lambda: "x" < 20)"#, &["W0303"]),
            (r#".info(lambda: "y" > 5).warn(lambda: "x" > 80).crit(lambda: "x" > 90)"#, &[]),
        ];
        for (levels, want) in table {
            assert_eq!(codes(&alert(levels), None), want, "{levels}");
        }
    }

    #[test]
    fn levels_that_a_where_excludes() {
        let chain = |between: &str| {
            format!(r#"stream|from().where(lambda: "x" < 50){between}|alert().crit(lambda: "x" > 80)"#)
        };
        assert_eq!(codes(&chain(""), None), ["W0302"]);
        assert_eq!(codes(&chain("|log()"), None), ["W0302"]);
        assert_eq!(codes(&chain(r#"|eval(lambda: "x" * 2).as('x')"#), None), [""; 0]);
        assert_eq!(codes(&chain("|window().every(1m).period(1m)|sum('x').as('x')"), None), [""; 0]);
        assert_eq!(
            codes(r#"stream|from()|where(lambda: "x" < 50)|alert().crit(lambda: "x" > 8)"#, None),
            [""; 0]
        );
    }
}
