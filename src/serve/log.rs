//! Records of the server's log: a level, a message, and pairs that the API can filter by.

use std::fmt::Write as _;

use tracing::Level;

/// Where the records of tasks come from.
pub(crate) const TASKS: &str = "kapacitor";

/// Writes a record; pairs with an empty value are left out.
pub(crate) fn tell(level: Level, service: &str, message: &str, pairs: &[(&str, &str)]) {
    let pairs = encode(pairs);
    match level {
        Level::ERROR => tracing::error!(service, pairs, "{message}"),
        Level::WARN => tracing::warn!(service, pairs, "{message}"),
        Level::INFO => tracing::info!(service, pairs, "{message}"),
        _ => tracing::debug!(service, pairs, "{message}"),
    }
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
#[cfg(test)]
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
