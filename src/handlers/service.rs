//! Services: what all kinds of handlers have in common that send a message to a service of the
//! configuration. Each kind is a table of its keys and a function from an event to what is sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::event_data;
use super::handler::HandlerConfig;
use super::http::{self, Http, Tls};
use super::mail::{Mail, Mailer};
use super::report::Trouble;
use super::request::Request;
use super::values::{Key, Values};
use super::worker::Job;
use crate::alert::Event;
use crate::pipeline::{Fault, HandlerDef, HandlerSpec};

/// A kind of service.
#[derive(Debug)]
pub(super) struct ServiceSpec {
    /// As scripts see it. Its `kind` is the name of its section, too.
    pub(super) script: &'static HandlerSpec,
    /// What failed, when an event was not sent: Kapacitor's words.
    pub(super) failed: &'static str,
    /// What Kapacitor puts before errors of templates when a task starts; empty where it reads them only
    /// when an event comes.
    pub(super) creating: &'static str,
    /// What handlers may say.
    pub(super) options: &'static [Key],
    /// What its section may say, besides [`COMMON`].
    pub(super) section: &'static [Key],
    /// Whether there may be several sections, each a workspace.
    pub(super) workspaces: bool,
    /// Whether `global` makes all alerts tell changes only, even if nobody asks for it.
    pub(super) global_changes_only: bool,
    /// How an event is sent.
    pub(super) way: Way,
}

/// How an event is sent.
#[derive(Debug)]
pub(super) enum Way {
    Http(Exchange),
    Mail(fn(&Service, &Event) -> Result<Mail, String>),
}

/// A request and how its answer is read.
#[derive(Debug)]
pub(super) struct Exchange {
    /// What is sent for an event.
    pub(super) request: fn(&Service, &Event) -> Result<Request, String>,
    /// What means that it was taken.
    pub(super) accepted: &'static [u16],
    /// What another status and its body mean.
    pub(super) refused: fn(u16, &str) -> String,
}

/// Keys that sections of all services may have.
pub(super) const COMMON: &[Key] = &[Key::flag("enabled")];

/// What is sent for an event.
pub(super) enum Message {
    Request(Request),
    Mail(Mail),
}

/// A handler that sends to a service: its options, and the section of the configuration.
#[derive(Clone)]
pub struct Service {
    pub(super) spec: &'static ServiceSpec,
    options: Values,
    section: Arc<Section>,
}

/// What the configuration says of a service.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Section {
    /// It is enabled.
    On(Values),
    /// Why nothing can be sent: Kapacitor's words.
    Off(&'static str),
}

impl PartialEq for Service {
    fn eq(&self, other: &Service) -> bool {
        (self.name(), &self.options, &self.section) == (other.name(), &other.options, &other.section)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Sections hold secrets.
        f.debug_struct("Service")
            .field("kind", &self.name())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Service {
    pub(super) fn new(spec: &'static ServiceSpec, options: Values, section: Arc<Section>) -> Service {
        Service { spec, options, section }
    }

    /// As scripts and traces spell it.
    pub(super) fn name(&self) -> &'static str {
        self.spec.script.name
    }

    /// A text of the handler, or else of the section.
    pub(super) fn text(&self, key: &str) -> &str {
        match self.options.text(key) {
            "" => self.config(key),
            text => text,
        }
    }

    /// What the handler says.
    pub(super) fn option(&self, key: &str) -> &str {
        self.options.text(key)
    }

    /// What the handler says, all of it.
    pub(super) fn options(&self) -> &Values {
        &self.options
    }

    /// A text of the section.
    pub(super) fn config(&self, key: &str) -> &str {
        self.section().map_or("", |section| section.text(key))
    }

    /// A flag of the section.
    pub(super) fn config_flag(&self, key: &str) -> bool {
        self.section().is_some_and(|section| section.flag(key))
    }

    /// A list of the handler, or else one of the section.
    pub(super) fn texts(&self, option: &str, key: &str) -> &[String] {
        match (self.options.texts(option), self.section()) {
            ([], Some(section)) => section.texts(key),
            (texts, _) => texts,
        }
    }

    pub(super) fn section(&self) -> Option<&Values> {
        match &*self.section {
            Section::On(values) => Some(values),
            Section::Off(_) => None,
        }
    }

    /// What is sent for an event.
    ///
    /// # Errors
    /// What the handler logs instead.
    pub(super) fn message(&self, event: &Event) -> Result<Message, Trouble> {
        if let Section::Off(why) = &*self.section {
            return Err(self.off(why));
        }
        let message = match &self.spec.way {
            Way::Http(exchange) => (exchange.request)(self, event).map(Message::Request),
            Way::Mail(mail) => mail(self, event).map(Message::Mail),
        };
        message.map_err(|error| Trouble::new(self.spec.failed, error))
    }

    fn off(&self, why: &str) -> Trouble {
        let name = self.spec.script.kind;
        let section = if self.spec.workspaces { format!("[[{name}]]") } else { format!("[{name}]") };
        let hint = format!("`{section}` with `enabled = true` belongs in the file given with `--config`");
        Trouble::new(self.spec.failed, why).with("hint", hint)
    }

    /// Sends event after event.
    pub(super) async fn work(self, job: &Job) {
        let failed = self.spec.failed;
        match &self.spec.way {
            Way::Http(exchange) => {
                let http = Http::new(job.shared.options.request_timeout, &self.tls());
                job.each_blocking(failed, move |payload, shared| {
                    let Message::Request(request) = self.message(&payload.event)? else { return Ok(()) };
                    let http = http.as_ref().map_err(|e| Trouble::new(failed, e.as_str()))?;
                    exchange.send(http, &request, failed, shared.options.output_limit)
                })
                .await;
            }
            Way::Mail(_) => {
                let mailer =
                    self.section().map(|section| Mailer::new(section, job.shared.options.request_timeout));
                job.each_blocking(failed, move |payload, _| {
                    let (Message::Mail(mail), Some(mailer)) = (self.message(&payload.event)?, &mailer) else {
                        return Ok(());
                    };
                    let mailer = mailer.as_ref().map_err(|e| Trouble::new(failed, e.as_str()))?;
                    mailer.send(&mail).map_err(|lost| lost.trouble(failed, mailer.server()))
                })
                .await;
            }
        }
    }

    fn tls(&self) -> Tls {
        Tls {
            skip_verification: self.config_flag("insecure-skip-verify"),
            ca: self.config("ssl-ca").to_owned(),
            cert: self.config("ssl-cert").to_owned(),
            key: self.config("ssl-key").to_owned(),
        }
    }
}

impl Exchange {
    fn send(
        &self,
        http: &Http,
        request: &Request,
        failed: &'static str,
        limit: usize,
    ) -> Result<(), Trouble> {
        let reply = http.post(request).map_err(|lost| lost.trouble(failed, server(&request.url)))?;
        let status = reply.status().as_u16();
        if self.accepted.contains(&status) {
            return Ok(());
        }
        let error = (self.refused)(status, http::text(reply, limit).trim_end());
        Err(Trouble::new(failed, error).with("code", status.to_string()))
    }
}

/// A URL without its path and query, which may hold keys.
fn server(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?'])).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or_default()
}

/// What most services say: a text under a key of a JSON object.
pub(super) fn said(service: &str, key: &str, code: u16, body: &str) -> String {
    let answer: Option<serde_json::Value> = serde_json::from_str(body).ok();
    match answer.as_ref().and_then(|answer| answer.get(key)?.as_str()) {
        Some(text) => text.to_owned(),
        None => format!("failed to understand {service} response. code: {code} content: {body}"),
    }
}

/// The check that is made when a task starts.
///
/// # Errors
/// For the first template that is none.
pub(super) fn start(spec: &'static ServiceSpec, def: &HandlerDef) -> Result<(), Fault> {
    let options = Values::from_script(spec.options, def);
    if spec.creating.is_empty() {
        return Ok(());
    }
    for (key, name, text) in options.templates(spec.options) {
        if let Err(error) = event_data::compile(name, text) {
            let message = format!("`{}` is no template: {}", key.call, error.message());
            return Err(Fault::new(format!("{}: {error}", spec.creating)).message(message));
        }
    }
    Ok(())
}

impl From<Service> for HandlerConfig {
    fn from(service: Service) -> HandlerConfig {
        HandlerConfig::Service(service)
    }
}

/// How long an answer is waited for, where nobody says otherwise.
pub(super) const REQUEST_TIMEOUT: Duration = http::TIMEOUT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_show_no_keys() {
        for (url, shown) in [
            ("https://h:1/bot123:abc/send?x=y", "https://h:1"),
            ("http://h?auth_token=t", "http://h"),
            ("http://h", "http://h"),
            ("", ""),
        ] {
            assert_eq!(server(url), shown);
        }
    }

    #[test]
    fn answers_are_read_where_they_are_json() {
        for (body, expected) in [
            (r#"{"error":"no room","x":1}"#, "no room"),
            (
                r#"{"message":"m"}"#,
                r#"failed to understand Slack response. code: 404 content: {"message":"m"}"#,
            ),
            ("no_team", "failed to understand Slack response. code: 404 content: no_team"),
            ("", "failed to understand Slack response. code: 404 content: "),
            ("[1]", "failed to understand Slack response. code: 404 content: [1]"),
        ] {
            assert_eq!(said("Slack", "error", 404, body), expected);
        }
    }
}
