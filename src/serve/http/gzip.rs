//! Answers that are packed, for clients that can unpack them.

use std::io::Write as _;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A packed answer of fewer bytes would be no shorter.
const WORTH: u64 = 256;

/// Whether the client takes packed answers.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    accepted.flat_map(|v| v.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0")
    })
}

/// The same answer, packed if it is a text whose length is known: streams go on as they come, and backups are bytes.
pub(super) async fn packed(answer: Response) -> Response {
    let size = answer.body().size_hint().exact();
    let is_bytes = answer.headers().get(CONTENT_TYPE).is_some_and(|t| t == "application/octet-stream");
    let Some(size) = size.filter(|size| *size >= WORTH && !is_bytes) else { return answer };
    if answer.headers().contains_key(CONTENT_ENCODING) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(text) = to_bytes(body, usize::try_from(size).unwrap_or(usize::MAX)).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    match gzip.write_all(&text).and_then(|()| gzip.finish()) {
        Ok(packed) => {
            parts.headers.remove(CONTENT_LENGTH);
            parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
            Response::from_parts(parts, Body::from(packed))
        }
        Err(_) => Response::from_parts(parts, Body::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_say_what_they_accept() {
        for (accepted, is) in
            [("gzip", true), ("br, GZIP;q=0.5", true), ("gzip;q=0", false), ("identity", false)]
        {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(is_accepted(&headers), is, "{accepted}");
        }
        assert!(!is_accepted(&HeaderMap::new()));
    }
}
