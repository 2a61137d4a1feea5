//! `tick define` and `tick define-template`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::handlers::tables;
use super::{Done, Server, Stop};
use crate::cli::color::Color;
use crate::cli::io::complain;
use crate::cli::report::io_words;
use crate::cli::scripts::{Surroundings, checked};
use crate::client::Failed;
use crate::play;
use crate::text::{Severity, render};

/// What was typed for a task.
#[derive(clap::Args, Debug)]
pub(crate) struct Task {
    /// Its id
    #[arg(value_name = "TASK")]
    id: String,

    /// Its script
    #[arg(long, value_name = "FILE")]
    tick: Option<PathBuf>,

    /// `stream` or `batch`; the script says it, too
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<Kind>,

    /// The template that it is made of
    #[arg(long, value_name = "TEMPLATE")]
    template: Option<String>,

    /// Values of vars: JSON such as `{"crit": {"type": "float", "value": 90}}`
    #[arg(long, value_name = "FILE")]
    vars: Option<PathBuf>,

    /// Template, databases and vars in one file, JSON or YAML; the other options have no effect then
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// A database and a retention policy that it reads, `telegraf.autogen` or `"telegraf"."autogen"`; repeatable
    #[arg(long, value_name = "DB.RP", value_parser = dbrp)]
    dbrp: Vec<Pair>,

    /// Leave an enabled task as it runs
    #[arg(long)]
    no_reload: bool,

    #[command(flatten)]
    server: Server,
}

/// What was typed for a template.
#[derive(clap::Args, Debug)]
pub(crate) struct Template {
    /// Its id
    #[arg(value_name = "TEMPLATE")]
    id: String,

    /// Its script
    #[arg(long, value_name = "FILE")]
    tick: Option<PathBuf>,

    /// `stream` or `batch`; the script says it, too
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<Kind>,

    #[command(flatten)]
    server: Server,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Stream,
    Batch,
}

impl Kind {
    fn json(self) -> Json {
        match self {
            Kind::Stream => "stream".into(),
            Kind::Batch => "batch".into(),
        }
    }
}

/// `DB.RP`
#[derive(Clone, PartialEq, Eq, Debug)]
struct Pair {
    db: String,
    rp: String,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  tick define cpu_alert -tick cpu_alert.tick -dbrp telegraf.autogen
  tick define cpu_alert -tick cpu_alert.tick           # a new script for it
  tick define web_alert -template alerts -vars web.json -dbrp telegraf.autogen
  tick define web_alert -file web_alert.yaml

A new task is disabled: `tick enable cpu_alert` starts it. What is not said of a task that is there stays as it was; if
it is enabled, it is stopped and started again unless `--no-reload` is given.

Exit status:
  0    done
  2    wrong usage
  3    the server refused it or was not reached, or a file cannot be read
  4    the URL of the server is none";

/// Runs `tick define`.
pub(super) fn task(args: &Task, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    if let Some(file) = &args.file {
        let said = task_file(file, &args.id)?;
        return Ok(client.define(&args.id, &said, Json::Null, !args.no_reload)?);
    }
    let mut said = Map::new();
    let mut say = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            said.insert(key.to_owned(), value);
        }
    };
    say("template-id", args.template.clone().map(Json::from));
    say("type", args.kind.map(Kind::json));
    let pairs: Vec<Json> = args.dbrp.iter().map(|pair| json!({ "db": pair.db, "rp": pair.rp })).collect();
    say("dbrps", (!pairs.is_empty()).then_some(pairs.into()));
    say("script", script(args.tick.as_deref())?);
    say("vars", args.vars.as_deref().map(vars).transpose()?.map(Json::Object));
    let defined = client.define(&args.id, &said, "disabled".into(), !args.no_reload);
    defined.map_err(|failed| refused(failed, args))
}

/// Runs `tick define-template`.
pub(super) fn template(args: &Template, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    let mut said = Map::new();
    if let Some(kind) = args.kind {
        said.insert("type".to_owned(), kind.json());
    }
    if let Some(script) = script(args.tick.as_deref())? {
        said.insert("script".to_owned(), script);
    }
    // What a script without values for its vars means is not known here: the server's words have to do.
    Ok(client.define_template(&args.id, &said)?)
}

/// The script of a file, unless it is empty: that says nothing, as if there were no file.
fn script(file: Option<&Path>) -> Result<Option<Json>, Stop> {
    let Some(file) = file else { return Ok(None) };
    let text = play::files::read(file).map_err(|e| unreadable(file, &e))?;
    Ok((!text.is_empty()).then(|| text.into()))
}

pub(super) fn unreadable(file: &Path, error: &io::Error) -> Stop {
    Stop::because(format!("{}: {}", file.display(), io_words(error)))
}

/// Says what the server has against a task; then what is wrong with its script, with places.
fn refused(failed: Failed, args: &Task) -> Stop {
    let of_script = failed.to_string().contains("invalid TICKscript");
    let stop = Stop::from(failed);
    if let Some(file) = args.tick.as_deref().filter(|_| of_script)
        && let Ok(settings) = Surroundings::of_vars(args.vars.clone()).read()
        && let Ok(checked) = checked(file, 0, &settings, false, &mut |_| Ok(None))
    {
        let color = Color::Auto.on(&io::stderr());
        let errors = checked.findings.iter().filter(|found| found.severity == Severity::Error);
        errors.for_each(|found| complain(&render(&checked.source, found, color)));
    }
    stop
}

/// The vars of a file: those that it consists of, or those of a task that it describes.
fn vars(file: &Path) -> Result<Map<String, Json>, Stop> {
    let wrong = |words: String| Stop::because(format!("invalid JSON in file {}: {words}", file.display()));
    let text = fs::read_to_string(file).map_err(|e| unreadable(file, &e))?;
    let json: Json = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    let Json::Object(mut all) = json else {
        return Err(wrong("expected an object of vars by name".to_owned()));
    };
    let not_a_var = |vars: &Map<String, Json>| {
        let found = vars.iter().find(|(_, var)| !var.get("type").is_some_and(Json::is_string));
        found.map(|(name, _)| format!("var `{name}`: `type` is missing"))
    };
    let Some(words) = not_a_var(&all) else { return Ok(all) };
    match all.remove("vars") {
        Some(Json::Object(inner)) => not_a_var(&inner).map_or(Ok(inner), |words| Err(wrong(words))),
        _ => Err(wrong(words)),
    }
}

/// What a file says of a task; its id may be left out.
fn task_file(file: &Path, id: &str) -> Result<Map<String, Json>, Stop> {
    let mut said = tables(file)?.into_iter().next().unwrap_or_default();
    match said.get("id").and_then(Json::as_str) {
        Some(other) if !other.is_empty() && other != id => Err(Stop::because(format!(
            "Task id given on command line does not match id in {}",
            file.display()
        ))),
        _ => {
            said.insert("id".to_owned(), id.into());
            Ok(said)
        }
    }
}

/// Reads `db.rp`; each part may stand in quotes, in which `\"` is a quote.
fn dbrp(text: &str) -> Result<Pair, String> {
    const NO_POLICY: &str = "dbrp must specify retention policy, do you have a missing or extra '.'?";
    if text.is_empty() {
        return Err("dbrp cannot be empty".to_owned());
    }
    let (db, rest) = match quoted(text) {
        Some(split) => split,
        None => {
            let at = text.find('.').ok_or(
                "does not contain a '.', it must be in the form \"dbname\".\"rpname\" where the quotes are optional.",
            )?;
            let (db, rest) = text.split_at(at);
            (db.to_owned(), rest)
        }
    };
    let rest = rest.strip_prefix('.').filter(|rest| !rest.is_empty()).ok_or(NO_POLICY)?;
    match quoted(rest) {
        Some((rp, "")) => Ok(Pair { db, rp }),
        Some((_, behind)) => Err(format!("there is `{behind}` behind the retention policy")),
        None => Ok(Pair { db, rp: rest.to_owned() }),
    }
}

/// What stands between the quotes at the beginning of a text, and what follows them.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut inner = String::new();
    loop {
        let at = rest.find(['"', '\\'])?;
        inner.push_str(rest.get(..at)?);
        let found = rest.get(at..)?;
        if let Some(behind) = found.strip_prefix("\\\"") {
            inner.push('"');
            rest = behind;
        } else if let Some(behind) = found.strip_prefix('"') {
            return Some((inner, behind));
        } else {
            inner.push('\\');
            rest = found.strip_prefix('\\')?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_may_stand_in_quotes() {
        for (text, db, rp) in [
            ("telegraf.autogen", "telegraf", "autogen"),
            ("a.b.c", "a", "b.c"),
            (r#""a.b"."c""#, "a.b", "c"),
            (r#""a".c"#, "a", "c"),
            (r#"a."c d""#, "a", "c d"),
            (r#""a\"b\c"."""#, "a\"b\\c", ""),
        ] {
            assert_eq!(dbrp(text), Ok(Pair { db: db.to_owned(), rp: rp.to_owned() }), "{text}");
        }
    }

    #[test]
    fn databases_without_retention_policy_are_refused() {
        for (text, words) in [
            ("", "cannot be empty"),
            ("db", "does not contain a '.'"),
            ("\"db", "does not contain a '.'"),
            ("\"db\"", "must specify retention policy"),
            ("\"db\"x.rp", "must specify retention policy"),
            ("db.", "must specify retention policy"),
            ("db.\"rp\"x", "there is `x` behind"),
        ] {
            let error = dbrp(text).expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
