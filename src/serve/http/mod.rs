//! Kapacitor's HTTP API: one file for each part of it.
//!
//! What all requests have in common is in `around`; here are the places of the parts, and the words for what is not
//! there.

mod answer;
mod around;
mod gzip;
mod handlers;
pub(super) mod json;
mod listing;
mod logs;
mod patience;
mod ping;
mod tasks;
mod templates;
mod topics;
mod vars;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;

use answer::Refusal;
pub(super) use write::precision;

use super::App;

/// What the API calls this version: that of Kapacitor whose answers it gives.
pub(super) const VERSION: &str = "1.8.3";

/// Where the API lives.
const BASE: &str = "/kapacitor/v1";

/// Where clients look for parts of it that were new once.
const PREVIEW: &str = "/kapacitor/v1preview";

/// Bytes of a request's body, before and after it is unpacked.
const LARGEST: usize = 64 << 20;

/// All routes.
pub(super) fn router(app: Arc<App>) -> Router {
    let api = Router::new()
        .merge(ping::routes())
        .merge(write::routes())
        .merge(tasks::routes())
        .merge(templates::routes())
        .merge(logs::routes())
        .merge(vars::routes())
        .merge(topics::routes())
        .merge(handlers::routes());
    let routes = Router::new()
        .nest(BASE, api.fallback(nothing_here))
        .merge(write::routes())
        .merge(vars::at_the_root())
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(Arc::clone(&app));
    // A layer comes after routes are chosen: what changes paths has to stand around all of them.
    Router::new().fallback_service(routes).layer(from_fn_with_state(app, around::around))
}

/// A wrong method is as unknown as a wrong path.
async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "Not Found")
}
