//! `/tasks`: what clients do with tasks.

mod dot;
pub(super) mod vars;
pub(super) mod view;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::answer::{Answer, Refusal, done, ok};
use super::listing::{self, Params};
use crate::serve::App;
use crate::serve::tasks::{self, Trouble, Wanted, blocking, whole};
use crate::store::Task;
use view::Style;

/// Fields of tasks in lists.
const FIELDS: [&str; 15] = [
    "link",
    "id",
    "type",
    "dbrps",
    "script",
    "dot",
    "status",
    "executing",
    "error",
    "stats",
    "created",
    "modified",
    "last-enabled",
    "vars",
    "template-id",
];

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/tasks", post(create).get(list))
        .route("/tasks/", get(no_id).patch(no_id).delete(no_id))
        .route("/tasks/{id}", get(show).patch(update).delete(delete))
        .route("/tasks/{id}/{*endpoint}", get(serve))
}

async fn no_id() -> Refusal {
    Refusal::bad("must specify task id on path")
}

/// A type of task; the script has the last word.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Stream,
    Batch,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Enabled,
    Disabled,
}

#[derive(Deserialize)]
struct DbRp {
    #[serde(default)]
    db: String,
    #[serde(default)]
    rp: String,
}

/// What a client sends.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sent {
    id: Option<String>,
    template_id: Option<String>,
    #[serde(rename = "type")]
    _type: Option<Kind>,
    dbrps: Option<Vec<DbRp>>,
    script: Option<String>,
    status: Option<Status>,
    vars: Option<Map<String, Json>>,
}

/// The body of a request.
pub(super) fn sent<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| not_json())
}

fn not_json() -> Refusal {
    Refusal::bad("invalid JSON")
}

fn wanted(body: &[u8]) -> Result<Wanted, Refusal> {
    let sent: Sent = sent(body)?;
    Ok(Wanted {
        id: sent.id,
        template: sent.template_id,
        dbrps: sent.dbrps.into_iter().flatten().map(|dbrp| (dbrp.db, dbrp.rp)).collect(),
        script: sent.script,
        enabled: sent.status.map(|status| status == Status::Enabled),
        vars: vars::given(&sent.vars.unwrap_or_default()).ok_or_else(not_json)?,
    })
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Refusal {
        match trouble {
            Trouble::Bad(words) => Refusal::bad(words),
            Trouble::Unknown(words) => Refusal::unknown(words),
            Trouble::Failed(words) => Refusal::failed(words),
        }
    }
}

async fn create(State(app): State<Arc<App>>, body: Bytes) -> Answer {
    let wanted = wanted(&body)?;
    let at_work = Arc::clone(&app);
    let task = whole(async move { tasks::create(&at_work, wanted).await }).await?;
    shown(&app, &task.id, Style::default()).await
}

async fn update(State(app): State<Arc<App>>, Path(id): Path<String>, body: Bytes) -> Answer {
    let wanted = wanted(&body)?;
    let at_work = Arc::clone(&app);
    let task = whole(async move { tasks::update(&at_work, &id, wanted).await }).await?;
    shown(&app, &task.id, Style::default()).await
}

async fn show(State(app): State<Arc<App>>, Path(id): Path<String>, Query(params): Query<Params>) -> Answer {
    shown(&app, &id, Style::new(&params)?).await
}

async fn shown(app: &App, id: &str, style: Style) -> Answer {
    let task = blocking(|| app.store.get::<Task>(id))?.ok_or_else(|| Refusal::unknown("no task exists"))?;
    Ok(ok(&Json::Object(view::whole(app, &task, style).await)))
}

async fn list(State(app): State<Arc<App>>, Query(params): Query<Params>) -> Answer {
    let style = Style::new(&params)?;
    let wanted = listing::Wanted::new(&params, &FIELDS, &[])?;
    let mut shown = Vec::new();
    for task in blocking(|| app.store.list::<Task>(&wanted.listing))? {
        shown.push(view::listed(&app, &task, style, &wanted).await);
    }
    Ok(ok(&json!({"tasks": shown})))
}

async fn delete(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    whole(async move { tasks::delete(&app, &id).await }).await?;
    Ok(done())
}

/// What an `httpOut` of a task serves.
async fn serve(State(app): State<Arc<App>>, Path((id, endpoint)): Path<(String, String)>) -> Answer {
    let unknown = || Refusal::unknown("Not Found");
    app.executing(&id).ok_or_else(unknown)?;
    let served = app.live.serve(&id, &endpoint).await.ok_or_else(unknown)?;
    Ok(Response::new(Body::from(served)))
}
