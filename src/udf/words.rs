//! What a function prints on its standard error, line by line.

/// Longest line that is kept whole.
const LONGEST: usize = 4096;

/// Lines that were read, up to one that has not ended.
#[derive(Debug, Default)]
pub(super) struct Words {
    open: Vec<u8>,
    lines: Vec<String>,
    last: String,
}

impl Words {
    /// Takes in what was read.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            let room = LONGEST.saturating_sub(self.open.len()).min(piece.len());
            self.open.extend_from_slice(piece.get(..room).unwrap_or_default());
            if piece.ends_with(b"\n") {
                self.finish();
            }
        }
    }

    /// Ends the last line.
    pub(super) fn finish(&mut self) {
        let line = String::from_utf8_lossy(&self.open).trim_end().to_owned();
        self.open.clear();
        if !line.is_empty() {
            self.last.clone_from(&line);
            self.lines.push(line);
        }
    }

    /// The lines since the last time.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    /// What it said last.
    pub(super) fn last(&self) -> &str {
        &self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_when_they_are_whole() {
        let mut words = Words::default();
        words.push(b"one\n\ntw");
        assert_eq!(words.take(), ["one"]);
        words.push(b"o\n");
        words.push(&[b'x'; 10_000]);
        words.finish();
        let lines = words.take();
        assert_eq!((lines[0].as_str(), lines[1].len()), ("two", LONGEST));
        assert_eq!(words.last().len(), LONGEST);
    }
}
