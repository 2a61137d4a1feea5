//! What holds for every request: paths as they should be, the headers of answers, a line in the log, a count.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_LENGTH,
    CONTENT_TYPE, HeaderName, LOCATION, ORIGIN, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Level;

use super::answer::Refusal;
use super::patience::Patience;
use super::{BASE, LARGEST, PREVIEW, VERSION, gzip};
use crate::serve::App;
use crate::serve::log::{HTTP, tell};
use crate::value::duration::push_go;

const METHODS: &str = "DELETE, GET, OPTIONS, POST, PATCH";

const HEADERS: &str = "Accept, Accept-Encoding, Authorization, Content-Length, Content-Type, X-CSRF-Token, \
                       X-HTTP-Method-Override";

/// Parameters whose values a log may show; of others only the names.
const SHOWN: [&str; 10] =
    ["db", "rp", "precision", "consistency", "pattern", "fields", "offset", "limit", "min-level", "lvl"];

pub(super) async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = uuid::Uuid::now_v1(&[0; 6]).to_string();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let agent = request.headers().get(USER_AGENT).cloned();
    let origin = request.headers().get(ORIGIN).cloned();
    let packed = gzip::is_accepted(request.headers());
    let mut answer = answered(&app, request, next).await;
    if packed {
        answer = gzip::packed(answer).await;
    }
    set_headers(answer.headers_mut(), &id, origin);
    let status = answer.status();
    app.metrics.request(status.as_u16());
    // The values are made even if nobody reads the log: a request has done far more than that.
    let mut duration = String::new();
    push_go(&mut duration, i64::try_from(begun.elapsed().as_nanos()).unwrap_or(i64::MAX));
    let bytes = answer.body().size_hint().exact().map_or_else(String::new, |n| n.to_string());
    let pairs = [
        ("method", method.as_str()),
        ("uri", &shown(&uri)),
        ("status", status.as_str()),
        ("user-agent", agent.as_ref().and_then(|a| a.to_str().ok()).unwrap_or_default()),
        ("request-id", &id),
        ("bytes", &bytes),
        ("duration", &duration),
    ];
    tell(Level::INFO, HTTP, "http request", &pairs);
    answer
}

async fn answered(app: &App, mut request: Request, next: Next) -> Response {
    if *request.method() == Method::OPTIONS {
        return Response::new(Body::empty());
    }
    if let Some(clean) = cleaned(request.uri().path()) {
        return moved(request.uri(), &clean);
    }
    if let Some(path) = request.uri().path_and_query().map(|p| p.as_str())
        && let Some(rest) = path.strip_prefix(PREVIEW)
        && let Ok(uri) = format!("{BASE}{rest}").parse::<Uri>()
    {
        *request.uri_mut() = uri;
    }
    if length(request.headers()).is_some_and(|n| n > LARGEST as u64) {
        return too_large();
    }
    let patience = Patience::new(app.limits.body);
    let answer = next.run(request.map(|body| patience.watch(body))).await;
    if patience.has_ended() {
        let words = format!("nothing came of the body for {:?}", app.limits.body);
        return Refusal::new(StatusCode::REQUEST_TIMEOUT, words).into_response();
    }
    // The limit of bodies without a length has words of its own.
    if answer.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { answer }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> Response {
    let words = format!("the body is longer than {} MiB: send it in parts", LARGEST >> 20);
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, words).into_response()
}

fn set_headers(headers: &mut HeaderMap, id: &str, origin: Option<HeaderValue>) {
    if !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    headers.insert(HeaderName::from_static("x-kapacitor-version"), HeaderValue::from_static(VERSION));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("request-id"), id);
    }
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    }
}

/// A path without `//`, `.` and `..`; `None` if it has none of them.
fn cleaned(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let mut clean = format!("/{}", parts.join("/"));
    if path.ends_with('/') && !parts.is_empty() {
        clean.push('/');
    }
    (clean != path).then_some(clean)
}

fn moved(uri: &Uri, clean: &str) -> Response {
    let place = uri.query().map_or_else(|| clean.to_owned(), |query| format!("{clean}?{query}"));
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(place) = HeaderValue::from_str(&place) {
        answer.headers_mut().insert(LOCATION, place);
    }
    answer
}

/// What a log may show of a URL: passwords and tokens come as parameters too.
fn shown(uri: &Uri) -> String {
    let mut text = uri.path().to_owned();
    for (at, pair) in uri.query().into_iter().flat_map(|q| q.split('&')).enumerate() {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        text.push(if at == 0 { '?' } else { '&' });
        text.push_str(key);
        text.push('=');
        text.push_str(if SHOWN.contains(&key) { value } else { "[REDACTED]" });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_does() {
        for (path, clean) in [
            ("/kapacitor/v1/ping", None),
            ("/kapacitor/v1/", None),
            ("/", None),
            ("//", Some("/")),
            ("/a//b/", Some("/a/b/")),
            ("/a/./../b/../..", Some("/")),
        ] {
            assert_eq!(cleaned(path).as_deref(), clean, "{path}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        let uri: Uri = "/write?db=a%20b&u=me&p=secret&rp=".parse().unwrap();
        assert_eq!(shown(&uri), "/write?db=a%20b&u=[REDACTED]&p=[REDACTED]&rp=");
        let uri: Uri = "/write?secret".parse().unwrap();
        assert_eq!(shown(&uri), "/write?secret=[REDACTED]");
    }
}
