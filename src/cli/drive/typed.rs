//! Values of options as they are typed: numbers, durations, moments.

use std::time::Duration;

use crate::value::{duration, time};

/// A number of things that there is at least one of.
pub(super) fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number above 0".to_owned()),
        Ok(n) => Ok(n),
    }
}

/// A duration in the language's spelling, such as `1m30s`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let nanos = duration::parse_influx(text).ok().and_then(|n| u64::try_from(n).ok());
    nanos.map(Duration::from_nanos).ok_or_else(|| "expected a duration such as `30s` or `1m30s`".to_owned())
}

/// A duration in which something can happen.
pub(in crate::cli) fn some_time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => {
            Err("no program can end in no time: give a duration above 0, such as `30s`".to_owned())
        }
        some => Ok(some),
    }
}

/// A moment that was typed.
pub(super) fn rfc3339(option: &str, text: &str) -> Result<i64, String> {
    time::parse_rfc3339(text)
        .ok_or_else(|| format!("`{option}`: `{text}` is no time such as `2020-01-01T00:00:00Z`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_need_some_time() {
        assert_eq!(some_time("1m30s"), Ok(Duration::from_secs(90)));
        assert!(some_time("0s").unwrap_err().starts_with("no program can end in no time"));
        assert!(some_time("-1s").is_err() && some_time("soon").is_err());
    }
}
