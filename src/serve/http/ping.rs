//! `/ping`: whether the server is there.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::answer::done;
use crate::serve::App;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/ping", get(ping))
}

async fn ping() -> Response {
    done()
}
