//! Laws: a printed point reads back, and another reader of line protocol reads the same.

use influxdb_line_protocol::{FieldValue, parse_lines};
use proptest::prelude::*;

use super::*;

fn read(line: &str) -> Result<OwnedPoint, LineError> {
    parse_line(line, Precision::Nanos, Some(0))
}

/// The same line by the other reader; of keys given twice the last counts, as here.
fn other(line: &str) -> Option<OwnedPoint> {
    let mut lines = parse_lines(line);
    let (Some(Ok(parsed)), None) = (lines.next(), lines.next()) else { return None };
    let mut point = OwnedPoint {
        name: parsed.series.measurement.to_string(),
        tags: Vec::new(),
        fields: Vec::new(),
        time: parsed.timestamp.unwrap_or(0),
    };
    for (key, value) in parsed.series.tag_set.into_iter().flatten() {
        point.tags.retain(|tag| key != tag.0);
        point.tags.push((key.to_string(), value.to_string()));
    }
    point.tags.sort();
    for (key, value) in parsed.field_set {
        let value = match value {
            FieldValue::I64(i) => Value::Int(i),
            FieldValue::U64(u) => Value::Int(i64::try_from(u).ok()?),
            FieldValue::F64(f) => Value::Float(f),
            FieldValue::Boolean(b) => Value::Bool(b),
            FieldValue::String(s) => Value::Str(s.to_string().into()),
        };
        match point.fields.iter_mut().find(|field| key == field.0) {
            Some(field) => field.1 = value,
            None => point.fields.push((key.to_string(), value)),
        }
    }
    Some(point)
}

/// What line protocol can say: no backslash at the end or before a character that is escaped.
fn name() -> impl Strategy<Value = String> {
    "[a-zß][a-z0-9 ,=\"_.ß]{0,8}"
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<f64>().prop_filter("line protocol has no NaN", |f| f.is_finite()).prop_map(Value::Float),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        "[a-z \",=\\\\ß#]{0,12}".prop_map(|s| Value::Str(s.into())),
    ]
}

fn point() -> impl Strategy<Value = OwnedPoint> {
    let tags = prop::collection::btree_map(name(), name(), 0..4);
    let fields = prop::collection::btree_map(name(), value(), 1..5);
    let time = i64::MIN + 2..i64::MAX;
    (name(), tags, fields, time).prop_map(|(name, tags, fields, time)| OwnedPoint {
        name,
        tags: tags.into_iter().collect(),
        fields: fields.into_iter().collect(),
        time,
    })
}

proptest! {
    #[test]
    fn a_printed_point_reads_back(point in point()) {
        prop_assert_eq!(read(&point.to_line()), Ok(point));
    }

    #[test]
    fn another_reader_reads_printed_points_the_same(mut point in point()) {
        // It keeps the backslash of `\"` in a field's key.
        point.fields.retain(|field| !field.0.contains('"'));
        point.fields.push(("f".into(), Value::Int(1)));
        point.fields.sort_by(|a, b| a.0.cmp(&b.0));
        point.fields.dedup_by(|a, b| a.0 == b.0);
        let line = point.to_line();
        prop_assert_eq!(other(&line), Some(point), "{}", line);
    }

    #[test]
    fn where_both_readers_accept_a_line_they_agree(line in "(cpu|m|[a-z]|,|=| |\\\\|\"|[0-9]|-|\\.|e|i|u|t|f=1|,h=a|s=\"x\"){1,14}") {
        // In a field's key it takes two backslashes for one backslash; in names it keeps the one of `\"`, and in
        // those of measurements that of `\=`, which InfluxDB takes away.
        prop_assume!(!line.contains("\\\\") && !line.contains("\\\""));
        prop_assume!(!line.split(' ').next().unwrap_or_default().contains("\\="));
        let both = (read(&line).ok(), other(&line));
        if let (Some(ours), Some(theirs)) = both {
            prop_assert_eq!(ours, theirs, "{}", line);
        }
    }
}

/// Where the two readers differ, and why ours is right.
#[test]
fn permitted_differences() {
    for (line, ours, why) in [
        ("m f=.5 1", true, "InfluxDB reads numbers without a leading digit"),
        ("m f=1. 1", true, "InfluxDB reads numbers without decimals behind the point"),
        ("m f=1, 1", false, "a comma promises another field"),
        ("m f=1 1\r", true, "files of Windows"),
    ] {
        assert_eq!((read(line).is_ok(), other(line).is_some()), (ours, !ours), "{line}: {why}");
    }
}

#[test]
fn names_that_begin_with_a_tab_keep_it() {
    let point = read("c f=9,\tb=1,a=2 5").unwrap();
    assert_eq!(point.fields.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["f", "\tb", "a"]);
    let line = point.to_line();
    assert_eq!(line, "c a=2,\tb=1,f=9 5");
    let mut again = read(&line).unwrap().fields;
    again.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(again.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["\tb", "a", "f"]);
}
