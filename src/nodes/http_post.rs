//! `httpPost`: sends every point or batch to a URL.

use super::buffer::Buffer;
use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Msg, Node, PerGroup, Step};
use crate::alert::{Origin, Post, Series};
use crate::data::{Head, Row, Val, kept};
use crate::pipeline::ArgType::{Duration, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec, StartContext, Whole, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "httpPost",
    desc: "http_post",
    go_type: "HTTPPostNode",
    rest: Some(Param::new("url", Str)),
    props: &[
        PropSpec::method(
            "endpoint",
            &[Param::new("name", Str)],
            None,
            "a configured endpoint instead of a URL",
        ),
        PropSpec::method(
            "header",
            &[Param::new("name", Str), Param::new("value", Str)],
            None,
            "a header of the request",
        ),
        PropSpec::field("codeField", Str, "field that takes the status of the answer"),
        PropSpec::flag("captureResponse", "log the body of an answer that reports an error"),
        PropSpec::field("timeout", Duration, "give up after this long (default 30s)"),
    ],
    doc: "sends every point or batch to a URL as JSON",
    details: "The URL is a Go template over the row. Data pass through once the answer is there, whatever it is. A \
              run that does not deliver (`--deliver -httpPost`, `replay`) takes 200 for the answer.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |httpPost('http://localhost:8080/cpu')\n        \
              .header('X-Source', 'kapacitor')\n        .codeField('status')\n",
    validate,
    start: start_up,
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let urls = node.args.len();
    let endpoints = node.props("endpoint").count();
    if urls > 1 {
        return Err(Fault::new(format!("httpPost expects 0 or 1 arguments, got {urls}")));
    }
    if endpoints > 1 {
        return Err(
            Fault::new(format!("httpPost expects 0 or 1 endpoints, got {endpoints}")).prop("endpoint")
        );
    }
    if urls == 0 && endpoints == 0 {
        return Err(Fault::new("must provide url or endpoint")
            .message("`httpPost` needs a URL or an endpoint")
            .hint("write `|httpPost('http://…')` or add `.endpoint('…')`"));
    }
    if urls == 1 && endpoints == 1 {
        return Err(Fault::new("only one endpoint and url may be specified").prop("endpoint"));
    }
    for call in node.props("header") {
        if let Some(Arg::Str(name)) = call.args.first()
            && name.eq_ignore_ascii_case("authenticate")
        {
            return Err(Fault::new("cannot set 'authenticate' header").prop("header"));
        }
    }
    Ok(())
}

fn start_up(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    let Some(Arg::Str(url)) = node.args.first() else { return Ok(()) };
    start::template("url", url, true)
        .map_err(|fault| Fault { text: format!("error in url templating: {}", fault.text), ..fault })
}

/// `httpPost` at work.
pub struct HttpPost {
    url: String,
    endpoint: String,
    headers: Vec<(String, String)>,
    /// The field that takes the status.
    code: Option<u32>,
    capture: bool,
    timeout: i64,
    groups: PerGroup<()>,
    batch: Buffer,
    /// What the post of the batch at hand came to.
    status: u16,
}

impl HttpPost {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<HttpPost, Fault> {
        let text = |arg: Option<&Arg>| match arg {
            Some(Arg::Str(text)) => text.clone(),
            _ => String::new(),
        };
        let code = node.str("codeField").filter(|name| !name.is_empty());
        let headers = node.props("header").map(|call| (text(call.args.first()), text(call.args.get(1))));
        Ok(HttpPost {
            url: text(node.args.first()),
            endpoint: text(node.prop("endpoint").and_then(|call| call.args.first())),
            headers: headers.collect(),
            code: code.map(|name| b.slots.slot(name)),
            capture: node.prop("captureResponse").is_some(),
            timeout: node.duration("timeout").unwrap_or(0),
            groups: PerGroup::default(),
            batch: Buffer::default(),
            status: 0,
        })
    }

    fn fresh(&self) {}

    /// Posts a row; gives the status of the answer.
    fn post(&self, row: &Series, cx: &mut Cx<'_>) -> u16 {
        let post = Post {
            origin: Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] },
            url: &self.url,
            endpoint: &self.endpoint,
            headers: &self.headers,
            timeout: self.timeout,
            capture: self.capture,
            row,
        };
        let reply = cx.sink.post(&post);
        match reply.status {
            0 => cx.error("failed to POST data", &reply.text),
            200..=299 => {}
            status => {
                let text = if self.capture { &*reply.text } else { NOT_CAPTURED };
                let code = status.to_string();
                cx.error_with("POST returned non 2xx status code", text, &[("code", &code)]);
            }
        }
        reply.status
    }

    fn coded(code: Option<u32>, status: u16, row: Row, cx: &mut Cx<'_>) -> Row {
        let Some(slot) = code else { return row };
        let row = cx.fork(&row);
        cx.set(&row, slot, Val::Int(i64::from(status)));
        row
    }
}

/// Kapacitor's words.
const NOT_CAPTURED: &str = "unknown error, use .captureResponse() to capture the HTTP response";

impl Node for HttpPost {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.groups.get_or(row.group, || ());
        let status = self.post(&cx.series(&row), cx);
        Step::Pass(HttpPost::coded(self.code, status, row, cx))
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.groups.get_or(head.group, || ());
        self.batch.begin(head);
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.batch.push(&row, true, cx);
        Step::Drop
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        let table = self.batch.table(cx);
        self.status = self.post(&table, cx);
        Step::More
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let (code, status) = (self.code, self.status);
        self.batch.next(cx, |row, cx| HttpPost::coded(code, status, row, cx))
    }

    grouped!(control);
}

kept!(HttpPost { groups });
