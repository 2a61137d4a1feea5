//! What scripts become.

use tickscript::pipeline::{Arg, EdgeType, TaskType, dot, mermaid};

use super::built;

#[test]
fn deadman_is_three_nodes() {
    let built = built("stream|from().measurement('m')|deadman(5.0, 90s, lambda: \"x\" > 1).topic('t')");
    let names: Vec<&str> = built.graph.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["stream0", "from1", "stats2", "noop3", "derivative4", "alert5"]);
    let alert = &built.graph.nodes[5];
    assert_eq!(alert.str("id"), Some("{{ .Group }}:from1 for task '{{ .TaskName }}'"));
    assert!(alert.str("message").is_some_and(|text| text.ends_with("points/1m30s.")));
    assert!(alert.lambda("crit").is_some() && alert.str("topic") == Some("t"));
}

#[test]
fn arguments_and_properties_arrive_evaluated() {
    let built = built(
        "var names = ['a', 'b']\nvar limit = 2 * 3\nvar hot = lambda: \"v\" > limit\n\
         stream|from().where(hot).where(lambda: hot AND TRUE)|groupBy(names).quiet()|shift(-(1m + 30s))",
    );
    assert_eq!(built.graph.task_type, TaskType::Stream);
    let [_, from, group, shift] = built.graph.nodes.as_slice() else { panic!("{:?}", built.graph) };
    assert_eq!(from.props("where").count(), 2);
    assert_eq!(group.args, [Arg::Str("a".into()), Arg::Str("b".into())]);
    assert!(group.quiet);
    assert_eq!(shift.args, [Arg::Duration(-90_000_000_000)]);
    assert_eq!(shift.provides, EdgeType::Stream);
}

#[test]
fn handlers_keep_their_own_properties() {
    let built = built(
        "stream|from()|alert().crit(lambda: TRUE).slack().channel('#a').warn(lambda: TRUE).slack().channel('#b')\
         .stateChangesOnly().email('x').to('y')",
    );
    let alert = &built.graph.nodes[2];
    let handlers: Vec<(&str, usize)> = alert.handlers.iter().map(|h| (h.kind, h.props.len())).collect();
    assert_eq!(handlers, [("slack", 1), ("slack", 1), ("email", 1)]);
    assert!(alert.prop("warn").is_some() && alert.prop("stateChangesOnly").is_some());
}

#[test]
fn very_long_chains_and_wide_graphs_are_drawn() {
    let many = 900;
    let long = built(&format!("stream|from(){}", "|log()".repeat(many)));
    assert_eq!(dot(&long.graph, "t").lines().count(), many + 3);
    let wide = built(&format!("var a = stream|from()\n{}", "a|log()\n".repeat(20_000)));
    assert_eq!(wide.graph.nodes.len(), 20_002);
    assert!(dot(&wide.graph, "t").contains("from1 -> log20001;"));
    let joined = "var x0 = stream|from()\n".to_owned()
        + &(1..5_000).map(|i| format!("var x{i} = x{}|log()\n", i - 1)).collect::<String>();
    assert_eq!(dot(&built(&joined).graph, "t").lines().count(), 5_002);
}

#[test]
fn mermaid_escapes_what_it_shows() {
    let built = built("stream|from().measurement('a\"<b>')|window().period(1m).every(1m)|mean('x')");
    assert_eq!(
        mermaid(&built.graph),
        "flowchart TD\n    stream0[\"stream\"]\n    from1[\"from<br/>measurement a#quot;#lt;b#gt;\"]\n    \
         window2[\"window\"]\n    mean3[\"mean(x)\"]\n    stream0 --> from1\n    from1 --> window2\n    \
         window2 ==> mean3\n"
    );
}
