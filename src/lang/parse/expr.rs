//! `Operation`, `Operand` and `Group`: operators and what they join. No chain, no list and no
//! `lambda:` stands in here.

use super::chain::node;
use super::comments::{attach, attach_closing, detach, join_options, leads_with_comment};
use super::expect::Expected;
use super::{Parse, Parser, Tall};
use crate::lang::ast::{Binary, BinaryOp, Expr, ExprKind, UnaryOp};
use crate::lang::token::Kind;

impl Parser<'_> {
    /// The text of a lambda on its own.
    pub(super) fn lambda_text(&mut self) -> Parse<Expr> {
        let expr = self.operation()?.expr;
        self.expect(Kind::Eof, Expected::End)?;
        Ok(expr)
    }

    pub(super) fn operation(&mut self) -> Parse<Tall> {
        let first = self.operand()?;
        self.operators(first, 0)
    }

    /// All operators that bind at least as tightly as `least`, with their right operands.
    pub(super) fn operators(&mut self, first: Tall, least: u8) -> Parse<Tall> {
        let mut left = first;
        while let Some(op) = self.peek.kind.binary()
            && op.precedence() >= least
        {
            let token = self.bump();
            let comment = self.untaken.take();
            attach(&mut left.expr, comment);
            let mut right = self.operand()?;
            while self.peek.kind.binary().is_some_and(|next| next.precedence() > op.precedence()) {
                right = self.operators(right, op.precedence() + 1)?;
            }
            left = self.binary(op, token.span.start, left, right)?;
        }
        Ok(left)
    }

    fn binary(&mut self, op: BinaryOp, pos: u32, mut left: Tall, mut right: Tall) -> Parse<Tall> {
        let height = self.above(left.height.max(right.height))?;
        if matches!(op, BinaryOp::Match | BinaryOp::NotMatch) {
            // After these a comment would be read as an empty pattern.
            attach(&mut left.expr, detach(&mut right.expr));
        }
        let (left, right) = (left.expr, right.expr);
        // The last two are Kapacitor's own rule applied to what it prints: there the newline has moved
        // behind the operator or in front of the comment.
        let multi_line = self.has_newline(left.pos, right.pos)
            || matches!(&left.kind, ExprKind::Binary(inner) if inner.multi_line)
            || leads_with_comment(&right);
        let span = left.span.to(right.span);
        let binary = Binary { op, left, right, parens: false, multi_line };
        Ok(Tall { expr: node(span, pos, None, ExprKind::Binary(Box::new(binary))), height })
    }

    /// An operand with the comment before its closing parenthesis.
    fn operand(&mut self) -> Parse<Tall> {
        let mut operand = self.bare_operand()?;
        attach_closing(&mut operand.expr, self.closing_comment());
        Ok(operand)
    }

    /// Leaves a comment before the closing parenthesis to the caller: a sign takes it for itself.
    fn bare_operand(&mut self) -> Parse<Tall> {
        match self.peek.kind {
            Kind::OpenParen => self.group(),
            Kind::Not => self.unary(UnaryOp::Not),
            Kind::Op(BinaryOp::Sub) => self.unary(UnaryOp::Neg),
            kind if starts_operand(kind) => {
                let token = self.bump();
                let comment = self.untaken.take();
                if token.kind == Kind::Ident && self.peek.kind == Kind::OpenParen {
                    self.call(token, comment, Parser::operation)
                } else {
                    Ok(Tall { expr: self.literal(token, comment), height: 1 })
                }
            }
            _ => Err(self.unexpected(Expected::Operand)),
        }
    }

    fn group(&mut self) -> Parse<Tall> {
        let open = self.bump();
        let comment = self.untaken.take();
        self.opened.push(open.span);
        let mut inner = self.nested(Parser::operation)?;
        let close = self.expect(Kind::CloseParen, Expected::GroupClose)?;
        self.opened.pop();
        let expr = &mut inner.expr;
        if let ExprKind::Binary(binary) = &mut expr.kind {
            binary.parens = true;
            expr.span = open.span.to(close.span);
        }
        let own = expr.comment.take().map(|c| *c);
        expr.comment = join_options(comment, own).map(Box::new);
        Ok(inner)
    }

    fn unary(&mut self, op: UnaryOp) -> Parse<Tall> {
        let sign = self.bump();
        let own = self.untaken.take();
        let operand = self.nested(Parser::bare_operand)?;
        let closing = self.untaken.take();
        let height = self.above(operand.height)?;
        let span = sign.span.to(operand.expr.span);
        let unary = ExprKind::Unary { op, operand: Box::new(operand.expr) };
        Ok(Tall { expr: node(span, sign.span.start, join_options(own, closing), unary), height })
    }
}

/// Tokens with which an operand can begin.
pub(super) fn starts_operand(kind: Kind) -> bool {
    match kind {
        Kind::Number | Kind::Str | Kind::Duration | Kind::Regex | Kind::Star | Kind::Ref => true,
        Kind::True | Kind::False | Kind::Ident | Kind::OpenParen | Kind::Not => true,
        Kind::Op(op) => op == BinaryOp::Sub,
        _ => false,
    }
}
