//! `sample`: keeps every n-th point, or those at multiples of a duration.

use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Damaged, Keep, Loader, Row, Saver, kept};
use crate::pipeline::ArgType::Any;
use crate::pipeline::{Arg, EdgeType, Fault, NodeDef, NodeSpec, Param, StartContext};
use crate::value::time::truncate;

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "sample",
    desc: "sample",
    go_type: "SampleNode",
    params: &[Param::new("rate", Any)],
    doc: "keeps every n-th point, or the points at multiples of a duration",
    details: "With an int the first of n points passes, counted in each group and anew in each batch; with a \
              duration those whose time is a multiple of it.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |sample(10)\n    |log()\n",
    create,
    start,
    ..NodeSpec::BASE
};

fn create(_: EdgeType, args: &[Arg]) -> Result<(), Fault> {
    match args {
        [Arg::Int(_) | Arg::Duration(_)] => Ok(()),
        [other, ..] => Err(Fault::new("must pass int64 or duration to new sample node")
            .message(format!("`sample` takes an int or a duration, got {}", other.words()))),
        [] => Ok(()),
    }
}

fn start(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    match node.args.first() {
        Some(Arg::Int(0) | Arg::Duration(0)) => {
            Err(Fault::new("invalid sample rate: must be positive integer or duration")
                .message("`sample` needs a rate greater than zero"))
        }
        _ => Ok(()),
    }
}

/// `sample` at work.
pub struct Sample {
    rate: Rate,
    groups: PerGroup<Seen>,
}

/// How many points of a group were seen.
#[derive(Default)]
struct Seen(i64);

impl Seen {
    /// Each batch is counted for itself.
    fn restart(&mut self) {
        self.0 = 0;
    }
}

enum Rate {
    Count(i64),
    Every(i64),
}

impl Sample {
    pub(super) fn build(node: &NodeDef, _: &mut Build<'_>) -> Result<Sample, Fault> {
        let rate = match node.args.first() {
            Some(Arg::Int(n)) => Rate::Count(*n),
            Some(Arg::Duration(d)) => Rate::Every(*d),
            _ => return Err(Fault::new("must pass int64 or duration to new sample node")),
        };
        Ok(Sample { rate, groups: PerGroup::default() })
    }

    fn fresh(&self) -> Seen {
        Seen::default()
    }
}

impl Node for Sample {
    fn point(&mut self, row: Row, _: &mut Cx<'_>) -> Step {
        let seen = &mut self.groups.get_or(row.group, Seen::default).0;
        let keep = match self.rate {
            Rate::Count(n) => {
                let keep = *seen % n == 0;
                *seen += 1;
                keep
            }
            Rate::Every(d) => truncate(row.time, d) == row.time,
        };
        if keep { Step::Pass(row) } else { Step::Drop }
    }

    grouped!(reset = restart);
}

impl Keep for Seen {
    fn save(&self, out: &mut Saver<'_>) {
        out.signed(self.0);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.0 = from.signed()?;
        Ok(())
    }
}

kept!(Sample { groups });
