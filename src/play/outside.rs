//! What a graph needs from outside before it can run.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::handlers::{Endpoints, side_files};
use crate::nodes::SideTable;
use crate::pipeline::{Arg, Graph};
use crate::text::Diagnostic;

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
