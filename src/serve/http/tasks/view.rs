//! A task as clients see it.

use serde_json::{Map, Value as Json, json};

use super::dot;
use crate::alert::NodeCounters;
use crate::lang;
use crate::pipeline::{self, TaskType};
use crate::play::Stage;
use crate::serve::App;
use crate::serve::http::listing::{Params, Wanted, choice};
use crate::serve::http::{BASE, answer::Refusal};
use crate::serve::tasks::{blocking, build};
use crate::store::Task;
use crate::value::time::push_rfc3339_nano;

/// How scripts and graphs are to be shown.
#[derive(Clone, Copy, Default)]
pub(in crate::serve::http) struct Style {
    raw: bool,
    labels: bool,
}

impl Style {
    pub(in crate::serve::http) fn new(params: &Params) -> Result<Style, Refusal> {
        let raw = choice(params, "script-format", &["formatted", "raw"])? == "raw";
        let labels = choice(params, "dot-view", &["attributes", "labels"])? == "labels";
        Ok(Style { raw, labels })
    }

    pub(in crate::serve::http) fn script(self, text: &str) -> String {
        let formatted = if self.raw { None } else { lang::format(text).ok() };
        formatted.unwrap_or_else(|| text.to_owned())
    }
}

/// All fields of a task, in Kapacitor's order.
pub(super) async fn whole(app: &App, task: &Task, style: Style) -> Map<String, Json> {
    fields(app, task, style, true).await
}

/// The fields of a task that are wanted in a list.
pub(super) async fn listed(app: &App, task: &Task, style: Style, wanted: &Wanted) -> Json {
    let mut fields = fields(app, task, style, wanted.any(&["dot", "error", "stats"])).await;
    if task.template.is_none() {
        fields.remove("template-id");
    }
    if fields.get("executing") == Some(&Json::Bool(false)) {
        fields.insert("stats".to_owned(), Json::Null);
    }
    wanted.of(fields)
}

/// Without `deep`, what takes a while is left out.
async fn fields(app: &App, task: &Task, style: Style, deep: bool) -> Map<String, Json> {
    let executing = app.executing(&task.id);
    let mut error = app.live.board().failure(&task.id).unwrap_or_else(|| task.error.clone());
    let (mut drawn, mut stats) = (String::new(), json!({}));
    match &executing {
        _ if !deep => {}
        Some(graph) => {
            let counters = app.live.stats(&task.id).await;
            drawn = dot::running(graph, &task.id, &counters, style.labels);
            stats = json!({"task-stats": {"throughput": 0}, "node-stats": by_node(&counters)});
        }
        None => match blocking(|| build(&app.config, task, Stage::Define)) {
            Ok(built) => drawn = pipeline::dot(&built.graph, &task.id),
            Err(words) if error.is_empty() => error = words,
            Err(_) => {}
        },
    }
    let dbrps: Vec<Json> = task.dbrps.iter().map(|(db, rp)| json!({"db": db, "rp": rp})).collect();
    let fields = [
        ("link", link("tasks", &task.id)),
        ("id", json!(task.id)),
        ("template-id", json!(task.template.as_deref().unwrap_or_default())),
        ("type", json!(type_word(task.task_type))),
        ("dbrps", json!(dbrps)),
        ("script", json!(style.script(&task.script))),
        ("vars", json!(task.vars)),
        ("dot", json!(drawn)),
        ("status", json!(if task.enabled { "enabled" } else { "disabled" })),
        ("executing", json!(executing.is_some())),
        ("error", json!(error)),
        ("stats", stats),
        ("created", time(Some(task.created))),
        ("modified", time(Some(task.modified))),
        ("last-enabled", time(task.last_enabled)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Counters by node and name, both in the order of the alphabet.
fn by_node(counters: &[NodeCounters]) -> Json {
    let one = |node: &NodeCounters| {
        let mut all = node.counters.clone();
        all.push(("avg_exec_time_ns", average_time(node)));
        all.sort_unstable();
        let all: Map<String, Json> = all.into_iter().map(|(name, n)| (name.to_owned(), json!(n))).collect();
        (node.node.clone(), Json::Object(all))
    };
    let mut nodes: Vec<(String, Json)> = counters.iter().map(one).collect();
    nodes.sort_by(|a, b| a.0.cmp(&b.0));
    Json::Object(nodes.into_iter().collect())
}

/// How long a node took for what it got, where that was measured.
pub(super) fn average_time(node: &NodeCounters) -> i64 {
    let collected = node.counters.iter().find(|(name, _)| *name == "collected").map_or(0, |(_, n)| *n);
    i64::try_from(node.nanos).unwrap_or(i64::MAX) / collected.max(1)
}

/// Where something is found.
pub(in crate::serve::http) fn link(kind: &str, id: &str) -> Json {
    json!({"rel": "self", "href": format!("{BASE}/{kind}/{id}")})
}

pub(in crate::serve::http) fn type_word(kind: TaskType) -> &'static str {
    match kind {
        TaskType::Stream => "stream",
        TaskType::Batch => "batch",
    }
}

/// A moment; none is the year one.
pub(in crate::serve::http) fn time(at: Option<i64>) -> Json {
    let Some(at) = at else { return json!("0001-01-01T00:00:00Z") };
    let mut text = String::new();
    push_rfc3339_nano(&mut text, at);
    json!(text)
}
