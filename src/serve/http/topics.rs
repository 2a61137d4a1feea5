//! `/alerts/topics`: topics and the last events of their ids.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::routing::get;
use serde_json::{Value, json};

use super::BASE;
use super::answer::{Answer, Refusal, done, ok};
use crate::alert::Level;
use crate::serve::App;
use crate::serve::live::TopicView;
use crate::serve::topics::{self as service, to_its_end};
use crate::store::EventState;
use crate::value::duration::push_go;
use crate::value::glob::Glob;
use crate::value::quote::quoted;
use crate::value::time::push_rfc3339_nano;

/// What stands behind the `?`; of several with a name the first counts.
pub(super) type Params = Query<Vec<(String, String)>>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/alerts/topics", get(list))
        .route("/alerts/topics/{topic}", get(topic).delete(delete))
        .route("/alerts/topics/{topic}/events", get(events))
        .route("/alerts/topics/{topic}/events/{*event}", get(event))
}

async fn list(State(app): State<Arc<App>>, uri: Uri, Query(params): Params) -> Answer {
    let pattern = pattern(&params)?;
    let min = min_level(&params)?;
    let wanted =
        |topic: &TopicView| topic.level >= min && pattern.as_ref().is_none_or(|p| p.is_match(&topic.id));
    let topics = app.live.board().topics();
    let topics: Vec<_> = topics.iter().filter(|t| wanted(t)).map(topic_json).collect();
    Ok(ok(&json!({"link": link("self", &asked(&uri)), "topics": topics})))
}

async fn topic(State(app): State<Arc<App>>, Path(topic): Path<String>) -> Answer {
    let view = app.live.board().topic(&topic);
    let view = view.ok_or_else(|| Refusal::unknown(format!("unknown topic: {}", quoted(&topic))))?;
    Ok(ok(&topic_json(&view)))
}

async fn delete(State(app): State<Arc<App>>, Path(topic): Path<String>) -> Answer {
    let id = topic.clone();
    let forgotten = to_its_end(|app| async move { service::forget(&app, id).await }, &app).await;
    let failed = |why| Refusal::failed(format!("failed to delete topic {}: {why}", quoted(&topic)));
    forgotten.map(|()| done()).map_err(failed)
}

async fn events(State(app): State<Arc<App>>, Path(topic): Path<String>, Query(params): Params) -> Answer {
    let min = min_level(&params)?;
    let unknown = || Refusal::failed(format!("failed to get topic events: unknown topic {}", quoted(&topic)));
    let events = app.live.board().events(&topic, min).ok_or_else(unknown)?;
    let events: Vec<_> = events.iter().map(|(id, state)| event_json(&topic, id, state)).collect();
    let link = link("self", &format!("{}/events", href(&topic)));
    Ok(ok(&json!({"link": link, "topic": topic, "events": events})))
}

async fn event(State(app): State<Arc<App>>, Path((topic, event)): Path<(String, String)>) -> Answer {
    let unknown =
        || Refusal::unknown(format!("unknown event {} in topic {}", quoted(&event), quoted(&topic)));
    let state = app.live.board().event(&topic, &event).ok_or_else(unknown)?;
    Ok(ok(&event_json(&topic, &event, &state)))
}

fn topic_json(topic: &TopicView) -> Value {
    let href = href(&topic.id);
    json!({
        "link": link("self", &href),
        "id": topic.id,
        "level": topic.level.as_str(),
        "collected": topic.collected,
        "events-link": link("events", &format!("{href}/events")),
        "handlers-link": link("handlers", &format!("{href}/handlers")),
    })
}

fn event_json(topic: &str, id: &str, state: &EventState) -> Value {
    let (mut time, mut duration) = (String::new(), String::new());
    push_rfc3339_nano(&mut time, state.time);
    push_go(&mut duration, state.duration);
    json!({
        "link": link("self", &format!("{}/events/{id}", href(topic))),
        "id": id,
        "state": {
            "message": state.message,
            "details": state.details,
            "time": time,
            "duration": duration,
            "level": state.level.as_str(),
        },
    })
}

/// A reference, as the API gives them.
pub(super) fn link(relation: &str, href: &str) -> Value {
    json!({"rel": relation, "href": href})
}

/// Where a topic is found. As in Kapacitor ids stand in it as they are: clients escape what they must.
pub(super) fn href(topic: &str) -> String {
    format!("{BASE}/alerts/topics/{topic}")
}

/// What was asked for, with what stands behind the `?`.
pub(super) fn asked(uri: &Uri) -> String {
    format!("{BASE}{uri}")
}

fn param<'a>(params: &'a [(String, String)], name: &str) -> &'a str {
    params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// `pattern`; none means all.
pub(super) fn pattern(params: &[(String, String)]) -> Result<Option<Glob>, Refusal> {
    let bad = |e| Refusal::bad(format!("invalid pattern: {e}"));
    Some(param(params, "pattern")).filter(|p| !p.is_empty()).map(Glob::new).transpose().map_err(bad)
}

/// `min-level`: how a level's name begins, in any case; nothing means all levels.
fn min_level(params: &[(String, String)]) -> Result<Level, Refusal> {
    let name = param(params, "min-level").to_uppercase();
    let level = Level::ALL.into_iter().find(|level| level.as_str().starts_with(&name));
    level.ok_or_else(|| Refusal::bad(format!("unknown alert level '{name}'")))
}
