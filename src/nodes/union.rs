//! HOT: `union`: several parents to one stream, ordered by time.

use std::collections::VecDeque;

use super::build::Build;
use super::{Barrier, Cx, Msg, Node, Step};
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Shelf, Sym, kept};
use crate::pipeline::ArgType::{self, Str};
use crate::pipeline::{Fault, Link, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "union",
    desc: "union",
    go_type: "UnionNode",
    link: Link::CallerLast,
    rest: Some(Param::new("node", ArgType::Node)),
    props: &[PropSpec::field("rename", Str, "measurement of the result (default: the point's)")],
    doc: "merges streams in order of time",
    details: "Nothing goes out before every parent has sent something, and a parent that falls silent holds up \
              the others at its last time.",
    example: "var a = stream\n    |from()\n        .measurement('a')\n\nvar b = stream\n    |from()\n        \
              .measurement('b')\n\na\n    |union(b)\n        .rename('ab')\n    |log()\n",
    ..NodeSpec::BASE
};

/// `union` at work: a queue for each parent.
pub struct Union {
    rename: Option<Sym>,
    /// Fields that the script does not name are kept too.
    whole: bool,
    parents: Vec<Parent>,
    /// The data have ended: nobody waits for silent parents any more.
    closed: bool,
    pass: Option<Pass>,
    giving: Option<Giving>,
}

#[derive(Default)]
struct Parent {
    queue: VecDeque<Held>,
    /// The points of the queue, and those of the batch that is coming in.
    rows: Shelf,
    /// The time of its head, or of its last one if the queue is empty; none before its first message.
    mark: Option<i64>,
    /// The batch that is coming in, and how many points of it have.
    open: Option<(Head, u32)>,
}

#[derive(Default)]
struct Held {
    time: i64,
    what: What,
}

#[derive(Default)]
enum What {
    #[default]
    Point,
    Batch(Head, u32),
    Barrier(GroupId),
}

/// One round over the parents, in which everything up to a time goes out.
struct Pass {
    mark: i64,
    at: usize,
    emitted: bool,
}

/// A batch that is being given.
struct Giving {
    parent: usize,
    head: Head,
    left: u32,
}

impl Union {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Union, Fault> {
        let rename = node.str("rename").filter(|name| !name.is_empty()).map(|name| b.sym(name));
        let parents = node.parents.iter().map(|_| Parent::default()).collect();
        Ok(Union { rename, whole: b.whole, parents, closed: false, pass: None, giving: None })
    }

    /// Nothing that is held would go out before a message of this time, so that it need not be held itself.
    fn is_next(&self, port: usize, time: i64) -> bool {
        let earlier = |(at, parent): (usize, &Parent)| {
            let empty = parent.queue.is_empty();
            match parent.mark {
                _ if at == port => empty,
                Some(mark) => time < mark || (time == mark && empty),
                None => false,
            }
        };
        self.parents.iter().enumerate().all(earlier)
    }

    /// The time up to which everything may go out; none while a parent has not been heard of.
    fn mark(&mut self) -> Option<i64> {
        let mut low = None;
        for parent in &mut self.parents {
            let mark = match parent.queue.front() {
                Some(held) => {
                    parent.mark = Some(held.time);
                    held.time
                }
                None if self.closed => continue,
                None => parent.mark?,
            };
            low = Some(low.map_or(mark, |low: i64| low.min(mark)));
        }
        low
    }

    /// The next message that may go out, with its parent.
    fn pull(&mut self) -> Option<(usize, Held)> {
        loop {
            let pass = match &mut self.pass {
                Some(pass) => pass,
                None => {
                    let mark = self.mark()?;
                    self.pass.insert(Pass { mark, at: 0, emitted: false })
                }
            };
            let (at, mark) = (pass.at, pass.mark);
            let Some(parent) = self.parents.get_mut(at) else {
                let emitted = pass.emitted;
                self.pass = None;
                if emitted {
                    continue;
                }
                return None;
            };
            if parent.queue.front().is_some_and(|held| held.time <= mark) {
                pass.emitted = true;
                return parent.queue.pop_front().map(|held| (at, held));
            }
            pass.at += 1;
        }
    }

    /// The first point that a parent holds, on the tape.
    fn load(&mut self, parent: usize, cx: &mut Cx<'_>) -> Option<Row> {
        let rows = &mut self.parents[parent].rows;
        let row = rows.load(0, cx.tape);
        rows.pop();
        row
    }

    fn renamed(&self, row: Row, cx: &mut Cx<'_>) -> Row {
        let Some(name) = self.rename else { return row };
        Row { name, group: regrouped(row.group, name, cx), ..row }
    }
}

/// A group after a change of name: another one if it is grouped by it.
fn regrouped(group: GroupId, name: Sym, cx: &mut Cx<'_>) -> GroupId {
    let known = *cx.world.groups.get(group);
    match known.name {
        Some(_) => cx.world.group(known.dims, name, known.tags),
        None => group,
    }
}

impl Node for Union {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let next = self.is_next(cx.port, row.time);
        let Some(parent) = self.parents.get_mut(cx.port) else { return Step::Drop };
        if next {
            parent.mark = Some(row.time);
            return Step::Pass(self.renamed(row, cx));
        }
        cx.keep(&row, &mut parent.rows, self.whole);
        parent.queue.push_back(Held { time: row.time, what: What::Point });
        Step::More
    }

    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        if let Some(parent) = self.parents.get_mut(cx.port) {
            parent.open = Some((head, 0));
        }
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if let Some(Parent { open: Some((_, count)), rows, .. }) = self.parents.get_mut(cx.port) {
            cx.keep(&row, rows, self.whole);
            *count += 1;
        }
        Step::Drop
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        let Some(parent) = self.parents.get_mut(cx.port) else { return Step::Drop };
        let Some((head, count)) = parent.open.take() else { return Step::Drop };
        parent.queue.push_back(Held { time: head.tmax, what: What::Batch(head, count) });
        Step::More
    }

    /// A barrier keeps its place among the points.
    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        let Some(parent) = self.parents.get_mut(cx.port) else { return Step::Drop };
        parent.queue.push_back(Held { time: barrier.time, what: What::Barrier(barrier.group) });
        Step::More
    }

    fn close(&mut self, _: &mut Cx<'_>) -> Step<()> {
        self.closed = true;
        Step::More
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        if let Some(Giving { parent, head, left }) = &mut self.giving {
            if *left == 0 {
                self.giving = None;
                return Some(Msg::End);
            }
            *left -= 1;
            let (parent, head) = (*parent, *head);
            let row = self.load(parent, cx)?;
            return Some(Msg::Item(Row { name: head.name, group: head.group, ..row }));
        }
        let (parent, Held { time, what }) = self.pull()?;
        match what {
            What::Point => {
                let row = self.load(parent, cx)?;
                Some(Msg::Point(self.renamed(row, cx)))
            }
            What::Batch(mut head, left) => {
                if let Some(name) = self.rename {
                    head = Head { name, group: regrouped(head.group, name, cx), ..head };
                }
                self.giving = Some(Giving { parent, head, left });
                Some(Msg::Begin(head))
            }
            What::Barrier(group) => Some(Msg::Barrier(Barrier { group, time })),
        }
    }
}

impl Keep for What {
    fn save(&self, out: &mut Saver<'_>) {
        match self {
            What::Point => out.byte(0),
            What::Batch(head, count) => {
                out.byte(1);
                head.save(out);
                count.save(out);
            }
            What::Barrier(group) => {
                out.byte(2);
                out.group(*group);
            }
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = match from.byte()? {
            0 => What::Point,
            1 => What::Batch(from.get()?, from.get()?),
            2 => What::Barrier(from.group()?),
            _ => return Err(Damaged),
        };
        Ok(())
    }
}

kept!(Held { time, what });
kept!(Parent { queue, rows, mark });

impl Keep for Union {
    fn save(&self, out: &mut Saver<'_>) {
        out.each(&self.parents);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each(&mut self.parents)
    }
}
