//! Fields, tags and measurements that a sample of the data never has, and nodes that its points never leave.

use std::collections::BTreeSet;

use super::flow::{first_args, lambda};
use super::sample::{Columns, Sample};
use crate::lang::ast::{Expr, ExprKind};
use crate::nodes;
use crate::pipeline::{Arg, Graph, NodeDef, NodeId, Whole};
use crate::template::{Options, Template};
use crate::text::{Diagnostic, Span, suggest};

pub(super) fn look(graph: &Graph, sample: &Sample, found: &mut Vec<Diagnostic>) {
    // What flows out of each node; nodes come after their parents, but for cycles that there are none of.
    let mut flowing: Vec<Option<Columns>> = Vec::with_capacity(graph.nodes.len());
    for (_, node) in graph.iter() {
        // A `from` looks at the data themselves.
        let before = if node.kind == "from" { sample.columns_of(node) } else { reaching(node, &flowing) };
        match &before {
            Some(columns) => uses(node, columns, found),
            None if node.kind == "from" => found.push(no_measurement(node, sample)),
            None => {}
        }
        flowing.push(before.and_then(|before| leaving(node, before)));
        stuck(graph, node, sample, found);
    }
}

/// What reaches a node, if it has one parent and that is known.
fn reaching(node: &NodeDef, flowing: &[Option<Columns>]) -> Option<Columns> {
    match node.parents.as_slice() {
        [NodeId(parent)] => flowing.get(*parent as usize).cloned().flatten(),
        _ => None,
    }
}

/// What leaves a node, as far as that is known.
fn leaving(node: &NodeDef, before: Columns) -> Option<Columns> {
    let mut after = before;
    match node.kind {
        "eval" => {
            match node.strs("keep") {
                Some(kept) if kept.is_empty() => {}
                Some(kept) => after.fields = kept.into_iter().map(str::to_owned).collect(),
                None => after.fields.clear(),
            }
            after.fields.extend(node.strs("as").unwrap_or_default().into_iter().map(str::to_owned));
            after.tags.extend(node.strs("tags").unwrap_or_default().into_iter().map(str::to_owned));
        }
        "default" => {
            after.fields.extend(first_args(node, &["field"]).map(str::to_owned));
            after.tags.extend(first_args(node, &["tag"]).map(str::to_owned));
        }
        "delete" => {
            let gone = |prop| first_args(node, prop).collect::<BTreeSet<&str>>();
            let (fields, tags) = (gone(&["field"]), gone(&["tag"]));
            after.fields.retain(|name| !fields.contains(name.as_str()));
            after.tags.retain(|name| !tags.contains(name.as_str()));
        }
        "stateCount" => drop(after.fields.insert(node.str("as").unwrap_or("state_count").to_owned())),
        "stateDuration" => drop(after.fields.insert(node.str("as").unwrap_or("state_duration").to_owned())),
        "alert" => {
            let names = ["levelTag", "idTag", "levelField", "idField", "messageField", "durationField"];
            let named = names.into_iter().filter_map(|name| node.str(name)).map(str::to_owned);
            after.fields.extend(named);
        }
        "derivative" => drop(after.fields.insert(derived(node))),
        _ if takes_field(node) => {
            // Selectors keep the chosen point's other fields.
            if nodes::whole_of(node) != Whole::Passes {
                after.fields.clear();
            }
            after.fields.insert(node.str("as").unwrap_or(node.kind).to_owned());
        }
        "from" | "window" | "where" | "groupBy" | "log" | "noop" | "httpOut" | "sample" | "shift"
        | "barrier" | "changeDetect" | "influxDBOut" => {}
        // Joins rename, functions do what they want: nothing is known any more.
        _ => return None,
    }
    Some(after)
}

/// The name of a derivative is that of its field.
fn derived(node: &NodeDef) -> String {
    let field = match node.args.first() {
        Some(Arg::Str(name)) => name.as_str(),
        _ => "",
    };
    node.str("as").unwrap_or(field).to_owned()
}

/// Whether a node is a function of InfluxQL: its first or second parameter is called `field`.
fn takes_field(node: &NodeDef) -> bool {
    field_of(node).is_some()
}

fn spec(node: &NodeDef) -> Option<&'static crate::pipeline::NodeSpec> {
    nodes::SPECS.iter().copied().find(|spec| spec.name == node.kind)
}

/// The field that an aggregate, a selector or a transformation works on.
fn field_of(node: &NodeDef) -> Option<&str> {
    let at = spec(node)?.params.iter().position(|param| param.name == "field")?;
    match node.args.get(at) {
        Some(Arg::Str(name)) => Some(name),
        _ => None,
    }
}

/// Reports what a node reads and its points do not have.
fn uses(node: &NodeDef, columns: &Columns, found: &mut Vec<Diagnostic>) {
    // Results of an `eval` can be used by its later expressions.
    let own: BTreeSet<&str> = node.strs("as").unwrap_or_default().into_iter().collect();
    let known =
        |name: &str| columns.fields.contains(name) || columns.tags.contains(name) || own.contains(name);
    let mut reported = BTreeSet::new();
    let mut report = |name: &str, span: Span, what: &str, among: Vec<&str>| {
        if reported.insert(name.to_owned()) {
            found.push(missing(name, span, what, among));
        }
    };
    let all = || columns.fields.iter().chain(&columns.tags).map(String::as_str);
    let props = node.props.iter().flat_map(|prop| &prop.args);
    for expr in node.args.iter().chain(props).filter_map(lambda) {
        required(expr, &mut |name, span| {
            if name != "time" && !known(name) {
                report(name, span, "field or tag", all().collect());
            }
        });
    }
    if let Some(field) = field_of(node)
        && !columns.fields.contains(field)
    {
        report(field, node.span, "field", columns.fields.iter().map(String::as_str).collect());
    }
    let (by, span) = match (node.kind, node.prop("groupBy")) {
        ("groupBy", _) => (node.args.as_slice(), node.span),
        ("from", Some(prop)) => (prop.args.as_slice(), prop.span),
        _ => (&[][..], node.span),
    };
    for arg in by {
        if let Arg::Str(tag) = arg
            && !columns.tags.contains(tag)
        {
            report(tag, span, "tag", columns.tags.iter().map(String::as_str).collect());
        }
    }
    if node.kind == "alert" {
        templates(node, columns, &mut report);
    }
}

/// Calls `see` for each reference that has to be there: not for those that `isPresent` asks for.
fn required(expr: &Expr, see: &mut impl FnMut(&str, Span)) {
    let asked: BTreeSet<String> = asked(expr);
    crate::lang::walk(expr, &mut |part| {
        if let ExprKind::Ref(name) = &part.kind
            && !asked.contains(name)
        {
            see(name, part.span);
        }
    });
}

fn asked(expr: &Expr) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    crate::lang::walk(expr, &mut |part| {
        if let ExprKind::Call(call) = &part.kind
            && call.name == "isPresent"
        {
            asked.extend(call.args.iter().filter_map(|arg| match &arg.kind {
                ExprKind::Ref(name) => Some(name.clone()),
                _ => None,
            }));
        }
    });
    asked
}

fn templates(node: &NodeDef, columns: &Columns, report: &mut impl FnMut(&str, Span, &str, Vec<&str>)) {
    for name in ["id", "message", "details"] {
        let (Some(prop), Some(text)) = (node.prop(name), node.str(name)) else { continue };
        let options = Options { html: name == "details", json: true };
        let Ok(template) = Template::parse(name, text, options) else { continue };
        for (map, what, has) in [("Tags", "tag", &columns.tags), ("Fields", "field", &columns.fields)] {
            for key in template.keys(map).into_iter().filter(|key| !has.contains(*key)) {
                report(key, prop.span, what, has.iter().map(String::as_str).collect());
            }
        }
    }
}

fn missing(name: &str, span: Span, what: &str, among: Vec<&str>) -> Diagnostic {
    let hint = match suggest::nearest(name, among.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if among.is_empty() => format!("the points have no {what} at all here"),
        None => format!("there are {}", listed(&among)),
    };
    Diagnostic::warning("W0306", format!("no point of the data has a {what} `{name}` here"))
        .at(span)
        .hint(hint)
}

fn no_measurement(node: &NodeDef, sample: &Sample) -> Diagnostic {
    let name = node.str("measurement").unwrap_or_default();
    let span = node.prop("measurement").map_or(node.span, |prop| prop.span);
    let among: Vec<&str> = sample.measurements.keys().map(String::as_str).collect();
    let hint = match suggest::nearest(name, among.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", listed(&among)),
    };
    Diagnostic::warning("W0306", format!("the data have no measurement `{name}`")).at(span).hint(hint)
}

/// The first few names.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        text.push(format!("{} more", names.len() - SHOWN));
    }
    text.join(", ")
}

/// Windows that never close and joins that drop what has no partner.
fn stuck(graph: &Graph, node: &NodeDef, sample: &Sample, found: &mut Vec<Diagnostic>) {
    let Some(outcome) = sample.outcomes.get(&node.name) else { return };
    if node.kind == "window" && outcome.taken > 0 && outcome.given == 0 {
        found.push(
            Diagnostic::warning(
                "W0307",
                format!("this window took {} points and never closed", outcome.taken),
            )
            .at(node.span)
            .hint(
                "the data are shorter than its period; carry the clock on with `--until` when you run them",
            ),
        );
    }
    if node.kind == "join" && node.prop("fill").is_none() {
        let given: Vec<u64> = node
            .parents
            .iter()
            .filter_map(|id| Some(sample.outcomes.get(&graph.node(*id).name)?.given))
            .collect();
        if let (Some(&few), Some(&many)) = (given.iter().min(), given.iter().max())
            && few < many
        {
            found.push(sparse(node, few, many, outcome.given));
        }
    }
}

fn sparse(node: &NodeDef, few: u64, many: u64, joined: u64) -> Diagnostic {
    let names = node.strs("as").unwrap_or_default();
    let sides = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let message = format!(
        "one side of this join has {few} points, another {many}{sides}: {joined} find a partner, the rest is dropped"
    );
    Diagnostic::warning("W0308", message)
        .at(node.span)
        .hint("`.fill('null')` or `.fill(0.0)` keeps points whose partner is missing")
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::codes;
    use crate::lint::{Columns, Outcome, Sample};

    fn sample() -> Sample {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let cpu =
            Columns { fields: set(&["usage_idle", "usage_user"]), tags: set(&["host", "cpu"]), series: 4 };
        let mem = Columns { fields: set(&["used"]), tags: set(&["host"]), series: 2 };
        let measurements = [("cpu".to_owned(), cpu), ("mem".to_owned(), mem)].into();
        Sample { measurements, ..Sample::default() }
    }

    fn of(rest: &str) -> Vec<&'static str> {
        codes(&format!("stream|from().measurement('cpu').groupBy('host'){rest}"), Some(&sample()))
    }

    #[test]
    fn names_that_the_data_do_not_have() {
        for (rest, count) in [
            (r#"|alert().crit(lambda: "usage_idel" < 10)"#, 1),
            (r#"|alert().crit(lambda: "usage_idle" < 10 AND "cpu" == 'cpu0')"#, 0),
            (r#"|alert().crit(lambda: isPresent("steal") AND "steal" < 10)"#, 0),
            (r#"|alert().crit(lambda: "used" < 10)"#, 1),
            (
                r#"|eval(lambda: "usage_idle" * 2, lambda: "d" + 1).as('d', 'e')|alert().crit(lambda: "d" < 10)"#,
                0,
            ),
            (r#"|eval(lambda: "usage_idle").as('d')|alert().crit(lambda: "usage_idle" < 10)"#, 1),
            (r#"|eval(lambda: "usage_idle").as('d').keep()|alert().crit(lambda: "usage_idle" < 10)"#, 0),
            (r#"|window().period(1m).every(1m)|mean('idle')|log()"#, 1),
            (r#"|window().period(1m).every(1m)|mean('usage_idle')|alert().crit(lambda: "mean" < 1)"#, 0),
            (
                r#"|window().period(1m).every(1m)|mean('usage_idle')|alert().crit(lambda: "usage_idle" < 1)"#,
                1,
            ),
            (r#"|window().period(1m).every(1m)|max('usage_idle')|alert().crit(lambda: "usage_user" < 1)"#, 0),
            ("|groupBy('hots')|log()", 1),
            (r#".where(lambda: "cpu" == 'cpu0' AND "usage_idle" > 1)|log()"#, 0),
            (r#".where(lambda: "cup" == 'cpu0')|log()"#, 1),
            (r#"|default().field('f', 1)|alert().crit(lambda: "f" < 1)"#, 0),
            (r#"|delete().field('usage_user')|alert().crit(lambda: "usage_user" < 1)"#, 1),
            (r#"|stateDuration(lambda: "usage_idle" < 1)|alert().crit(lambda: "state_duration" > 5)"#, 0),
            (
                r#"|alert().crit(lambda: "usage_idle" < 1).message('{{ .Tags.hostname }} {{ index .Fields "x" }}')"#,
                2,
            ),
            ("|join(stream|from().measurement('mem')).as('a', 'b')|alert().crit(lambda: \"a.nope\" < 1)", 0),
        ] {
            assert_eq!(of(rest), vec!["W0306"; count], "{rest}");
        }
    }

    #[test]
    fn tags_that_a_from_groups_by_and_the_data_do_not_have() {
        let of = |tag: &str| {
            codes(&format!("stream|from().measurement('cpu').groupBy('{tag}')|log()"), Some(&sample()))
        };
        assert_eq!(of("hots"), ["W0306"]);
        assert_eq!(of("host"), [""; 0]);
    }

    #[test]
    fn measurements_that_the_data_do_not_have() {
        let script = "stream|from().measurement('cpuu')|alert().crit(lambda: \"x\" > 1)";
        let found = crate::lint::lint(&crate::lint::tests::graph(script), Some(&sample()));
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.message, "the data have no measurement `cpuu`");
        assert_eq!(only.hint.as_deref(), Some("did you mean `cpu`?"));
    }

    #[test]
    fn nodes_that_points_never_leave() {
        let played = |outcomes: &[(&str, u64, u64)], script: &str| {
            let of = |&(node, taken, given): &(&str, u64, u64)| (node.to_owned(), Outcome { taken, given });
            codes(script, Some(&Sample { outcomes: outcomes.iter().map(of).collect(), ..sample() }))
        };
        let window = "stream|from().measurement('cpu')|window().period(1h).every(1h)|log()";
        assert_eq!(played(&[("window2", 9, 0)], window), ["W0307"]);
        assert_eq!(played(&[("window2", 9, 1)], window), [""; 0]);
        assert_eq!(played(&[("window2", 0, 0)], window), [""; 0]);
        let join = |fill: &str| {
            format!(
                "var a = stream|from().measurement('cpu')\nvar b = stream|from().measurement('mem')\n\
                 a|join(b).as('a', 'b'){fill}|log()"
            )
        };
        let sides = [("from1", 20, 10), ("from2", 20, 4), ("join4", 14, 4)];
        assert_eq!(played(&sides, &join("")), ["W0308"]);
        assert_eq!(played(&sides, &join(".fill(0.0)")), [""; 0]);
        assert_eq!(played(&[("from1", 9, 4), ("from2", 9, 4), ("join4", 8, 4)], &join("")), [""; 0]);
    }
}
