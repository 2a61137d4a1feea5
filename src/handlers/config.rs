//! `--config FILE`: what of a `kapacitor.conf` matters to a run without a server.
//!
//! Sections and keys that do not matter are passed over, as Kapacitor passes over those it does not know; what
//! is read is checked with its type and place.

use std::fs;
use std::path::{Path, PathBuf};

use super::alert_data::compile;
use super::endpoint::{Endpoint, Endpoints};
use super::fields::{Fields, Mistakes};
use super::influxdb_section::InfluxDbSection;
use super::sections::Services;
use super::tree::{At, FileError, Node, from_toml};
use super::udf_section::Udf;
use crate::pipeline::Deadman;
use crate::text::system_words;

/// What a configuration says.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// Shown by templates.
    pub hostname: String,
    /// `cluster.id` in `data_dir`; zeros without one.
    pub cluster_id: String,
    /// `server.id` in `data_dir`; zeros without one.
    pub server_id: String,
    /// Base of links: `http://localhost:9092/kapacitor/v1`.
    pub base_url: String,
    /// `[[httppost]]`
    pub endpoints: Endpoints,
    /// `[[influxdb]]`
    pub(crate) influxdb: Vec<InfluxDbSection>,
    /// `[deadman]`
    pub deadman: Deadman,
    /// `[udf.functions.NAME]`
    pub udfs: Vec<Udf>,
    /// Sections of services.
    pub services: Services,
    /// What is probably a mistake, such as an unknown key in the section of a service.
    pub doubts: Vec<FileError>,
}

/// What cluster and server are called without `data_dir`.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

impl Default for Config {
    fn default() -> Config {
        Config {
            hostname: "localhost".to_owned(),
            cluster_id: NO_ID.to_owned(),
            server_id: NO_ID.to_owned(),
            base_url: base_url("localhost", ":9092"),
            endpoints: Endpoints::default(),
            influxdb: Vec::new(),
            deadman: Deadman::default(),
            udfs: Vec::new(),
            services: Services::default(),
            doubts: Vec::new(),
        }
    }
}

fn base_url(hostname: &str, address: &str) -> String {
    let host = if address.starts_with(':') { hostname } else { "" };
    format!("http://{host}{address}/kapacitor/v1")
}

/// The text of a configuration.
///
/// # Errors
/// If it cannot be read.
pub fn text_of(path: &Path) -> Result<String, Vec<FileError>> {
    let file = path.display().to_string();
    let unreadable =
        |message: String| vec![FileError { file: file.clone(), place: None, message, hint: None }];
    let bytes = fs::read(path).map_err(|e| unreadable(format!("cannot be read: {}", system_words(e))))?;
    String::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8".to_owned()))
}

/// Reads a configuration from its text.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<Config, Vec<FileError>> {
    of_tree(name, &from_toml(name, text).map_err(|e| vec![e])?)
}

/// Reads a configuration from its tree.
///
/// # Errors
/// Everything that is wrong with it.
pub fn of_tree(name: &str, root: &At<Node>) -> Result<Config, Vec<FileError>> {
    let mut mistakes = Mistakes::new(name);
    let config = read(root, &mut mistakes);
    if mistakes.is_empty() { Ok(config) } else { Err(mistakes.into_vec()) }
}

fn read(root: &At<Node>, mistakes: &mut Mistakes) -> Config {
    let mut fields = Fields::new("key", root, mistakes);
    let mut config = Config::default();
    if let Some(hostname) = fields.text("hostname", mistakes) {
        config.hostname = hostname.value;
    }
    if let Some(dir) = fields.text("data_dir", mistakes) {
        let dir = PathBuf::from(dir.value);
        config.cluster_id = id_in(&dir.join("cluster.id"));
        config.server_id = id_in(&dir.join("server.id"));
    }
    let address = fields
        .take("http")
        .and_then(|http| Fields::new("key of `[http]`", http, mistakes).text("bind-address", mistakes));
    config.base_url = base_url(&config.hostname, address.as_ref().map_or(":9092", |a| &a.value));
    if let Some(deadman) = fields.take("deadman") {
        config.deadman = read_deadman(deadman, mistakes);
    }
    for table in tables(fields.take("httppost"), "[[httppost]]", mistakes) {
        if let Some((name, endpoint)) = read_endpoint(table, mistakes) {
            config.endpoints.0.insert(name, endpoint);
        }
    }
    for table in tables(fields.take("influxdb"), "[[influxdb]]", mistakes) {
        config.influxdb.push(InfluxDbSection::read(table, mistakes));
    }
    if let Some(udf) = fields.take("udf") {
        config.udfs = Udf::read(udf, mistakes);
    }
    config.services = Services::read(&mut fields, &config.base_url, mistakes);
    config.doubts = mistakes.take_doubts();
    config
}

/// The UUID in a file; zeros where there is none.
fn id_in(path: &Path) -> String {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => NO_ID.to_owned(),
    }
}

fn read_deadman(node: &At<Node>, mistakes: &mut Mistakes) -> Deadman {
    let mut fields = Fields::new("key of `[deadman]`", node, mistakes);
    let standard = Deadman::default();
    Deadman {
        global: fields.bool("global", mistakes).unwrap_or(standard.global),
        threshold: fields.number("threshold", mistakes).unwrap_or(standard.threshold),
        interval: fields.duration("interval", mistakes).map_or(standard.interval, |d| d.value),
        id: fields.text("id", mistakes).map_or(standard.id, |t| t.value),
        message: fields.text("message", mistakes).map_or(standard.message, |t| t.value),
    }
}

/// The tables of `[[section]]`.
fn tables<'a>(node: Option<&'a At<Node>>, section: &str, mistakes: &mut Mistakes) -> &'a [At<Node>] {
    match node.map(|node| (&node.value, node.place)) {
        Some((Node::List(tables), _)) => tables,
        Some((_, place)) => {
            mistakes.add(place, format!("there may be several of these: write `{section}`"), None);
            &[]
        }
        None => &[],
    }
}

fn read_endpoint(node: &At<Node>, mistakes: &mut Mistakes) -> Option<(String, Endpoint)> {
    let mut fields = Fields::new("key of `[[httppost]]`", node, mistakes);
    // Kapacitor's defaults.
    let name = fields.text("endpoint", mistakes).map_or("example".to_owned(), |t| t.value);
    let url = fields.text("url", mistakes).map_or("http://example.com".to_owned(), |t| t.value);
    if let Err(error) = compile("url", &url) {
        mistakes.add(node.place, format!("`url` is no template: {}", error.message()), None);
    }
    for (key, value) in [("endpoint", &name), ("url", &url)] {
        if value.is_empty() {
            mistakes.add(node.place, format!("`{key}` of `[[httppost]]` is empty"), None);
        }
    }
    let headers = fields.pairs("headers", mistakes).unwrap_or_default();
    let basic_auth = fields.take("basic-auth").map(|auth| {
        let mut auth = Fields::new("key of `basic-auth`", auth, mistakes);
        let mut text = |key| auth.text(key, mistakes).map(|t| t.value).unwrap_or_default();
        (text("username"), text("password"))
    });
    let alert_template = template(&mut fields, "alert-template", "alert-template-file", mistakes);
    if let Some(Err(error)) = alert_template.as_deref().map(|text| compile("alert-template", text)) {
        mistakes.add(node.place, format!("`alert-template` is no template: {}", error.message()), None);
    }
    let row_template = template(&mut fields, "row-template", "row-template-file", mistakes);
    Some((name, Endpoint { url, headers, basic_auth, alert_template, row_template }))
}

/// A template given in place or in a file.
fn template(
    fields: &mut Fields<'_>,
    key: &'static str,
    file_key: &'static str,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let inline = fields.text(key, mistakes).filter(|t| !t.value.is_empty());
    let file = fields.text(file_key, mistakes).filter(|t| !t.value.is_empty());
    let Some(file) = file else { return inline.map(|t| t.value) };
    let mut wrong = |message: String| {
        mistakes.add(file.place, message, None);
        None
    };
    if inline.is_some() {
        return wrong(format!("give only one of `{key}` and `{file_key}`"));
    }
    if !Path::new(&file.value).is_absolute() {
        return wrong(format!("`{file_key}` must be an absolute path"));
    }
    match fs::read_to_string(&file.value) {
        Ok(text) => Some(text),
        Err(e) => wrong(format!("`{file_key}` cannot be read: {}", system_words(e))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_configuration_has_defaults() {
        let config = parse("k.conf", "").expect("empty");
        assert_eq!(config, Config::default());
        assert_eq!(config.base_url, "http://localhost:9092/kapacitor/v1");
    }

    #[test]
    fn what_matters_is_read_and_the_rest_passed_over() {
        let text = r#"
hostname = "mon1"
data_dir = "/no/such/dir"
skip-config-overrides = true
[http]
  bind-address = ":9999"
  log-enabled = true
[deadman]
  interval = "1m30s"
  threshold = 2
  global = true
[[httppost]]
  endpoint = "hook"
  url = "http://h/{{.ID}}"
  headers = { A = "b", "C-D" = "e" }
  basic-auth = { username = "u", password = "p" }
  alert-template = "{{.ID}}"
[[httppost]]
  endpoint = "other"
  url = "http://o"
[udf.functions.outliers]
  prog = "/x"
[slack]
  enabled = true
  url = "http://s"
[smtp]
  enabled = false
[unknown]
  a = 1
"#;
        let config = parse("k.conf", text).expect("a configuration");
        assert_eq!((config.hostname.as_str(), config.server_id.as_str()), ("mon1", NO_ID));
        assert_eq!(config.base_url, "http://mon1:9999/kapacitor/v1");
        let deadman = &config.deadman;
        assert_eq!((deadman.global, deadman.threshold, deadman.interval), (true, 2.0, 90_000_000_000));
        let hook = config.endpoints.get("hook").expect("hook");
        assert_eq!(hook.url, "http://h/{{.ID}}");
        assert_eq!(hook.headers, [("A".into(), "b".into()), ("C-D".into(), "e".into())]);
        assert_eq!(hook.basic_auth, Some(("u".into(), "p".into())));
        assert_eq!(hook.alert_template.as_deref(), Some("{{.ID}}"));
        assert!(config.endpoints.get("other").is_some());
        assert_eq!(config.udfs[0].name, "outliers");
    }

    #[test]
    fn an_address_with_a_host_needs_no_name() {
        let config = parse("k", "[http]\nbind-address = \"10.0.0.1:9092\"").expect("a configuration");
        assert_eq!(config.base_url, "http://10.0.0.1:9092/kapacitor/v1");
    }

    #[test]
    fn ids_come_from_their_files() {
        let dir = tempfile::tempdir().expect("folder");
        fs::write(dir.path().join("server.id"), "abc\n").expect("file");
        let config = parse("k", &format!("data_dir = '{}'", dir.path().display())).expect("a configuration");
        assert_eq!((config.server_id.as_str(), config.cluster_id.as_str()), ("abc", NO_ID));
    }

    #[test]
    fn mistakes_have_their_place() {
        let cases = [
            ("hostname = 7", "k:1:12: `hostname`: expected a text, found an integer; put it in quotes"),
            ("a = \n", "k:1:5: not readable as TOML: "),
            ("[httppost]\nurl = 'x'", "k:1:1: there may be several of these: write `[[httppost]]`"),
            ("[[httppost]]\nurl = ''", "k:1:1: `url` of `[[httppost]]` is empty"),
            (
                "[[httppost]]\nalert-template = 'x'\nalert-template-file = '/x'",
                "k:3:23: give only one of `alert-template` and `alert-template-file`",
            ),
            ("[[httppost]]\nrow-template-file = 'x'", "k:2:21: `row-template-file` must be an absolute path"),
            (
                "[deadman]\ninterval = 'soon'",
                "k:2:12: `interval`: expected nanoseconds, or a duration such as",
            ),
            ("[[httppost]]\nheaders = { A = 1 }", "k:2:17: `A`: expected a text, found an integer"),
        ];
        for (text, expected) in cases {
            let errors = parse("k", text).expect_err(text);
            let first = errors[0].to_string();
            assert!(first.starts_with(expected), "{text}\n{first}");
        }
    }
}
