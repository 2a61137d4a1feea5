//! A SELECT as text, for a server.

use std::fmt;

use super::ast::{Expr, Field, Fill, Measurement, Select, Source, Target};
use super::lexer::WORDS;
use crate::value::duration::push_influx;
use crate::value::number::push_float;

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        list(f, &self.fields)?;
        if let Some(Target { measurement }) = &self.into {
            write!(f, " INTO {measurement}")?;
        }
        f.write_str(" FROM ")?;
        list(f, &self.sources)?;
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        if !self.dimensions.is_empty() {
            f.write_str(" GROUP BY ")?;
            list(f, &self.dimensions)?;
        }
        fill(f, self.fill)?;
        match self.ascending {
            Some(true) => f.write_str(" ORDER BY time ASC")?,
            Some(false) => f.write_str(" ORDER BY time DESC")?,
            None => {}
        }
        let limits = [
            ("LIMIT", self.limit),
            ("OFFSET", self.offset),
            ("SLIMIT", self.slimit),
            ("SOFFSET", self.soffset),
        ];
        for (word, n) in limits {
            if n > 0 {
                write!(f, " {word} {n}")?;
            }
        }
        match &self.zone {
            Some(zone) => write!(f, " TZ({})", Quoted(zone)),
            None => Ok(()),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
    }
    Ok(())
}

fn fill(f: &mut fmt::Formatter<'_>, fill: Fill) -> fmt::Result {
    match fill {
        Fill::Null => Ok(()),
        Fill::None => f.write_str(" fill(none)"),
        Fill::Previous => f.write_str(" fill(previous)"),
        Fill::Linear => f.write_str(" fill(linear)"),
        Fill::Number(x) => write!(f, " fill({})", number(x)),
    }
}

/// With a point, which tells it from an integer.
fn number(x: f64) -> String {
    let mut out = String::new();
    push_float(&mut out, x);
    if !out.contains('.') {
        out.push_str(".0");
    }
    out
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.alias {
            Some(alias) => write!(f, "{} AS {}", self.expr, Name(alias)),
            None => self.expr.fmt(f),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Measurement(measurement) => measurement.fmt(f),
            Source::Subquery(select) => write!(f, "({select})"),
        }
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.database.is_empty() {
            write!(f, "{}.", Name(&self.database))?;
        }
        if !self.retention_policy.is_empty() {
            write!(f, "{}", Name(&self.retention_policy))?;
        }
        if !self.database.is_empty() || !self.retention_policy.is_empty() {
            f.write_str(".")?;
        }
        match &self.regex {
            Some(pattern) => Pattern(pattern).fmt(f),
            None => Name(&self.name).fmt(f),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Ref { name, ty: None } => Name(name).fmt(f),
            Expr::Ref { name, ty: Some(ty) } => write!(f, "{}::{}", Name(name), ty.name()),
            Expr::Call { name, args } => {
                write!(f, "{name}(")?;
                list(f, args)?;
                f.write_str(")")
            }
            Expr::Distinct(name) => write!(f, "DISTINCT {}", Name(name)),
            Expr::Str(text) => Quoted(text).fmt(f),
            Expr::Number(x) => f.write_str(&number(*x)),
            Expr::Int(x) => x.fmt(f),
            Expr::Unsigned(x) => x.fmt(f),
            Expr::Bool(x) => x.fmt(f),
            Expr::Duration(ns) => {
                let mut out = String::new();
                push_influx(&mut out, *ns);
                f.write_str(&out)
            }
            Expr::Wildcard(None) => f.write_str("*"),
            Expr::Wildcard(Some(ty)) => write!(f, "*::{}", ty.name()),
            Expr::Regex(pattern) => Pattern(pattern).fmt(f),
            Expr::Paren(inner) => write!(f, "({inner})"),
            Expr::Binary { op, left, right } => write!(f, "{left} {} {right}", op.symbol()),
        }
    }
}

/// A name, in quotes where it needs them.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simple = |c: char| c == '_' || c.is_ascii_alphanumeric();
        let plain = self.0.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && self.0.chars().all(simple)
            && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(self.0));
        if plain || self.0 == "time" || self.0 == ":MEASUREMENT" {
            return f.write_str(self.0);
        }
        quoted(f, self.0, '"')
    }
}

/// A text in single quotes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quoted(f, self.0, '\'')
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    write!(f, "{quote}")?;
    for c in text.chars() {
        match c {
            '\n' => f.write_str("\\n")?,
            '\\' => f.write_str("\\\\")?,
            c if c == quote => write!(f, "\\{c}")?,
            c => write!(f, "{c}")?,
        }
    }
    write!(f, "{quote}")
}

/// A pattern between slashes.
struct Pattern<'a>(&'a str);

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.0.replace('/', "\\/"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Statement, parse};
    use super::*;

    fn parsed(text: &str) -> Select {
        match parse(text).unwrap().pop() {
            Some(Statement::Select(select)) => *select,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let texts = [
            "SELECT mean(value) FROM telegraf.\"default\".cpu WHERE host = 'a' AND time >= '2015-10-30T16:14:12Z' \
             GROUP BY time(2s, 1s), cpu, * fill(previous)",
            "SELECT \"a b\"::float, x AS \"select\" FROM \"d-b\"..\"m/1\" WHERE a =~ /x\\/y/ OR (b != 'it\\'s' AND c < -1.5)",
            "SELECT DISTINCT v FROM (SELECT top(v, h, 3) FROM /^cp/ WHERE time > now() - 90m) LIMIT 3 OFFSET 1",
            "SELECT *::tag, count(*) FROM rp.m GROUP BY /h/ fill(0.5) ORDER BY time DESC SLIMIT 2 TZ('Europe/Berlin')",
        ];
        for text in texts {
            let select = parsed(text);
            let written = select.to_string();
            assert_eq!(parsed(&written), select, "{written}");
        }
        assert_eq!(parsed(texts[0]).to_string(), texts[0]);
    }
}
