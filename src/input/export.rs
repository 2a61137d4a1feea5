//! `influx_inspect export` and files for `influx -import`: line protocol with comments that say which
//! database it is of, behind statements that create it.
//!
//! Exports have one field a line, series after series: [`super::Sorted`] makes points of them again.

use std::sync::Arc;

use memchr::memchr;

use super::blocks::{BlockInfo, Blocks, InputError, Places};
use super::lines::LineBlocks;
use super::point::Precision;

const DATABASE: &[u8] = b"# CONTEXT-DATABASE:";
const POLICY: &[u8] = b"# CONTEXT-RETENTION-POLICY:";

/// The comments that mean something.
const SWITCHES: [&[u8]; 4] = [DATABASE, POLICY, b"# DDL", b"# DML"];

fn is_switch(line: &[u8]) -> bool {
    line.first() == Some(&b'#') && SWITCHES.iter().any(|start| line.starts_with(start))
}

/// Whether a text begins like an export.
pub(super) fn is_export(head: &[u8]) -> bool {
    head.split(|b| *b == b'\n').any(|line| is_switch(line) || line.starts_with(b"# INFLUXDB EXPORT"))
}

/// An export as line protocol, in the order of the file.
pub struct ExportBlocks {
    lines: LineBlocks,
    precision: Precision,
    /// What was read and not yet used, from `at` on.
    text: Vec<u8>,
    at: usize,
    /// Number of the line at `at`.
    line: u64,
    db: Option<Arc<str>>,
    rp: Option<Arc<str>>,
    /// Between `# DDL` and `# DML`: statements, no points.
    statements: bool,
}

impl ExportBlocks {
    /// The export in these lines.
    pub fn new(lines: LineBlocks, precision: Precision) -> ExportBlocks {
        ExportBlocks {
            line: lines.next_line(),
            lines,
            precision,
            text: Vec::new(),
            at: 0,
            db: None,
            rp: None,
            statements: false,
        }
    }

    /// Follows a comment that means something.
    fn switch(&mut self, line: &[u8]) {
        let name = |rest: &[u8]| Some(Arc::from(String::from_utf8_lossy(rest).trim()));
        if let Some(rest) = line.strip_prefix(DATABASE) {
            // A policy is named behind its database.
            (self.db, self.rp) = (name(rest), None);
        } else if let Some(rest) = line.strip_prefix(POLICY) {
            self.rp = name(rest);
        } else {
            self.statements = line.starts_with(b"# DDL");
        }
    }

    /// Reads the next piece of text; false at the end.
    fn read(&mut self) -> Result<bool, InputError> {
        (self.line, self.at) = (self.lines.next_line(), 0);
        let mut text = std::mem::take(&mut self.text);
        let got = self.lines.next_block(&mut text)?;
        self.text = text;
        Ok(got.is_some())
    }
}

impl Blocks for ExportBlocks {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        buf.clear();
        let mut first = None;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(len) = memchr(b'\n', rest).map(|len| len + 1) else {
                if first.is_some() {
                    break;
                }
                if !self.read()? {
                    return Ok(None);
                }
                continue;
            };
            let line = rest.get(..len).unwrap_or_default();
            if is_switch(line) {
                // What follows may be of another database than the block so far.
                if first.is_some() {
                    break;
                }
                let line = line.to_vec();
                self.switch(&line);
            } else if !self.statements {
                first.get_or_insert(self.line);
                buf.extend_from_slice(line);
            }
            self.at += len;
            self.line += 1;
        }
        let source = self.lines.source().clone();
        let places = Places::Every { source, first: first.unwrap_or(self.line), step: 1 };
        Ok(Some(BlockInfo { places, db: self.db.clone(), rp: self.rp.clone(), precision: self.precision }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::blocks::testing::drain;

    #[test]
    fn comments_name_the_database_and_statements_are_passed_over() {
        let text = "# INFLUXDB EXPORT: 1677 - 2262\n# DDL\nCREATE DATABASE a WITH NAME r\n# DML\n\
                    # CONTEXT-DATABASE:a\n# CONTEXT-RETENTION-POLICY:r\n# writing tsm data\nm f=1 1\n\
                    # writing wal data\nm f=2 2\n# CONTEXT-DATABASE: b\nm f=3 3\n";
        assert!(is_export(text.as_bytes()));
        let lines = LineBlocks::new("e".into(), Vec::new(), Box::new(text.as_bytes()), false);
        let (lines, errors) = drain(&mut ExportBlocks::new(lines, Precision::Nanos));
        assert_eq!(lines, ["[a.r] m f=1 1 @e:8", "[a.r] m f=2 2 @e:10", "[b.] m f=3 3 @e:12"]);
        assert_eq!(errors, [""; 0]);
    }

    #[test]
    fn line_protocol_with_comments_is_no_export() {
        assert!(!is_export(b"# a comment\nm f=1 1\n"));
    }
}
