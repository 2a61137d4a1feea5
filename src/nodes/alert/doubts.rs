//! Templates that parse, and would end the task at their first event: found by trying them.

use std::sync::Arc;

use crate::alert::{Data, Details, Event, Level, Point, Server, Texts};
use crate::pipeline::{Graph, NodeDef};
use crate::text::Diagnostic;

/// A plain text for each template, for trying one at a time.
const PLAIN: [&str; 3] = ["id", "message", "details"];

/// What is to be said of the alerts of a graph.
pub fn doubts(graph: &Graph) -> Vec<Diagnostic> {
    graph.nodes.iter().filter(|node| node.kind == "alert").flat_map(doubts_of).collect()
}

fn doubts_of(node: &NodeDef) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, name) in PLAIN.into_iter().enumerate() {
        let Some(prop) = node.prop(name) else { continue };
        let Some(template) = node.str(name) else { continue };
        let mut texts = PLAIN;
        texts[i] = template;
        if let Some(error) = first_error(texts) {
            let message = format!("the template of `{name}` fails with an event: {error}");
            found.push(Diagnostic::warning("W0208", message).at(prop.span).hint(hint(name)));
        }
    }
    found
}

fn hint(name: &str) -> String {
    let facts = match name {
        "id" => "`.Name`, `.TaskName`, `.Group`, `.Tags` and `.ServerInfo`",
        "message" => "those of the id, `.ID`, `.Fields`, `.Level`, `.Time` and `.Duration`",
        _ => "those of the message, and `.Message`",
    };
    format!("events have {facts}; a field is `index .Fields \"name\"`, a tag `index .Tags \"name\"`")
}

/// Tries the templates at each level, with an event that has neither tags nor fields. Only what no
/// data can mend counts: a name that events do not have.
fn first_error([id, message, details]: [&str; 3]) -> Option<String> {
    let mut texts = Texts::new(id, message, details, Arc::new(Server::default())).ok()?;
    Level::ALL.into_iter().find_map(|level| {
        let error = texts.fill(&mut sample(level)).err()?;
        error.contains("can't evaluate field").then(|| error.into())
    })
}

fn sample(level: Level) -> Event {
    Event {
        id: String::new(),
        message: String::new(),
        details: Details::default(),
        time: 0,
        duration: 0,
        level,
        previous: Level::Ok,
        serial: 0,
        recoverable: true,
        task: "task".into(),
        point: Arc::new(Point::new("name", Vec::new(), Vec::new(), 0)),
        group: String::new(),
        category: "".into(),
        data: Data::Point,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_event_has() {
        let table = [
            (["{{ .Nope }}", "", ""], true),
            (["{{ .Level }}", "", ""], true),
            (["", "{{ if eq .Level \"CRITICAL\" }}{{ .Host }}{{ end }}", ""], true),
            (["", "", "{{ .Message }} {{ .ServerInfo.Name }}"], true),
            (["", "{{ index .Fields \"v\" | printf \"%0.2f\" }} {{ .Tags.host }}", "{{ json . }}"], false),
            (["", "{{ if gt (index .Fields \"v\") 5.0 }}high{{ end }}", ""], false),
        ];
        for (templates, fails) in table {
            assert_eq!(
                first_error(templates).is_some(),
                fails,
                "{templates:?}: {:?}",
                first_error(templates)
            );
        }
    }
}
