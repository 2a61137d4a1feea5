//! Sending requests: one client for `post` and for all services that speak HTTP.

use std::fs;
use std::io::Read;
use std::time::{Duration, Instant};

use ureq::http::Response;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::redirect;
use super::report::Trouble;
use super::request::Request;
use super::roots;
use crate::text::system_words;

/// From the lookup of the name to the last byte of the answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// How a server is trusted, and how it may trust us; paths are empty where none is given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Tls {
    /// Any certificate will do.
    pub(super) skip_verification: bool,
    /// The authorities that are trusted instead of the system's.
    pub(super) ca: String,
    /// Our own certificate.
    pub(super) cert: String,
    /// Its key.
    pub(super) key: String,
}

impl Tls {
    fn config(&self) -> Result<TlsConfig, String> {
        let roots = match self.ca.as_str() {
            "" => roots::load(),
            file => RootCerts::new_with_certs(&certificates(file)?),
        };
        Ok(TlsConfig::builder()
            .root_certs(roots)
            .client_cert(self.client()?)
            .disable_verification(self.skip_verification)
            .build())
    }

    fn client(&self) -> Result<Option<ClientCert>, String> {
        match (self.cert.as_str(), self.key.as_str()) {
            ("", "") => Ok(None),
            (cert, key) if !cert.is_empty() && !key.is_empty() => {
                let pem = read(key)?;
                let key = PrivateKey::from_pem(&pem).map_err(|e| format!("{key}: {e}"))?;
                Ok(Some(ClientCert::new_with_certs(&certificates(cert)?, key)))
            }
            // Kapacitor's words.
            ("", _) => Err("Must provide both key and cert files: only key file provided.".to_owned()),
            _ => Err("Must provide both key and cert files: only cert file provided.".to_owned()),
        }
    }
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|e| format!("{file}: {}", system_words(e)))
}

fn certificates(file: &str) -> Result<Vec<Certificate<'static>>, String> {
    let pem = read(file)?;
    let items = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(cert)) => Some(cert),
        _ => None,
    });
    let certificates: Vec<_> = items.collect();
    if certificates.is_empty() {
        return Err(format!("{file}: there is no certificate in it"));
    }
    Ok(certificates)
}

/// A client with its connections.
pub(super) struct Http {
    agent: Agent,
    /// For servers on this machine.
    direct: Agent,
    timeout: Duration,
}

/// A request that was not answered.
pub(super) struct Lost {
    /// Why.
    pub(super) error: String,
    /// There was not enough time.
    pub(super) timed_out: bool,
}

impl Lost {
    /// As the failure of a handler. The URL is shown, so it must hold no secrets.
    pub(super) fn trouble(self, failed: &'static str, url: &str) -> Trouble {
        let trouble = Trouble::new(failed, format!("{url}: {}", self.error));
        if self.timed_out { trouble.timed_out() } else { trouble }
    }
}

impl Http {
    /// A client that waits so long for each answer.
    ///
    /// # Errors
    /// For certificates that cannot be read.
    pub(super) fn new(timeout: Duration, tls: &Tls) -> Result<Http, String> {
        let config = || {
            Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .user_agent(concat!("tick/", env!("CARGO_PKG_VERSION")))
        };
        let tls = tls.config()?;
        let direct = config().tls_config(tls.clone()).proxy(None).build().new_agent();
        let agent = config().tls_config(tls).build().new_agent();
        Ok(Http { agent, direct, timeout })
    }

    /// Sends a request and waits for the head of the answer, wherever it is sent on to.
    pub(super) fn post(&self, request: &Request) -> Result<Response<Body>, Lost> {
        self.follow(request, true)
    }

    /// Asks for what lies at a URL.
    pub(super) fn get(&self, request: &Request) -> Result<Response<Body>, Lost> {
        self.follow(request, false)
    }

    fn follow(&self, request: &Request, mut posts: bool) -> Result<Response<Body>, Lost> {
        let begun = Instant::now();
        let mut url = request.url.clone();
        for _ in 0..=redirect::MOST {
            let left = self.timeout.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(self.late());
            }
            let reply = self.once(request, &url, posts, left).map_err(|error| self.lost(&error))?;
            let location = reply.headers().get("location").and_then(|value| value.to_str().ok());
            let Some((next, keeps)) = redirect::next(reply.status().as_u16(), location, &url) else {
                return Ok(reply);
            };
            (url, posts) = (next, posts && keeps);
        }
        Err(Lost { error: format!("stopped after {} redirects", redirect::MOST), timed_out: false })
    }

    fn once(
        &self,
        request: &Request,
        url: &str,
        posts: bool,
        left: Duration,
    ) -> Result<Response<Body>, ureq::Error> {
        let may_see = |header: &(String, String)| redirect::may_see(&header.0, &request.url, url);
        let mut builder = ureq::http::Request::builder().method(if posts { "POST" } else { "GET" }).uri(url);
        for (name, value) in request.headers.iter().filter(|header| may_see(header)) {
            builder = builder.header(name, value);
        }
        // As with Go's client, no proxy is asked for what is on this machine.
        let agent = if redirect::is_here(url) { &self.direct } else { &self.agent };
        if posts {
            let request = builder.body(request.body.as_bytes())?;
            return agent.run(agent.configure_request(request).timeout_global(Some(left)).build());
        }
        agent.run(agent.configure_request(builder.body(())?).timeout_global(Some(left)).build())
    }

    fn late(&self) -> Lost {
        Lost { error: format!("no answer within {:?}", self.timeout), timed_out: true }
    }

    fn lost(&self, error: &ureq::Error) -> Lost {
        match error {
            ureq::Error::Timeout(_) => self.late(),
            _ => Lost { error: system_words(error), timed_out: false },
        }
    }
}

/// The body of an answer, up to a number of bytes.
pub(super) fn text(mut reply: ureq::http::Response<Body>, limit: usize) -> String {
    let mut body = Vec::new();
    // What came before an error is still worth showing.
    let _ = reply.body_mut().as_reader().take(limit as u64).read_to_end(&mut body);
    String::from_utf8_lossy(&body).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_that_cannot_be_used_are_told() {
        let refused = |tls: Tls| Http::new(TIMEOUT, &tls).err().expect("refused");
        let dir = tempfile::tempdir().expect("folder");
        let empty = dir.path().join("empty").display().to_string();
        fs::write(&empty, "").expect("file");
        let with = |ca: &str, cert: &str, key: &str| Tls {
            skip_verification: false,
            ca: ca.into(),
            cert: cert.into(),
            key: key.into(),
        };
        assert!(refused(with("/no/such/ca", "", "")).starts_with("/no/such/ca: no such file"));
        assert_eq!(refused(with(&empty, "", "")), format!("{empty}: there is no certificate in it"));
        let both = "Must provide both key and cert files: only ";
        assert_eq!(refused(with("", "c", "")), format!("{both}cert file provided."));
        assert_eq!(refused(with("", "", "k")), format!("{both}key file provided."));
        assert!(refused(with("", &empty, &empty)).starts_with(&empty));
    }
}
