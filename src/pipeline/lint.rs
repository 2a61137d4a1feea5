//! What is allowed, but probably not meant.

use super::{Graph, NodeDef, TaskType};
use crate::lang::ast::{ChainOp, Expr, ExprKind, Script, Statement};
use crate::text::Diagnostic;

/// Warnings about a script and the graph it makes, in source order.
pub(super) fn lint(
    script: &Script,
    graph: &Graph,
    suspect: &[bool],
    names_are_sure: bool,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let uses = Uses::of(script);
    for statement in &script.statements {
        let expr = match statement {
            Statement::Var(decl) => {
                if names_are_sure && !matches!(decl.value.kind, ExprKind::Chain(_)) {
                    unused(&decl.name, &uses, &mut found);
                }
                uncalled(&decl.name, &decl.value, &mut found);
                &decl.value
            }
            Statement::Type(decl) => {
                if names_are_sure {
                    unused(&decl.name, &uses, &mut found);
                }
                continue;
            }
            Statement::Expr(expr) => expr,
            Statement::Dbrp(_) | Statement::Comment(_) => continue,
        };
        each(expr, &mut |expr, in_lambda| expression(expr, in_lambda, &mut found));
    }
    for ((_, node), suspect) in graph.iter().zip(suspect) {
        if !suspect {
            silent_alert(node, &mut found);
        }
    }
    double_delivery(graph, &mut found);
    found.sort_by_key(|diagnostic| diagnostic.span.map_or((0, 0), |span| (span.start, span.end)));
    found
}

/// Calls `visit` on every expression below one, with whether it stands in a lambda.
fn each<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr, bool)) {
    let mut waiting = vec![(expr, false)];
    while let Some((expr, in_lambda)) = waiting.pop() {
        visit(expr, in_lambda);
        match &expr.kind {
            ExprKind::List(parts) => waiting.extend(parts.iter().map(|part| (part, in_lambda))),
            // The mode of a file is octal as everywhere.
            ExprKind::Call(call) if call.name.eq_ignore_ascii_case("mode") => {}
            ExprKind::Call(call) => waiting.extend(call.args.iter().map(|arg| (arg, in_lambda))),
            ExprKind::Unary { operand, .. } => waiting.push((operand, in_lambda)),
            ExprKind::Lambda(body) => waiting.push((body, true)),
            ExprKind::Binary(b) => waiting.extend([(&b.left, in_lambda), (&b.right, in_lambda)]),
            ExprKind::Chain(chain) => waiting.extend([(&chain.left, in_lambda), (&chain.right, in_lambda)]),
            _ => {}
        }
    }
}

/// The names that a script uses.
struct Uses<'s>(std::collections::HashSet<&'s str>);

impl<'s> Uses<'s> {
    fn of(script: &'s Script) -> Uses<'s> {
        let mut names = std::collections::HashSet::new();
        for statement in &script.statements {
            let expr = match statement {
                Statement::Var(decl) => &decl.value,
                Statement::Expr(expr) => expr,
                _ => continue,
            };
            each(expr, &mut |expr, _| {
                if let ExprKind::Ident(name) = &expr.kind {
                    names.insert(name.as_str());
                }
            });
        }
        Uses(names)
    }
}

/// A var that nothing uses. Vars that hold nodes do their work without being used.
fn unused(name: &Expr, uses: &Uses<'_>, found: &mut Vec<Diagnostic>) {
    let ExprKind::Ident(word) = &name.kind else { return };
    if !uses.0.contains(word.as_str()) {
        found.push(Diagnostic::warning("W0201", format!("`{word}` is never used")).at(name.span));
    }
}

/// `var x = int(5.0)` holds a call that is never run.
fn uncalled(name: &Expr, value: &Expr, found: &mut Vec<Diagnostic>) {
    if let (ExprKind::Ident(word), ExprKind::Call(call)) = (&name.kind, &value.kind) {
        let message = format!("`{word}` holds the call of `{}`, not its result", call.name);
        found.push(
            Diagnostic::warning("W0202", message)
                .at(value.span)
                .hint("outside lambdas functions run only in expressions with an operator: `0 + int(5.0)`"),
        );
    }
}

fn expression(expr: &Expr, in_lambda: bool, found: &mut Vec<Diagnostic>) {
    match &expr.kind {
        ExprKind::Int { value, octal: true } => {
            let message = format!("a number that begins with 0 is octal: this is {value}");
            found.push(Diagnostic::warning("W0203", message).at(expr.span).fix(expr.span, value.to_string()));
        }
        ExprKind::Lambda(body) if !in_lambda => lambda(body, found),
        ExprKind::Chain(chain) if chain.op == ChainOp::Dot => {
            if let ExprKind::Ident(name) = &chain.right.kind {
                let message = format!("`.{name}` reads the property without setting it");
                let hint = format!("write `.{name}(…)`");
                found.push(Diagnostic::warning("W0205", message).at(chain.right.span).hint(hint));
            }
        }
        _ => {}
    }
}

/// What is odd in a lambda, and whether it goes by the local calendar.
fn lambda(body: &Expr, found: &mut Vec<Diagnostic>) {
    let lint = crate::lambda::lint(body);
    found.extend(lint.diagnostics);
    if let Some(span) = lint.calendar {
        found.push(
            Diagnostic::warning("W0204", "the calendar is that of the local time zone")
                .at(span)
                .hint("the result depends on where the script runs: set the zone with `--tz` or TZ"),
        );
    }
}

/// An alert that never leaves OK.
fn silent_alert(node: &NodeDef, found: &mut Vec<Diagnostic>) {
    if node.kind == "alert" && !["info", "warn", "crit"].iter().any(|level| node.prop(level).is_some()) {
        found.push(
            Diagnostic::warning("W0206", "this alert has no level and never alerts")
                .at(node.span)
                .hint("add `.crit(lambda: …)`, `.warn(…)` or `.info(…)`"),
        );
    }
}

/// Points that a task gets twice: once for their measurement, and once for a `from` without one.
fn double_delivery(graph: &Graph, found: &mut Vec<Diagnostic>) {
    if graph.task_type != TaskType::Stream {
        return;
    }
    let measurement = |node: &NodeDef| node.str("measurement").is_some_and(|name| !name.is_empty());
    let froms = || graph.iter().map(|(_, node)| node).filter(|node| node.kind == "from");
    if !froms().any(measurement) {
        return;
    }
    for node in froms().filter(|node| !measurement(node)) {
        found.push(
            Diagnostic::warning(
                "W0207",
                "this `from` has no measurement, but others have one: Kapacitor delivers their points twice",
            )
            .at(node.span)
            .hint("give every `from` a measurement, or none"),
        );
    }
}
