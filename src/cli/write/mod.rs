//! Files of points: line protocol, recordings and wide tables.

mod fields;
mod lines;
mod out;
mod wide;

use std::io;
use std::path::Path;
use std::str::FromStr;

pub(crate) use lines::Lines;
pub(crate) use out::{Out, is_packed};
pub(crate) use wide::Wide;

use super::points::Seen;

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Line protocol, one point a line.
    Lines,
    /// Kapacitor's recording of a stream.
    Srpl,
    /// A table with a column for each tag and field.
    Csv {
        /// What stands between cells.
        delimiter: u8,
    },
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Form, String> {
        Ok(match text {
            "lp" | "line" | "lines" | "influx" => Form::Lines,
            "srpl" => Form::Srpl,
            "csv" => Form::Csv { delimiter: b',' },
            "tsv" => Form::Csv { delimiter: b'\t' },
            _ => return Err(format!("unknown format `{text}`: expected lp, csv, tsv or srpl")),
        })
    }
}

impl Form {
    /// The format that a file's name asks for; an ending `.gz` does not count.
    pub(crate) fn of_name(file: &Path) -> Option<Form> {
        let name = file.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        name.rsplit_once('.')?.1.parse().ok()
    }

    /// A writer of this format.
    pub(crate) fn writer(self, out: Out) -> Box<dyn Writer> {
        match self {
            Form::Lines => Box::new(Lines::new(out, false)),
            Form::Srpl => Box::new(Lines::new(out, true)),
            Form::Csv { delimiter } => Box::new(Wide::new(out, delimiter)),
        }
    }
}

/// Writes points.
pub(crate) trait Writer {
    /// Takes a point.
    fn point(&mut self, point: &Seen<'_>) -> io::Result<()>;

    /// Ends the output; gives what the user should be told.
    fn finish(self: Box<Self>) -> io::Result<Vec<String>>;
}

#[cfg(test)]
mod tests;
