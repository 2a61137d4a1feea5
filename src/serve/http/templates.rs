//! `/templates`: what clients do with templates.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::answer::{Answer, Refusal, done, ok};
use super::listing::{self, Params};
use super::tasks::view::{Style, link, time, type_word};
use super::tasks::{Kind, sent, vars};
use crate::pipeline;
use crate::serve::App;
use crate::serve::tasks::{
    self, WantedTemplate, blocking, create_template, delete_template, update_template, whole,
};
use crate::store::Template;

/// Fields of templates in lists.
const FIELDS: [&str; 8] = ["link", "id", "type", "script", "dot", "error", "created", "modified"];

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/templates", post(create).get(list))
        .route("/templates/", get(no_id).patch(no_id).delete(no_id))
        .route("/templates/{id}", get(show).patch(update).delete(delete))
}

async fn no_id() -> Refusal {
    Refusal::bad("must specify template id on path")
}

/// What a client sends.
#[derive(Deserialize)]
struct Sent {
    id: Option<String>,
    #[serde(rename = "type")]
    _type: Option<Kind>,
    script: Option<String>,
}

fn wanted(body: &[u8]) -> Result<WantedTemplate, Refusal> {
    let sent: Sent = sent(body)?;
    Ok(WantedTemplate { id: sent.id, script: sent.script })
}

async fn create(State(app): State<Arc<App>>, body: Bytes) -> Answer {
    let wanted = wanted(&body)?;
    let at_work = Arc::clone(&app);
    let template = whole(async move { create_template(&at_work, wanted).await }).await?;
    Ok(ok(&Json::Object(view(&app, &template, Style::default()))))
}

async fn update(State(app): State<Arc<App>>, Path(id): Path<String>, body: Bytes) -> Answer {
    let wanted = wanted(&body)?;
    let at_work = Arc::clone(&app);
    let template = whole(async move { update_template(&at_work, &id, wanted).await }).await?;
    Ok(ok(&Json::Object(view(&app, &template, Style::default()))))
}

async fn show(State(app): State<Arc<App>>, Path(id): Path<String>, Query(params): Query<Params>) -> Answer {
    let style = Style::new(&params)?;
    let template = blocking(|| app.store.get::<Template>(&id))?;
    let template = template.ok_or_else(|| Refusal::unknown("no template exists"))?;
    Ok(ok(&Json::Object(view(&app, &template, style))))
}

async fn list(State(app): State<Arc<App>>, Query(params): Query<Params>) -> Answer {
    let style = Style::new(&params)?;
    let wanted = listing::Wanted::new(&params, &FIELDS, &["vars"])?;
    let templates = blocking(|| app.store.list::<Template>(&wanted.listing))?;
    let shown: Vec<Json> = templates.iter().map(|t| wanted.of(view(&app, t, style))).collect();
    Ok(ok(&json!({"templates": shown})))
}

async fn delete(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    whole(async move { delete_template(&app, &id).await }).await?;
    Ok(done())
}

/// All fields of a template, in Kapacitor's order.
fn view(app: &App, template: &Template, style: Style) -> Map<String, Json> {
    let (mut vars, mut dot, mut error) = (json!({}), String::new(), template.error.clone());
    match blocking(|| tasks::outline(&app.config, template)) {
        Ok(built) => {
            dot = pipeline::dot(&built.graph, &template.id);
            vars = vars::declared(&built.vars);
        }
        Err(words) => error = words,
    }
    let fields = [
        ("link", link("templates", &template.id)),
        ("id", json!(template.id)),
        ("type", json!(type_word(template.task_type))),
        ("script", json!(style.script(&template.script))),
        ("vars", vars),
        ("dot", json!(dot)),
        ("error", json!(error)),
        ("created", time(Some(template.created))),
        ("modified", time(Some(template.modified))),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
