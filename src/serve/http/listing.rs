//! What lists have in common: their parameters, and which fields of each thing they show.

use serde_json::{Map, Value as Json};

use super::answer::Refusal;
use crate::store::Listing;
use crate::value::quote::quoted;

/// Parameters of a URL, each as often as it was given.
pub(super) type Params = Vec<(String, String)>;

/// The first value of a parameter; empty if there is none.
pub(super) fn first<'p>(params: &'p Params, name: &str) -> &'p str {
    params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// What a client wants to see of a list.
pub(super) struct Wanted {
    pub(super) listing: Listing,
    /// Names of fields in the order of the alphabet.
    fields: Vec<String>,
}

impl Wanted {
    /// Reads the parameters; without a word about fields it is `standard`, of which with `more` any may be named.
    pub(super) fn new(params: &Params, standard: &[&str], more: &[&str]) -> Result<Wanted, Refusal> {
        let mut fields = Vec::new();
        for (_, name) in params.iter().filter(|(key, _)| key == "fields") {
            if !standard.iter().chain(more).any(|known| known == name) {
                return Err(Refusal::bad(format!("unsupported field {}", quoted(name))));
            }
            fields.push(name.clone());
        }
        if fields.is_empty() {
            fields.extend(standard.iter().map(|name| (*name).to_owned()));
        }
        fields.extend(["id".to_owned(), "link".to_owned()]);
        fields.sort();
        fields.dedup();
        let offset = usize::try_from(number(params, "offset", 0)?).unwrap_or(0);
        let (pattern, limit) = (first(params, "pattern").to_owned(), number(params, "limit", 100)?);
        Ok(Wanted { listing: Listing { pattern, offset, limit }, fields })
    }

    /// Whether anybody wants to see one of these fields.
    pub(super) fn any(&self, names: &[&str]) -> bool {
        self.fields.iter().any(|field| names.contains(&field.as_str()))
    }

    /// The fields that are wanted of a thing that has all of them.
    pub(super) fn of(&self, mut whole: Map<String, Json>) -> Json {
        let field = |name: &String| Some((name.clone(), whole.remove(name)?));
        Json::Object(self.fields.iter().filter_map(field).collect())
    }
}

fn number(params: &Params, name: &str, default: i64) -> Result<i64, Refusal> {
    let text = first(params, name);
    if text.is_empty() {
        return Ok(default);
    }
    text.parse().map_err(|_| {
        let text = quoted(text);
        let why = format!("strconv.ParseInt: parsing {text}: invalid syntax");
        Refusal::bad(format!("invalid {name} parameter {text} must be an integer: {why}"))
    })
}

/// One of a few words that a parameter may be; the first if it is not given.
pub(super) fn choice<'w>(params: &Params, name: &str, words: &[&'w str]) -> Result<&'w str, Refusal> {
    let given = first(params, name);
    let known = if given.is_empty() { words.first() } else { words.iter().find(|word| **word == given) };
    known.copied().ok_or_else(|| Refusal::bad(format!("invalid {name} parameter {}", quoted(given))))
}
