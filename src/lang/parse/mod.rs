//! Tokens to tree, and every mistake in one run.
//!
//! This is recursive descent with one token of lookahead rather than nom: Kapacitor's messages name the
//! token on which *its* parser gives up and what that parser would have taken there, and recovery has to
//! go on in the middle of a broken chain. A function has the name of its production in
//! `grammar/tickscript.ebnf`; each either takes tokens and gives a node, or reports one diagnostic and
//! gives [`Stop`].

mod chain;
mod comments;
mod expect;
mod expr;
mod found;
mod hint;
mod literal;
mod recover;
mod statement;

use super::ast::{Comment, Expr, Script};
use super::lexer::Lexer;
use super::token::{Kind, Token};
use crate::text::{Diagnostic, Severity, Span};
use expect::Expected;

/// Scripts of more bytes are refused unread.
pub const MAX_SCRIPT_BYTES: usize = 4 << 20;
/// How deep parentheses, arguments and signs may be nested.
pub const MAX_NESTING: usize = 100;
/// How many steps a chain, or operators an expression, may have; with nesting, how high the tree may be.
pub const MAX_HEIGHT: u32 = 1000;
/// After so many mistakes the rest of a script is not looked at.
pub const MAX_DIAGNOSTICS: usize = 50;

/// What became of a script.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// All statements without a mistake.
    pub script: Script,
    /// All findings in the order of their places. The first error has Kapacitor's words.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the script is refused; warnings alone do not do that.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// Parses a script. Never fails: what is wrong is in the diagnostics, and what is right in the tree.
pub fn parse(text: &str) -> Parsed {
    if let Some(refusal) = too_large(text) {
        return Parsed { script: Script::default(), diagnostics: vec![refusal] };
    }
    let mut parser = Parser::new(text);
    let script = parser.script();
    Parsed { script, diagnostics: parser.diagnostics }
}

/// Parses the text of a lambda on its own, without `lambda:`, as in vars and in `match` expressions.
pub fn parse_lambda(text: &str) -> Result<Expr, Vec<Diagnostic>> {
    if let Some(refusal) = too_large(text) {
        return Err(vec![refusal]);
    }
    let mut parser = Parser::new(text);
    parser.in_lambda = true;
    match parser.lambda_text() {
        Ok(expr) if parser.diagnostics.is_empty() => Ok(expr),
        _ => Err(parser.diagnostics),
    }
}

fn too_large(text: &str) -> Option<Diagnostic> {
    (text.len() > MAX_SCRIPT_BYTES).then(|| {
        Diagnostic::error("E0112", format!("longer than {MAX_SCRIPT_BYTES} bytes")).hint("is this a script?")
    })
}

/// The mistake is reported; whoever called gives up its construct.
struct Stop;

type Parse<T> = Result<T, Stop>;

/// An expression with the height of its tree.
struct Tall {
    expr: Expr,
    height: u32,
}

/// A token that has been taken; its comment waits in [`Parser::untaken`].
#[derive(Clone, Copy)]
struct Taken {
    kind: Kind,
    span: Span,
}

struct Parser<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    /// The lookahead.
    peek: Token,
    /// The token before it.
    prev: Option<Taken>,
    /// The comment of the token taken last, until its construct takes it.
    untaken: Option<Comment>,
    /// Comments that no construct took; the enclosing step or statement does.
    lost: Vec<Comment>,
    /// Brackets that are open, for messages.
    opened: Vec<Span>,
    /// The last string or reference that goes over a line end, for messages.
    long_literal: Option<Span>,
    /// From `lambda:` to the end of its argument or statement.
    in_lambda: bool,
    depth: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Parser<'t> {
        let start = Token { kind: Kind::Eof, span: Span::default(), comment: None };
        let mut parser = Parser {
            text,
            lexer: Lexer::new(text),
            peek: start,
            prev: None,
            untaken: None,
            lost: Vec::new(),
            opened: Vec::new(),
            long_literal: None,
            in_lambda: false,
            depth: 0,
            diagnostics: Vec::new(),
        };
        parser.peek = parser.read();
        parser
    }

    /// The next token, with all comments before it as one.
    fn read(&mut self) -> Token {
        let mut comment = None;
        loop {
            let (kind, span) = self.lexer.next();
            if kind != Kind::Comment {
                return Token { kind, span, comment };
            }
            let next = comments::normalise(self.source(span), span);
            comment = Some(match comment {
                None => next,
                Some(before) => comments::join_groups(before, next),
            });
        }
    }

    /// Takes the lookahead.
    fn bump(&mut self) -> Taken {
        let next = if self.peek.kind == Kind::Eof { self.peek.clone() } else { self.read() };
        let token = std::mem::replace(&mut self.peek, next);
        self.lost.extend(self.untaken.take());
        self.untaken = token.comment;
        let taken = Taken { kind: token.kind, span: token.span };
        if matches!(taken.kind, Kind::Str | Kind::Ref) && expect::looks_unclosed(self.source(taken.span)) {
            self.long_literal = Some(taken.span);
        }
        self.prev = Some(taken);
        taken
    }

    /// Takes the lookahead if it is of this kind; else the mistake is reported.
    fn expect(&mut self, kind: Kind, expected: Expected) -> Parse<Taken> {
        if self.peek.kind == kind { Ok(self.bump()) } else { Err(self.unexpected(expected)) }
    }

    /// Goes one level deeper for what `parse` parses.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= MAX_NESTING {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// The height of a node over parts of this height.
    fn above(&mut self, height: u32) -> Parse<u32> {
        if height >= MAX_HEIGHT { Err(self.too_high()) } else { Ok(height + 1) }
    }

    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn has_newline(&self, start: u32, end: u32) -> bool {
        self.source(Span { start, end }).contains('\n')
    }

    /// Records a finding; Kapacitor's words stay on the first error alone, where it stops.
    fn report(&mut self, mut diagnostic: Diagnostic) -> Stop {
        if self.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            diagnostic.kapacitor = None;
        }
        self.diagnostics.push(diagnostic);
        Stop
    }
}

#[cfg(test)]
mod tests;
