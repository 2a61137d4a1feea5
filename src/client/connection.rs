//! Requests and how they fail.

use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use serde_json::Value as Json;
use ureq::config::RedirectAuthHeaders;
use ureq::http::Response;
use ureq::tls::TlsConfig;
use ureq::{Agent, Body};

use super::Answer;
use super::address::Address;
use crate::handlers::{roots, url};
use crate::text::system_words;

/// How long a connection may take. Answers have all the time they need: a server may be loading.
const CONNECT: Duration = Duration::from_secs(30);

/// As much of an answer that says what was wrong.
const MOST: u64 = 1 << 20;

/// Why a request was not done: a line for people.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(String);

impl Failed {
    /// A reason.
    pub(super) fn new(words: impl Into<String>) -> Failed {
        Failed(words.into())
    }

    /// The same, said what it was for.
    pub(super) fn of(self, what: &str) -> Failed {
        Failed(format!("{what}: {}", self.0))
    }
}

/// A server that can be asked.
pub struct Client {
    agent: Agent,
    address: Address,
}

/// What a request wants.
#[derive(Clone, Copy)]
pub(super) enum Method {
    Post,
    Put,
    Patch,
}

impl Client {
    /// A client for the server at a URL; with `skip_verify` any certificate will do. Nothing is sent yet.
    ///
    /// # Errors
    /// If the URL is not one of a server.
    pub fn new(url: &str, skip_verify: bool) -> Result<Client, String> {
        let address = Address::read(url)?;
        let tls = TlsConfig::builder().root_certs(roots::load()).disable_verification(skip_verify).build();
        // As with Kapacitor's client, no proxy is asked.
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .redirect_auth_headers(RedirectAuthHeaders::SameHost)
            .timeout_connect(Some(CONNECT))
            .proxy(None)
            .user_agent(concat!("tick/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build()
            .new_agent();
        Ok(Client { agent, address })
    }

    /// Asks for what lies at a path.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Failed> {
        // What is still being made is answered with 202.
        decoded(&mut self.ask("GET", path, query, None, &[200, 202])?)
    }

    /// Sends a body and gives the answer.
    pub(super) fn send(&self, method: Method, path: &str, body: &Json, good: u16) -> Result<Answer, Failed> {
        decoded(&mut self.sent(method, path, body, good)?)
    }

    /// Sends a body to which there is no answer.
    pub(super) fn tell(&self, method: Method, path: &str, body: &Json, good: u16) -> Result<(), Failed> {
        self.sent(method, path, body, good).map(|_| ())
    }

    fn sent(&self, method: Method, path: &str, body: &Json, good: u16) -> Result<Response<Body>, Failed> {
        let name = match method {
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
        };
        self.ask(name, path, &[], Some(body.to_string()), &[good])
    }

    /// Takes away what lies at a path.
    pub(super) fn delete(&self, path: &str) -> Result<(), Failed> {
        self.ask("DELETE", path, &[], None, &[204]).map(|_| ())
    }

    /// Opens an answer of any length; with that length where the server says it.
    pub(super) fn open(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<(Option<u64>, impl Read + use<>), Failed> {
        let reply = self.ask("GET", path, query, None, &[200])?;
        let length =
            reply.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        Ok((length, reply.into_body().into_reader()))
    }

    fn ask(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<String>,
        good: &[u16],
    ) -> Result<Response<Body>, Failed> {
        let query = (!query.is_empty()).then(|| url::form(query.to_vec()));
        let mut request = ureq::http::Request::builder().method(method).uri(url::join(
            &self.address.origin,
            &[path],
            query.as_deref(),
        ));
        if let Some(authorization) = &self.address.authorization {
            request = request.header("authorization", authorization);
        }
        let reply = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body);
                self.agent.run(request.map_err(|e| Failed::new(e.to_string()))?)
            }
            None => self.agent.run(request.body(()).map_err(|e| Failed::new(e.to_string()))?),
        };
        let reply = reply.map_err(|error| self.lost(&error))?;
        if good.contains(&reply.status().as_u16()) { Ok(reply) } else { Err(refused(reply)) }
    }

    /// There was no answer.
    fn lost(&self, error: &ureq::Error) -> Failed {
        let origin = &self.address.origin;
        let hint = match error {
            ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
                "; is `tick serve` running? `--url` or KAPACITOR_URL name another server"
            }
            ureq::Error::HostNotFound => "; `--url` or KAPACITOR_URL name the server",
            ureq::Error::Rustls(_) => "; `--skipVerify` takes any certificate",
            ureq::Error::Io(error) if error.to_string().contains("certificate") => {
                "; `--skipVerify` takes any certificate"
            }
            _ => "",
        };
        let words = match error {
            ureq::Error::Io(error) => system_words(error),
            error => system_words(error),
        };
        Failed(format!("no answer from {origin}: {words}{hint}"))
    }
}

/// What the server has against a request, in its own words.
fn refused(reply: Response<Body>) -> Failed {
    let status = reply.status().as_u16();
    let mut body = Vec::new();
    // What came before an error is still worth showing.
    let _ = reply.into_body().into_reader().take(MOST).read_to_end(&mut body);
    let body = String::from_utf8_lossy(&body);
    let json: Json = serde_json::from_str(&body).unwrap_or_default();
    match json.get("error").and_then(Json::as_str) {
        Some(error) if !error.is_empty() => Failed::new(error),
        _ => Failed(format!("invalid response: code {status}: body: {body}")),
    }
}

fn decoded(reply: &mut Response<Body>) -> Result<Answer, Failed> {
    let read = |e: io::Error| Failed(format!("the answer ended early: {}", system_words(e)));
    let mut body = Vec::new();
    reply.body_mut().as_reader().read_to_end(&mut body).map_err(read)?;
    let json = serde_json::from_slice(&body).map_err(|e| Failed(format!("failed to decode JSON: {e}")))?;
    Ok(Answer::new(json))
}
