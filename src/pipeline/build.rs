//! From a script to a checked graph: evaluation, validation, and what Kapacitor finds when a task starts.

use super::eval::{Evaluated, evaluate};
use super::order::topological;
use super::{
    EdgeType, Fault, Function, Graph, HandlerSpec, NodeDef, NodeId, NodeSpec, StartContext, TaskType,
    VarInfo, Vars, lint,
};
use crate::lang::ast::{Expr, ExprKind, Script, Statement};
use crate::text::{Diagnostic, Span};

/// What a `deadman` is made of, as `[deadman]` of the configuration has it.
#[derive(Clone, PartialEq, Debug)]
pub struct Deadman {
    /// Template of the id; the first `NODE_NAME` stands for the observed node.
    pub id: String,
    /// Template of the message; the first `INTERVAL` stands for the interval.
    pub message: String,
    /// Put one on the source of every task.
    pub global: bool,
    /// Rate that the global one finds critical.
    pub threshold: f64,
    /// Interval of the global one, in nanoseconds.
    pub interval: i64,
}

impl Default for Deadman {
    fn default() -> Deadman {
        Deadman {
            id: "{{ .Group }}:NODE_NAME for task '{{ .TaskName }}'".to_owned(),
            message: "{{ .ID }} is {{ if eq .Level \"OK\" }}alive{{ else }}dead{{ end }}: {{ index .Fields \
                      \"emitted\" | printf \"%0.3f\" }} points/INTERVAL."
                .to_owned(),
            global: false,
            threshold: 0.0,
            interval: 10_000_000_000,
        }
    }
}

/// What surrounds a script.
#[derive(Clone, Debug)]
pub struct BuildOptions<'a> {
    /// Kind of task; `None` to tell it from the script.
    pub task_type: Option<TaskType>,
    /// Values for the vars of the script.
    pub vars: &'a Vars,
    /// The nodes there are.
    pub nodes: &'a [&'static NodeSpec],
    /// The handlers there are.
    pub handlers: &'a [&'static HandlerSpec],
    /// User-defined functions.
    pub udfs: &'a [Function],
    /// How `deadman` is set up.
    pub deadman: &'a Deadman,
    /// Typed vars need no values.
    pub template: bool,
    /// Check as at the start of the task, too.
    pub start: bool,
    /// What the task reads where the script has no `dbrp`.
    pub dbrps: &'a [(String, String)],
    /// What `now()` is in constant expressions, in nanoseconds since 1970.
    pub now: i64,
}

/// A script that has no mistakes.
#[derive(Clone, PartialEq, Debug)]
pub struct Built {
    /// What it describes.
    pub graph: Graph,
    /// The vars it declares.
    pub vars: Vec<VarInfo>,
    /// What is probably not meant, in source order.
    pub warnings: Vec<Diagnostic>,
}

/// Evaluates and checks a script. The first error has the words that Kapacitor would stop with; the others
/// are those it would find afterwards.
pub fn build(source: &str, script: &Script, options: &BuildOptions<'_>) -> Result<Built, Vec<Diagnostic>> {
    let task_type = options.task_type.or_else(|| task_type(script)).unwrap_or(TaskType::Stream);
    let mut evaluated = evaluate(source, script, task_type, options);
    let order = topological(&evaluated.graph, &evaluated.sources);
    validate(&mut evaluated, &order, options);
    if order.len() <= 1 && !options.template && evaluated.errors.is_empty() {
        evaluated.errors.push(nothing(script));
    }
    if options.start {
        start(&mut evaluated, &order, options);
    }
    let Evaluated { graph, vars, errors, suspect, .. } = evaluated;
    // A name that was mistyped is not an unused one.
    let names_are_sure = !errors.iter().any(|error| error.code == "E0201");
    let warnings = lint::lint(script, &graph, &suspect, names_are_sure);
    if errors.is_empty() {
        return Ok(Built { graph, vars, warnings });
    }
    let mut all = errors;
    for error in all.iter_mut().filter(|error| error.hint.is_none()) {
        // A lint may know what was meant where Kapacitor's words only say what does not fit.
        let same = warnings.iter().find(|warning| lies_in(warning, error));
        error.hint = same.and_then(|warning| warning.hint.clone());
        error.fix = same.and_then(|warning| warning.fix.clone());
    }
    let said = |warning: &Diagnostic| all.iter().any(|error| lies_in(warning, error));
    let unsaid: Vec<Diagnostic> = warnings.into_iter().filter(|warning| !said(warning)).collect();
    all.extend(unsaid);
    Err(all)
}

fn lies_in(inner: &Diagnostic, outer: &Diagnostic) -> bool {
    match (inner.span, outer.span) {
        (Some(inner), Some(outer)) => outer.start <= inner.start && inner.end <= outer.end,
        _ => false,
    }
}

/// The vars that a script declares, whatever mistakes it has.
pub fn declared(source: &str, script: &Script, options: &BuildOptions<'_>) -> Vec<VarInfo> {
    let options = BuildOptions { template: true, ..options.clone() };
    let task_type = options.task_type.or_else(|| task_type(script)).unwrap_or(TaskType::Stream);
    evaluate(source, script, task_type, &options).vars
}

/// The kind of task: what chains begin with; none if that is neither `stream` nor `batch`, or both.
pub fn task_type(script: &Script) -> Option<TaskType> {
    let mut found = (false, false);
    for statement in &script.statements {
        let expr = match statement {
            Statement::Var(decl) => &decl.value,
            Statement::Expr(expr) if matches!(expr.kind, ExprKind::Chain(_)) => expr,
            _ => continue,
        };
        match leftmost(expr) {
            Some("stream") => found.0 = true,
            Some("batch") => found.1 = true,
            _ => {}
        }
    }
    match found {
        (true, false) => Some(TaskType::Stream),
        (false, true) => Some(TaskType::Batch),
        _ => None,
    }
}

fn leftmost(mut expr: &Expr) -> Option<&str> {
    loop {
        match &expr.kind {
            ExprKind::Chain(chain) => expr = &chain.left,
            ExprKind::Ident(name) => return Some(name),
            _ => return None,
        }
    }
}

fn nothing(script: &Script) -> Diagnostic {
    let mut found = Diagnostic::error("E0220", "the script does nothing").kapacitor("task does nothing");
    let only_vars = script.statements.iter().any(|s| matches!(s, Statement::Var(_) | Statement::Expr(_)));
    found.hint = Some(if only_vars {
        "nothing hangs on its source: write `stream|from()…` or `batch|query('…')…`".to_owned()
    } else {
        "it has no statements".to_owned()
    });
    found
}

fn validate(evaluated: &mut Evaluated, order: &[NodeId], options: &BuildOptions<'_>) {
    for &id in order {
        let Some((node, spec)) = sound(evaluated, id) else { continue };
        let mut faults = Vec::new();
        if let Err(fault) = (spec.validate)(node) {
            faults.push(place(node, fault, "E0219"));
        }
        for handler in &node.handlers {
            let spec = options.handlers.iter().find(|spec| spec.name == handler.kind);
            if let Some(Err(fault)) = spec.map(|spec| (spec.validate)(handler)) {
                let span = handler.props.iter().rev().find(|prop| fault.prop == Some(prop.name));
                let span = span.map_or(handler.span, |prop| prop.span);
                faults.push(words(fault, "E0219").at(span));
            }
        }
        let refused = !faults.is_empty();
        evaluated.errors.extend(faults);
        if refused && let Some(flag) = evaluated.suspect.get_mut(id.0 as usize) {
            *flag = true;
        }
    }
}

fn start(evaluated: &mut Evaluated, order: &[NodeId], options: &BuildOptions<'_>) {
    let own = &evaluated.graph.dbrps;
    let dbrps = if own.is_empty() { options.dbrps } else { own };
    let context = StartContext { dbrps, handlers: options.handlers };
    let mut found = Vec::new();
    for &id in order {
        if let Some((node, spec)) = sound(evaluated, id)
            && let Err(fault) = (spec.start)(node, &context)
        {
            found.push(place(node, fault, "E0301"));
        }
        mismatched_edges(evaluated, id, &mut found);
    }
    evaluated.errors.extend(found);
}

fn mismatched_edges(evaluated: &Evaluated, id: NodeId, found: &mut Vec<Diagnostic>) {
    let Some((child, _)) = sound(evaluated, id) else { return };
    for &parent in &child.parents {
        let Some((parent, _)) = sound(evaluated, parent) else { continue };
        let unknown = [parent.provides, child.wants].contains(&EdgeType::Unknown);
        if unknown || parent.provides == child.wants {
            continue;
        }
        let (gives, takes) = (edge(parent.provides), edge(child.wants));
        let text =
            format!("cannot add child mismatched edges: {}:{gives} -> {}:{takes}", parent.name, child.name);
        let message = format!(
            "`{}` takes {}, but `{}` gives {}",
            child.words(),
            data(child.wants),
            parent.words(),
            data(parent.provides)
        );
        let mut diagnostic = Diagnostic::error("E0302", message).at(child.span).kapacitor(text);
        diagnostic.related.push((parent.span, format!("`{}` stands here", parent.words())));
        found.push(diagnostic);
    }
}

fn edge(ty: EdgeType) -> &'static str {
    match ty {
        EdgeType::Stream => "stream",
        EdgeType::Batch => "batch",
        EdgeType::None | EdgeType::Unknown => "noedge",
    }
}

fn data(ty: EdgeType) -> &'static str {
    match ty {
        EdgeType::Stream => "single points",
        EdgeType::Batch => "batches",
        EdgeType::None | EdgeType::Unknown => "nothing",
    }
}

/// A node without mistakes of its own.
fn sound(evaluated: &Evaluated, id: NodeId) -> Option<(&NodeDef, &'static NodeSpec)> {
    let index = id.0 as usize;
    if evaluated.suspect.get(index).copied().unwrap_or(true) {
        return None;
    }
    Some((evaluated.graph.nodes.get(index)?, evaluated.specs.get(index).copied()?))
}

/// A refusal at the property that is to blame, else at the node.
fn place(node: &NodeDef, fault: Fault, code: &'static str) -> Diagnostic {
    let span = fault.prop.and_then(|name| {
        let prop = node.prop(name).map(|prop| prop.span);
        prop.or_else(|| node.handlers.iter().find(|handler| handler.kind == name).map(|handler| handler.span))
    });
    let span = fault.span.or(span).unwrap_or(node.span);
    let found = words(fault, code);
    if span == Span::default() { found } else { found.at(span) }
}

fn words(fault: Fault, code: &'static str) -> Diagnostic {
    let message = fault.message.unwrap_or_else(|| fault.text.clone());
    let code = fault.code.unwrap_or(code);
    Diagnostic { hint: fault.hint, ..Diagnostic::error(code, message).kapacitor(fault.text) }
}
