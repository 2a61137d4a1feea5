//! How times, durations and names are shown to people.

use crate::value::time;

/// Nanoseconds in each unit that people think in.
const UNITS: [(i64, &str); 4] =
    [(86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s")];

/// A duration by its two largest units: `1d3h`, `1m40s`, `12s`; below a second `250ms`.
pub(super) fn span(nanos: i64) -> String {
    if nanos < 0 {
        return format!("-{}", span(nanos.saturating_neg()));
    }
    let Some(at) = UNITS.iter().position(|(size, _)| nanos >= *size) else {
        return match nanos {
            0 => "0s".to_owned(),
            n if n < 1_000 => format!("{n}ns"),
            n if n < 1_000_000 => format!("{}us", n / 1_000),
            n => format!("{}ms", n / 1_000_000),
        };
    };
    let mut rest = nanos;
    let mut text = String::new();
    for (size, unit) in UNITS.iter().skip(at).take(2) {
        if rest / size > 0 {
            text.push_str(&format!("{}{unit}", rest / size));
        }
        rest %= size;
    }
    text
}

/// A time as RFC 3339.
pub(super) fn moment(nanos: i64) -> String {
    let mut text = String::new();
    time::push_rfc3339_nano(&mut text, nanos);
    text
}

/// A text of the data on one line, without control characters.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out
}

/// `1 event`, `2 events`.
pub(super) fn count(n: u64, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        const S: i64 = 1_000_000_000;
        for (nanos, text) in [
            (0, "0s"),
            (15, "15ns"),
            (250_000_000, "250ms"),
            (S, "1s"),
            (100 * S + 5, "1m40s"),
            (3600 * S, "1h"),
            (3600 * S + 59 * S, "1h"),
            (27 * 3600 * S, "1d3h"),
            (-60 * S, "-1m"),
        ] {
            assert_eq!(span(nanos), text);
        }
    }
}
