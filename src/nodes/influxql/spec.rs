//! The functions of InfluxQL: aggregates, selectors and transformations, a spec for each.

use crate::pipeline::ArgType::{Duration, Float, Int, Str};
use crate::pipeline::{Edge, NodeSpec, Param, PropSpec, Whole};

const FIELD: Param = Param::new("field", Str);

const PROPS: &[PropSpec] = &[
    PropSpec::field("as", Str, "name of the result (default: the function's)"),
    PropSpec::flag("usePointTimes", "take the time of the chosen point instead of the batch's"),
];

const BASE: NodeSpec = NodeSpec {
    go_type: "InfluxQLNode",
    params: &[FIELD],
    props: PROPS,
    whole: |_| Whole::Drops,
    ..NodeSpec::BASE
};

/// Why aggregates and selectors of single points surprise.
const POINT_DETAILS: &str = "Of a batch one point goes out; of a stream one for each run of points with equal times, \
                             when the next time begins.";
const BATCH_DETAILS: &str = "A batch goes out for each batch, or for each run of points with equal times.";
const EACH_DETAILS: &str =
    "Goes from point to point: over the life of a group in a stream, within the batch in batches.";

const fn point(name: &'static str, doc: &'static str, example: &'static str) -> NodeSpec {
    NodeSpec { name, desc: name, provides: Edge::Stream, doc, details: POINT_DETAILS, example, ..BASE }
}

/// Selectors give the chosen point with all its fields.
const fn selector(name: &'static str, doc: &'static str, example: &'static str) -> NodeSpec {
    NodeSpec { whole: |_| Whole::Passes, ..point(name, doc, example) }
}

const fn batch(
    name: &'static str,
    desc: &'static str,
    params: &'static [Param],
    doc: &'static str,
    example: &'static str,
) -> NodeSpec {
    NodeSpec { name, desc, params, provides: Edge::Batch, doc, details: BATCH_DETAILS, example, ..BASE }
}

const fn each(
    name: &'static str,
    params: &'static [Param],
    doc: &'static str,
    example: &'static str,
) -> NodeSpec {
    NodeSpec { name, desc: name, params, doc, details: EACH_DETAILS, example, ..BASE }
}

/// A windowed example around one call.
macro_rules! windowed {
    ($call:literal) => {
        concat!(
            "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |window()\n        ",
            ".period(5m)\n        .every(1m)\n    |",
            $call,
            "\n    |log()\n"
        )
    };
}

pub(crate) const COUNT: NodeSpec =
    point("count", "counts the values of a field", windowed!("count('usage_idle')"));
pub(crate) const SUM: NodeSpec =
    point("sum", "adds up the values of a field", windowed!("sum('usage_idle')"));
pub(crate) const MEAN: NodeSpec =
    point("mean", "the arithmetic mean of a field", windowed!("mean('usage_idle')"));
pub(crate) const MEDIAN: NodeSpec =
    point("median", "the middle value of a field", windowed!("median('usage_idle')"));
pub(crate) const MODE: NodeSpec =
    point("mode", "the most frequent value of a field", windowed!("mode('usage_idle')"));
pub(crate) const SPREAD: NodeSpec = point(
    "spread",
    "the difference of the largest and the smallest value",
    windowed!("spread('usage_idle')"),
);
pub(crate) const STDDEV: NodeSpec =
    point("stddev", "the standard deviation of a field", windowed!("stddev('usage_idle')"));
pub(crate) const FIRST: NodeSpec =
    selector("first", "the point with the earliest time", windowed!("first('usage_idle')"));
pub(crate) const LAST: NodeSpec =
    selector("last", "the point with the latest time", windowed!("last('usage_idle')"));
pub(crate) const MIN: NodeSpec =
    selector("min", "the point with the smallest value", windowed!("min('usage_idle')"));
pub(crate) const MAX: NodeSpec =
    selector("max", "the point with the largest value", windowed!("max('usage_idle')"));
pub(crate) const PERCENTILE: NodeSpec = NodeSpec {
    params: &[FIELD, Param::new("percent", Float)],
    ..selector(
        "percentile",
        "the point whose value exceeds that percentage of the values",
        windowed!("percentile('usage_idle', 95.0)"),
    )
};

pub(crate) const DISTINCT: NodeSpec = batch(
    "distinct",
    "distinct",
    &[FIELD],
    "the different values of a field",
    windowed!("distinct('usage_idle')"),
);
pub(crate) const TOP: NodeSpec = NodeSpec {
    rest: Some(Param::new("name", Str)),
    ..batch(
        "top",
        "top",
        &[Param::new("n", Int), FIELD],
        "the n largest values of a field",
        windowed!("top(3, 'usage_idle')"),
    )
};
pub(crate) const BOTTOM: NodeSpec = NodeSpec {
    rest: Some(Param::new("name", Str)),
    ..batch(
        "bottom",
        "bottom",
        &[Param::new("n", Int), FIELD],
        "the n smallest values of a field",
        windowed!("bottom(3, 'usage_idle')"),
    )
};
const HOLT_PARAMS: &[Param] =
    &[FIELD, Param::new("h", Int), Param::new("season", Int), Param::new("interval", Duration)];
pub(crate) const HOLT_WINTERS: NodeSpec = batch(
    "holtWinters",
    "holtWinters",
    HOLT_PARAMS,
    "the next h values, as the Holt-Winters method foresees them",
    windowed!("holtWinters('usage_idle', 10, 0, 10s)"),
);
pub(crate) const HOLT_WINTERS_WITH_FIT: NodeSpec = batch(
    "holtWintersWithFit",
    "holtWinters",
    HOLT_PARAMS,
    "the fitted values and the next h, by the Holt-Winters method",
    windowed!("holtWintersWithFit('usage_idle', 10, 0, 10s)"),
);

pub(crate) const ELAPSED: NodeSpec = each(
    "elapsed",
    &[FIELD, Param::new("unit", Duration)],
    "the time since the point before, in units",
    windowed!("elapsed('usage_idle', 1s)"),
);
pub(crate) const DIFFERENCE: NodeSpec =
    each("difference", &[FIELD], "the difference to the value before", windowed!("difference('usage_idle')"));
pub(crate) const MOVING_AVERAGE: NodeSpec = each(
    "movingAverage",
    &[FIELD, Param::new("n", Int)],
    "the mean of the last n values",
    windowed!("movingAverage('usage_idle', 10)"),
);
pub(crate) const CUMULATIVE_SUM: NodeSpec =
    each("cumulativeSum", &[FIELD], "the sum of all values so far", windowed!("cumulativeSum('usage_idle')"));
