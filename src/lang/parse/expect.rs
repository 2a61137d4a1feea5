//! What the parser would have taken, and the message when something else stands there: for people, and
//! in Kapacitor's words.

use super::found::found;
use super::hint::{Mistake, refine};
use super::{MAX_HEIGHT, MAX_NESTING, Parser, Stop, Taken};
use crate::lang::token::Kind;
use crate::text::{Diagnostic, Span, Starts};
use crate::value::duration;

/// What would have been taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    /// The start of a statement.
    Statement,
    /// A value inside an expression.
    Operand,
    /// A name after `var` or a chain operator.
    Name,
    /// `=` or a type after `var x`.
    VarValue,
    /// `(` after `|x`.
    Open,
    /// The end of arguments.
    Close,
    /// The end of a group.
    GroupClose,
    /// An item of a list.
    ListItem,
    /// The end of a list.
    ListClose,
    /// A part of `dbrp`.
    Reference,
    /// Between the parts of `dbrp`.
    Dot,
    /// After the text of a lambda on its own.
    End,
}

impl Expected {
    fn for_people(self) -> &'static str {
        match self {
            Expected::Statement => "a statement",
            Expected::Operand => "a value",
            Expected::Name => "a name",
            Expected::VarValue => "`=` or a type",
            Expected::Open => "`(`",
            Expected::Close => "`,` or `)`",
            Expected::GroupClose => "an operator or `)`",
            Expected::ListItem => "a name, a string or `*`",
            Expected::ListClose => "`,` or `]`",
            Expected::Reference => "a name in double quotes",
            Expected::Dot => "`.`",
            Expected::End => "an operator or the end",
        }
    }

    /// Kapacitor's list; for values it names a few of those that it takes, and `==`.
    fn for_kapacitor(self) -> &'static str {
        match self {
            Expected::Statement | Expected::Operand => {
                r#""number","string","duration","identifier","TRUE","FALSE","==","(","-","!""#
            }
            Expected::Name | Expected::VarValue => r#""identifier""#,
            Expected::Open => r#""(""#,
            Expected::Close | Expected::GroupClose => r#"")""#,
            Expected::ListItem => r#""identifier","string","*""#,
            Expected::ListClose => r#""]""#,
            Expected::Reference => r#""reference""#,
            Expected::Dot => r#"".""#,
            Expected::End => r#""EOF""#,
        }
    }
}

impl Parser<'_> {
    /// Reports that the lookahead does not fit.
    pub(super) fn unexpected(&mut self, expected: Expected) -> Stop {
        let token = Taken { kind: self.peek.kind, span: self.peek.span };
        let message = format!(
            "unexpected {}, expected {}",
            found(token.kind, self.source(token.span)),
            expected.for_people()
        );
        let diagnostic = Diagnostic::error("E0101", message)
            .at(token.span)
            .kapacitor(kapacitor_words(self.text, token, expected));
        let mistake = Mistake {
            text: self.text,
            token,
            prev: self.prev,
            expected,
            after_comment: self.peek.comment.is_some(),
            in_lambda: self.in_lambda,
            opened: self.opened.last().copied(),
            long_literal: self.long_literal,
        };
        let diagnostic = refine(diagnostic, &mistake);
        self.report(diagnostic)
    }

    pub(super) fn too_deep(&mut self) -> Stop {
        let diagnostic = Diagnostic::error("E0110", format!("nested more than {MAX_NESTING} levels deep"))
            .at(self.peek.span)
            .hint("give parts of it names with `var`");
        self.report(diagnostic)
    }

    pub(super) fn too_high(&mut self) -> Stop {
        let message = format!("more than {MAX_HEIGHT} steps or operators in one statement");
        let diagnostic = Diagnostic::error("E0111", message)
            .at(self.prev.map_or(self.peek.span, |prev| prev.span))
            .hint("give parts of it names with `var`");
        self.report(diagnostic)
    }

    /// Warns of a literal or name that starts a statement right behind another: `1m30s`.
    pub(super) fn warn_if_glued(&mut self) {
        let Some(prev) = self.prev else { return };
        let literal = |kind| matches!(kind, Kind::Number | Kind::Duration);
        let glued = literal(prev.kind)
            && (literal(self.peek.kind) || self.peek.kind == Kind::Ident)
            && prev.span.end == self.peek.span.start;
        if glued {
            let whole = self.source(prev.span.to(self.peek.span));
            let message = format!("`{whole}` is read as `{}` and a new statement", self.source(prev.span));
            let mut warning = Diagnostic::warning("W0101", message).at(prev.span.to(self.peek.span));
            warning.hint = super::hint::glued(self.source(prev.span), self.source(self.peek.span));
            if (prev.kind, self.peek.kind) == (Kind::Duration, Kind::Duration)
                && let Ok(sum) = duration::parse_influx(whole)
            {
                let mut one = String::new();
                duration::push_influx(&mut one, sum);
                warning = warning.fix(prev.span.to(self.peek.span), one);
            }
            self.diagnostics.push(warning);
        }
    }
}

/// Whether a literal goes over a line end without being written as one that does: a quote that was
/// forgotten turns everything up to the next one into text.
pub(super) fn looks_unclosed(literal: &str) -> bool {
    !literal.starts_with("'''") && literal.contains('\n')
}

fn kapacitor_words(text: &str, token: Taken, expected: Expected) -> String {
    let pos = token.span.start as usize;
    let (line, char) = Starts::of(text).line_char(pos.min(text.len()));
    format!(
        "parser: unexpected {} line {line} char {char} in \"{}\". expected: {}",
        token.kind.word(),
        snippet(text, pos),
        expected.for_kapacitor()
    )
}

/// Ten bytes to both sides, but nothing of other lines.
fn snippet(text: &str, pos: usize) -> String {
    let bytes = text.as_bytes();
    let pos = pos.min(bytes.len());
    let before = bytes.get(pos.saturating_sub(10)..pos).unwrap_or_default();
    let after = bytes.get(pos..bytes.len().min(pos + 10)).unwrap_or_default();
    let before = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let after = after.split(|b| *b == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(&[before, after].concat()).into_owned()
}

/// The opening delimiter of a literal that is not closed.
pub(super) fn opening(text: &str, span: Span) -> Span {
    let start = span.start as usize;
    let len = if text.get(start..).is_some_and(|rest| rest.starts_with("'''")) { 3 } else { 1 };
    Span::new(start, start + len)
}
