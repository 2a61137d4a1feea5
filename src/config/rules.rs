//! What makes a configuration invalid, in Kapacitor's words.

use super::rules_services as services;
use super::schema::{Section, sections};
use super::settings::{Element, Settings};
use crate::handlers::FileError;
use crate::value::quote::quoted;

/// Why something is refused: the key that is to blame, and the words.
pub(super) struct Broken {
    pub(super) key: &'static str,
    pub(super) text: String,
}

/// What a rule finds.
pub(super) type Verdict = Result<(), Broken>;

/// Refuses.
pub(super) fn refuse(key: &'static str, text: impl Into<String>) -> Verdict {
    Err(Broken { key, text: text.into() })
}

/// Everything that is wrong, the first for each element, as Kapacitor has it.
pub(super) fn broken(settings: &Settings) -> Vec<FileError> {
    let mut found = Vec::new();
    for section in sections() {
        let elements = settings.elements(section.name);
        let before = found.len();
        for element in elements {
            if let Err(Broken { key, text }) = of_element(section, element) {
                found.push(settings.invalid(section.name, element.place_of(key), &text));
            }
        }
        if found.len() > before {
            continue;
        }
        if let Err((at, Broken { key, text })) = of_section(section, elements) {
            let place = elements.get(at).and_then(|element| element.place_of(key));
            found.push(settings.invalid(section.name, place, &text));
        }
    }
    found
}

impl Settings {
    /// What a server needs besides, and nobody else: a place for its files.
    pub fn lacking(&self) -> Option<FileError> {
        self.data_dir().is_empty().then(|| FileError {
            hint: Some("write `data_dir = \"/var/lib/kapacitor\"` before the first section".to_owned()),
            ..self.invalid("", None, "must configure valid data dir")
        })
    }
}

/// Whether one element is valid by itself.
pub(super) fn of_element(section: &Section, element: &Element) -> Verdict {
    let text = |key| element.text(key);
    match section.name {
        "" if text("hostname").is_empty() => refuse("hostname", "must configure valid hostname"),
        "http" => http(element),
        "tls" => tls(element),
        "replay" if text("dir").is_empty() => refuse("dir", "must specify dir"),
        "storage" if text("boltdb").is_empty() => refuse("boltdb", "must specify storage 'boltdb' path"),
        "load" if element.flag("enabled") && !text("dir").starts_with('/') => {
            refuse("dir", "dir must be an absolute path")
        }
        "logging" => logging(element),
        "auth" if element.flag("enabled") && element.int("bcrypt-cost") < 4 => {
            let cost = element.int("bcrypt-cost");
            refuse("bcrypt-cost", format!("must provide a bcrypt cost >= 4, got {cost}"))
        }
        "influxdb" => influxdb(element),
        "httppost" => httppost(element),
        name => services::of_element(name, element),
    }
}

/// Whether the elements of a section fit each other; the number of the one that does not.
pub(super) fn of_section(section: &Section, elements: &[Element]) -> Result<(), (usize, Broken)> {
    match section.name {
        "influxdb" => influxdbs(elements),
        "slack" => services::workspaces("Slack", elements),
        "discord" => services::workspaces("Discord", elements),
        "mqtt" => services::brokers(elements),
        _ => Ok(()),
    }
}

fn http(element: &Element) -> Verdict {
    let address = element.text("bind-address");
    let wrong = |text: String| refuse("bind-address", format!("invalid http bind address {text}"));
    let Some((host, port)) = address.rsplit_once(':') else {
        return wrong(format!("{address}: address {address}: missing port in address"));
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    if host.contains(':') && !bracketed {
        return wrong(format!("{address}: address {address}: too many colons in address"));
    }
    match port.parse::<i64>() {
        Err(_) => wrong(format!("port {port}: strconv.ParseInt: parsing {}: invalid syntax", quoted(port))),
        Ok(n) if !(0..=65535).contains(&n) => wrong(format!("port {n}: out of range")),
        Ok(_) => Ok(()),
    }
}

fn tls(element: &Element) -> Verdict {
    for key in ["min-version", "max-version"] {
        let version = element.text(key).to_lowercase();
        let number = version.strip_prefix("tls").unwrap_or(&version);
        if !["", "1.0", "1.1", "1.2", "1.3"].contains(&number) {
            let known = "tls1.0, tls1.1, tls1.2, tls1.3";
            return refuse(
                key,
                format!("unknown TLS version: {}. available versions: {known}", quoted(&version)),
            );
        }
    }
    Ok(())
}

fn logging(element: &Element) -> Verdict {
    let level = element.text("level");
    if ["DEBUG", "INFO", "ERROR", "WARN", "OFF"].contains(&level.to_uppercase().as_str()) {
        return Ok(());
    }
    refuse("level", format!("invalid log level {}: use DEBUG, INFO or ERROR", quoted(level)))
}

fn influxdb(element: &Element) -> Verdict {
    let name = element.text("name");
    if name.is_empty() {
        return refuse("name", "influxdb cluster must be given a name");
    }
    if !name.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || "-._".contains(c)) {
        let text = "influxdb cluster name must contain only numbers, letters or '.', '-', and '_' characters";
        return refuse("name", text);
    }
    if element.texts("urls").is_empty() {
        return refuse("urls", "must specify at least one InfluxDB URL");
    }
    certificates(element)?;
    let mode = element.text("subscription-mode");
    if !["cluster", "server"].contains(&mode) {
        return refuse("subscription-mode", format!("unknown subscription mode {}", quoted(mode)));
    }
    let protocol = element.text("subscription-protocol");
    if !["http", "https", "udp"].contains(&protocol) {
        let text = "invalid subscription protocol, must be one of 'udp', 'http' or 'https', got";
        return refuse("subscription-protocol", format!("{text} {}", quoted(protocol)));
    }
    Ok(())
}

/// A certificate and its key come together.
pub(super) fn certificates(element: &Element) -> Verdict {
    let only = |what| format!("Must provide both key and cert files: only {what} file provided.");
    match (element.text("ssl-cert"), element.text("ssl-key")) {
        ("", "") => Ok(()),
        (_, "") => refuse("ssl-cert", only("cert")),
        ("", _) => refuse("ssl-key", only("key")),
        _ => Ok(()),
    }
}

fn influxdbs(elements: &[Element]) -> Result<(), (usize, Broken)> {
    let (mut default, mut enabled) = (None, 0);
    for (i, element) in elements.iter().enumerate() {
        let broken = |key, text| Err((i, Broken { key, text }));
        let name = element.text("name");
        if elements.iter().take(i).any(|earlier| earlier.text("name") == name) {
            return broken("name", format!("duplicate name {} for influxdb configs", quoted(name)));
        }
        if !element.flag("enabled") {
            continue;
        }
        enabled += 1;
        match default {
            Some(other) if element.flag("default") => {
                let text = format!("More than one InfluxDB default was specified: {name} {other}");
                return broken("default", text);
            }
            None if element.flag("default") => default = Some(name),
            _ => {}
        }
    }
    if enabled > 1 && default.is_none() {
        let text = "at least one of the enabled InfluxDB clusters must be marked as default.".to_owned();
        return Err((0, Broken { key: "default", text }));
    }
    Ok(())
}

fn httppost(element: &Element) -> Verdict {
    let text = |key| element.text(key);
    if text("endpoint").is_empty() {
        return refuse("endpoint", "must specify endpoint name");
    }
    if text("url").is_empty() {
        return refuse("url", "must specify url");
    }
    for (inline, file) in [("alert-template", "alert-template-file"), ("row-template", "row-template-file")] {
        if !text(inline).is_empty() && !text(file).is_empty() {
            return refuse(file, format!("must specify only one of {inline} and {file}"));
        }
        if !text(file).is_empty() && !text(file).starts_with('/') {
            return refuse(file, format!("must use an absolute path for {file}"));
        }
    }
    Ok(())
}
