//! What people who know other languages write, and what to write here.

use super::Taken;
use super::expect::{Expected, opening};
use super::found::character;
use crate::lang::ast::BinaryOp;
use crate::lang::token::{Bad, Kind};
use crate::text::{Diagnostic, Span};

/// All that is known where the parser gives up.
pub(super) struct Mistake<'t> {
    pub(super) text: &'t str,
    pub(super) token: Taken,
    pub(super) prev: Option<Taken>,
    pub(super) expected: Expected,
    pub(super) after_comment: bool,
    pub(super) in_lambda: bool,
    pub(super) opened: Option<Span>,
    pub(super) long_literal: Option<Span>,
}

impl<'t> Mistake<'t> {
    fn word(&self) -> &'t str {
        self.source(self.token.span)
    }

    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The character after the token.
    fn next_char(&self) -> Option<char> {
        self.text.get(self.token.span.end as usize..)?.chars().next()
    }

    fn prev_kind(&self) -> Option<Kind> {
        self.prev.map(|prev| prev.kind)
    }

    /// The token before, if nothing stands between.
    fn adjacent(&self) -> Option<Taken> {
        self.prev.filter(|prev| prev.span.end == self.token.span.start)
    }
}

/// Code, words and advice for a mistake that is known; the general ones for others.
pub(super) fn refine(diagnostic: Diagnostic, m: &Mistake<'_>) -> Diagnostic {
    let refined = match m.token.kind {
        Kind::Bad(bad) => unreadable(diagnostic, bad, m),
        Kind::Ident if foreign_operator(m.word()).is_some() && !m.in_first_place() => {
            operator(diagnostic, foreign_operator(m.word()).unwrap_or_default())
        }
        Kind::Pipe
            if m.next_char() == Some('|') || m.adjacent().is_some_and(|prev| prev.kind == Kind::Pipe) =>
        {
            operator(diagnostic, "OR")
        }
        Kind::Assign => assignment(diagnostic, m),
        kind if kind.is_chain() => chain(diagnostic, m),
        Kind::Op(BinaryOp::Div) if m.expected == Expected::Operand => {
            code(diagnostic, "E0118", "a pattern cannot stand here on its own")
                .hint("put it in parentheses: `(/…/)`")
        }
        Kind::Str if m.expected == Expected::Reference => {
            code(diagnostic, "E0119", "databases and retention policies stand in double quotes")
                .hint(format!("write `\"{}\"`", m.word().trim_matches('\'')))
        }
        Kind::Ref if m.expected == Expected::ListItem => {
            code(diagnostic, "E0119", "strings stand in single quotes")
                .hint(format!("write `'{}'`", m.word().trim_matches('"')))
        }
        _ => general(diagnostic, m),
    };
    places(refined, m)
}

impl Mistake<'_> {
    /// Where a name is at home.
    fn in_first_place(&self) -> bool {
        matches!(self.expected, Expected::Statement | Expected::Operand)
    }
}

fn code(mut diagnostic: Diagnostic, code: &'static str, message: impl Into<String>) -> Diagnostic {
    diagnostic.code = code;
    diagnostic.message = message.into();
    diagnostic
}

fn foreign_operator(word: &str) -> Option<&'static str> {
    match word {
        "and" | "And" => Some("AND"),
        "or" | "Or" => Some("OR"),
        "not" | "Not" | "NOT" => Some("!"),
        _ => None,
    }
}

fn operator(diagnostic: Diagnostic, right: &str) -> Diagnostic {
    let message = if right == "!" {
        "the negation is written `!`".to_string()
    } else {
        format!("the operator is written `{right}`")
    };
    code(diagnostic, "E0113", message).hint(format!("write `{right}`"))
}

fn unreadable(diagnostic: Diagnostic, bad: Bad, m: &Mistake<'_>) -> Diagnostic {
    let unclosed = |number, what: &str, with: &str| {
        code(diagnostic.clone(), number, format!("{what} is not closed"))
            .at(opening(m.text, m.token.span))
            .label("opened here")
            .hint(format!("close it with `{with}`"))
    };
    match bad {
        Bad::Char(c) => unknown_char(diagnostic, c, m),
        Bad::ManyDots => code(diagnostic, "E0103", format!("`{}` has more than one decimal point", m.word()))
            .hint("write one number; a version or an address is a string in single quotes"),
        Bad::OpenString if m.word().starts_with("'''") => unclosed("E0104", "the string", "'''"),
        Bad::OpenString => unclosed("E0104", "the string", "'"),
        Bad::OpenRef => unclosed("E0105", "the reference", "\""),
        Bad::OpenRegex | Bad::LastSlash => unclosed("E0106", "the pattern", "/"),
    }
}

fn unknown_char(diagnostic: Diagnostic, c: char, m: &Mistake<'_>) -> Diagnostic {
    let unknown =
        |hint: &str| code(diagnostic.clone(), "E0102", format!("unknown {}", character(c))).hint(hint);
    match c {
        '&' => operator(diagnostic, "AND"),
        '#' => code(diagnostic, "E0116", "comments start with `//`").hint("write `//` in place of `#`"),
        '‘' | '’' | '‚' | '`' | '´' => {
            code(diagnostic, "E0115", format!("`{c}` is not a quote of the language"))
                .hint("write strings as `'text'`, with the straight quote")
        }
        '“' | '”' | '„' | '«' | '»' => {
            code(diagnostic, "E0115", format!("`{c}` is not a quote of the language"))
                .hint("write names of fields and tags as `\"name\"`, strings as `'text'`")
        }
        '\u{feff}' => unknown("save the file as UTF-8 without a byte order mark"),
        ';' => unknown("statements need no separator: remove it"),
        '_' => unknown("a name starts with a letter"),
        '{' | '}' => unknown("there are no blocks; lists stand in `[…]`, templates in strings"),
        '$' => unknown("variables are written without `$`"),
        ':' if m.prev.is_some_and(|p| m.source(p.span) == "lambda") => {
            unknown("write `lambda:` without a blank")
        }
        '>' if m.prev_kind() == Some(Kind::Op(BinaryOp::Lt)) => unknown("not equal is written `!=`"),
        '+' | '%' | '<' | '>' | '=' => misplaced_operator(diagnostic, c, m),
        _ => code(diagnostic, "E0102", format!("unknown {}", character(c))),
    }
}

/// An operator where the lexer looks for values.
fn misplaced_operator(diagnostic: Diagnostic, c: char, m: &Mistake<'_>) -> Diagnostic {
    let wrong = code(diagnostic, "E0102", format!("the operator `{c}` cannot stand here"));
    match m.prev_kind() {
        _ if m.after_comment => wrong.hint("move it to the line before, in front of the comment"),
        Some(Kind::Regex) => wrong.hint("a pattern stands on the right of `=~` and `!~`"),
        Some(Kind::Star | Kind::CloseBracket) => wrong.hint("lists and stars have no operators"),
        Some(Kind::Op(_) | Kind::Assign) => wrong.hint("two operators follow each other"),
        _ => wrong.hint("a value is missing in front of it"),
    }
}

fn assignment(diagnostic: Diagnostic, m: &Mistake<'_>) -> Diagnostic {
    let name = m.prev.filter(|prev| prev.kind == Kind::Ident).map(|prev| m.source(prev.span));
    match name {
        _ if m.in_lambda => code(diagnostic, "E0114", "`=` does not compare").hint("write `==`"),
        Some(name) if m.expected == Expected::Statement => {
            code(diagnostic, "E0114", "`=` without `var`").hint(format!("write `var {name} = …`"))
        }
        Some(name) if m.expected == Expected::Close => code(diagnostic, "E0114", "arguments have no names")
            .hint(format!("properties are set in the chain: `.{name}(…)`")),
        _ => code(diagnostic, "E0114", "`=` stands in `var name = …` only"),
    }
}

fn chain(diagnostic: Diagnostic, m: &Mistake<'_>) -> Diagnostic {
    let op = m.word();
    match m.expected {
        Expected::Statement if m.prev.is_none() => {
            code(diagnostic, "E0117", format!("`{op}` has nothing to its left"))
                .hint("a chain starts with a name, such as `stream` or a variable")
        }
        Expected::Statement | Expected::GroupClose | Expected::End => {
            code(diagnostic, "E0117", format!("`{op}` cannot follow here"))
                .hint("a chain hangs on a name or a call: give the left side a name with `var`")
        }
        Expected::Close if m.in_lambda => {
            code(diagnostic, "E0117", format!("`{op}` cannot stand in a lambda"))
                .hint("fields and tags are written `\"name\"`; or is a `)` missing?")
        }
        Expected::Close => code(diagnostic, "E0117", format!("`{op}` cannot follow here"))
            .hint("is a `)` missing? A chain hangs on a name or a call only"),
        Expected::Operand => general(diagnostic, m).hint("is a `)` missing in front of it?"),
        _ => general(diagnostic, m),
    }
}

fn general(diagnostic: Diagnostic, m: &Mistake<'_>) -> Diagnostic {
    let keyword = matches!(
        m.token.kind,
        Kind::Var | Kind::Dbrp | Kind::True | Kind::False | Kind::Op(BinaryOp::And | BinaryOp::Or)
    );
    let glue = m.adjacent().and_then(|prev| match prev.kind {
        Kind::Number | Kind::Duration => glued(m.source(prev.span), m.word()),
        _ => None,
    });
    match (m.expected, m.token.kind) {
        _ if glue.is_some() => Diagnostic { hint: glue, ..diagnostic },
        (Expected::Name, _) if keyword => diagnostic.hint(format!("`{}` is a reserved word", m.word())),
        (Expected::Open, _) => {
            let name = m.prev.map_or("", |prev| m.source(prev.span));
            diagnostic.hint(format!("a node is written with parentheses: `|{name}()`"))
        }
        (Expected::VarValue, Kind::Op(BinaryOp::Eq)) => diagnostic.hint("write `=`"),
        (Expected::Close | Expected::GroupClose, Kind::Var | Kind::Dbrp | Kind::Eof) => {
            diagnostic.hint("a `)` is missing")
        }
        (Expected::Operand, Kind::Eof | Kind::Var | Kind::Dbrp) if m.opened.is_some() => {
            diagnostic.hint("a `)` is missing")
        }
        (Expected::Operand, Kind::Lambda) => diagnostic.hint("a lambda cannot stand inside an expression"),
        (Expected::Operand, Kind::OpenBracket) => diagnostic.hint("a list cannot stand inside an expression"),
        (Expected::Statement, Kind::CloseParen) => diagnostic.hint("it closes nothing: remove it"),
        (Expected::Close, Kind::CloseBracket) => diagnostic.hint("close the arguments with `)`"),
        _ if m.next_char() == Some('(')
            && m.prev_kind() == Some(Kind::CloseParen)
            && m.expected == Expected::Statement =>
        {
            diagnostic.hint("nodes hang on a chain with `|`, properties with `.`")
        }
        _ => diagnostic,
    }
}

/// Advice for a number with something right behind it.
pub(super) fn glued(number: &str, next: &str) -> Option<String> {
    let duration = number.ends_with(|c: char| c.is_alphabetic());
    if duration {
        return Some("a duration has one number and one unit: 90s in place of 1m30s".into());
    }
    match next {
        "ns" => Some("the smallest unit is `u`, a microsecond".into()),
        "s" | "m" | "h" | "d" | "w" | "u" | "ms" => {
            Some("a duration has no decimal point: 1500ms in place of 1.5s".into())
        }
        _ if next.starts_with(['e', 'E']) => Some("numbers have no exponent: write all digits".into()),
        _ if number == "0" && next.starts_with(['x', 'X', 'b']) => Some("write the number in decimal".into()),
        _ => Some("put a blank or an operator between".into()),
    }
}

/// Other places that may be the cause.
fn places(mut diagnostic: Diagnostic, m: &Mistake<'_>) -> Diagnostic {
    let unclosed = m.expected == Expected::Operand
        && (m.token.kind.is_chain() || matches!(m.token.kind, Kind::Eof | Kind::Var | Kind::Dbrp));
    let bracket = matches!(m.expected, Expected::Close | Expected::GroupClose | Expected::ListClose);
    // Where the advice is about something else, the bracket is not to blame.
    let blamed = diagnostic.hint.as_deref().is_none_or(|hint| hint.contains(')'));
    if diagnostic.code == "E0101" && blamed && (unclosed || bracket) {
        diagnostic.related.extend(m.opened.map(|open| (open, "opened here".to_string())));
    }
    let open_literal = matches!(m.token.kind, Kind::Bad(Bad::OpenString | Bad::OpenRef));
    let near = |span: &Span| open_literal || m.prev.is_some_and(|prev| prev.span == *span);
    if let Some(literal) = m.long_literal.filter(near) {
        let words = "this quote is closed in another line; is one missing here?".to_string();
        diagnostic.related.push((opening(m.text, literal), words));
    }
    diagnostic
}
