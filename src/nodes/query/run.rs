//! The query node at work: it asks when the clock says so, and gives the answer batch by batch.

use std::collections::VecDeque;

use super::select::Template;
use crate::alert::{Origin, Question};
use crate::data::{Batch, BatchPoint, Head, Row, kept};
use crate::nodes::schedule::Schedule;
use crate::nodes::{Build, Cx, Msg, Node, Step};
use crate::pipeline::{Fault, NodeDef};
use crate::query::{self, Params};
use crate::value::Value;

/// `query` at work.
pub struct Query {
    template: Template,
    cluster: String,
    schedule: Schedule,
    period: i64,
    offset: i64,
    by_name: bool,
    /// Whether it asks; if not, recorded batches come out of it.
    asks: bool,
    answer: VecDeque<Batch>,
    given: Given,
    batches: i64,
    points: i64,
}

/// How much was given of the first batch of the answer.
#[derive(Clone, Copy)]
enum Given {
    Nothing,
    Points(Head, usize),
}

impl Query {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Query, Fault> {
        let [period, offset] = ["period", "offset"].map(|p| node.duration(p).unwrap_or(0));
        Ok(Query {
            template: Template::new(node)?,
            cluster: node.str("cluster").unwrap_or_default().to_owned(),
            schedule: Schedule::new(node)?,
            period,
            offset,
            by_name: node.prop("groupByMeasurement").is_some(),
            asks: b.asks,
            answer: VecDeque::new(),
            given: Given::Nothing,
            batches: 0,
            points: 0,
        })
    }

    /// The fields and tags that answering needs; `None` for all.
    pub fn names(&self) -> Option<Vec<String>> {
        self.template.names()
    }

    /// How many batches it was answered with.
    pub fn batches(&self) -> i64 {
        self.batches
    }

    /// Whether it asks.
    pub fn asks(&self) -> bool {
        self.asks
    }

    fn ask(&mut self, cx: &mut Cx<'_>) {
        let stop = cx.now.saturating_sub(self.offset);
        let range = stop.saturating_sub(self.period)..stop;
        let select = self.template.at(&range);
        let task = cx.task;
        let (database, retention_policy) = task.home();
        let origin = Origin { task: &task.name, node: &task.nodes[cx.me] };
        let question =
            Question { origin, cluster: &self.cluster, select: &select, database, retention_policy };
        let answer = match (cx.sink.ask(&question), cx.store.as_deref_mut()) {
            (Some(answer), _) => answer,
            (None, Some(store)) => {
                let params = Params { now: cx.now, range: None, database, retention_policy };
                store.execute(&select, &params).map_err(|error| error.to_string())
            }
            (None, None) => return,
        };
        match answer {
            Ok(series) => {
                for series in series {
                    let batch = self.batch(series, stop);
                    cx.sink.answered(origin, &batch);
                    self.answer.push_back(batch);
                }
            }
            Err(error) => cx.error("error executing query", &error),
        }
        self.batches += self.answer.len() as i64;
        self.points += self.answer.iter().map(|b| b.points.len() as i64).sum::<i64>();
    }

    /// A series of an answer as a batch: numbers are floats, what is null is left out.
    fn batch(&self, series: query::Series, stop: i64) -> Batch {
        let query::Series { name, tags, columns, rows, .. } = series;
        let point = |row: query::Row| {
            let fields: Vec<(String, Value)> =
                columns.iter().zip(row.values).filter_map(|(c, v)| Some((c.clone(), field(v)?))).collect();
            (!fields.is_empty()).then(|| BatchPoint { time: row.time, tags: tags.clone(), fields })
        };
        let points: Vec<BatchPoint> = rows.into_iter().filter_map(point).collect();
        let latest = points.iter().map(|p| p.time).max().filter(|_| self.template.has_buckets());
        Batch { name, tags: tags.clone(), by_name: self.by_name, tmax: latest.unwrap_or(stop), points }
    }
}

fn field(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Int(x) => Some(Value::Float(x as f64)),
        other => Some(other),
    }
}

impl Node for Query {
    fn point(&mut self, _: Row, _: &mut Cx<'_>) -> Step {
        Step::Drop
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        if let Some(first) = self.schedule.first(cx.now, cx.zone).filter(|_| self.asks) {
            cx.wake_at(first, 0);
        }
    }

    fn wake(&mut self, _: u32, cx: &mut Cx<'_>) -> Step<()> {
        self.ask(cx);
        if let Some(next) = self.schedule.next(cx.now, cx.zone).filter(|next| *next > cx.now) {
            cx.wake_at(next, 0);
        }
        Step::More
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let batch = self.answer.front()?;
        match self.given {
            Given::Nothing => {
                let head = batch.head(cx.world);
                self.given = Given::Points(head, 0);
                Some(Msg::Begin(head))
            }
            Given::Points(head, at) => match batch.points.get(at) {
                Some(point) => {
                    self.given = Given::Points(head, at + 1);
                    Some(Msg::Item(cx.item(&head, point)))
                }
                None => {
                    self.answer.pop_front();
                    self.given = Given::Nothing;
                    Some(Msg::End)
                }
            },
        }
    }

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        if self.asks {
            out.extend([("batches_queried", self.batches), ("points_queried", self.points)]);
        }
    }
}

kept!(Query { batches, points });
