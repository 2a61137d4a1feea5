//! Where `influxDBOut` nodes write to: the HTTP interface of InfluxDB 1.x.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use super::http::{self, Http, TIMEOUT, Tls};
use super::request::Request;
use super::url::{form, join};
use crate::alert::Write;

/// How much of an answer is read.
const ANSWER: usize = 1 << 16;

/// The same of the answer of a query.
const LONGEST: usize = 1 << 30;

/// How long a query may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why a server did not do something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undone {
    /// What is wrong.
    pub words: String,
    /// It may go well another time: the server could not be reached, or was not able to.
    pub passing: bool,
}

/// A server, with its connections.
pub struct InfluxDb {
    http: Http,
    /// Without user, password and query.
    url: String,
    /// User and password.
    login: Option<(String, String)>,
}

impl InfluxDb {
    /// A server by its URL, which may hold a user and a password: `http://user:secret@host:8086`.
    ///
    /// # Errors
    /// If that is no URL of HTTP.
    pub fn new(url: &str) -> Result<InfluxDb, String> {
        InfluxDb::connect(url, TIMEOUT, &Tls::default())
    }

    /// The same for a server that is asked queries, which may take their time.
    ///
    /// # Errors
    /// As [`InfluxDb::new`].
    pub fn asked(url: &str) -> Result<InfluxDb, String> {
        InfluxDb::connect(url, PATIENCE, &Tls::default())
    }

    /// A server of the configuration that is asked queries.
    ///
    /// # Errors
    /// As [`InfluxDb::new`], and for certificates that cannot be read.
    pub(crate) fn configured(section: &super::influxdb_section::InfluxDbSection) -> Result<InfluxDb, String> {
        let url = section.urls.first().map_or("http://localhost:8086", |url| url.trim_end_matches('/'));
        let mut server = InfluxDb::connect(url, PATIENCE, &section.tls)?;
        if !section.username.is_empty() {
            server.login = Some((section.username.clone(), section.password.clone()));
        }
        Ok(server)
    }

    fn connect(url: &str, timeout: Duration, tls: &Tls) -> Result<InfluxDb, String> {
        let (scheme, rest) = url
            .split_once("://")
            .filter(|(s, _)| matches!(*s, "http" | "https"))
            .ok_or_else(|| format!("`{url}` is no URL such as `http://localhost:8086`"))?;
        let (login, rest) = match rest.rsplit_once('@') {
            Some((login, rest)) => (Some(login), rest),
            None => (None, rest),
        };
        if rest.is_empty() || rest.contains(['?', '#', ' ']) {
            return Err("a URL of InfluxDB has a host and perhaps a path, but no query".to_owned());
        }
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let login = login.map(|login| {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            (decoded(user), decoded(password))
        });
        let http = Http::new(timeout, tls)?;
        Ok(InfluxDb { http, url: format!("{scheme}://{rest}"), login })
    }

    /// Writes points in one request.
    ///
    /// # Errors
    /// Why the server did not take them.
    pub fn write(&self, write: &Write<'_>) -> Result<(), String> {
        let (query, body) = points(write)?;
        self.post("write", &query, body).map(drop).map_err(|undone| undone.words)
    }

    /// Writes what [`points`] made of points.
    ///
    /// # Errors
    /// Why the server did not take them.
    pub fn write_points(&self, query: &str, body: &str) -> Result<(), Undone> {
        self.post("write", query, body.to_owned()).map(drop)
    }

    /// Executes a statement.
    ///
    /// # Errors
    /// Why it was not executed.
    pub fn query(&self, query: &str) -> Result<(), String> {
        self.execute(query).map_err(|undone| undone.words)
    }

    /// The same, for who would try again.
    ///
    /// # Errors
    /// Why it was not executed.
    pub fn execute(&self, query: &str) -> Result<(), Undone> {
        let answer = self.post("query", &form(vec![("q", query)]), String::new())?;
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        match answer.pointer("/results/0/error").and_then(Value::as_str) {
            Some(error) => Err(Undone { words: error.to_owned(), passing: false }),
            None => Ok(()),
        }
    }

    /// Asks a SELECT, with times in nanoseconds; gives the status and the JSON of the answer.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn select(&self, db: &str, rp: &str, query: &str) -> Result<(u16, String), String> {
        let mut keys = vec![("epoch", "ns")];
        keys.extend([("db", db), ("rp", rp)].into_iter().filter(|(_, value)| !value.is_empty()));
        keys.push(("q", query));
        let url = join(&self.url, &["query"], Some(&form(keys)));
        let mut request = Request { url, headers: Vec::new(), body: String::new() };
        if let Some((user, password)) = &self.login {
            request.login(user, password);
        }
        let reply = self.http.get(&request).map_err(|lost| format!("{}: {}", self.url, lost.error))?;
        Ok((reply.status().as_u16(), http::text(reply, LONGEST)))
    }

    fn post(&self, path: &str, query: &str, body: String) -> Result<String, Undone> {
        let mut request = Request { url: join(&self.url, &[path], Some(query)), headers: Vec::new(), body };
        if let Some((user, password)) = &self.login {
            request.login(user, password);
        }
        let lost = |error: String| Undone { words: format!("{}: {error}", self.url), passing: true };
        let reply = self.http.post(&request).map_err(|e| lost(e.error))?;
        let status = reply.status();
        let text = http::text(reply, ANSWER);
        if status.is_success() {
            return Ok(text);
        }
        let told: Value = serde_json::from_str(&text).unwrap_or_default();
        let words = told.get("error").and_then(Value::as_str).unwrap_or(text.trim());
        let words = format!("{}: {}: {words}", self.url, status.as_u16());
        Err(Undone { words, passing: status.is_server_error() || status.as_u16() == 429 })
    }
}

/// Query and body of the request that writes points.
///
/// # Errors
/// If there is no such unit of time.
pub fn points(write: &Write<'_>) -> Result<(String, String), String> {
    let (unit, name) = unit(write.precision)?;
    let mut body = String::new();
    for (point, time) in write.points.iter() {
        // Writing to a `String` cannot fail.
        let _ = writeln!(body, "{point} {}", time.div_euclid(unit));
    }
    let mut query = vec![("db", write.db), ("precision", name)];
    let more = [("rp", write.rp), ("consistency", write.consistency)];
    query.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
    Ok((form(query), body))
}

/// Nanoseconds of a unit, and its name in requests.
fn unit(precision: &str) -> Result<(i64, &'static str), String> {
    Ok(match precision {
        "n" | "ns" => (1, "ns"),
        "u" | "us" | "µs" => (1_000, "u"),
        "ms" => (1_000_000, "ms"),
        "s" => (1_000_000_000, "s"),
        "m" => (60_000_000_000, "m"),
        "h" => (3_600_000_000_000, "h"),
        other => return Err(format!("time: unknown unit {other:?} in duration \"1{other}\"")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let server = InfluxDb::new("http://u%40:p:w@h:8086/base").expect("a URL");
        assert_eq!(server.url, "http://h:8086/base");
        assert_eq!(server.login, Some(("u@".into(), "p:w".into())));
        for bad in ["localhost:8086", "http://", "http://h?db=x", "file:///x", "http://h h"] {
            assert!(InfluxDb::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn units_that_are_none_are_told() {
        assert_eq!(unit("ms"), Ok((1_000_000, "ms")));
        assert_eq!(unit("d"), Err("time: unknown unit \"d\" in duration \"1d\"".to_owned()));
    }
}
