//! `/alerts/topics/…/handlers`: who is told of the events of a topic.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::routing::get;
use json_patch::Patch;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, done, ok};
use super::topics::{Params, asked, href, link, pattern};
use crate::serve::App;
use crate::serve::topics::{self as service, to_its_end};
use crate::store::TopicHandler;
use crate::value::quote::quoted;

pub(super) fn routes() -> Router<Arc<App>> {
    let one = get(handler).put(put).patch(patch).delete(delete);
    Router::new()
        .route("/alerts/topics/{topic}/handlers", get(list).post(create))
        .route("/alerts/topics/{topic}/handlers/{handler}", one)
}

/// A handler as clients send it. Keys that the API does not know are passed over.
#[derive(Deserialize)]
struct Spec {
    topic: Option<String>,
    id: Option<String>,
    kind: Option<String>,
    options: Option<Map<String, Value>>,
    #[serde(rename = "match")]
    matching: Option<String>,
}

impl Spec {
    /// The handler of a topic that it describes.
    fn of(self, topic: String) -> Result<TopicHandler, Refusal> {
        let Spec { id, kind, options, matching, .. } = self;
        let id = id.unwrap_or_default();
        let (kind, matching) = (kind.unwrap_or_default(), matching.unwrap_or_default());
        let handler = TopicHandler { topic, id, kind, options, matching };
        let bad = |words: String| Refusal::bad(format!("invalid handler spec: {words}"));
        checked(&handler).map(|()| handler).map_err(bad)
    }
}

async fn list(
    State(app): State<Arc<App>>,
    uri: Uri,
    Path(topic): Path<String>,
    Query(params): Params,
) -> Answer {
    let pattern = pattern(&params)?;
    let of = topic.clone();
    let handlers = app.ask_store(move |store| store.view()?.handlers_of(&of)).await;
    let handlers = handlers.map_err(|e| Refusal::failed(format!("failed to get handler specs: {e}")))?;
    let wanted = handlers.iter().filter(|h| pattern.as_ref().is_none_or(|p| p.is_match(&h.id)));
    let handlers: Vec<_> = wanted.map(handler_json).collect();
    Ok(ok(&json!({"link": link("self", &asked(&uri)), "topic": topic, "handlers": handlers})))
}

async fn create(State(app): State<Arc<App>>, Path(topic): Path<String>, body: Bytes) -> Answer {
    let spec: Spec =
        serde_json::from_slice(&body).map_err(|e| Refusal::bad(format!("invalid handler json: {e}")))?;
    let handler = spec.of(topic)?;
    let answer = handler_json(&handler);
    let created = to_its_end(|app| async move { service::create(&app, handler).await }, &app).await;
    created.map_err(|why| Refusal::failed(format!("failed to create handler: {why}")))?;
    Ok(ok(&answer))
}

async fn handler(State(app): State<Arc<App>>, Path((topic, id)): Path<(String, String)>) -> Answer {
    Ok(ok(&handler_json(&known(&app, topic, id).await?)))
}

async fn put(State(app): State<Arc<App>>, Path((topic, id)): Path<(String, String)>, body: Bytes) -> Answer {
    let old = known(&app, topic, id).await?;
    let spec: Spec =
        serde_json::from_slice(&body).map_err(|e| Refusal::bad(format!("failed to unmarshal JSON: {e}")))?;
    let new = spec.of(old.topic.clone())?;
    update(&app, old, new).await
}

async fn patch(
    State(app): State<Arc<App>>,
    Path((topic, id)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let old = known(&app, topic, id).await?;
    let patch: Patch =
        serde_json::from_slice(&body).map_err(|e| Refusal::bad(format!("invalid patch json: {e}")))?;
    let TopicHandler { topic, id, kind, options, matching } = &old;
    let mut spec = json!({"topic": topic, "id": id, "kind": kind, "options": options, "match": matching});
    json_patch::patch(&mut spec, &patch).map_err(|e| Refusal::bad(format!("failed to apply patch: {e}")))?;
    let spec: Spec = serde_json::from_value(spec)
        .map_err(|e| Refusal::failed(format!("failed to unmarshal patched json: {e}")))?;
    let topic = spec.topic.clone().unwrap_or_else(|| topic.clone());
    let new = spec.of(topic)?;
    update(&app, old, new).await
}

async fn delete(State(app): State<Arc<App>>, Path((topic, id)): Path<(String, String)>) -> Answer {
    let deleted = to_its_end(|app| async move { service::delete(&app, topic, id).await }, &app).await;
    let failed = |why| Refusal::failed(format!("failed to delete handler: {why}"));
    deleted.map(|()| done()).map_err(failed)
}

async fn update(app: &Arc<App>, old: TopicHandler, new: TopicHandler) -> Answer {
    let answer = handler_json(&new);
    let updated = to_its_end(|app| async move { service::update(&app, old, new).await }, app).await;
    updated.map_err(|why| Refusal::failed(format!("failed to update handler: {why}")))?;
    Ok(ok(&answer))
}

/// The handler of a topic with an id.
async fn known(app: &App, topic: String, id: String) -> Result<TopicHandler, Refusal> {
    let quoted = quoted(&id);
    let handler = app.ask_store(move |store| store.get::<TopicHandler>((&*topic, &*id))).await;
    let handler = handler.map_err(|e| Refusal::failed(format!("failed to get handler {quoted}: {e}")))?;
    handler.ok_or_else(|| Refusal::unknown(format!("unknown handler: {quoted}")))
}

fn handler_json(handler: &TopicHandler) -> Value {
    let TopicHandler { topic, id, kind, options, matching } = handler;
    json!({
        "link": link("self", &format!("{}/handlers/{id}", href(topic))),
        "id": id,
        "kind": kind,
        "options": options,
        "match": matching,
    })
}

/// What is wrong with a handler before its options are looked at, in Kapacitor's words: they show the handler's id
/// where the topic is wrong.
fn checked(handler: &TopicHandler) -> Result<(), String> {
    let wrong = |what: &str| {
        let id = quoted(&handler.id);
        Err(format!("handler {what} must contain only letters, numbers, '-', '.' and '_'. {id}"))
    };
    if !is_name(&handler.topic, "-._:") {
        return wrong("topic");
    }
    if !is_name(&handler.id, "-._") {
        return wrong("ID");
    }
    match handler.kind.is_empty() {
        true => Err("handler Kind must not be empty".to_owned()),
        false => Ok(()),
    }
}

/// Letters, digits and these, at least one.
fn is_name(text: &str, more: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || more.contains(c))
}
