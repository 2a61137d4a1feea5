//! What scripts may say about `query`.

use crate::nodes::schedule;
use crate::pipeline::ArgType::{Any, Duration, Str};
use crate::pipeline::influxql::{self, Select, Statement};
use crate::pipeline::{After, Arg, Edge, Fault, NodeDef, NodeSpec, Param, PropSpec, StartContext};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "query",
    desc: "query",
    go_type: "QueryNode",
    wants: Edge::Batch,
    provides: Edge::Batch,
    after: After::Batch,
    params: &[Param::new("query", Str)],
    props: &[
        PropSpec::field(
            "period",
            Duration,
            "length of the range that is asked for (default 0: nothing is found)",
        ),
        PropSpec::field("every", Duration, "how often to ask; this or `cron` is required"),
        PropSpec::field("cron", Str, "when to ask, in cron's syntax, local time"),
        PropSpec::field("offset", Duration, "shift the range back by this much"),
        PropSpec::flag("align", "ask at multiples of `every`"),
        PropSpec::flag("alignGroup", "let the buckets of `time()` begin at the start of the range"),
        PropSpec::list(
            "groupBy",
            Param::new("dimension", Any),
            "group by tags, `*`, a duration or `time(length, offset)`",
        ),
        PropSpec::flag("groupByMeasurement", "group by measurement too"),
        PropSpec::field(
            "fill",
            Any,
            "what empty buckets hold: 'null', 'none', 'previous', 'linear' or a number",
        ),
        PropSpec::field("cluster", Str, "name of the InfluxDB to ask (default: the default one)"),
    ],
    doc: "runs an InfluxQL query on a schedule",
    details: "The query is a single SELECT. Its time range and its GROUP BY come from the properties. All numbers \
              of the result are floats.",
    example: "batch\n    |query('SELECT mean(usage_idle) FROM \"telegraf\".\"autogen\".\"cpu\"')\n        \
              .period(5m)\n        .every(1m)\n        .groupBy(time(1m), 'host')\n    |log()\n",
    start,
    ..NodeSpec::BASE
};

fn start(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    if let Some(Arg::Str(query)) = node.args.first() {
        single_select(query)?;
    }
    dimensions(node)?;
    fill(node)?;
    schedule::check(node)
}

/// The SELECT that a query is.
pub(super) fn single_select(query: &str) -> Result<Select, Fault> {
    let statements = influxql::parse(query).map_err(|error| {
        Fault::new(format!("failed to parse InfluxQL query: {error}"))
            .message(format!("the query is not InfluxQL: {error}"))
    })?;
    match statements.as_slice() {
        [Statement::Select(select)] => Ok((**select).clone()),
        [Statement::Other(text)] => Err(Fault::new(format!("query is not a select statement {text:?}"))
            .message(format!("the query is `{text}`, not a SELECT"))),
        others => {
            let text = format!("query must be a single select statement, got {} statements", others.len());
            Err(Fault::new(text).message(format!("the query has {} statements", others.len())))
        }
    }
}

fn dimensions(node: &NodeDef) -> Result<(), Fault> {
    let Some(group) = node.prop("groupBy") else { return Ok(()) };
    let mut times = 0;
    for arg in &group.args {
        match arg {
            Arg::Str(_) | Arg::Star => {}
            Arg::Duration(_) | Arg::TimeDim { .. } => {
                times += 1;
                if times > 1 {
                    return Err(
                        Fault::new("groupBy cannot have more than one time dimension").prop("groupBy")
                    );
                }
            }
            other => {
                let ty = other.go_type();
                let text = format!("invalid dimension type:{ty}, must be string or time.Duration");
                return Err(Fault::new(text).prop("groupBy"));
            }
        }
    }
    Ok(())
}

fn fill(node: &NodeDef) -> Result<(), Fault> {
    match node.arg("fill") {
        Some(Arg::Str(fill)) if !matches!(fill.as_str(), "null" | "none" | "previous" | "linear") => {
            Err(Fault::new(format!("unexpected fill option {fill}"))
                .message(format!("`fill` does not know '{fill}'"))
                .hint("use 'null', 'none', 'previous', 'linear' or a number")
                .prop("fill"))
        }
        _ => Ok(()),
    }
}
