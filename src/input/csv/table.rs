//! What the columns of a table mean, and a row of it as a point.

use csv::ByteRecord;
use jiff::tz::TimeZone;

use super::kind::{Found, Kind};
use super::time::TimeFormat;
use super::writer::{Name, PointWriter};

/// Where a value comes from.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Source {
    /// A column, and what stands for its empty cells.
    Column(usize, Vec<u8>),
    /// The same for all rows.
    Const(Vec<u8>),
    /// Columns and texts, one behind the other.
    Concat(Vec<Part>),
}

/// A piece of a value that is put together.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Part {
    /// As it is.
    Text(Vec<u8>),
    /// A column.
    Column(usize),
}

impl Source {
    pub(super) fn column(index: usize) -> Source {
        Source::Column(index, Vec::new())
    }

    fn get<'a>(&'a self, row: &'a ByteRecord, scratch: &'a mut Vec<u8>) -> &'a [u8] {
        match self {
            Source::Column(index, default) => match row.get(*index) {
                None | Some([]) => default,
                Some(cell) => cell,
            },
            Source::Const(text) => text,
            Source::Concat(parts) => {
                scratch.clear();
                for part in parts {
                    match part {
                        Part::Text(text) => scratch.extend_from_slice(text),
                        Part::Column(index) => scratch.extend_from_slice(row.get(*index).unwrap_or_default()),
                    }
                }
                scratch
            }
        }
    }
}

/// A field of every row.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Name,
    pub(super) source: Source,
    pub(super) kind: Kind,
}

/// A field whose name stands in the row.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) name: usize,
    pub(super) value: Source,
    pub(super) kind: Kind,
}

/// What the columns of a table mean.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// How many columns there are.
    pub(super) width: usize,
    pub(super) measurement: Source,
    /// None: all rows have the default time.
    pub(super) time: Option<(Source, TimeFormat)>,
    /// Of times that name no offset; UTC if none.
    pub(super) zone: Option<TimeZone>,
    /// For rows without a time.
    pub(super) default_time: Option<i64>,
    /// Sorted by name.
    pub(super) tags: Vec<(Name, Source)>,
    /// A column that holds `host=a,region=b`.
    pub(super) tag_list: Option<usize>,
    pub(super) fields: Vec<Field>,
    pub(super) pair: Option<Pair>,
    /// Whether rows come series after series, or one field a row: they are sorted and joined.
    pub(super) by_series: bool,
}

/// Room for values that are put together, and what was passed over.
#[derive(Default)]
pub(super) struct Scratch {
    source: Vec<u8>,
    kind: Vec<u8>,
    /// The last name of a [`Pair`].
    name: Name,
    /// The last time as written, and as read: rows of the same time follow each other.
    time_text: Vec<u8>,
    time: i64,
    /// Cells that were `NaN` or infinite.
    pub(super) not_a_number: u64,
}

impl Scratch {
    /// Another table begins, which may write times in another way.
    pub(super) fn forget(&mut self) {
        self.time_text.clear();
    }
}

impl Table {
    /// Writes a row as a point; false if it has no field, and the point is to be given up.
    pub(super) fn write(
        &self,
        row: &ByteRecord,
        out: &mut impl PointWriter,
        scratch: &mut Scratch,
    ) -> Result<bool, String> {
        if row.len() != self.width {
            return Err(format!("the row has {} cells, the header {}", row.len(), self.width));
        }
        let time = self.time(row, scratch)?;
        let measurement = self.measurement.get(row, &mut scratch.source);
        if measurement.iter().all(|b| matches!(b, b'#' | b'\\')) {
            return Err("the row has no measurement".to_owned());
        }
        out.begin(measurement);
        for (name, source) in &self.tags {
            out.tag(name, source.get(row, &mut scratch.source));
        }
        if let Some(index) = self.tag_list {
            write_tag_list(row.get(index).unwrap_or_default(), out)?;
        }
        let mut any = false;
        for field in &self.fields {
            any |= write_field(&field.name, &field.source, &field.kind, row, out, scratch)?;
        }
        if let Some(pair) = &self.pair {
            let name = std::str::from_utf8(row.get(pair.name).unwrap_or_default());
            let name = name.map_err(|_| "the field's name is not valid UTF-8")?;
            if scratch.name.plain != name {
                scratch.name = Name::new(name);
            }
            let name = std::mem::take(&mut scratch.name);
            let written =
                !name.plain.is_empty() && write_field(&name, &pair.value, &pair.kind, row, out, scratch)?;
            scratch.name = name;
            any |= written;
        }
        if any {
            out.end(time);
        }
        Ok(any)
    }

    fn time(&self, row: &ByteRecord, scratch: &mut Scratch) -> Result<i64, String> {
        let Scratch { source: room, time_text, time, .. } = scratch;
        let cell = match &self.time {
            Some((source, _)) => source.get(row, room),
            None => &[],
        };
        match (&self.time, self.default_time) {
            (Some(_), _) if !cell.is_empty() && cell == time_text.as_slice() => Ok(*time),
            (Some((_, format)), _) if !cell.is_empty() => {
                *time = format.read(cell, self.zone.as_ref()).ok_or_else(|| {
                    format!("`{}` is no time ({})", String::from_utf8_lossy(cell), format.name())
                })?;
                time_text.clear();
                time_text.extend_from_slice(cell);
                Ok(*time)
            }
            (_, Some(time)) => Ok(time),
            (_, None) => Err("the row has no time".to_owned()),
        }
    }
}

/// Writes a field; false if the row does not have it.
fn write_field(
    name: &Name,
    source: &Source,
    kind: &Kind,
    row: &ByteRecord,
    out: &mut impl PointWriter,
    scratch: &mut Scratch,
) -> Result<bool, String> {
    let cell = source.get(row, &mut scratch.source);
    if cell.is_empty() || name.is_empty() {
        return Ok(false);
    }
    match kind.read(cell, &mut scratch.kind) {
        Ok(Found::Value(value)) => {
            out.field(name, value);
            Ok(true)
        }
        Ok(Found::NotANumber) => {
            scratch.not_a_number += 1;
            Ok(false)
        }
        Err(want) => {
            let cell = String::from_utf8_lossy(cell);
            Err(format!("column `{}`: `{cell}` is not {want}", name.plain))
        }
    }
}

fn write_tag_list(list: &[u8], out: &mut impl PointWriter) -> Result<(), String> {
    let list = std::str::from_utf8(list).map_err(|_| "the tags are not valid UTF-8")?;
    for pair in list.split(',').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| format!("`{pair}` in the tags has no `=`"))?;
        let key = Name::new(key);
        if !key.is_empty() {
            out.tag(&key, value.as_bytes());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::csv::writer::LineWriter;

    fn table() -> Table {
        Table {
            width: 4,
            measurement: Source::Const(b"m".to_vec()),
            time: Some((Source::column(0), TimeFormat::named("unix").unwrap())),
            zone: None,
            default_time: None,
            tags: vec![
                (Name::new("c"), Source::Concat(vec![Part::Column(1), Part::Text(b"-x".to_vec())])),
                (Name::new("h"), Source::Column(1, b"nobody".to_vec())),
            ],
            tag_list: None,
            fields: vec![Field { name: Name::new("f"), source: Source::column(2), kind: Kind::Float }],
            pair: Some(Pair { name: 3, value: Source::column(2), kind: Kind::Any }),
            by_series: false,
        }
    }

    fn write(table: &Table, cells: &[&str]) -> Result<String, String> {
        let (mut out, mut scratch) = (LineWriter::default(), Scratch::default());
        match table.write(&ByteRecord::from(cells.to_vec()), &mut out, &mut scratch) {
            Ok(true) => Ok(String::from_utf8(out.out).unwrap()),
            Ok(false) => Ok(format!("nothing, {} NaN", scratch.not_a_number)),
            Err(error) => Err(error),
        }
    }

    #[test]
    fn rows_become_lines() {
        let mut t = table();
        assert_eq!(write(&t, &["1", "a", "2", "g"]).unwrap(), "m,c=a-x,h=a f=2,g=2 1000000000\n");
        assert_eq!(write(&t, &["1", "", "2", ""]).unwrap(), "m,c=-x,h=nobody f=2 1000000000\n");
        assert_eq!(write(&t, &["1", "a", "", "g"]).unwrap(), "nothing, 0 NaN");
        assert_eq!(write(&t, &["1", "a", "NaN", "g"]).unwrap(), "nothing, 2 NaN");
        assert_eq!(write(&t, &["1", "a", "x", "g"]).unwrap_err(), "column `f`: `x` is not a number");
        assert_eq!(write(&t, &["x", "a", "1", "g"]).unwrap_err(), "`x` is no time (unix seconds)");
        assert_eq!(write(&t, &["", "a", "1", "g"]).unwrap_err(), "the row has no time");
        assert_eq!(write(&t, &["1", "a", "1"]).unwrap_err(), "the row has 3 cells, the header 4");
        t.default_time = Some(5);
        assert_eq!(write(&t, &["", "a", "1", ""]).unwrap(), "m,c=a-x,h=a f=1 5\n");
        t.measurement = Source::column(3);
        assert_eq!(write(&t, &["1", "a", "1", ""]).unwrap_err(), "the row has no measurement");
        t.tag_list = Some(1);
        t.tags.clear();
        assert_eq!(write(&t, &["1", "b=x y,a=2", "1", "n"]).unwrap(), "n,b=x\\ y,a=2 f=1,n=1 1000000000\n");
    }
}
