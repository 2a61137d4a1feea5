//! Options by name, from wherever they are given: calls in a script, a handler file, a section of the
//! configuration. A table of keys says what there is; the same table reads all three.

use std::collections::BTreeMap;

use super::event_data;
use super::fields::{Fields, Mistakes};
use crate::pipeline::{Arg, HandlerDef};
use crate::value::Value;

/// What a key holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Text,
    Flag,
    Int,
    /// Nanoseconds.
    Duration,
    /// The last list counts.
    Texts,
    /// Each call adds to the list, and so do the arguments of the handler itself.
    More,
    /// Names with scalars.
    Pairs,
    /// Pairs of a URL and a text, which may be missing.
    Links,
}

/// A key: its names, what it holds and what holds without it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// In files: `icon-emoji`.
    pub(crate) name: &'static str,
    /// In scripts: `iconEmoji`.
    pub(super) call: &'static str,
    pub(crate) shape: Shape,
    /// What a text is without being given.
    pub(crate) text: &'static str,
    /// What a number is without being given.
    pub(crate) int: i64,
    /// What errors call the templates that its texts are; empty if they are none.
    pub(super) template: &'static str,
    /// Whether its text opens doors: it is never shown.
    pub(crate) secret: bool,
}

impl Key {
    const fn new(name: &'static str, shape: Shape) -> Key {
        Key { name, call: name, shape, text: "", int: 0, template: "", secret: false }
    }

    pub(super) const fn text(name: &'static str) -> Key {
        Key::new(name, Shape::Text)
    }

    pub(super) const fn flag(name: &'static str) -> Key {
        Key::new(name, Shape::Flag)
    }

    pub(super) const fn int(name: &'static str) -> Key {
        Key::new(name, Shape::Int)
    }

    pub(super) const fn duration(name: &'static str) -> Key {
        Key::new(name, Shape::Duration)
    }

    pub(super) const fn texts(name: &'static str) -> Key {
        Key::new(name, Shape::Texts)
    }

    pub(super) const fn more(name: &'static str) -> Key {
        Key::new(name, Shape::More)
    }

    pub(super) const fn pairs(name: &'static str) -> Key {
        Key::new(name, Shape::Pairs)
    }

    pub(super) const fn links(name: &'static str) -> Key {
        Key::new(name, Shape::Links)
    }

    /// Scripts spell it so.
    pub(super) const fn call(mut self, call: &'static str) -> Key {
        self.call = call;
        self
    }

    /// The text holds without another.
    pub(super) const fn or(mut self, text: &'static str) -> Key {
        self.text = text;
        self
    }

    /// The number holds without another.
    pub(super) const fn or_int(mut self, int: i64) -> Key {
        self.int = int;
        self
    }

    /// It is never shown.
    pub(super) const fn secret(mut self) -> Key {
        self.secret = true;
        self
    }

    /// Its texts are templates over the event, which Go's errors call so.
    pub(super) const fn template(mut self, name: &'static str) -> Key {
        self.template = name;
        self
    }
}

/// What was given for a key.
#[derive(Clone, PartialEq, Debug)]
enum Given {
    Text(String),
    Flag(bool),
    Int(i64),
    Texts(Vec<String>),
    Pairs(Vec<(String, Value)>),
}

/// Values by the names of their keys; what is not given is empty, or the key's default.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Values(BTreeMap<&'static str, Given>);

impl Values {
    /// What holds when nothing is given.
    pub(super) fn defaults(keys: &[Key]) -> Values {
        let mut values = Values::default();
        for key in keys {
            let given = match key.shape {
                Shape::Text if !key.text.is_empty() => Given::Text(key.text.to_owned()),
                Shape::Int | Shape::Duration if key.int != 0 => Given::Int(key.int),
                _ => continue,
            };
            values.0.insert(key.name, given);
        }
        values
    }

    /// The calls of a script.
    pub(super) fn from_script(keys: &[Key], def: &HandlerDef) -> Values {
        let mut values = Values::defaults(keys);
        if let Some(key) = keys.iter().find(|key| key.shape == Shape::More && !def.args.is_empty()) {
            values.call(key, &def.args);
        }
        for prop in &def.props {
            if let Some(key) = keys.iter().find(|key| key.call == prop.name) {
                values.call(key, &prop.args);
            }
        }
        values
    }

    fn call(&mut self, key: &Key, args: &[Arg]) {
        let texts = || args.iter().filter_map(|arg| text(arg).map(str::to_owned));
        let given = match (key.shape, args.first()) {
            (Shape::Flag, _) => Given::Flag(true),
            // An empty text is the same as none.
            (Shape::Text, Some(Arg::Str(text))) if !text.is_empty() => Given::Text(text.clone()),
            (Shape::Int, Some(Arg::Int(n))) | (Shape::Duration, Some(Arg::Duration(n))) => Given::Int(*n),
            (Shape::Texts, _) => Given::Texts(texts().collect()),
            (Shape::More, _) => Given::Texts(self.texts(key.name).iter().cloned().chain(texts()).collect()),
            (Shape::Pairs, Some(Arg::Str(name))) => self.with_pair(key.name, name, args.get(1), true),
            (Shape::Links, Some(Arg::Str(url))) => self.with_pair(key.name, url, args.get(1), false),
            _ => return,
        };
        self.0.insert(key.name, given);
    }

    /// The pairs of a key and one more; a name that is there already is given anew, if `once`.
    fn with_pair(&self, key: &str, name: &str, value: Option<&Arg>, once: bool) -> Given {
        let value = value.map_or(Value::Null, scalar);
        let mut pairs = self.pairs(key).to_vec();
        match pairs.iter_mut().find(|(n, _)| once && n == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name.to_owned(), value)),
        }
        Given::Pairs(pairs)
    }

    /// The table of a file, or of a section of the configuration.
    pub(super) fn from_fields(keys: &[Key], fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Values {
        let mut values = Values::defaults(keys);
        for (i, key) in keys.iter().enumerate() {
            // A second spelling of scripts.
            if keys.iter().take(i).any(|earlier| earlier.name == key.name) {
                continue;
            }
            if let Some(given) = field(key, fields, mistakes) {
                values.0.insert(key.name, given);
            }
        }
        for (key, name, text) in values.templates(keys) {
            // Texts were checked where their place is known.
            if key.shape != Shape::Text
                && let Err(error) = event_data::compile(name, text)
            {
                let message = format!("`{}` is no template: {}", key.name, error.message());
                mistakes.add(fields.place(), message, None);
            }
        }
        values
    }

    /// A text; empty where none was given.
    pub(super) fn text(&self, key: &str) -> &str {
        match self.0.get(key) {
            Some(Given::Text(text)) => text,
            _ => "",
        }
    }

    pub(super) fn set_text(&mut self, key: &'static str, text: &str) {
        self.0.insert(key, Given::Text(text.to_owned()));
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.0.get(key) == Some(&Given::Flag(true))
    }

    pub(super) fn int(&self, key: &str) -> i64 {
        match self.0.get(key) {
            Some(Given::Int(n)) => *n,
            _ => 0,
        }
    }

    pub(super) fn texts(&self, key: &str) -> &[String] {
        match self.0.get(key) {
            Some(Given::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(super) fn pairs(&self, key: &str) -> &[(String, Value)] {
        match self.0.get(key) {
            Some(Given::Pairs(pairs)) => pairs,
            _ => &[],
        }
    }

    /// Every text that is a template, with its key and its name in errors.
    pub(super) fn templates<'k>(&self, keys: &'k [Key]) -> Vec<(&'k Key, &'static str, &str)> {
        let mut found = Vec::new();
        for key in keys.iter().filter(|key| !key.template.is_empty()) {
            match self.0.get(key.name) {
                Some(Given::Text(text)) => found.push((key, key.template, text.as_str())),
                Some(Given::Texts(texts)) => {
                    found.extend(texts.iter().map(|t| (key, key.template, t.as_str())))
                }
                Some(Given::Pairs(pairs)) => {
                    let links = key.shape == Shape::Links;
                    for (name, value) in pairs {
                        if links {
                            found.push((key, "href", name));
                        }
                        if let Value::Str(text) = value {
                            found.push((key, if links { "text" } else { key.template }, text));
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }
}

fn text(arg: &Arg) -> Option<&str> {
    match arg {
        Arg::Str(text) => Some(text),
        _ => None,
    }
}

/// A value of a pair.
fn scalar(arg: &Arg) -> Value {
    match arg {
        Arg::Str(text) => Value::Str(text.as_str().into()),
        Arg::Int(n) => Value::Int(*n),
        Arg::Float(x) => Value::Float(*x),
        Arg::Bool(b) => Value::Bool(*b),
        Arg::Duration(n) => Value::Duration(*n),
        _ => Value::Null,
    }
}

fn field(key: &Key, fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Option<Given> {
    let name = key.name;
    Some(match key.shape {
        Shape::Text => {
            let text = fields.text(name, mistakes).filter(|text| !text.value.is_empty())?;
            if !key.template.is_empty()
                && let Err(error) = event_data::compile(key.template, &text.value)
            {
                let message = format!("`{name}` is no template: {}", error.message());
                mistakes.add(text.place, message, None);
            }
            Given::Text(text.value)
        }
        Shape::Flag => Given::Flag(fields.bool(name, mistakes)?),
        Shape::Int => Given::Int(fields.int(name, mistakes)?.value),
        Shape::Duration => Given::Int(fields.duration(name, mistakes)?.value),
        Shape::Texts | Shape::More => Given::Texts(fields.texts(name, mistakes)?),
        Shape::Pairs => Given::Pairs(fields.scalars(name, mistakes)?),
        Shape::Links => Given::Pairs(fields.links(name, mistakes)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handlers::tree::from_yaml;
    use crate::pipeline::Prop;
    use crate::text::Span;

    const KEYS: &[Key] = &[
        Key::text("channel").or("#all"),
        Key::text("icon-emoji").call("iconEmoji"),
        Key::flag("quiet"),
        Key::int("tid").call("TID").or_int(1),
        Key::duration("timeout"),
        Key::texts("service").call("services").template("s"),
        Key::more("to"),
        Key::pairs("attributes").call("attribute"),
        Key::links("links").call("link"),
        Key::text("channel").call("room"),
    ];

    fn str(text: &str) -> Arg {
        Arg::Str(text.to_owned())
    }

    fn from_calls(args: Vec<Arg>, calls: Vec<(&'static str, Vec<Arg>)>) -> Values {
        let props = calls.into_iter().map(|(name, args)| Prop { name, args, span: Span::default() });
        let def = HandlerDef { kind: "x", args, props: props.collect(), span: Span::default() };
        Values::from_script(KEYS, &def)
    }

    fn from_text(text: &str) -> (Values, Vec<String>) {
        let root = from_yaml("f", text).expect("YAML").remove(0);
        let mut mistakes = Mistakes::new("f");
        let mut fields = Fields::new("option", &root, &mut mistakes);
        let values = Values::from_fields(KEYS, &mut fields, &mut mistakes);
        fields.finish(&mut mistakes);
        (values, mistakes.into_vec().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn nothing_given_means_the_defaults() {
        let values = from_calls(Vec::new(), Vec::new());
        assert_eq!((values.text("channel"), values.text("icon-emoji")), ("#all", ""));
        assert_eq!((values.int("tid"), values.int("timeout"), values.flag("quiet")), (1, 0, false));
        assert!(values.texts("to").is_empty() && values.pairs("links").is_empty());
        assert_eq!(from_text("{}"), (values, Vec::new()));
    }

    #[test]
    fn scripts_and_files_give_the_same() {
        let calls = vec![
            ("channel", vec![str("#a")]),
            ("room", vec![str("#b")]),
            ("iconEmoji", vec![str(":x:")]),
            ("quiet", Vec::new()),
            ("TID", vec![Arg::Int(7)]),
            ("timeout", vec![Arg::Duration(2_000_000_000)]),
            ("services", vec![str("forgotten")]),
            ("services", vec![str("s"), str("{{ .Name }}")]),
            ("to", vec![str("b")]),
            ("to", vec![str("c")]),
            ("attribute", vec![str("k"), str("old")]),
            ("attribute", vec![str("k"), Arg::Int(1)]),
            ("attribute", vec![str("f"), Arg::Float(0.5)]),
            ("link", vec![str("http://a")]),
            ("link", vec![str("http://a"), str("again")]),
        ];
        let from_script = from_calls(vec![str("a")], calls);
        let text = "channel: '#b'\nicon-emoji: ':x:'\nquiet: true\ntid: 7\ntimeout: 2s\nservice: [s, '{{ .Name }}']\n\
                    to: [a, b, c]\nattributes: {k: 1, f: 0.5}\nlinks:\n- href: http://a\n- {href: http://a, text: again}\n";
        let (from_file, mistakes) = from_text(text);
        assert_eq!(mistakes, Vec::<String>::new());
        assert_eq!(from_file, from_script);
        assert_eq!(from_file.texts("to"), ["a", "b", "c"]);
        let templates = from_file.templates(KEYS).into_iter().map(|(key, name, text)| (key.name, name, text));
        assert_eq!(templates.collect::<Vec<_>>(), [("service", "s", "s"), ("service", "s", "{{ .Name }}")]);
    }

    #[test]
    fn mistakes_of_files_have_their_place() {
        for (text, expected) in [
            ("quiet: yes please", "f:1:8: `quiet`: expected `true` or `false`, found a text"),
            ("attributes: [a]", "f:1:13: `attributes`: expected a table of values, found a list"),
            ("attributes: {a: [b]}", "f:1:17: `a`: expected a single value, found a list"),
            ("links: [{text: a}]", "f:1:9: key of `links` `href` is missing"),
            ("service: ['{{ .Name']", "f:1:1: `service` is no template: unclosed action"),
            ("chanel: a", "f:1:1: unknown option `chanel`; did you mean `channel`?"),
        ] {
            assert_eq!(from_text(text).1, [expected], "{text}");
        }
    }
}
