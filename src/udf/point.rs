//! Points and batches as messages, and back.

use super::message::{Begin, End, Point};
use crate::alert::FunctionPoint;
use crate::data::{Batch, BatchPoint};
use crate::value::Value;

/// A point of a stream.
pub(super) fn message(point: &FunctionPoint) -> Point {
    let mut message = Point {
        time: point.time,
        name: point.name.clone(),
        database: point.db.clone(),
        retention_policy: point.rp.clone(),
        group: point.group.clone(),
        dimensions: point.dimensions.clone(),
        tags: point.tags.iter().cloned().collect(),
        by_name: point.by_name,
        ..Point::default()
    };
    set_fields(&mut message, &point.fields);
    message
}

/// A point of a batch: the rest is known of the batch.
pub(super) fn item(point: &BatchPoint, group: &str) -> Point {
    let tags = point.tags.iter().cloned().collect();
    let mut message = Point { time: point.time, group: group.to_owned(), tags, ..Point::default() };
    set_fields(&mut message, &point.fields);
    message
}

/// What leads the points of a batch and what ends them.
pub(super) fn ends(batch: &Batch, group: &str) -> (Begin, End) {
    let begin = Begin {
        name: batch.name.clone(),
        group: group.to_owned(),
        tags: batch.tags.iter().cloned().collect(),
        size: i64::try_from(batch.points.len()).unwrap_or(i64::MAX),
        by_name: batch.by_name,
    };
    let end = End {
        name: begin.name.clone(),
        group: begin.group.clone(),
        tmax: batch.tmax,
        tags: begin.tags.clone(),
        by_name: false,
    };
    (begin, end)
}

/// Others than these the node keeps back.
fn set_fields(message: &mut Point, fields: &[(String, Value)]) {
    for (name, value) in fields {
        let name = name.clone();
        match value {
            Value::Float(x) => drop(message.doubles.insert(name, *x)),
            Value::Int(x) => drop(message.ints.insert(name, *x)),
            Value::Str(x) => drop(message.strings.insert(name, x.to_string())),
            Value::Bool(x) => drop(message.bools.insert(name, *x)),
            Value::Null | Value::Duration(_) => {}
        }
    }
}

/// The fields of a message, sorted. Of a name that has values of several types the last counts, in the order in which
/// Kapacitor reads them.
fn fields(message: &mut Point) -> Vec<(String, Value)> {
    let mut all = std::collections::BTreeMap::new();
    all.extend(std::mem::take(&mut message.doubles).into_iter().map(|(k, v)| (k, Value::Float(v))));
    all.extend(std::mem::take(&mut message.ints).into_iter().map(|(k, v)| (k, Value::Int(v))));
    all.extend(std::mem::take(&mut message.strings).into_iter().map(|(k, v)| (k, Value::Str(v.into()))));
    all.extend(std::mem::take(&mut message.bools).into_iter().map(|(k, v)| (k, Value::Bool(v))));
    all.into_iter().collect()
}

/// A point of a stream that came back.
pub(super) fn point(mut message: Point) -> FunctionPoint {
    FunctionPoint {
        fields: fields(&mut message),
        time: message.time,
        name: message.name,
        db: message.database,
        rp: message.retention_policy,
        group: message.group,
        by_name: message.by_name,
        dimensions: message.dimensions,
        tags: message.tags.into_iter().collect(),
    }
}

/// A batch that comes back, message by message.
#[derive(Default)]
pub(super) struct Opened {
    by_name: bool,
    points: Vec<BatchPoint>,
}

impl Opened {
    /// The beginning.
    pub(super) fn new(begin: &Begin) -> Opened {
        Opened { by_name: begin.by_name, points: Vec::new() }
    }

    /// One more point.
    pub(super) fn push(&mut self, mut message: Point) {
        let fields = fields(&mut message);
        self.points.push(BatchPoint { time: message.time, tags: message.tags.into_iter().collect(), fields });
    }

    /// The end, which says what the batch is.
    pub(super) fn close(self, end: End) -> Batch {
        let tags = end.tags.into_iter().collect();
        Batch { name: end.name, tags, by_name: self.by_name, tmax: end.tmax, points: self.points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_and_comes_back_is_the_same() {
        let sent = FunctionPoint {
            time: -5,
            name: "m".to_owned(),
            db: "d".to_owned(),
            rp: "r".to_owned(),
            group: "m\nh=a".to_owned(),
            by_name: true,
            dimensions: vec!["h".to_owned()],
            tags: vec![("h".to_owned(), "a".to_owned()), ("k".to_owned(), String::new())],
            fields: vec![
                ("b".to_owned(), Value::Bool(false)),
                ("f".to_owned(), Value::Float(0.0)),
                ("i".to_owned(), Value::Int(i64::MIN)),
                ("s".to_owned(), Value::Str("ü".into())),
            ],
        };
        assert_eq!(point(message(&sent)), sent);
        let points = vec![BatchPoint { time: 1, tags: sent.tags.clone(), fields: sent.fields.clone() }];
        let batch = Batch { name: "m".to_owned(), tags: sent.tags.clone(), by_name: true, tmax: 9, points };
        let (begin, end) = ends(&batch, "g");
        assert_eq!((begin.size, end.by_name), (1, false));
        let mut opened = Opened::new(&begin);
        opened.push(item(&batch.points[0], "g"));
        assert_eq!(opened.close(end), batch);
    }

    #[test]
    fn a_name_with_two_types_has_one_value() {
        let mut message = Point::default();
        message.doubles.insert("x".to_owned(), 1.0);
        message.ints.insert("x".to_owned(), 2);
        assert_eq!(fields(&mut message), [("x".to_owned(), Value::Int(2))]);
    }
}
