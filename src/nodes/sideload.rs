//! `sideload`: fields and tags from files, by tag.

use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{NodeSpec, Param, PropSpec};

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
    details: "Files are YAML or JSON objects; the first in `order` that has the name decides. They are read at \
              the start.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |sideload()\n        \
              .source('file:///etc/thresholds')\n        .order('host/{{.host}}.yml', 'default.yml')\n        \
              .field('limit', 10.0)\n    |alert()\n        .crit(lambda: \"usage_idle\" < \"limit\")\n",
    ..NodeSpec::BASE
};
