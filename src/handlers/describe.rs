//! What a handler would do with an event: for traces, and for runs that deliver nothing.

use serde_json::{Map, Value, json};

use super::endpoint::Endpoints;
use super::payload::push_line;
use super::report::Trouble;
use super::request::{Request, Target};
use crate::alert::{Event, HandlerConfig};

/// The keys that describe the action, in order: `prog`, `args`, `stdin` of `exec`, and so on. Empty for kinds
/// that cannot act yet.
///
/// # Errors
/// What the handler would log if it cannot act on this event: a value that JSON cannot hold, a template that
/// fails.
pub fn describe(
    config: &HandlerConfig,
    event: &Event,
    endpoints: &Endpoints,
) -> Result<Map<String, Value>, Trouble> {
    let mut line = String::new();
    push_line(event, &mut line)?;
    let mut keys = Map::new();
    let mut put = |key: &str, value: Value| keys.insert(key.to_owned(), value);
    match config {
        HandlerConfig::Exec { prog, args, .. } => {
            put("prog", json!(prog));
            put("args", json!(args));
            put("stdin", json!(line));
        }
        HandlerConfig::Log { path, .. } => {
            put("path", json!(path));
            put("data", json!(line));
        }
        HandlerConfig::Tcp { address } => {
            put("address", json!(address));
            put("data", json!(line));
        }
        HandlerConfig::Post { url, endpoint, headers, .. } => {
            let request = Request::new(Target { url, endpoint, headers }, endpoints, event, &line)?;
            let headers: Map<_, _> = request.headers.into_iter().map(|(k, v)| (k, v.into())).collect();
            put("method", json!("POST"));
            put("url", json!(request.url));
            put("headers", Value::Object(headers));
            put("body", json!(request.body));
        }
        HandlerConfig::Unsupported { .. } => {}
    }
    Ok(keys)
}
