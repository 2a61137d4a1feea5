//! `json` in templates: Go's order and escapes.

use super::datum::Datum;
use crate::value::json::push_json_str;
use crate::value::number::{push_int, push_json_float};
use crate::value::time::push_rfc3339_nano;

/// How deep JSON may nest.
const DEPTH: usize = 50;

/// Appends a value as JSON; `false` for what JSON cannot hold (NaN, infinities, too deep nesting).
pub(super) fn push_json(out: &mut String, d: &Datum<'_>) -> bool {
    push(out, d, 0)
}

fn push(out: &mut String, d: &Datum<'_>, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match d {
        Datum::Nil => out.push_str("null"),
        Datum::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Datum::Int(n, _) | Datum::Duration(n) => push_int(out, *n),
        Datum::Float(x) => return push_json_float(out, *x),
        Datum::Str(s) | Datum::Js(s) => push_json_str(out, s),
        Datum::Time(ns) => {
            out.push('"');
            push_rfc3339_nano(out, *ns);
            out.push('"');
        }
        Datum::Map(m) => {
            let entries = (0..m.len()).filter_map(|i| m.entry(i));
            return push_object(out, entries, depth);
        }
        Datum::Struct(s) => {
            if let Some(done) = s.push_json(out) {
                return done;
            }
            let entries = s.fields().iter().map(|name| (*name, s.field(name).unwrap_or(Datum::Nil)));
            return push_object(out, entries, depth);
        }
        Datum::List(l) => {
            out.push('[');
            for i in 0..l.len() {
                if i > 0 {
                    out.push(',');
                }
                if !push(out, &l.get(i).unwrap_or(Datum::Nil), depth + 1) {
                    return false;
                }
            }
            out.push(']');
        }
    }
    true
}

fn push_object<'a, 'k>(
    out: &mut String,
    entries: impl Iterator<Item = (&'k str, Datum<'a>)>,
    depth: usize,
) -> bool {
    out.push('{');
    for (i, (key, value)) in entries.enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_json_str(out, key);
        out.push(':');
        if !push(out, &value, depth + 1) {
            return false;
        }
    }
    out.push('}');
    true
}
