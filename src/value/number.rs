//! Numbers as Go prints and reads them.
//!
//! Events, messages and lambdas all print floats, so the digits come from one place: the shortest that
//! read back the same. Nothing here allocates but the text of an error.

use std::fmt::Write;

use super::quote::quoted;

/// Why a text is not a number, in the words of Go's `strconv`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseNumError {
    /// Not of the form of a number.
    #[error("strconv.{function}: parsing {}: invalid syntax", quoted(text))]
    InvalidSyntax {
        /// Go's name of the reader.
        function: &'static str,
        /// What was read.
        text: Box<str>,
    },
    /// A number, but too large for 64 bits.
    #[error("strconv.{function}: parsing {}: value out of range", quoted(text))]
    OutOfRange {
        /// Go's name of the reader.
        function: &'static str,
        /// What was read.
        text: Box<str>,
    },
}

fn syntax(function: &'static str, text: &str) -> ParseNumError {
    ParseNumError::InvalidSyntax { function, text: text.into() }
}

fn range(function: &'static str, text: &str) -> ParseNumError {
    ParseNumError::OutOfRange { function, text: text.into() }
}

/// The shortest digits that give a number back, without leading and trailing zeros.
/// The number is `0.d1d2d3… × 10^point`.
pub(crate) struct Digits {
    buf: [u8; 24],
    len: usize,
    point: i32,
    negative: bool,
}

impl Digits {
    /// Digits of a finite number.
    pub(crate) fn of(x: f64) -> Digits {
        Digits::read(zmij::Buffer::new().format_finite(x))
    }

    /// The digits of `-1.5e-7`: a sign, digits with at most one point, and perhaps an exponent.
    fn read(text: &str) -> Digits {
        let mut d = Digits { buf: [0; 24], len: 0, point: 0, negative: text.starts_with('-') };
        let (mantissa, exp) = text.split_once('e').unwrap_or((text, "0"));
        let mut fraction = false;
        for b in mantissa.bytes() {
            match b {
                b'.' => fraction = true,
                // Zeros before the first digit only move the point.
                b'0' if d.len == 0 => d.point -= i32::from(fraction),
                b'0'..=b'9' => {
                    d.push(b);
                    d.point += i32::from(!fraction);
                }
                _ => {}
            }
        }
        while d.len > 0 && d.buf.get(d.len - 1) == Some(&b'0') {
            d.len -= 1;
        }
        d.point += exp.parse::<i32>().unwrap_or(0);
        d
    }

    fn push(&mut self, b: u8) {
        if let Some(place) = self.buf.get_mut(self.len) {
            *place = b;
            self.len += 1;
        }
    }

    fn text(&self, from: usize, to: usize) -> &str {
        let bytes = self.buf.get(from.min(self.len)..to.min(self.len)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Power of ten of the first digit.
    pub(crate) fn exponent(&self) -> i32 {
        if self.len == 0 { 0 } else { self.point - 1 }
    }

    /// Writes without exponent.
    pub(crate) fn push_plain(&self, out: &mut String) {
        if self.negative {
            out.push('-');
        }
        if self.point <= 0 {
            out.push('0');
            if self.len > 0 {
                out.push('.');
                push_zeros(out, -self.point);
                out.push_str(self.text(0, self.len));
            }
            return;
        }
        let whole = self.point as usize;
        out.push_str(self.text(0, whole));
        push_zeros(out, self.point - self.len as i32);
        if self.len > whole {
            out.push('.');
            out.push_str(self.text(whole, self.len));
        }
    }

    /// Writes with an exponent of at least `width` digits.
    pub(crate) fn push_exp(&self, out: &mut String, width: usize) {
        if self.negative {
            out.push('-');
        }
        out.push_str(if self.len == 0 { "0" } else { self.text(0, 1) });
        if self.len > 1 {
            out.push('.');
            out.push_str(self.text(1, self.len));
        }
        push_exponent(out, self.exponent(), width);
    }
}

fn push_zeros(out: &mut String, n: i32) {
    for _ in 0..n.max(0) {
        out.push('0');
    }
}

fn push_exponent(out: &mut String, exp: i32, width: usize) {
    out.push_str(if exp < 0 { "e-" } else { "e+" });
    let _ = write!(out, "{:0width$}", exp.unsigned_abs());
}

fn push_special(out: &mut String, x: f64) -> bool {
    if x.is_finite() {
        return false;
    }
    out.push_str(if x.is_nan() {
        "NaN"
    } else if x > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    });
    true
}

/// The integer value of a float that is one and prints as one.
fn whole(x: f64) -> Option<i64> {
    let i = x as i64;
    (i as f64 == x && i.unsigned_abs() < 1 << 53 && (i != 0 || x.is_sign_positive())).then_some(i)
}

/// Appends a float the way `string(x)` does: shortest digits, never an exponent.
pub fn push_float(out: &mut String, x: f64) {
    if let Some(i) = whole(x) {
        push_int(out, i);
    } else if !push_special(out, x) {
        Digits::of(x).push_plain(out);
    }
}

/// Appends a float as JSON of events has it; `false`, and nothing appended, for NaN and infinities.
pub fn push_json_float(out: &mut String, x: f64) -> bool {
    if let Some(i) = whole(x) {
        push_int(out, i);
        return true;
    }
    if !x.is_finite() {
        return false;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(x);
    if !text.contains('e') {
        // Measured values look the same here and there.
        out.push_str(text.strip_suffix(".0").unwrap_or(text));
        return true;
    }
    let a = x.abs();
    let digits = Digits::read(text);
    if !(1e-6..1e21).contains(&a) {
        digits.push_exp(out, 1);
    } else {
        digits.push_plain(out);
    }
    true
}

/// Appends a float as templates print it (Go `%v`): with an exponent below 1e-4 and from 1e6 on.
pub fn push_g_float(out: &mut String, x: f64) {
    if push_special(out, x) {
        return;
    }
    let digits = Digits::of(x);
    if (-4..6).contains(&digits.exponent()) {
        digits.push_plain(out);
    } else {
        digits.push_exp(out, 2);
    }
}

/// Appends an integer.
pub fn push_int(out: &mut String, x: i64) {
    if let Ok(digit @ 0..=9) = u8::try_from(x) {
        out.push(char::from(b'0' + digit));
        return;
    }
    let mut buf = [0u8; 20];
    let mut at = buf.len();
    let mut n = x.unsigned_abs();
    while at > 0 {
        at -= 1;
        if let Some(place) = buf.get_mut(at) {
            *place = b'0' + (n % 10) as u8;
        }
        n /= 10;
        if n == 0 {
            break;
        }
    }
    if x < 0 {
        out.push('-');
    }
    out.push_str(buf.get(at..).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default());
}

/// Reads a decimal integer: a sign and digits, nothing else.
pub fn parse_int(s: &str) -> Result<i64, ParseNumError> {
    const NAME: &str = "ParseInt";
    let (negative, digits) = match s.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() {
        return Err(syntax(NAME, s));
    }
    let mut n = 0u64;
    for &b in digits {
        if !b.is_ascii_digit() {
            return Err(syntax(NAME, s));
        }
        let next = n.checked_mul(10).and_then(|n| n.checked_add(u64::from(b - b'0')));
        n = next.ok_or_else(|| range(NAME, s))?;
    }
    let value = if negative { 0i64.checked_sub_unsigned(n) } else { i64::try_from(n).ok() };
    value.ok_or_else(|| range(NAME, s))
}

/// Reads a float: decimal, with exponent, hexadecimal (`0x1p-2`), `inf`, `infinity`, `nan`, and
/// underscores between digits.
pub fn parse_float(s: &str) -> Result<f64, ParseNumError> {
    const NAME: &str = "ParseFloat";
    let bad = || syntax(NAME, s);
    let (negative, body) = match s.as_bytes().first() {
        Some(b'-') => (true, s.get(1..).unwrap_or_default()),
        Some(b'+') => (false, s.get(1..).unwrap_or_default()),
        _ => (false, s),
    };
    if body.eq_ignore_ascii_case("inf") || body.eq_ignore_ascii_case("infinity") {
        return Ok(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if s.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN);
    }
    let plain;
    let digits = if body.contains('_') {
        if !underscores_ok(body) {
            return Err(bad());
        }
        plain = body.replace('_', "");
        &plain
    } else {
        body
    };
    let value = match digits.get(..2) {
        Some("0x" | "0X") => hex_float(digits.get(2..).unwrap_or_default()).ok_or_else(bad)?,
        _ if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            digits.parse::<f64>().map_err(|_| bad())?
        }
        _ => return Err(bad()),
    };
    if value.is_infinite() {
        return Err(range(NAME, s));
    }
    Ok(if negative { -value } else { value })
}

/// Underscores stand between digits, or between a base prefix and a digit.
fn underscores_ok(body: &str) -> bool {
    let bytes = body.as_bytes();
    let prefixed = bytes.len() >= 2
        && bytes.first() == Some(&b'0')
        && bytes.get(1).is_some_and(|b| matches!(b.to_ascii_lowercase(), b'x' | b'b' | b'o'));
    let hex = prefixed && bytes.get(1).is_some_and(|b| b.eq_ignore_ascii_case(&b'x'));
    let mut before = if prefixed { b'0' } else { b'^' };
    for &b in bytes.iter().skip(if prefixed { 2 } else { 0 }) {
        if b.is_ascii_digit() || hex && b.is_ascii_hexdigit() {
            before = b'0';
        } else if b == b'_' {
            if before != b'0' {
                return false;
            }
            before = b'_';
        } else {
            if before == b'_' {
                return false;
            }
            before = b'!';
        }
    }
    before != b'_'
}

/// The part after `0x`: hexadecimal mantissa and a binary exponent, which must be there.
fn hex_float(body: &str) -> Option<f64> {
    let (mantissa, exp) = body.split_once(['p', 'P'])?;
    let exp_digits = exp.strip_prefix(['+', '-']).unwrap_or(exp);
    if exp_digits.is_empty() || !exp_digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (mut bits, mut scale, mut sticky) = (0u64, 0i64, false);
    let (mut seen_point, mut seen_digit) = (false, false);
    for b in mantissa.bytes() {
        if b == b'.' && !seen_point {
            seen_point = true;
            continue;
        }
        let digit = u64::from(char::from(b).to_digit(16)?);
        seen_digit = true;
        if bits < 1 << 58 {
            bits = bits << 4 | digit;
            scale -= if seen_point { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            scale += if seen_point { 0 } else { 4 };
        }
    }
    if !seen_digit {
        return None;
    }
    let magnitude = exp_digits.parse::<i64>().unwrap_or(1 << 40).min(1 << 40);
    let exp = if exp.starts_with('-') { -magnitude } else { magnitude };
    Some(scale_bits(bits, sticky, exp.saturating_add(scale)))
}

/// `bits × 2^exp`, rounded to nearest even; `sticky` tells that further bits were cut off.
fn scale_bits(bits: u64, sticky: bool, exp: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let width = 64 - i64::from(bits.leading_zeros());
    let top = exp.saturating_add(width - 1);
    if top > 1023 {
        return f64::INFINITY;
    }
    // Of a subnormal number fewer bits are kept.
    let keep = if top >= -1022 { 53 } else { 53 - (-1022 - top) };
    if keep < 0 {
        return 0.0;
    }
    let cut = width - keep;
    let (mut kept, mut exp) = (bits, exp);
    if cut > 0 {
        let rest = if cut >= 64 { bits } else { bits & ((1u64 << cut) - 1) };
        let half = 1u64 << (cut - 1).min(63);
        kept = if cut >= 64 { 0 } else { bits >> cut };
        if rest > half || rest == half && (sticky || kept & 1 == 1) {
            kept += 1;
        }
        exp = exp.saturating_add(cut);
    }
    // Both factors are exact; two steps keep the power of two in range.
    let half = exp.clamp(-2000, 2000) / 2;
    kept as f64 * pow2(half) * pow2(exp.clamp(-2000, 2000) - half)
}

fn pow2(exp: i64) -> f64 {
    2f64.powi(exp as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::with;
    use proptest::prelude::*;

    #[test]
    fn floats_in_three_ways() {
        let table: &[(f64, &str, &str, &str)] = &[
            (5.0, "5", "5", "5"),
            (-0.0, "-0", "-0", "-0"),
            (0.0, "0", "0", "0"),
            (0.1, "0.1", "0.1", "0.1"),
            (-1.5, "-1.5", "-1.5", "-1.5"),
            (81.25678, "81.25678", "81.25678", "81.25678"),
            (0.000001, "0.000001", "0.000001", "1e-06"),
            (1e-7, "0.0000001", "1e-7", "1e-07"),
            (0.0001, "0.0001", "0.0001", "0.0001"),
            (
                1.6666666666666667e-05,
                "0.000016666666666666667",
                "0.000016666666666666667",
                "1.6666666666666667e-05",
            ),
            (1e20, "100000000000000000000", "100000000000000000000", "1e+20"),
            (1e21, "1000000000000000000000", "1e+21", "1e+21"),
            (1e23, "100000000000000000000000", "1e+23", "1e+23"),
            (100000.0, "100000", "100000", "100000"),
            (1223241.0, "1223241", "1223241", "1.223241e+06"),
            (1e300, &format!("1{}", "0".repeat(300)), "1e+300", "1e+300"),
            (5e-324, &format!("0.{}5", "0".repeat(323)), "5e-324", "5e-324"),
            (123456.789, "123456.789", "123456.789", "123456.789"),
            (1234567.5, "1234567.5", "1234567.5", "1.2345675e+06"),
            (9007199254740993.0, "9007199254740992", "9007199254740992", "9.007199254740992e+15"),
        ];
        for (x, plain, json, general) in table {
            assert_eq!(with(|s| push_float(s, *x)), *plain, "plain {x:e}");
            assert_eq!(with(|s| assert!(push_json_float(s, *x))), *json, "json {x:e}");
            assert_eq!(with(|s| push_g_float(s, *x)), *general, "general {x:e}");
        }
        for (x, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "+Inf"), (f64::NEG_INFINITY, "-Inf")] {
            assert_eq!(with(|s| push_float(s, x)), text);
            assert_eq!(with(|s| push_g_float(s, x)), text);
            assert_eq!(with(|s| assert!(!push_json_float(s, x))), "");
        }
    }

    #[test]
    fn integers_read_as_go_reads_them() {
        let invalid = |s: &str| format!("strconv.ParseInt: parsing \"{s}\": invalid syntax");
        let range = |s: &str| format!("strconv.ParseInt: parsing \"{s}\": value out of range");
        for (s, want) in [("0", 0), ("-5", -5), ("+7", 7), ("007", 7), ("-9223372036854775808", i64::MIN)] {
            assert_eq!(parse_int(s), Ok(want), "{s}");
        }
        for s in ["", "-", "x", "1_0", " 1", "1.0", "0x10", "9223372036854775808x"] {
            assert_eq!(parse_int(s).unwrap_err().to_string(), invalid(s));
        }
        for s in ["9223372036854775808", "-9223372036854775809", "99999999999999999999x"] {
            assert_eq!(parse_int(s).unwrap_err().to_string(), range(s));
        }
    }

    #[test]
    fn floats_read_as_go_reads_them() {
        let good: &[(&str, f64)] = &[
            ("1", 1.0),
            ("1_0", 10.0),
            ("1.5e3", 1500.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("+1E-2", 0.01),
            ("0x1p-2", 0.25),
            ("0x_1p4", 16.0),
            ("-0X1.8p1", -3.0),
            ("0x1p-1074", 5e-324),
            ("0x1.fffffffffffffp1023", f64::MAX),
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000081p0", 1.0000000000000002),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("+INF", f64::INFINITY),
            ("1e-400", 0.0),
        ];
        for (s, want) in good {
            assert_eq!(parse_float(s), Ok(*want), "{s}");
        }
        assert!(parse_float("NaN").unwrap().is_nan());
        for s in [
            "", ".", "e5", "1e", "+nan", "infi", " 1", "1__0", "_1", "1_", "1_.5", "0x1", "0xp1", "1,5",
            "--1",
        ] {
            let want = format!("strconv.ParseFloat: parsing \"{s}\": invalid syntax");
            assert_eq!(parse_float(s).unwrap_err().to_string(), want);
        }
        for s in ["1e400", "-1e400", "0x1p1024"] {
            let want = format!("strconv.ParseFloat: parsing \"{s}\": value out of range");
            assert_eq!(parse_float(s).unwrap_err().to_string(), want);
        }
    }

    #[test]
    fn ties_go_to_the_even_digit() {
        let x = f64::from_bits(14_051_556_510_034_796_298);
        assert_eq!(
            (with(|s| push_float(s, x)), format!("{x}").as_str()),
            ("-603659033277409.2".to_owned(), "-603659033277409.3")
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(bits in any::<u64>(), n in any::<i32>(), k in 0i32..9) {
            for x in [f64::from_bits(bits), f64::from(n) / 10f64.powi(k)] {
                if x.is_finite() {
                    // Between two shortest texts that are equally near, std takes the one that is further from 0.
                    let (ours, std) = (with(|s| push_float(s, x)), format!("{x}"));
                    let tie = ours.len() == std.len() && ours.parse() == Ok(x);
                    prop_assert!(ours == std || tie, "{} {}", ours, std);
                    let json = with(|s| { push_json_float(s, x); });
                    prop_assert_eq!(json.parse::<f64>().unwrap().to_bits(), x.to_bits());
                    let general = with(|s| push_g_float(s, x));
                    prop_assert_eq!(general.parse::<f64>().unwrap().to_bits(), x.to_bits());
                }
            }
        }

        #[test]
        fn integers_print_like_std(x in any::<i64>()) {
            prop_assert_eq!(with(|s| push_int(s, x)), x.to_string());
            prop_assert_eq!(parse_int(&x.to_string()), Ok(x));
        }
    }
}
