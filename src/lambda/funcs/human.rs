//! `humanBytes`.

use std::fmt::Write;

use crate::value::Type;

use super::{Function, Overload, complain};
use crate::lambda::cx::{Code, Cx, Txt};

/// Go's conversion to an unsigned integer on amd64, for what fits a signed one and a little beyond.
fn to_unsigned(v: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if v < HALF {
        crate::lambda::operators::to_int(v) as u64
    } else {
        (crate::lambda::operators::to_int(v - HALF) as u64) ^ (1 << 63)
    }
}

fn write(n: u64, out: &mut String) {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    if n < 10 {
        let _ = write!(out, "{n} B");
        return;
    }
    let (mut power, mut unit) = (1_u64, 0);
    while n / power >= 1000 && unit + 1 < UNITS.len() {
        power *= 1000;
        unit += 1;
    }
    let value = (n as f64 / power as f64 * 10.0 + 0.5).floor() / 10.0;
    let name = UNITS.get(unit).copied().unwrap_or("EB");
    let digits = usize::from(value < 10.0);
    let _ = write!(out, "{value:.digits$} {name}");
}

fn human(cx: &mut Cx<'_>, n: u64) -> Txt {
    cx.make(|_, out| write(n, out))
}

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "humanBytes",
    doc: "A number of bytes as people read it, in powers of 1000. Negative numbers come out huge.",
    example: "humanBytes(82854982)",
    result: "83 MB",
    overloads: &[
        Overload {
            args: &[Type::Int],
            gives: Type::Str,
            build: |mut a| Code::Str(a.int().map(|cx, n| Ok(human(cx, n as u64)))),
        },
        Overload {
            args: &[Type::Float],
            gives: Type::Str,
            build: |mut a| Code::Str(a.float().map(|cx, n| Ok(human(cx, to_unsigned(n))))),
        },
    ],
    stateful: false,
    complain: complain::to_bytes,
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_a_thousand_take_the_higher_unit() {
        for (n, want) in [
            (0, "0 B"),
            (9, "9 B"),
            (10, "10 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (9949, "9.9 kB"),
            (9950, "10 kB"),
            (999_999, "1000 kB"),
            (1_000_000, "1.0 MB"),
            (1_234_567_890_123, "1.2 TB"),
            (1_000_000_000_000_000, "1.0 PB"),
            (u64::MAX, "18 EB"),
        ] {
            let mut out = String::new();
            write(n, &mut out);
            assert_eq!(out, want, "{n}");
        }
    }

    #[test]
    fn negative_numbers_wrap() {
        assert_eq!(to_unsigned(-1.0), u64::MAX);
        assert_eq!(to_unsigned(1.9), 1);
        assert_eq!(to_unsigned(1.0e19), 10_000_000_000_000_000_000);
    }
}
