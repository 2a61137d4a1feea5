//! Scripts that run, but hardly as meant: what can be told of a whole graph, alone or beside a sample of its data.
//!
//! Findings about single expressions and statements are made where those are read; here stands what needs the way
//! of a point through the nodes.

mod flow;
mod groups;
mod ignore;
mod levels;
mod logic;
mod names;
mod sample;

pub use ignore::Ignores;
pub use sample::{Columns, Outcome, Sample};

use crate::pipeline::Graph;
use crate::text::Diagnostic;

/// What is probably not meant, in source order. With a sample also what does not fit its data.
pub fn lint(graph: &Graph, sample: Option<&Sample>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    levels::look(graph, &mut found);
    groups::look(graph, sample, &mut found);
    if let Some(sample) = sample {
        names::look(graph, sample, &mut found);
    }
    found.sort_by_key(|diagnostic| diagnostic.span.map_or((0, 0), |span| (span.start, span.end)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{BuildOptions, Deadman, Vars, build};
    use crate::{handlers, lang, nodes};

    /// The graph of a script without mistakes.
    pub(super) fn graph(script: &str) -> Graph {
        let parsed = lang::parse(script);
        assert!(parsed.diagnostics.is_empty(), "{script}: {:?}", parsed.diagnostics);
        let (vars, deadman) = (Vars::default(), Deadman::default());
        let options = BuildOptions {
            task_type: None,
            template: false,
            start: false,
            udfs: &[],
            dbrps: &[],
            now: 0,
            vars: &vars,
            deadman: &deadman,
            nodes: nodes::SPECS,
            handlers: handlers::SPECS,
        };
        build(script, &parsed.script, &options).unwrap_or_else(|found| panic!("{script}: {found:?}")).graph
    }

    /// The codes of what is found in a script.
    pub(super) fn codes(script: &str, sample: Option<&Sample>) -> Vec<&'static str> {
        lint(&graph(script), sample).iter().map(|found| found.code).collect()
    }
}
