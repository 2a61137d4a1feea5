//! `/config`: what the API shows of a configuration. Secrets are told as set or not set.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use super::schema::{Section, section, sections};
use super::settings::{Element, Settings, element_id};

/// Where the API has it.
const BASE: &str = "/kapacitor/v1/config";

/// A request that cannot be answered: the status, and the words for the body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Of the answer.
    pub status: u16,
    /// Kapacitor's words.
    pub text: String,
}

impl Refusal {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Refusal {
        Refusal { status, text: text.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What the path of a request names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The section; none for all of them.
    pub section: Option<String>,
    /// The element: empty behind a slash at the end.
    pub element: Option<String>,
}

impl Target {
    /// What stands behind `/kapacitor/v1/config`: nothing, `/smtp`, `/smtp/`, `/influxdb/main`.
    pub fn of_path(rest: &str) -> Target {
        let Some(rest) = rest.strip_prefix('/') else { return Target { section: None, element: None } };
        let mut parts = rest.split('/');
        let (first, second, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        // Kapacitor understands at most two parts.
        let (section, element) = if more.is_some() { ("", None) } else { (first, second) };
        let element = element.filter(|_| !section.is_empty()).map(str::to_owned);
        Target { section: Some(section.to_owned()), element }
    }
}

/// What a `GET` answers.
///
/// # Errors
/// If there is no such section or element, or nothing may be shown.
pub fn show(settings: &Settings, target: &Target) -> Result<Json, Refusal> {
    if !settings.config_override_enabled() {
        return Err(not_enabled());
    }
    let Some(name) = &target.section else { return Ok(all(settings)) };
    if name.is_empty() {
        return Err(Refusal::new(400, "section not specified, do you have an extra trailing '/'?"));
    }
    let unknown = || Refusal::new(404, format!("unknown section: {name}"));
    let section = section(name).filter(|section| section.api).ok_or_else(unknown)?;
    let elements = sorted(settings, section);
    if elements.is_empty() {
        return Err(unknown());
    }
    let Some(id) = &target.element else { return Ok(section_json(section, &elements)) };
    match elements.iter().find(|element| element_id(section, element) == id) {
        Some(element) => Ok(element_json(section, element)),
        None => Err(Refusal::new(404, format!("unknown section/element: {name}/{id}"))),
    }
}

pub(super) fn not_enabled() -> Refusal {
    Refusal::new(403, "config override service is not enabled")
}

fn all(settings: &Settings) -> Json {
    let mut shown: Vec<&Section> = sections().iter().filter(|section| section.api).collect();
    shown.sort_by_key(|section| section.name);
    let mut found = Map::new();
    for section in shown {
        let elements = sorted(settings, section);
        if !elements.is_empty() {
            found.insert(section.name.to_owned(), section_json(section, &elements));
        }
    }
    json!({"link": link(BASE.to_owned()), "sections": found})
}

fn sorted<'s>(settings: &'s Settings, section: &Section) -> Vec<&'s Element> {
    let mut elements: Vec<&Element> = settings.elements(section.name).iter().collect();
    elements.sort_by_key(|element| element_id(section, element));
    elements
}

fn link(href: String) -> Json {
    json!({"rel": "self", "href": href})
}

fn section_json(section: &Section, elements: &[&Element]) -> Json {
    let elements: Vec<Json> = elements.iter().map(|element| element_json(section, element)).collect();
    json!({"link": link(format!("{BASE}/{}", section.name)), "elements": elements})
}

fn element_json(section: &Section, element: &Element) -> Json {
    let redacted: Vec<&str> =
        section.keys.iter().filter(|key| key.is_redacted()).map(|key| key.name).collect();
    let mut options: Vec<(String, Json)> =
        element.values.iter().map(|given| (given.name.to_owned(), given.value.json())).collect();
    options.sort_by(|a, b| a.0.cmp(&b.0));
    let href = format!("{BASE}/{}/{}", section.name, element_id(section, element));
    json!({
        "link": link(href),
        "options": options.into_iter().collect::<Map<_, _>>(),
        "redacted": if redacted.is_empty() { Json::Null } else { Json::from(redacted) },
    })
}
