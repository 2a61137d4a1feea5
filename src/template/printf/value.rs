//! Any value under any verb.

use std::fmt::Write;

use super::spec::Spec;
use super::{number, stringer, text};
use crate::template::datum::{Datum, IntType, ListRef, MapRef, Struct};
use crate::value::number::{push_g_float, push_int};

/// How deep lists and maps print.
const DEPTH: usize = 50;

/// Appends a value; one that the verb does not know prints as `%!d(string=x)`.
pub(in crate::template) fn push_value(
    out: &mut String,
    d: &Datum<'_>,
    verb: char,
    spec: &Spec,
    depth: usize,
) {
    if verb == 'T' {
        return text::string(out, d.type_name().unwrap_or("<nil>"), spec);
    }
    let plain =
        verb == 'v' && spec.width.is_none() && spec.precision.is_none() && !spec.plus_v && !spec.sharp_v;
    match d {
        Datum::Nil if depth > 0 => out.push_str("<nil>"),
        Datum::Nil if verb == 'v' => text::pad(out, "<nil>", spec),
        Datum::Bool(b) if matches!(verb, 'v' | 't') => {
            text::pad(out, if *b { "true" } else { "false" }, spec)
        }
        Datum::Int(n, IntType::Int | IntType::Int64 | IntType::Byte) if plain => push_int(out, *n),
        Datum::Float(x) if plain => push_g_float(out, *x),
        Datum::Float(x) if matches!(verb, 'v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
            number::float(out, *x, verb, spec);
        }
        Datum::Str(s) | Datum::Js(s) if plain => out.push_str(s),
        Datum::Str(s) | Datum::Js(s) if push_text(out, s, verb, spec) => {}
        Datum::Map(m) => push_map(out, *m, verb, spec, depth),
        Datum::List(l) => push_list(out, *l, verb, spec, depth),
        Datum::Struct(s) => push_struct(out, *s, verb, spec, depth),
        Datum::Time(_) | Datum::Duration(_) | Datum::Int(_, IntType::Month | IntType::Weekday)
            if stringer(d).is_some_and(|s| push_text(out, &s, verb, &plain_v(spec))) => {}
        Datum::Int(n, _) | Datum::Duration(n) => push_integer(out, *n, d, verb, spec),
        _ => bad_verb(out, d, verb),
    }
}

/// `%#v` shows no quotes around what `String()` gave.
fn plain_v(spec: &Spec) -> Spec {
    Spec { sharp_v: false, ..spec.clone() }
}

fn push_text(out: &mut String, s: &str, verb: char, spec: &Spec) -> bool {
    match verb {
        'v' if spec.sharp_v => text::quoted(out, s, spec),
        'v' | 's' => text::string(out, s, spec),
        'q' => text::quoted(out, s, spec),
        'x' | 'X' => text::hex(out, s, verb == 'X', spec),
        _ => return false,
    }
    true
}

fn push_integer(out: &mut String, n: i64, d: &Datum<'_>, verb: char, spec: &Spec) {
    match verb {
        'v' => number::integer(out, n, 'd', spec),
        'd' | 'b' | 'o' | 'O' | 'x' | 'X' => number::integer(out, n, verb, spec),
        'c' | 'q' | 'U' => number::character(out, n, verb, spec),
        _ => bad_verb(out, d, verb),
    }
}

fn bad_verb(out: &mut String, d: &Datum<'_>, verb: char) {
    let _ = match d.type_name() {
        Some(name) => write!(out, "%!{verb}({name}="),
        None => write!(out, "%!{verb}(<nil>"),
    };
    if !matches!(d, Datum::Nil) {
        push_value(out, d, 'v', &Spec::default(), 0);
    }
    out.push(')');
}

fn push_map(out: &mut String, map: MapRef<'_>, verb: char, spec: &Spec, depth: usize) {
    if depth >= DEPTH {
        return out.push_str("...");
    }
    if spec.sharp_v {
        out.push_str(map.type_name());
    }
    out.push_str(if spec.sharp_v { "{" } else { "map[" });
    for i in 0..map.len() {
        let Some((key, value)) = map.entry(i) else { break };
        if i > 0 {
            out.push_str(if spec.sharp_v { ", " } else { " " });
        }
        push_value(out, &Datum::str(key), verb, spec, depth + 1);
        out.push(':');
        push_value(out, &value, verb, spec, depth + 1);
    }
    out.push(if spec.sharp_v { '}' } else { ']' });
}

fn push_list(out: &mut String, list: ListRef<'_>, verb: char, spec: &Spec, depth: usize) {
    if depth >= DEPTH {
        return out.push_str("...");
    }
    if spec.sharp_v {
        out.push_str(list.type_name());
    }
    out.push(if spec.sharp_v { '{' } else { '[' });
    for i in 0..list.len() {
        let Some(value) = list.get(i) else { break };
        if i > 0 {
            out.push_str(if spec.sharp_v { ", " } else { " " });
        }
        push_value(out, &value, verb, spec, depth + 1);
    }
    out.push(if spec.sharp_v { '}' } else { ']' });
}

fn push_struct(out: &mut String, s: &dyn Struct, verb: char, spec: &Spec, depth: usize) {
    if depth >= DEPTH {
        return out.push_str("...");
    }
    if spec.sharp_v {
        out.push_str(s.type_name());
    }
    out.push('{');
    for (i, name) in s.fields().iter().enumerate() {
        if i > 0 {
            out.push_str(if spec.sharp_v { ", " } else { " " });
        }
        if spec.plus_v || spec.sharp_v {
            let _ = write!(out, "{name}:");
        }
        push_value(out, &s.field(name).unwrap_or(Datum::Nil), verb, spec, depth + 1);
    }
    out.push('}');
}
