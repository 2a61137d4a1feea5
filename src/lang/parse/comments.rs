//! Where comments go. Kapacitor keeps a comment if the construct of the token after it takes it, and
//! drops it else. Here the others stay too: they move to the front of the argument, step or statement
//! around them, so that no comment is ever lost by formatting.

use super::Parser;
use crate::lang::ast::{Comment, Expr, ExprKind, Statement};
use crate::lang::token::Kind;
use crate::text::Span;

/// A comment's lines, trimmed, without `//` and one blank after it.
pub(super) fn normalise(text: &str, span: Span) -> Comment {
    let line = |line: &str| {
        let line = line.strip_prefix("//").unwrap_or(line);
        Some(line.strip_prefix(' ').unwrap_or(line).to_string())
    };
    let lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(line).collect();
    Comment { span, lines }
}

/// Two comments with a blank line between them.
pub(super) fn join_groups(mut first: Comment, second: Comment) -> Comment {
    first.lines.push(None);
    join(first, second)
}

fn join(mut first: Comment, second: Comment) -> Comment {
    first.span = first.span.to(second.span);
    first.lines.extend(second.lines);
    first
}

/// Both, as one.
pub(super) fn join_options(first: Option<Comment>, second: Option<Comment>) -> Option<Comment> {
    match (first, second) {
        (Some(first), Some(second)) => Some(join(first, second)),
        (first, second) => first.or(second),
    }
}

/// Changes the comment of the part of an expression that is printed first.
fn leading<T>(expr: &mut Expr, change: impl FnOnce(&mut Option<Box<Comment>>) -> T) -> T {
    let mut expr = expr;
    loop {
        match &mut expr.kind {
            ExprKind::Chain(chain) => expr = &mut chain.left,
            ExprKind::Binary(binary) if !binary.parens => expr = &mut binary.left,
            _ => return change(&mut expr.comment),
        }
    }
}

/// Puts a comment in front of an expression, after one that is there already.
pub(super) fn attach(expr: &mut Expr, comment: Option<Comment>) {
    if comment.is_some() {
        leading(expr, |own| {
            let before = own.take().map(|c| *c);
            *own = join_options(before, comment).map(Box::new);
        });
    }
}

/// Takes away the comment in front of an expression.
pub(super) fn detach(expr: &mut Expr) -> Option<Comment> {
    leading(expr, Option::take).map(|c| *c)
}

/// Whether the first thing printed is a comment.
pub(super) fn leads_with_comment(expr: &Expr) -> bool {
    let mut expr = expr;
    loop {
        expr = match &expr.kind {
            ExprKind::Chain(chain) => &chain.left,
            ExprKind::Binary(binary) if !binary.parens => &binary.left,
            _ => return expr.comment.is_some(),
        };
    }
}

/// Puts a comment that stands before the closing bracket of an expression into it: to the last
/// argument of a call, else in front.
pub(super) fn attach_closing(expr: &mut Expr, comment: Option<Comment>) {
    if comment.is_none() {
        return;
    }
    if let ExprKind::Call(call) = &mut expr.kind
        && let Some(last) = call.args.last_mut()
    {
        call.multi_line = true;
        attach(last, comment);
    } else {
        attach(expr, comment);
    }
}

/// Puts a comment in front of a statement.
pub(super) fn attach_statement(statement: &mut Statement, comment: Option<Comment>) {
    let own = match statement {
        Statement::Expr(expr) => return attach(expr, comment),
        Statement::Dbrp(dbrp) => &mut dbrp.comment,
        Statement::Var(var) => &mut var.comment,
        Statement::Type(ty) => &mut ty.comment,
        Statement::Comment(_) => return,
    };
    *own = join_options(own.take(), comment);
}

impl Parser<'_> {
    /// The comment before the closing bracket taken last. At the end of the script it stays where it
    /// is: there Kapacitor makes it a comment of its own.
    pub(super) fn closing_comment(&mut self) -> Option<Comment> {
        if self.peek.kind == Kind::Eof { None } else { self.untaken.take() }
    }

    /// All that nobody took since `mark`.
    pub(super) fn lost_since(&mut self, mark: usize) -> Option<Comment> {
        let mark = mark.min(self.lost.len());
        self.lost.drain(mark..).reduce(join)
    }
}
