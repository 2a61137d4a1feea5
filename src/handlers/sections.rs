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
        Node::List(_) => {
            let message = format!("there is only one of these: write `[{}]`", spec.script.kind);
            mistakes.add(node.place, message, None);
            &[]
        }
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
    for key in spec.section.iter().filter(|key| ["url", "from"].contains(&key.name)) {
        if values.flag("enabled") && values.text(key.name).is_empty() {
            let message = format!("`{}` of `[{}]` is missing", key.name, spec.script.kind);
            mistakes.add(table.place, message, None);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use crate::handlers::config::{Config, parse};

    fn read(text: &str) -> Config {
        parse("k", text).unwrap_or_else(|e| panic!("{text}\n{e:?}"))
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, expected) in [
            ("[slack]\nenabled = true", "k:1:1: `url` of `[slack]` is missing"),
            ("[hipchat]\nenabled = 'yes'", "k:2:11: `enabled`: expected `true` or `false`, found a text"),
            ("[[telegram]]\nenabled = true", "k:1:1: there is only one of these: write `[telegram]`"),
            ("[smtp]\nport = 'x'", "k:2:8: `port`: expected an integer, found a text"),
            ("[smtp]\nenabled = true", "k:1:1: `from` of `[smtp]` is missing"),
            (
                "[[discord]]\nurl = 'a'\n[[discord]]\nurl = 'b'\nworkspace = 'b'",
                "k:1:1: there are several `[[discord]]`: each needs a `workspace`",
            ),
            (
                "[alerta]\ntimeout = 'soon'",
                "k:2:11: `timeout`: expected nanoseconds, or a duration such as \"10s\", found a text",
            ),
        ] {
            let errors = parse("k", text).expect_err(text);
            assert_eq!(errors[0].to_string(), expected, "{text}");
        }
    }

    #[test]
    fn unknown_keys_are_doubts() {
        let config = read("[slack]\nenable = true\nchanel = '#a'\n[kafka]\nx = 1\n");
        let doubts: Vec<String> = config.doubts.iter().map(ToString::to_string).collect();
        assert_eq!(
            doubts,
            [
                "k:2:1: unknown key of `[slack]` `enable`; did you mean `enabled`?",
                "k:3:1: unknown key of `[slack]` `chanel`; did you mean `channel`?",
            ]
        );
    }

    #[test]
    fn global_counts_where_it_is_known_and_of_the_default_workspace() {
        let on = "enabled = true\nglobal = true\n";
        for (text, global, changes_only) in [
            (format!("[telegram]\n{on}"), &["telegram"][..], false),
            (format!("[telegram]\n{on}state-changes-only = true"), &["telegram"], true),
            ("[telegram]\nenabled = true\nstate-changes-only = true".to_owned(), &[], false),
            (format!("[discord]\n{on}url = 'u'"), &["discord"], true),
            (format!("[alerta]\n{on}url = 'u'"), &[], false),
            (format!("[smtp]\n{on}from = 'a@b'\n[victorops]\n{on}"), &["email", "victorOps"], false),
            (
                format!(
                    "[[slack]]\n{on}url = 'u'\nworkspace = 'a'\n[[slack]]\nurl = 'u'\nworkspace = 'b'\ndefault = true"
                ),
                &[],
                false,
            ),
        ] {
            let services = read(&text).services;
            assert_eq!((services.global.as_slice(), services.changes_only), (global, changes_only), "{text}");
        }
    }

    #[test]
    fn what_is_shown_has_no_secrets() {
        let config = read("[slack]\nenabled = true\nurl = 'http://secret'\n");
        assert!(!format!("{config:?}").contains("secret"), "{config:?}");
    }
}
