//! What a graph needs from outside before it can run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Task;
use crate::alert::FunctionKey;
use crate::handlers::{Endpoints, side_files};
use crate::nodes::SideTable;
use crate::pipeline::{Arg, Graph};
use crate::text::Diagnostic;
use crate::udf::{Functions, Inquiry};

/// Loads the sources of `sideload` nodes, and sees that the endpoints of `httpPost` nodes are there.
pub(super) fn sideloads(
    graph: &Graph,
    endpoints: &Endpoints,
) -> Result<BTreeMap<String, Arc<SideTable>>, Vec<Diagnostic>> {
    let mut tables = BTreeMap::new();
    let mut found = Vec::new();
    for (_, node) in graph.iter() {
        let refuse = |message: String| Diagnostic {
            span: Some(node.span),
            ..Diagnostic::error("E0391", message.as_str()).kapacitor(message.as_str())
        };
        match node.kind {
            "sideload" => {
                let source = node.str("source").unwrap_or_default();
                if tables.contains_key(source) {
                    continue;
                }
                match side_files(source, endpoints) {
                    Ok(files) => drop(tables.insert(source.to_owned(), Arc::new(files))),
                    Err(error) => found.push(refuse(error.to_string())),
                }
            }
            "httpPost" => {
                if let Some(Arg::Str(name)) = node.arg("endpoint")
                    && endpoints.get(name).is_none()
                {
                    let hint = "declare it as `[[httppost]]` in the file of `--config`";
                    found.push(refuse(format!("endpoint '{name}' does not exist")).hint(hint));
                }
            }
            _ => {}
        }
    }
    if found.is_empty() { Ok(tables) } else { Err(found) }
}

/// Starts the user-defined functions that a task calls: one for each node.
pub(super) fn functions(
    task: &Task,
    declared: &Inquiry,
    functions: &mut Functions,
) -> Result<BTreeMap<usize, FunctionKey>, Vec<Diagnostic>> {
    let mut keys = BTreeMap::new();
    for (id, node) in task.graph.iter() {
        let Some((name, udf)) = node.function().and_then(|name| Some((name, declared.find(name)?))) else {
            continue;
        };
        let started = declared.info(name).and_then(|info| functions.start(udf, &info, &task.name, node));
        match started {
            Ok(key) => drop(keys.insert(id.0 as usize, key)),
            Err(error) => {
                let message = format!("the function `{name}` cannot be set up: {error}");
                let text = format!("failed to initialize processes {error}");
                let found = Diagnostic::error("E0304", message).kapacitor(text);
                return Err(vec![found.at(node.span)]);
            }
        }
    }
    Ok(keys)
}
