//! One file for each node: what it offers to scripts, and what it does.

mod alert;
mod autoscale;
mod barrier;
mod batch;
mod change_detect;
mod combine;
mod deadman;
mod default;
mod delete;
mod derivative;
mod dims;
mod eval;
mod flatten;
mod from;
mod group_by;
mod http_out;
mod http_post;
mod influxdb_out;
mod influxql;
mod join;
mod log;
mod loopback;
mod names;
mod node;
mod noop;
mod query;
mod query_flux;
mod sample;
mod schedule;
mod shift;
mod sideload;
mod state_count;
mod state_duration;
mod stats;
mod stream;
mod trickle;
mod union;
mod where_;
mod window;

pub use node::{Cx, Node, PerGroup, Step, TaskInfo};

use crate::pipeline::NodeSpec;

/// Everything a script can chain, and the sources.
pub const SPECS: &[&NodeSpec] = &[
    &alert::SPEC,
    &autoscale::EC2,
    &autoscale::K8S,
    &autoscale::SWARM,
    &barrier::SPEC,
    &batch::SPEC,
    &change_detect::SPEC,
    &combine::SPEC,
    &deadman::SPEC,
    &default::SPEC,
    &delete::SPEC,
    &derivative::SPEC,
    &eval::SPEC,
    &flatten::SPEC,
    &from::SPEC,
    &group_by::SPEC,
    &http_out::SPEC,
    &http_post::SPEC,
    &influxdb_out::SPEC,
    &influxql::BOTTOM,
    &influxql::COUNT,
    &influxql::CUMULATIVE_SUM,
    &influxql::DIFFERENCE,
    &influxql::DISTINCT,
    &influxql::ELAPSED,
    &influxql::FIRST,
    &influxql::HOLT_WINTERS,
    &influxql::HOLT_WINTERS_WITH_FIT,
    &influxql::LAST,
    &influxql::MAX,
    &influxql::MEAN,
    &influxql::MEDIAN,
    &influxql::MIN,
    &influxql::MODE,
    &influxql::MOVING_AVERAGE,
    &influxql::PERCENTILE,
    &influxql::SPREAD,
    &influxql::STDDEV,
    &influxql::SUM,
    &influxql::TOP,
    &join::SPEC,
    &log::SPEC,
    &loopback::SPEC,
    &noop::SPEC,
    &query::SPEC,
    &query_flux::SPEC,
    &sample::SPEC,
    &shift::SPEC,
    &sideload::SPEC,
    &state_count::SPEC,
    &state_duration::SPEC,
    &stats::SPEC,
    &stream::SPEC,
    &trickle::SPEC,
    &union::SPEC,
    &where_::SPEC,
    &window::SPEC,
];
