//! One file for each node: what it offers to scripts, and what it does.

mod alert;
mod autoscale;
mod barrier;
mod batch;
mod buffer;
mod build;
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
mod grouped;
mod http_out;
mod http_post;
mod influxdb_out;
mod influxql;
mod join;
mod log;
mod loopback;
mod loops;
mod names;
mod node;
mod noop;
mod per_group;
mod place;
mod prefixes;
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
mod tagged;
mod timers;
mod told;
mod trickle;
mod udf;
mod union;
mod where_;
mod window;

pub use loops::{Looped, Loops};
pub use node::{Barrier, Cx, Msg, Node, Step, TaskInfo};
pub use per_group::PerGroup;
pub use sideload::SideTable;
pub use timers::{Due, Timers, Watch};

use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Slots};
use crate::pipeline::{Fault, NodeDef, NodeSpec, Whole};

pub use alert::doubts;
pub use buffer::Buffer;
pub use build::{Build, Registrar};
pub use from::Admission;
pub use influxql::Fold;

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
    &udf::SPEC,
    &union::SPEC,
    &where_::SPEC,
    &window::SPEC,
];

/// What a node does with fields that the script does not name.
pub fn whole_of(node: &NodeDef) -> Whole {
    SPECS.iter().find(|spec| spec.name == node.kind).map_or(Whole::Reads, |spec| (spec.whole)(node))
}

macro_rules! running {
    ($($($kind:literal)|+ => $module:ident::$Node:ident),+ $(,)?) => {
        /// A node at work, of any kind.
        pub enum AnyNode {
            $(
                #[doc = concat!($("`", $kind, "` "),+)]
                $Node(Box<$module::$Node>),
            )+
        }

        impl AnyNode {
            /// The node that a definition describes; `None` for kinds that cannot run yet.
            pub fn build(def: &NodeDef, b: &mut Build<'_>) -> Option<Result<AnyNode, Fault>> {
                Some(match def.kind {
                    $($($kind)|+ => $module::$Node::build(def, b).map(|n| AnyNode::$Node(Box::new(n))),)+
                    _ => return None,
                })
            }

            /// Whether nodes of this kind can run. A `deadman` is other nodes by then.
            pub fn runs(kind: &str) -> bool {
                kind == deadman::SPEC.name || matches!(kind, $($($kind)|+)|+)
            }
        }

        impl Keep for AnyNode {
            fn save(&self, out: &mut Saver<'_>) {
                match self {
                    $(AnyNode::$Node(n) => n.save(out),)+
                }
            }

            fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
                match self {
                    $(AnyNode::$Node(n) => n.restore(from),)+
                }
            }
        }

        impl Node for AnyNode {
            fn sources(&self, slots: &mut Slots) {
                match self {
                    $(AnyNode::$Node(n) => n.sources(slots),)+
                }
            }

            #[inline]
            fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
                match self {
                    $(AnyNode::$Node(n) => n.point(row, cx),)+
                }
            }

            fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
                match self {
                    $(AnyNode::$Node(n) => n.begin(head, cx),)+
                }
            }

            #[inline]
            fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
                match self {
                    $(AnyNode::$Node(n) => n.item(row, cx),)+
                }
            }

            fn fold(&mut self, fold: influxql::Fold, cx: &mut Cx<'_>) -> Step<()> {
                match self {
                    $(AnyNode::$Node(n) => n.fold(fold, cx),)+
                }
            }

            fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
                match self {
                    $(AnyNode::$Node(n) => n.end(cx),)+
                }
            }

            fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
                match self {
                    $(AnyNode::$Node(n) => n.barrier(barrier, cx),)+
                }
            }

            fn forget(&mut self, group: GroupId, cx: &mut Cx<'_>) -> Step<GroupId> {
                match self {
                    $(AnyNode::$Node(n) => n.forget(group, cx),)+
                }
            }

            fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
                match self {
                    $(AnyNode::$Node(n) => n.next(cx),)+
                }
            }

            fn start(&mut self, cx: &mut Cx<'_>) {
                match self {
                    $(AnyNode::$Node(n) => n.start(cx),)+
                }
            }

            fn wake(&mut self, key: u32, cx: &mut Cx<'_>) -> Step<()> {
                match self {
                    $(AnyNode::$Node(n) => n.wake(key, cx),)+
                }
            }

            fn close(&mut self, cx: &mut Cx<'_>) -> Step<()> {
                match self {
                    $(AnyNode::$Node(n) => n.close(cx),)+
                }
            }

            fn pending(&self) -> usize {
                match self {
                    $(AnyNode::$Node(n) => n.pending(),)+
                }
            }

            fn cardinality(&self) -> usize {
                match self {
                    $(AnyNode::$Node(n) => n.cardinality(),)+
                }
            }

            fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
                match self {
                    $(AnyNode::$Node(n) => n.counters(out),)+
                }
            }

            fn finish(&mut self, cx: &mut Cx<'_>) {
                match self {
                    $(AnyNode::$Node(n) => n.finish(cx),)+
                }
            }
        }
    };
}

running! {
    "alert" => alert::Alert,
    "barrier" => barrier::Barrier,
    "batch" => batch::Batch,
    "changeDetect" => change_detect::ChangeDetect,
    "combine" => combine::Combine,
    "count" | "first" | "last" | "max" | "mean" | "median" | "min" | "mode" | "percentile" | "spread" | "stddev"
        | "sum" => influxql::Reduce,
    "bottom" | "distinct" | "holtWinters" | "holtWintersWithFit" | "top" => influxql::Several,
    "cumulativeSum" | "difference" | "elapsed" | "movingAverage" => influxql::Transform,
    "default" => default::Default,
    "delete" => delete::Delete,
    "derivative" => derivative::Derivative,
    "eval" => eval::Eval,
    "flatten" => flatten::Flatten,
    "from" => from::From,
    "groupBy" => group_by::GroupBy,
    "httpOut" => http_out::HttpOut,
    "httpPost" => http_post::HttpPost,
    "influxDBOut" => influxdb_out::InfluxDbOut,
    "join" => join::Join,
    "kapacitorLoopback" => loopback::Loopback,
    "log" => log::Log,
    "noop" => noop::Noop,
    "query" => query::Query,
    "queryFlux" => query_flux::QueryFlux,
    "sample" => sample::Sample,
    "sideload" => sideload::Sideload,
    "shift" => shift::Shift,
    "stateCount" => state_count::StateCount,
    "stateDuration" => state_duration::StateDuration,
    "stats" => stats::Stats,
    "stream" => stream::Stream,
    "k8sAutoscale" | "swarmAutoscale" | "ec2Autoscale" => autoscale::Autoscale,
    "trickle" => trickle::Trickle,
    "udf" => udf::Udf,
    "union" => union::Union,
    "where" => where_::Where,
    "window" => window::Window,
}
