//! The sections of services in the configuration, and what `global` in them does to tasks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SERVICES;
use super::fields::{Fields, Mistakes};
use super::service::{COMMON, Section, Service, ServiceSpec};
use super::tree::{At, Node};
use super::values::{Key, Values};
use crate::pipeline::{Graph, HandlerDef, Prop};

/// What a section of a service is that is not there, or not enabled: Kapacitor's words.
const OFF: &str = "service is not enabled";

/// Services as a configuration has them.
#[derive(Clone, PartialEq, Default)]
pub struct Services {
    /// By kind, then by workspace; the default one under the empty name.
    sections: BTreeMap<&'static str, BTreeMap<String, Arc<Section>>>,
    /// Kinds that every alert node gets.
    global: Vec<&'static str>,
    /// Whether every alert node tells changes only.
    changes_only: bool,
}

impl std::fmt::Debug for Services {
    /// Without the sections, which hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services")
            .field("kinds", &self.sections.keys())
            .field("global", &self.global)
            .field("changes_only", &self.changes_only)
            .finish()
    }
}

impl Services {
    /// Takes the sections from a configuration. `base_url` is where the server would be.
    pub(super) fn read(fields: &mut Fields<'_>, base_url: &str, mistakes: &mut Mistakes) -> Services {
        let mut services = Services::default();
        for spec in SERVICES {
            let kind = spec.script.kind;
            let Some(node) = fields.take(kind) else { continue };
            let workspaces = workspaces(spec, node, base_url, mistakes);
            if let Some(values) = workspaces.get("")
                && values.flag("global")
            {
                services.global.push(spec.script.name);
                services.changes_only |= spec.global_changes_only || values.flag("state-changes-only");
            }
            let sections = workspaces.into_iter().map(|(name, values)| {
                let section = if values.flag("enabled") { Section::On(values) } else { Section::Off(OFF) };
                (name, Arc::new(section))
            });
            services.sections.insert(kind, sections.collect());
        }
        services
    }

    /// A handler of a kind.
    pub(super) fn handler(&self, spec: &'static ServiceSpec, options: Values) -> Service {
        let section = match self.sections.get(spec.script.kind) {
            None => Arc::new(Section::Off(OFF)),
            Some(workspaces) => match workspaces.get(options.text("workspace")) {
                Some(section) => Arc::clone(section),
                None => Arc::new(Section::Off("workspace id not found")),
            },
        };
        Service::new(spec, options, section)
    }

    /// Gives the alert nodes of a task what sections with `global` ask for.
    pub fn apply_global(&self, graph: &mut Graph) {
        for node in graph.nodes.iter_mut().filter(|node| node.kind == "alert") {
            for kind in &self.global {
                if node.handlers.iter().all(|handler| handler.kind != *kind) {
                    let (args, props) = (Vec::new(), Vec::new());
                    node.handlers.push(HandlerDef { kind, args, props, span: node.span });
                }
            }
            if self.changes_only && node.prop("stateChangesOnly").is_none() {
                node.props.push(Prop { name: "stateChangesOnly", args: Vec::new(), span: node.span });
            }
        }
    }
}

/// The values of each section of a service, by workspace.
fn workspaces(
    spec: &ServiceSpec,
    node: &At<Node>,
    base_url: &str,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, Values> {
    let tables = match &node.value {
        Node::List(tables) if spec.workspaces => tables.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let keys: Vec<Key> = COMMON.iter().chain(spec.section).copied().collect();
    let mut found = BTreeMap::new();
    for table in tables {
        let mut values = section(spec, table, &keys, mistakes);
        values.set_text("base-url", base_url);
        let name = values.text("workspace").to_owned();
        if name.is_empty() && tables.len() > 1 {
            mistakes.add(
                table.place,
                format!("there are several `[[{}]]`: each needs a `workspace`", spec.script.kind),
                None,
            );
            continue;
        }
        // One alone is the default; the default goes by no name, too.
        if tables.len() == 1 || values.flag("default") {
            found.insert(String::new(), values.clone());
        }
        found.insert(name, values);
    }
    found
}

fn section(spec: &ServiceSpec, table: &At<Node>, keys: &[Key], mistakes: &mut Mistakes) -> Values {
    let what = format!("key of `[{}]`", spec.script.kind);
    let mut fields = Fields::new(&what, table, mistakes);
    let values = Values::from_fields(keys, &mut fields, mistakes);
    // Kapacitor passes over keys that it does not know, and other versions have others.
    fields.finish_leniently(mistakes);
    if values.flag("enabled")
        && spec.section.iter().any(|key| key.name == "url")
        && values.text("url").is_empty()
    {
        mistakes.add(table.place, format!("`url` of `[{}]` is missing", spec.script.kind), None);
    }
    values
}
