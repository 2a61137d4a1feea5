//! Kapacitor's HTTP API: one file for each part of it.
//!
//! What all answers have in common is here: their headers, the words for what is not there, and the two places under
//! which everything lives.

mod answer;
mod json;
mod ping;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::Response;

use answer::Refusal;
pub(super) use write::precision;

use super::App;

/// What the API calls this version: that of Kapacitor whose answers it gives.
pub(super) const VERSION: &str = "1.8.3";

/// Where the API lives.
const BASE: &str = "/kapacitor/v1";

/// Where clients look for parts of it that were new once.
const PREVIEW: &str = "/kapacitor/v1preview";

/// All routes.
pub(super) fn router(app: Arc<App>) -> Router {
    let api = Router::new().merge(ping::routes()).merge(write::routes());
    Router::new()
        .nest(BASE, api.fallback(nothing_here))
        .merge(write::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(from_fn(common))
        .with_state(app)
}

/// A wrong method is as unknown as a wrong path.
async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "Not Found")
}

/// What holds for every request: the second place of the API, and the headers of answers.
async fn common(mut request: Request, next: Next) -> Response {
    if let Some(path) = request.uri().path_and_query().map(|p| p.as_str())
        && let Some(rest) = path.strip_prefix(PREVIEW)
        && let Ok(uri) = format!("{BASE}{rest}").parse::<Uri>()
    {
        *request.uri_mut() = uri;
    }
    let mut answer = match *request.method() {
        Method::OPTIONS => Response::new(Body::empty()),
        _ => next.run(request).await,
    };
    let id = uuid::Uuid::now_v1(&[0; 6]).to_string();
    let headers = answer.headers_mut();
    if !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    headers.insert(HeaderName::from_static("x-kapacitor-version"), HeaderValue::from_static(VERSION));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("request-id"), id);
    }
    answer
}
