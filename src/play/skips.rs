//! Lines that cannot be read: the first are told with their places, all are counted.

use crate::input::line::BadLine;
use crate::input::{BlockInfo, InputError};

/// Skipped lines that are told one by one; more are only counted.
const TOLD: u64 = 10;

/// What was skipped so far.
#[derive(Clone, Copy, Default, Debug)]
pub struct Skips {
    /// How many lines.
    pub count: u64,
    /// Whether they are errors.
    pub strict: bool,
}

impl Skips {
    /// A line of a block is skipped; gives what is to be said of it.
    #[cold]
    pub fn bad_line(&mut self, info: &BlockInfo, block: &[u8], bad: &BadLine) -> Option<String> {
        // Counting lines for a message that nobody sees would make a block of bad lines very slow.
        if self.count > TOLD {
            self.count += 1;
            return None;
        }
        let before = block.get(..bad.offset).unwrap_or(block);
        let index = memchr::memchr_iter(b'\n', before).count();
        let place = info.place(index);
        self.skipped(&format!("{place}:{}: {}", bad.column.saturating_add(1), bad.message))
    }

    /// The reader of a format has skipped a line.
    pub fn unreadable(&mut self, error: &InputError) -> Option<String> {
        self.skipped(&error.to_string())
    }

    fn skipped(&mut self, words: &str) -> Option<String> {
        self.count += 1;
        let line = match self.count {
            n if n <= TOLD && self.strict => words.to_owned(),
            n if n <= TOLD => format!("{words}; skipped"),
            n if n == TOLD + 1 => "further lines that cannot be read are only counted".to_owned(),
            _ => return None,
        };
        Some(format!("{}: {line}", if self.strict { "error" } else { "warning" }))
    }
}
