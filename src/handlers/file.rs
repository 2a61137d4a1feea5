//! Handler files: `topic`, `id`, `kind`, `match` and `options`, in YAML or JSON.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::fields::{Fields, Mistakes, list};
use super::handler::HandlerConfig;
use super::sections::Services;
use super::tree::{At, FileError, Node, Place, from_json, from_yaml};
use super::values::Values;
use super::{SERVICES, SPECS, options};
use crate::text::suggest::nearest;
use crate::text::system_words;

/// A handler that a file declares on a topic.
#[derive(Clone, PartialEq, Debug)]
pub struct HandlerFile {
    /// The file, as the user named it.
    pub file: String,
    /// Where the handler starts.
    pub place: Place,
    /// The topic whose events it gets.
    pub topic: String,
    /// Unique within the topic.
    pub id: String,
    /// Which events: a lambda expression without `lambda:`.
    pub matching: Option<Matching>,
    /// What it does.
    pub target: FileTarget,
}

/// A match expression with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Matching {
    /// The expression.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// What the handler of a file does.
#[derive(Clone, PartialEq, Debug)]
pub enum FileTarget {
    /// Act outside.
    Deliver(HandlerConfig),
    /// Hand the event to these topics.
    Publish(Vec<String>),
    /// Gather events and send one for all.
    Aggregate(Aggregate),
}

/// Options of `aggregate`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aggregate {
    /// Id of the events it makes.
    pub id: String,
    /// How long it gathers, in nanoseconds; above 0.
    pub interval: i64,
    /// Where its events go.
    pub topic: String,
    /// Go template.
    pub message: String,
}

/// Reads handler files, and those in folders (`*.yaml`, `*.yml`, `*.json`, by name).
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn load(paths: &[PathBuf], services: &Services) -> Result<Vec<HandlerFile>, Vec<FileError>> {
    let (mut handlers, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match files(path) {
            Ok(files) => {
                for file in files {
                    match read(&file, services) {
                        Ok(found) => handlers.extend(found),
                        Err(found) => errors.extend(found),
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    errors.extend(doubles(&handlers));
    if errors.is_empty() { Ok(handlers) } else { Err(errors) }
}

/// Reads the handlers of one text. The name says whether it is JSON.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: &str, services: &Services) -> Result<Vec<HandlerFile>, Vec<FileError>> {
    let json = name.to_ascii_lowercase().ends_with(".json");
    let documents = if json { from_json(name, text) } else { from_yaml(name, text) };
    let documents = documents.map_err(|e| vec![e])?;
    let mut mistakes = Mistakes::new(name);
    let present = documents.iter().filter(|d| d.value != Node::Null);
    let handlers: Vec<_> =
        present.filter_map(|document| handler(name, document, services, &mut mistakes)).collect();
    if handlers.is_empty() && mistakes.is_empty() {
        mistakes.add(Place { line: 1, column: 1 }, "the file declares no handler".to_owned(), None);
    }
    if mistakes.is_empty() { Ok(handlers) } else { Err(mistakes.into_vec()) }
}

fn whole_file(path: &Path, message: String) -> FileError {
    FileError { file: path.display().to_string(), place: None, message, hint: None }
}

/// A file itself, or the handler files of a folder.
fn files(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    let unreadable = |e: std::io::Error| whole_file(path, format!("cannot be read: {}", system_words(e)));
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return if is_handler_file(path) {
            Ok(vec![path.to_owned()])
        } else {
            Err(whole_file(path, "a handler file ends in `.yaml`, `.yml` or `.json`".to_owned()))
        };
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if is_handler_file(&file) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        let message = "no handler file in this folder: they end in `.yaml`, `.yml` or `.json`";
        return Err(whole_file(path, message.to_owned()));
    }
    files.sort();
    Ok(files)
}

fn is_handler_file(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    matches!(extension.as_deref(), Some("yaml" | "yml" | "json"))
}

fn read(path: &Path, services: &Services) -> Result<Vec<HandlerFile>, Vec<FileError>> {
    let bytes =
        fs::read(path).map_err(|e| vec![whole_file(path, format!("cannot be read: {}", system_words(e)))])?;
    let text = String::from_utf8(bytes).map_err(|_| vec![whole_file(path, "is not UTF-8".to_owned())])?;
    parse(&path.display().to_string(), &text, services)
}

/// Handlers whose topic and id another one has already.
fn doubles(handlers: &[HandlerFile]) -> Vec<FileError> {
    let mut first: HashMap<(&str, &str), &HandlerFile> = HashMap::new();
    let mut errors = Vec::new();
    for handler in handlers {
        if let Some(other) = first.get(&(handler.topic.as_str(), handler.id.as_str())) {
            errors.push(FileError {
                file: handler.file.clone(),
                place: Some(handler.place),
                message: format!("topic `{}` has a handler `{}` already", handler.topic, handler.id),
                hint: Some(format!("the other is in {}:{}", other.file, other.place.line)),
            });
        } else {
            first.insert((&handler.topic, &handler.id), handler);
        }
    }
    errors
}

fn handler(
    file: &str,
    document: &At<Node>,
    services: &Services,
    mistakes: &mut Mistakes,
) -> Option<HandlerFile> {
    let mut fields = Fields::new("key", document, mistakes);
    if !matches!(document.value, Node::Table(_)) {
        return None;
    }
    let topic = fields.needed("topic", mistakes).filter(|t| name_is_good("topic", t, true, mistakes));
    let id = fields.needed("id", mistakes).filter(|id| name_is_good("id", id, false, mistakes));
    let kind = fields.needed("kind", mistakes);
    let matching = fields.text("match", mistakes).filter(|m| !m.value.trim().is_empty());
    let given = fields.take("options");
    let place = fields.place();
    fields.finish(mistakes);
    let target = target(&kind?, given, place, services, mistakes);
    Some(HandlerFile {
        file: file.to_owned(),
        place,
        topic: topic?.value,
        id: id?.value,
        matching: matching.map(|m| Matching { text: m.value, place: m.place }),
        target: target?,
    })
}

/// Letters, digits, `-`, `.` and `_`; topics also `:`.
fn name_is_good(key: &str, name: &At<String>, colon: bool, mistakes: &mut Mistakes) -> bool {
    let allowed =
        |c: char| c.is_alphabetic() || c.is_ascii_digit() || "-._".contains(c) || (colon && c == ':');
    let good = name.value.chars().all(allowed);
    if !good {
        let colon = if colon { "`:`, " } else { "" };
        let message =
            format!("`{key}` may hold letters, digits, {colon}`-`, `.` and `_`, not `{}`", name.value);
        mistakes.add(name.place, message, None);
    }
    good
}

fn target(
    kind: &At<String>,
    given: Option<&At<Node>>,
    place: Place,
    services: &Services,
    mistakes: &mut Mistakes,
) -> Option<FileTarget> {
    let what = format!("option of `{}`", kind.value);
    let mut fields = match given {
        Some(node) => Fields::new(&what, node, mistakes),
        None => Fields::empty(&what, place),
    };
    let target = match kind.value.as_str() {
        "exec" => options::exec(&mut fields, mistakes),
        "log" => options::log(&mut fields, mistakes),
        "tcp" => options::tcp(&mut fields, mistakes),
        "post" => options::post(&mut fields, mistakes),
        "publish" => options::publish(&mut fields, mistakes),
        "aggregate" => options::aggregate(&mut fields, mistakes),
        other => match SERVICES.iter().find(|spec| spec.script.kind == other) {
            Some(spec) => {
                let values = Values::from_fields(spec.options, &mut fields, mistakes);
                Some(FileTarget::Deliver(services.handler(spec, values).into()))
            }
            None => return unsupported(other, kind.place, mistakes),
        },
    };
    fields.finish(mistakes);
    target
}

/// Kinds that are checked, but cannot act yet. Their options are not looked at.
fn unsupported(kind: &str, place: Place, mistakes: &mut Mistakes) -> Option<FileTarget> {
    if let Some(spec) = SPECS.iter().find(|spec| spec.kind == kind) {
        return Some(FileTarget::Deliver(HandlerConfig::Unsupported { kind: spec.name }));
    }
    let mut kinds: Vec<&str> = SPECS.iter().map(|spec| spec.kind).chain(["publish", "aggregate"]).collect();
    kinds.sort_unstable();
    let hint = match nearest(kind, kinds.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", list(&kinds)),
    };
    mistakes.add(place, format!("unknown kind `{kind}`"), Some(hint));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "topic: cpu\nid: a\n";

    fn one(name: &str, text: &str) -> HandlerFile {
        let mut handlers =
            parse(name, text, &Services::default()).unwrap_or_else(|e| panic!("{text}\n{e:?}"));
        assert_eq!(handlers.len(), 1, "{text}");
        handlers.remove(0)
    }

    fn deliver(text: &str) -> HandlerConfig {
        match one("h.yaml", &format!("{HEAD}{text}")).target {
            FileTarget::Deliver(config) => config,
            other => panic!("{other:?}"),
        }
    }

    fn error(name: &str, text: &str) -> String {
        let errors = parse(name, text, &Services::default()).expect_err(text);
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn kinds_have_their_options() {
        let exec = |prog: &str, args: &[&str], stream| HandlerConfig::Exec {
            prog: prog.into(),
            args: args.iter().map(ToString::to_string).collect(),
            stream,
        };
        let log = |path: &str, mode| HandlerConfig::Log { path: path.into(), mode };
        let cases = [
            (
                "kind: exec\noptions:\n  prog: /bin/p\n  args: ['-a', \"b c\"]",
                exec("/bin/p", &["-a", "b c"], false),
            ),
            ("kind: exec\noptions: {PROG: p, mode: stream}", exec("p", &[], true)),
            ("kind: log\noptions:\n  path: /x", log("/x", 0o600)),
            ("kind: log\noptions:\n  path: /x\n  mode: 0644", log("/x", 0o644)),
            ("kind: log\noptions:\n  path: /x\n  mode: 0o640", log("/x", 0o640)),
            ("kind: log\noptions:\n  path: /x\n  mode: 420", log("/x", 0o644)),
            ("kind: log\noptions:\n  path: /x\n  mode: 420.0", log("/x", 0o644)),
            ("kind: tcp\noptions: {address: 'h:1'}", HandlerConfig::Tcp { address: "h:1".into() }),
            ("kind: snmptrap\noptions: {whatever: [x]}", HandlerConfig::Unsupported { kind: "snmpTrap" }),
            (
                "kind: post\noptions:\n  url: http://x\n  headers: {A: b, C: d}\n  capture-response: yes\n  timeout: 10s",
                HandlerConfig::Post {
                    url: "http://x".into(),
                    endpoint: String::new(),
                    headers: vec![("A".into(), "b".into()), ("C".into(), "d".into())],
                    capture_response: true,
                    timeout: 10_000_000_000,
                    skip_ssl_verification: false,
                },
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(deliver(text), expected, "{text}");
        }
    }

    #[test]
    fn publish_and_aggregate() {
        let publish = one("h.yml", &format!("{HEAD}kind: publish\noptions: {{topics: [a, b]}}"));
        assert_eq!(publish.target, FileTarget::Publish(vec!["a".into(), "b".into()]));
        let text = "kind: aggregate\noptions:\n  id: sum\n  interval: 30000000000\n  topic: t2\n";
        let aggregate = one("h.yml", &format!("{HEAD}{text}"));
        let expected = Aggregate {
            id: "sum".into(),
            interval: 30_000_000_000,
            topic: "t2".into(),
            message: DEFAULT.into(),
        };
        assert_eq!(aggregate.target, FileTarget::Aggregate(expected));
    }

    const DEFAULT: &str = "Received {{ .Count }} events in the last {{.Interval}}.";

    #[test]
    fn json_and_yaml_say_the_same() {
        let json = r#"{"topic":"cpu","id":"a","kind":"exec","match":"level() >= WARNING",
            "options":{"prog":"/bin/p","args":["\ud83d\ude00\/","--x"],"mode":"stream"}}"#;
        let yaml = "topic: cpu\nid: a\nkind: exec\nmatch: level() >= WARNING\n\
                    options:\n  prog: /bin/p\n  args: [😀/, --x]\n  mode: stream\n";
        let (json, yaml) = (one("a.json", json), one("a.yaml", yaml));
        assert_eq!(json.target, yaml.target);
        assert_eq!(json.matching.map(|m| m.text), yaml.matching.map(|m| m.text));
    }

    #[test]
    fn a_file_may_hold_several_documents() {
        let text = "topic: a\nid: x\nkind: slack\n---\n# nothing\n---\ntopic: a\nid: z\nkind: talk\n";
        let handlers = parse("h.yaml", text, &Services::default()).expect("documents");
        let ids: Vec<_> = handlers.iter().map(|h| (h.id.as_str(), h.place.line)).collect();
        assert_eq!(ids, [("x", 1), ("z", 7)]);
    }

    #[test]
    fn mistakes_have_their_place_and_a_hint() {
        let cases = [
            ("topic: cpu\nid: a\nkind: exek\n", "h.yaml:3:7: unknown kind `exek`; did you mean `exec`?"),
            (
                "topic: cpu\nid: a\nkind: exec\noptions:\n  prog: /x\n  arg: [a]\n",
                "h.yaml:6:3: unknown option of `exec` `arg`; did you mean `args`?",
            ),
            (
                "topic: cpu\nid: a\nkind: slack\nmatches: x\n",
                "h.yaml:4:1: unknown key `matches`; did you mean `match`?",
            ),
            ("topic: cpu\nkind: slack\n", "h.yaml:1:1: key `id` is missing"),
            (
                "topic: cpu\nid: 7\nkind: slack\n",
                "h.yaml:2:5: `id`: expected a text, found an integer; put it in quotes",
            ),
            (
                "topic: a/b\nid: a\nkind: slack\n",
                "h.yaml:1:8: `topic` may hold letters, digits, `:`, `-`, `.` and `_`, not `a/b`",
            ),
            (
                "topic: a\nid: a\nkind: aggregate\noptions: {id: x, topic: b, interval: 0}\n",
                "h.yaml:4:38: `interval` must be longer than 0",
            ),
            (
                "topic: a\nid: a\nkind: aggregate\noptions: {id: x, topic: b}\n",
                "h.yaml:4:10: option of `aggregate` `interval` is missing",
            ),
            ("topic: a\nid: a\nkind: publish\n", "h.yaml:1:1: option of `publish` `topics` is missing"),
            (
                "topic: a\nid: a\nkind: log\noptions: {path: x}\n",
                "h.yaml:4:17: log path must be absolute: x is not absolute; begin the path with `/`",
            ),
            (
                "topic: a\nid: a\nkind: log\noptions: {path: /x, mode: '0644'}\n",
                "h.yaml:4:27: `mode`: expected an integer, found a text",
            ),
            ("- a\n", "h.yaml:1:1: expected a table of keys, found a list"),
            ("", "h.yaml:1:1: the file declares no handler"),
        ];
        for (text, expected) in cases {
            assert_eq!(error("h.yaml", text), expected, "{text}");
        }
    }

    #[test]
    fn unreadable_texts_have_a_place() {
        let cases = [
            ("h.yaml", "topic: a\n  id: b\n", "h.yaml:2:"),
            ("h.yaml", "match: \"host\" == 'a'\n", "h.yaml:1:"),
            ("h.yaml", "a: 1\na: 2\n", "h.yaml:2:1: not readable as YAML: duplicate mapping key `a`"),
            ("h.json", "{\"topic\": \"a\",\n \"id\" 3}", "h.json:2:7: not readable as JSON: expected `:`"),
            ("h.json", "{", "h.json:1:1: not readable as JSON: EOF while parsing an object"),
        ];
        for (name, text, expected) in cases {
            let error = error(name, text);
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn folders_are_read_by_name_and_doubles_refused() {
        let dir = tempfile::tempdir().expect("folder");
        let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("file");
        put("b.yml", "topic: t\nid: b\nkind: slack\n");
        put("a.json", r#"{"topic":"t","id":"a","kind":"slack"}"#);
        put("notes.txt", "not a handler");
        let handlers = load(&[dir.path().to_owned()], &Services::default()).expect("handlers");
        assert_eq!(handlers.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        put("c.yaml", "topic: t\nid: a\nkind: talk\n");
        let errors = load(&[dir.path().to_owned()], &Services::default()).expect_err("doubles");
        assert!(
            errors[0].to_string().contains("c.yaml:1:1: topic `t` has a handler `a` already"),
            "{errors:?}"
        );
        let errors =
            load(&[dir.path().join("notes.txt"), dir.path().join("none.yaml")], &Services::default())
                .expect_err("paths");
        assert_eq!(errors.len(), 2, "{errors:?}");
    }
}
