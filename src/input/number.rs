//! HOT: numbers of line protocol, recognised eight bytes at a time.

/// A number in a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Number {
    Float(f64),
    Int(i64),
}

/// Offset of the first byte from `at` on that is not a digit.
///
/// Telegraf's floats have sixteen digits of varying number: a loop over bytes mispredicts the end of
/// each one, a loop over words does so far more rarely.
#[inline]
pub(crate) fn skip_digits(text: &[u8], mut at: usize) -> usize {
    while let Some(word) = text.get(at..).and_then(|t| t.first_chunk::<8>()) {
        // Digits become 0..=9; adding 0x76 sets the top bit of everything larger. A carry only
        // reaches bytes behind the first one that is not a digit.
        let x = u64::from_le_bytes(*word) ^ 0x3030_3030_3030_3030;
        let other = (x.wrapping_add(0x7676_7676_7676_7676) | x) & 0x8080_8080_8080_8080;
        if other != 0 {
            return at + (other.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// The number that begins at `at` and where it ends. Its value is worked out only if it is `wanted`.
///
/// `None` also for what is rare (exponents, integers of nineteen digits, unsigned ones): the caller's
/// cold path decides those.
#[inline]
pub(crate) fn number(text: &[u8], at: usize, wanted: bool) -> Option<(Number, usize)> {
    let digits = at + usize::from(text.get(at) == Some(&b'-'));
    let mut end = skip_digits(text, digits);
    let whole = end - digits;
    match text.get(end) {
        Some(b'.') => {
            let fraction = end + 1;
            end = skip_digits(text, fraction);
            if whole + (end - fraction) == 0 {
                return None;
            }
        }
        Some(b'i') if whole > 0 && whole < 19 => {
            let value = if wanted { integer(text, digits, end, digits > at) } else { 0 };
            return Some((Number::Int(value), end + 1));
        }
        _ if whole == 0 => return None,
        _ => {}
    }
    if matches!(text.get(end), Some(b'e' | b'E' | b'i' | b'u')) {
        return None;
    }
    let value = if wanted { fast_float2::parse::<f64, _>(&text[at..end]).ok()? } else { 0.0 };
    Some((Number::Float(value), end))
}

/// Up to eighteen digits.
fn integer(text: &[u8], start: usize, end: usize, negative: bool) -> i64 {
    let value = text[start..end].iter().fold(0i64, |sum, b| sum * 10 + i64::from(b - b'0'));
    if negative { -value } else { value }
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
