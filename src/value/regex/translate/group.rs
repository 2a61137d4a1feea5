//! `(?…`: names and flags.

use super::{Translator, error, used};

/// The flags there are.
const FLAGS: [char; 4] = ['i', 'm', 's', 'U'];

impl<'a> Translator<'a> {
    /// Reads a group that begins with `(?`.
    pub(super) fn perl_group(&mut self, text: &'a str) -> Result<&'a str, String> {
        let name_at = match text.as_bytes() {
            [b'(', b'?', b'P', b'<', _, ..] => Some(4),
            [b'(', b'?', b'<', _, ..] => Some(3),
            _ => None,
        };
        if let Some(at) = name_at {
            return self.named(text, at);
        }
        self.flags(text)
    }

    fn named(&mut self, text: &'a str, at: usize) -> Result<&'a str, String> {
        let Some(end) = text.find('>') else {
            return Err(error("invalid named capture", text));
        };
        let (capture, rest) = text.split_at_checked(end + 1).unwrap_or((text, ""));
        let name = text.get(at..end).unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(error("invalid named capture", capture));
        }
        // The name is kept here: the crate refuses names that repeat.
        self.names.push(Some(name.into()));
        self.open_group("(")?;
        Ok(rest)
    }

    fn flags(&mut self, text: &'a str) -> Result<&'a str, String> {
        let mut set = [None; FLAGS.len()];
        let (mut value, mut seen) = (true, false);
        let mut rest = text.get(2..).unwrap_or_default();
        while let Some(c) = rest.chars().next() {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            if let Some(i) = FLAGS.iter().position(|f| *f == c) {
                if let Some(flag) = set.get_mut(i) {
                    *flag = Some(value);
                }
                seen = true;
                continue;
            }
            match c {
                '-' if value => (value, seen) = (false, false),
                ':' | ')' if value || seen => return self.with_flags(c, &set).map(|()| rest),
                _ => return Err(error("invalid or unsupported Perl syntax", used(text, rest))),
            }
        }
        Err(error("missing closing )", self.whole))
    }

    fn with_flags(&mut self, end: char, set: &[Option<bool>; FLAGS.len()]) -> Result<(), String> {
        let chosen = |value: bool| {
            FLAGS
                .iter()
                .zip(set)
                .filter(move |(_, s)| **s == Some(value))
                .map(|(f, _)| *f)
                .collect::<String>()
        };
        let (on, off) = (chosen(true), chosen(false));
        let off = if off.is_empty() { off } else { format!("-{off}") };
        match end {
            ':' => self.open_group(&format!("(?{on}{off}:")),
            _ if on.is_empty() && off.is_empty() => Ok(()),
            _ => {
                self.out.push_str(&format!("(?{on}{off})"));
                Ok(())
            }
        }
    }
}
