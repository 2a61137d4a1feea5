//! `input`: what is played.

use std::path::Path;

use super::{Common, lines, some_time, table, when};
use crate::handlers::fields::{Fields, Mistakes};
use crate::handlers::tree::{At, Node, Place};
use crate::input::point::Precision;
use crate::input::{self, CsvOptions};
use crate::suite::model::{Data, Input, Series};
use crate::suite::series::Notation;
use crate::suite::time::When;
use crate::text::Source;
use crate::value::Value;

/// More series of one input than that are a mistake.
const MAX_SERIES: usize = 100_000;

/// The inputs of a test.
pub(super) fn inputs(
    common: &Common<'_>,
    file: &Path,
    source: &Source,
    mistakes: &mut Mistakes,
) -> Vec<Input> {
    let read = |node: &&At<Node>| input(node, common, file, source, mistakes);
    common.input.iter().filter_map(read).collect()
}

fn input(
    node: &At<Node>,
    common: &Common<'_>,
    file: &Path,
    source: &Source,
    mistakes: &mut Mistakes,
) -> Option<Input> {
    let mut fields = Fields::new("key of an input", node, mistakes);
    let Node::Table(entries) = &node.value else { return None };
    let query = fields.text("query", mistakes);
    let has = |key: &str| entries.iter().any(|(k, _)| k.value.eq_ignore_ascii_case(key));
    let data = match (has("series"), has("lines"), has("file")) {
        (true, false, false) => series(&mut fields, common, mistakes).map(Data::Series),
        (false, true, false) => lines::lines(&mut fields, source, mistakes).map(Data::Lines),
        (false, false, true) => from_file(&mut fields, common, file, mistakes),
        _ => {
            let message = "an input has one of `series`, `lines` and `file`";
            mistakes.add(node.place, message.to_owned(), None);
            return None;
        }
    };
    fields.finish(mistakes);
    Some(Input { place: node.place, data: data?, query })
}

fn series(fields: &mut Fields<'_>, common: &Common<'_>, mistakes: &mut Mistakes) -> Option<Series> {
    let name = fields.needed("series", mistakes);
    let tags = fields.take("tags").map_or_else(Vec::new, |node| tags(node, mistakes));
    let place = fields.place();
    let mut values = Vec::new();
    if let Some(node) = fields.take("fields") {
        for (key, node) in table("fields", node, mistakes) {
            values.extend(notation(&node, mistakes).map(|values| (key.value, values)));
        }
    } else if let Some(node) = fields.take("values") {
        // As promtool has it: one value without a name.
        values.extend(notation(node, mistakes).map(|values| ("value".to_owned(), values)));
    } else {
        let hint = "write `fields:` and below it names with values such as `90x3 5x10m`";
        mistakes.add(place, "the series has no fields".to_owned(), Some(hint.to_owned()));
    }
    let interval = some_time("interval", fields, mistakes).unwrap_or(common.interval);
    let from = when("from", fields, mistakes).map_or(When::After(0), |from| from.value);
    let seed = fields.int("seed", mistakes).map_or(common.seed, |seed| seed.value as u64);
    Some(Series {
        name: name?.value,
        tags: spread(tags, place, mistakes),
        fields: values,
        interval,
        from,
        seed,
    })
}

/// Each tag with its values.
fn tags(node: &At<Node>, mistakes: &mut Mistakes) -> Vec<(String, Vec<String>)> {
    let mut tags = Vec::new();
    for (key, node) in table("tags", node, mistakes) {
        let items = match &node.value {
            Node::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&node),
        };
        let mut values = Vec::new();
        for item in items {
            match text(&item.value) {
                Some(value) if !value.is_empty() => values.push(value),
                _ => {
                    let found = item.value.words();
                    let message =
                        format!("`{}`: expected a tag's value or a list of them, found {found}", key.value);
                    mistakes.add(item.place, message, None);
                }
            }
        }
        tags.push((key.value, values));
    }
    tags
}

/// A tag's value: numbers are texts there.
fn text(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(text.clone()),
        Node::Int(i) => Some(i.to_string()),
        Node::Float(x) => Some(x.to_string()),
        Node::Bool(b) => Some(b.to_string()),
        Node::Null | Node::List(_) | Node::Table(_) => None,
    }
}

/// One set of tags for each combination of values, sorted by key.
fn spread(
    tags: Vec<(String, Vec<String>)>,
    place: Place,
    mistakes: &mut Mistakes,
) -> Vec<Vec<(String, String)>> {
    let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (key, values) in tags {
        if all.len().saturating_mul(values.len()) > MAX_SERIES {
            mistakes.add(place, format!("the tags make more than {MAX_SERIES} series"), None);
            return Vec::new();
        }
        let with = |tags: &Vec<(String, String)>, value: &String| {
            let mut tags = tags.clone();
            tags.push((key.clone(), value.clone()));
            tags
        };
        all = all.iter().flat_map(|tags| values.iter().map(|v| with(tags, v)).collect::<Vec<_>>()).collect();
    }
    all.iter_mut().for_each(|tags| tags.sort());
    all
}

fn notation(node: &At<Node>, mistakes: &mut Mistakes) -> Option<Notation> {
    match &node.value {
        Node::Text(text) => match Notation::parse(text) {
            Ok(notation) => return Some(notation),
            Err(error) => {
                // Within the text as far as it stands on its line as it is.
                let chars = text.get(..error.at).unwrap_or_default().chars().count();
                let quote = u32::from(node.span.end - node.span.start > text.len() as u32);
                let column = node.place.column + chars as u32 + quote;
                mistakes.add(
                    Place { column, ..node.place },
                    format!("values of a series: {}", error.message),
                    None,
                );
            }
        },
        Node::Int(i) => return Some(Notation::constant(Value::Float(*i as f64))),
        Node::Float(x) if x.is_finite() => return Some(Notation::constant(Value::Float(*x))),
        Node::Bool(b) => return Some(Notation::constant(Value::Bool(*b))),
        Node::List(items) if !items.is_empty() => {
            let items: Option<Vec<Notation>> = items.iter().map(|item| notation(item, mistakes)).collect();
            return items.map(Notation::concat);
        }
        other => {
            let message = format!("expected values such as `90x3 5x10m`, found {}", other.words());
            mistakes.add(node.place, message, None);
        }
    }
    None
}

fn from_file(
    fields: &mut Fields<'_>,
    common: &Common<'_>,
    file: &Path,
    mistakes: &mut Mistakes,
) -> Option<Data> {
    let path = fields.needed("file", mistakes);
    let mut how = input::Options::default();
    if let Some(precision) = fields.text("precision", mistakes) {
        match precision.value.parse::<Precision>() {
            Ok(unit) => how.precision = unit,
            Err(words) => mistakes.add(precision.place, format!("`precision`: {words}"), None),
        }
    }
    if let Some(format) = fields.text("format", mistakes) {
        match format.value.parse() {
            Ok(format) => how.format = Some(format),
            Err(words) => mistakes.add(format.place, words, None),
        }
    }
    how.csv = CsvOptions {
        measurement: fields.text("measurement", mistakes).map(|t| t.value),
        time_column: fields.text("time-column", mistakes).map(|t| t.value),
        time_format: fields.text("time-format", mistakes).map(|t| t.value),
        tags: fields.texts("tags", mistakes).unwrap_or_default(),
        fields: fields.texts("fields", mistakes).unwrap_or_default(),
        tz: Some(common.tz.clone()),
        precision: how.precision,
        ..CsvOptions::default()
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    Some(Data::File { path: folder.join(path?.value), how: Box::new(how) })
}
