//! `--source QUERY=FILE`: recorded batches for the queries of batch tasks.

use super::tasks::Task;
use crate::data::Batch;
use crate::input::{self, Batches, InputError};
use crate::pipeline::Graph;

/// A recording on its way to a query.
struct Source {
    task: usize,
    node: usize,
    /// The batch that is next, with its time.
    next: Option<(i64, Batch)>,
    batches: Batches,
    /// By how much its times are moved.
    shift: i64,
}

/// A batch that is due.
pub(super) struct DueBatch {
    pub(super) task: usize,
    pub(super) node: usize,
    pub(super) time: i64,
    pub(super) batch: Batch,
}

/// All recordings of a run.
#[derive(Default)]
pub(super) struct Sources {
    all: Vec<Source>,
    /// When the first point of any of them is.
    begin: Option<i64>,
    errors: Vec<InputError>,
}

impl Sources {
    /// Opens what was typed, and reads the first batch of each; with `epoch`, the first point of each is
    /// moved there.
    pub(super) fn open(typed: &[String], tasks: &[Task], epoch: Option<i64>) -> Result<Sources, String> {
        let mut sources = Sources::default();
        for text in typed {
            let (query, file) = text
                .split_once('=')
                .ok_or_else(|| format!("`--source {text}`: write QUERY=FILE, such as `query1=cpu.brpl`"))?;
            let (task, node) = find(query, tasks).map_err(|e| format!("`--source {text}`: {e}"))?;
            if sources.all.iter().any(|s| (s.task, s.node) == (task, node)) {
                return Err(format!("`--source {text}`: this query has its data already"));
            }
            let mut batches = input::open_batches(file).map_err(|e| e.to_string())?;
            let first = batches.next().transpose().map_err(|e| e.to_string())?;
            let Some(first) = first else { continue };
            let start = first.points.first().map_or(0, |p| p.time);
            let shift = epoch.map_or(0, |epoch| epoch.saturating_sub(start));
            let begin = start.saturating_add(shift);
            sources.begin = Some(sources.begin.map_or(begin, |b| b.min(begin)));
            let next = Some(placed(first, shift));
            sources.all.push(Source { task, node, next, batches, shift });
        }
        Ok(sources)
    }

    /// The queries of a task that have a recording.
    pub(super) fn nodes(&self, task: usize) -> Vec<usize> {
        self.all.iter().filter(|s| s.task == task).map(|s| s.node).collect()
    }

    /// When the first point of all is.
    pub(super) fn begin(&self) -> Option<i64> {
        self.begin
    }

    /// When the next batch is due.
    pub(super) fn next_time(&self) -> Option<i64> {
        self.all.iter().filter_map(|s| Some(s.next.as_ref()?.0)).min()
    }

    /// The next batch, if it is due by then; of several at one time that of the first recording.
    pub(super) fn due(&mut self, time: i64) -> Option<DueBatch> {
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
    pub(super) fn take_errors(&mut self) -> Vec<InputError> {
        std::mem::take(&mut self.errors)
    }
}

/// A batch is due when its last point is.
fn placed(mut batch: Batch, shift: i64) -> (i64, Batch) {
    batch.shift(shift);
    (batch.points.last().map_or(batch.tmax, |p| p.time), batch)
}

/// The query that is meant: a node's name, or an entry of Kapacitor's recordings, where 0 is the last query
/// of the script. Before it and a colon the task may be named.
fn find(query: &str, tasks: &[Task]) -> Result<(usize, usize), String> {
    let (task, name) = match query.rsplit_once(':') {
        Some((task, name)) => (Some(task), name),
        None => (None, query),
    };
    let mut known = Vec::new();
    for (number, t) in tasks.iter().enumerate().filter(|(_, t)| task.is_none_or(|task| task == t.name)) {
        let queries = queries(&t.graph);
        let entry = name.parse().ok().and_then(|n: usize| queries.iter().rev().nth(n));
        let by_name = || queries.iter().find(|(_, q)| *q == name);
        if let Some((node, _)) = entry.or_else(by_name) {
            return Ok((number, *node));
        }
        known.extend(queries.iter().map(|q| format!("`{}`", q.1)));
    }
    Err(match known.len() {
        0 => "no script has a query".to_owned(),
        _ => format!("there is no query `{query}`; there are {}", known.join(", ")),
    })
}

fn queries(graph: &Graph) -> Vec<(usize, &str)> {
    let nodes = graph.nodes.iter().enumerate();
    nodes.filter(|(_, n)| matches!(n.kind, "query" | "queryFlux")).map(|(i, n)| (i, &*n.name)).collect()
}
