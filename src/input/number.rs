//! HOT: numbers of line protocol, recognised eight bytes at a time.

/// A number in a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Number {
    Float(f64),
    Int(i64),
}

/// The bytes of a word that are no digits: the top bit of each. Right up to the first of them, and
/// further if that is a point.
///
/// Telegraf's floats have sixteen digits of varying number: a loop over bytes mispredicts the end of
/// each one, a loop over words does so far more rarely.
#[inline]
fn others(word: [u8; 8]) -> u64 {
    // Digits become 0..=9; adding 0x76 sets the top bit of everything larger. A carry only reaches
    // bytes behind the first one that is not a digit, and a point makes none.
    let x = u64::from_le_bytes(word) ^ 0x3030_3030_3030_3030;
    (x.wrapping_add(0x7676_7676_7676_7676) | x) & 0x8080_8080_8080_8080
}

#[inline]
fn word(text: &[u8], at: usize) -> Option<[u8; 8]> {
    text.get(at..).and_then(|t| t.first_chunk::<8>()).copied()
}

#[inline]
fn first(others: u64) -> usize {
    (others.trailing_zeros() / 8) as usize
}

/// Offset of the first byte from `at` on that is not a digit.
#[inline]
pub(crate) fn skip_digits(text: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(text, at) {
        let others = others(word);
        if others != 0 {
            return at + first(others);
        }
        at += 8;
    }
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Offset of the first byte from `at` on that is neither a digit nor the first point, and the offset of
/// that point, or of the end if there is none.
#[inline]
fn skip_number(text: &[u8], mut at: usize) -> (usize, usize) {
    while let Some(word) = word(text, at) {
        let others = others(word);
        if others == 0 {
            at += 8;
            continue;
        }
        let point = at + first(others);
        if word[point - at] != b'.' {
            return (point, point);
        }
        return match others & (others - 1) {
            0 => (skip_digits(text, at + 8), point),
            more => (at + first(more), point),
        };
    }
    let point = skip_digits(text, at);
    match text.get(point) {
        Some(b'.') => (skip_digits(text, point + 1), point),
        _ => (point, point),
    }
}

/// The number that begins at `at` and where it ends. Its value is worked out only if it is `wanted`.
///
/// `None` also for what is rare (exponents, integers of nineteen digits, unsigned ones): the caller's
/// cold path decides those.
#[inline]
pub(crate) fn number(text: &[u8], at: usize, wanted: bool) -> Option<(Number, usize)> {
    let start = at + usize::from(text.get(at) == Some(&b'-'));
    let (end, point) = skip_number(text, start);
    let whole = point - start;
    let fraction = (end - point).saturating_sub(1);
    if whole + fraction == 0 {
        return None;
    }
    match text.get(end) {
        Some(b'i') if point == end && whole < 19 => {
            let value = if wanted { digits(text, start, whole) as i64 } else { 0 };
            return Some((Number::Int(if start > at { -value } else { value }), end + 1));
        }
        Some(b'e' | b'E' | b'i' | b'u') => return None,
        _ if !wanted => return Some((Number::Float(0.0), end)),
        _ => {}
    }
    let value = match float(text, start, whole, fraction) {
        Some(value) if start > at => -value,
        Some(value) => value,
        None => fast_float2::parse::<f64, _>(&text[at..end]).ok()?,
    };
    Some((Number::Float(value), end))
}

/// What one division gives exactly: a mantissa that a float holds by a power of ten that it holds.
#[inline]
fn float(text: &[u8], start: usize, whole: usize, fraction: usize) -> Option<f64> {
    const MANTISSA: u64 = 1 << 53;
    if whole + fraction > 18 {
        return None;
    }
    let mantissa = digits(text, start, whole) * POWERS[fraction] + digits(text, start + whole + 1, fraction);
    // Up to 10^18 powers of ten are exact too.
    (mantissa <= MANTISSA).then(|| mantissa as f64 / POWERS[fraction] as f64)
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
    let end = skip_digits(text, digits);
    if let (19, true) = (end - at, digits == at) {
        let (high, rest) = text[at..end].split_first_chunk::<8>()?;
        let (middle, low) = rest.split_first_chunk::<8>()?;
        let low = low.iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
        let value = eight(*high) * 100_000_000_000 + eight(*middle) * 1000 + low;
        return Some((i64::try_from(value).ok()?, end));
    }
    if end == digits {
        return None;
    }
    Some((std::str::from_utf8(&text[at..end]).ok()?.parse().ok()?, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_end_where_they_end() {
        for n in 0..20 {
            for tail in ["", ",", ".", "x12345678", "/", ":"] {
                let text = format!("{}{tail}", "9".repeat(n));
                assert_eq!(skip_digits(text.as_bytes(), 0), n, "{text}");
            }
        }
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
            assert_eq!(number(text.as_bytes(), 0, true), want, "{text}");
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
            assert_eq!(number(padded.as_bytes(), 0, true), want, "{text}");
            assert_eq!(number(text.as_bytes(), 0, true), want, "{text} at the end of a block");
            assert_eq!(number(padded.as_bytes(), 0, false), Some((Number::Float(0.0), text.len())));
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
