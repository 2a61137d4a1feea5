//! What makes the section of a service invalid, in Kapacitor's words.

use super::rules::{Broken, Verdict, certificates, refuse};
use super::settings::Element;
use crate::value::quote::quoted;

/// What the section of a service must have as soon as it is enabled, and what Kapacitor says without.
const NEEDED: &[(&str, &str, &str)] = &[
    ("alerta", "url", "must specify url"),
    ("bigpanda", "url", "must specify the BigPanda webhook URL"),
    ("bigpanda", "app-key", "must specify BigPanda app-key"),
    ("bigpanda", "token", "must specify BigPanda token"),
    ("discord", "url", "Must specify the Discord channel webhook URL"),
    ("hipchat", "url", "must specify url"),
    ("opsgenie", "api-key", "api-key cannot be empty"),
    ("opsgenie2", "api-key", "api-key cannot be empty"),
    ("pushover", "token", "must specify token"),
    ("pushover", "user-key", "must specify user key"),
    ("pushover", "url", "must specify url"),
    ("sensu", "addr", "must specify client address"),
    ("servicenow", "url", "must specify Alerts URL"),
    ("slack", "url", "must specify url"),
    ("smtp", "from", "must provide a 'from' address"),
    ("snmptrap", "addr", "must specify addr"),
    ("talk", "url", "must specify url"),
    ("teams", "channel-url", "must specify Teams channel webhook URL"),
    ("telegram", "url", "must specify url"),
    ("telegram", "token", "must specify token"),
    ("zenoss", "url", "must specify events URL"),
    ("mqtt", "url", "must specify a url for mqtt service"),
    ("kafka", "id", "id must not be empty"),
];

/// What must never be empty.
const ALWAYS: &[(&str, &str, &str)] = &[
    ("mqtt", "name", "must specify a name for the mqtt broker"),
    ("opsgenie", "url", "url cannot be empty"),
    ("opsgenie", "recovery_url", "recovery_url cannot be empty"),
    ("opsgenie2", "url", "url cannot be empty"),
    ("opsgenie2", "recovery_action", "recovery_action cannot be empty"),
    ("pagerduty", "url", "url cannot be empty"),
    ("pagerduty2", "url", "url cannot be empty"),
    ("smtp", "host", "host cannot be empty"),
    ("victorops", "url", "url cannot be empty"),
];

/// Whether one section of a service is valid by itself.
pub(super) fn of_element(name: &str, element: &Element) -> Verdict {
    let enabled = element.flag("enabled");
    let needed = NEEDED.iter().filter(|_| enabled);
    for (section, key, words) in ALWAYS.iter().chain(needed) {
        if *section == name && element.text(key).is_empty() {
            return refuse(key, *words);
        }
    }
    match name {
        "smtp" => smtp(element),
        "kafka" if enabled && element.texts("brokers").is_empty() => {
            refuse("brokers", "no brokers specified, must provide at least one broker URL")
        }
        "slack" | "discord" | "kafka" | "mqtt" => certificates(element),
        _ => Ok(()),
    }
}

fn smtp(element: &Element) -> Verdict {
    let port = element.int("port");
    if port <= 0 {
        return refuse("port", format!("invalid port {port}"));
    }
    if element.int("idle-timeout") < 0 {
        return refuse("idle-timeout", "idle timeout must be positive");
    }
    let from = element.text("from");
    if !from.is_empty() && !from.contains('@') {
        return refuse("from", format!("invalid from email address: {}", quoted(from)));
    }
    match element.texts("to").iter().find(|to| !to.contains('@')) {
        Some(to) => refuse("to", format!("invalid to email address: {}", quoted(to))),
        None => Ok(()),
    }
}

/// Several workspaces: each has a name, one is the default, and only that one is for all alerts.
pub(super) fn workspaces(service: &str, elements: &[Element]) -> Result<(), (usize, Broken)> {
    let alone = elements.len() == 1;
    for (i, element) in elements.iter().enumerate() {
        let broken = |key, text: &str| Err((i, Broken { key, text: text.to_owned() }));
        let default = alone || element.flag("default");
        if !alone && element.text("workspace").is_empty() {
            return broken("workspace", "id must not be empty");
        }
        if element.flag("global") && !default {
            return broken("global", "only the default config may be assigned as global");
        }
        if element.flag("state-changes-only") && !(default && element.flag("global")) && !alone {
            let text = "stateChangesOnly may only be assigned when the config is both default and global";
            return broken("state-changes-only", text);
        }
    }
    if !alone && !elements.is_empty() && !elements.iter().any(|element| element.flag("default")) {
        let text = format!("at least one {service} config must be set as default");
        return Err((0, Broken { key: "default", text }));
    }
    Ok(())
}

/// Several brokers: one is the default.
pub(super) fn brokers(elements: &[Element]) -> Result<(), (usize, Broken)> {
    let mut defaults = elements.iter().enumerate().filter(|(_, element)| element.flag("default"));
    let broken = |at, text: &str| Err((at, Broken { key: "default", text: text.to_owned() }));
    match (defaults.next(), defaults.next()) {
        (_, Some((at, _))) => broken(at, "more than one configuration is marked as the default"),
        (None, _) if elements.len() > 1 => broken(0, "no configuration is marked as the default"),
        _ => Ok(()),
    }
}
