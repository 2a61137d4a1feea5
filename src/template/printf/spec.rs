//! What stands between `%` and the verb.

use crate::template::datum::Datum;

/// Flags, width and precision.
#[derive(Clone, Default)]
pub(in crate::template) struct Spec {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v` and `%+v`.
    pub(super) sharp_v: bool,
    pub(super) plus_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// What came after the flags.
pub(super) enum Next {
    Verb(char),
    /// The format ended.
    Nothing,
}

/// Where widths come from if they are `*`, and which operand is next.
pub(super) struct Widths<'a, 'd> {
    pub(super) args: &'a [Datum<'d>],
    pub(super) at: usize,
    pub(super) reordered: bool,
    /// Whether the index of an operand, if one was given, exists.
    pub(super) good: bool,
}

/// Largest width and precision; Go has the same.
const MOST: i64 = 1_000_000;
/// Largest width that is really written: a template must not fill the memory.
const WIDEST: usize = 10_000;

/// Reads a directive behind its `%`; gives back its verb and what follows.
pub(super) fn directive<'f>(
    out: &mut String,
    text: &'f str,
    widths: &mut Widths<'_, '_>,
) -> (Spec, Next, &'f str) {
    let mut spec = Spec::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '#' => spec.sharp = true,
            '0' => spec.zero = true,
            '+' => spec.plus = true,
            '-' => spec.minus = true,
            ' ' => spec.space = true,
            _ => break,
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    spec.zero &= !spec.minus;
    rest = widths.index(rest);
    if let Some(tail) = rest.strip_prefix('*') {
        match widths.int() {
            Some(n) => {
                spec.minus |= n < 0;
                spec.zero &= !spec.minus;
                spec.width = Some(clamp(n.unsigned_abs()));
            }
            None => out.push_str("%!(BADWIDTH)"),
        }
        rest = tail;
    } else {
        (spec.width, rest) = digits(rest);
    }
    rest = widths.index(rest);
    if let Some(tail) = rest.strip_prefix('.') {
        rest = widths.index(tail);
        if let Some(tail) = rest.strip_prefix('*') {
            match widths.int() {
                Some(n) if n >= 0 => spec.precision = Some(clamp(n.unsigned_abs())),
                Some(_) => {}
                None => out.push_str("%!(BADPREC)"),
            }
            rest = tail;
        } else {
            let (n, tail) = digits(rest);
            spec.precision = Some(n.unwrap_or(0));
            rest = tail;
        }
        rest = widths.index(rest);
    }
    let Some(verb) = rest.chars().next() else { return (spec, Next::Nothing, "") };
    if verb == 'v' {
        spec.sharp_v = std::mem::take(&mut spec.sharp);
        spec.plus_v = std::mem::take(&mut spec.plus);
    }
    (spec, Next::Verb(verb), rest.get(verb.len_utf8()..).unwrap_or_default())
}

fn clamp(n: u64) -> usize {
    usize::try_from(n).unwrap_or(WIDEST).min(WIDEST)
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(len).unwrap_or(("", text));
    let n = (len > 0).then(|| clamp(number.parse().unwrap_or(u64::MAX)));
    (n, rest)
}

impl Widths<'_, '_> {
    /// `[n]`: which operand is next.
    fn index<'f>(&mut self, text: &'f str) -> &'f str {
        let Some(body) = text.strip_prefix('[') else { return text };
        self.reordered = true;
        let Some((number, rest)) = body.split_once(']') else {
            self.good = false;
            return body;
        };
        match number.parse::<usize>() {
            Ok(n) if n >= 1 && n <= self.args.len() => self.at = n - 1,
            _ => self.good = false,
        }
        rest
    }

    /// An operand that is a width.
    fn int(&mut self) -> Option<i64> {
        let arg = self.args.get(self.at);
        self.at = (self.at + 1).min(self.args.len());
        match arg {
            Some(Datum::Int(n, _)) if (-MOST..=MOST).contains(n) => Some(*n),
            _ => None,
        }
    }
}
