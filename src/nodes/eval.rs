//! `eval`: computes fields and tags.

use super::names::plural;
use crate::pipeline::ArgType::{Lambda, Str};
use crate::pipeline::{Fault, NodeDef, NodeSpec, Param, PropSpec, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "eval",
    desc: "eval",
    go_type: "EvalNode",
    rest: Some(Param::new("expression", Lambda)),
    props: &[
        PropSpec::list("as", Param::new("name", Str), "name of each result"),
        PropSpec::list("tags", Param::new("name", Str), "results that become tags"),
        PropSpec::list("keep", Param::new("field", Str), "keep all fields, or only these"),
    ],
    doc: "computes new fields from fields and tags",
    details: "Without `keep` only the results remain. A result can be used by later expressions under its name, \
              unless the point has a field of that name.",
    example: "stream\n    |from()\n        .measurement('mem')\n    |eval(lambda: float(\"used\") / \
              float(\"total\") * 100.0)\n        .as('used_percent')\n        .keep()\n    |log()\n",
    validate,
    start: |node, _| start::indexed_lambdas(&node.args),
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let names = node.strs("as").unwrap_or_default();
    let (n, exprs) = (names.len(), node.args.len());
    if n != exprs {
        let text = format!(
            "must specify same number of expressions and .as() names: got {n} as names, and {exprs} expressions."
        );
        return Err(Fault::new(text)
            .message(format!(
                "`eval` has {}, but `as` has {}",
                plural(exprs, "expression"),
                plural(n, "name")
            ))
            .hint("give each expression a name: `.as('…')`")
            .prop("as"));
    }
    for tag in node.strs("tags").unwrap_or_default() {
        if !names.contains(&tag) {
            return Err(Fault::new(format!("invalid tag name {tag:?}, name is not present is .as() names"))
                .message(format!("`tags` names '{tag}', which is not among the names of `as`"))
                .prop("tags"));
        }
    }
    Ok(())
}
