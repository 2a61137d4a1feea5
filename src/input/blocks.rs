//! What every format is reduced to: blocks of whole lines of line protocol.
//!
//! A block has one database, one retention policy and one unit of time, so that the reader of lines
//! need not look at more than the lines.

use std::sync::Arc;

use super::point::Precision;

/// Something that gives lines of line protocol, a block at a time.
pub trait Blocks {
    /// Replaces the content of `buf` by the next whole lines; `None` at the end.
    ///
    /// After an error it may be called again: it goes on behind what could not be read, and gives
    /// `None` if that was the rest ([`InputError::ends`]).
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError>;

    /// What the user should be told about how the input was read, once. Ask again at the end.
    fn take_notices(&mut self) -> Vec<String> {
        Vec::new()
    }
}

impl<B: Blocks + ?Sized> Blocks for Box<B> {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        (**self).next_block(buf)
    }

    fn take_notices(&mut self) -> Vec<String> {
        (**self).take_notices()
    }
}

/// What holds for all lines of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockInfo {
    /// Where its lines stood.
    pub places: Places,
    /// Database, if the input names it.
    pub db: Option<Arc<str>>,
    /// Retention policy, if the input names it.
    pub rp: Option<Arc<str>>,
    /// The unit of its timestamps.
    pub precision: Precision,
}

impl BlockInfo {
    /// File and number of the line with this index in the block.
    pub fn at(&self, index: usize) -> (Arc<str>, u64) {
        match &self.places {
            Places::Every { source, first, step } => {
                (source.clone(), first.saturating_add(step.saturating_mul(index as u64)))
            }
            Places::Each(places) => places.get(index).cloned().unwrap_or_else(|| ("".into(), 0)),
        }
    }

    /// The same as `file:line`.
    pub fn place(&self, index: usize) -> String {
        let (source, line) = self.at(index);
        format!("{source}:{line}")
    }
}

/// The numbers that a block's lines have in their files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Places {
    /// Counted from the first.
    Every {
        /// File name.
        source: Arc<str>,
        /// Number of the first line, from 1.
        first: u64,
        /// From one line to the next: 3 in recordings, which have a database and a retention policy
        /// between.
        step: u64,
    },
    /// Lines in another order than in their files: each with its file and number.
    Each(Vec<(Arc<str>, u64)>),
}

/// A part of an input that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{source_name}{}: {message}", LineSuffix(*line))]
pub struct InputError {
    /// File name, `stdin` for standard input.
    pub source_name: Arc<str>,
    /// Line (of CSV: the row's first line), from 1, if it is about one.
    pub line: Option<u64>,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether the rest of the input is lost, or only this line.
    pub ends: bool,
}

struct LineSuffix(Option<u64>);

impl std::fmt::Display for LineSuffix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

impl InputError {
    /// One line is skipped.
    pub(crate) fn line(source: &Arc<str>, line: u64, message: impl Into<String>) -> InputError {
        InputError { source_name: source.clone(), line: Some(line), message: message.into(), ends: false }
    }

    /// The rest of the input is lost.
    pub(crate) fn end(source: &Arc<str>, line: Option<u64>, message: impl Into<String>) -> InputError {
        InputError { source_name: source.clone(), line, message: message.into(), ends: true }
    }
}

#[cfg(test)]
pub(super) mod testing {
    //! Collecting what an input gives, for the tests of this room.

    use super::*;

    /// All lines with their places, and all errors.
    pub(crate) fn drain(blocks: &mut dyn Blocks) -> (Vec<String>, Vec<String>) {
        let (mut lines, mut errors, mut buf) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            match blocks.next_block(&mut buf) {
                Ok(None) => return (lines, errors),
                Err(error) => errors.push(error.to_string()),
                Ok(Some(info)) => {
                    assert!(buf.ends_with(b"\n"), "a block ends with a line");
                    let text = std::str::from_utf8(&buf).unwrap();
                    for (i, line) in text.lines().enumerate() {
                        if crate::input::point::is_data(line) {
                            let db = info
                                .db
                                .as_deref()
                                .map(|db| format!("[{db}.{}] ", info.rp.as_deref().unwrap_or("")));
                            lines.push(format!("{}{line} @{}", db.unwrap_or_default(), info.place(i)));
                        }
                    }
                }
            }
        }
    }
}
