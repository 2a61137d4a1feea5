//! Groups that are missing, and templates that name what groups do not have.

use super::flow::{Grouping, conditions, lambda};
use super::sample::Sample;
use crate::lambda::funcs;
use crate::lang::ast::{BinaryOp, Expr, ExprKind};
use crate::lang::walk;
use crate::pipeline::{Graph, NodeDef};
use crate::template::{Options, Template};
use crate::text::Diagnostic;

/// Nodes that compare each point with the one before.
const REMEMBERING: [&str; 8] = [
    "changeDetect",
    "cumulativeSum",
    "derivative",
    "difference",
    "elapsed",
    "movingAverage",
    "stateCount",
    "stateDuration",
];

pub(super) fn look(graph: &Graph, sample: Option<&Sample>, found: &mut Vec<Diagnostic>) {
    for (_, node) in graph.iter() {
        ungrouped(graph, node, sample, found);
        if node.kind == "alert" {
            templates(graph, node, found);
        }
    }
}

/// A memory that all series share.
fn ungrouped(graph: &Graph, node: &NodeDef, sample: Option<&Sample>, found: &mut Vec<Diagnostic>) {
    let Some(what) = memory(node) else { return };
    let grouping = Grouping::at(graph, node);
    let (Some((_, from)), Some([])) = (grouping.from, grouping.tags.as_deref()) else { return };
    // Nothing to tell apart where one series is chosen, or where there is but one.
    let mut passed = conditions(graph, node);
    passed.extend(from.props("where").flat_map(|prop| &prop.args).filter_map(lambda));
    if passed.into_iter().any(chooses) || sample.is_some_and(|sample| sample.series_of(from) <= 1) {
        return;
    }
    let message = format!("{what} remembers the points of all series together");
    found.push(
        Diagnostic::warning("W0304", message)
            .at(node.span)
            .hint("give each its own memory: `.groupBy('host')` at the `from`, or `|groupBy(…)`"),
    );
}

/// What of a node remembers earlier points.
fn memory(node: &NodeDef) -> Option<String> {
    if REMEMBERING.contains(&node.kind) {
        return Some(format!("`{}`", node.kind));
    }
    let props = node.props.iter().flat_map(|prop| &prop.args);
    let mut function = None;
    for expr in node.args.iter().chain(props).filter_map(lambda) {
        walk(expr, &mut |part| {
            if let ExprKind::Call(call) = &part.kind
                && funcs::find(&call.name).is_some_and(|known| known.stateful)
            {
                function.get_or_insert_with(|| call.name.clone());
            }
        });
    }
    if let Some(name) = function {
        return Some(format!("`{name}` in this `{}`", node.kind));
    }
    let changes =
        node.kind == "alert" && ["stateChangesOnly", "flapping"].iter().any(|p| node.prop(p).is_some());
    changes.then(|| "this `alert`".to_owned())
}

/// A condition that asks a tag for one value, as `"host" == 'web-1'`.
fn chooses(expr: &Expr) -> bool {
    let mut chooses = false;
    walk(expr, &mut |part| {
        if let ExprKind::Binary(b) = &part.kind
            && b.op == BinaryOp::Eq
        {
            chooses |= matches!(
                (&b.left.kind, &b.right.kind),
                (ExprKind::Ref(_), ExprKind::Str { .. }) | (ExprKind::Str { .. }, ExprKind::Ref(_))
            );
        }
    });
    chooses
}

/// Tags in templates that the points of the alert do not have, or that differ within a group.
fn templates(graph: &Graph, node: &NodeDef, found: &mut Vec<Diagnostic>) {
    let grouping = Grouping::at(graph, node);
    let Some(tags) = grouping.tags else { return };
    for name in ["id", "message", "details"] {
        let (Some(prop), Some(text)) = (node.prop(name), node.str(name)) else { continue };
        // An id that differs within a group mixes the levels of several ids.
        if !grouping.reduced && (name != "id" || grouping.from.is_none()) {
            continue;
        }
        let Ok(template) = Template::parse(name, text, Options { html: name == "details", json: true })
        else {
            continue;
        };
        for tag in template.keys("Tags").into_iter().filter(|tag| !tags.contains(tag)) {
            let grouped = match tags.as_slice() {
                [] => "not grouped".to_owned(),
                tags => format!("grouped by {}", tags.join(", ")),
            };
            let message = if grouping.reduced {
                format!("`{name}` names the tag `{tag}`, which these points do not have: they are {grouped}")
            } else {
                format!(
                    "`{name}` names the tag `{tag}`, but levels are kept by group, and points are {grouped}"
                )
            };
            let hint = format!("add `{tag}` to the `groupBy`");
            found.push(Diagnostic::warning("W0305", message).at(prop.span).hint(hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::codes;

    #[test]
    fn memories_that_all_series_share() {
        let of = |rest: &str| codes(&format!("stream|from().measurement('cpu'){rest}"), None);
        assert_eq!(of(r#"|alert().crit(lambda: sigma("x") > 3.0)"#), ["W0304"]);
        assert_eq!(of("|derivative('x')|log()"), ["W0304"]);
        assert_eq!(of(r#"|where(lambda: "x" > 1)|stateCount(lambda: "x" > 5)|log()"#), ["W0304"]);
        assert_eq!(of(r#"|alert().crit(lambda: "x" > 3).stateChangesOnly()"#), ["W0304"]);
        assert_eq!(of(r#"|alert().crit(lambda: "x" > 3)"#), [""; 0]);
        assert_eq!(of(".groupBy('host')|derivative('x')|log()"), [""; 0]);
        assert_eq!(of("|groupBy(*)|derivative('x')|log()"), [""; 0]);
        assert_eq!(of(r#".where(lambda: "host" == 'a')|derivative('x')|log()"#), [""; 0]);
        assert_eq!(of("|window().period(1m).every(1m)|mean('x')|derivative('mean')|log()"), [""; 0]);
        assert_eq!(
            codes("batch|query('SELECT x FROM a.b.c').every(1m)|derivative('x')|log()", None),
            [""; 0]
        );
    }

    #[test]
    fn templates_that_name_what_groups_lack() {
        let of = |between: &str, template: &str| {
            codes(
                &format!("stream|from().groupBy('host'){between}|alert().crit(lambda: \"x\" > 1){template}"),
                None,
            )
        };
        let mean = "|window().period(1m).every(1m)|mean('x').as('x')";
        assert_eq!(of(mean, r#".message('{{ index .Tags "dc" }}')"#), ["W0305"]);
        assert_eq!(of(mean, ".details('{{ .Tags.host }} {{ if .Tags.dc }}x{{ end }}')"), ["W0305"]);
        assert_eq!(of(mean, ".message('{{ .Tags.host }} {{ index .Fields \"dc\" }}')"), [""; 0]);
        assert_eq!(of("", ".message('{{ .Tags.dc }}')"), [""; 0]);
        assert_eq!(of("", ".id('{{ .Tags.dc }}')"), ["W0305"]);
        assert_eq!(of("|groupBy(*)", ".id('{{ .Tags.dc }}')"), [""; 0]);
        assert_eq!(
            of("|eval(lambda: 'a', lambda: \"x\").as('dc', 'x').tags('dc')", ".id('{{ .Tags.dc }}')"),
            [""; 0]
        );
    }
}
