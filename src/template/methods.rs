//! Methods of times and durations.

use super::datum::{Datum, IntType};
use super::printf::stringer;
use crate::value::Zone;
use crate::value::time::{format_go_layout, round, truncate};

/// What a method takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Param {
    Text,
    Int,
    Duration,
    Time,
}

impl Param {
    /// Go's name of the type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Param::Text => "string",
            Param::Int => "int",
            Param::Duration => "time.Duration",
            Param::Time => "time.Time",
        }
    }
}

/// A method of a value: its parameters.
pub(super) fn find(receiver: &Datum<'_>, name: &str) -> Option<&'static [Param]> {
    match receiver {
        Datum::Time(_) => time_params(name),
        Datum::Duration(_) => duration_params(name),
        Datum::Int(_, IntType::Month | IntType::Weekday) if name == "String" => Some(&[]),
        _ => None,
    }
}

fn time_params(name: &str) -> Option<&'static [Param]> {
    Some(match name {
        "Unix" | "UnixNano" | "UnixMilli" | "UnixMicro" | "UTC" | "Local" | "Year" | "Month" | "Day"
        | "Hour" | "Minute" | "Second" | "Nanosecond" | "Weekday" | "YearDay" | "IsZero" | "String" => &[],
        "Format" => &[Param::Text],
        "Add" | "Truncate" | "Round" => &[Param::Duration],
        "Sub" | "Before" | "After" | "Equal" | "Compare" => &[Param::Time],
        "AddDate" => &[Param::Int, Param::Int, Param::Int],
        _ => return None,
    })
}

fn duration_params(name: &str) -> Option<&'static [Param]> {
    Some(match name {
        "Seconds" | "Minutes" | "Hours" | "Nanoseconds" | "Microseconds" | "Milliseconds" | "String"
        | "Abs" => &[],
        "Truncate" | "Round" => &[Param::Duration],
        _ => return None,
    })
}

/// Calls a method with arguments that fit its parameters.
pub(super) fn call<'d>(receiver: &Datum<'_>, name: &str, args: &[Datum<'d>]) -> Datum<'d> {
    match receiver {
        Datum::Time(ns) => time(*ns, name, args),
        Datum::Duration(ns) => duration(*ns, name, args),
        other => Datum::owned(stringer(other).unwrap_or_default()),
    }
}

fn number(args: &[Datum<'_>], at: usize) -> i64 {
    match args.get(at) {
        Some(Datum::Int(n, _) | Datum::Duration(n) | Datum::Time(n)) => *n,
        _ => 0,
    }
}

fn int(n: i64) -> Datum<'static> {
    Datum::Int(n, IntType::Int)
}

fn time<'d>(ns: i64, name: &str, args: &[Datum<'d>]) -> Datum<'d> {
    const SECOND: i64 = 1_000_000_000;
    let utc = Zone::utc();
    let n = number(args, 0);
    match name {
        "Unix" => Datum::int(ns.div_euclid(SECOND)),
        "UnixNano" => Datum::int(ns),
        "UnixMilli" => Datum::int(ns.div_euclid(1_000_000)),
        "UnixMicro" => Datum::int(ns.div_euclid(1_000)),
        "Year" => int(utc.year(ns)),
        "Month" => Datum::Int(utc.month(ns), IntType::Month),
        "Day" => int(utc.day(ns)),
        "Hour" => int(utc.hour(ns)),
        "Minute" => int(utc.minute(ns)),
        "Second" => int(utc.second(ns)),
        "Nanosecond" => int(ns.rem_euclid(SECOND)),
        "Weekday" => Datum::Int(utc.weekday(ns), IntType::Weekday),
        "YearDay" => int(crate::value::time::year_day(ns)),
        // The zero time, in the year 1, is out of range here.
        "IsZero" => Datum::Bool(false),
        "Add" => Datum::Time(ns.saturating_add(n)),
        "AddDate" => Datum::Time(crate::value::time::add_date(ns, n, number(args, 1), number(args, 2))),
        "Truncate" => Datum::Time(truncate(ns, n)),
        "Round" => Datum::Time(round(ns, n)),
        "Sub" => Datum::Duration(ns.saturating_sub(n)),
        "Before" => Datum::Bool(ns < n),
        "After" => Datum::Bool(ns > n),
        "Equal" => Datum::Bool(ns == n),
        "Compare" => int(ns.cmp(&n) as i64),
        "UTC" | "Local" => Datum::Time(ns),
        _ => {
            let mut out = String::new();
            let layout = match args.first() {
                Some(Datum::Str(s) | Datum::Js(s)) => s.as_ref(),
                _ => "2006-01-02 15:04:05.999999999 -0700 MST",
            };
            format_go_layout(&mut out, ns, layout, &utc);
            Datum::owned(out)
        }
    }
}

fn duration<'d>(ns: i64, name: &str, args: &[Datum<'d>]) -> Datum<'d> {
    let n = number(args, 0);
    // Whole and rest apart, as Go does, so that the last digit is the same.
    let float = |unit: i64| Datum::Float((ns / unit) as f64 + (ns % unit) as f64 / unit as f64);
    match name {
        "Seconds" => float(1_000_000_000),
        "Minutes" => float(60_000_000_000),
        "Hours" => float(3_600_000_000_000),
        "Nanoseconds" => Datum::int(ns),
        "Microseconds" => Datum::int(ns / 1_000),
        "Milliseconds" => Datum::int(ns / 1_000_000),
        "Abs" => Datum::Duration(ns.saturating_abs()),
        "Truncate" if n <= 0 => Datum::Duration(ns),
        "Truncate" => Datum::Duration(ns - ns % n),
        "Round" => Datum::Duration(round_duration(ns, n)),
        _ => Datum::owned(stringer(&Datum::Duration(ns)).unwrap_or_default()),
    }
}

/// To the nearest multiple, halves away from zero.
fn round_duration(ns: i64, d: i64) -> i64 {
    if d <= 0 {
        return ns;
    }
    let rest = (ns % d).abs();
    if rest < d - rest {
        ns - ns % d
    } else if ns < 0 {
        ns.saturating_sub(d - rest)
    } else {
        ns.saturating_add(d - rest)
    }
}
