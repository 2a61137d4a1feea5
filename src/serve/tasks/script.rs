//! Scripts of tasks and templates: what they say of themselves, and the graphs that they describe.

use serde_json::{Map, Value as Json};

use super::Trouble;
use crate::handlers::Config;
use crate::lang;
use crate::lang::ast::Statement;
use crate::pipeline::{self, Built, TaskType, Vars};
use crate::play::{self, Around, Stage};
use crate::store::{Task, Template};
use crate::text::Source;
use crate::udf::Inquiry;

/// What a script says of itself, whatever its vars are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Heading {
    pub(super) task_type: TaskType,
    /// Its `dbrp` statements.
    pub(super) dbrps: Vec<(String, String)>,
}

/// Reads that.
pub(super) fn heading(script: &str) -> Result<Heading, Trouble> {
    if script.is_empty() {
        return Err(Trouble::Bad("must provide TICKscript".to_owned()));
    }
    let parsed = lang::parse(script);
    if parsed.has_errors() {
        return Err(invalid(play::words(&parsed.diagnostics)));
    }
    let Some(task_type) = pipeline::task_type(&parsed.script) else {
        return Err(Trouble::Bad("invalid task type: invalid".to_owned()));
    };
    let dbrps = parsed.script.statements.iter().filter_map(|statement| match statement {
        Statement::Dbrp(dbrp) => Some((dbrp.db.clone(), dbrp.rp.clone())),
        _ => None,
    });
    Ok(Heading { task_type, dbrps: dbrps.collect() })
}

/// A script that is refused.
pub(super) fn invalid(words: &str) -> Trouble {
    Trouble::Bad(format!("invalid TICKscript: {words}"))
}

/// The task as it can be run, checked as when it is defined or as when it starts.
///
/// # Errors
/// Its first mistake, in Kapacitor's words.
pub(in crate::serve) fn build(config: &Config, task: &Task, stage: Stage) -> Result<play::Task, String> {
    let source = Source::new(&task.id, task.script.clone());
    let vars = vars(&task.vars)?;
    let Built { mut graph, .. } = described(config, &source, &vars, stage, &task.dbrps)?;
    config.services.apply_global(&mut graph);
    Ok(play::Task { name: task.id.clone(), source, graph })
}

/// What a template describes, with the vars that it declares.
///
/// # Errors
/// Its first mistake, in Kapacitor's words.
pub(in crate::serve) fn outline(config: &Config, template: &Template) -> Result<Built, String> {
    let source = Source::new(&template.id, template.script.clone());
    described(config, &source, &Vars::default(), Stage::Template, &[])
}

fn described(
    config: &Config,
    source: &Source,
    vars: &Vars,
    stage: Stage,
    dbrps: &[(String, String)],
) -> Result<Built, String> {
    let functions = Inquiry::new(config.udfs.clone());
    let around = Around { db: None, rp: None, config, functions };
    play::describe(source, vars, &around, stage, dbrps).map_err(|found| play::words(&found).to_owned())
}

fn vars(kept: &Map<String, Json>) -> Result<Vars, String> {
    let mut vars = Vars::default();
    for (name, var) in kept {
        let value = play::var_value(var).map_err(|e| format!("var `{name}`: {e}"))?;
        vars.set(name.as_str(), value);
    }
    Ok(vars)
}
