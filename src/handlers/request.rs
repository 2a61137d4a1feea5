//! The HTTP request of a `post` handler: what is sent, and what traces show.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::alert_data::{compile, render};
use super::endpoint::{Endpoint, Endpoints};
use super::report::Trouble;
use crate::alert::Event;

/// A POST request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Request {
    pub(super) url: String,
    /// Names in Go's spelling, each once.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// What a `post` handler is configured with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) url: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) headers: &'a [(String, String)],
}

impl Request {
    /// A request with a body of JSON.
    pub(super) fn json(url: impl Into<String>, body: String) -> Request {
        Request { url: url.into(), headers: Vec::new(), body }.with("Content-Type", "application/json")
    }

    /// A request with a form.
    pub(super) fn form(url: impl Into<String>, body: String) -> Request {
        let request = Request { url: url.into(), headers: Vec::new(), body };
        request.with("Content-Type", "application/x-www-form-urlencoded")
    }

    /// The same with another header.
    pub(super) fn with(mut self, name: &str, value: &str) -> Request {
        self.set(name, value);
        self
    }

    /// The same with basic authentication, if there are a user and a password.
    pub(super) fn with_user(self, user: &str, password: &str) -> Request {
        if user.is_empty() || password.is_empty() {
            return self;
        }
        self.with("Authorization", &basic_auth(user, password))
    }

    /// The request for an event. `line` is its JSON with a newline.
    pub(super) fn new(
        target: Target<'_>,
        endpoints: &Endpoints,
        event: &Event,
        line: &str,
    ) -> Result<Request, Trouble> {
        let endpoint = endpoints.get(target.endpoint);
        let url = match endpoint {
            Some(endpoint) => endpoint.url.as_str(),
            None if target.url.is_empty() => return Err(no_url(target.endpoint)),
            None => target.url,
        };
        let body = endpoint.and_then(|endpoint| endpoint.alert_template.as_deref());
        let mut request = Request {
            url: filled("url", url, event)?,
            headers: Vec::new(),
            body: match body {
                Some(template) => filled("alert-template", template, event)?,
                None => line.to_owned(),
            },
        };
        if let Some(endpoint) = endpoint {
            request.endpoint_headers(endpoint);
        }
        for (name, value) in target.headers {
            request.set(name, value);
        }
        if body.is_none() {
            request.set("Content-Type", "application/json");
        }
        Ok(request)
    }

    pub(super) fn endpoint_headers(&mut self, endpoint: &Endpoint) {
        if let Some((user, password)) = &endpoint.basic_auth
            && !user.is_empty()
            && !password.is_empty()
        {
            self.login(user, password);
        }
        for (name, value) in &endpoint.headers {
            self.set(name, value);
        }
    }

    /// Sets the header for a user with a password.
    pub(super) fn login(&mut self, user: &str, password: &str) {
        self.set("Authorization", &basic_auth(user, password));
    }

    /// Sets a header; one that differs in case alone is replaced.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let name = canonical(name);
        match self.headers.iter_mut().find(|(n, _)| *n == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.headers.push((name, value.to_owned())),
        }
    }
}

/// The header's value for a user with a password.
fn basic_auth(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A template with the event's data in it.
fn filled(name: &str, text: &str, event: &Event) -> Result<String, Trouble> {
    let failed = |error: String| Trouble::new(super::post::FAILED, error);
    let template = compile(name, text).map_err(|e| failed(e.to_string()))?;
    render(&template, event).map_err(|e| failed(e.to_string()))
}

fn no_url(endpoint: &str) -> Trouble {
    let error = if endpoint.is_empty() {
        "either a URL or an endpoint is needed".to_owned()
    } else {
        format!("no endpoint `{endpoint}` is configured in `[[httppost]]`, and there is no URL")
    };
    Trouble::new(super::post::FAILED, error)
}

/// A header's name as Go writes it: `x-tEAM` is `X-Team`. A name that is none stays.
fn canonical(name: &str) -> String {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if !name.bytes().all(token) {
        return name.to_owned();
    }
    let mut upper = true;
    let letters = name.chars().map(|c| {
        let letter = if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        upper = c == '-';
        letter
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_are_spelled_as_go_spells_them() {
        let cases = [
            ("x-team", "X-Team"),
            ("X-TEAM", "X-Team"),
            ("content-type", "Content-Type"),
            ("x y", "x y"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(canonical(name), expected, "{name}");
        }
    }
}
