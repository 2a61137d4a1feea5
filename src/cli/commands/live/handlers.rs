//! `tick define-topic-handler`, and the files that it and `tick define -file` read.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Number, Value as Json};

use super::define::unreadable;
use super::{Done, Server, Stop};
use crate::handlers::tree::{Node, from_json, from_yaml};

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Define {
    /// Handler file, JSON or YAML: `topic`, `id`, `kind`, `match` and `options`
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    server: Server,
}

/// Runs the command.
pub(super) fn define(args: &Define, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    for handler in tables(&args.file)? {
        client.define_handler(handler)?;
    }
    Ok(())
}

/// What a file says, in JSON or YAML by its name: one table, in YAML several if `---` separates them.
pub(super) fn tables(file: &Path) -> Result<Vec<Map<String, Json>>, Stop> {
    let read = match file.extension().and_then(|e| e.to_str()) {
        Some("json") => from_json,
        Some("yaml" | "yml") => from_yaml,
        _ => return Err(Stop::because("bad file extension. Must be YAML or JSON")),
    };
    let text = fs::read_to_string(file).map_err(|e| unreadable(file, &e))?;
    let name = file.display().to_string();
    let documents = read(&name, &text).map_err(Stop::because)?;
    let mut tables = Vec::new();
    for document in documents.into_iter().filter(|document| document.value != Node::Null) {
        match json(document.value) {
            Json::Object(table) => tables.push(table),
            _ => return Err(Stop::because(format!("{name}: expected keys and values"))),
        }
    }
    if tables.is_empty() {
        return Err(Stop::because(format!("{name}: there is nothing in it")));
    }
    Ok(tables)
}

fn json(node: Node) -> Json {
    match node {
        Node::Null => Json::Null,
        Node::Bool(b) => b.into(),
        Node::Int(i) => i.into(),
        Node::Float(x) => Number::from_f64(x).map_or(Json::Null, Json::Number),
        Node::Text(text) => text.into(),
        Node::List(items) => items.into_iter().map(|item| json(item.value)).collect(),
        Node::Table(table) => {
            Json::Object(table.into_iter().map(|(key, value)| (key.value, json(value.value))).collect())
        }
    }
}
