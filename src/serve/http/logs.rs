//! `/logs` and `/loglevel`: the log as it is written, and how much of it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::{get, post};
use hyper::body::Frame;
use serde::Deserialize;
use tracing::Level;

use super::answer::{Answer, Refusal, done};
use crate::serve::App;
use crate::serve::log::{Filter, Follower, Form, level_named};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/logs", get(logs)).route("/loglevel", post(level))
}

async fn logs(
    State(app): State<Arc<App>>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Answer {
    let filter = Filter::read(query).map_err(Refusal::bad)?;
    let is_json = headers.get(ACCEPT).is_some_and(|accept| accept == "application/json");
    let (form, kind) = match is_json {
        true => (Form::Json, "application/json"),
        false => (Form::Logfmt, "application/logfmt"),
    };
    let mut answer = Response::new(Body::new(Stream(app.log.follow(form, filter))));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(answer)
}

/// Records as they come, until the client or the server goes.
struct Stream(Follower);

impl HttpBody for Stream {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.records.poll_recv(cx).map(|record| record.map(|text| Ok(Frame::data(text.into()))))
    }
}

#[derive(Deserialize)]
struct Wanted {
    level: String,
}

/// Kapacitor knows of no more levels than these.
async fn level(State(app): State<Arc<App>>, body: Bytes) -> Answer {
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|e| Refusal::bad(format!("invalid json: {e}; expected such as {{\"level\": \"INFO\"}}")))?;
    let level = level_named(&wanted.level).filter(|level| *level != Level::WARN);
    app.log.set_level(level.ok_or_else(|| Refusal::bad("invalid log level"))?);
    Ok(done())
}
