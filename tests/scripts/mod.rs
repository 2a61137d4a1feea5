//! Scripts and the graphs or mistakes that come of them, with all nodes and handlers there are.

mod graphs;
mod mistakes;
mod tables;
mod vars;

use tickscript::lang;
use tickscript::pipeline::{self, BuildOptions, Built, Deadman, Function, Vars};
use tickscript::text::{Diagnostic, Severity};
use tickscript::{handlers, nodes};

/// Builds a script, as far as the start of its task.
fn build(script: &str, vars: &Vars) -> Result<Built, Vec<Diagnostic>> {
    let parsed = lang::parse(script);
    assert!(!parsed.has_errors(), "{script}: {:?}", parsed.diagnostics);
    let udfs = [Function { name: "learn".to_owned(), info: None }];
    let deadman = Deadman::default();
    let dbrps = [("db".to_owned(), "rp".to_owned())];
    let options = BuildOptions {
        task_type: None,
        vars,
        nodes: nodes::SPECS,
        handlers: handlers::SPECS,
        udfs: &udfs,
        deadman: &deadman,
        template: false,
        start: true,
        dbrps: &dbrps,
        now: 0,
    };
    pipeline::build(script, &parsed.script, &options)
}

/// The graph of a script without mistakes.
fn built(script: &str) -> Built {
    build(script, &Vars::default()).unwrap_or_else(|found| panic!("{script}\n{found:#?}"))
}

/// The mistakes of a script.
fn mistakes(script: &str) -> Vec<Diagnostic> {
    let found = build(script, &Vars::default()).err().unwrap_or_default();
    found.into_iter().filter(|found| found.severity == Severity::Error).collect()
}
