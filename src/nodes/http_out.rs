//! `httpOut`: the latest data of each group, for reading over HTTP.

use super::build::Build;
use super::{Cx, Node, PerGroup, Step};
use crate::alert::Origin;
use crate::data::{RawFields, Rest, Row, Text, Val};
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
}

/// A row with copies of all that it refers to; the buffers are used again.
#[derive(Default)]
struct Kept {
    row: Option<Row>,
    vals: Vec<Val>,
    text: Text,
    line: Vec<u8>,
}

impl HttpOut {
    pub(super) fn build(node: &NodeDef, _: &mut Build<'_>) -> Result<HttpOut, Fault> {
        let endpoint = match node.args.first() {
            Some(Arg::Str(endpoint)) => endpoint.clone(),
            _ => return Err(Fault::new("expected the name of an endpoint")),
        };
        Ok(HttpOut { endpoint, groups: PerGroup::default() })
    }
}

impl Node for HttpOut {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let kept = self.groups.get_or(row.group, Kept::default);
        kept.row = Some(Row { base: 0, ..row });
        kept.text.clear();
        kept.vals.clear();
        for &val in cx.slots(&row) {
            kept.vals.push(match val {
                Val::Str(r) => Val::Str(kept.text.push(cx.tape.text.get(r))),
                val => val,
            });
        }
        kept.line.clear();
        if row.rest == Rest::Line {
            kept.line.extend_from_slice(cx.line.0);
        }
        Step::Pass(row)
    }

    fn cardinality(&self) -> usize {
        self.groups.len()
    }

    fn finish(&mut self, cx: &mut Cx<'_>) {
        let mut json = String::from("{\"series\":");
        let mut numbers = true;
        for (i, kept) in self.groups.iter().enumerate() {
            json.push(if i == 0 { '[' } else { ',' });
            let Some(row) = kept.row else { continue };
            cx.tape.clear();
            cx.tape.text.push(kept.text.all());
            cx.tape.vals.extend_from_slice(&kept.vals);
            let cx = Cx { line: RawFields(&kept.line), ..cx.again() };
            numbers &= cx.series(&row).push_json(&mut json).is_ok();
            cx.tape.clear();
        }
        json.push_str(if self.groups.is_empty() { "null}" } else { "]}" });
        let result = if numbers { &*json } else { NOT_A_NUMBER };
        let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
        cx.sink.http_out(origin, &self.endpoint, result);
    }
}

/// What the endpoint answers when a value has no JSON form.
const NOT_A_NUMBER: &str = "{\"error\":\"json: unsupported value: NaN\"}";
