//! Sources of `sideload` nodes: folders of YAML and JSON files, or one answer of a server.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::endpoint::{Endpoint, Endpoints};
use super::http::{self, Http, Tls};
use super::request::Request;
use super::tree::{At, FileError, Node, from_json, from_yaml};
use crate::value::Value;

/// How long a server may take for its answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How much a server may answer, in bytes.
const ANSWER: usize = 64 << 20;

/// Of each file, named by its path within the source, its values by their names.
type Files = BTreeMap<String, BTreeMap<String, Value>>;

/// Reads all that a source holds: `file:///folder`, a URL, or the name of an endpoint of `[[httppost]]`. Hidden
/// files are passed over, and of those that are neither YAML nor JSON only the names are known.
///
/// # Errors
/// What cannot be read, by its name.
pub fn side_files(source: &str, endpoints: &Endpoints) -> Result<Files, FileError> {
    let refused = |message: String, hint: &str| FileError {
        file: format!("sideload source {source:?}"),
        place: None,
        message,
        hint: Some(hint.to_owned()),
    };
    match source.split_once("://") {
        Some(("file", dir)) if Path::new(dir).is_absolute() => folder(Path::new(dir)),
        Some(("file", dir)) => Err(refused(
            format!("sideload source path must be absolute {dir:?}"),
            "write three slashes, as in `file:///etc/thresholds`",
        )),
        Some(("http" | "https", _)) => fetch(source, None),
        Some((scheme, _)) => Err(refused(
            format!("unsupported source scheme {scheme:?}, must be 'file', 'http', or 'https'"),
            "write `file:///folder`, a URL, or the name of a configured endpoint",
        )),
        None => match endpoints.get(source) {
            Some(endpoint) => fetch(&endpoint.url, Some(endpoint)),
            None => Err(refused(
                "no such endpoint is configured in `[[httppost]]`".to_owned(),
                "write `file:///folder`, a URL, or the name of a configured endpoint",
            )),
        },
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> FileError {
    let message = format!("cannot be read: {error}");
    FileError { file: path.display().to_string(), place: None, message, hint: None }
}

fn folder(root: &Path) -> Result<Files, FileError> {
    let mut files = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| unreadable(&folder, &e))? {
            let entry = entry.map_err(|e| unreadable(&folder, &e))?;
            let (path, kind) = (entry.path(), entry.file_type());
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if kind.map_err(|e| unreadable(&path, &e))?.is_dir() {
                folders.push(path);
                continue;
            }
            let key = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.insert(key, file(&path)?);
        }
    }
    Ok(files)
}

fn file(path: &Path) -> Result<BTreeMap<String, Value>, FileError> {
    let parse = match path.extension().and_then(|e| e.to_str()) {
        Some("yml" | "yaml") => from_yaml,
        Some("json") => from_json,
        _ => return Ok(BTreeMap::new()),
    };
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
    match parse(&name, &text)?.into_iter().next() {
        Some(document) => values(&name, document),
        None => Ok(BTreeMap::new()),
    }
}

fn values(name: &str, node: At<Node>) -> Result<BTreeMap<String, Value>, FileError> {
    match node.value {
        Node::Table(entries) => Ok(entries.into_iter().map(|(k, v)| (k.value, value(v.value))).collect()),
        Node::Null => Ok(BTreeMap::new()),
        other => Err(FileError {
            file: name.to_owned(),
            place: Some(node.place),
            message: format!("expected names with values, found {}", other.words()),
            hint: None,
        }),
    }
}

/// Numbers are floats, as for Kapacitor.
fn value(node: Node) -> Value {
    match node {
        Node::Bool(b) => Value::Bool(b),
        Node::Int(n) => Value::Float(n as f64),
        Node::Float(x) => Value::Float(x),
        Node::Text(text) => Value::Str(text.as_str().into()),
        Node::Null | Node::List(_) | Node::Table(_) => Value::Null,
    }
}

fn fetch(url: &str, endpoint: Option<&Endpoint>) -> Result<Files, FileError> {
    let failed = |message: String| FileError { file: url.to_owned(), place: None, message, hint: None };
    let mut request = Request { url: url.to_owned(), headers: Vec::new(), body: String::new() };
    if let Some(endpoint) = endpoint {
        request.endpoint_headers(endpoint);
    }
    let http = Http::new(TIMEOUT, &Tls::default()).map_err(failed)?;
    let reply = http.get(&request).map_err(|lost| failed(lost.error))?;
    let status = reply.status();
    if !status.is_success() {
        return Err(failed(format!("the server answered {}", status.as_u16())));
    }
    let text = http::text(reply, ANSWER);
    let document = from_json(url, &text)?.into_iter().next();
    let Some(At { value: Node::Table(files), .. }) = document else {
        return Err(failed("expected a JSON object of objects".to_owned()));
    };
    files.into_iter().map(|(key, file)| Ok((key.value, values(url, file)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_with_all_below_it() {
        let dir = tempfile::tempdir().expect("folder");
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("folder")).expect("folders");
            fs::write(path, text).expect("file");
        };
        put("default.json", r#"{"limit": 3, "owner": "ops", "list": [1]}"#);
        put("host/a.yml", "loud: true\nlimit: 0.5\n");
        put("empty.yaml", "");
        put("notes.txt", "limit: 9");
        put(".hidden.yml", "{");
        let source = format!("file://{}", dir.path().display());
        let files = side_files(&source, &Endpoints::default()).expect("files");
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["default.json", "empty.yaml", "host/a.yml", "notes.txt"]);
        let default = &files["default.json"];
        assert_eq!(default["limit"], Value::Float(3.0));
        assert_eq!((&default["owner"], &default["list"]), (&Value::Str("ops".into()), &Value::Null));
        assert_eq!(files["host/a.yml"]["loud"], Value::Bool(true));
        assert!(files["notes.txt"].is_empty());
        put("bad/b.yml", "- 1\n");
        let error = side_files(&source, &Endpoints::default()).expect_err("a list").to_string();
        assert!(error.ends_with("b.yml:1:1: expected names with values, found a list"), "{error}");
        put("bad/b.yml", "a: [\n");
        let error = side_files(&source, &Endpoints::default()).expect_err("no YAML").to_string();
        assert!(error.contains("bad/b.yml:") && error.contains("not readable as YAML"), "{error}");
    }

    #[test]
    fn sources_that_are_none_are_told() {
        for (source, words) in [
            ("file:///no/such/folder", "/no/such/folder: cannot be read"),
            ("file://here", "must be absolute \"here\""),
            ("ftp://h/x", "unsupported source scheme \"ftp\""),
            ("limits", "no such endpoint"),
        ] {
            let error = side_files(source, &Endpoints::default()).expect_err(source).to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
