//! Vars from outside.

use tickscript::pipeline::{Arg, VarType, VarValue, Vars};

use super::{build, built};

fn given(name: &str, value: VarValue) -> Vars {
    let mut vars = Vars::default();
    vars.set(name, value);
    vars
}

#[test]
fn a_given_value_replaces_the_default() {
    let script = "var n = 3\nstream|from()|sample(n)";
    let graph = build(script, &given("n", VarValue::Int(7))).unwrap().graph;
    assert_eq!(graph.nodes[2].args, [Arg::Int(7)]);
    let graph = build(script, &given("other", VarValue::Int(7))).unwrap().graph;
    assert_eq!(graph.nodes[2].args, [Arg::Int(3)]);
}

#[test]
fn a_given_value_has_the_declared_type() {
    for (script, value, words) in [
        (
            "var n = 3\nstream|from()|sample(n)",
            VarValue::Float(7.0),
            "invalid type supplied for n, got float exp int",
        ),
        (
            "var n bool\nstream|from()|sample(1)",
            VarValue::Int(1),
            "invalid type supplied for n, got int exp boolean",
        ),
        (
            "var n = stream|from()\nn|log()",
            VarValue::Int(1),
            "invalid type supplied for n, got int exp invalid type",
        ),
    ] {
        let found = build(script, &given("n", value)).unwrap_err();
        assert_eq!(found[0].kapacitor.as_deref(), Some(words), "{script}");
    }
}

#[test]
fn the_listing_has_types_values_and_descriptions() {
    let vars =
        built("// How many.\n// At least.\nvar n = 3\nvar s = 'x'\nstream|from()|sample(n)|log().prefix(s)")
            .vars;
    let listed: Vec<(&str, VarType, &str)> =
        vars.iter().map(|var| (var.name.as_str(), var.ty, var.description.as_str())).collect();
    assert_eq!(listed, [("n", VarType::Int, "How many.\nAt least."), ("s", VarType::Str, "")]);
    assert_eq!(vars[0].value, Some(VarValue::Int(3)));
}
