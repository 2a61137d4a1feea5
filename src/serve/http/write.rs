//! `/write`: points come in.

use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::LARGEST;
use super::answer::{Answer, done};
use crate::input::point::Precision;
use crate::serve::App;
use crate::serve::clock::now;
use crate::serve::live;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/write", post(write))
}

/// What the URL says.
#[derive(Deserialize)]
struct Params {
    #[serde(default)]
    db: String,
    #[serde(default)]
    rp: String,
    #[serde(default)]
    precision: String,
}

async fn write(
    State(app): State<Arc<App>>,
    Query(params): Query<Params>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    if params.db.is_empty() {
        return Ok(plain("database is required"));
    }
    let rp = if params.rp.is_empty() { app.default_rp().to_owned() } else { params.rp };
    let packed = headers.get(header::CONTENT_ENCODING).is_some_and(|v| v.as_bytes() == b"gzip");
    let text = match packed {
        true => match unpacked(&body) {
            Ok(text) => text,
            Err(words) => return Ok(plain(&words)),
        },
        false => body.to_vec(),
    };
    let precision = precision(&params.precision);
    let written = app.live.write(live::Body { db: params.db, rp, precision, now: now(), text }).await;
    let written = written.inspect_err(|_| app.metrics.refused_writes.add(1))?;
    app.metrics.points.add(written.points);
    app.metrics.bad_lines.add(written.bad);
    if written.bad == 0 {
        return Ok(done());
    }
    let line = |m: &live::Mistake| format!("unable to parse '{}': {} (line {})", m.text, m.message, m.line);
    let mut lines: Vec<String> = written.mistakes.iter().map(line).collect();
    let more = written.bad - written.mistakes.len() as u64;
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    Ok(plain(&format!("partial write: {} dropped={}", lines.join("\n"), written.bad)))
}

/// 400 with plain words, as Kapacitor has it for this request alone.
fn plain(words: &str) -> Response {
    let mut answer = Response::new(Body::from(format!("{words}\n")));
    *answer.status_mut() = StatusCode::BAD_REQUEST;
    answer
}

fn unpacked(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let mut reader = MultiGzDecoder::new(body).take(LARGEST as u64 + 1);
    reader.read_to_end(&mut text).map_err(|e| format!("the body is no gzip: {e}"))?;
    if text.len() > LARGEST {
        return Err(format!("the body is longer than {} MiB when it is unpacked", LARGEST >> 20));
    }
    Ok(text)
}

/// Whatever is unknown means nanoseconds.
pub(in crate::serve) fn precision(name: &str) -> Precision {
    match name {
        "u" => Precision::Micros,
        "ms" => Precision::Millis,
        "s" => Precision::Seconds,
        "m" => Precision::Minutes,
        "h" => Precision::Hours,
        _ => Precision::Nanos,
    }
}
