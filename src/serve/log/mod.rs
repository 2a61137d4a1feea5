//! The server's log: records with a level, a message, and pairs that the API can filter by.
//!
//! Whoever has something to say calls [`tell`]; the layer writes it to standard error and hands it to those who
//! follow the log over HTTP. Without either, a record costs a look at a number.

mod hub;
mod layer;
mod record;

use std::fmt::Write as _;
use std::sync::Arc;

use tracing::Level;
use tracing_subscriber::layer::SubscriberExt as _;

pub(crate) use hub::{Filter, Follower, Hub, level_named};
pub(crate) use record::Form;

/// Where requests come from.
pub(crate) const HTTP: &str = "http";

/// Where the records of tasks come from.
pub(crate) const TASKS: &str = "kapacitor";

/// Writes a record; pairs with an empty value are left out.
pub(crate) fn tell(level: Level, service: &str, message: &str, pairs: &[(&str, &str)]) {
    // Values are only made if the record is wanted.
    match level {
        Level::ERROR => tracing::error!(service, pairs = encode(pairs), "{message}"),
        Level::WARN => tracing::warn!(service, pairs = encode(pairs), "{message}"),
        Level::INFO => tracing::info!(service, pairs = encode(pairs), "{message}"),
        _ => tracing::debug!(service, pairs = encode(pairs), "{message}"),
    }
}

/// Has all records of this process written to standard error, and handed to those who follow this log.
pub(crate) fn install(hub: &Arc<Hub>) {
    let all = tracing_subscriber::registry().with(layer::Log(Arc::clone(hub)));
    // A second server in one process leaves the log to the first.
    let _ = tracing::subscriber::set_global_default(all);
}

/// Pairs as one text: key, length of the value, value. A record has fields of fixed names, these have any.
fn encode(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{key} {} {value}", value.len());
    }
    text
}

/// The pairs of such a text.
fn decode(mut text: &str) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    while let Some((key, rest)) = text.split_once(' ') {
        let Some((value, rest)) =
            rest.split_once(' ').and_then(|(len, rest)| rest.split_at_checked(len.parse().ok()?))
        else {
            break;
        };
        pairs.push((key, value));
        text = rest;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_any_text_come_back() {
        let pairs = [("task", "cpu"), ("err", "a \"b\" c=d\n1 2"), ("node", "alert2 ü")];
        assert_eq!(decode(&encode(&pairs)), pairs);
        assert_eq!(encode(&[("task", "")]), "");
    }
}
