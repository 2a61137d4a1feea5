//! Statements of InfluxQL, in the order in which InfluxDB's parser looks for their parts, so that its words about
//! a mistake come out the same.

use super::ast::Select;
use super::lexer::{Kind, Token, skip_blanks, token};

/// How deep expressions and subqueries may nest.
const MAX_DEPTH: usize = 100;

/// Why a text is not InfluxQL.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    /// In InfluxDB's words.
    pub text: String,
    /// The byte it is about, if any.
    pub at: Option<usize>,
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// A query.
    Select(Box<Select>),
    /// Anything else, with blanks and keywords normalised.
    Other(String),
}

/// Parses all statements of a text.
pub fn parse(text: &str) -> Result<Vec<Statement>, Error> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let mut statements = Vec::new();
    let mut separated = true;
    loop {
        let next = parser.peek();
        match next.kind {
            Kind::Eof => return Ok(statements),
            Kind::Punct(";") => {
                parser.next();
                separated = true;
            }
            _ if !separated => return Err(parser.expected(&next, &[";", "EOF"])),
            _ => {
                statements.push(parser.statement()?);
                separated = false;
            }
        }
    }
}

/// Statements that are recognised, but not looked into.
const OTHERS: [&str; 10] =
    ["DELETE", "SHOW", "CREATE", "DROP", "EXPLAIN", "GRANT", "REVOKE", "ALTER", "SET", "KILL"];

/// A text and how far it is read.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn statement(&mut self) -> Result<Statement, Error> {
        let first = self.next();
        match first.kind {
            Kind::Word("SELECT") => Ok(Statement::Select(Box::new(self.select()?))),
            Kind::Word(word) if OTHERS.contains(&word) => Ok(Statement::Other(self.rest_of(word))),
            _ => {
                let mut expected = vec!["SELECT"];
                expected.extend(OTHERS);
                Err(self.expected(&first, &expected))
            }
        }
    }

    /// The rest of a statement, a blank between its words.
    fn rest_of(&mut self, first: &str) -> String {
        let mut words = first.to_owned();
        loop {
            let next = self.peek();
            if matches!(next.kind, Kind::Eof | Kind::Punct(";")) {
                return words;
            }
            self.next();
            words.push(' ');
            words.push_str(next.found());
        }
    }

    pub(super) fn peek(&self) -> Token {
        token(self.text, self.at)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = token.end;
        token
    }

    /// The token that stands here without a blank before it.
    pub(super) fn adjacent(&self) -> Option<Token> {
        (skip_blanks(self.text, self.at) == self.at).then(|| self.peek())
    }

    /// Takes the next token if it is this one.
    pub(super) fn take(&mut self, kind: Kind) -> bool {
        let found = self.peek().kind == kind;
        if found {
            self.next();
        }
        found
    }

    pub(super) fn expect(&mut self, kind: Kind, name: &str) -> Result<Token, Error> {
        let token = self.next();
        if token.kind == kind { Ok(token) } else { Err(self.expected(&token, &[name])) }
    }

    /// `found X, expected A, B at line 1, char 8`
    pub(super) fn expected(&self, token: &Token, expected: &[&str]) -> Error {
        let words = format!("found {}, expected {}", token.found(), expected.join(", "));
        self.error_at(&words, token.start)
    }

    /// A complaint with its place.
    pub(super) fn error_at(&self, words: &str, at: usize) -> Error {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = 1 + before.matches('\n').count();
        let char = 1 + before.rsplit('\n').next().unwrap_or(before).chars().count();
        Error { text: format!("{words} at line {line}, char {char}"), at: Some(at) }
    }

    /// Goes a level down; as many levels as the stack surely holds.
    pub(super) fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error_at("nested too deeply", self.at));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// A pattern between slashes, if one begins here.
    pub(super) fn regex(&mut self) -> Result<Option<String>, Error> {
        let start = skip_blanks(self.text, self.at);
        let Some(body) = self.text.get(start..).and_then(|rest| rest.strip_prefix('/')) else {
            return Ok(None);
        };
        let mut pattern = String::new();
        let mut chars = body.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '/' => {
                    self.at = start + 1 + i + 1;
                    if let Err(error) = crate::value::GoRegex::new(&pattern) {
                        return Err(self.error_at(&error.to_string(), start));
                    }
                    return Ok(Some(pattern));
                }
                '\n' => break,
                '\\' => match chars.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, other)) => pattern.extend(['\\', other]),
                    None => pattern.push('\\'),
                },
                other => pattern.push(other),
            }
        }
        Err(self.error_at(&format!("bad regex: {pattern}"), start))
    }
}
