//! `httpPost`: sends every point or batch to a URL.

use crate::pipeline::ArgType::{Duration, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec, Whole};

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
        PropSpec::field("timeout", Duration, "give up after this long"),
    ],
    doc: "sends every point or batch to a URL as JSON",
    details: "The URL is a Go template over the row. Data pass through, whatever the answer.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |httpPost('http://localhost:8080/cpu')\n        \
              .header('X-Source', 'kapacitor')\n        .codeField('status')\n",
    validate,
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
