//! What `alert` offers to scripts, and what it refuses at the start of a task.

use crate::pipeline::ArgType::{Duration, Float, Int, Lambda, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec, StartContext, Whole, start};

/// Go type of what the methods return that are not plain fields.
const DATA: &str = "AlertNodeData";

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "alert",
    desc: "alert",
    go_type: "AlertNode",
    props: &[
        PropSpec::field("id", Str, "template of the event's id (default '{{ .Name }}:{{ .Group }}')"),
        PropSpec::field("message", Str, "template of the message (default '{{ .ID }} is {{ .Level }}')"),
        PropSpec::field("details", Str, "HTML template of the details (default '{{ json . }}')"),
        PropSpec::field("topic", Str, "topic to send events to (default: one of its own)"),
        PropSpec::field("category", Str, "category that other alerts can inhibit"),
        PropSpec::field("info", Lambda, "condition of level INFO"),
        PropSpec::field("warn", Lambda, "condition of level WARNING"),
        PropSpec::field("crit", Lambda, "condition of level CRITICAL"),
        PropSpec::field("infoReset", Lambda, "condition for leaving level INFO"),
        PropSpec::field("warnReset", Lambda, "condition for leaving level WARNING"),
        PropSpec::field("critReset", Lambda, "condition for leaving level CRITICAL"),
        PropSpec::method(
            "stateChangesOnly",
            &[],
            Some(Param::new("interval", Duration)),
            "only events that change the level, and one after each interval",
        )
        .returning(DATA),
        PropSpec::method(
            "flapping",
            &[Param::new("low", Float), Param::new("high", Float)],
            None,
            "no events while the level changes more often than `high`, until below `low` (0.0 to 1.0)",
        )
        .returning(DATA),
        PropSpec::field("history", Int, "how many levels `flapping` looks at (default 21)"),
        PropSpec::flag("noRecoveries", "no events of level OK").returning(DATA),
        PropSpec::flag("all", "of a batch all points have to satisfy a condition").returning(DATA),
        PropSpec::method(
            "inhibit",
            &[Param::new("category", Str)],
            Some(Param::new("tag", Str)),
            "while this alert is not OK, drop events of that category with equal tags",
        )
        .returning(DATA),
        PropSpec::field("levelTag", Str, "tag that takes the level"),
        PropSpec::field("levelField", Str, "field that takes the level"),
        PropSpec::field("idTag", Str, "tag that takes the id"),
        PropSpec::field("idField", Str, "field that takes the id"),
        PropSpec::field("messageField", Str, "field that takes the message"),
        PropSpec::field("durationField", Str, "field that takes the duration, an int of nanoseconds"),
    ],
    doc: "makes events of points, by level",
    details: "The highest level whose condition is true decides. An event goes to the handlers declared on the \
              node and to its topic. Only points that make an event pass on.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |alert()\n        \
              .id('{{ index .Tags \"host\" }}/cpu')\n        .warn(lambda: \"usage_idle\" < 20.0)\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        .stateChangesOnly()\n        .slack()\n",
    start: start_up,
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

fn start_up(node: &NodeDef, context: &StartContext<'_>) -> Result<(), Fault> {
    // HTML's own rules are applied when the first event is made, not here.
    for (name, json) in [("id", false), ("message", false), ("details", true)] {
        if let Some(text) = node.str(name) {
            start::template(name, text, json).map_err(|fault| fault.prop(name))?;
        }
    }
    for handler in &node.handlers {
        if let Some(spec) = context.handlers.iter().find(|spec| spec.name == handler.kind) {
            (spec.start)(handler)
                .map_err(|fault| if fault.prop.is_some() { fault } else { fault.prop(handler.kind) })?;
        }
    }
    levels(node)?;
    flapping(node)
}

fn levels(node: &NodeDef) -> Result<(), Fault> {
    for (level, reset) in [("info", "infoReset"), ("warn", "warnReset"), ("crit", "critReset")] {
        if node.arg(level).is_none() {
            continue;
        }
        for name in [level, reset] {
            let Some(lambda) = node.arg(name) else { continue };
            let wrapper = format!("Failed to compile stateful expression for {name}: ");
            start::lambda_arg(Some(lambda), &wrapper).map_err(|fault| fault.prop(name))?;
        }
    }
    Ok(())
}

fn flapping(node: &NodeDef) -> Result<(), Fault> {
    let Some(call) = node.prop("flapping") else { return Ok(()) };
    if call.args.iter().any(|arg| matches!(arg, Arg::Float(x) if *x > 1.0)) {
        return Err(Fault::new("alert flap thresholds are percentages and should be between 0 and 1")
            .message("the bounds of `flapping` are fractions between 0.0 and 1.0")
            .prop("flapping"));
    }
    Ok(())
}
