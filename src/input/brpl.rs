//! Kapacitor's recordings of batches: JSON objects, one after the other.

mod write;

use std::io::{BufReader, Read};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::de::{IoRead, StreamDeserializer};
use serde_json::{Deserializer, Map, Value as Json};

use super::blocks::InputError;
use crate::data::{Batch, BatchPoint};
use crate::value::Value;
use crate::value::time::parse_rfc3339;

pub use write::push_batch;

/// The batches of a recording, in order, those without points left out. One without an end has the earliest
/// time there is: [`Batch::shift`] sets it right.
pub struct Batches {
    source: Arc<str>,
    objects: StreamDeserializer<'static, IoRead<BufReader<Box<dyn Read + Send>>>, Recorded>,
    /// Number of the object at hand.
    at: u64,
    failed: bool,
}

/// A batch as it is written.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Recorded {
    name: String,
    tmax: Option<String>,
    byname: bool,
    tags: Option<Map<String, Json>>,
    points: Option<Vec<RecordedPoint>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RecordedPoint {
    fields: Option<Map<String, Json>>,
    tags: Option<Map<String, Json>>,
    time: String,
}

impl Batches {
    /// The recording that a reader gives; `source` names it in messages.
    pub fn new(source: Arc<str>, reader: Box<dyn Read + Send>) -> Batches {
        let objects = Deserializer::from_reader(BufReader::new(reader)).into_iter();
        Batches { source, objects, at: 0, failed: false }
    }

    fn error(&self, words: impl std::fmt::Display) -> InputError {
        InputError::end(&self.source, None, format!("batch {}: {words}", self.at))
    }

    fn batch(&self, recorded: Recorded) -> Result<Option<Batch>, InputError> {
        let tags = texts(recorded.tags.unwrap_or_default());
        let mut points = Vec::new();
        for point in recorded.points.unwrap_or_default() {
            let time = self.time(&point.time)?;
            let own = texts(point.tags.unwrap_or_default());
            let tags = if own.is_empty() { tags.clone() } else { own };
            points.push(BatchPoint { time, tags, fields: values(point.fields.unwrap_or_default()) });
        }
        if points.is_empty() {
            return Ok(None);
        }
        let tmax = recorded.tmax.map(|text| self.time(&text)).transpose()?.unwrap_or(i64::MIN);
        Ok(Some(Batch { name: recorded.name, tags, by_name: recorded.byname, tmax, points }))
    }

    fn time(&self, text: &str) -> Result<i64, InputError> {
        parse_rfc3339(text).ok_or_else(|| self.error(format!("`{text}` is no time")))
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            self.at += 1;
            let batch = match self.objects.next()? {
                Ok(recorded) => self.batch(recorded),
                Err(e) => Err(self.error(format!("is not a batch: {e}"))),
            };
            match batch {
                Ok(Some(batch)) => return Some(Ok(batch)),
                Ok(None) => {}
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// All numbers are floats, as in Kapacitor; what is no value of a field is left out.
fn values(map: Map<String, Json>) -> Vec<(String, Value)> {
    let value = |json| {
        Some(match json {
            Json::Number(n) => Value::Float(n.as_f64()?),
            Json::String(s) => Value::Str(s.into()),
            Json::Bool(b) => Value::Bool(b),
            _ => return None,
        })
    };
    map.into_iter().filter_map(|(name, json)| Some((name, value(json)?))).collect()
}

fn texts(map: Map<String, Json>) -> Vec<(String, String)> {
    let text = |json| match json {
        Json::String(s) => Some(s),
        _ => None,
    };
    map.into_iter().filter_map(|(name, json)| Some((name, text(json)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Vec<Result<Batch, String>> {
        let batches = Batches::new("x.brpl".into(), Box::new(text.as_bytes()));
        batches.map(|b| b.map_err(|e| e.to_string())).collect()
    }

    #[test]
    fn numbers_are_floats_and_empty_batches_are_passed_over() {
        let text = r#"{"name":"m","tmax":"1970-01-01T00:00:09Z"}
            {"name":"m","byname":true,"tags":{"h":"a"},"points":[
              {"fields":{"v":1,"s":"x","b":true,"n":null,"l":[1]},"time":"1970-01-01T00:00:02Z"},
              {"fields":{"v":1.5},"tags":{"h":"a","c":"0"},"time":"1970-01-01T00:00:03Z"}]}"#;
        let read = read(text);
        let [Ok(batch)] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((batch.tmax, batch.by_name, batch.points.len()), (i64::MIN, true, 2));
        let fields = &batch.points[0].fields;
        let want = [("v", Value::Float(1.0)), ("s", Value::Str("x".into())), ("b", Value::Bool(true))];
        assert_eq!(*fields, want.map(|(n, v)| (n.to_owned(), v)));
        assert_eq!(batch.points[0].tags, batch.tags);
        assert_eq!(batch.points[1].tags.len(), 2);
    }

    #[test]
    fn what_is_damaged_ends_the_recording() {
        let good = r#"{"points":[{"time":"1970-01-01T00:00:02Z"}]}"#;
        let cases = [
            (r#"{"points":[{"time":"noon"}]}"#, "batch 1: `noon` is no time"),
            (r#"{"points":3}"#, "batch 1: is not a batch"),
            (r#"{"points":["#, "batch 1: is not a batch: EOF"),
        ];
        for (text, words) in cases {
            let read = read(text);
            let [Err(error)] = read.as_slice() else { panic!("{text}: {read:?}") };
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(read(good).len(), 1);
    }
}
