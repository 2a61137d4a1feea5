//! Points of all kinds: several groups, fields that are missing or change their type, late points, duplicates.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;

/// Names of the fields that points have.
pub(super) const FIELDS: [&str; 6] = ["v", "w", "i", "u", "ok", "extra"];

/// A point: its measurement and tags, how much later than the one before, its fields.
type Point = (u8, u8, i64, u8, String);

fn value() -> impl Strategy<Value = String> {
    let float = prop_oneof![
        6 => (-16..16_i32).prop_map(|n| format!("{}", f64::from(n) / 4.0)),
        1 => any::<f64>().prop_filter("a number", |x| x.is_finite()).prop_map(|x| format!("{x}")),
        1 => prop::sample::select(vec!["0", "-0", "1e308", "-1e308", "5e-324", "1e21", "1e-7", "0.1"])
            .prop_map(str::to_owned),
    ];
    let other = prop::sample::select(vec!["2i", "-1i", "\"a\"", "\"\"", "t", "false", "9007199254740993i"])
        .prop_map(str::to_owned);
    prop_oneof![14 => float, 1 => other]
}

fn point() -> impl Strategy<Value = Point> {
    let step = prop_oneof![6 => 0..3_i64, 3 => 0..8_i64, 1 => -12..0_i64, 1 => 20..60_i64];
    (0..8_u8, any::<u8>(), step, any::<u8>(), value())
}

/// Points as lines.
pub(super) fn lines() -> impl Strategy<Value = String> {
    vec(point(), 1..90).prop_map(|points| {
        let mut lines = String::new();
        let mut time = 1_000_000_i64;
        for (name, tags, step, fields, value) in &points {
            time += step;
            let host = ["h0", "h1", "h2", ""][usize::from(tags % 4)];
            let zone = ["z0", "z1", "z1", ""][usize::from(tags / 4 % 4)];
            lines += if *name == 7 { "n" } else { "m" };
            for (key, value) in [("host", host), ("zone", zone)] {
                if !value.is_empty() {
                    write!(lines, ",{key}={value}").expect("a string");
                }
            }
            let mut all = Vec::new();
            if fields % 8 != 7 {
                all.push(format!("v={value}"));
            }
            if fields / 8 % 2 == 0 {
                all.push(format!("w={}", f64::from(*tags) / 32.0));
            }
            if fields / 16 % 2 == 0 {
                all.push(format!("i={}i", i64::from(tags / 16) - 4));
            }
            all.push(format!("u=\"{}\"", ["a", "bc", "", "ü,\\\" x"][usize::from(fields / 32 % 4)]));
            all.push(format!("ok={}", fields / 128 == 0));
            if tags / 16 % 5 == 0 {
                all.push(format!("extra={value}"));
            }
            writeln!(lines, " {} {time}000000000", all.join(",")).expect("a string");
        }
        lines
    })
}
