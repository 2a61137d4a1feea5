//! Tables with nothing but a header: what the columns are is told by their names, flags and cells.
//!
//! Telegraf's, InfluxDB 1.x's and Flux's headers are recognised; any other has a time column, tags
//! and fields. A column's type is that of the first rows; numbers are floats, as in line protocol.

use std::collections::BTreeSet;

use csv::ByteRecord;

use super::CsvOptions;
use super::kind::Kind;
use super::table::{Field, Pair, Source, Table};
use super::time::TimeFormat;
use super::writer::Name;

/// What a column is.
#[derive(Clone, PartialEq, Debug)]
enum Role {
    Skip,
    Time,
    Measurement,
    Tag(String),
    Field(String, Option<Kind>),
    TagList,
    FieldName,
    FieldValue,
    /// To be told from the cells.
    Open(String),
}

/// What is known when a header is read.
pub(super) struct Context<'a> {
    pub(super) options: &'a CsvOptions,
    /// Name for points of tables that name no measurement.
    pub(super) stem: &'a str,
}

/// Which kind of header it is, for the user.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Telegraf,
    Flux,
    Influx,
    Plain,
}

const TIMES: [&str; 6] = ["time", "_time", "timestamp", "ts", "date", "datetime"];
const MEASUREMENTS: [&str; 3] = ["name", "measurement", "_measurement"];

/// What the table with this header and these first rows is, and a sentence about it.
pub(super) fn table<'a>(
    header: &ByteRecord,
    sample: &(impl Iterator<Item = &'a ByteRecord> + Clone),
    context: &Context<'_>,
) -> Result<(Table, String), String> {
    let names: Vec<String> = header.iter().map(|c| String::from_utf8_lossy(c).trim().to_owned()).collect();
    let style = style(&names);
    let mut roles = match style {
        Style::Telegraf => names.iter().map(|n| telegraf(n)).collect(),
        Style::Flux => names.iter().map(|n| flux(n)).collect(),
        Style::Influx => names.iter().map(|n| influx(n)).collect(),
        Style::Plain => plain(&names, context.options)?,
    };
    find_time(&names, &mut roles, context)?;
    if context.options.measurement.is_none() {
        find_measurement(&names, &mut roles);
    }
    for (i, role) in roles.iter_mut().enumerate() {
        let cells = sample.clone().filter_map(|row| row.get(i));
        settle(role, style, context.options, cells);
    }
    build(&names, roles, style, sample, context)
}

fn style(names: &[String]) -> Style {
    let has = |name: &str| names.iter().any(|n| n == name);
    // What `tick convert` writes, and InfluxDB 1.x without groups: a field may be called `field_x`.
    if names.iter().take(2).eq(["name", "time"]) {
        Style::Plain
    } else if names.iter().any(|n| n.starts_with("field_") || n.starts_with("field.")) {
        Style::Telegraf
    } else if has("_field") && has("_value") {
        Style::Flux
    } else if names.iter().take(2).eq(["name", "tags"]) && has("time") {
        Style::Influx
    } else {
        Style::Plain
    }
}

fn telegraf(name: &str) -> Role {
    for prefix in ["tag_", "tag."] {
        if let Some(tag) = name.strip_prefix(prefix) {
            return Role::Tag(tag.to_owned());
        }
    }
    for prefix in ["field_", "field."] {
        if let Some(field) = name.strip_prefix(prefix) {
            let (field, kind) = typed(field);
            return Role::Field(field.to_owned(), kind);
        }
    }
    Role::Skip
}

fn flux(name: &str) -> Role {
    match name {
        "" | "result" | "table" | "_start" | "_stop" => Role::Skip,
        "_field" => Role::FieldName,
        "_value" => Role::FieldValue,
        _ => Role::Tag(name.to_owned()),
    }
}

fn influx(name: &str) -> Role {
    match name {
        "tags" => Role::TagList,
        _ => Role::Field(name.to_owned(), None),
    }
}

/// A name with its type: `load:int`.
fn typed(name: &str) -> (&str, Option<Kind>) {
    let Some((stem, kind)) = name.rsplit_once(':') else { return (name, None) };
    match kind {
        "int" | "long" => (stem, Some(Kind::Int)),
        "float" | "double" => (stem, Some(Kind::Float)),
        "bool" | "boolean" => (stem, Some(Kind::Bool)),
        "string" => (stem, Some(Kind::Str)),
        _ => (name, None),
    }
}

fn plain(names: &[String], options: &CsvOptions) -> Result<Vec<Role>, String> {
    let mut roles: Vec<Role> = Vec::new();
    for name in names {
        let (stem, kind) = typed(name);
        let is_tag = name.strip_suffix(":tag");
        roles.push(match (is_tag, kind) {
            (Some(tag), _) => Role::Tag(tag.to_owned()),
            (_, Some(kind)) => Role::Field(stem.to_owned(), Some(kind)),
            _ if name.is_empty() => Role::Skip,
            _ => Role::Open(name.clone()),
        });
    }
    for tag in &options.tags {
        let at = find(names, tag, "--tags")?;
        set(&mut roles, at, Role::Tag(tag.clone()));
    }
    for field in &options.fields {
        let (name, kind) = typed(field);
        let at = find(names, name, "--fields").or_else(|e| find(names, field, "--fields").map_err(|_| e))?;
        let known =
            roles.get(at).and_then(|r| if let Role::Field(_, kind) = r { kind.clone() } else { None });
        set(&mut roles, at, Role::Field(name.to_owned(), kind.or(known)));
    }
    Ok(roles)
}

fn set(roles: &mut [Role], at: usize, role: Role) {
    if let Some(place) = roles.get_mut(at) {
        *place = role;
    }
}

/// The column with a name that a flag gives, with or without its type.
fn find(names: &[String], wanted: &str, flag: &str) -> Result<usize, String> {
    let is = |name: &String| {
        name == wanted || typed(name).0 == wanted || name.strip_suffix(":tag") == Some(wanted)
    };
    names.iter().position(is).ok_or_else(|| {
        format!("`{flag}` names `{wanted}`, but the columns are {}", list(names.iter().map(String::as_str)))
    })
}

fn find_time(names: &[String], roles: &mut [Role], context: &Context<'_>) -> Result<(), String> {
    let at = match &context.options.time_column {
        Some(column) => Some(find(names, column, "--time-column")?),
        None => TIMES.iter().find_map(|time| names.iter().position(|n| n.eq_ignore_ascii_case(time))),
    };
    match at {
        Some(at) => set(roles, at, Role::Time),
        None if context.options.default_time.is_some() => {}
        None => {
            return Err(format!(
                "no time column: the columns are {}, one of {} was expected; name it with `--time-column`",
                list(names.iter().map(String::as_str)),
                list(TIMES.into_iter())
            ));
        }
    }
    Ok(())
}

fn find_measurement(names: &[String], roles: &mut [Role]) {
    let at = MEASUREMENTS.iter().find_map(|m| names.iter().position(|n| n.eq_ignore_ascii_case(m)));
    if let Some(at) = at
        && matches!(roles.get(at), Some(Role::Open(_) | Role::Skip | Role::Field(_, None) | Role::Tag(_)))
    {
        set(roles, at, Role::Measurement);
    }
}

/// Decides what is open, by the cells of the column.
fn settle<'a>(
    role: &mut Role,
    style: Style,
    options: &CsvOptions,
    cells: impl Iterator<Item = &'a [u8]> + Clone,
) {
    match role {
        Role::Field(_, kind @ None) => *kind = Some(Kind::infer(cells).unwrap_or(Kind::Float)),
        Role::Open(name) => {
            let kind = Kind::infer(cells.clone()).unwrap_or(Kind::Float);
            // Named fields are all fields there are; numbers that are not named are neither.
            let named = !options.fields.is_empty();
            let tag =
                kind == Kind::Str && options.tags.is_empty() && (style != Style::Plain || is_tag(cells));
            *role = match (tag, named) {
                (true, _) => Role::Tag(std::mem::take(name)),
                (false, true) => Role::Skip,
                (false, false) => Role::Field(std::mem::take(name), Some(kind)),
            };
        }
        _ => {}
    }
}

/// Whether texts repeat as tags do. Few rows say little: then short texts are tags.
fn is_tag<'a>(cells: impl Iterator<Item = &'a [u8]>) -> bool {
    let (mut distinct, mut rows, mut longest) = (BTreeSet::new(), 0, 0);
    for cell in cells.filter(|cell| !cell.is_empty()) {
        distinct.insert(cell);
        rows += 1;
        longest = longest.max(cell.len());
    }
    longest <= 64 && (distinct.len() <= 20 || distinct.len() * 10 <= rows)
}

fn build<'a>(
    names: &[String],
    roles: Vec<Role>,
    style: Style,
    sample: &(impl Iterator<Item = &'a ByteRecord> + Clone),
    context: &Context<'_>,
) -> Result<(Table, String), String> {
    let options = context.options;
    let fixed = options.measurement.as_deref().unwrap_or(context.stem);
    let mut table = Table {
        width: names.len(),
        measurement: Source::Const(fixed.as_bytes().to_vec()),
        time: None,
        zone: options.zone()?,
        default_time: context.options.default_time,
        tags: Vec::new(),
        tag_list: None,
        fields: Vec::new(),
        pair: None,
        by_series: matches!(style, Style::Flux | Style::Influx),
    };
    let mut pair = (None, None);
    let mut said = Said { measurement: format!("`{fixed}`"), time: String::new() };
    for (i, role) in roles.into_iter().enumerate() {
        let source = Source::column(i);
        match role {
            Role::Time => {
                let format = time_format(names, i, sample, options)?;
                said.time = time_words(names, i, &format, options);
                table.time = Some((source, format));
            }
            Role::Measurement => {
                said.measurement = format!("from `{}`", names.get(i).map_or("", String::as_str));
                table.measurement = source;
            }
            Role::Tag(name) => table.tags.push((Name::new(&name), source)),
            Role::Field(name, kind) => {
                let kind = kind.unwrap_or(Kind::Float);
                table.fields.push(Field { name: Name::new(&name), source, kind });
            }
            Role::TagList => table.tag_list = Some(i),
            Role::FieldName => pair.0 = Some(i),
            Role::FieldValue => pair.1 = Some(source),
            Role::Skip | Role::Open(_) => {}
        }
    }
    if let (Some(name), Some(value)) = pair {
        table.pair = Some(Pair { name, value, kind: Kind::Any });
    }
    if table.fields.is_empty() && table.pair.is_none() {
        return Err(format!(
            "no column is a field: the columns are {}; name fields with `--fields`",
            list(names.iter().map(String::as_str))
        ));
    }
    table.tags.retain(|tag| !tag.0.is_empty());
    table.tags.sort_by(|a, b| a.0.plain.cmp(&b.0.plain));
    let notice = said.notice(&table, style);
    Ok((table, notice))
}

fn time_format<'a>(
    names: &[String],
    column: usize,
    sample: &(impl Iterator<Item = &'a ByteRecord> + Clone),
    options: &CsvOptions,
) -> Result<TimeFormat, String> {
    if let Some(format) = &options.time_format {
        return TimeFormat::named(format);
    }
    TimeFormat::guess(sample.clone().filter_map(|row| row.get(column))).map_err(|why| {
        let name = names.get(column).map_or("", String::as_str);
        format!(
            "time column `{name}`: {why}; say how times are written with `--time-format`, such as unix_ms or \
             `02/01/2006 15:04:05`"
        )
    })
}

fn time_words(names: &[String], column: usize, format: &TimeFormat, options: &CsvOptions) -> String {
    let name = names.get(column).map_or("", String::as_str);
    let zone = match &options.tz {
        Some(tz) if format.has_zone() => format!(", {tz} where no offset is given"),
        None if format.has_zone() => ", UTC where no offset is given".to_owned(),
        _ => String::new(),
    };
    format!("`{name}` ({}{zone})", format.name())
}

/// The parts of the sentence about a table.
struct Said {
    measurement: String,
    time: String,
}

impl Said {
    fn notice(&self, table: &Table, style: Style) -> String {
        let kind = match style {
            Style::Telegraf => "Telegraf's CSV",
            Style::Flux => "Flux's CSV without annotations",
            Style::Influx => "CSV of InfluxDB 1.x",
            Style::Plain => "CSV with a header",
        };
        let mut out = format!("{kind}: measurement {}", self.measurement);
        if !self.time.is_empty() {
            out += &format!(", time {}", self.time);
        }
        if !table.tags.is_empty() {
            out += &format!(", tags {}", list(table.tags.iter().map(|t| t.0.plain.as_str())));
        }
        if !table.fields.is_empty() {
            let fields: Vec<String> =
                table.fields.iter().map(|f| format!("{} ({})", f.name.plain, f.kind.name())).collect();
            out += &format!(", fields {}", list(fields.iter().map(String::as_str)));
        }
        if table.pair.is_some() {
            out += ", fields by `_field`";
        }
        out
    }
}

/// The first dozen names, and how many more there are.
pub(super) fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(12);
    let mut out = names.take(12).collect::<Vec<_>>().join(", ");
    if more > 0 {
        out += &format!(" and {more} more");
    }
    out
}
