//! Words of a template: text, and what stands between `{{` and `}}`.

use crate::value::quote::is_print;

/// A kind of word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Text,
    Left,
    Right,
    Space,
    /// A function's name.
    Ident,
    /// `.name`.
    Field,
    /// `$name`.
    Var,
    Str,
    RawStr,
    Char,
    Number,
    Bool,
    Dot,
    Nil,
    /// `if`, `range`, … .
    Keyword,
    Pipe,
    LeftParen,
    RightParen,
    /// `=`.
    Assign,
    /// `:=`.
    Declare,
    /// Any other character.
    Other,
    Eof,
    /// Not a word; the text says why.
    Error,
}

/// A word with its place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: std::borrow::Cow<'a, str>,
    pub(super) pos: usize,
    pub(super) line: usize,
}

const KEYWORDS: [&str; 10] =
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Cuts a template into words, one at a time.
pub(super) struct Lexer<'a> {
    input: &'a str,
    pos: usize,
    line: usize,
    in_action: bool,
    parens: usize,
    done: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(input: &'a str) -> Lexer<'a> {
        Lexer { input, pos: 0, line: 1, in_action: false, parens: 0, done: false }
    }

    fn rest(&self) -> &'a str {
        self.input.get(self.pos..).unwrap_or_default()
    }

    fn token(&mut self, kind: Kind, len: usize) -> Token<'a> {
        let text = self.rest().get(..len).unwrap_or_default();
        let token = Token { kind, text: text.into(), pos: self.pos, line: self.line };
        self.skip(len);
        token
    }

    fn skip(&mut self, len: usize) {
        let text = self.rest().get(..len).unwrap_or_default();
        self.line += text.bytes().filter(|&b| b == b'\n').count();
        self.pos += text.len();
    }

    fn error(&mut self, message: impl Into<String>) -> Token<'a> {
        self.done = true;
        Token { kind: Kind::Error, text: message.into().into(), pos: self.pos, line: self.line }
    }

    /// The next word; [`Kind::Eof`] for ever after the last.
    pub(super) fn next(&mut self) -> Token<'a> {
        loop {
            if self.done {
                return Token { kind: Kind::Eof, text: "".into(), pos: self.input.len(), line: self.line };
            }
            let token = if self.in_action { Some(self.inside()) } else { self.text() };
            if let Some(token) = token {
                return token;
            }
        }
    }

    /// Text up to the next action, or the action's beginning.
    fn text(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        let Some(at) = rest.find("{{") else {
            self.done = true;
            return if rest.is_empty() { None } else { Some(self.token(Kind::Text, rest.len())) };
        };
        if at > 0 {
            let text = rest.get(..at).unwrap_or_default();
            let kept = if trims_left(rest.get(at + 2..).unwrap_or_default()) {
                text.trim_end_matches(BLANKS).len()
            } else {
                at
            };
            let token = self.token(Kind::Text, kept);
            self.skip(at - kept);
            return (kept > 0).then_some(token);
        }
        let trim = if trims_left(rest.get(2..).unwrap_or_default()) { 2 } else { 0 };
        if rest.get(2 + trim..).is_some_and(|r| r.starts_with("/*")) {
            return self.comment(2 + trim);
        }
        let token = self.token(Kind::Left, 2);
        self.skip(trim);
        self.in_action = true;
        self.parens = 0;
        Some(token)
    }

    /// Skips a comment with its braces.
    fn comment(&mut self, open: usize) -> Option<Token<'a>> {
        self.skip(open);
        let Some(end) = self.rest().find("*/") else {
            return Some(self.error("unclosed comment"));
        };
        self.skip(end + 2);
        match right_delim(self.rest()) {
            Some((len, trim)) => {
                self.skip(len);
                self.trim_text(trim);
                None
            }
            None => Some(self.error("comment ends before closing delimiter")),
        }
    }

    fn trim_text(&mut self, trim: bool) {
        if trim {
            let rest = self.rest();
            self.skip(rest.len() - rest.trim_start_matches(BLANKS).len());
        }
    }

    fn inside(&mut self) -> Token<'a> {
        let rest = self.rest();
        if let Some((len, trim)) = right_delim(rest) {
            if self.parens > 0 {
                return self.error("unclosed left paren");
            }
            let skipped = len - 2;
            self.skip(skipped);
            let token = self.token(Kind::Right, 2);
            self.in_action = false;
            self.trim_text(trim);
            return token;
        }
        let Some(c) = rest.chars().next() else { return self.error("unclosed action") };
        let second = rest.as_bytes().get(1).copied();
        match c {
            c if BLANKS.contains(&c) => self.space(rest),
            '=' => self.token(Kind::Assign, 1),
            ':' if second == Some(b'=') => self.token(Kind::Declare, 2),
            ':' => self.error("expected :="),
            '|' => self.token(Kind::Pipe, 1),
            '"' => self.quoted(rest, '"'),
            '\'' => self.quoted(rest, '\''),
            '`' => match rest.get(1..).and_then(|r| r.find('`')) {
                Some(end) => self.token(Kind::RawStr, end + 2),
                None => self.error("unterminated raw quoted string"),
            },
            '$' => self.name(rest, Kind::Var),
            '.' if !second.is_some_and(|b| b.is_ascii_digit()) => self.name(rest, Kind::Field),
            '(' => {
                self.parens += 1;
                self.token(Kind::LeftParen, 1)
            }
            ')' if self.parens == 0 => self.error("unexpected right paren"),
            ')' => {
                self.parens -= 1;
                self.token(Kind::RightParen, 1)
            }
            '+' | '-' | '.' | '0'..='9' => self.number(rest),
            c if is_word(c) => self.word(rest),
            c if c.is_ascii() && is_print(c) => self.token(Kind::Other, 1),
            c => self.error(format!("unrecognized character in action: {}", code_point(c))),
        }
    }

    fn space(&mut self, rest: &str) -> Token<'a> {
        let len = rest.len() - rest.trim_start_matches(BLANKS).len();
        // The blank of ` -}}` belongs to the end of the action.
        let ends = rest.get(len..).is_some_and(|r| r.starts_with("-}}"));
        match ends {
            true if len == 1 => {
                self.skip(1);
                self.inside_end()
            }
            true => self.token(Kind::Space, len - 1),
            false => self.token(Kind::Space, len),
        }
    }

    /// At `-}}` behind its blank.
    fn inside_end(&mut self) -> Token<'a> {
        if self.parens > 0 {
            return self.error("unclosed left paren");
        }
        self.skip(1);
        let token = self.token(Kind::Right, 2);
        self.in_action = false;
        self.trim_text(true);
        token
    }

    fn quoted(&mut self, rest: &str, quote: char) -> Token<'a> {
        let mut chars = rest.char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' if chars.next().is_some_and(|(_, c)| c != '\n') => {}
                '\\' | '\n' => break,
                c if c == quote => {
                    let kind = if quote == '"' { Kind::Str } else { Kind::Char };
                    return self.token(kind, i + 1);
                }
                _ => {}
            }
        }
        let what = if quote == '"' { "quoted string" } else { "character constant" };
        self.error(format!("unterminated {what}"))
    }

    /// `.name`, `$name`, `.` or `$`.
    fn name(&mut self, rest: &'a str, kind: Kind) -> Token<'a> {
        let body = rest.get(1..).unwrap_or_default();
        let len = 1 + word_len(body);
        if let Some(c) = self.bad_end(len) {
            return self.error(format!("bad character {}", code_point(c)));
        }
        let kind = if len == 1 && kind == Kind::Field { Kind::Dot } else { kind };
        self.token(kind, len)
    }

    fn word(&mut self, rest: &'a str) -> Token<'a> {
        let len = word_len(rest);
        if let Some(c) = self.bad_end(len) {
            return self.error(format!("bad character {}", code_point(c)));
        }
        let kind = match rest.get(..len).unwrap_or_default() {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            word if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Ident,
        };
        self.token(kind, len)
    }

    /// The character after a word, if no word may be followed by it.
    fn bad_end(&self, len: usize) -> Option<char> {
        let rest = self.rest().get(len..).unwrap_or_default();
        let next = rest.chars().next()?;
        let fine = BLANKS.contains(&next)
            || matches!(next, '.' | ',' | '|' | ':' | ')' | '(')
            || rest.starts_with("}}");
        (!fine).then_some(next)
    }

    fn number(&mut self, rest: &'a str) -> Token<'a> {
        let len = number_len(rest);
        let next = rest.get(len..).and_then(|r| r.chars().next());
        if len == 0 || next.is_some_and(is_word) {
            let end = len + next.map_or(0, char::len_utf8);
            let text = crate::value::quote::quoted(rest.get(..end).unwrap_or_default());
            return self.error(format!("bad number syntax: {text}"));
        }
        self.token(Kind::Number, len)
    }
}

/// Whether an action trims the text before it: `- ` behind its braces.
fn trims_left(inside: &str) -> bool {
    inside.strip_prefix('-').is_some_and(|r| r.starts_with(BLANKS))
}

/// Length of an action's end here, and whether it trims the text after it.
fn right_delim(rest: &str) -> Option<(usize, bool)> {
    if rest.starts_with("}}") {
        return Some((2, false));
    }
    let marked = rest.strip_prefix(BLANKS).is_some_and(|r| r.starts_with("-}}"));
    marked.then_some((4, true))
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn word_len(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

/// Length of what looks like a number: sign, base, digits, fraction, exponent.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut radix = 10;
    if bytes.get(at) == Some(&b'0') {
        at += 1;
        radix = match bytes.get(at).map(u8::to_ascii_lowercase) {
            Some(b'x') => 16,
            Some(b'o') => 8,
            Some(b'b') => 2,
            _ => 10,
        };
        at += usize::from(radix != 10);
    }
    let run = |at: usize, radix: u32| {
        let is_digit = |b: &u8| *b == b'_' || char::from(*b).is_digit(radix);
        bytes.get(at..).unwrap_or_default().iter().take_while(|b| is_digit(b)).count()
    };
    at += run(at, radix);
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        at += run(at, radix);
    }
    let exponent =
        |b: u8| if radix == 16 { b.eq_ignore_ascii_case(&b'p') } else { b.eq_ignore_ascii_case(&b'e') };
    if bytes.get(at).is_some_and(|&b| exponent(b)) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at += run(at, 10);
    }
    at
}

/// `U+0023 '#'`.
fn code_point(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    if is_print(c) { format!("{code} '{c}'") } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(Kind, String)> {
        let mut lexer = Lexer::new(text);
        let mut out = Vec::new();
        loop {
            let t = lexer.next();
            if t.kind == Kind::Eof {
                return out;
            }
            if t.kind != Kind::Space {
                out.push((t.kind, t.text.into_owned()));
            }
        }
    }

    #[test]
    fn cuts_words() {
        use Kind::*;
        let got = words("a{{- $x := .A.B | printf \"%d\\\"\" -3 0x1p-2 'c' `r` ( . ) nil true -}}  \n b");
        let want = [
            (Text, "a"),
            (Left, "{{"),
            (Var, "$x"),
            (Declare, ":="),
            (Field, ".A"),
            (Field, ".B"),
            (Pipe, "|"),
            (Ident, "printf"),
            (Str, "\"%d\\\"\""),
            (Number, "-3"),
            (Number, "0x1p-2"),
            (Char, "'c'"),
            (RawStr, "`r`"),
            (LeftParen, "("),
            (Dot, "."),
            (RightParen, ")"),
            (Nil, "nil"),
            (Bool, "true"),
            (Right, "}}"),
            (Text, "b"),
        ];
        assert_eq!(got, want.map(|(k, t)| (k, t.to_owned())));
    }

    #[test]
    fn comments_and_trimming() {
        let text = |t: &str| words(t).into_iter().map(|(_, t)| t).collect::<Vec<_>>();
        assert_eq!(text("a {{/* x */}} b"), ["a ", " b"]);
        assert_eq!(text("a {{- /* x */ -}} b"), ["a", "b"]);
        assert_eq!(text("{{-3}}"), ["{{", "-3", "}}"]);
        assert_eq!(text("a {{- 3}}"), ["a", "{{", "3", "}}"]);
        assert_eq!(text("{{3  -}} b"), ["{{", "3", "}}", "b"]);
    }

    #[test]
    fn says_what_is_no_word() {
        let table = [
            ("{{", "unclosed action"),
            ("{{/* x", "unclosed comment"),
            ("{{/* x */ }}", "comment ends before closing delimiter"),
            ("{{ \"x }}", "unterminated quoted string"),
            ("{{ `x }}", "unterminated raw quoted string"),
            ("{{ 'x }}", "unterminated character constant"),
            ("{{ ( }}", "unclosed left paren"),
            ("{{ ) }}", "unexpected right paren"),
            ("{{ : }}", "expected :="),
            ("{{ 3x }}", "bad number syntax: \"3x\""),
            ("{{ .x# }}", "bad character U+0023 '#'"),
            ("{{ \u{1} }}", "unrecognized character in action: U+0001"),
        ];
        for (text, want) in table {
            let last = words(text).pop();
            assert_eq!(last, Some((Kind::Error, want.to_owned())), "{text}");
        }
    }
}
