//! After a mistake: where to go on. A new statement is believed where a line starts with `var`, `dbrp`
//! or a name that stands no further right than the broken statement does; a chain goes on where a line
//! starts with `|`, `.` or `@`. At most one mistake is found on a line this way, which keeps one
//! missing parenthesis from bringing ten others.

use super::chain::node;
use super::{MAX_DIAGNOSTICS, Parser, Tall};
use crate::lang::ast::ExprKind;
use crate::lang::token::Kind;
use crate::text::Span;

impl Parser<'_> {
    /// Skips the rest of a statement that begins in `column`, but looks for mistakes in its later steps.
    pub(super) fn recover(&mut self, column: usize) {
        while self.peek.kind != Kind::Eof && self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.reset();
            let indent = self.indent();
            match self.peek.kind {
                Kind::Var | Kind::Dbrp if indent.is_some() => break,
                Kind::Ident if indent.is_some_and(|indent| indent <= column) => break,
                kind if indent.is_some() && kind.is_chain() => {
                    let start = self.peek.span.start;
                    let head = node(Span { start, end: start }, start, None, ExprKind::Ident(String::new()));
                    let _reported = self.chain(Tall { expr: head, height: 1 });
                }
                _ => {
                    self.bump();
                }
            }
        }
        self.reset();
    }

    fn reset(&mut self) {
        self.depth = 0;
        self.in_lambda = false;
        self.opened.clear();
        self.lost.clear();
        self.untaken = None;
    }

    /// The bytes between the line's start and the next token, if it is the first on its line.
    pub(super) fn indent(&self) -> Option<usize> {
        let from = self.prev.map_or(0, |prev| prev.span.end);
        let gap = self.source(Span { start: from, end: self.peek.span.start });
        match gap.rsplit_once('\n') {
            Some((_, indent)) => Some(indent.len()),
            None => self.prev.is_none().then_some(gap.len()),
        }
    }
}
