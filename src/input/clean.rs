//! Bytes that no line may have: NUL, and what is not UTF-8.
//!
//! Both come from files that a crash cut or padded. Whole blocks are checked, which costs little
//! beside reading them; a bad line is turned into a comment of the same length, so that the numbers
//! of the other lines stay right.

use memchr::{memchr, memrchr};

/// Blanks out the lines that hold a NUL byte or invalid UTF-8. Calls `bad` with the index of each
/// such line and the reason.
pub(super) fn blank_bad_lines(block: &mut [u8], mut bad: impl FnMut(u64, &'static str)) {
    let mut from = 0;
    // Each is looked for again only behind what it found, so that many bad lines are no more work.
    let (mut nul, mut utf8) = (next_nul(block, 0), next_invalid(block, 0));
    let (mut counted, mut lines) = (0, 0);
    loop {
        if nul.is_some_and(|at| at < from) {
            nul = next_nul(block, from);
        }
        if utf8.is_some_and(|at| at < from) {
            utf8 = next_invalid(block, from);
        }
        let found = [(nul, "NUL byte"), (utf8, "not valid UTF-8")];
        let first = found.into_iter().filter_map(|(at, why)| Some((at?, why))).min_by_key(|f| f.0);
        let Some((at, reason)) = first else { return };
        let (before, rest) = block.split_at_mut(at);
        let start = memrchr(b'\n', before).map_or(0, |i| i + 1);
        let end = at + memchr(b'\n', rest).unwrap_or(rest.len());
        lines += count_lines(block.get(counted..start).unwrap_or_default());
        counted = start;
        bad(lines, reason);
        if let Some(line) = block.get_mut(start..end) {
            line.fill(b'#');
        }
        from = end;
    }
}

fn next_nul(block: &[u8], from: usize) -> Option<usize> {
    memchr(0, block.get(from..)?).map(|at| from + at)
}

/// `from` is the beginning of a character.
fn next_invalid(block: &[u8], from: usize) -> Option<usize> {
    let rest = block.get(from..)?;
    if rest.is_ascii() {
        return None;
    }
    std::str::from_utf8(rest).err().map(|e| from + e.valid_up_to())
}

/// How many lines end in these bytes.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &[u8]) -> (String, Vec<(u64, &'static str)>) {
        let (mut block, mut found) = (text.to_vec(), Vec::new());
        blank_bad_lines(&mut block, |line, reason| found.push((line, reason)));
        (String::from_utf8(block).unwrap(), found)
    }

    #[test]
    fn only_bad_lines_are_blanked() {
        let (text, found) = cleaned(b"a\nb\0\0c\n\xffd\ne\xc3\xa4\nf\xc3\n\0");
        assert_eq!(text, "a\n####\n##\ne\u{e4}\n##\n#");
        let utf8 = "not valid UTF-8";
        assert_eq!(found, [(1, "NUL byte"), (2, utf8), (4, utf8), (5, "NUL byte")]);
        assert_eq!(cleaned(b"plain\n"), ("plain\n".into(), vec![]));
        assert_eq!(cleaned(b""), (String::new(), vec![]));
    }
}
