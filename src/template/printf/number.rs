//! Integers and floats under a verb.

use std::fmt::Write;

use super::spec::Spec;
use super::text::pad;
use crate::value::number::{push_float, push_g_float};
use crate::value::quote::{is_print, push_quoted_char};

/// An integer in the base of a verb.
pub(super) fn integer(out: &mut String, n: i64, verb: char, spec: &Spec) {
    let u = n.unsigned_abs();
    if spec.precision == Some(0) && u == 0 {
        return pad(out, "", &Spec { zero: false, ..spec.clone() });
    }
    let mut digits = String::new();
    let _ = match verb {
        'b' => write!(digits, "{u:b}"),
        'o' | 'O' => write!(digits, "{u:o}"),
        'x' => write!(digits, "{u:x}"),
        'X' => write!(digits, "{u:X}"),
        _ => write!(digits, "{u}"),
    };
    let signed = n < 0 || spec.plus || spec.space;
    let least = match (spec.precision, spec.width) {
        (Some(p), _) => p,
        (None, Some(w)) if spec.zero => w.saturating_sub(usize::from(signed)),
        _ => 0,
    };
    let mut text = String::with_capacity(least.max(digits.len()) + 3);
    text.push_str(match n < 0 {
        true => "-",
        false if spec.plus => "+",
        false if spec.space => " ",
        false => "",
    });
    text.push_str(match verb {
        'O' => "0o",
        'b' if spec.sharp => "0b",
        'x' if spec.sharp => "0x",
        'X' if spec.sharp => "0X",
        'o' if spec.sharp && least <= digits.len() => "0",
        _ => "",
    });
    for _ in digits.len()..least {
        text.push('0');
    }
    text.push_str(&digits);
    pad(out, &text, &Spec { zero: false, ..spec.clone() });
}

/// `%c`, `%q` and `%U` of an integer.
pub(super) fn character(out: &mut String, n: i64, verb: char, spec: &Spec) {
    let c = u32::try_from(n).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    let mut text = String::new();
    match verb {
        'c' => text.push(c),
        'q' => push_quoted_char(&mut text, c),
        _ => {
            let width = spec.precision.unwrap_or(4).max(4);
            let _ = write!(text, "U+{:0width$X}", n as u64);
            if spec.sharp && is_print(c) {
                let _ = write!(text, " '{c}'");
            }
            return pad(out, &text, &Spec { zero: false, ..spec.clone() });
        }
    }
    if verb == 'q' && spec.plus {
        text = super::text::ascii(&text);
    }
    pad(out, &text, spec);
}

/// A float under `e f g` and their like.
pub(super) fn float(out: &mut String, x: f64, verb: char, spec: &Spec) {
    let simple = spec.width.is_none() && !spec.plus && !spec.space;
    if let ('f' | 'F', true, true) = (verb, simple, x.is_finite()) {
        // The usual case goes straight out.
        let _ = write!(out, "{x:.*}", spec.precision.unwrap_or(6));
        return;
    }
    let mut text = String::new();
    digits(&mut text, x, verb, spec.precision);
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let sign = match (text.starts_with('-'), unsigned) {
        (true, _) => "-",
        // Go shows the sign of infinity unless asked for a number of digits.
        (false, "Inf") => "+",
        (false, _) if spec.plus => "+",
        (false, _) if spec.space => " ",
        (false, _) => "",
    };
    if spec.zero && x.is_finite() && !sign.is_empty() {
        out.push_str(sign);
        let width = spec.width.map(|w| w.saturating_sub(1));
        return pad(out, unsigned, &Spec { width, ..spec.clone() });
    }
    let zero = spec.zero && x.is_finite();
    pad(out, &format!("{sign}{unsigned}"), &Spec { zero, ..spec.clone() });
}

fn digits(out: &mut String, x: f64, verb: char, precision: Option<usize>) {
    if !x.is_finite() {
        return push_float(out, x);
    }
    match (verb, precision) {
        ('v', None) => push_g_float(out, x),
        ('g', None) => push_g_float(out, x),
        ('G', None) => {
            let mut text = String::new();
            push_g_float(&mut text, x);
            out.push_str(&text.to_uppercase());
        }
        ('e' | 'E', p) => exponent(out, x, p.unwrap_or(6), verb),
        ('g' | 'G' | 'v', Some(p)) => general(out, x, p.max(1), if verb == 'G' { 'E' } else { 'e' }),
        (_, p) => {
            let _ = write!(out, "{x:.*}", p.unwrap_or(6));
        }
    }
}

/// `1.23e+06`.
fn exponent(out: &mut String, x: f64, precision: usize, mark: char) {
    let text = format!("{x:.precision$e}");
    let (mantissa, exp) = text.split_once('e').unwrap_or((&text, "0"));
    push_exponent(out, mantissa, exp, mark);
}

fn push_exponent(out: &mut String, mantissa: &str, exp: &str, mark: char) {
    let (sign, digits) = match exp.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exp),
    };
    let _ = write!(out, "{mantissa}{mark}{sign}{digits:0>2}");
}

/// `%.3g`: that many digits, no trailing zeros, an exponent where it is large or small.
fn general(out: &mut String, x: f64, precision: usize, mark: char) {
    let text = format!("{x:.*e}", precision - 1);
    let (mantissa, exp) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    let power = exp.parse::<i32>().unwrap_or(0);
    let count = mantissa.bytes().filter(u8::is_ascii_digit).count() as i32;
    // Digits that fit before the point need no exponent.
    let limit = match precision as i32 {
        p if p > count && count > power => count,
        p => p,
    };
    if power < -4 || power >= limit {
        return push_exponent(out, mantissa, exp, mark);
    }
    let decimals = (count - 1 - power).max(0) as usize;
    let _ = write!(out, "{x:.decimals$}");
}
