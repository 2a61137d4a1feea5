//! What the node `httpPost` sends: a row, as JSON or as the template of its endpoint has it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map as Json, Value as JsonValue, json};

use super::endpoint::Endpoints;
use super::http::{self, Http, TIMEOUT, Tls};
use super::request::Request;
use crate::alert::{Post, Reply, Series};
use crate::template::{Datum, List, Map, Options, Struct, Template};
use crate::value::Value;

/// How much of an answer is kept.
const ANSWER: usize = 1 << 16;

/// The name of the action in traces and on the command line.
pub const HTTP_POST: &str = "httpPost";

/// What the request of a node would be, for traces.
///
/// # Errors
/// If there can be none: a value that JSON cannot hold, a template that fails.
pub fn describe_post(post: &Post<'_>, endpoints: &Endpoints) -> Result<Json<String, JsonValue>, String> {
    let request = request(post, endpoints)?;
    let headers = request.headers.iter().map(|(k, v)| (k.clone(), json!(v))).collect::<Json<_, _>>();
    let mut keys = Json::new();
    keys.insert("method".to_owned(), json!("POST"));
    keys.insert("url".to_owned(), json!(request.url));
    keys.insert("headers".to_owned(), JsonValue::Object(headers));
    keys.insert("body".to_owned(), json!(request.body));
    Ok(keys)
}

/// Posts the rows of nodes and waits for the answers.
pub struct Poster {
    endpoints: Arc<Endpoints>,
    /// A client for each time limit.
    clients: Vec<(i64, Http)>,
}

impl Poster {
    /// With these endpoints.
    pub fn new(endpoints: Arc<Endpoints>) -> Poster {
        Poster { endpoints, clients: Vec::new() }
    }

    /// Sends a row.
    pub fn post(&mut self, post: &Post<'_>) -> Reply {
        match self.try_post(post) {
            Ok(reply) => reply,
            Err(text) => Reply { status: 0, text },
        }
    }

    fn try_post(&mut self, post: &Post<'_>) -> Result<Reply, String> {
        let request = request(post, &self.endpoints)?;
        let reply = self.client(post.timeout)?.post(&request);
        let reply = reply.map_err(|lost| format!("Post {:?}: {}", request.url, lost.error))?;
        let status = reply.status();
        // An answer that is not read to its end would cost the connection.
        let text = http::text(reply, ANSWER);
        let wanted = post.capture && !status.is_success();
        Ok(Reply { status: status.as_u16(), text: if wanted { text } else { String::new() } })
    }

    fn client(&mut self, timeout: i64) -> Result<&Http, String> {
        let at = match self.clients.iter().position(|c| c.0 == timeout) {
            Some(at) => at,
            None => {
                let limit = u64::try_from(timeout).ok().filter(|n| *n > 0);
                let limit = limit.map_or(TIMEOUT, Duration::from_nanos);
                self.clients.push((timeout, Http::new(limit, &Tls::default())?));
                self.clients.len() - 1
            }
        };
        Ok(&self.clients[at].1)
    }
}

fn request(post: &Post<'_>, endpoints: &Endpoints) -> Result<Request, String> {
    let endpoint = match post.endpoint {
        "" => None,
        name => Some(endpoints.get(name).ok_or_else(|| format!("endpoint '{name}' does not exist"))?),
    };
    let row = RowData::new(post.row);
    let template = endpoint.and_then(|e| e.row_template.as_deref());
    let body = match template {
        Some(template) => row.filled("row-template", template)?,
        None => {
            let mut body = "{\"series\":[".to_owned();
            post.row.push_json(&mut body).map_err(|e| e.to_string())?;
            body.push_str("]}\n");
            body
        }
    };
    let url = row.filled("url", endpoint.map_or(post.url, |e| &e.url))?;
    let mut request = Request { url, headers: Vec::new(), body };
    if let Some(endpoint) = endpoint {
        request.endpoint_headers(endpoint);
    }
    if template.is_none() {
        request.set("Content-Type", "application/json");
    }
    for (name, value) in post.headers {
        request.set(name, value);
    }
    Ok(request)
}

/// `.` of the templates.
struct RowData<'a> {
    row: &'a Series,
    lines: Lines<'a>,
}

impl<'a> RowData<'a> {
    fn new(row: &'a Series) -> RowData<'a> {
        let time = row.columns.partition_point(|column| column.as_str() < "time");
        let line = |(at, values): &'a (i64, Vec<Value>)| Line { row, time: *at, place: time, values };
        RowData { row, lines: Lines(row.values.iter().map(line).collect()) }
    }

    fn filled(&self, name: &str, text: &str) -> Result<String, String> {
        let options = Options { html: false, json: true };
        let template = Template::parse(name, text, options).map_err(|e| e.to_string())?;
        let mut out = String::new();
        template.render(Datum::Struct(self), &mut out).map_err(|e| e.to_string())?;
        Ok(out)
    }
}

impl Struct for RowData<'_> {
    fn type_name(&self) -> &str {
        "*httppost.mappedRow"
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        Some(match name {
            "Name" => Datum::str(&self.row.name),
            "Tags" => Datum::strings(&self.row.tags),
            "Values" => Datum::any_list(&self.lines),
            _ => return None,
        })
    }

    fn fields(&self) -> &[&'static str] {
        &["Name", "Tags", "Values"]
    }
}

/// `.Values`
struct Lines<'a>(Vec<Line<'a>>);

impl List for Lines<'_> {
    fn type_name(&self) -> &str {
        "[]map[string]interface {}"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, at: usize) -> Option<Datum<'_>> {
        self.0.get(at).map(|line| Datum::Map(crate::template::MapRef::Other(line)))
    }
}

/// A line of the row by its columns, `time` among them.
struct Line<'a> {
    row: &'a Series,
    time: i64,
    /// Where `time` stands among the sorted columns.
    place: usize,
    values: &'a [Value],
}

impl Map for Line<'_> {
    fn get(&self, key: &str) -> Option<Datum<'_>> {
        match self.row.columns.iter().position(|column| column == key) {
            Some(at) => self.values.get(at).map(Datum::value),
            None => (key == "time").then_some(Datum::Time(self.time)),
        }
    }

    fn len(&self) -> usize {
        self.values.len() + 1
    }

    fn entry(&self, at: usize) -> Option<(&str, Datum<'_>)> {
        if at == self.place {
            return Some(("time", Datum::Time(self.time)));
        }
        let at = if at > self.place { at - 1 } else { at };
        Some((self.row.columns.get(at)?, Datum::value(self.values.get(at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::Origin;
    use crate::handlers::Endpoint;

    fn row(value: Value) -> Series {
        Series {
            name: "cpu".into(),
            tags: vec![("host".into(), "a".into())],
            columns: vec!["a".into(), "v".into()],
            values: vec![(1_000_000_000, vec![Value::Int(7), value])],
        }
    }

    fn described(endpoint: &str, url: &str, value: Value, endpoints: &Endpoints) -> Result<String, String> {
        let headers = [("x-token".to_owned(), "abc".to_owned())];
        let post = Post {
            origin: Origin::default(),
            url,
            endpoint,
            headers: &headers,
            timeout: 0,
            capture: false,
            row: &row(value),
        };
        describe_post(&post, endpoints).map(|keys| JsonValue::Object(keys).to_string())
    }

    #[test]
    fn a_row_is_json_and_its_url_a_template() {
        let url = "http://h/{{ .Name }}/{{ .Tags.host }}/{{ (index .Values 0).a }}";
        let found = described("", url, Value::Float(1.5), &Endpoints::default());
        assert_eq!(
            found.as_deref(),
            Ok(concat!(
                r#"{"method":"POST","url":"http://h/cpu/a/7","headers":{"Content-Type":"application/json","#,
                r#""X-Token":"abc"},"body":"{\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a\"},"#,
                r#"\"columns\":[\"time\",\"a\",\"v\"],\"values\":[[\"1970-01-01T00:00:01Z\",7,1.5]]}]}\n"}"#
            ))
        );
        let nan = described("", "http://h", Value::Float(f64::NAN), &Endpoints::default());
        assert_eq!(nan, Err("json: unsupported value: NaN".to_owned()));
    }

    #[test]
    fn an_endpoint_brings_its_own_template() {
        let mut endpoints = Endpoints::default();
        let template = "{{ range .Values }}{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}{{ end }}";
        let hook = Endpoint {
            url: "http://h/{{ .Name }}".into(),
            headers: vec![("X-Token".into(), "old".into())],
            row_template: Some(template.into()),
            ..Endpoint::default()
        };
        endpoints.0.insert("hook".into(), hook);
        assert_eq!(
            described("hook", "", Value::Bool(true), &endpoints).as_deref(),
            Ok(concat!(
                r#"{"method":"POST","url":"http://h/cpu","headers":{"X-Token":"abc"},"#,
                r#""body":"a=7;time=1970-01-01 00:00:01 +0000 UTC;v=true;"}"#
            ))
        );
        assert_eq!(
            described("other", "", Value::Int(1), &endpoints),
            Err("endpoint 'other' does not exist".to_owned())
        );
    }
}
