//! Words ahead, and what to say when they are the wrong ones.

use super::{Parser, Result};
use crate::template::Limits;
use crate::template::error::TemplateError;
use crate::template::lexer::{Kind, Token};
use crate::value::quote::quoted;

impl<'a> Parser<'a> {
    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        let token = self.tokens.get(self.seen);
        let (line, offset) = token.map_or((1, 0), |t| (t.line, t.pos));
        Err(TemplateError::syntax(self.name, line, offset, message.into()))
    }

    pub(super) fn unexpected<T>(&self, token: &Token<'_>, context: &str) -> Result<T> {
        if token.kind == Kind::Error {
            return self.fail(token.text.clone());
        }
        let shown = match token.kind {
            Kind::Eof => "EOF".to_owned(),
            Kind::Keyword => format!("<{}>", token.text),
            _ => match token.text.char_indices().nth(10) {
                Some((end, _)) => format!("{}...", quoted(token.text.get(..end).unwrap_or_default())),
                None => quoted(&token.text),
            },
        };
        self.fail(format!("unexpected {shown} in {context}"))
    }

    /// The next word, not yet read.
    pub(super) fn peek(&mut self) -> Token<'a> {
        self.seen = self.seen.max(self.at.min(self.tokens.len().saturating_sub(1)));
        let eof = Token { kind: Kind::Eof, text: "".into(), pos: 0, line: 0 };
        self.tokens.get(self.at).or(self.tokens.last()).cloned().unwrap_or(eof)
    }

    pub(super) fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub(super) fn peek_word(&mut self) -> Token<'a> {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }

    pub(super) fn next_word(&mut self) -> Token<'a> {
        self.peek_word();
        self.next()
    }

    pub(super) fn peek_keyword(&mut self, word: &str) -> bool {
        let token = self.peek_word();
        token.kind == Kind::Keyword && token.text == word
    }

    pub(super) fn expect(&mut self, kind: Kind, context: &str) -> Result<Token<'a>> {
        let token = self.next_word();
        if token.kind == kind { Ok(token) } else { self.unexpected(&token, context) }
    }

    pub(super) fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= Limits::NESTING {
            return self.fail(format!("nested deeper than {} levels", Limits::NESTING));
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }
}
