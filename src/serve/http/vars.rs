//! `/debug/vars` and `/metrics`: what the server is, and what it has counted.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::answer::{Answer, Refusal};
use super::json::compact;
use crate::alert::NodeCounters;
use crate::pipeline::TaskType;
use crate::serve::App;
use crate::serve::metrics::{Gauges, exposition};
use crate::store::{StoreError, Task};
use crate::value::duration::push_go;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/debug/vars", get(vars))
}

/// Where Prometheus looks if nobody tells it otherwise.
pub(super) fn at_the_root() -> Router<Arc<App>> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(app): State<Arc<App>>) -> Answer {
    let mut tasks = [0; 3];
    for task in stored(&app).await?.tasks {
        let has_failed = !task.error.is_empty() || app.live.board().failure(&task.id).is_some();
        let [running, disabled, failed] = &mut tasks;
        *match (task.enabled, has_failed) {
            (false, _) => disabled,
            (true, true) => failed,
            (true, false) => running,
        } += 1;
    }
    let gauges = Gauges { waiting: app.live.waiting(), tasks, memory: memory() };
    let mut answer = Response::new(Body::from(exposition(&app.metrics, gauges)));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(answer)
}

async fn vars(State(app): State<Arc<App>>) -> Answer {
    let Stored { cluster, server, tasks } = stored(&app).await?;
    let mut about = About {
        ids: json!({"cluster_id": cluster, "server_id": server, "host": app.config.hostname}),
        all: Map::new(),
    };
    for of in app.live.ingress().await {
        let tags = json!({
            "database": of.db, "retention_policy": of.rp, "measurement": of.measurement, "task_master": "main",
        });
        about.add("ingress", tags, json!({"points_received": of.points}));
    }
    let enabled = tasks.iter().filter(|task| task.enabled);
    for task in enabled.clone() {
        for node in app.live.stats(&task.id).await {
            let word = match task.task_type {
                TaskType::Stream => "stream",
                TaskType::Batch => "batch",
            };
            let kind = node.node.trim_end_matches(|c: char| c.is_ascii_digit());
            let tags = json!({"task": task.id, "node": node.node, "type": word, "kind": kind});
            about.add("nodes", tags, values(&node));
        }
    }
    for topic in app.live.board().topics() {
        about.add("topics", json!({"id": topic.id}), json!({"collected": topic.collected}));
    }
    let memory = memory();
    let vars = [
        ("cluster_id", json!(cluster)),
        ("cmdline", json!(std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect::<Vec<_>>())),
        ("host", json!(app.config.hostname)),
        ("kapacitor", Value::Object(about.all)),
        ("memstats", json!({"Alloc": memory, "Sys": memory})),
        ("num_enabled_tasks", json!(enabled.count())),
        ("num_subscriptions", json!(0)),
        ("num_tasks", json!(tasks.len())),
        ("platform", json!("OSS")),
        ("product", json!("kapacitor")),
        ("server_id", json!(server)),
        ("version", json!(super::VERSION)),
    ];
    let mut text = "{\n".to_owned();
    for (at, (name, value)) in vars.iter().enumerate() {
        // Writing to a text cannot fail.
        let _ = write!(text, "{}\"{name}\": {}", if at == 0 { "" } else { ",\n" }, compact(value));
    }
    text.push_str("\n}\n");
    Ok(Response::new(Body::from(text)))
}

/// Measurements of the server's parts.
struct About {
    ids: Value,
    all: Map<String, Value>,
}

impl About {
    fn add(&mut self, name: &str, tags: Value, values: Value) {
        let mut tagged = tags;
        if let (Some(tagged), Some(ids)) = (tagged.as_object_mut(), self.ids.as_object()) {
            tagged.extend(ids.clone());
        }
        let value = json!({"name": name, "tags": tagged, "values": values});
        self.all.insert(Uuid::new_v4().to_string(), value);
    }
}

fn values(node: &NodeCounters) -> Value {
    let mut values: Map<_, _> = node.counters.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
    let collected = node.counters.iter().find(|(k, _)| *k == "collected").map_or(0, |(_, n)| *n);
    let average = i64::try_from(node.nanos).unwrap_or(i64::MAX).checked_div(collected).unwrap_or(0);
    let mut text = String::new();
    push_go(&mut text, average);
    values.insert("avg_exec_time_ns".to_owned(), json!(text));
    Value::Object(values)
}

/// Bytes that the process holds, if the system tells.
fn memory() -> Option<usize> {
    memory_stats::memory_stats().map(|stats| stats.physical_mem)
}

struct Stored {
    cluster: String,
    server: String,
    tasks: Vec<Task>,
}

async fn stored(app: &App) -> Result<Stored, Refusal> {
    let store = Arc::clone(&app.store);
    let read = move || -> Result<Stored, StoreError> {
        Ok(Stored { cluster: store.cluster_id()?, server: store.server_id()?, tasks: store.all()? })
    };
    Ok(spawn_blocking(read).await.map_err(|e| Refusal::failed(e.to_string()))??)
}
