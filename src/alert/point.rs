//! The point behind an event. Tasks that look at the same point share it, with the JSON of its parts.

use std::sync::{Arc, OnceLock};

use super::NotANumber;
use super::nested::{push_nested, push_nested_str};
use crate::template::{Datum, Map};
use crate::value::{Value, json, time};

/// A point: what it is called, its fields, and when it was.
#[derive(Debug, Default)]
pub struct Point {
    /// Its measurement and tags.
    pub label: Arc<Label>,
    /// Its fields.
    pub fields: Fields,
    /// Nanoseconds since 1970.
    pub time: i64,
    written: OnceLock<Result<Written, NotANumber>>,
}

/// Measurement and tags: what the points of a series have in common.
#[derive(Debug, Default)]
pub struct Label {
    /// Measurement.
    pub name: String,
    /// Tags, sorted by key.
    pub tags: Vec<(String, String)>,
    /// There is no set of tags at all, which details show as `null`.
    pub tagless: bool,
    written: OnceLock<LabelText>,
}

/// Fields of a point, sorted by name.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    names: Arc<Names>,
    values: Vec<Value>,
}

/// Names of fields, which most points of a measurement have in common.
#[derive(Debug, Default)]
pub struct Names {
    sorted: Vec<Box<str>>,
    written: OnceLock<NamesText>,
}

/// A point in JSON.
#[derive(Debug)]
struct Written {
    /// As a table.
    table: String,
    /// The members of `Fields`, nested in details.
    nested: String,
}

#[derive(Debug)]
struct LabelText {
    /// The brace, the name and the tags of a table, with a comma behind each.
    head: String,
    /// `Tags`, nested in details.
    nested: String,
}

#[derive(Debug)]
struct NamesText {
    /// All of a table's row that comes before the time.
    columns: String,
    /// The keys of `Fields` nested in details, with comma and colon.
    keys: Vec<Box<str>>,
    /// Of all keys.
    length: usize,
}

impl Point {
    /// A point; its fields in any order.
    pub fn new(name: &str, tags: Vec<(String, String)>, fields: Vec<(String, Value)>, time: i64) -> Point {
        Point::of(Arc::new(Label::new(name.to_owned(), tags)), fields.into(), time)
    }

    /// The same of parts.
    pub fn of(label: Arc<Label>, fields: Fields, time: i64) -> Point {
        Point { label, fields, time, written: OnceLock::new() }
    }

    /// The point as a table: `{"name":…}`.
    pub(super) fn table(&self) -> Result<&str, NotANumber> {
        self.written().map(|w| w.table.as_str())
    }

    /// The members of `Fields` as they stand in details that stand in JSON.
    pub(super) fn nested_fields(&self) -> Result<&str, NotANumber> {
        self.written().map(|w| w.nested.as_str())
    }

    /// Whether JSON can say it.
    pub(super) fn has_json(&self) -> bool {
        !self.fields.values.iter().any(|value| matches!(value, Value::Float(x) if !x.is_finite()))
    }

    fn written(&self) -> Result<&Written, NotANumber> {
        self.written.get_or_init(|| self.write()).as_ref().map_err(|e| *e)
    }

    fn write(&self) -> Result<Written, NotANumber> {
        let (label, names) = (self.label.text(), self.fields.names.text());
        // Room for numbers of common length.
        let numbers = 24 * names.keys.len();
        let mut table = String::with_capacity(label.head.len() + names.columns.len() + numbers + 64);
        let mut nested = String::with_capacity(names.length + numbers);
        table.push_str(&label.head);
        table.push_str(&names.columns);
        time::push_rfc3339_nano(&mut table, self.time);
        table.push('"');
        for (key, value) in names.keys.iter().zip(&self.fields.values) {
            table.push(',');
            let from = table.len();
            if !json::push_json_value(&mut table, value) {
                return Err(NotANumber(if let Value::Float(x) = value { *x } else { f64::NAN }));
            }
            nested.push_str(key);
            let json = table.get(from..).unwrap_or_default();
            match value {
                Value::Str(_) => push_nested(&mut nested, json),
                // The exponent has a plus.
                Value::Float(x) if x.abs() >= 1e21 => push_nested(&mut nested, json),
                _ => nested.push_str(json),
            }
        }
        table.push_str("]]}");
        Ok(Written { table, nested })
    }
}

impl PartialEq for Point {
    fn eq(&self, other: &Point) -> bool {
        self.time == other.time
            && self.label.name == other.label.name
            && self.label.tags == other.label.tags
            && self.fields.iter().eq(other.fields.iter())
    }
}

impl Label {
    /// The label of a series; its tags sorted by key.
    pub fn new(name: String, tags: Vec<(String, String)>) -> Label {
        Label { name, tags, tagless: false, written: OnceLock::new() }
    }

    /// `Tags` as they stand in details that stand in JSON.
    pub(super) fn nested_tags(&self) -> &str {
        &self.text().nested
    }

    /// `Tags` as JSON.
    pub(super) fn push_tags(&self, out: &mut String) {
        if self.tagless {
            out.push_str("null");
            return;
        }
        out.push('{');
        push_members(out, &self.tags);
        out.push('}');
    }

    fn text(&self) -> &LabelText {
        self.written.get_or_init(|| {
            let (mut head, mut tags) = (String::new(), String::new());
            push_head(&mut head, &self.name, &self.tags);
            self.push_tags(&mut tags);
            let mut nested = String::new();
            push_nested(&mut nested, &tags);
            LabelText { head, nested }
        })
    }
}

/// The brace, the name and the tags of a table, with a comma behind each.
pub(super) fn push_head(out: &mut String, name: &str, tags: &[(String, String)]) {
    out.push('{');
    if !name.is_empty() {
        out.push_str(r#""name":"#);
        json::push_json_str(out, name);
        out.push(',');
    }
    if !tags.is_empty() {
        out.push_str(r#""tags":{"#);
        push_members(out, tags);
        out.push_str("},");
    }
}

/// Tags as the members of an object.
pub(super) fn push_members(out: &mut String, tags: &[(String, String)]) {
    for (i, (key, value)) in tags.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        json::push_json_str(out, key);
        out.push(':');
        json::push_json_str(out, value);
    }
}

impl Names {
    /// These names, which are sorted, each given once.
    pub fn new<'a>(sorted: impl IntoIterator<Item = &'a str>) -> Names {
        Names { sorted: sorted.into_iter().map(Box::from).collect(), written: OnceLock::new() }
    }

    /// The names.
    pub fn sorted(&self) -> &[Box<str>] {
        &self.sorted
    }

    /// The place of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.sorted.binary_search_by(|known| (**known).cmp(name)).ok()
    }

    fn text(&self) -> &NamesText {
        self.written.get_or_init(|| {
            let mut columns = String::from(r#""columns":["time""#);
            let mut keys = Vec::with_capacity(self.sorted.len());
            for (i, name) in self.sorted.iter().enumerate() {
                columns.push(',');
                json::push_json_str(&mut columns, name);
                let mut key = String::from(if i > 0 { "," } else { "" });
                push_nested_str(&mut key, name);
                key.push(':');
                keys.push(key.into_boxed_str());
            }
            columns.push_str(r#"],"values":[[""#);
            NamesText { columns, length: keys.iter().map(|k| k.len()).sum(), keys }
        })
    }
}

impl Fields {
    /// Values of these names, in their order.
    pub fn new(names: Arc<Names>, values: Vec<Value>) -> Fields {
        Fields { names, values }
    }

    /// Names with values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.names.sorted.iter().map(|n| &**n).zip(&self.values)
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.names.find(name)?)
    }
}

impl From<Vec<(String, Value)>> for Fields {
    fn from(mut fields: Vec<(String, Value)>) -> Fields {
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        let names = Arc::new(Names::new(fields.iter().map(|f| f.0.as_str())));
        Fields { names, values: fields.into_iter().map(|f| f.1).collect() }
    }
}

impl Map for Fields {
    fn get(&self, key: &str) -> Option<Datum<'_>> {
        Fields::get(self, key).map(Datum::value)
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn entry(&self, at: usize) -> Option<(&str, Datum<'_>)> {
        Some((self.names.sorted.get(at)?, Datum::value(self.values.get(at)?)))
    }
}
