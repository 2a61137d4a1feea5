//! Annotated CSV: what `influx query --raw` gives and `influx write --format csv` takes.
//!
//! Rows before the header, beginning with `#`, say what the columns are; a header may say it too, as
//! `name|type|default`.

use csv::ByteRecord;
use jiff::tz::{Offset, TimeZone};

use super::kind::Kind;
use super::plain::{Context, list};
use super::table::{Field, Pair, Part, Source, Table};
use super::time::TimeFormat;
use super::writer::Name;
use crate::input::point::Precision;

/// The annotations before a header.
#[derive(Default, Debug)]
pub(super) struct Annotations {
    types: Vec<String>,
    groups: Vec<bool>,
    defaults: Vec<String>,
    /// Type, name and value of what all rows have.
    constants: Vec<Vec<String>>,
    concats: Vec<Vec<String>>,
    zone: Option<TimeZone>,
    any: bool,
}

impl Annotations {
    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    /// Takes in a row that begins with `#`. Other rows of that kind are comments.
    pub(super) fn add(&mut self, row: &ByteRecord) -> Result<(), String> {
        let cells: Vec<String> = row.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        let Some((first, rest)) = cells.split_first() else { return Ok(()) };
        // `#datatype tag,double` and `#datatype,tag,double`: the second has an unnamed first column.
        let (keyword, head) = first.split_once(char::is_whitespace).unwrap_or((first, ""));
        let columns = || std::iter::once(head.trim().to_owned()).chain(rest.iter().cloned());
        let parts = || columns().skip_while(String::is_empty).collect::<Vec<_>>();
        match keyword {
            "#datatype" => self.types = columns().collect(),
            "#group" => self.groups = columns().map(|c| c.trim().eq_ignore_ascii_case("true")).collect(),
            "#default" => self.defaults = columns().collect(),
            "#constant" => self.constants.push(parts()),
            "#concat" => self.concats.push(parts()),
            "#timezone" => self.zone = Some(zone(parts().first().map_or("", String::as_str))?),
            _ => return Ok(()),
        }
        self.any = true;
        Ok(())
    }
}

/// Whether a header says the types of its columns.
pub(super) fn is_shorthand(header: &ByteRecord) -> bool {
    header.iter().any(|cell| {
        let text = String::from_utf8_lossy(cell);
        text.split('|').nth(1).is_some_and(|kind| Type::parse(kind, Precision::Nanos).is_ok())
    })
}

fn zone(text: &str) -> Result<TimeZone, String> {
    let fail =
        || format!("`#timezone {text}`: expected an offset such as -0600, or a zone such as Europe/Berlin");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if let (true, Some(hours), Some(minutes)) =
        (text.starts_with(['+', '-']), digits.get(..2), digits.get(2..4))
    {
        let seconds = hours.parse::<i32>().unwrap_or(99) * 3600 + minutes.parse::<i32>().unwrap_or(99) * 60;
        let seconds = if text.starts_with('-') { -seconds } else { seconds };
        return Offset::from_seconds(seconds).map(|o| o.to_time_zone()).map_err(|_| fail());
    }
    TimeZone::get(text.trim()).map_err(|_| fail())
}

/// What `#datatype` says of a column.
#[derive(Clone, Debug)]
enum Type {
    None,
    Measurement,
    Tag,
    Time(TimeFormat),
    Ignored,
    Field(Kind),
}

impl Type {
    fn parse(text: &str, precision: Precision) -> Result<Type, String> {
        let (name, details) = match text.split_once(':') {
            Some((name, details)) => (name, Some(details)),
            None => (text, None),
        };
        Ok(match name {
            "" => Type::None,
            "measurement" => Type::Measurement,
            "tag" => Type::Tag,
            "ignore" | "ignored" => Type::Ignored,
            "field" => Type::Field(Kind::Line),
            "dateTime" | "time" => Type::Time(match details {
                None | Some("") => TimeFormat::NumberOrIso(precision),
                Some("number") => TimeFormat::Unix(precision),
                Some(layout) => TimeFormat::named(layout)?,
            }),
            "string" | "duration" | "base64Binary" => Type::Field(Kind::Str),
            "double" => Type::Field(details.map_or(Kind::Float, |d| number(d, false, false))),
            "long" | "unsignedLong" => {
                let details = details.unwrap_or("");
                let strict = details.ends_with("strict");
                Type::Field(number(details.trim_end_matches("strict").trim_end_matches(':'), true, strict))
            }
            "boolean" => Type::Field(details.map_or(Kind::Bool, words)),
            _ => return Err(format!("unknown type `{text}` of a column")),
        })
    }
}

/// `,.`: the decimal point, and characters to pass over.
fn number(details: &str, int: bool, strict: bool) -> Kind {
    let mut bytes = details.bytes();
    let point = bytes.next().unwrap_or(b'.');
    let ignored: Vec<u8> = bytes.collect();
    Kind::Number { point, ignored, int, strict }
}

/// `y,Y:n,N`: the words for true and false.
fn words(details: &str) -> Kind {
    let split = |words: &str| words.split(',').map(|w| w.as_bytes().to_vec()).collect();
    let (yes, no) = details.split_once(':').unwrap_or((details, ""));
    Kind::Words { yes: split(yes), no: split(no) }
}

/// A column with all that is known of it.
struct Column {
    name: String,
    kind: Type,
    group: bool,
    source: Source,
}

/// What the table with this header is, and a sentence about it.
pub(super) fn table(
    header: &ByteRecord,
    notes: &Annotations,
    context: &Context<'_>,
) -> Result<(Table, String), String> {
    let precision = context.options.precision;
    let mut columns = Vec::new();
    for (i, cell) in header.iter().enumerate() {
        columns.push(column(i, &String::from_utf8_lossy(cell), notes, precision)?);
    }
    let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
    for constant in &notes.constants {
        columns.push(extra(constant, "#constant", precision, |v| Ok(Source::Const(v.as_bytes().to_vec())))?);
    }
    for concat in &notes.concats {
        columns.push(extra(concat, "#concat", precision, |v| concatenated(v, &names))?);
    }
    let mut table = Table {
        width: header.len(),
        measurement: Source::Const(Vec::new()),
        time: None,
        zone: notes.zone.clone().map_or_else(|| context.options.zone(), |zone| Ok(Some(zone)))?,
        default_time: context.options.default_time,
        tags: Vec::new(),
        tag_list: None,
        fields: Vec::new(),
        pair: None,
        // Results of queries have a table for each series.
        by_series: !notes.groups.is_empty() || names.iter().any(|n| n == "_field"),
    };
    fill(&mut table, columns);
    if let Some(name) = &context.options.measurement {
        table.measurement = Source::Const(name.as_bytes().to_vec());
    }
    check(&table, &names)?;
    let notice = notice(&table);
    Ok((table, notice))
}

fn column(index: usize, cell: &str, notes: &Annotations, precision: Precision) -> Result<Column, String> {
    let mut parts = cell.split('|');
    let name = parts.next().unwrap_or_default().to_owned();
    let (short, short_default) = (parts.next(), parts.next());
    let text = short.or(notes.types.get(index).map(String::as_str)).unwrap_or("");
    let kind = Type::parse(text.trim(), precision).map_err(|e| format!("{e} `{name}`"))?;
    let default = short_default.or(notes.defaults.get(index).map(String::as_str)).unwrap_or("");
    let group = notes.groups.get(index).copied().unwrap_or(false);
    Ok(Column { name, kind, group, source: Source::Column(index, default.as_bytes().to_vec()) })
}

/// What `#constant` and `#concat` add: a type, a name unless the type has none, and a value.
fn extra(
    parts: &[String],
    keyword: &str,
    precision: Precision,
    source: impl Fn(&str) -> Result<Source, String>,
) -> Result<Column, String> {
    let (kind, name, value) = match parts {
        [kind, value] => (kind, "", value),
        [kind, name, value, ..] if value.is_empty() => (kind, "", name),
        [kind, name, value, ..] => (kind, name.as_str(), value),
        _ => return Err(format!("`{keyword}` needs a type, a name and a value, such as `tag,site,berlin`")),
    };
    let name = name.to_owned();
    Ok(Column { name, kind: Type::parse(kind.trim(), precision)?, group: false, source: source(value)? })
}

/// `${Year}-${Month}` by the columns of these names.
fn concatenated(text: &str, names: &[String]) -> Result<Source, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) =
            after.split_once('}').ok_or_else(|| format!("`{text}` has a `${{` without `}}`"))?;
        let index = names.iter().position(|n| n == name);
        let index = index.ok_or_else(|| format!("`{text}` names `{name}`, which is no column"))?;
        parts.extend([Part::Text(before.as_bytes().to_vec()), Part::Column(index)]);
        rest = behind;
    }
    parts.push(Part::Text(rest.as_bytes().to_vec()));
    Ok(Source::Concat(parts))
}

fn fill(table: &mut Table, columns: Vec<Column>) {
    let (mut field_name, mut field_value) = (None, None);
    let long = columns.iter().any(|c| c.name == "_field");
    let mut range = None;
    for column in columns {
        let Column { name, kind, group, source } = column;
        match (name.as_str(), kind) {
            (_, Type::Measurement) | ("_measurement", _) => table.measurement = source,
            // The range of a query is a time only where there is no other.
            ("_start" | "_stop", Type::Time(format)) => range = range.or(Some((source, format))),
            (_, Type::Time(format)) => table.time = Some((source, format)),
            (_, Type::Ignored) | ("", _) => {}
            ("_field", _) => field_name = Some(source),
            ("_value", Type::Field(kind)) if long => field_value = Some((source, kind)),
            ("_value", _) if long => field_value = Some((source, Kind::Any)),
            ("result" | "table", Type::Field(_) | Type::None) if table.by_series => {}
            (_, Type::Tag) => table.tags.push((Name::new(&name), source)),
            _ if group => table.tags.push((Name::new(&name), source)),
            _ if long => {}
            (_, Type::Field(kind)) => table.fields.push(Field { name: Name::new(&name), source, kind }),
            (_, Type::None) => {
                table.fields.push(Field { name: Name::new(&name), source, kind: Kind::Any });
            }
        }
    }
    table.time = table.time.take().or(range);
    if let (Some(Source::Column(name, _)), Some((value, kind))) = (field_name, field_value) {
        table.pair = Some(Pair { name, value, kind });
    }
    table.tags.retain(|tag| !tag.0.is_empty());
    table.tags.sort_by(|a, b| a.0.plain.cmp(&b.0.plain));
}

fn check(table: &Table, names: &[String]) -> Result<(), String> {
    let columns = || list(names.iter().map(String::as_str));
    if table.measurement == Source::Const(Vec::new()) {
        return Err(format!(
            "no column is the measurement: the columns are {}; annotate one, or name it with `--measurement`",
            columns()
        ));
    }
    if table.time.is_none() && table.default_time.is_none() {
        return Err(format!("no column is a time: the columns are {}; annotate one as dateTime", columns()));
    }
    if table.fields.is_empty() && table.pair.is_none() {
        return Err(format!("no column is a field: the columns are {}", columns()));
    }
    Ok(())
}

fn notice(table: &Table) -> String {
    let mut out = "annotated CSV".to_owned();
    if !table.tags.is_empty() {
        out += &format!(": tags {}", list(table.tags.iter().map(|t| t.0.plain.as_str())));
    }
    let fields = || list(table.fields.iter().map(|f| f.name.plain.as_str()));
    let fields = if table.pair.is_some() { "by `_field`".to_owned() } else { fields() };
    out += if table.tags.is_empty() { ": fields " } else { ", fields " };
    out + &fields
}
