//! Tokens to values. A number that is out of range does not stop the parser: the mistake is reported
//! and the parser goes on as if it were zero.

use super::chain::node;
use super::{Parser, Taken};
use crate::lang::ast::{Comment, Expr, ExprKind};
use crate::lang::token::Kind;
use crate::text::{Diagnostic, Span};
use crate::value::GoRegex;
use crate::value::duration::push_influx;

impl Parser<'_> {
    /// A name.
    pub(super) fn ident(&self, token: Taken, comment: Option<Comment>) -> Expr {
        let name = self.source(token.span).to_string();
        node(token.span, token.span.start, comment, ExprKind::Ident(name))
    }

    /// A token that is a value of its own.
    pub(super) fn literal(&mut self, token: Taken, comment: Option<Comment>) -> Expr {
        let text = self.source(token.span);
        let kind = match token.kind {
            Kind::Number if text.contains('.') => float(text),
            Kind::Number => int(text),
            Kind::Duration => duration(text),
            Kind::Str => Ok(string(text)),
            Kind::Regex => regex(text),
            Kind::Ref => Ok(ExprKind::Ref(self.reference_text(token.span))),
            Kind::True => Ok(ExprKind::Bool(true)),
            Kind::False => Ok(ExprKind::Bool(false)),
            Kind::Star => Ok(ExprKind::Star),
            _ => Ok(ExprKind::Ident(text.to_string())),
        };
        let kind = kind.unwrap_or_else(|wrong| {
            self.report(wrong.at(token.span));
            ExprKind::Int { value: 0, octal: false }
        });
        self.diagnostics.extend(overflow(&kind).map(|warning| warning.at(token.span)));
        node(token.span, token.span.start, comment, kind)
    }

    /// The name in a reference.
    pub(super) fn reference_text(&self, span: Span) -> String {
        inside(self.source(span), 1).replace("\\\"", "\"")
    }
}

type Literal = Result<ExprKind, Box<Diagnostic>>;

fn inside(text: &str, quotes: usize) -> &str {
    text.get(quotes..text.len().saturating_sub(quotes)).unwrap_or_default()
}

fn int(text: &str) -> Literal {
    let octal = text.len() > 1 && text.starts_with('0');
    let value = i64::from_str_radix(text, if octal { 8 } else { 10 });
    value.map(|value| ExprKind::Int { value, octal }).map_err(|_| {
        let wrong = illegal_number(text);
        match (octal, text.trim_start_matches('0')) {
            (true, decimal) if text.is_ascii() && decimal.len() < 19 => {
                let decimal = if decimal.is_empty() { "0" } else { decimal };
                wrong.label("a zero in front makes it octal").hint(format!("write `{decimal}`"))
            }
            _ if text.is_ascii() => wrong.label("out of the range of a 64-bit integer"),
            _ => wrong.hint("write the digits 0 to 9"),
        }
        .into()
    })
}

fn float(text: &str) -> Literal {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(ExprKind::Float(value)),
        Ok(_) => Err(illegal_number(text).label("out of the range of a 64-bit float").into()),
        Err(_) => Err(illegal_number(text).hint("write the digits 0 to 9").into()),
    }
}

fn illegal_number(text: &str) -> Diagnostic {
    Diagnostic::error("E0107", format!("`{text}` is not a number"))
        .kapacitor(format!("parser: illegal number syntax: \"{text}\""))
}

fn duration(text: &str) -> Literal {
    let unit = text.trim_start_matches(crate::lang::unicode::is_digit);
    let digits = text.strip_suffix(unit).unwrap_or_default();
    let Ok(count) = digits.parse::<i64>() else {
        return Err(Diagnostic::error("E0108", format!("`{text}` is not a duration"))
            .hint("a duration has at most about 290 years")
            .kapacitor("parser: invalid duration")
            .into());
    };
    let value = count.wrapping_mul(nanoseconds(unit));
    if value < 0 {
        return Err(Diagnostic::error("E0108", format!("`{text}` is too long for a duration"))
            .hint("a duration has at most about 290 years")
            .kapacitor(format!("parser: overflowed duration {count}{unit}: choose a smaller duration or INF"))
            .into());
    }
    Ok(ExprKind::Duration { value, text: text.to_string() })
}

/// Kapacitor notices an overflow only where the result is negative; it runs on with what is left else.
fn overflow(kind: &ExprKind) -> Option<Diagnostic> {
    let ExprKind::Duration { value, text } = kind else { return None };
    let unit = text.trim_start_matches(crate::lang::unicode::is_digit);
    let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
    (count.checked_mul(nanoseconds(unit)).is_none()).then(|| {
        let mut real = String::new();
        push_influx(&mut real, *value);
        Diagnostic::warning("W0102", format!("`{text}` is too long for a duration and becomes `{real}`"))
            .hint("a duration has at most about 290 years")
    })
}

fn nanoseconds(unit: &str) -> i64 {
    const SECOND: i64 = 1_000_000_000;
    match unit {
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3600 * SECOND,
        "d" => 24 * 3600 * SECOND,
        "w" => 7 * 24 * 3600 * SECOND,
        _ => 1_000,
    }
}

fn string(text: &str) -> ExprKind {
    if !text.starts_with("'''") {
        return ExprKind::Str { value: inside(text, 1).replace("\\'", "'"), triple: false };
    }
    // A quote behind a backslash may be among the last three characters; such a text cannot be
    // written with three quotes again.
    let value = inside(text, 3).to_string();
    ExprKind::Str { value, triple: text.ends_with("'''") }
}

fn regex(text: &str) -> Literal {
    let written = inside(text, 1);
    let pattern = written.replace("\\/", "/");
    match GoRegex::new(&pattern) {
        Ok(_) => Ok(ExprKind::Regex { pattern, text: written.to_string() }),
        Err(message) => {
            let words = format!("parser: error parsing regexp: {message}");
            Err(Diagnostic::error("E0109", format!("the pattern is not valid: {message}"))
                .kapacitor(words)
                .into())
        }
    }
}
