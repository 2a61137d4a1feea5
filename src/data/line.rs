//! Line protocol, the writing side: what nodes log and write, and what converters make.
//!
//! Reading it is the `input` room's task.

use std::fmt::Write;

use super::{Damaged, Keep, Loader, Saver};
use crate::value::Value;

fn push_escaped(out: &mut String, text: &str, special: &[char]) {
    for c in text.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Appends a measurement: commas and spaces escaped.
pub fn push_measurement(out: &mut String, name: &str) {
    push_escaped(out, name, &[',', ' ']);
}

/// Appends `,key=value`; nothing if the value is empty, which line protocol cannot say.
pub fn push_tag(out: &mut String, key: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    out.push(',');
    push_escaped(out, key, &[',', ' ', '=']);
    out.push('=');
    push_escaped(out, value, &[',', ' ', '=']);
}

/// Appends a field's key: commas, spaces, equals signs and quotes escaped.
pub fn push_field_key(out: &mut String, key: &str) {
    push_escaped(out, key, &[',', ' ', '=', '"']);
}

/// Appends a string field's value with its quotes.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text, &['"', '\\']);
    out.push('"');
}

/// Appends a float: the shortest digits that read back the same, never an exponent.
pub fn push_float(out: &mut String, value: f64) {
    if value.is_infinite() {
        out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{value}");
    }
}

/// Appends a field's value; a null leaves nothing after the `=`, as in Kapacitor.
pub fn push_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Float(f) => push_float(out, *f),
        Value::Int(i) | Value::Duration(i) => {
            let _ = write!(out, "{i}i");
        }
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Str(s) => push_string(out, s),
    }
}

/// Appends a point without a newline: tags and fields sorted by the bytes of their keys, the time in
/// nanoseconds.
pub fn push_line<'a>(
    out: &mut String,
    name: &str,
    tags: impl IntoIterator<Item = (&'a str, &'a str)>,
    fields: impl IntoIterator<Item = (&'a str, &'a Value)>,
    time: i64,
) {
    push_key(out, name, tags);
    // A point without fields, which line protocol does not know, shows as an empty place.
    out.push(' ');
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|f| f.0);
    lead(&mut fields, |field| field.0.as_bytes());
    push_fields(out, fields);
    let _ = write!(out, " {time}");
}

/// Puts a field first that may stand there: blanks and tabs before the first field are skipped by readers, so its name
/// cannot begin with a tab, which nothing escapes.
pub fn lead<T>(fields: &mut [T], name: impl Fn(&T) -> &[u8]) {
    if let Some(first) = fields.iter().position(|field| !name(field).starts_with(b"\t")) {
        fields[..=first].rotate_right(1);
    }
}

/// Appends what names a series: the measurement, and tags sorted by the bytes of their keys.
pub fn push_key<'a>(out: &mut String, name: &str, tags: impl IntoIterator<Item = (&'a str, &'a str)>) {
    push_measurement(out, name);
    let mut tags: Vec<_> = tags.into_iter().collect();
    tags.sort_by_key(|t| t.0);
    for (key, value) in tags {
        push_tag(out, key, value);
    }
}

/// Appends fields in the order given.
pub fn push_fields<'a>(out: &mut String, fields: impl IntoIterator<Item = (&'a str, &'a Value)>) {
    for (i, (key, value)) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_field_key(out, key);
        out.push('=');
        push_value(out, value);
    }
}

/// Points as line protocol. Their times are kept apart, so that they can be written in any unit.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
    /// Where each ends in the text, and its time.
    points: Vec<(usize, i64)>,
}

impl Lines {
    /// Adds a point: `write` appends everything but its time.
    pub fn push(&mut self, time: i64, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
        self.points.push((self.text.len(), time));
    }

    /// Each point without its time, and its time in nanoseconds since 1970.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        let starts = std::iter::once(0).chain(self.points.iter().map(|p| p.0));
        starts.zip(&self.points).map(|(start, &(end, time))| (&self.text[start..end], time))
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Forgets all points.
    pub fn clear(&mut self) {
        self.text.clear();
        self.points.clear();
    }
}

impl Keep for Lines {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.points.len());
        for (text, time) in self.iter() {
            out.text(text);
            out.time(time);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        for _ in 0..from.count()? {
            let text = from.text()?;
            let time = from.time()?;
            self.push(time, |all| all.push_str(text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_sorted_and_escaped() {
        let fields = [
            ("s", Value::Str("a \"b\" \\ c".into())),
            ("k e,y=\"", Value::Int(-3)),
            ("f", Value::Float(1e21)),
            ("n", Value::Null),
            ("b", Value::Bool(true)),
        ];
        let mut out = String::new();
        let tags = [("z", "1"), ("empty", ""), ("a b", "c,d=e\"")];
        push_line(&mut out, "m =,x", tags, fields.iter().map(|(k, v)| (*k, v)), -7);
        let want = r#"m\ =\,x,a\ b=c\,d\=e",z=1 b=true,f=1000000000000000000000,k\ e\,y\=\"=-3i,n=,s="a \"b\" \\ c" -7"#;
        assert_eq!(out, want);
    }

    #[test]
    fn lines_come_back_one_by_one() {
        let mut lines = Lines::default();
        for (text, time) in [("m v=1", 3), ("", 4), ("m s=\"a\nb\"", 5)] {
            lines.push(time, |out| out.push_str(text));
        }
        let all: Vec<(&str, i64)> = lines.iter().collect();
        assert_eq!(all, [("m v=1", 3), ("", 4), ("m s=\"a\nb\"", 5)]);
        lines.clear();
        assert!(lines.is_empty() && lines.iter().next().is_none());
    }

    #[test]
    fn floats_are_plain_decimals() {
        for (value, want) in [
            (1.0, "1"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1e-7, "0.0000001"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            let mut out = String::new();
            push_float(&mut out, value);
            assert_eq!(out, want);
        }
    }
}
