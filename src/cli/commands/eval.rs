//! `tick eval`: a lambda expression on points given on the command line.

use std::io;
use std::time::SystemTime;

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::io::{Output, complain};
use crate::data::{Slots, TagsId, Text, Val, World};
use crate::input::point::{OwnedPoint, Precision, parse_line};
use crate::lambda::{Env, Program, State, lint};
use crate::lang;
use crate::lang::ast::Expr;
use crate::text::{Diagnostic, Source, render};
use crate::value::{Value, Zone, duration, json, number};

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The expression, with or without `lambda:`
    #[arg(allow_hyphen_values = true)]
    expr: String,
    /// A point in line protocol; may be given again. Counters go on from point to point
    #[arg(long = "point", value_name = "LINE")]
    points: Vec<String>,
    /// Unit of the timestamps: ns, us, ms, s, m or h
    #[arg(long, default_value = "ns", value_name = "UNIT")]
    precision: Precision,
    /// Zone in which `hour`, `day` and the like read `"time"`
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    tz: String,
    /// One JSON object a line, or text to read
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Json,
    Text,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let zone = match Zone::parse(&args.tz) {
        Ok(zone) => zone,
        Err(e) => {
            complain(&format!("error: {e}"));
            return Exit::Usage;
        }
    };
    let mut out = Output::stdout();
    let exit = match Evaluation::new(&args.expr, zone) {
        Ok(mut evaluation) => {
            if args.format == Format::Text {
                evaluation.warnings.iter().for_each(|warning| complain(warning));
            }
            for line in evaluation.lines(args) {
                out.put(&line);
                out.put("\n");
            }
            Exit::Ok
        }
        Err(refusal) => {
            if args.format == Format::Json {
                for _ in 0..args.points.len().max(1) {
                    out.put(&error_object(&refusal.text));
                    out.put("\n");
                }
            }
            complain(&refusal.report);
            Exit::Usage
        }
    };
    match out.finish() {
        Ok(()) => exit,
        Err(e) => {
            complain(&format!("error: cannot write to standard output: {e}"));
            Exit::Usage
        }
    }
}

/// An expression that is not evaluated.
struct Refusal {
    /// Kapacitor's words.
    text: String,
    /// For people.
    report: String,
}

/// An expression with all that it needs from point to point.
struct Evaluation {
    program: Program,
    state: State,
    world: World,
    slots: Vec<Val>,
    names: Slots,
    text: Text,
    zone: Zone,
    /// What is odd about it, for people.
    warnings: Vec<String>,
}

impl Evaluation {
    fn new(source: &str, zone: Zone) -> Result<Evaluation, Refusal> {
        let (source, expr) = parse(source)?;
        let (mut names, mut world) = (Slots::default(), World::default());
        let program = Program::new(&expr, &mut names, &mut world.symbols).map_err(|e| {
            let diagnostic = Diagnostic::error("E0400", e.text.clone()).at(e.span);
            Refusal { text: e.text, report: shown(&source, &diagnostic) }
        })?;
        let state = program.state();
        let slots = vec![Val::Missing; names.names().len()];
        let odd = lint(&expr).diagnostics;
        let warnings = odd.iter().map(|d| shown(&source, d)).collect();
        Ok(Evaluation { program, state, world, slots, names, text: Text::default(), zone, warnings })
    }

    fn lines(&mut self, args: &Args) -> Vec<String> {
        if args.points.is_empty() {
            let point =
                OwnedPoint { name: String::new(), tags: Vec::new(), fields: Vec::new(), time: clock() };
            return vec![self.line(&point, args.format)];
        }
        let one = |line: &String| match parse_line(line, args.precision, Some(clock())) {
            Ok(point) => self.line(&point, args.format),
            Err(e) => show(Err(format!("unable to parse '{line}': {}", e.kapacitor())), args.format),
        };
        args.points.iter().map(one).collect()
    }

    fn line(&mut self, point: &OwnedPoint, format: Format) -> String {
        let result = self.evaluate(point);
        show(result, format)
    }

    fn evaluate(&mut self, point: &OwnedPoint) -> Result<Value, String> {
        let tags = self.load(point);
        let mut env = Env {
            slots: &self.slots,
            text: &mut self.text,
            world: &self.world,
            tags,
            time: point.time,
            now: clock(),
            zone: &self.zone,
        };
        match self.program.value(&mut self.state, &mut env) {
            Ok(val) => Ok(env.owned(val)),
            Err(failure) => Err(self.program.describe(&failure, &env)),
        }
    }

    /// Puts a point's fields into the slots; gives its tags.
    fn load(&mut self, point: &OwnedPoint) -> TagsId {
        self.text.clear();
        self.slots.fill(Val::Missing);
        for (name, value) in &point.fields {
            let slot = self.names.find(name).and_then(|s| self.slots.get_mut(s as usize));
            let Some(slot) = slot else { continue };
            *slot = match value {
                Value::Null => Val::Null,
                Value::Float(v) => Val::Float(*v),
                Value::Int(v) => Val::Int(*v),
                Value::Bool(v) => Val::Bool(*v),
                Value::Str(s) => Val::Str(self.text.push(s)),
                Value::Duration(v) => Val::Duration(*v),
            };
        }
        let symbols = &mut self.world.symbols;
        let tags: Vec<_> = point.tags.iter().map(|(k, v)| (symbols.intern(k), symbols.intern(v))).collect();
        self.world.tags.intern(&tags, &self.world.symbols)
    }
}

/// A finding with its line of the expression, coloured as standard error is.
fn shown(source: &Source, found: &Diagnostic) -> String {
    render(source, found, Color::Auto.on(&io::stderr())).trim_end().to_owned()
}

/// Parses an expression that may begin with `lambda:`.
fn parse(text: &str) -> Result<(Source, Expr), Refusal> {
    let body = text.trim_start().strip_prefix("lambda:").map_or(text, str::trim_start);
    let source = Source::new("expression", body);
    match lang::parse_lambda(body) {
        Ok(expr) => Ok((source, expr)),
        Err(found) => {
            let reports: Vec<String> = found.iter().map(|d| shown(&source, d)).collect();
            let report = reports.join("\n");
            let words = found.iter().find_map(|d| d.kapacitor.clone());
            Err(Refusal { text: words.unwrap_or_else(|| report.clone()), report })
        }
    }
}

fn show(result: Result<Value, String>, format: Format) -> String {
    match (result, format) {
        (Err(text), Format::Json) => error_object(&text),
        (Err(text), Format::Text) => format!("error: {text}"),
        (Ok(value), Format::Json) => {
            let mut out = format!("{{\"type\":\"{}\",\"value\":", type_name(&value));
            push_json(&mut out, &value);
            out.push('}');
            out
        }
        (Ok(value), Format::Text) => {
            let mut out = String::new();
            push_text(&mut out, &value);
            out
        }
    }
}

fn error_object(text: &str) -> String {
    let mut out = String::from("{\"error\":");
    json::push_json_str(&mut out, text);
    out.push('}');
    out
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Float(_) => "float",
        Value::Int(_) => "int",
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::Duration(_) => "duration",
    }
}

fn push_json(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Float(v) if v.is_finite() => {
            number::push_json_float(out, *v);
        }
        Value::Str(s) => json::push_json_str(out, s),
        Value::Int(_) | Value::Bool(_) => push_text(out, value),
        Value::Float(_) | Value::Duration(_) => {
            out.push('"');
            push_text(out, value);
            out.push('"');
        }
    }
}

fn push_text(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Float(v) => number::push_float(out, *v),
        Value::Int(v) => number::push_int(out, *v),
        Value::Bool(v) => out.push_str(if *v { "true" } else { "false" }),
        Value::Str(s) => out.push_str(s),
        Value::Duration(v) => duration::push_go(out, *v),
    }
}

/// Nanoseconds since 1970.
fn clock() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX))
}
