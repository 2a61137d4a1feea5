//! Batches as Kapacitor's recordings have them: one JSON object each.

use crate::data::{Batch, BatchPoint};
use crate::value::json::{push_json_str, push_json_value};
use crate::value::time::push_rfc3339_nano;

/// Appends a batch and a line end. What is empty is left out, as in Kapacitor.
pub fn push_batch(out: &mut String, batch: &Batch) {
    out.push('{');
    if !batch.name.is_empty() {
        out.push_str("\"name\":");
        push_json_str(out, &batch.name);
        out.push(',');
    }
    out.push_str("\"tmax\":");
    push_time(out, batch.tmax);
    let group = group(batch);
    if !group.is_empty() {
        out.push_str(",\"group\":");
        push_json_str(out, &group);
    }
    if batch.by_name {
        out.push_str(",\"byname\":true");
    }
    if !batch.tags.is_empty() {
        out.push_str(",\"tags\":");
        push_tags(out, &batch.tags);
    }
    for (i, point) in batch.points.iter().enumerate() {
        out.push_str(if i == 0 { ",\"points\":[" } else { "," });
        push_point(out, point);
    }
    out.push_str(if batch.points.is_empty() { "}\n" } else { "]}\n" });
}

fn push_point(out: &mut String, point: &BatchPoint) {
    let mut fields: Vec<_> = point.fields.iter().collect();
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    out.push_str("{\"fields\":{");
    for (i, (name, value)) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_json_str(out, name);
        out.push(':');
        if !push_json_value(out, value) {
            out.push_str("null");
        }
    }
    out.push_str("},\"tags\":");
    push_tags(out, &point.tags);
    out.push_str(",\"time\":");
    push_time(out, point.time);
    out.push('}');
}

fn push_tags(out: &mut String, tags: &[(String, String)]) {
    let mut tags: Vec<_> = tags.iter().collect();
    tags.sort_by(|a, b| a.0.cmp(&b.0));
    out.push('{');
    for (i, (key, value)) in tags.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_json_str(out, key);
        out.push(':');
        push_json_str(out, value);
    }
    out.push('}');
}

fn push_time(out: &mut String, ns: i64) {
    out.push('"');
    push_rfc3339_nano(out, ns);
    out.push('"');
}

/// The group's id.
fn group(batch: &Batch) -> String {
    let mut tags: Vec<String> = batch.tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
    tags.sort();
    match (batch.by_name, tags.is_empty()) {
        (false, _) => tags.join(","),
        (true, true) => batch.name.clone(),
        (true, false) => format!("{}\n{}", batch.name, tags.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Batches;
    use super::*;
    use crate::value::Value;

    #[test]
    fn what_is_written_reads_back() {
        let tags = vec![("h".to_owned(), "a<b".to_owned())];
        let fields = vec![
            ("v".to_owned(), Value::Float(1e21)),
            ("s".to_owned(), Value::Str("x".into())),
            ("b".to_owned(), Value::Bool(false)),
        ];
        let point = BatchPoint { time: 5, tags: tags.clone(), fields };
        let batch = Batch { name: "m".into(), tags, by_name: true, tmax: 9, points: vec![point] };
        let mut text = String::new();
        push_batch(&mut text, &batch);
        push_batch(&mut text, &Batch { tmax: 10, ..Batch::default() });
        let want = "{\"name\":\"m\",\"tmax\":\"1970-01-01T00:00:00.000000009Z\",\"group\":\"m\\nh=a\\u003cb\",\
                    \"byname\":true,\"tags\":{\"h\":\"a\\u003cb\"},\"points\":[{\"fields\":{\"b\":false,\"s\":\"x\",\
                    \"v\":1e+21},\"tags\":{\"h\":\"a\\u003cb\"},\"time\":\"1970-01-01T00:00:00.000000005Z\"}]}\n\
                    {\"tmax\":\"1970-01-01T00:00:00.00000001Z\"}\n";
        assert_eq!(text, want);
        let mut read = Batches::new("x".into(), Box::new(std::io::Cursor::new(text)));
        let mut back = read.next().unwrap().unwrap();
        back.points[0].fields.sort_by(|a, b| b.0.cmp(&a.0));
        assert_eq!(back, batch);
        assert!(read.next().is_none(), "a batch without points is passed over");
    }
}
