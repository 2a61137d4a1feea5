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
    while let Some((at, reason)) = first_bad(block.get(from..).unwrap_or_default()) {
        let at = from + at;
        let (before, rest) = block.split_at_mut(at);
        let start = memrchr(b'\n', before).map_or(0, |i| i + 1);
        let end = at + memchr(b'\n', rest).unwrap_or(rest.len());
        bad(count_lines(block.get(..start).unwrap_or_default()), reason);
        if let Some(line) = block.get_mut(start..end) {
            line.fill(b'#');
        }
        from = end;
    }
}

/// How many lines end in these bytes.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

fn first_bad(bytes: &[u8]) -> Option<(usize, &'static str)> {
    let nul = memchr(0, bytes).map(|at| (at, "NUL byte"));
    if bytes.is_ascii() {
        return nul;
    }
    let utf8 = std::str::from_utf8(bytes).err().map(|e| (e.valid_up_to(), "not valid UTF-8"));
    [nul, utf8].into_iter().flatten().min_by_key(|found| found.0)
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
