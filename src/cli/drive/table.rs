//! What the command line says about the form of inputs: the format, and what the columns of CSV are.

use crate::input::{CsvOptions, Format};

/// How inputs are read where their names and first lines do not say it.
#[derive(clap::Args, Debug)]
pub(crate) struct Table {
    /// Format of all inputs: `line`, `srpl`, `export`, `csv` (default: by name and first lines)
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    pub(crate) input_format: Option<Format>,

    /// Measurement of CSV that names none (default: the file's name)
    #[arg(long, value_name = "NAME", help_heading = "CSV")]
    pub(crate) measurement: Option<String>,

    /// Column with the time (default: `time`, `timestamp`, `ts`, `date` and the like)
    #[arg(long, value_name = "COLUMN", help_heading = "CSV")]
    pub(crate) time_column: Option<String>,

    /// How times are written: `unix`, `unix_ms`, `unix_us`, `unix_ns`, `rfc3339`, `02/01/2006 15:04:05`
    /// or `%d/%m/%Y %H:%M:%S`
    #[arg(long, value_name = "FORMAT", help_heading = "CSV")]
    pub(crate) time_format: Option<String>,

    /// Columns that are tags; others are not (default: columns with few different texts)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', help_heading = "CSV")]
    pub(crate) tags: Vec<String>,

    /// Columns that are fields, `NAME` or `NAME:int`; others are not (default: all that are no tags)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', help_heading = "CSV")]
    pub(crate) fields: Vec<String>,

    /// What stands between cells: `,`, `;`, `tab` or another character (default: by the header)
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter, help_heading = "CSV")]
    pub(crate) delimiter: Option<u8>,
}

impl Table {
    /// The same for the reader of tables. `tz` is the zone of times without an offset, `default_time`
    /// the time of rows without one.
    pub(super) fn csv(&self, tz: &str, default_time: Option<i64>) -> CsvOptions {
        CsvOptions {
            measurement: self.measurement.clone(),
            time_column: self.time_column.clone(),
            tags: self.tags.clone(),
            fields: self.fields.clone(),
            time_format: self.time_format.clone(),
            tz: Some(tz.to_owned()),
            delimiter: self.delimiter,
            default_time,
            ..CsvOptions::default()
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ if text == "tab" || text == "\\t" => Ok(b'\t'),
        _ => Err("expected one character, or `tab`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_single_bytes() {
        assert_eq!(delimiter(";"), Ok(b';'));
        assert_eq!(delimiter("tab"), Ok(b'\t'));
        assert!(delimiter("").is_err());
        assert!(delimiter("ä").is_err());
    }
}
