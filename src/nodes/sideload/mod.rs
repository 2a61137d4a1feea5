//! `sideload`: fields and tags from files, by tag.

mod convert;
mod run;

pub(super) use run::Sideload;

use std::collections::BTreeMap;

use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec, StartContext, start};
use crate::value::Value;

/// What a source holds: of each file, named by its path within the source, the values by their names. A
/// value that is neither text, number nor bool is null.
pub type SideTable = BTreeMap<String, BTreeMap<String, Value>>;

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "sideload",
    desc: "sideload",
    go_type: "SideloadNode",
    props: &[
        PropSpec::field("source", Str, "where the values are: `file:///dir`, a URL or a configured endpoint"),
        PropSpec::list(
            "order",
            Param::new("template", Str),
            "files to look into, first to last, as templates over tags",
        ),
        PropSpec::method(
            "field",
            &[Param::new("name", Str), Param::new("default", Any)],
            None,
            "a field to load, with the value (and the type) where it is not found",
        ),
        PropSpec::method(
            "tag",
            &[Param::new("name", Str), Param::new("default", Str)],
            None,
            "a tag to load, with the value where it is not found",
        ),
    ],
    doc: "adds fields and tags that files hold for a point's tags",
    details: "Files are YAML or JSON objects; the first in `order` that has the name decides. They are read once, \
              at the start; their numbers are floats, which are converted to the type of the default.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |sideload()\n        \
              .source('file:///etc/thresholds')\n        .order('host/{{.host}}.yml', 'default.yml')\n        \
              .field('limit', 10.0)\n    |alert()\n        .crit(lambda: \"usage_idle\" < \"limit\")\n",
    start: start_up,
    ..NodeSpec::BASE
};

fn start_up(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    for template in node.strs("order").unwrap_or_default() {
        start::template("order", template, false).map_err(|fault| fault.prop("order"))?;
    }
    for call in node.props("field") {
        if let [Arg::Str(name), value] = call.args.as_slice()
            && !matches!(value, Arg::Float(_) | Arg::Int(_) | Arg::Str(_) | Arg::Bool(_))
        {
            let text = format!("unsupported type {} for field {name:?}", value.go_type());
            return Err(Fault::new(text)
                .message(format!("the default of field '{name}' cannot be {}", value.words()))
                .hint("use a float, an int, a string or a bool")
                .prop("field"));
        }
    }
    Ok(())
}
