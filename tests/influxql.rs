//! The engine of InfluxQL against the answers of a real InfluxDB (`scripts/influxd-golden` asks for them).

use std::collections::BTreeSet;
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

fn differences() -> BTreeSet<String> {
    let text = read("differences.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.map(|(query, _)| query.to_owned()).collect()
}

#[test]
fn answers_are_those_of_influxdb() {
    let golden: Map<String, Json> = serde_json::from_str(&read("answers.json")).expect("answers");
    let known = differences();
    let pending = read("pending.txt");
    let text = read("queries.txt");
    let queries: Vec<&str> = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    assert!(queries.len() >= 300, "{}", queries.len());
    let mut store = store();
    let mut wrong = Vec::new();
    for query in queries {
        let want = golden.get(query).unwrap_or_else(|| panic!("no answer to {query}"));
        let found = answer(&mut store, query);
        if known.contains(query) || pending.lines().any(|line| line == query) {
            continue;
        }
        if found != *want {
            wrong.push(format!("{query}\n  want {want}\n  have {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn listed_differences_are_asked() {
    let text = read("queries.txt");
    let queries: BTreeSet<&str> = text.lines().collect();
    let stray: Vec<String> = differences().into_iter().filter(|q| !queries.contains(q.as_str())).collect();
    assert!(stray.is_empty(), "{stray:?}");
}
