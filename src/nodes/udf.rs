//! `@name()`: a user-defined function. It is at work outside; the sink hands points and batches to it.

use std::collections::VecDeque;

use super::build::Build;
use super::{Barrier, Cx, Msg, Node, Step};
use crate::alert::{Call, FunctionKey, FunctionPoint, Given};
use crate::data::{Batch, BatchPoint, Dims, GroupId, Head, Row, Sym, kept};
use crate::pipeline::{After, Fault, NodeDef, NodeSpec, UDF, Whole};
use crate::value::Value;

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: UDF,
    desc: UDF,
    go_type: "UDFNode",
    after: After::Nothing,
    doc: "calls a user-defined function: `@name()`",
    details: "Functions are programs or sockets, declared as `[udf.functions.NAME]` in the file of `--config`. Their \
              options, and whether they take and give points or batches, they say themselves. What a function gives \
              because of a point or a batch goes on before the next one is handed to it. Barriers and deletions of \
              groups go no further.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    @learn()\n        .field('usage_idle')\n    |log()\n",
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

/// `@name()` at work.
pub struct Udf {
    function: FunctionKey,
    /// The batch at hand.
    batch: Batch,
    group: GroupId,
    given: VecDeque<Given>,
    /// How far the first batch of those was given on.
    at: Option<(Head, usize)>,
}

impl Udf {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Udf, Fault> {
        let name = node.function().unwrap_or_default();
        let function =
            b.function.ok_or_else(|| Fault::new(format!("the function `{name}` was not started")))?;
        Ok(Udf { function, batch: Batch::default(), group: GroupId::NIL, given: VecDeque::new(), at: None })
    }

    fn call<T>(&mut self, call: Call<'_>, cx: &mut Cx<'_>) -> Step<T> {
        match cx.sink.call(self.function, call) {
            Ok(given) => {
                self.given.extend(given);
                Step::More
            }
            Err(error) => Step::Fail(error.into()),
        }
    }

    /// The fields of a row; nothing, and an error, if a function cannot take one of them.
    fn fields(row: &Row, cx: &mut Cx<'_>) -> Option<Vec<(String, Value)>> {
        let fields = cx.fields(row);
        let strange = fields.iter().find(|(_, v)| matches!(v, Value::Null | Value::Duration(_)));
        let Some((name, value)) = strange else { return Some(fields) };
        let what = if *value == Value::Null { "null" } else { "a duration" };
        let error = format!("field `{name}` is {what}: functions take floats, ints, strings and bools");
        cx.error("cannot hand the point to the function", &error);
        None
    }
}

fn texts(syms: &[Sym], cx: &Cx<'_>) -> Vec<String> {
    syms.iter().map(|sym| cx.world.symbols.name(*sym).to_owned()).collect()
}

/// A point of a stream that a function gave, in the group that it says it is in.
fn row(point: &FunctionPoint, cx: &mut Cx<'_>) -> Row {
    let world = &mut *cx.world;
    let [name, db, rp] = [&point.name, &point.db, &point.rp].map(|text| world.symbols.intern(text));
    let names = point.dimensions.iter().map(|name| world.symbols.intern(name)).collect();
    let dims = world.groups.dims_id(Dims { by_name: point.by_name, names }, &world.symbols);
    let tags = world.tags(&point.tags);
    let group = world.group(dims, name, tags);
    let mut row = Row { tags, db, rp, ..cx.new_row(point.time, name, group) };
    for (name, value) in &point.fields {
        let (name, val) = (cx.world.symbols.intern(name), cx.tape.text.val(value));
        cx.add(&mut row, name, val);
    }
    row
}

impl Node for Udf {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let Some(fields) = Udf::fields(&row, cx) else { return Step::Drop };
        let group = *cx.world.groups.get(row.group);
        let dims = cx.world.groups.dims(group.dims);
        let [name, db, rp] = [row.name, row.db, row.rp].map(|sym| cx.world.symbols.name(sym).to_owned());
        let point = FunctionPoint {
            time: row.time,
            name,
            db,
            rp,
            group: cx.world.group_id(row.group),
            by_name: dims.by_name,
            dimensions: texts(&dims.names, cx),
            tags: cx.tags(&row),
            fields,
        };
        self.call(Call::Point(&point), cx)
    }

    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        let group = *cx.world.groups.get(head.group);
        let text = |sym: Sym| cx.world.symbols.name(sym).to_owned();
        self.batch = Batch {
            name: text(head.name),
            tags: cx.world.tags.pairs(group.tags).iter().map(|&(k, v)| (text(k), text(v))).collect(),
            by_name: cx.world.groups.dims(group.dims).by_name,
            tmax: head.tmax,
            points: std::mem::take(&mut self.batch.points),
        };
        self.batch.points.clear();
        self.group = head.group;
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if let Some(fields) = Udf::fields(&row, cx) {
            self.batch.points.push(BatchPoint { time: row.time, tags: cx.tags(&row), fields });
        }
        Step::Drop
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        let batch = std::mem::take(&mut self.batch);
        let group = cx.world.group_id(self.group);
        let step = self.call(Call::Batch { group: &group, batch: &batch }, cx);
        self.batch = batch;
        step
    }

    /// As in Kapacitor, functions hear nothing of barriers.
    fn barrier(&mut self, _: Barrier, _: &mut Cx<'_>) -> Step<Barrier> {
        Step::Drop
    }

    fn forget(&mut self, _: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        Step::Drop
    }

    fn close(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        self.call(Call::End, cx)
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let batch = match (self.given.front()?, self.at) {
            (Given::Point(point), _) => {
                let row = row(point, cx);
                self.given.pop_front();
                return Some(Msg::Point(row));
            }
            (Given::Batch(batch), None) => {
                let head = batch.head(cx.world);
                self.at = Some((head, 0));
                return Some(Msg::Begin(head));
            }
            (Given::Batch(batch), Some((head, at))) => batch.points.get(at).map(|point| (head, at, point)),
        };
        if let Some((head, at, point)) = batch {
            self.at = Some((head, at + 1));
            return Some(Msg::Item(cx.item(&head, point)));
        }
        self.at = None;
        self.given.pop_front();
        Some(Msg::End)
    }
}

// What a function remembers is outside, and is asked for by whoever runs it.
kept!(Udf {});
