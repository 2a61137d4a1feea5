//! Line protocol and Kapacitor's recordings of streams: three lines a point, of which the third is line protocol.

use std::io::{self, Write};

use super::fields::{self, Kind};
use super::{Out, Writer};
use crate::cli::points::Seen;
use crate::data::Series;
use crate::data::World;
use crate::data::line::lead;
use crate::data::line::{push_measurement, push_tag};

/// Writes lines: tags and fields in the order of their names, values as they stand in the input, times in
/// nanoseconds.
pub(crate) struct Lines {
    out: Out,
    /// Whether database and retention policy stand before each point.
    recording: bool,
    /// What each series' lines begin with.
    keys: Vec<Option<Box<[u8]>>>,
    line: Vec<u8>,
    /// Strings whose line breaks became spaces.
    breaks: u64,
    /// Databases that lines do not name.
    homes: Vec<(Box<str>, Box<str>)>,
}

impl Lines {
    /// Writes there.
    pub(crate) fn new(out: Out, recording: bool) -> Lines {
        Lines { out, recording, keys: Vec::new(), line: Vec::new(), breaks: 0, homes: Vec::new() }
    }

    fn key(&mut self, point: &Seen<'_>) {
        let at = point.id.index();
        if self.keys.len() <= at {
            self.keys.resize(at + 1, None);
        }
        if let Some(known) = self.keys.get_mut(at) {
            let key =
                known.get_or_insert_with(|| key(self.recording, point.series, point.world, &mut self.homes));
            self.line.extend_from_slice(key);
        }
    }

    fn push_value(&mut self, field: &fields::Field<'_>) {
        match field.kind() {
            // What reads it knows no other integers.
            Kind::Int => {
                self.line.extend_from_slice(field.digits());
                self.line.push(b'i');
            }
            // A recording's point is one line.
            Kind::Str if self.recording && field.value.contains(&b'\n') => {
                self.breaks += 1;
                self.line.extend(field.value.iter().map(|b| if *b == b'\n' { b' ' } else { *b }));
            }
            _ => self.line.extend_from_slice(field.value),
        }
    }
}

/// The head of a series' lines.
fn key(recording: bool, series: &Series, world: &World, homes: &mut Vec<(Box<str>, Box<str>)>) -> Box<[u8]> {
    let text = |sym| world.symbols.name(sym);
    let home = (text(series.db).into(), text(series.rp).into());
    let mut key = String::new();
    if recording {
        key = format!("{}\n{}\n", home.0, home.1);
    }
    if !homes.contains(&home) {
        homes.push(home);
    }
    push_measurement(&mut key, text(series.name));
    let mut tags: Vec<(&str, &str)> =
        world.tags.pairs(series.tags).iter().map(|&(k, v)| (text(k), text(v))).collect();
    tags.sort_by_key(|tag| tag.0);
    tags.iter().for_each(|(k, v)| push_tag(&mut key, k, v));
    key.into_bytes().into()
}

impl Writer for Lines {
    fn point(&mut self, point: &Seen<'_>) -> io::Result<()> {
        self.line.clear();
        self.key(point);
        let mut sorted = fields::sorted(point.fields);
        lead(&mut sorted, |field| field.raw);
        for (i, field) in sorted.iter().enumerate() {
            self.line.push(if i == 0 { b' ' } else { b',' });
            self.line.extend_from_slice(field.raw);
            self.line.push(b'=');
            self.push_value(field);
        }
        writeln!(self.line, " {}", point.time)?;
        self.out.write_all(&self.line)
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<String>> {
        self.out.finish()?;
        let mut notices = Vec::new();
        if self.breaks > 0 {
            notices.push(format!("{} strings had line breaks: written as spaces", self.breaks));
        }
        if self.homes.len() > 1 && !self.recording {
            let names: Vec<String> = self.homes.iter().map(|(db, rp)| format!("`{db}`.`{rp}`")).collect();
            notices.push(format!("the points were of {}: only a recording says which", names.join(", ")));
        }
        Ok(notices)
    }
}
