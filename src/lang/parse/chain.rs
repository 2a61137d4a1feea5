//! `Expr`, `Chain`, `Step`, `Call`, `List`, `Lambda`: what does not stand inside an expression with
//! operators.

use super::comments::{attach, attach_closing, join_options, leads_with_comment};
use super::expect::Expected;
use super::{Parse, Parser, Taken, Tall};
use crate::lang::ast::{Call, Chain, ChainOp, Comment, Expr, ExprKind};
use crate::lang::token::Kind;
use crate::text::Span;

/// The arguments of a call.
struct Arguments {
    args: Vec<Expr>,
    multi_line: bool,
    height: u32,
    close: Span,
}

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Parse<Tall> {
        match self.peek.kind {
            Kind::Lambda => self.lambda(),
            Kind::OpenBracket => self.list(),
            Kind::Ident => self.named(),
            _ => self.operation(),
        }
    }

    /// A chain, or an expression that begins with a name.
    fn named(&mut self) -> Parse<Tall> {
        let name = self.bump();
        let comment = self.untaken.take();
        let head = if self.peek.kind == Kind::OpenParen {
            let mut call = self.call(name, comment, Parser::expr)?;
            attach_closing(&mut call.expr, self.closing_comment());
            call
        } else {
            Tall { expr: self.ident(name, comment), height: 1 }
        };
        if self.peek.kind.is_chain() { self.chain(head) } else { self.operators(head, 0) }
    }

    pub(super) fn chain(&mut self, head: Tall) -> Parse<Tall> {
        let mut chain = head;
        while let Some(op) = chain_op(self.peek.kind) {
            chain = self.step(chain, op)?;
        }
        Ok(chain)
    }

    fn step(&mut self, left: Tall, op: ChainOp) -> Parse<Tall> {
        let operator = self.bump();
        let own = self.untaken.take();
        let mark = self.lost.len();
        let name = self.expect(Kind::Ident, Expected::Name)?;
        let name_comment = self.untaken.take();
        let mut right = match self.peek.kind {
            Kind::OpenParen => self.call(name, name_comment, Parser::expr)?,
            _ if op == ChainOp::Pipe => return Err(self.unexpected(Expected::Open)),
            _ => Tall { expr: self.ident(name, name_comment), height: 1 },
        };
        let closing = self.closing_comment();
        let mut lost = self.lost_since(mark);
        if matches!(&right.expr.kind, ExprKind::Call(call) if !call.args.is_empty()) {
            attach_closing(&mut right.expr, closing);
        } else {
            lost = join_options(lost, closing);
        }
        let height = self.above(left.height.max(right.height))?;
        let expr = Expr {
            span: left.expr.span.to(right.expr.span),
            pos: operator.span.start,
            comment: join_options(own, lost).map(Box::new),
            kind: ExprKind::Chain(Box::new(Chain { op, left: left.expr, right: right.expr })),
        };
        Ok(Tall { expr, height })
    }

    /// From the opening parenthesis on; `arg` parses one argument.
    pub(super) fn call(
        &mut self,
        name: Taken,
        comment: Option<Comment>,
        arg: fn(&mut Self) -> Parse<Tall>,
    ) -> Parse<Tall> {
        let arguments = self.arguments(name.span, arg)?;
        let height = self.above(arguments.height)?;
        let call = Call {
            name: self.source(name.span).to_string(),
            name_span: name.span,
            args: arguments.args,
            multi_line: arguments.multi_line,
        };
        let span = name.span.to(arguments.close);
        Ok(Tall { expr: node(span, name.span.start, comment, ExprKind::Call(call)), height })
    }

    fn arguments(&mut self, name: Span, arg: fn(&mut Self) -> Parse<Tall>) -> Parse<Arguments> {
        let open = self.bump();
        self.opened.push(open.span);
        let around = self.in_lambda;
        let mut args: Vec<Expr> = Vec::new();
        let mut height = 0;
        while self.peek.kind != Kind::CloseParen {
            self.in_lambda = around;
            let next = self.nested(arg)?;
            height = height.max(next.height);
            args.push(next.expr);
            if self.peek.kind != Kind::Comma {
                break;
            }
            self.bump();
            let comment = self.untaken.take();
            if let Some(last) = args.last_mut() {
                attach(last, comment);
            }
        }
        let close = self.expect(Kind::CloseParen, Expected::Close)?;
        self.opened.pop();
        self.in_lambda = around;
        let multi_line = self.spreads(name, &args) || args.iter().any(leads_with_comment);
        Ok(Arguments { args, multi_line, height, close: close.span })
    }

    /// Whether a newline lies between the name and the last argument's position. Newlines inside an
    /// argument that is a chain do not count: the formatter makes them, also for a call on one line.
    fn spreads(&self, name: Span, args: &[Expr]) -> bool {
        let mut from = name.start;
        args.iter().any(|arg| {
            let chain = matches!(arg.kind, ExprKind::Chain(_));
            let to = if chain { arg.span.start } else { arg.pos.max(arg.span.start) };
            let newline = self.has_newline(from, to);
            from = if chain { arg.span.end } else { to };
            newline
        })
    }

    fn list(&mut self) -> Parse<Tall> {
        let open = self.bump();
        let comment = self.untaken.take();
        self.opened.push(open.span);
        let mut items: Vec<Expr> = Vec::new();
        while self.peek.kind != Kind::CloseBracket {
            let item = self.item()?;
            items.push(item);
            if self.peek.kind != Kind::Comma {
                break;
            }
            self.bump();
            let comment = self.untaken.take();
            if let Some(last) = items.last_mut() {
                attach(last, comment);
            }
        }
        let close = self.expect(Kind::CloseBracket, Expected::ListClose)?;
        self.opened.pop();
        let closing = self.closing_comment();
        let list = ExprKind::List(items);
        let comment = join_options(comment, closing);
        Ok(Tall { expr: node(open.span.to(close.span), open.span.start, comment, list), height: 2 })
    }

    fn item(&mut self) -> Parse<Expr> {
        if !matches!(self.peek.kind, Kind::Ident | Kind::Str | Kind::Star) {
            return Err(self.unexpected(Expected::ListItem));
        }
        let token = self.bump();
        let comment = self.untaken.take();
        Ok(self.literal(token, comment))
    }

    fn lambda(&mut self) -> Parse<Tall> {
        let keyword = self.bump();
        let comment = self.untaken.take();
        self.in_lambda = true;
        let body = self.operation()?;
        let height = self.above(body.height)?;
        let span = keyword.span.to(body.expr.span);
        let lambda = ExprKind::Lambda(Box::new(body.expr));
        Ok(Tall { expr: node(span, keyword.span.start, comment, lambda), height })
    }
}

pub(super) fn node(span: Span, pos: u32, comment: Option<Comment>, kind: ExprKind) -> Expr {
    Expr { span, pos, comment: comment.map(Box::new), kind }
}

fn chain_op(kind: Kind) -> Option<ChainOp> {
    match kind {
        Kind::Pipe => Some(ChainOp::Pipe),
        Kind::Dot => Some(ChainOp::Dot),
        Kind::At => Some(ChainOp::At),
        _ => None,
    }
}
