//! What the lexer hands to the parser, and each token's word in messages.

use super::ast::{BinaryOp, Comment};
use crate::text::Span;
use crate::value::quote::push_quoted_char;

/// A token with the comment that stands in front of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) span: Span,
    /// All comments between the token before and this one.
    pub(super) comment: Option<Comment>,
}

/// The kinds of token. Those with a varying text have it in the source, at the token's span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The end of the text.
    Eof,
    /// `var`
    Var,
    /// `dbrp`
    Dbrp,
    /// `lambda:`
    Lambda,
    /// `TRUE`
    True,
    /// `FALSE`
    False,
    /// A name.
    Ident,
    /// `"name"`
    Ref,
    /// `'text'` or `'''text'''`
    Str,
    /// `5`, `1.5`
    Number,
    /// `10m`
    Duration,
    /// `/re/`
    Regex,
    /// `*` where a value stands
    Star,
    /// `// text`; only between lexer and parser
    Comment,
    /// `.`
    Dot,
    /// `|`
    Pipe,
    /// `@`
    At,
    /// `=`
    Assign,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `,`
    Comma,
    /// `!`
    Not,
    /// A binary operator; `-` is also the unary one
    Op(BinaryOp),
    /// What the lexer cannot read
    Bad(Bad),
}

/// What the lexer cannot read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bad {
    /// A character that starts no token.
    Char(char),
    /// `1.2.3`
    ManyDots,
    /// `'…` up to the end
    OpenString,
    /// `"…` up to the end
    OpenRef,
    /// `/…` up to the end
    OpenRegex,
    /// `/` as the last character
    LastSlash,
}

impl Kind {
    /// The operator, where it is one.
    pub(super) fn binary(self) -> Option<BinaryOp> {
        if let Kind::Op(op) = self { Some(op) } else { None }
    }

    /// `|`, `.` or `@`
    pub(super) fn is_chain(self) -> bool {
        matches!(self, Kind::Pipe | Kind::Dot | Kind::At)
    }

    /// Kapacitor's word for it.
    pub(super) fn word(self) -> String {
        let word = match self {
            Kind::Eof => "EOF",
            Kind::Var => "var",
            Kind::Dbrp => "dbrp",
            Kind::Lambda => "lambda",
            Kind::True => "TRUE",
            Kind::False => "FALSE",
            Kind::Ident => "identifier",
            Kind::Ref => "reference",
            Kind::Str => "string",
            Kind::Number => "number",
            Kind::Duration => "duration",
            Kind::Regex => "regex",
            Kind::Star => "*",
            Kind::Comment => "//",
            Kind::Dot => ".",
            Kind::Pipe => "|",
            Kind::At => "@",
            Kind::Assign => "=",
            Kind::OpenParen => "(",
            Kind::CloseParen => ")",
            Kind::OpenBracket => "[",
            Kind::CloseBracket => "]",
            Kind::Comma => ",",
            Kind::Not => "!",
            Kind::Op(op) => op.symbol(),
            Kind::Bad(bad) => return bad.word(),
        };
        word.to_string()
    }
}

impl Bad {
    fn word(self) -> String {
        match self {
            Bad::Char(c) => {
                let mut word = "unknown state, last char: ".to_string();
                push_quoted_char(&mut word, c);
                word
            }
            Bad::ManyDots => "multiple decimals in number".into(),
            Bad::OpenString => "unterminated string".into(),
            Bad::OpenRef => "unterminated field reference".into(),
            Bad::OpenRegex => "unterminated regex".into(),
            Bad::LastSlash => "unexpected \"\u{fffd}\" expected \"/\"".into(),
        }
    }
}
