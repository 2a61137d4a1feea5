//! `--watch NODE`: what flows out of a node, as a table.

use std::collections::BTreeMap;

use crate::alert::{Origin, Passed, Series};
use crate::play::Task;
use crate::text::suggest;
use crate::value::{Value, number, time};

/// The tables of all watched nodes.
#[derive(Default)]
pub(crate) struct Watcher {
    tables: BTreeMap<(String, String), Table>,
    /// The node that was written of last.
    last: Option<(String, String)>,
}

/// The columns of a table that is being written.
#[derive(Default)]
struct Table {
    columns: Vec<String>,
    widths: Vec<usize>,
}

/// A node that is watched: indices of its task and of itself.
pub(super) type Place = (usize, usize);

/// Finds the nodes that were typed: `mean3`, `mean` for all of that kind, with the task before it: `cpu:mean3`.
pub(super) fn places(typed: &[String], tasks: &[Task]) -> Result<Vec<Place>, String> {
    let mut places = Vec::new();
    for text in typed {
        let (task, node) = match text.rsplit_once(':') {
            Some((task, node)) => (Some(task), node),
            None => (None, text.as_str()),
        };
        let before = places.len();
        for (number, t) in tasks.iter().enumerate().filter(|(_, t)| task.is_none_or(|task| task == t.name)) {
            let nodes = t.graph.nodes.iter().enumerate();
            let found = nodes.filter(|(_, n)| n.name == node || n.kind == node).map(|(i, _)| (number, i));
            places.extend(found);
        }
        if places.len() == before {
            let names: Vec<&str> =
                tasks.iter().flat_map(|t| t.graph.nodes.iter()).map(|n| &*n.name).collect();
            let hint = match suggest::nearest(node, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", names.join(", ")),
            };
            return Err(format!("`--watch {text}`: no script has such a node; {hint}"));
        }
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

impl Watcher {
    /// Appends what a node gave.
    pub(super) fn push(&mut self, origin: Origin<'_>, passed: &Passed, out: &mut String) {
        let key = (origin.task.to_owned(), origin.node.to_owned());
        let table = self.tables.entry(key.clone()).or_default();
        if self.last.as_ref() != Some(&key) {
            // A table that was interrupted begins anew.
            *table = Table::default();
            out.push_str(&format!("{}:{}\n", key.0, key.1));
            self.last = Some(key);
        }
        match passed {
            Passed::Point(series) => table.rows(series, out),
            Passed::Batch { group, tmax, series } => {
                out.push_str("  batch ");
                out.push_str(&series.name);
                if !group.is_empty() {
                    out.push_str(&format!(" {}", group.replace('\n', " ")));
                }
                out.push_str(" up to ");
                time::push_rfc3339_nano(out, *tmax);
                out.push('\n');
                table.rows(series, out);
            }
            Passed::Barrier { group, time: at } => {
                out.push_str("  barrier ");
                time::push_rfc3339_nano(out, *at);
                out.push_str(&format!(" {}\n", group.replace('\n', " ")));
            }
            Passed::Delete { group } => out.push_str(&format!("  delete {}\n", group.replace('\n', " "))),
        }
    }
}

impl Table {
    fn rows(&mut self, series: &Series, out: &mut String) {
        let mut columns = vec!["time".to_owned(), "name".to_owned()];
        columns.extend(series.tags.iter().map(|t| t.0.clone()));
        columns.extend(series.columns.iter().cloned());
        for (at, values) in &series.values {
            let mut cells = vec![String::new(), series.name.clone()];
            if let Some(first) = cells.first_mut() {
                time::push_rfc3339_nano(first, *at);
            }
            cells.extend(series.tags.iter().map(|t| t.1.clone()));
            cells.extend(values.iter().map(text));
            self.row(&columns, &cells, out);
        }
    }

    /// A line of the table, below a line of names where these changed.
    fn row(&mut self, columns: &[String], cells: &[String], out: &mut String) {
        if self.columns != columns {
            let width = |(name, cell): (&String, &String)| name.chars().count().max(cell.chars().count());
            self.columns = columns.to_vec();
            self.widths = columns.iter().zip(cells).map(width).collect();
            line(columns, &self.widths, out);
        }
        line(cells, &self.widths, out);
    }
}

fn line(cells: &[String], widths: &[usize], out: &mut String) {
    let start = out.len();
    for (cell, width) in cells.iter().zip(widths) {
        out.push_str("  ");
        let printable: String = cell.chars().flat_map(escaped).collect();
        out.push_str(&format!("{printable:<width$}"));
    }
    let end = out.get(start..).map_or(0, |l| l.trim_end().len());
    out.truncate(start + end);
    out.push('\n');
}

/// Line ends and control characters of the data must not change what the terminal shows.
fn escaped(c: char) -> Vec<char> {
    match c.is_control() {
        true => c.escape_default().collect(),
        false => vec![c],
    }
}

fn text(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Null => {}
        Value::Float(x) => number::push_float(&mut out, *x),
        Value::Int(x) => out = format!("{x}i"),
        Value::Bool(x) => out = x.to_string(),
        Value::Str(x) => out = format!("\"{x}\""),
        Value::Duration(x) => out = format!("{x}ns"),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(host: &str, columns: &[&str], at: i64, values: Vec<Value>) -> Passed {
        Passed::Point(Series {
            name: "cpu".into(),
            tags: vec![("host".into(), host.into())],
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            values: vec![(at * 1_000_000_000, values)],
        })
    }

    #[test]
    fn names_stand_above_the_columns_and_again_where_they_change() {
        let (mut watcher, mut out) = (Watcher::default(), String::new());
        let mean = Origin { task: "t", node: "mean3" };
        watcher.push(mean, &row("a", &["mean"], 0, vec![Value::Float(1.5)]), &mut out);
        watcher.push(mean, &row("web\n", &["mean"], 1, vec![Value::Float(20.0)]), &mut out);
        watcher.push(
            mean,
            &row("a", &["count", "s"], 2, vec![Value::Int(3), Value::Str("x".into())]),
            &mut out,
        );
        let barrier = Passed::Barrier { group: "host=a".into(), time: 3 };
        watcher.push(Origin { task: "t", node: "barrier2" }, &barrier, &mut out);
        let want = "t:mean3\n  time                  name  host  mean\n  1970-01-01T00:00:00Z  cpu   a     1.5\n  \
                    1970-01-01T00:00:01Z  cpu   web\\n  20\n  time                  name  host  count  s\n  \
                    1970-01-01T00:00:02Z  cpu   a     3i     \"x\"\nt:barrier2\n  barrier \
                    1970-01-01T00:00:00.000000003Z host=a\n";
        assert_eq!(out, want);
    }
}
