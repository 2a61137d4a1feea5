//! `post`: each event in an HTTP request.

use std::time::Duration;

use super::alert_data::compile;
use super::handler::HandlerConfig;
use super::http::{self, Http, TIMEOUT, Tls};
use super::payload::Payload;
use super::report::Trouble;
use super::request::{Request, Target};
use super::worker::{Job, Shared};
use crate::pipeline::{Arg, ArgType, Fault, HandlerDef, HandlerSpec, Param, PropSpec};

/// Kapacitor's words.
pub(super) const FAILED: &str = "failed to POST alert data";

/// As scripts see it.
pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "post",
    kind: "post",
    go_type: "HTTPPostHandler",
    params: &[],
    rest: Some(Param::new("url", ArgType::Str)),
    props: &[
        PropSpec::field("endpoint", ArgType::Str, "name of a configured endpoint, instead of a URL"),
        PropSpec::method(
            "header",
            &[Param::new("name", ArgType::Str), Param::new("value", ArgType::Str)],
            None,
            "a header of the request; repeatable",
        ),
        PropSpec::flag("captureResponse", "show the body of an error reply"),
        PropSpec::field("timeout", ArgType::Duration, "how long a request may take (default 30s)"),
        PropSpec::flag("skipSSLVerification", "accept any certificate"),
    ],
    doc: "sends each event in an HTTP POST request",
    details: "The body is the event as JSON. The URL may be a template over the event's data. An endpoint is \
              a table `[[httppost]]` of the configuration, with its own URL, headers, basic authentication \
              and template for the body; headers of the handler win over those of the endpoint. A reply \
              other than 2xx is an error.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        .crit(lambda: \"usage_idle\" < 10)\n        .post('https://hooks.example.test/alert')\n        .header('X-Team', 'infra')\n        .timeout(10s)\n",
    validate,
    start: |def| config(def).map(drop),
};

fn validate(def: &HandlerDef) -> Result<(), Fault> {
    let bad = headers(def).any(|(name, _)| name.eq_ignore_ascii_case("authenticate"));
    if bad {
        Err(Fault::new("invalid post: cannot set 'authenticate' header").prop("header"))
    } else {
        Ok(())
    }
}

fn text(arg: Option<&Arg>) -> Option<&str> {
    match arg {
        Some(Arg::Str(s)) => Some(s),
        _ => None,
    }
}

fn headers(def: &HandlerDef) -> impl Iterator<Item = (&str, &str)> {
    let calls = def.props.iter().filter(|p| p.name == "header");
    calls.filter_map(|p| Some((text(p.args.first())?, text(p.args.get(1))?)))
}

/// From a script's handler.
pub(super) fn config(def: &HandlerDef) -> Result<HandlerConfig, Fault> {
    let last = |name: &str| def.props.iter().rev().find(|p| p.name == name);
    let url = text(def.args.first()).unwrap_or_default().to_owned();
    let endpoint = last("endpoint").and_then(|p| text(p.args.first())).unwrap_or_default().to_owned();
    if url.is_empty() && endpoint.is_empty() {
        return Err(Fault::new("Either URL or endpoint must be non-empty")
            .hint("write `.post('http://…')`, or `.post().endpoint('name')`"));
    }
    if let Err(error) = compile("url", &url) {
        return Err(
            Fault::new(error.to_string()).message(format!("the URL is no template: {}", error.message()))
        );
    }
    let timeout = match last("timeout").and_then(|p| p.args.first()) {
        Some(Arg::Duration(nanos)) => *nanos,
        _ => 0,
    };
    Ok(HandlerConfig::Post {
        url,
        endpoint,
        headers: headers(def).map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        capture_response: last("captureResponse").is_some(),
        timeout,
        skip_ssl_verification: last("skipSSLVerification").is_some(),
    })
}

/// Sends event after event.
pub(super) async fn work(job: &Job, config: HandlerConfig) {
    let Some(client) = Client::new(config) else { return };
    job.each_blocking(FAILED, move |payload, shared| client.send(payload, shared)).await;
}

/// A handler with its connections.
struct Client {
    http: Http,
    url: String,
    endpoint: String,
    headers: Vec<(String, String)>,
    capture: bool,
}

impl Client {
    fn new(config: HandlerConfig) -> Option<Client> {
        let HandlerConfig::Post { url, endpoint, headers, capture_response, timeout, skip_ssl_verification } =
            config
        else {
            return None;
        };
        let timeout = u64::try_from(timeout).ok().filter(|n| *n > 0).map_or(TIMEOUT, Duration::from_nanos);
        let tls = Tls { skip_verification: skip_ssl_verification, ..Tls::default() };
        let http = Http::new(timeout, &tls).ok()?;
        Some(Client { http, url, endpoint, headers, capture: capture_response })
    }

    fn send(&self, payload: &Payload, shared: &Shared) -> Result<(), Trouble> {
        let target = Target { url: &self.url, endpoint: &self.endpoint, headers: &self.headers };
        let line = payload.line().map_err(Trouble::clone)?;
        let request = Request::new(target, &shared.options.endpoints, &payload.event, line)?;
        let reply = self.http.post(&request).map_err(|lost| lost.trouble(FAILED, &request.url))?;
        let status = reply.status();
        if status.is_success() {
            return Ok(());
        }
        let error = if self.capture {
            http::text(reply, shared.options.output_limit)
        } else {
            "unknown error, use .captureResponse() to capture the HTTP response".to_owned()
        };
        Err(Trouble::new("POST returned non 2xx status code", error)
            .with("code", status.as_u16().to_string()))
    }
}
