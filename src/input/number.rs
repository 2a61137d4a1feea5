//! HOT: numbers of line protocol, recognised many bytes at a time.
//!
//! Telegraf's floats have sixteen digits of varying number: a loop over bytes, or even words, mispredicts the end
//! of each one. So it is looked for among as many bytes as such a number has, all at once.

use crate::data::span::{SPAN, digits as digit_bits};

/// A number in a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Number {
    Float(f64),
    Int(i64),
}

#[inline]
fn word(text: &[u8], at: usize) -> Option<[u8; 8]> {
    text.get(at..).and_then(|t| t.first_chunk::<8>()).copied()
}

/// Digits with one point among them, without a sign.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Digits before the point.
    whole: usize,
    /// Bytes of all, the point among them.
    pub(crate) len: usize,
    /// Whether there is a point.
    point: usize,
}

impl Shape {
    /// The digits at the beginning of a text; `None` if they do not end in it.
    #[inline]
    pub(crate) fn of(text: &[u8; SPAN]) -> Option<Shape> {
        // The number ends somewhere in the span, or is none of the usual.
        let others = !digit_bits(text);
        let whole = others.trailing_zeros() as usize;
        // No branch: whether there is a point is not foreseen, in data that are often 0.
        let point = usize::from(text.get(whole) == Some(&b'.'));
        let len = (others & others.wrapping_sub(point as u64)).trailing_zeros() as usize;
        (len < SPAN).then_some(Shape { whole, len, point })
    }

    /// The digits from `at` on, byte for byte.
    #[cold]
    fn slow(text: &[u8], at: usize) -> Shape {
        let digits = |at: usize| {
            let rest = text.get(at..).unwrap_or_default();
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let whole = digits(at);
        match text.get(at + whole) {
            Some(b'.') => Shape { whole, len: whole + 1 + digits(at + whole + 1), point: 1 },
            _ => Shape { whole, len: whole, point: 0 },
        }
    }

    #[inline]
    fn at(text: &[u8], at: usize) -> Shape {
        let span = text.get(at..).and_then(<[u8]>::first_chunk);
        span.and_then(Shape::of).unwrap_or_else(|| Shape::slow(text, at))
    }

    /// Whether it has any digits.
    #[inline]
    pub(crate) fn is_number(self) -> bool {
        self.len > self.point
    }
}

/// The number that begins at `at` and where it ends. Its value is worked out only if it is `wanted`.
///
/// `None` also for what is rare (exponents, integers of nineteen digits, unsigned ones): the caller's
/// cold path decides those.
#[inline]
pub(crate) fn number(text: &[u8], at: usize, wanted: bool) -> Option<(Number, usize)> {
    let start = at + usize::from(text.get(at) == Some(&b'-'));
    let shape = Shape::at(text, start);
    if !shape.is_number() {
        return None;
    }
    let Shape { whole, len, point } = shape;
    let (end, fraction) = (start + len, len - whole - point);
    match text.get(end) {
        Some(b'i') if len == whole && whole < 19 => {
            let value = if wanted { digits(text, start, whole) as i64 } else { 0 };
            return Some((Number::Int(if start > at { -value } else { value }), end + 1));
        }
        Some(b'e' | b'E' | b'i' | b'u') => return None,
        _ if !wanted => return Some((Number::Float(0.0), end)),
        _ => {}
    }
    let value =
        match short_float(text, start, whole, fraction).or_else(|| float(text, start, whole, fraction)) {
            Some(value) if start > at => -value,
            Some(value) => value,
            None => fast_float2::parse::<f64, _>(text.get(at..end)?).ok()?,
        };
    Some((Number::Float(value), end))
}

/// The same as [`float`] gives, for the most of all numbers: no loops, so that no number of digits is a surprise.
#[inline]
fn short_float(text: &[u8], start: usize, whole: usize, fraction: usize) -> Option<f64> {
    let span: &[u8; SPAN] = text.get(start..)?.first_chunk()?;
    if whole == 0 || whole > 8 || fraction > 16 || whole + fraction > 18 {
        return None;
    }
    // Digits move to the end of a word, behind as many zeros as are missing.
    let last = |word: [u8; 8], count: usize| {
        let moved = u64::from_le_bytes(word).checked_shl(8 * (8 - count as u32)).unwrap_or(0);
        eight(moved.to_le_bytes())
    };
    let front = last(word(span, 0)?, whole);
    let behind = match fraction {
        0..=8 => last(word(span, whole + 1)?, fraction),
        _ => {
            eight(word(span, whole + 1)?) * POWERS[fraction - 8] + last(word(span, whole + 9)?, fraction - 8)
        }
    };
    exact(front * POWERS[fraction] + behind, fraction)
}

/// A mantissa by a power of ten, if one division gives it exactly: a float holds both.
#[inline]
fn exact(mantissa: u64, fraction: usize) -> Option<f64> {
    // Up to 10^18 powers of ten are exact.
    (mantissa <= 1 << 53).then(|| mantissa as f64 / POWERS[fraction] as f64)
}

/// What one division gives exactly: a mantissa that a float holds by a power of ten that it holds.
#[inline]
fn float(text: &[u8], start: usize, whole: usize, fraction: usize) -> Option<f64> {
    if whole + fraction > 18 {
        return None;
    }
    exact(digits(text, start, whole) * POWERS[fraction] + digits(text, start + whole + 1, fraction), fraction)
}

/// Powers of ten.
const POWERS: [u64; 19] = {
    let mut powers = [1; 19];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = 10 * powers[i - 1];
        i += 1;
    }
    powers
};

/// The value of up to eighteen digits.
#[inline]
fn digits(text: &[u8], mut at: usize, mut count: usize) -> u64 {
    let mut value = 0;
    while let Some(word) = word(text, at)
        && count > 0
    {
        if count < 8 {
            // The digits move to the end of the word, behind as many zeros as are missing.
            let last = u64::from_le_bytes(word) << (8 * (8 - count));
            return value * POWERS[count] + eight(last.to_le_bytes());
        }
        value = value * POWERS[8] + eight(word);
        (at, count) = (at + 8, count - 8);
    }
    let rest = text.get(at..at + count).unwrap_or_default();
    rest.iter().fold(value, |sum, b| sum * 10 + u64::from(b - b'0'))
}

/// Eight digits at once.
#[inline]
fn eight(digits: [u8; 8]) -> u64 {
    let x = u64::from_le_bytes(digits) & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = x.wrapping_mul(2561) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(6_553_601) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(42_949_672_960_001) >> 32
}

/// The integer of a timestamp that begins at `at` and where it ends.
#[inline]
pub(crate) fn timestamp(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let digits = at + usize::from(text.get(at) == Some(&b'-'));
    let Shape { whole, .. } = Shape::at(text, digits);
    if let (19, true) = (whole, digits == at) {
        let (high, rest) = text.get(at..at + whole)?.split_first_chunk::<8>()?;
        let (middle, low) = rest.split_first_chunk::<8>()?;
        let low = low.iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
        let value = eight(*high) * 100_000_000_000 + eight(*middle) * 1000 + low;
        return Some((i64::try_from(value).ok()?, at + whole));
    }
    if whole == 0 {
        return None;
    }
    let end = digits + whole;
    Some((std::str::from_utf8(text.get(at..end)?).ok()?.parse().ok()?, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &[u8], wanted: bool) -> Option<(Number, usize)> {
        super::number(text, 0, wanted)
    }

    #[test]
    fn numbers_and_their_ends() {
        let f = |x: f64, end| Some((Number::Float(x), end));
        let i = |x: i64, end| Some((Number::Int(x), end));
        let table = [
            ("1,", f(1.0, 1)),
            ("-0.5 ", f(-0.5, 4)),
            ("93.54838709677419,", f(93.548_387_096_774_19, 17)),
            (".5", f(0.5, 2)),
            ("5.", f(5.0, 2)),
            ("5.,12345678", f(5.0, 2)),
            ("1234567.,", f(1_234_567.0, 8)),
            ("12345678.25,x", f(12_345_678.25, 11)),
            ("0.1,", f(0.1, 3)),
            ("-9007199254740992,", f(-9_007_199_254_740_992.0, 17)),
            ("9007199254740993.0,", f(9_007_199_254_740_992.0, 18)),
            ("1.2.3,", f(1.2, 3)),
            ("123456789012345678i,", i(123_456_789_012_345_678, 19)),
            ("-3i", i(-3, 3)),
            ("999999999999999999i", i(999_999_999_999_999_999, 19)),
            ("9223372036854775807i", None),
            ("1e5", None),
            ("7u", None),
            ("1.5i", None),
            ("-", None),
            (".", None),
            ("", None),
            ("i", None),
        ];
        for (text, want) in table {
            assert_eq!(number(text.as_bytes(), true), want, "{text}");
        }
    }

    #[test]
    fn values_are_those_of_a_full_parser() {
        let mut seed = 1_u64;
        for n in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (a, b) = (seed >> 40, seed >> (n % 50));
            let text = format!("{a}.{b:0width$}", width = n % 9);
            let padded = format!("{text},next=1");
            let want = Some((Number::Float(text.parse().unwrap()), text.len()));
            assert_eq!(number(padded.as_bytes(), true), want, "{text}");
            assert_eq!(number(text.as_bytes(), true), want, "{text} at the end of a block");
            assert_eq!(number(padded.as_bytes(), false), Some((Number::Float(0.0), text.len())));
        }
    }

    #[test]
    fn numbers_of_every_shape() {
        for whole in 0..=20 {
            for fraction in 0..=20 {
                for digit in ["9", "1", "0", "70"] {
                    let text = format!("{}.{}", &digit.repeat(20)[..whole], &digit.repeat(20)[..fraction]);
                    let want = text.parse().ok().map(|x| (Number::Float(x), text.len()));
                    for tail in ["", ",", " 1577836800000000000\ncpu,host=a usage_idle=1", ".5,", "\u{e4}"] {
                        let text = format!("{text}{tail}");
                        assert_eq!(number(text.as_bytes(), true), want, "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn timestamps() {
        let table = [
            ("1577836800000000000\n", Some((1_577_836_800_000_000_000, 19))),
            ("9223372036854775807", Some((i64::MAX, 19))),
            ("9223372036854775808", None),
            ("-9223372036854775808", Some((i64::MIN, 20))),
            ("0", Some((0, 1))),
            ("-5 ", Some((-5, 2))),
            ("-", None),
            ("x", None),
        ];
        for (text, want) in table {
            assert_eq!(timestamp(text.as_bytes(), 0), want, "{text}");
        }
    }
}
