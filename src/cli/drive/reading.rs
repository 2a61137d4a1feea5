//! How inputs are read, for all commands that read metrics.

use super::table::Table;
use super::typed::rfc3339;
use crate::input::point::Precision;
use crate::input::{self, BoxedBlocks, InputError};

/// What the command line says about inputs.
#[derive(clap::Args, Debug)]
pub(crate) struct Reading {
    /// Unit of the timestamps: `n`, `u`, `ms`, `s`, `m`, `h`
    #[arg(long, value_name = "UNIT", default_value = "n", help_heading = "Input")]
    pub(crate) precision: Precision,

    /// Time of points without one, RFC 3339 (default: now for `run`; else they are skipped)
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub(crate) default_time: Option<String>,

    /// Put the points of each input in the order of their times first
    #[arg(long, help_heading = "Input")]
    pub(crate) sort: bool,

    /// Fail if a line of the input cannot be read, instead of skipping it
    #[arg(long, help_heading = "Input")]
    pub(crate) strict: bool,

    /// Time zone of times without one, such as `Europe/Berlin` (default: UTC)
    #[arg(long, value_name = "ZONE", help_heading = "Input")]
    pub(crate) tz: Option<String>,

    #[command(flatten)]
    pub(crate) table: Table,
}

impl Reading {
    /// `--default-time`
    pub(crate) fn default_time(&self) -> Result<Option<i64>, String> {
        self.default_time.as_deref().map(|text| rfc3339("--default-time", text)).transpose()
    }

    /// `--tz`, or what stands for it.
    pub(crate) fn tz(&self) -> &str {
        self.tz.as_deref().unwrap_or("UTC")
    }

    /// The same for the reader. `default_time` is for points of all formats but tables: a table without a
    /// column for the time is a mistake unless the time was typed.
    pub(crate) fn how(&self, default_time: Option<i64>) -> input::Options {
        let typed = default_time.filter(|_| self.default_time.is_some());
        input::Options {
            format: self.table.input_format,
            precision: self.precision,
            default_time,
            csv: self.table.csv(self.tz(), typed),
            ..input::Options::default()
        }
    }

    /// Opens inputs that are read one after the other, or sorted together.
    pub(crate) fn open(
        &self,
        files: &[String],
        default_time: Option<i64>,
    ) -> Result<Vec<BoxedBlocks>, InputError> {
        let how = self.how(default_time);
        let opened = files.iter().map(|file| Ok(input::open(file, &how)?.blocks));
        let blocks = opened.collect::<Result<Vec<BoxedBlocks>, InputError>>()?;
        Ok(match self.sort {
            true => vec![Box::new(input::Sorted::new(blocks, default_time))],
            false => blocks,
        })
    }
}
