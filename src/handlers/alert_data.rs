//! What templates of URLs and bodies see: the event as its JSON has it.

use crate::alert::{Event, Series};
use crate::template::{Datum, ExecError, List, Options, Struct, Template, TemplateError};
use crate::value::Value;

/// The functions `json` and `jsonCompact` are allowed.
const OPTIONS: Options = Options { html: false, json: true };

/// Compiles a template over an event's data. The name leads its errors: `url`.
pub(super) fn compile(name: &str, text: &str) -> Result<Template, TemplateError> {
    Template::parse(name, text, OPTIONS)
}

/// What a template makes of an event.
pub(super) fn render(template: &Template, event: &Event) -> Result<String, ExecError> {
    let mut out = String::new();
    if let Some(text) = template.literal() {
        out.push_str(text);
        return Ok(out);
    }
    let series = event.series();
    let data = AlertData { event, result: Outcome::new(event, series.as_deref().unwrap_or_default()) };
    template.render(Datum::Struct(&data), &mut out)?;
    Ok(out)
}

/// `.`
struct AlertData<'a> {
    event: &'a Event,
    result: Outcome<'a>,
}

impl Struct for AlertData<'_> {
    fn type_name(&self) -> &str {
        "alert.Data"
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        let event = self.event;
        Some(match name {
            "ID" => Datum::str(&event.id),
            "Message" => Datum::str(&event.message),
            "Details" => Datum::str(event.details()),
            "Time" => Datum::Time(event.time),
            "Duration" => Datum::Duration(event.duration),
            "Level" => Datum::str(event.level.as_str()),
            "Data" => Datum::Struct(&self.result),
            "PreviousLevel" => Datum::str(event.previous.as_str()),
            "Recoverable" => Datum::Bool(event.recoverable),
            _ => return None,
        })
    }

    fn fields(&self) -> &[&'static str] {
        &["ID", "Message", "Details", "Time", "Duration", "Level", "Data", "PreviousLevel", "Recoverable"]
    }

    fn push_json(&self, out: &mut String) -> Option<bool> {
        Some(self.event.push_json(out).is_ok())
    }
}

/// `.Data`
pub(super) struct Outcome<'a> {
    event: &'a Event,
    rows: Rows<'a>,
}

impl<'a> Outcome<'a> {
    /// The result of an event, with its tables.
    pub(super) fn new(event: &'a Event, series: &'a [Series]) -> Outcome<'a> {
        Outcome { event, rows: Rows(series.iter().map(Row::new).collect()) }
    }
}

impl Struct for Outcome<'_> {
    fn type_name(&self) -> &str {
        "models.Result"
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        (name == "Series").then(|| Datum::any_list(&self.rows))
    }

    fn fields(&self) -> &[&'static str] {
        &["Series"]
    }

    fn push_json(&self, out: &mut String) -> Option<bool> {
        Some(self.event.push_data_json(out).is_ok())
    }
}

/// `.Data.Series`
struct Rows<'a>(Vec<Row<'a>>);

impl List for Rows<'_> {
    fn type_name(&self) -> &str {
        "models.Rows"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, at: usize) -> Option<Datum<'_>> {
        self.0.get(at).map(|row| Datum::Struct(row))
    }
}

/// A table.
struct Row<'a> {
    series: &'a Series,
    columns: Columns<'a>,
    values: Lines<'a>,
}

impl<'a> Row<'a> {
    fn new(series: &'a Series) -> Row<'a> {
        let lines = series.values.iter().map(|(time, values)| Line { time: *time, values }).collect();
        Row { series, columns: Columns(&series.columns), values: Lines(lines) }
    }
}

impl Struct for Row<'_> {
    fn type_name(&self) -> &str {
        "*models.Row"
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        Some(match name {
            "Name" => Datum::str(&self.series.name),
            "Tags" => Datum::strings(&self.series.tags),
            "Columns" => Datum::any_list(&self.columns),
            "Values" => Datum::any_list(&self.values),
            _ => return None,
        })
    }

    fn fields(&self) -> &[&'static str] {
        &["Name", "Tags", "Columns", "Values"]
    }

    fn push_json(&self, out: &mut String) -> Option<bool> {
        Some(self.series.push_json(out).is_ok())
    }
}

/// `time` and the other columns.
struct Columns<'a>(&'a [String]);

impl List for Columns<'_> {
    fn type_name(&self) -> &str {
        "[]string"
    }

    fn len(&self) -> usize {
        self.0.len() + 1
    }

    fn get(&self, at: usize) -> Option<Datum<'_>> {
        match at.checked_sub(1) {
            None => Some(Datum::str("time")),
            Some(at) => self.0.get(at).map(|name| Datum::str(name)),
        }
    }
}

/// The lines of a table.
struct Lines<'a>(Vec<Line<'a>>);

impl List for Lines<'_> {
    fn type_name(&self) -> &str {
        "[][]interface {}"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, at: usize) -> Option<Datum<'_>> {
        self.0.get(at).map(|line| Datum::any_list(line))
    }
}

/// A time and the other values.
struct Line<'a> {
    time: i64,
    values: &'a [Value],
}

impl List for Line<'_> {
    fn len(&self) -> usize {
        self.values.len() + 1
    }

    fn get(&self, at: usize) -> Option<Datum<'_>> {
        match at.checked_sub(1) {
            None => Some(Datum::Time(self.time)),
            Some(at) => self.values.get(at).map(Datum::value),
        }
    }
}
