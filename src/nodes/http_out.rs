//! `httpOut`: the latest data of each group, for reading over HTTP.

use super::buffer::Buffer;
use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::alert::{Origin, Series};
use crate::data::{Damaged, Head, Keep, Loader, RawFields, Rest, Row, Saver, Shelf, kept};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, Whole};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "httpOut",
    desc: "http_out",
    go_type: "HTTPOutNode",
    params: &[Param::new("endpoint", Str)],
    doc: "keeps the latest point or batch of each group for reading over HTTP",
    details: "An offline run writes what the endpoint would serve at its end. Data pass through unchanged.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |httpOut('cpu')\n",
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

/// `httpOut` at work: keeps the last row of each group, to be told at the end.
pub struct HttpOut {
    endpoint: String,
    groups: PerGroup<Kept>,
    /// The batch at hand.
    buffer: Buffer,
}

/// A row with copies of all that it refers to; the buffers are used again.
#[derive(Default)]
struct Kept {
    point: Shelf,
    /// The raw line that holds the fields which the script does not name: they are read at the end.
    line: Vec<u8>,
    /// The last batch, where batches come.
    batch: Option<Series>,
}

impl HttpOut {
    pub(super) fn build(node: &NodeDef, _: &mut Build<'_>) -> Result<HttpOut, Fault> {
        let endpoint = match node.args.first() {
            Some(Arg::Str(endpoint)) => endpoint.clone(),
            _ => return Err(Fault::new("expected the name of an endpoint")),
        };
        Ok(HttpOut { endpoint, groups: PerGroup::default(), buffer: Buffer::default() })
    }

    fn fresh(&self) -> Kept {
        Kept::default()
    }
}

impl Node for HttpOut {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let kept = self.groups.get_or(row.group, Kept::default);
        kept.point.clear();
        cx.keep(&row, &mut kept.point, row.rest != Rest::Line);
        kept.line.clear();
        if row.rest == Rest::Line {
            kept.line.extend_from_slice(cx.line.0);
        }
        Step::Pass(row)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.groups.get_or(head.group, Kept::default);
        self.buffer.begin(head);
        Step::Pass(head)
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.buffer.push(&row, true, cx);
        Step::Pass(row)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        if let Some(head) = self.buffer.head() {
            self.groups.get_or(head.group, Kept::default).batch = Some(self.buffer.table(cx));
        }
        Step::Pass(())
    }

    grouped!(control);

    fn finish(&mut self, cx: &mut Cx<'_>) {
        let mut json = String::from("{\"series\":");
        let mut refused = None;
        for (i, kept) in self.groups.iter().enumerate() {
            json.push(if i == 0 { '[' } else { ',' });
            if let Some(batch) = &kept.batch {
                refused = refused.or(batch.push_json(&mut json).err());
                continue;
            }
            cx.tape.clear();
            // A group of which only a barrier was seen so far.
            let Some(mut row) = kept.point.load(0, cx.tape) else {
                json.push_str("null");
                continue;
            };
            if !kept.line.is_empty() {
                row.rest = Rest::Line;
            }
            let cx = Cx { line: RawFields(&kept.line), ..cx.again() };
            refused = refused.or(cx.series(&row).push_json(&mut json).err());
            cx.tape.clear();
        }
        json.push_str(if self.groups.is_empty() { "null}" } else { "]}" });
        // One value without a JSON form spoils the whole answer.
        if let Some(refused) = refused {
            json = format!("{{\"error\":\"{refused}\"}}");
        }
        let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
        cx.sink.http_out(origin, &self.endpoint, &json);
    }
}

impl Keep for Kept {
    fn save(&self, out: &mut Saver<'_>) {
        self.point.save(out);
        out.bytes(&self.line);
        self.batch.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.point.restore(from)?;
        self.line = from.bytes()?.to_vec();
        self.batch.restore(from)
    }
}

kept!(HttpOut { groups });
