//! Where the points and rows go that nodes send out themselves, not by way of handlers.

use super::line_file::LineFile;
use crate::alert::Write;
use crate::handlers::{InfluxDb, Poster};

/// What is there for `influxDBOut` and `httpPost`.
#[derive(Default)]
pub(crate) struct Outlets {
    /// `--influxdb-out`
    pub(crate) file: Option<LineFile>,
    /// `--influxdb`
    pub(crate) server: Option<InfluxDb>,
    /// Posts rows, if `httpPost` acts.
    pub(crate) poster: Option<Poster>,
    /// Points that nobody took.
    pub(crate) unwritten: bool,
}

impl Outlets {
    /// Whether points go anywhere.
    pub(crate) fn take_points(&self) -> bool {
        self.file.is_some() || self.server.is_some()
    }

    /// Writes points.
    pub(crate) fn write(&mut self, write: &Write<'_>) -> Result<(), String> {
        if let Some(file) = &mut self.file {
            file.write(write);
        }
        self.unwritten |= !self.take_points();
        self.server.as_ref().map_or(Ok(()), |server| server.write(write))
    }

    /// Executes a statement.
    pub(crate) fn query(&mut self, query: &str) -> Result<(), String> {
        if let Some(file) = &mut self.file {
            file.query(query);
        }
        self.server.as_ref().map_or(Ok(()), |server| server.query(query))
    }
}
