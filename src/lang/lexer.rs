//! Text to tokens. The lexer has two modes: where a value is expected, `*` is a star, `/` opens a
//! pattern and `-` is a sign; after a value the same characters are operators. Which mode comes next
//! depends on the token alone, as in Kapacitor, with all the oddities that follow from it.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::combinator::value;

use super::ast::BinaryOp;
use super::scan;
use super::token::{Bad, Kind};
use super::unicode::{is_digit, is_letter};
use crate::text::Span;

/// What the lexer looks for first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// A value or punctuation.
    Operand,
    /// An operator, else as above.
    Operator,
    /// After `=`, `=~` and `!~`: a slash opens a pattern, even `//`.
    Pattern,
}

/// Reads one token after the other.
pub(super) struct Lexer<'t> {
    text: &'t str,
    pos: usize,
    mode: Mode,
}

impl<'t> Lexer<'t> {
    /// At the start of a text.
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, pos: 0, mode: Mode::Operand }
    }

    /// The next token; [`Kind::Eof`] for ever at the end.
    pub(super) fn next(&mut self) -> (Kind, Span) {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let rest = scan::space(rest).map_or(rest, |(rest, _)| rest);
        let start = self.text.len() - rest.len();
        let (kind, len) = match self.mode {
            Mode::Operator => operator(rest).unwrap_or_else(|| operand(rest)),
            Mode::Pattern if rest.starts_with('/') => pattern(rest),
            Mode::Pattern | Mode::Operand => operand(rest),
        };
        self.pos = start + len;
        self.mode = mode_after(kind);
        (kind, Span::new(start, self.pos))
    }
}

/// Where the comments of a text stand, one span for each line, without the blanks around it.
pub fn comments(text: &str) -> Vec<Span> {
    let mut lexer = Lexer::new(text);
    let mut found = Vec::new();
    loop {
        match lexer.next() {
            (Kind::Eof, _) => return found,
            (Kind::Comment, span) => {
                let (start, end) = (span.start as usize, span.end as usize);
                let mut at = start;
                for line in text.get(start..end).unwrap_or_default().split_inclusive('\n') {
                    let blank = line.len() - line.trim_start().len();
                    let len = line.trim().len();
                    if len > 0 {
                        found.push(Span::new(at + blank, at + blank + len));
                    }
                    at += line.len();
                }
            }
            _ => {}
        }
    }
}

fn mode_after(kind: Kind) -> Mode {
    match kind {
        Kind::Ident | Kind::Var | Kind::Dbrp | Kind::Lambda | Kind::True | Kind::False => Mode::Operator,
        Kind::Ref | Kind::Str | Kind::Number | Kind::Duration | Kind::CloseParen => Mode::Operator,
        Kind::Op(BinaryOp::And | BinaryOp::Or) => Mode::Operator,
        Kind::Assign | Kind::Op(BinaryOp::Match | BinaryOp::NotMatch) => Mode::Pattern,
        _ => Mode::Operand,
    }
}

/// An operator at the start of the text, with its length.
fn operator(text: &str) -> Option<(Kind, usize)> {
    if text.starts_with("//") {
        return None;
    }
    symbol(text).ok().map(|(rest, kind)| (kind, text.len() - rest.len()))
}

/// Longer ones before those that they start with.
fn symbol(text: &str) -> nom::IResult<&str, Kind> {
    alt((
        value(Kind::Op(BinaryOp::Add), tag("+")),
        value(Kind::Op(BinaryOp::Sub), tag("-")),
        value(Kind::Op(BinaryOp::Mul), tag("*")),
        value(Kind::Op(BinaryOp::Mod), tag("%")),
        value(Kind::Op(BinaryOp::Div), tag("/")),
        value(Kind::Op(BinaryOp::Ne), tag("!=")),
        value(Kind::Op(BinaryOp::NotMatch), tag("!~")),
        value(Kind::Not, tag("!")),
        value(Kind::Op(BinaryOp::Le), tag("<=")),
        value(Kind::Op(BinaryOp::Lt), tag("<")),
        value(Kind::Op(BinaryOp::Ge), tag(">=")),
        value(Kind::Op(BinaryOp::Gt), tag(">")),
        value(Kind::Op(BinaryOp::Eq), tag("==")),
        value(Kind::Op(BinaryOp::Match), tag("=~")),
        value(Kind::Assign, tag("=")),
    ))
    .parse(text)
}

/// A value or punctuation at the start of the text, with its length.
fn operand(text: &str) -> (Kind, usize) {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return (Kind::Eof, 0);
    };
    match first {
        '-' => (Kind::Op(BinaryOp::Sub), 1),
        '!' => (Kind::Not, 1),
        '.' if !chars.next().is_some_and(is_digit) => (Kind::Dot, 1),
        c if c == '.' || is_digit(c) => number(text),
        c if is_letter(c) => word(text),
        '"' => closed(text, scan::delimited('"')(text), Kind::Ref, Bad::OpenRef),
        '\'' => string(text),
        '(' => (Kind::OpenParen, 1),
        ')' => (Kind::CloseParen, 1),
        '[' => (Kind::OpenBracket, 1),
        ']' => (Kind::CloseBracket, 1),
        '|' => (Kind::Pipe, 1),
        '@' => (Kind::At, 1),
        ',' => (Kind::Comma, 1),
        '*' => (Kind::Star, 1),
        '/' if text.starts_with("//") => closed(text, scan::comment(text), Kind::Comment, Bad::OpenRegex),
        '/' => pattern(text),
        c => (Kind::Bad(Bad::Char(c)), c.len_utf8()),
    }
}

fn number(text: &str) -> (Kind, usize) {
    match scan::number(text) {
        Ok((_, (taken, scan::Number::Plain))) => (Kind::Number, taken.len()),
        Ok((_, (taken, scan::Number::Duration))) => (Kind::Duration, taken.len()),
        Ok((_, (taken, scan::Number::ManyDots))) => (Kind::Bad(Bad::ManyDots), taken.len()),
        Err(_) => (Kind::Dot, 1),
    }
}

fn word(text: &str) -> (Kind, usize) {
    let word = scan::word(text).map_or("", |(_, word)| word);
    let kind = match word {
        "var" => Kind::Var,
        "dbrp" => Kind::Dbrp,
        "TRUE" => Kind::True,
        "FALSE" => Kind::False,
        "AND" => Kind::Op(BinaryOp::And),
        "OR" => Kind::Op(BinaryOp::Or),
        "lambda" if text.starts_with("lambda:") => return (Kind::Lambda, "lambda:".len()),
        _ => Kind::Ident,
    };
    (kind, word.len())
}

fn string(text: &str) -> (Kind, usize) {
    let scanned = if text.starts_with("'''") { scan::triple(text) } else { scan::delimited('\'')(text) };
    closed(text, scanned, Kind::Str, Bad::OpenString)
}

fn pattern(text: &str) -> (Kind, usize) {
    let open = if text.len() == 1 { Bad::LastSlash } else { Bad::OpenRegex };
    closed(text, scan::delimited('/')(text), Kind::Regex, open)
}

/// The literal, or what is missing, to which all the rest of the text then belongs.
fn closed(text: &str, scanned: nom::IResult<&str, &str>, kind: Kind, open: Bad) -> (Kind, usize) {
    match scanned {
        Ok((_, taken)) => (kind, taken.len()),
        Err(_) => (Kind::Bad(open), text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens as `word:text`, without the end.
    fn lex(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text);
        std::iter::from_fn(|| {
            let (kind, span) = lexer.next();
            let source = &text[span.start as usize..span.end as usize];
            (kind != Kind::Eof).then(|| format!("{}:{}", kind.word(), source.trim_end()))
        })
        .collect()
    }

    #[test]
    fn the_mode_decides_what_a_character_is() {
        for (text, want) in [
            ("5 * 3", &["number:5", "*:*", "number:3"][..]),
            ("f(*)", &["identifier:f", "(:(", "*:*", "):)"]),
            ("x == /re/", &["identifier:x", "==:==", "regex:/re/"]),
            ("a / b / c", &["identifier:a", "/:/", "identifier:b", "/:/", "identifier:c"]),
            ("lambda: /re/", &["lambda:lambda:", "/:/", "identifier:re", "/:/"]),
            ("var x = // c", &["var:var", "identifier:x", "=:=", "regex://", "identifier:c"]),
            ("a =~ //", &["identifier:a", "=~:=~", "regex://"]),
            ("5 // c\n+", &["number:5", "//:// c", "unknown state, last char: '+':+"]),
            ("5 // c\n- 3", &["number:5", "//:// c", "-:-", "number:3"]),
            ("f(/é/)", &["identifier:f", "(:(", "regex:/é/", "):)"]),
            ("x.5", &["identifier:x", "number:.5"]),
            ("x.y", &["identifier:x", ".:.", "identifier:y"]),
            ("_x", &["unknown state, last char: '_':_", "identifier:x"]),
            ("lambda = 5", &["identifier:lambda", "=:=", "number:5"]),
            ("TRUE and AND", &["TRUE:TRUE", "identifier:and", "AND:AND"]),
            ("a != !b", &["identifier:a", "!=:!=", "!:!", "identifier:b"]),
            ("größe_2", &["identifier:größe_2"]),
            ("/", &["unexpected \"\u{fffd}\" expected \"/\":/"]),
            ("'a", &["unterminated string:'a"]),
        ] {
            assert_eq!(lex(text), want, "{text}");
        }
    }
}
