//! What handlers of requests give back.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::json::pretty;
use crate::serve::live::Busy;
use crate::store::StoreError;

/// A request that was done, or why it was not.
pub(super) type Answer = Result<Response, Refusal>;

/// Why a request was not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    words: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, words: impl Into<String>) -> Refusal {
        Refusal { status, words: words.into() }
    }

    /// What the client asked for is wrong.
    pub(super) fn bad(words: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, words)
    }

    /// What the client asked for is not there.
    pub(super) fn unknown(words: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, words)
    }

    /// It could not be done here.
    pub(super) fn failed(words: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, words)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Refusal::failed(error.to_string())
    }
}

impl From<Busy> for Refusal {
    fn from(_: Busy) -> Refusal {
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too many points wait to be played: try again later")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": self.words, "message": self.words});
        let mut answer = Response::new(Body::from(pretty(&body)));
        *answer.status_mut() = self.status;
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer
    }
}

/// 200 with a JSON body.
pub(super) fn ok(value: &Value) -> Response {
    Response::new(Body::from(pretty(value)))
}

/// 204.
pub(super) fn done() -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}
