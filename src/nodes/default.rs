//! `default`: fields and tags for points that lack them.

use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "default",
    desc: "default",
    go_type: "DefaultNode",
    props: &[
        PropSpec::method(
            "field",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "value of a field where it is missing",
        ),
        PropSpec::method(
            "tag",
            &[Param::new("name", Str), Param::new("value", Str)],
            None,
            "value of a tag where it is missing or empty",
        ),
    ],
    doc: "sets fields and tags that are missing",
    details: "A default for a tag becomes a dimension of batches.",
    example: "stream\n    |from()\n        .measurement('requests')\n    |default()\n        .field('errors', 0)\n        \
              .tag('dc', 'unknown')\n    |log()\n",
    validate,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    for call in node.props("field") {
        if let [Arg::Str(name), value] = call.args.as_slice()
            && !matches!(value, Arg::Float(_) | Arg::Int(_) | Arg::Str(_) | Arg::Bool(_))
        {
            let ty = value.go_type();
            let text = format!(
                "unsupported type {ty} for field {name:?}, field default values must be float,int,string or bool"
            );
            return Err(Fault::new(text)
                .message(format!("the default of field '{name}' cannot be {}", value.words()))
                .hint("use a float, an int, a string or a bool")
                .prop("field"));
        }
    }
    Ok(())
}
