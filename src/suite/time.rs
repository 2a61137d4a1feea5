//! Times of a test: moments, and offsets from its start.

use crate::value::{duration, time};

/// Where the clock of tests starts that name no time themselves: a Wednesday.
pub(super) const DEFAULT_START: i64 = 1_577_836_800_000_000_000;

/// A time as a test writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// A moment, in nanoseconds since 1970.
    At(i64),
    /// So many nanoseconds after the start of the test.
    After(i64),
}

/// What a time may be written as.
pub(super) const WHEN: &str =
    "an offset from the start such as `1m30s`, or a time such as `2020-01-01T00:01:30Z`";

impl When {
    /// Reads `1m30s`, `+1m30s`, `0` or RFC 3339.
    pub fn parse(text: &str) -> Option<When> {
        let text = text.trim();
        let offset = text.strip_prefix('+').unwrap_or(text);
        if offset == "0" {
            return Some(When::After(0));
        }
        let after = duration::parse_influx(offset).ok().map(When::After);
        after.or_else(|| time::parse_rfc3339(text).map(When::At))
    }

    /// The moment, in a test that starts then.
    pub fn from(self, start: i64) -> i64 {
        match self {
            When::At(time) => time,
            When::After(nanos) => start.saturating_add(nanos),
        }
    }
}

/// A time or a stretch of time, both ends in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// No earlier; none: from the beginning.
    pub from: Option<When>,
    /// No later; none: up to the end.
    pub to: Option<When>,
}

impl Span {
    /// All of a test.
    pub const ALWAYS: Span = Span { from: None, to: None };

    /// Reads a time, or `1m..5m`, `1m..`, `..5m`.
    pub fn parse(text: &str) -> Option<Span> {
        let end = |text: &str| match text.trim() {
            "" => Some(None),
            text => When::parse(text).map(Some),
        };
        match text.split_once("..") {
            Some((from, to)) => Some(Span { from: end(from)?, to: end(to)? }),
            None => When::parse(text).map(|when| Span { from: Some(when), to: Some(when) }),
        }
    }

    /// Whether a moment lies in it, in a test that starts at `start`.
    pub fn holds(&self, time: i64, start: i64) -> bool {
        self.from.is_none_or(|from| from.from(start) <= time)
            && self.to.is_none_or(|to| time <= to.from(start))
    }

    /// Where it begins.
    pub fn begin(&self, start: i64) -> Option<i64> {
        self.from.map(|from| from.from(start))
    }

    /// Whether it is one moment.
    pub fn is_moment(&self) -> bool {
        self.from.is_some() && self.from == self.to
    }
}

/// Appends an offset with its sign: `+1m30s`, `-10s`, `+0s`.
pub(super) fn push_offset(out: &mut String, nanos: i64) {
    const UNITS: [(u64, &str); 6] = [
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "u"),
        (1, "ns"),
    ];
    out.push(if nanos < 0 { '-' } else { '+' });
    let mut rest = nanos.unsigned_abs();
    if rest == 0 {
        out.push_str("0s");
    }
    for (size, unit) in UNITS {
        if rest >= size {
            out.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
}

/// A moment as the offset from the start.
pub(super) fn offset(time: i64, start: i64) -> String {
    let mut out = String::new();
    push_offset(&mut out, time.saturating_sub(start));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000_000;

    #[test]
    fn times_are_moments_or_offsets() {
        for (text, want) in [
            ("1m", Some(When::After(MINUTE))),
            ("+1m", Some(When::After(MINUTE))),
            ("0", Some(When::After(0))),
            ("-1m", Some(When::After(-MINUTE))),
            ("1970-01-01T00:01:00Z", Some(When::At(MINUTE))),
            ("soon", None),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(When::parse(text), want, "{text}");
        }
    }

    #[test]
    fn stretches_have_open_ends() {
        for (text, inside, outside) in
            [("1m..2m", 2 * MINUTE, 3 * MINUTE), ("..1m", 0, 2 * MINUTE), ("1m..", 9 * MINUTE, 0)]
        {
            let span = Span::parse(text).expect(text);
            assert!(span.holds(inside + 5, 5) && !span.holds(outside + 5, 5), "{text}");
        }
        assert!(Span::parse("1m").expect("a time").is_moment());
        assert_eq!(Span::parse(".."), Some(Span::ALWAYS));
        assert_eq!(Span::parse("1m..soon"), None);
    }

    #[test]
    fn offsets_read_back() {
        for nanos in [0, 1, -1, 999, 61_000_000_000, 90 * MINUTE + 1_001_001, i64::MAX, i64::MIN + 1] {
            let mut text = String::new();
            push_offset(&mut text, nanos);
            assert_eq!(When::parse(&text), Some(When::After(nanos)), "{text}");
        }
        assert_eq!(offset(80_000_000_000, 0), "+1m20s");
    }
}
