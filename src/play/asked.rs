//! Queries of batch tasks asked of servers, InfluxDB 1.x, instead of being answered from the input.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::alert::Question;
use crate::handlers::InfluxDb;
use crate::handlers::config::Config;
use crate::query::{Row, Series};
use crate::value::Value;
use crate::value::time::parse_rfc3339;

/// Servers that answer queries.
pub struct Asked {
    /// For queries that name no cluster, and for clusters that the configuration does not have.
    usual: InfluxDb,
    /// By the names that `.cluster()` takes.
    clusters: BTreeMap<String, InfluxDb>,
}

impl Asked {
    /// The server that was typed, a URL or the name of an `[[influxdb]]` of the configuration, and all others of the
    /// configuration.
    pub fn new(typed: &str, config: &Config) -> Result<Asked, String> {
        let mut clusters = BTreeMap::new();
        for section in &config.influxdb {
            let name = section.name.clone();
            let server =
                InfluxDb::configured(section).map_err(|e| format!("`[[influxdb]]` `{name}`: {e}"))?;
            clusters.insert(name, server);
        }
        if typed.contains("://") {
            return Ok(Asked { usual: InfluxDb::asked(typed)?, clusters });
        }
        let known: Vec<String> = clusters.keys().map(|name| format!("`{name}`")).collect();
        let Some(usual) = clusters.remove(typed) else {
            let known = match known.is_empty() {
                true => "`--config` has no `[[influxdb]]`".to_owned(),
                false => format!("`[[influxdb]]` has {}", known.join(", ")),
            };
            return Err(format!("`{typed}` is no URL such as `http://localhost:8086`, and {known}"));
        };
        Ok(Asked { usual, clusters })
    }

    /// All servers of the configuration, of which the default one is the usual one; none if it has none.
    ///
    /// # Errors
    /// Of a server that cannot be asked, why not.
    pub fn configured(config: &Config) -> Result<Option<Asked>, String> {
        let usual = config.influxdb.iter().find(|s| s.default).or(config.influxdb.first());
        usual.map(|section| Asked::new(&section.name, config)).transpose()
    }

    /// Asks a query.
    pub fn ask(&self, question: &Question<'_>) -> Result<Vec<Series>, String> {
        let server = self.clusters.get(question.cluster).unwrap_or(&self.usual);
        let query = question.select.to_string();
        let (status, body) = server.select(question.database, question.retention_policy, &query)?;
        read(status, body.as_bytes()).map_err(|words| match words.is_empty() {
            true => format!("the answer is no result of a query (status {status})"),
            false => words,
        })
    }
}

/// What a server answers.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    results: Vec<Answered>,
    error: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answered {
    series: Vec<Table>,
    error: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Table {
    name: String,
    tags: BTreeMap<String, String>,
    columns: Vec<String>,
    values: Vec<Vec<Json>>,
    partial: bool,
}

/// The series of an answer; an error without words where it is none.
fn read(status: u16, body: &[u8]) -> Result<Vec<Series>, String> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| String::new())?;
    let errors = answer.results.iter().map(|result| &result.error);
    if let Some(error) = [&answer.error].into_iter().chain(errors).flatten().next() {
        return Err(error.clone());
    }
    if !(200..300).contains(&status) {
        return Err(String::new());
    }
    answer.results.into_iter().flat_map(|result| result.series).map(series).collect()
}

fn series(table: Table) -> Result<Series, String> {
    if table.partial {
        return Err("the answer is cut off: see `max-row-limit` of the server".to_owned());
    }
    let at = table.columns.iter().position(|column| column == "time");
    let at = at.ok_or_else(|| "the answer has no column `time`".to_owned())?;
    let mut rows = Vec::with_capacity(table.values.len());
    for mut values in table.values {
        if values.len() != table.columns.len() {
            return Err("a row of the answer has not a value for each column".to_owned());
        }
        let time = values.remove(at);
        let time = time.as_i64().or_else(|| parse_rfc3339(time.as_str()?));
        let time = time.ok_or_else(|| "a row of the answer has no time".to_owned())?;
        rows.push(Row { time, values: values.into_iter().map(value).collect() });
    }
    let mut columns = table.columns;
    let time = columns.remove(at);
    Ok(Series { name: table.name, tags: table.tags.into_iter().collect(), time, columns, rows })
}

/// Which of the numbers are integers JSON does not tell; in batches all are floats.
fn value(json: Json) -> Value {
    match json {
        Json::Number(n) => n.as_f64().map_or(Value::Null, Value::Float),
        Json::String(s) => Value::Str(s.into()),
        Json::Bool(b) => Value::Bool(b),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let body = br#"{"results":[{"statement_id":0,"series":[
            {"name":"m","tags":{"h":"a","b":""},"columns":["x","time","s"],"values":[[1,5,"q"],[null,"1970-01-01T00:00:01Z",true]]}]}]}"#;
        let read_one = read(200, body).unwrap();
        let want = Series {
            name: "m".into(),
            tags: vec![("b".into(), String::new()), ("h".into(), "a".into())],
            time: "time".into(),
            columns: vec!["x".into(), "s".into()],
            rows: vec![
                Row { time: 5, values: vec![Value::Float(1.0), Value::Str("q".into())] },
                Row { time: 1_000_000_000, values: vec![Value::Null, Value::Bool(true)] },
            ],
        };
        assert_eq!(read_one, [want]);
        assert_eq!(read(200, br#"{"results":[{"statement_id":0}]}"#), Ok(vec![]));
    }

    #[test]
    fn errors_are_the_servers() {
        for (status, body, want) in [
            (200, r#"{"results":[{"error":"database not found: x"}]}"#, "database not found: x"),
            (401, r#"{"error":"authorization failed"}"#, "authorization failed"),
            (404, "not found", ""),
            (503, "{}", ""),
            (
                200,
                r#"{"results":[{"series":[{"columns":["time"],"values":[[1,2]]}]}]}"#,
                "a row of the answer has not",
            ),
            (200, r#"{"results":[{"series":[{"columns":["a"]}]}]}"#, "no column `time`"),
            (200, r#"{"results":[{"series":[{"columns":["time"],"partial":true}]}]}"#, "cut off"),
        ] {
            let error = read(status, body.as_bytes()).unwrap_err();
            assert!(error.contains(want) && error.is_empty() == want.is_empty(), "{body}: {error}");
        }
    }

    #[test]
    fn servers_are_urls_or_names() {
        let typed = |typed| Asked::new(typed, &Config::default()).err();
        assert!(typed("local").unwrap().contains("`--config` has no `[[influxdb]]`"));
        assert_eq!(typed("http://localhost"), None);
    }
}
