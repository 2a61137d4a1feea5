//! From Go's syntax of patterns to that of the `regex` crate.
//!
//! What differs: `\d \w \s \b` are ASCII; `\Q…\E` and octal escapes exist; classes know no set
//! operations; a `{` that begins no count is itself; counts above 1000 and stacked repetitions are
//! refused; names of groups may repeat; there is no `(?x)`. Everything is written out with escapes, so
//! that no character of the pattern means more to the crate than it does here.

use std::fmt::Write;

use crate::value::quote;

mod class;
mod escape;
mod group;

/// How deep groups may nest.
pub(super) const MAX_DEPTH: u32 = 1000;
/// The largest count of a repetition, also of nested ones together.
const MAX_REPEAT: u32 = 1000;

/// A pattern for the crate, and the names of its groups.
pub(super) struct Translated {
    pub(super) pattern: String,
    pub(super) names: Vec<Option<Box<str>>>,
}

/// An error in Go's words.
fn error(code: &str, text: &str) -> String {
    format!("{code}: `{text}`")
}

/// What of a pattern was read: all of `from` up to where `rest` begins.
fn used<'a>(from: &'a str, rest: &str) -> &'a str {
    from.len().checked_sub(rest.len()).and_then(|n| from.get(..n)).unwrap_or(from)
}

/// A group that is open.
struct Frame {
    /// Largest product of nested counts in it so far.
    weight: u32,
}

struct Translator<'a> {
    whole: &'a str,
    out: String,
    names: Vec<Option<Box<str>>>,
    open: Vec<Frame>,
    /// Where the output of the last atom ends, if there is one to repeat, and its product of counts.
    atom: Option<(usize, u32)>,
    /// The pattern from the last repetition on, if that was the last thing read.
    last_repeat: Option<&'a str>,
}

/// Translates a pattern.
pub(super) fn translate(pattern: &str) -> Result<Translated, String> {
    let mut t = Translator {
        whole: pattern,
        out: String::with_capacity(pattern.len() + 16),
        names: vec![None],
        open: vec![Frame { weight: 1 }],
        atom: None,
        last_repeat: None,
    };
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let before = rest;
        rest = t.step(c, rest)?;
        if !matches!(c, '*' | '+' | '?' | '{') || t.last_repeat.is_none_or(|r| r.len() != before.len()) {
            t.last_repeat = None;
        }
    }
    if t.open.len() > 1 {
        return Err(error("missing closing )", pattern));
    }
    Ok(Translated { pattern: t.out, names: t.names })
}

impl<'a> Translator<'a> {
    /// Reads one thing; gives back what follows it.
    fn step(&mut self, c: char, text: &'a str) -> Result<&'a str, String> {
        let after = text.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '(' if after.starts_with('?') => return self.perl_group(text),
            '(' => {
                self.names.push(None);
                self.open_group("(")?;
            }
            '|' => {
                self.out.push('|');
                self.atom = None;
            }
            ')' => self.close_group()?,
            '^' | '$' | '.' => self.atom_text(c.encode_utf8(&mut [0; 4])),
            '[' => return self.class(text),
            '*' | '+' | '?' => return self.repeat(text, after, c.encode_utf8(&mut [0; 4]), None),
            '{' => return self.counted(text, after),
            '\\' => return self.escape(text),
            _ => self.literal(c),
        }
        Ok(after)
    }

    fn atom_text(&mut self, text: &str) {
        self.out.push_str(text);
        self.atom = Some((self.out.len(), 1));
    }

    fn literal(&mut self, c: char) {
        push_literal(&mut self.out, c);
        self.atom = Some((self.out.len(), 1));
    }

    fn open_group(&mut self, text: &str) -> Result<(), String> {
        if self.open.len() as u32 >= MAX_DEPTH {
            // Go repeats the pattern here: thousands of parentheses, which tell nobody anything.
            return Err(format!("expression nests too deeply: more than {MAX_DEPTH} groups in each other"));
        }
        self.out.push_str(text);
        self.open.push(Frame { weight: 1 });
        self.atom = None;
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), String> {
        let weight = match self.open.pop() {
            Some(frame) if !self.open.is_empty() => frame.weight,
            _ => return Err(error("unexpected )", self.whole)),
        };
        self.out.push(')');
        self.atom = Some((self.out.len(), weight));
        self.add_weight(weight);
        Ok(())
    }

    fn add_weight(&mut self, weight: u32) {
        if let Some(frame) = self.open.last_mut() {
            frame.weight = frame.weight.max(weight);
        }
    }

    /// A `{`: a count, or itself.
    fn counted(&mut self, text: &'a str, after: &'a str) -> Result<&'a str, String> {
        let Some((min, max, rest)) = counts(after) else {
            self.literal('{');
            return Ok(after);
        };
        let too_many = |n: Option<u32>| n.is_some_and(|n| n > MAX_REPEAT);
        if too_many(Some(min)) || too_many(max) || max.is_some_and(|max| min > max) {
            return Err(error("invalid repeat count", used(text, rest)));
        }
        let op = match max {
            Some(max) => format!("{{{min},{max}}}"),
            None => format!("{{{min},}}"),
        };
        self.repeat(text, rest, &op, Some((min, max)))
    }

    fn repeat(
        &mut self,
        text: &'a str,
        after: &'a str,
        op: &str,
        count: Option<(u32, Option<u32>)>,
    ) -> Result<&'a str, String> {
        let (lazy, after) = match after.strip_prefix('?') {
            Some(rest) => (true, rest),
            None => (false, after),
        };
        if let Some(last) = self.last_repeat {
            return Err(error("invalid nested repetition operator", used(last, after)));
        }
        let Some((end, mut weight)) = self.atom else {
            return Err(error("missing argument to repetition operator", used(text, after)));
        };
        if let Some((min, max)) = count {
            let most = max.unwrap_or(min);
            weight = if most == 0 { 1 } else { weight.saturating_mul(most) };
            if most >= 2 && weight > MAX_REPEAT {
                return Err(error("invalid repeat count", used(text, after)));
            }
        }
        // Flags may stand between the atom and its repetition.
        let suffix = if lazy { "?" } else { "" };
        self.out.insert_str(end, suffix);
        self.out.insert_str(end, op);
        self.atom = Some((end + op.len() + suffix.len(), weight));
        self.add_weight(weight);
        self.last_repeat = Some(text);
        Ok(after)
    }
}

/// `2}`, `2,}`, `2,3}`: least, most, and what follows. A number too large for a count is `u32::MAX`.
fn counts(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (min, rest) = count(text)?;
    let Some(rest) = rest.strip_prefix(',') else {
        return Some((min, Some(min), rest.strip_prefix('}')?));
    };
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((min, None, rest));
    }
    let (max, rest) = count(rest)?;
    Some((min, Some(max), rest.strip_prefix('}')?))
}

fn count(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(len).filter(|_| len > 0)?;
    if len > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}

/// A character that means itself, wherever it stands.
fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !c.is_ascii() && quote::is_print(c) {
        out.push(c);
    } else {
        let _ = write!(out, "\\x{{{:x}}}", u32::from(c));
    }
}
