//! What the API changes: an update becomes an override, which is kept, and overrides become settings.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::convert::convert;
use super::rules::{self, Broken};
use super::schema::{Section, section};
use super::settings::{Element, Settings, element_id};
use super::show::{Refusal, Target, not_enabled};
use crate::value::quote::quoted;

/// What was changed of one element. Its options may be secrets.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// `smtp/`, `influxdb/main`.
    pub id: String,
    /// The new values, by their keys.
    pub options: BTreeMap<String, Json>,
    /// Whether the element is not one of the file, but made by this.
    pub create: bool,
}

impl fmt::Debug for Override {
    /// Without the values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<&String> = self.options.keys().collect();
        f.debug_struct("Override")
            .field("id", &self.id)
            .field("options", &options)
            .field("create", &self.create)
            .finish()
    }
}

impl Override {
    fn parts(&self) -> (&str, &str) {
        self.id.split_once('/').unwrap_or((&self.id, ""))
    }
}

/// The body of a `POST`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Update {
    set: Option<BTreeMap<String, Json>>,
    delete: Option<Vec<String>>,
    add: Option<BTreeMap<String, Json>>,
    remove: Option<Vec<String>>,
}

/// What an update leads to.
#[derive(Clone, PartialEq, Debug)]
pub struct Changed {
    /// The section that its service is to be told of.
    pub section: String,
    /// All overrides from now on.
    pub overrides: Vec<Override>,
    /// What holds from now on.
    pub settings: Settings,
}

/// What a `POST` changes: `stored` are the overrides so far, `base` is the configuration without them. The caller
/// keeps the new ones when services have taken the new settings.
///
/// # Errors
/// What Kapacitor answers, with its status.
pub fn update(
    base: &Settings,
    stored: &[Override],
    target: &Target,
    body: &[u8],
) -> Result<Changed, Refusal> {
    if !base.config_override_enabled() {
        return Err(not_enabled());
    }
    let Some(name) = target.section.as_deref() else {
        return Err(Refusal::new(400, "no section specified"));
    };
    let update: Update =
        serde_json::from_slice(body).map_err(|e| Refusal::new(400, format!("failed to decode JSON:{e}")))?;
    let failed = |text: String| Refusal::new(400, format!("failed to apply update: {text}"));
    update.check(name, target).map_err(|text| failed(format!("invalid update action: {text}")))?;
    let overrides = update.on(stored, name, target.element.as_deref().unwrap_or_default()).map_err(failed)?;
    let of_section = |o: &&Override| o.parts().0 == name;
    let alone: Vec<Override> = overrides.iter().filter(of_section).cloned().collect();
    apply(base, &alone).map_err(|text| Refusal::new(400, text))?;
    let settings = apply(base, &overrides).map_err(|text| Refusal::new(400, text))?;
    if let Some(section) = section(name)
        && let Err((_, Broken { text, .. })) = rules::of_section(section, settings.elements(name))
    {
        let element = target.element.as_deref().unwrap_or_default();
        let text = format!("failed to update configuration {name}/{element}: {text}");
        return Err(Refusal::new(500, text));
    }
    Ok(Changed { section: name.to_owned(), overrides, settings })
}

impl Update {
    fn check(&self, name: &str, target: &Target) -> Result<(), String> {
        let element = target.element.as_deref().unwrap_or_default();
        let word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_+".contains(c));
        if name.is_empty() {
            return Err("must provide section name".to_owned());
        }
        if !word(name) {
            return Err(format!("invalid section name {}", quoted(name)));
        }
        if !word(element) {
            return Err(format!("invalid element name {}", quoted(element)));
        }
        let sets = self.set.as_ref().is_some_and(|set| !set.is_empty())
            || self.delete.as_ref().is_some_and(|delete| !delete.is_empty());
        let (adds, removes) = (self.adds(), self.removes());
        let text = match (adds, removes) {
            _ if sets && (adds || removes) => {
                "cannot provide both set/delete and add/remove actions in the same update"
            }
            (true, _) if !element.is_empty() => {
                "must not provide an element name when adding an a new override"
            }
            (_, true) if !element.is_empty() => "must not provide element when removing an override",
            (false, false) if target.element.is_none() => {
                "element not specified, are you missing a trailing '/'?"
            }
            _ => return Ok(()),
        };
        Err(text.to_owned())
    }

    fn adds(&self) -> bool {
        self.add.as_ref().is_some_and(|add| !add.is_empty())
    }

    fn removes(&self) -> bool {
        self.remove.as_ref().is_some_and(|remove| !remove.is_empty())
    }

    /// The overrides with this one among them.
    fn on(self, stored: &[Override], name: &str, element: &str) -> Result<Vec<Override>, String> {
        let mut overrides = stored.to_vec();
        if self.removes() {
            let gone: Vec<String> =
                self.remove.unwrap_or_default().iter().map(|element| format!("{name}/{element}")).collect();
            overrides.retain(|o| !gone.contains(&o.id));
            return Ok(overrides);
        }
        if self.adds() {
            let added = self.add.unwrap_or_default();
            let id = format!("{name}/{}", added_element(name, &added)?);
            if overrides.iter().any(|o| o.id == id) {
                return Err(format!("cannot add new override, override already exists for {id}"));
            }
            overrides.push(Override { id, options: added, create: true });
            return Ok(overrides);
        }
        let id = format!("{name}/{element}");
        let known = overrides.iter().position(|o| o.id == id);
        let at = known.unwrap_or_else(|| {
            overrides.push(Override { id, options: BTreeMap::new(), create: false });
            overrides.len() - 1
        });
        if let Some(changed) = overrides.get_mut(at) {
            changed.options.extend(self.set.unwrap_or_default());
            for key in self.delete.unwrap_or_default() {
                changed.options.remove(&key);
            }
        }
        Ok(overrides)
    }
}

/// The name of an element that is to be added.
fn added_element(name: &str, added: &BTreeMap<String, Json>) -> Result<String, String> {
    let section = api_section(name).ok_or_else(|| format!("unknown section {}", quoted(name)))?;
    let key = section.element_key();
    if key.is_empty() {
        return Err(format!("section {} is not a list, cannot add new element", quoted(name)));
    }
    match added.get(key) {
        Some(Json::String(element)) => Ok(element.clone()),
        Some(other) => Err(format!("expected {} key to be a string, got {}", quoted(key), go_type(other))),
        None => Err(format!("missing key {} in \"add\" map", quoted(key))),
    }
}

fn go_type(value: &Json) -> &'static str {
    match value {
        Json::Null => "<nil>",
        Json::Bool(_) => "bool",
        Json::Number(_) => "float64",
        Json::String(_) => "string",
        Json::Array(_) => "[]interface {}",
        Json::Object(_) => "map[string]interface {}",
    }
}

fn api_section(name: &str) -> Option<&'static Section> {
    section(name).filter(|section| section.api)
}

/// The configuration with all that was changed.
///
/// # Errors
/// Kapacitor's words for the first override that does not fit.
pub fn apply(base: &Settings, overrides: &[Override]) -> Result<Settings, String> {
    let mut settings = base.clone();
    for changed in overrides {
        let (name, element) = changed.parts();
        let shown = if changed.create { "" } else { element };
        one(&mut settings, changed, name, element)
            .map_err(|text| format!("failed to override configuration {name}/{shown}: {text}"))?;
    }
    for changed in overrides {
        distinct(&settings, changed.parts().0)?;
    }
    Ok(settings)
}

fn one(settings: &mut Settings, changed: &Override, name: &str, id: &str) -> Result<(), String> {
    let all: Vec<&str> = changed.options.keys().map(String::as_str).collect();
    let Some(section) = api_section(name) else {
        return Err(match all.is_empty() {
            true => format!("unknown section {name}"),
            false => unknown(&all, name),
        });
    };
    let elements = settings.sections.entry(section.name).or_default();
    if changed.create {
        let mut new = Element::standard(&section.keys);
        // An element of the file is on unless it says otherwise; one that is added says so itself.
        new.set("enabled", super::setting::Setting::Flag(false));
        elements.push(new);
    }
    let found = match changed.create {
        true => elements.last_mut(),
        false => elements.iter_mut().find(|element| element_id(section, element) == id),
    };
    let Some(element) = found else {
        return if all.is_empty() { Ok(()) } else { Err(unknown(&all, name)) };
    };
    let mut unheard = Vec::new();
    for (option, value) in &changed.options {
        let Some(key) = section.key(option) else {
            unheard.push(option.as_str());
            continue;
        };
        if !changed.create && key.name == section.element_key() {
            return Err(format!("cannot override element key {option}"));
        }
        let before = element.get(key.name).map(|given| given.value.clone());
        let value = convert(key, value, before.as_ref());
        element.set(key.name, value.map_err(|text| format!("cannot set option {option}: {text}"))?);
    }
    if !unheard.is_empty() {
        return Err(unknown(&unheard, name));
    }
    element.given = true;
    rules::of_element(section, element).map_err(|broken| format!("failed validation: {}", broken.text))
}

fn unknown(options: &[&str], section: &str) -> String {
    format!("unknown options [{}] in section {section}", options.join(" "))
}

/// No two elements go by one name.
fn distinct(settings: &Settings, name: &str) -> Result<(), String> {
    let Some(section) = api_section(name) else { return Ok(()) };
    let mut names: Vec<&str> =
        settings.elements(name).iter().map(|element| element_id(section, element)).collect();
    names.sort_unstable();
    match names.windows(2).find_map(|pair| if pair.first() == pair.last() { pair.first() } else { None }) {
        Some(twice) => Err(format!(
            "failed to read sections from configuration object: section {} has duplicate elements: {}",
            quoted(name),
            quoted(twice)
        )),
        None => Ok(()),
    }
}
