//! A window and the function that alone reads it work hand in hand; apart they tell the same: results, errors
//! and counters.

use std::fmt::Write;

use proptest::prelude::*;
use tickscript::engine::{Engine, LogData, LogRecord, NodeCounters, Origin, Sink};
use tickscript::value::Zone;

use super::harness::{add_tasks, play_into};

/// Writes down all that a run tells.
#[derive(Default)]
struct Record(Vec<String>);

impl Sink for Record {
    fn log(&mut self, record: LogRecord<'_>) {
        let LogRecord { origin, group, data, .. } = record;
        let LogData::Point { line, .. } = data else { panic!("only points are logged") };
        self.0.push(format!("{origin:?} {group} {line}"));
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        self.0.push(format!("{origin:?} {message}: {error}"));
    }

    fn counters(&mut self, task: &str, NodeCounters { node, counters, .. }: &NodeCounters) {
        self.0.push(format!("{task} {node} {counters:?}"));
    }
}

fn engine(scripts: &[String], apart: bool) -> Engine {
    let mut engine = Engine::new(Zone::utc(), None);
    if apart {
        engine.without_shortcuts(&[]);
    }
    add_tasks(&mut engine, scripts);
    engine
}

fn run(scripts: &[String], lines: &str, apart: bool) -> Vec<String> {
    let mut engine = engine(scripts, apart);
    let mut record = Record::default();
    play_into(&mut engine, lines, &mut record);
    engine.finish(&mut record);
    record.0
}

/// Everything that can be said of a window.
fn window() -> impl Strategy<Value = String> {
    let length = || prop_oneof![1..4_u32, 5..30_u32, Just(10)];
    let flags = (any::<bool>(), any::<bool>());
    let by_time = (length(), length(), flags).prop_map(|(period, every, (align, fill))| {
        let align = if align { ".align()" } else { "" };
        let fill = if fill { ".fillPeriod()" } else { "" };
        format!(".period({period}s).every({every}s){align}{fill}")
    });
    let each = (length(), any::<bool>())
        .prop_map(|(period, fill)| format!(".period({period}s){}", if fill { ".fillPeriod()" } else { "" }));
    let by_count = (1..9_u32, 1..9_u32, any::<bool>()).prop_map(|(period, every, fill)| {
        format!(".periodCount({period}).everyCount({every}){}", if fill { ".fillPeriod()" } else { "" })
    });
    prop_oneof![4 => by_time, 1 => each, 1 => by_count]
}

/// A point: how much later than the one before, its host, its fields.
fn point() -> impl Strategy<Value = (i64, u8, String)> {
    let step = prop_oneof![8 => 0..3_i64, 2 => 0..15_i64, 1 => -20..0_i64, 1 => 20..60_i64];
    let float = prop_oneof![
        (-1000..1000_i32).prop_map(|n| format!("v={}", f64::from(n) / 8.0)),
        any::<f32>()
            .prop_filter("a number", |x| x.is_finite())
            .prop_map(|x| format!("v={}", f64::from(x) / 3.0)),
        (-3..3_i32).prop_map(|n| format!("v={n}")),
    ];
    let other = prop_oneof![
        any::<i64>().prop_map(|n| format!("v={n}i")),
        (-3..3_i64).prop_map(|n| format!("v={n}i")),
        prop_oneof![Just("v=\"a\""), Just("v=\"bc\""), Just("v=\"\"")].prop_map(str::to_owned),
        any::<bool>().prop_map(|b| format!("v={b}")),
        Just("w=1".to_owned()),
    ];
    let fields = (prop_oneof![6 => float, 1 => other], 0..4_u8).prop_map(|(v, w)| match w {
        0 => format!("{v},x=\"old\",u={w}"),
        1 if !v.starts_with('w') => format!("{v},w={w}"),
        _ => v,
    });
    (step, 0..3_u8, fields)
}

/// Points mostly of one kind: all of them become it in one case of two.
fn points() -> impl Strategy<Value = Vec<(i64, u8, String)>> {
    let kinds =
        prop_oneof![3 => Just(None), 1 => Just(Some("i")), 1 => Just(Some("\"")), 1 => Just(Some("b"))];
    (prop::collection::vec(point(), 1..120), kinds).prop_map(|(mut points, kind)| {
        for (_, host, fields) in &mut points {
            let Some((value, rest)) = fields.strip_prefix("v=").map(|f| f.split_once(',').unwrap_or((f, "")))
            else {
                continue;
            };
            let n: f64 = value.parse().unwrap_or(0.0);
            let value = match kind {
                Some("i") => format!("{}i", n as i64),
                Some("\"") => format!("\"{}\"", n as i8),
                Some(_) => format!("{}", n > f64::from(*host)),
                None => continue,
            };
            *fields = format!("v={value}{}{rest}", if rest.is_empty() { "" } else { "," });
        }
        points
    })
}

const CALLS: [&str; 14] = [
    "count('v')",
    "sum('v')",
    "sum('v').usePointTimes()",
    "mean('v').as('v')",
    "mean('v').as('x')",
    "min('v').as('x').usePointTimes()",
    "max('v')",
    "first('v').usePointTimes()",
    "last('v').as('x')",
    "spread('v')",
    "stddev('v')",
    "stddev('w')",
    "count('v').usePointTimes()",
    "max('w').as('v')",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn hand_in_hand_they_tell_the_same_as_apart(
        window in window(),
        points in points(),
        by_host in any::<bool>(),
        root in any::<bool>(),
    ) {
        let from = if by_host { ".groupBy('host')" } else { "" };
        // The root of a negative number is none.
        let eval = if root { "|eval(lambda: sqrt(\"v\")).as('v').keep()" } else { "" };
        let script = |call: &&str| {
            format!("stream|from().measurement('m'){from}{eval}|window(){window}|{call}|log()")
        };
        let mut scripts: Vec<String> = CALLS.iter().map(script).collect();
        scripts.push(format!(
            "stream|from().measurement('m'){from}|window(){window}|mean('v')|window().period(20s).every(7s)\
             |max('mean')|eval(lambda: \"max\" * 2.0).as('twice')|log()"
        ));
        let mut lines = String::new();
        let mut time = 1_000_000_i64;
        for (step, host, fields) in &points {
            time += step;
            writeln!(lines, "m,host=h{host} {fields} {time}000000000").expect("a string");
        }
        let (fused, apart) = (run(&scripts, &lines, false), run(&scripts, &lines, true));
        for (fused, apart) in fused.iter().zip(&apart) {
            prop_assert_eq!(fused, apart);
        }
        prop_assert_eq!(fused.len(), apart.len());
    }
}
