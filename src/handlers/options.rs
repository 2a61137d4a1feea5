//! The `options` of handler files, for each kind.

use super::alert_data::compile;
use super::fields::{Fields, Mistakes};
use super::file::{Aggregate, FileTarget};
use super::handler::HandlerConfig;
use super::{log, tcp};
use crate::template::{Options as TemplateOptions, Template};

/// Kapacitor's.
const DEFAULT_MESSAGE: &str = "Received {{ .Count }} events in the last {{.Interval}}.";

type Target = Option<FileTarget>;

pub(super) fn exec(fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Target {
    let prog = fields.needed("prog", mistakes);
    let args = fields.texts("args", mistakes).unwrap_or_default();
    let stream = match fields.text("mode", mistakes) {
        Some(mode) if mode.value == "stream" => true,
        Some(mode) => {
            let message = format!("unknown mode `{}`", mode.value);
            let hint = "`stream` keeps one program running; without `mode`, each event starts a program";
            mistakes.add(mode.place, message, Some(hint.to_owned()));
            return None;
        }
        None => false,
    };
    Some(FileTarget::Deliver(HandlerConfig::Exec { prog: prog?.value, args, stream }))
}

pub(super) fn log(fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Target {
    let path = fields.needed("path", mistakes);
    let mode = fields.int("mode", mistakes);
    let path = path?;
    let place = mode.as_ref().map_or(path.place, |mode| mode.place);
    match log::checked(path.value, mode.map_or(log::DEFAULT_MODE, |mode| mode.value)) {
        Ok(config) => Some(FileTarget::Deliver(config)),
        Err(fault) => {
            let place = if fault.prop.is_some() { place } else { path.place };
            mistakes.add(place, fault.message.unwrap_or(fault.text), fault.hint);
            None
        }
    }
}

pub(super) fn tcp(fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Target {
    let address = fields.needed("address", mistakes)?;
    if let Some(fault) = tcp::address_fault(&address.value) {
        let message = format!("`address` is to be `host:port`, not `{}`: {fault}", address.value);
        mistakes.add(address.place, message, None);
        return None;
    }
    Some(FileTarget::Deliver(HandlerConfig::Tcp { address: address.value }))
}

pub(super) fn post(fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Target {
    let url = fields.text("url", mistakes);
    if let Some(url) = &url
        && let Err(error) = compile("url", &url.value)
    {
        mistakes.add(url.place, format!("the URL is no template: {}", error.message()), None);
    }
    let url = url.map(|t| t.value).unwrap_or_default();
    let endpoint = fields.text("endpoint", mistakes).map(|t| t.value).unwrap_or_default();
    let headers = fields.pairs("headers", mistakes).unwrap_or_default();
    let capture_response = fields.bool("capture-response", mistakes).unwrap_or_default();
    let timeout = fields.duration("timeout", mistakes).map_or(0, |t| t.value);
    let skip_ssl_verification = fields.bool("skip-ssl-verification", mistakes).unwrap_or_default();
    if url.is_empty() && endpoint.is_empty() {
        mistakes.add(fields.place(), "option of `post` `url` or `endpoint` is missing".to_owned(), None);
        return None;
    }
    Some(FileTarget::Deliver(HandlerConfig::Post {
        url,
        endpoint,
        headers,
        capture_response,
        timeout,
        skip_ssl_verification,
    }))
}

pub(super) fn publish(fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Target {
    let topics = fields.need("topics", mistakes, |fields, mistakes| {
        fields.texts("topics", mistakes).filter(|topics| !topics.is_empty())
    })?;
    Some(FileTarget::Publish(topics))
}

pub(super) fn aggregate(fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Target {
    let id = fields.needed("id", mistakes);
    let topic = fields.needed("topic", mistakes);
    let message = fields.text("message", mistakes);
    if let Some(message) = &message
        && let Err(error) = Template::parse("message", &message.value, TemplateOptions::default())
    {
        mistakes.add(message.place, format!("the message is no template: {}", error.message()), None);
    }
    let message = message.map_or(DEFAULT_MESSAGE.to_owned(), |t| t.value);
    let interval =
        fields.need("interval", mistakes, |fields, mistakes| fields.duration("interval", mistakes))?;
    if interval.value <= 0 {
        mistakes.add(interval.place, "`interval` must be longer than 0".to_owned(), None);
        return None;
    }
    Some(FileTarget::Aggregate(Aggregate {
        id: id?.value,
        interval: interval.value,
        topic: topic?.value,
        message,
    }))
}
