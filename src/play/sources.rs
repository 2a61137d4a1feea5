//! Recorded batches for the queries of batch tasks, in the order in which they are due.

use std::path::Path;

use super::task::Task;
use crate::data::Batch;
use crate::input::{self, Archive, InputError, Recording};
use crate::pipeline::Graph;

/// The batches of one query, in order.
pub type Recorded = Box<dyn Iterator<Item = Result<Batch, InputError>>>;

/// A recording on its way to a query.
struct Source {
    task: usize,
    node: usize,
    /// The batch that is next, with its time.
    next: Option<(i64, Batch)>,
    batches: Recorded,
    /// By how much its times are moved.
    shift: i64,
}

/// A batch that is due.
pub struct DueBatch {
    /// Number of the task.
    pub task: usize,
    /// Index of the query's node.
    pub node: usize,
    /// When it is due.
    pub time: i64,
    /// What the query is answered.
    pub batch: Batch,
}

/// All recordings of a run.
#[derive(Default)]
pub struct Sources {
    all: Vec<Source>,
    /// Queries that have a recording, perhaps an empty one: task and node.
    taken: Vec<(usize, usize)>,
    /// When the first point of any of them is.
    begin: Option<i64>,
    errors: Vec<InputError>,
}

impl Sources {
    /// Opens what was typed, and reads the first batch of each; with `epoch`, the first point of each is
    /// moved there.
    pub fn open(typed: &[String], tasks: &[Task], epoch: Option<i64>) -> Result<Sources, String> {
        let mut sources = Sources::default();
        for text in typed {
            sources.open_one(text, tasks, epoch).map_err(|e| format!("`--source {text}`: {e}"))?;
        }
        Ok(sources)
    }

    fn open_one(&mut self, text: &str, tasks: &[Task], epoch: Option<i64>) -> Result<(), String> {
        let Typed { query, file, entry } = Typed::parse(text);
        let target = Target::find(query, tasks)?;
        let recording = input::open_recording(file).map_err(|e| e.to_string())?;
        match (recording, target, entry) {
            (Recording::Plain(_), _, Some(entry)) => {
                Err(format!("`{file}` is no zip archive: leave out `#{entry}`"))
            }
            (Recording::Plain(batches), target, None) => match target {
                Target::Query { task, node, .. } => self.add((task, node), Box::new(batches), epoch),
                Target::Task(task, nodes) => match nodes.as_slice() {
                    [node] => self.add((task, *node), Box::new(batches), epoch),
                    nodes => Err(format!("there are {} queries: write QUERY=FILE", nodes.len())),
                },
            },
            (Recording::Archive(archive), Target::Query { task, node, number, of }, entry) => {
                let entry = match entry {
                    Some(entry) => entry.to_owned(),
                    None => own_entry(&archive, number, of)?,
                };
                self.add_entry((task, node), &archive, &entry, epoch)
            }
            (Recording::Archive(archive), Target::Task(task, nodes), None) => {
                let entries = numbered(&archive, nodes.len())?;
                // The first entry is that of the last query.
                for (node, entry) in nodes.into_iter().zip(entries.into_iter().rev()) {
                    self.add_entry((task, node), &archive, &entry, epoch)?;
                }
                Ok(())
            }
            (Recording::Archive(_), Target::Task(..), Some(entry)) => {
                Err(format!("say whose entry `{entry}` is: write QUERY=FILE#{entry}"))
            }
        }
    }

    fn add_entry(
        &mut self,
        query: (usize, usize),
        archive: &Archive,
        entry: &str,
        epoch: Option<i64>,
    ) -> Result<(), String> {
        self.add(query, Box::new(archive.batches(entry).map_err(|e| e.to_string())?), epoch)
    }

    /// Plays batches to a query, which must have none yet; the first is read at once, and its first point is moved
    /// to `epoch`, if there is one.
    pub fn add(
        &mut self,
        (task, node): (usize, usize),
        mut batches: Recorded,
        epoch: Option<i64>,
    ) -> Result<(), String> {
        if self.taken.contains(&(task, node)) {
            return Err("this query has its data already".to_owned());
        }
        self.taken.push((task, node));
        let first = batches.next().transpose().map_err(|e| e.to_string())?;
        let Some(first) = first else { return Ok(()) };
        let start = first.points.first().map_or(0, |p| p.time);
        let shift = epoch.map_or(0, |epoch| epoch.saturating_sub(start));
        let begin = start.saturating_add(shift);
        self.begin = Some(self.begin.map_or(begin, |b| b.min(begin)));
        let next = Some(placed(first, shift));
        self.all.push(Source { task, node, next, batches, shift });
        Ok(())
    }

    /// The queries of a task that have a recording.
    pub fn nodes(&self, task: usize) -> Vec<usize> {
        self.taken.iter().filter(|t| t.0 == task).map(|t| t.1).collect()
    }

    /// When the first point of all is.
    pub fn begin(&self) -> Option<i64> {
        self.begin
    }

    /// When the next batch is due.
    pub fn next_time(&self) -> Option<i64> {
        self.all.iter().filter_map(|s| Some(s.next.as_ref()?.0)).min()
    }

    /// The next batch, if it is due by then; of several at one time that of the first recording.
    pub fn due(&mut self, time: i64) -> Option<DueBatch> {
        let next = self.next_time().filter(|next| *next <= time)?;
        let source = self.all.iter_mut().find(|s| s.next.as_ref().is_some_and(|n| n.0 == next))?;
        let (time, batch) = source.next.take()?;
        match source.batches.next() {
            Some(Ok(batch)) => source.next = Some(placed(batch, source.shift)),
            Some(Err(error)) => self.errors.push(error),
            None => {}
        }
        Some(DueBatch { task: source.task, node: source.node, time, batch })
    }

    /// What could not be read since the last call.
    pub fn take_errors(&mut self) -> Vec<InputError> {
        std::mem::take(&mut self.errors)
    }
}

/// A batch is due when its last point is.
fn placed(mut batch: Batch, shift: i64) -> (i64, Batch) {
    batch.shift(shift);
    (batch.points.last().map_or(batch.tmax, |p| p.time), batch)
}

/// `[QUERY=]FILE[#ENTRY]`
struct Typed<'a> {
    query: Option<&'a str>,
    file: &'a str,
    entry: Option<&'a str>,
}

impl<'a> Typed<'a> {
    /// A file whose own name looks like that is taken as it is.
    fn parse(text: &'a str) -> Typed<'a> {
        let exists = |file: &str| Path::new(file).exists();
        let (query, file) = match text.split_once('=') {
            Some((query, file)) if !exists(text) => (Some(query), file),
            _ => (None, text),
        };
        match file.rsplit_once('#') {
            Some((name, entry)) if !exists(file) => Typed { query, file: name, entry: Some(entry) },
            _ => Typed { query, file, entry: None },
        }
    }
}

/// Who gets a recording.
enum Target {
    /// A query: which of how many of its task, counted as entries are.
    Query { task: usize, node: usize, number: usize, of: usize },
    /// All queries of a task.
    Task(usize, Vec<usize>),
}

impl Target {
    /// The query that is meant: a node's name, or an entry of Kapacitor's recordings, where 0 is the last
    /// query of the script. Before it and a colon the task may be named; the task alone means all its queries.
    fn find(query: Option<&str>, tasks: &[Task]) -> Result<Target, String> {
        let asking = tasks.iter().enumerate().map(|(number, t)| (number, t, queries(&t.graph)));
        let asking: Vec<_> = asking.filter(|(_, _, queries)| !queries.is_empty()).collect();
        let whole = |(number, _, queries): &(usize, &Task, Vec<(usize, &str)>)| {
            Target::Task(*number, queries.iter().map(|q| q.0).collect())
        };
        let Some(query) = query else {
            return match asking.as_slice() {
                [] => Err("no script has a query".to_owned()),
                [one] => Ok(whole(one)),
                _ => Err("several scripts have queries: write TASK=FILE".to_owned()),
            };
        };
        if let Some(task) = asking.iter().find(|(_, t, _)| t.name == query) {
            return Ok(whole(task));
        }
        let (named, name) = match query.rsplit_once(':') {
            Some((task, name)) => (Some(task), name),
            None => (None, query),
        };
        let mut known = Vec::new();
        for (task, _, queries) in asking.iter().filter(|(_, t, _)| named.is_none_or(|task| task == t.name)) {
            let by_number = name.parse().ok().filter(|n: &usize| *n < queries.len());
            let by_name = || queries.iter().rev().position(|(_, q)| *q == name);
            if let Some(number) = by_number.or_else(by_name)
                && let Some((node, _)) = queries.iter().rev().nth(number)
            {
                return Ok(Target::Query { task: *task, node: *node, number, of: queries.len() });
            }
            known.extend(queries.iter().map(|q| format!("`{}`", q.1)));
        }
        Err(match known.len() {
            0 => "no script has a query".to_owned(),
            _ => format!("there is no query `{query}`; there are {}", known.join(", ")),
        })
    }
}

/// The names of an archive's entries, in the order of their numbers, if they are as many as the queries.
fn numbered(archive: &Archive, queries: usize) -> Result<Vec<String>, String> {
    let names = archive.names();
    let mut numbers: Vec<usize> = names.iter().filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    if names.len() != queries || !numbers.iter().copied().eq(0..queries) {
        let entries = if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) };
        return Err(format!(
            "{queries} queries need as many entries, `0` and so on; the archive has {entries}: write QUERY=FILE#ENTRY"
        ));
    }
    Ok(numbers.iter().map(usize::to_string).collect())
}

/// The entry of a query: the only one, or that of its number.
fn own_entry(archive: &Archive, number: usize, of: usize) -> Result<String, String> {
    match archive.names().as_slice() {
        [one] => Ok((*one).to_owned()),
        _ => {
            numbered(archive, of)?.into_iter().nth(number).ok_or_else(|| "there is no such entry".to_owned())
        }
    }
}

/// The queries of a task in the order of the script: index and name of each.
pub fn queries(graph: &Graph) -> Vec<(usize, &str)> {
    let nodes = graph.nodes.iter().enumerate();
    nodes.filter(|(_, n)| matches!(n.kind, "query" | "queryFlux")).map(|(i, n)| (i, &*n.name)).collect()
}
