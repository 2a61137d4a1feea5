//! One value of the configuration. Secrets have a type of their own, which nothing prints.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::schema::{Key, Kind, Standard};
use super::settings::Element;
use crate::value::duration::push_go;

/// A text that is not to be shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for those who need it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "none" } else { "***" })
    }
}

/// A text or a number.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Scalar {
    Text(String),
    Number(f64),
}

/// What holds for a key.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Setting {
    /// A list or table that is not there.
    Nothing,
    Text(String),
    Secret(Secret),
    Flag(bool),
    Int(i64),
    Float(f64),
    /// Nanoseconds.
    Duration(i64),
    Texts(Vec<String>),
    Named(Vec<(String, Secret)>),
    Scalars(Vec<(String, Scalar)>),
    Lists(Vec<(String, Vec<String>)>),
    Table(Element),
    Tables(Vec<(String, Element)>),
}

impl Setting {
    /// What holds for a key that nobody gives.
    pub(super) fn standard(key: &'static Key) -> Setting {
        let owned = |text: &&str| (*text).to_owned();
        match (key.kind, key.standard) {
            (Kind::Table(keys), _) => Setting::Table(Element::standard(keys)),
            (Kind::Secret, Standard::Text(text)) => Setting::Secret(Secret::new(text)),
            (_, Standard::Text(text)) => Setting::Text(text.to_owned()),
            (_, Standard::Flag(flag)) => Setting::Flag(flag),
            (Kind::Duration, Standard::Int(n)) => Setting::Duration(n),
            (_, Standard::Int(n)) => Setting::Int(n),
            (_, Standard::Float(x)) => Setting::Float(x),
            (_, Standard::Texts(texts)) => Setting::Texts(texts.iter().map(owned).collect()),
            (_, Standard::Scalars(pairs)) => {
                let pairs = pairs.iter().map(|(name, text)| (owned(name), Scalar::Text(owned(text))));
                Setting::Scalars(pairs.collect())
            }
            (_, Standard::Lists(lists)) => {
                let lists =
                    lists.iter().map(|(name, texts)| (owned(name), texts.iter().map(owned).collect()));
                Setting::Lists(lists.collect())
            }
            (kind, Standard::Empty) => Setting::empty(kind),
        }
    }

    fn empty(kind: Kind) -> Setting {
        match kind {
            Kind::Text => Setting::Text(String::new()),
            Kind::Secret => Setting::Secret(Secret::default()),
            Kind::Flag => Setting::Flag(false),
            Kind::Int => Setting::Int(0),
            Kind::Float => Setting::Float(0.0),
            Kind::Duration => Setting::Duration(0),
            _ => Setting::Nothing,
        }
    }

    /// Whether it is what Go calls the zero of its type.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Setting::Nothing => true,
            Setting::Text(text) => text.is_empty(),
            Setting::Secret(secret) => secret.is_empty(),
            Setting::Flag(flag) => !flag,
            Setting::Int(n) | Setting::Duration(n) => *n == 0,
            Setting::Float(x) => *x == 0.0,
            Setting::Table(element) => element.values.iter().all(|given| given.value.is_zero()),
            _ => false,
        }
    }

    /// As the API shows it, which does not ask this of secrets.
    pub(super) fn json(&self) -> Json {
        match self {
            Setting::Nothing | Setting::Tables(_) => Json::Null,
            Setting::Text(text) => Json::from(text.as_str()),
            Setting::Secret(secret) => Json::from(!secret.is_empty()),
            Setting::Flag(flag) => Json::from(*flag),
            Setting::Int(n) => Json::from(*n),
            Setting::Float(x) => number(*x),
            Setting::Duration(n) => Json::from(go_duration(*n)),
            Setting::Texts(texts) => Json::from(texts.as_slice()),
            Setting::Named(pairs) => sorted(pairs, |secret| Json::from(secret.reveal())),
            Setting::Scalars(pairs) => {
                let json = |scalar: &Scalar| match scalar {
                    Scalar::Text(text) => Json::from(text.as_str()),
                    Scalar::Number(x) => number(*x),
                };
                pairs.iter().map(|(name, scalar)| (name.to_lowercase(), json(scalar))).collect()
            }
            Setting::Lists(lists) => sorted(lists, |texts| Json::from(texts.as_slice())),
            Setting::Table(_) => Json::from(!self.is_zero()),
        }
    }
}

/// Go sorts what it holds in a map.
fn sorted<T>(pairs: &[(String, T)], json: impl Fn(&T) -> Json) -> Json {
    let mut pairs: Vec<&(String, T)> = pairs.iter().collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    Json::Object(pairs.into_iter().map(|(name, value)| (name.clone(), json(value))).collect::<Map<_, _>>())
}

/// Go leaves out decimals that are none.
fn number(x: f64) -> Json {
    if x.fract() == 0.0 && x.abs() < 9e15 { Json::from(x as i64) } else { Json::from(x) }
}

/// `1m30s`.
pub(super) fn go_duration(nanoseconds: i64) -> String {
    let mut text = String::new();
    push_go(&mut text, nanoseconds);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let secret = Setting::Named(vec![("Authorization".to_owned(), Secret::new("Bearer x"))]);
        assert_eq!(format!("{secret:?}"), "Named([(\"Authorization\", ***)])");
        assert_eq!(format!("{:?} {:?}", Secret::new(""), Secret::new("x")), "none ***");
    }

    #[test]
    fn values_look_as_go_prints_them() {
        let names = vec![("B".to_owned(), Secret::new("2")), ("A".to_owned(), Secret::new("1"))];
        for (setting, expected) in [
            (Setting::Nothing, "null"),
            (Setting::Duration(90_000_000_000), "\"1m30s\""),
            (Setting::Float(0.0), "0"),
            (Setting::Float(0.25), "0.25"),
            (Setting::Secret(Secret::new("x")), "true"),
            (Setting::Secret(Secret::default()), "false"),
            (Setting::Texts(Vec::new()), "[]"),
            (Setting::Named(names), "{\"A\":\"1\",\"B\":\"2\"}"),
            (Setting::Scalars(vec![("OK".to_owned(), Scalar::Number(5.0))]), "{\"ok\":5}"),
        ] {
            assert_eq!(setting.json().to_string(), expected);
        }
    }
}
