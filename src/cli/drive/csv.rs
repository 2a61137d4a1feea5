//! What users say about their tables, where the header does not.

use crate::input::CsvOptions;
use crate::input::point::Precision;

/// Options for comma separated values.
#[derive(clap::Args, Debug)]
pub(crate) struct CsvArgs {
    /// Measurement of all rows (default: a column named so, or the file's name)
    #[arg(long, value_name = "NAME", help_heading = "CSV")]
    measurement: Option<String>,

    /// Column with the time (default: `time`, `_time`, `timestamp` and the like)
    #[arg(long, value_name = "COLUMN", help_heading = "CSV")]
    time_column: Option<String>,

    /// How times are written: `unix`, `unix_ms`, `unix_us`, `unix_ns`, `rfc3339`, or a layout
    #[arg(long, value_name = "FORMAT", help_heading = "CSV")]
    time_format: Option<String>,

    /// Column that is a tag; repeatable (default: columns of texts)
    #[arg(long, value_name = "COLUMN", help_heading = "CSV")]
    tag: Vec<String>,

    /// Column that is a field, with a type if wanted (`load:int`); repeatable (default: columns of numbers)
    #[arg(long, value_name = "COLUMN[:TYPE]", help_heading = "CSV")]
    field: Vec<String>,

    /// What stands between cells (default: told from the header)
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter, help_heading = "CSV")]
    delimiter: Option<u8>,
}

impl CsvArgs {
    /// For the reader.
    pub(super) fn options(&self, tz: &str, precision: Precision) -> CsvOptions {
        CsvOptions {
            measurement: self.measurement.clone(),
            time_column: self.time_column.clone(),
            tags: self.tag.clone(),
            fields: self.field.clone(),
            time_format: self.time_format.clone(),
            tz: (tz != "UTC").then(|| tz.to_owned()),
            delimiter: self.delimiter,
            precision,
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        [byte] => Ok(*byte),
        _ => Err("expected one character, or `tab`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_one_byte() {
        assert_eq!([";", "tab", "\\t"].map(delimiter), [Ok(b';'), Ok(b'\t'), Ok(b'\t')]);
        assert!(delimiter("").is_err() && delimiter("--").is_err() && delimiter("€").is_err());
    }
}
