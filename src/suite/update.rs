//! `--update`: what was seen, written into a test file by its spans; all else stays as it is, byte for byte.

use std::ops::Range;

use serde_json::Value as Json;

use super::model::SuiteFile;
use super::read;
use super::record::Seen;
use super::time::offset;
use super::yaml::{column, comment, end, inline, line_end, line_start};
use crate::handlers::tree::{At, Node, from_yaml_1_2};
use crate::text::Span;

/// Something that would make a test pass.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// Another value; none: nothing is there.
    Value {
        /// The expectation.
        span: Span,
        /// What was seen.
        seen: Option<Json>,
    },
    /// Another time.
    Time {
        /// The expectation.
        span: Span,
        /// What was seen.
        time: i64,
        /// The start of the test.
        start: i64,
    },
    /// An item of a list that was not seen.
    Remove {
        /// Where it begins.
        item: Span,
    },
    /// An item that is not in the list.
    Insert(Box<Insertion>),
    /// All expectations of a test that has none.
    Create {
        /// What was seen.
        events: Vec<Seen>,
    },
}

/// Something that was seen and is not in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Insertion {
    /// The list's keys below `expect`.
    pub path: Vec<String>,
    /// Where the list begins.
    pub list: Span,
    /// The item that comes after it.
    pub before: Option<Span>,
    /// The last item, if there are any.
    pub last: Option<Span>,
    /// What was seen.
    pub seen: Seen,
    /// The start of the test.
    pub start: i64,
}

/// The changes of a test.
pub struct Changed<'a> {
    /// Where the test begins.
    pub span: Span,
    /// The start of the test.
    pub start: i64,
    /// What is to change.
    pub changes: Vec<&'a Change>,
}

/// A piece of text that replaces another.
struct Edit {
    range: Range<usize>,
    with: String,
}

/// The text of a file with the changes of its tests.
///
/// # Errors
/// Why the file cannot be written that way; then it stays as it is.
pub fn update(file: &SuiteFile, tests: &[Changed<'_>]) -> Result<String, String> {
    let text = file.source.text();
    let documents = from_yaml_1_2(file.source.name(), text).map_err(|e| e.to_string())?;
    let root = documents.first().ok_or_else(|| format!("{}: is empty", file.source.name()))?;
    let editor = Editor { text, root };
    let mut edits = Vec::new();
    for test in tests {
        editor.test(test, &mut edits)?;
    }
    let updated = apply(text, edits)?;
    let refused = |why: &str| format!("{}: cannot be updated: {why}", file.source.name());
    let read = read::parse(file.source.name(), updated.clone())
        .map_err(|errors| refused(&errors.first().map(ToString::to_string).unwrap_or_default()))?;
    let names = |file: &SuiteFile| file.tests.iter().map(|t| t.name.clone()).collect::<Vec<_>>();
    if names(&read) != names(file) {
        return Err(refused("a test would be lost"));
    }
    if comments(&updated) < comments(text) {
        return Err(refused("a comment would be lost"));
    }
    Ok(updated)
}

fn comments(text: &str) -> usize {
    text.lines().filter(|line| comment(line).is_some()).count()
}

/// The text with all edits; those at the same place in the order in which they were made.
fn apply(text: &str, mut edits: Vec<Edit>) -> Result<String, String> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = String::with_capacity(text.len() + edits.iter().map(|e| e.with.len()).sum::<usize>());
    let mut done = 0;
    for edit in edits {
        let before = text.get(done..edit.range.start);
        out.push_str(before.ok_or("two changes are at one place: change one of them by hand")?);
        out.push_str(&edit.with);
        done = edit.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Ok(out)
}

struct Editor<'a> {
    text: &'a str,
    root: &'a At<Node>,
}

impl<'a> Editor<'a> {
    fn test(&self, test: &Changed<'_>, edits: &mut Vec<Edit>) -> Result<(), String> {
        let removed: Vec<Span> = test
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::Remove { item } => Some(*item),
                _ => None,
            })
            .collect();
        for change in &test.changes {
            match change {
                Change::Value { span, seen } => {
                    let value = seen.as_ref().map_or_else(|| "null".to_owned(), inline);
                    edits.push(Edit { range: self.extent(*span)?, with: value });
                }
                Change::Time { span, time, start } => {
                    edits.push(Edit { range: self.extent(*span)?, with: self.time(*span, *time, *start) });
                }
                Change::Remove { item } => self.remove(*item, &removed, test, edits)?,
                Change::Insert(insertion) => self.insert(insertion, edits)?,
                Change::Create { events } => self.create(test, events, edits)?,
            }
        }
        Ok(())
    }

    /// All bytes of the value that begins at a span.
    fn extent(&self, span: Span) -> Result<Range<usize>, String> {
        let node = find(self.root, span).ok_or("a place in the file cannot be found again")?;
        Ok(span.start as usize..end(self.text, node))
    }

    /// A moment is written as it was: as one, or as an offset.
    fn time(&self, span: Span, time: i64, start: i64) -> String {
        let old = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        if old.contains('T') {
            let mut text = String::new();
            crate::value::time::push_rfc3339_nano(&mut text, time);
            return text;
        }
        let text = offset(time, start);
        text.strip_prefix('+').map_or(text.clone(), str::to_owned)
    }

    fn is_flow(&self, span: Span) -> bool {
        matches!(self.text.as_bytes().get(span.start as usize), Some(b'[' | b'{'))
    }

    /// Whether an item stands on lines of its own behind a dash.
    fn dash(&self, item: Span) -> Option<usize> {
        let start = line_start(self.text, item.start as usize);
        let lead = self.text.get(start..item.start as usize)?;
        let rest = lead.trim_start();
        (rest.trim_end() == "-").then(|| lead.len() - rest.len())
    }

    fn remove(
        &self,
        item: Span,
        removed: &[Span],
        test: &Changed<'_>,
        edits: &mut Vec<Edit>,
    ) -> Result<(), String> {
        let range = self.extent(item)?;
        let Some(indent) = self.dash(item) else {
            return self.remove_in_brackets(range, edits);
        };
        let lines = line_start(self.text, range.start)..line_end(self.text, range.end);
        let pad = " ".repeat(indent);
        let mut kept: String = self
            .text
            .get(lines.clone())
            .unwrap_or_default()
            .lines()
            .filter_map(comment)
            .map(|comment| format!("{pad}{comment}\n"))
            .collect();
        let list = parent(self.root, item).ok_or("a list in the file cannot be found again")?;
        let all = list.iter().all(|other| removed.contains(&other.span));
        let inserts = test.changes.iter().any(|change| {
            matches!(change, Change::Insert(i) if list.iter().any(|other| Some(other.span) == i.last))
        });
        // A list with nothing in it must say so.
        if all && !inserts && list.first().is_some_and(|first| first.span == item) {
            kept.push_str(&format!("{pad}  []\n"));
        }
        edits.push(Edit { range: lines, with: kept });
        Ok(())
    }

    fn remove_in_brackets(&self, range: Range<usize>, edits: &mut Vec<Edit>) -> Result<(), String> {
        let rest = self.text.get(range.end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches([' ', ',']).len();
        if self.text.get(range.clone()).is_none_or(|item| item.contains('\n')) {
            return Err("a list in brackets over several lines: write its items below each other".to_owned());
        }
        edits.push(Edit { range: range.start..range.end + blank, with: String::new() });
        Ok(())
    }

    fn insert(&self, insertion: &Insertion, edits: &mut Vec<Edit>) -> Result<(), String> {
        let Insertion { path, list, before, last, seen, start } = insertion;
        let entries = item(path, seen, *start);
        let (list, before, last) = (*list, *before, *last);
        let (at, indent) = match (before.or(last), before) {
            (Some(item), before) if self.dash(item).is_some() => {
                let indent = self.dash(item).unwrap_or_default();
                let at = match before {
                    Some(item) => self.above(item.start as usize),
                    None => line_end(self.text, self.extent(item)?.end),
                };
                (at, indent)
            }
            (Some(item), before) => {
                let flow = flow_item(&entries);
                let (at, with) = match before {
                    Some(_) => (item.start as usize, format!("{flow}, ")),
                    None => (self.extent(item)?.end, format!(", {flow}")),
                };
                edits.push(Edit { range: at..at, with });
                return Ok(());
            }
            (None, _) => {
                // `[]` becomes a list below its key.
                let range = self.extent(list)?;
                let key = line_start(self.text, range.start);
                let line = self.text.get(key..range.start).unwrap_or_default();
                let indent = line.len() - line.trim_start().len() + 2;
                let range = key + line.trim_end().len()..range.end;
                let with = format!("\n{}", block_item(&entries, indent).trim_end_matches('\n'));
                // Several go to the same place: only the first replaces it.
                let again = edits.iter().any(|edit| edit.range == range);
                let range = if again { range.end..range.end } else { range };
                edits.push(Edit { range, with });
                return Ok(());
            }
        };
        let lead =
            if self.text.get(..at).is_none_or(|b| b.is_empty() || b.ends_with('\n')) { "" } else { "\n" };
        edits.push(Edit { range: at..at, with: format!("{lead}{}", block_item(&entries, indent)) });
        Ok(())
    }

    /// The beginning of the line of an item, or of the comments that stand above it.
    fn above(&self, at: usize) -> usize {
        let mut start = line_start(self.text, at);
        while start > 0 {
            let before = line_start(self.text, start - 1);
            if !self.text.get(before..start).is_some_and(|line| line.trim_start().starts_with('#')) {
                break;
            }
            start = before;
        }
        start
    }

    /// Writes `expect` below a test that has none.
    fn create(&self, test: &Changed<'_>, events: &[Seen], edits: &mut Vec<Edit>) -> Result<(), String> {
        let node = find(self.root, test.span).ok_or("a test in the file cannot be found again")?;
        let Node::Table(entries) = &node.value else { return Ok(()) };
        if self.is_flow(test.span) {
            return Err("a test in brackets: write its keys below each other".to_owned());
        }
        let indent = column(self.text, test.span.start as usize);
        let pad = " ".repeat(indent);
        let mut expect = format!("{pad}  exact: true\n{pad}  events:");
        if events.is_empty() {
            expect.push_str(" []\n");
        } else {
            expect.push('\n');
            let path = ["events".to_owned()];
            for seen in events {
                expect.push_str(&block_item(&item(&path, seen, test.start), indent + 4));
            }
        }
        let old = entries.iter().find(|(key, _)| key.value == "expect");
        let edit = match old {
            Some((key, value)) => {
                let from = key.span.end as usize;
                let colon =
                    self.text.get(from..).and_then(|rest| rest.find(':')).map_or(from, |n| from + n + 1);
                let to = if value.value == Node::Null { colon } else { end(self.text, value) };
                Edit { range: colon..to.max(colon), with: format!("\n{}", expect.trim_end_matches('\n')) }
            }
            None => {
                let at = line_end(self.text, end(self.text, node));
                let lead = if self.text.get(..at).is_none_or(|b| b.ends_with('\n')) { "" } else { "\n" };
                Edit { range: at..at, with: format!("{lead}{pad}expect:\n{expect}") }
            }
        };
        edits.push(edit);
        Ok(())
    }
}

/// The keys of an item, as they are written.
fn item(path: &[String], seen: &Seen, start: i64) -> Vec<(&'static str, String)> {
    let at = offset(seen.time, start);
    let mut entries = vec![("at", at.strip_prefix('+').unwrap_or(&at).to_owned())];
    let keys: &[&'static str] = match path.first().map(String::as_str) {
        Some("rows") => &["tags", "fields"],
        Some("calls") => &["kind", "level", "id", "prog", "args", "url", "path", "address", "to"],
        _ => &["level", "id", "message"],
    };
    for key in keys {
        match seen.keys.get(*key) {
            None | Some(Json::Null) => {}
            Some(Json::Object(table)) if table.is_empty() => {}
            Some(Json::String(text)) if text.is_empty() => {}
            Some(value) => entries.push((key, inline(value))),
        }
    }
    entries
}

fn block_item(entries: &[(&'static str, String)], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let lead = |i: usize| if i == 0 { "- " } else { "  " };
    let lines = entries.iter().enumerate();
    lines.map(|(i, (key, value))| format!("{pad}{}{key}: {value}\n", lead(i))).collect()
}

fn flow_item(entries: &[(&'static str, String)]) -> String {
    let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", entries.join(", "))
}

/// The value that begins at a span.
fn find(node: &At<Node>, span: Span) -> Option<&At<Node>> {
    // A table begins where its first key does; only a value is looked for.
    if node.span == span {
        return Some(node);
    }
    match &node.value {
        Node::List(items) => items.iter().find_map(|item| find(item, span)),
        Node::Table(entries) => entries.iter().find_map(|(_, value)| find(value, span)),
        _ => None,
    }
}

/// The items of the list that an item is in.
fn parent(node: &At<Node>, item: Span) -> Option<&[At<Node>]> {
    match &node.value {
        Node::List(items) if items.iter().any(|i| i.span == item) => Some(items),
        Node::List(items) => items.iter().find_map(|i| parent(i, item)),
        Node::Table(entries) => entries.iter().find_map(|(_, value)| parent(value, item)),
        _ => None,
    }
}
