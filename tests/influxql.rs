//! The engine of InfluxQL against the answers of a real InfluxDB (`scripts/influxd-golden` asks for them).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};
use tickscript::input::point::{Precision, parse_line};
use tickscript::pipeline::influxql::{Statement, parse};
use tickscript::query::{Cell, Params, Series, Store};
use tickscript::value::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/influxql")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).expect(name)
}

/// All points of the files `DATABASE.POLICY.lp`.
fn store() -> Store {
    let mut store = Store::default();
    for file in ["telegraf.autogen.lp", "telegraf.short.lp", "other.autogen.lp"] {
        let mut parts = file.split('.');
        let (database, policy) = (parts.next().unwrap(), parts.next().unwrap());
        for line in read(file).lines() {
            let point = parse_line(line, Precision::Nanos, None).unwrap_or_else(|e| panic!("{line}: {e}"));
            let tags: Vec<(&str, &str)> = point.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let fields: Vec<(&str, Cell<'_>)> =
                point.fields.iter().map(|(k, v)| (k.as_str(), Cell::of(v))).collect();
            store.append(database, policy, &point.name, &tags, point.time, &fields).expect(line);
        }
    }
    store
}

/// As the server gives it: integers and floats apart.
fn as_json(series: &Series) -> Json {
    let mut out = Map::new();
    out.insert("name".into(), json!(series.name));
    if !series.tags.is_empty() {
        let tags = series.tags.iter().map(|(k, v)| (k.clone(), json!(v)));
        out.insert("tags".into(), Json::Object(tags.collect()));
    }
    let columns: Vec<&String> = std::iter::once(&series.time).chain(&series.columns).collect();
    out.insert("columns".into(), json!(columns));
    let row = |time: i64, values: &[Value]| {
        let values = values.iter().map(|value| match value {
            Value::Null => Json::Null,
            Value::Float(x) => json!(x),
            Value::Int(i) | Value::Duration(i) => json!(i),
            Value::Bool(b) => json!(b),
            Value::Str(s) => json!(s),
        });
        Json::Array(std::iter::once(json!(time)).chain(values).collect())
    };
    let rows: Vec<Json> = series.rows.iter().map(|r| row(r.time, &r.values)).collect();
    out.insert("values".into(), Json::Array(rows));
    Json::Object(out)
}

fn answer(store: &mut Store, query: &str) -> Json {
    let params = Params {
        now: 1_600_000_200_000_000_000,
        database: "telegraf",
        retention_policy: "autogen",
        ..Params::default()
    };
    let select = match parse(query).map(|mut all| all.pop()) {
        Ok(Some(Statement::Select(select))) => select,
        Ok(other) => panic!("{query}: {other:?}"),
        Err(error) => return json!({ "error": format!("error parsing query: {error}") }),
    };
    match store.execute(&select, &params) {
        Ok(series) => json!({ "series": series.iter().map(as_json).collect::<Vec<_>>() }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

/// Queries with the reason why they are answered otherwise.
fn differences() -> BTreeMap<String, String> {
    let text = read("differences.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.map(|(query, reason)| (query.replace("\\|", "|"), reason.trim().to_owned())).collect()
}

/// Whether two answers are the same but for the last digits of floats.
fn is_near(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_near(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_near(a, b)))
        }
        (Json::Number(x), Json::Number(y)) if x.is_f64() && y.is_f64() => {
            let (x, y) = (x.as_f64().unwrap(), y.as_f64().unwrap());
            (x - y).abs() <= 1e-14 * x.abs()
        }
        _ => a == b,
    }
}

#[test]
fn answers_are_those_of_influxdb() {
    let golden: Map<String, Json> = serde_json::from_str(&read("answers.json")).expect("answers");
    let known = differences();
    let text = read("queries.txt");
    let queries: Vec<&str> = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    assert!(queries.len() >= 300, "{}", queries.len());
    let mut store = store();
    let mut wrong = Vec::new();
    for query in queries {
        let want = golden.get(query).unwrap_or_else(|| panic!("no answer to {query}"));
        let found = answer(&mut store, query);
        let reason = known.get(query).map(String::as_str);
        let is_right = match reason {
            None => found == *want,
            Some(reason) if reason.starts_with("digits") => found != *want && is_near(&found, want),
            // What is listed without need shall be taken off the list.
            Some(reason) => reason.starts_with("varies") || found != *want,
        };
        if !is_right {
            wrong.push(format!("{query}\n  want {want}\n  have {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Neither ends of the range of numbers and times nor missing data make a query panic.
#[test]
fn extremes_are_answered() {
    let text = read("queries.txt");
    let queries: Vec<&str> = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    let names = ["m", "cpu", "mem", "ties", "net", "dup", "water", "old", "berlin", "nothing"];
    let times = [i64::MIN, i64::MIN + 3, -1, 0, 1_600_000_000_000_000_000, i64::MAX - 1, i64::MAX];
    let floats = [f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0];
    let ints = [i64::MIN, i64::MAX, -1, 0, 1, i64::MIN, i64::MAX];
    let mut extreme = Store::default();
    for name in names {
        for ((time, x), i) in times.iter().rev().zip(floats).zip(ints) {
            let fields = [
                ("v", Cell::Float(x)),
                ("n", Cell::Int(i)),
                ("s", Cell::Str("")),
                ("b", Cell::Bool(i < 0)),
                ("usage_idle", Cell::Float(x)),
                ("used", Cell::Int(i)),
                ("level", Cell::Float(x)),
            ];
            extreme.append("telegraf", "autogen", name, &[("host", "a")], *time, &fields).expect("a point");
        }
    }
    for store in [&mut extreme, &mut Store::default()] {
        let refused = queries.iter().filter(|query| answer(store, query).get("error").is_some()).count();
        assert!(refused < queries.len() / 3, "{refused}");
    }
}

#[test]
fn listed_differences_are_asked() {
    let text = read("queries.txt");
    let queries: BTreeSet<&str> = text.lines().collect();
    let stray: Vec<String> = differences().into_keys().filter(|q| !queries.contains(q.as_str())).collect();
    assert!(stray.is_empty(), "{stray:?}");
}
