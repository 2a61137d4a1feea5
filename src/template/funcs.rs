//! The functions of templates.

use std::cmp::Ordering;

use super::compare::{eq, order};
use super::datum::{Datum, IntType, MapRef};
use super::escape;
use super::printf::{push_plain, sprint, sprintf, sprintln};

/// A function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Func {
    And,
    Or,
    Not,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Index,
    Slice,
    Len,
    Print,
    Printf,
    Println,
    Html,
    Js,
    UrlQuery,
    Call,
    /// JSON and a line's end.
    Json,
    /// JSON alone.
    JsonCompact,
}

/// Names, and how many arguments there must be: least, and whether more may follow.
const TABLE: [(&str, Func, usize, bool); 21] = [
    ("and", Func::And, 1, true),
    ("or", Func::Or, 1, true),
    ("not", Func::Not, 1, false),
    ("eq", Func::Eq, 1, true),
    ("ne", Func::Ne, 2, false),
    ("lt", Func::Lt, 2, false),
    ("le", Func::Le, 2, false),
    ("gt", Func::Gt, 2, false),
    ("ge", Func::Ge, 2, false),
    ("index", Func::Index, 1, true),
    ("slice", Func::Slice, 1, true),
    ("len", Func::Len, 1, false),
    ("print", Func::Print, 0, true),
    ("printf", Func::Printf, 1, true),
    ("println", Func::Println, 0, true),
    ("html", Func::Html, 0, true),
    ("js", Func::Js, 0, true),
    ("urlquery", Func::UrlQuery, 0, true),
    ("call", Func::Call, 1, true),
    ("json", Func::Json, 1, false),
    ("jsonCompact", Func::JsonCompact, 1, false),
];

impl Func {
    /// The function of a name; `json` and `jsonCompact` only where they are allowed.
    pub(super) fn find(name: &str, json: bool) -> Option<Func> {
        let (_, func, ..) = TABLE.iter().find(|(n, ..)| *n == name)?;
        (json || !matches!(func, Func::Json | Func::JsonCompact)).then_some(*func)
    }

    fn entry(self) -> (&'static str, usize, bool) {
        let found = TABLE.iter().find(|(_, f, ..)| *f == self);
        found.map_or(("", 0, true), |(name, _, least, more)| (name, *least, *more))
    }

    pub(super) fn name(self) -> &'static str {
        self.entry().0
    }

    /// Refuses a wrong number of arguments; `written` are those in the command itself.
    pub(super) fn check(self, written: usize, all: usize) -> Result<(), String> {
        let (name, least, more) = self.entry();
        if more && all < least {
            return Err(format!("wrong number of args for {name}: want at least {least} got {written}"));
        }
        if !more && all != least {
            return Err(format!("wrong number of args for {name}: want {least} got {all}"));
        }
        Ok(())
    }

    /// Calls the function. `and` and `or` stop early elsewhere; here all their arguments are known.
    pub(super) fn call<'d>(self, args: &[Datum<'d>], html: bool) -> Result<Datum<'d>, String> {
        let nil = Datum::Nil;
        let first = args.first().unwrap_or(&nil);
        let second = args.get(1).unwrap_or(&nil);
        let text = |f: &dyn Fn(&mut String)| {
            let mut out = String::new();
            f(&mut out);
            out
        };
        Ok(match self {
            Func::And => args.iter().find(|a| !a.truth()).or(args.last()).cloned().unwrap_or(nil),
            Func::Or => args.iter().find(|a| a.truth()).or(args.last()).cloned().unwrap_or(nil),
            Func::Not => Datum::Bool(!first.truth()),
            Func::Eq => Datum::Bool(eq(args)?),
            Func::Ne => Datum::Bool(!eq(args)?),
            Func::Lt => Datum::Bool(order(first, second)? == Some(Ordering::Less)),
            Func::Ge => Datum::Bool(order(first, second)? != Some(Ordering::Less)),
            Func::Le => Datum::Bool(order(first, second)?.is_some_and(Ordering::is_le)),
            Func::Gt => Datum::Bool(!order(first, second)?.is_some_and(Ordering::is_le)),
            Func::Index => index(first, args.get(1..).unwrap_or_default())?,
            Func::Slice => slice(first, args.get(1..).unwrap_or_default())?,
            Func::Len => len(first)?,
            Func::Print => Datum::owned(text(&|out| sprint(out, args))),
            Func::Println => Datum::owned(text(&|out| sprintln(out, args))),
            Func::Printf => Datum::owned(text(&|out| printf(out, args))),
            Func::Html => Datum::owned(text(&|out| escape::html(out, &joined(args)))),
            Func::Js => Datum::owned(text(&|out| escape::js(out, &joined(args)))),
            Func::UrlQuery => Datum::owned(text(&|out| escape::query(out, &joined(args)))),
            Func::Call => return Err(call_error(first)),
            Func::Json | Func::JsonCompact => {
                let out = json(first, self == Func::Json);
                if html { Datum::Js(out.into()) } else { Datum::owned(out) }
            }
        })
    }
}

/// `printf` over its arguments, the first of which is the format.
pub(super) fn printf(out: &mut String, args: &[Datum<'_>]) {
    if let Some((Datum::Str(format) | Datum::Js(format), rest)) = args.split_first() {
        sprintf(out, format, rest);
    }
}

/// JSON of a value; empty for what JSON cannot hold.
fn json(d: &Datum<'_>, line: bool) -> String {
    let mut out = String::new();
    if !super::json::push_json(&mut out, d) {
        return String::new();
    }
    if line {
        out.push('\n');
    }
    out
}

fn call_error(f: &Datum<'_>) -> String {
    match f.type_name() {
        Some(name) => format!("non-function of type {name}"),
        None => "call of nil".to_owned(),
    }
}

/// The text that an escaper works on.
fn joined<'a>(args: &'a [Datum<'_>]) -> std::borrow::Cow<'a, str> {
    if let [Datum::Str(s) | Datum::Js(s)] = args {
        return s.as_ref().into();
    }
    let mut out = String::new();
    let shown: Vec<Datum<'_>> = args
        .iter()
        .map(|a| if matches!(a, Datum::Nil) { Datum::str("<no value>") } else { a.clone() })
        .collect();
    match shown.as_slice() {
        [one] => push_plain(&mut out, one),
        all => sprint(&mut out, all),
    }
    out.into()
}

fn type_of<'a>(d: &'a Datum<'_>) -> &'a str {
    d.type_name().unwrap_or("<nil>")
}

fn index<'d>(item: &Datum<'d>, keys: &[Datum<'d>]) -> Result<Datum<'d>, String> {
    if matches!(item, Datum::Nil) {
        return Err("index of untyped nil".to_owned());
    }
    let mut item = item.clone();
    for key in keys {
        item = match &item {
            Datum::Map(map) => in_map(*map, key)?,
            Datum::List(list) => {
                let at = place(key, list.len())?;
                list.get(at).ok_or("reflect: slice index out of range")?
            }
            Datum::Str(s) | Datum::Js(s) => {
                let at = place(key, s.len())?;
                let byte = s.as_bytes().get(at).ok_or("reflect: string index out of range")?;
                Datum::Int(i64::from(*byte), IntType::Byte)
            }
            Datum::Nil => return Err("index of nil pointer".to_owned()),
            other => return Err(format!("can't index item of type {}", type_of(other))),
        };
    }
    Ok(item)
}

fn in_map<'d>(map: MapRef<'d>, key: &Datum<'d>) -> Result<Datum<'d>, String> {
    match key {
        Datum::Str(key) | Datum::Js(key) => Ok(map.get(key).unwrap_or_else(|| missing(map))),
        Datum::Nil => Err("value is nil; should be of type string".to_owned()),
        other => Err(format!("value has type {}; should be string", type_of(other))),
    }
}

/// What a key that is not there stands for: the zero of the map's values.
fn missing<'d>(map: MapRef<'d>) -> Datum<'d> {
    if map.is_strings() { Datum::str("") } else { Datum::Nil }
}

fn place(key: &Datum<'_>, len: usize) -> Result<usize, String> {
    let n = match key {
        Datum::Int(n, _) | Datum::Duration(n) => *n,
        Datum::Nil => return Err("cannot index slice/array with nil".to_owned()),
        other => return Err(format!("cannot index slice/array with type {}", type_of(other))),
    };
    usize::try_from(n).ok().filter(|at| *at <= len).ok_or_else(|| format!("index out of range: {n}"))
}

fn slice<'d>(item: &Datum<'d>, ends: &[Datum<'d>]) -> Result<Datum<'d>, String> {
    let len = match item {
        Datum::Nil => return Err("slice of untyped nil".to_owned()),
        Datum::Str(_) | Datum::Js(_) if ends.len() == 3 => {
            return Err("cannot 3-index slice a string".to_owned());
        }
        _ if ends.len() > 3 => return Err(format!("too many slice indexes: {}", ends.len())),
        Datum::Str(s) | Datum::Js(s) => s.len(),
        Datum::List(l) => l.len(),
        other => return Err(format!("can't slice item of type {}", type_of(other))),
    };
    let mut bounds = [0, len, len];
    for (bound, end) in bounds.iter_mut().zip(ends) {
        *bound = place(end, len)?;
    }
    let [start, end, most] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}"));
    }
    if end > most {
        return Err(format!("invalid slice index: {end} > {most}"));
    }
    Ok(match item {
        Datum::List(l) => Datum::List(l.part(start, end)),
        Datum::Str(s) | Datum::Js(s) => {
            // Inside of a character bytes are cut; what is left of it prints as U+FFFD.
            let bytes = s.as_bytes().get(start..end).unwrap_or_default();
            Datum::owned(String::from_utf8_lossy(bytes).into_owned())
        }
        _ => Datum::Nil,
    })
}

fn len<'d>(item: &Datum<'d>) -> Result<Datum<'d>, String> {
    Ok(Datum::count(match item {
        Datum::Map(m) => m.len(),
        Datum::List(l) => l.len(),
        Datum::Str(s) | Datum::Js(s) => s.len(),
        Datum::Nil => return Err("reflect: call of reflect.Value.Type on zero Value".to_owned()),
        other => return Err(format!("len of type {}", type_of(other))),
    }))
}
