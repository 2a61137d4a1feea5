//! `Script`, `Statement`, `DbrpDecl`, `VarDecl`, `TypeDecl`.

use super::comments::{attach_statement, detach, join_groups, join_options};
use super::expect::Expected;
use super::{MAX_DIAGNOSTICS, Parse, Parser};
use crate::lang::ast::{Dbrp, Expr, Script, Statement, TypeDecl, VarDecl};
use crate::lang::token::Kind;

impl Parser<'_> {
    /// All statements up to the end; a broken one is skipped.
    pub(super) fn script(&mut self) -> Script {
        let mut script = Script::default();
        while self.peek.kind != Kind::Eof && self.diagnostics.len() < MAX_DIAGNOSTICS {
            let column = self.indent().unwrap_or_default();
            self.warn_if_glued();
            match self.statement() {
                Ok(mut statement) => {
                    let lost = self.lost_since(0);
                    attach_statement(&mut statement, lost);
                    script.statements.push(statement);
                }
                Err(_) => self.recover(column),
            }
        }
        self.trailing_comment(&mut script);
        script
    }

    /// A comment before the end, after one that the last token still has.
    fn trailing_comment(&mut self, script: &mut Script) {
        let comment = match (self.untaken.take(), self.peek.comment.take()) {
            (Some(before), Some(last)) => Some(join_groups(before, last)),
            (before, last) => before.or(last),
        };
        if self.peek.kind == Kind::Eof {
            script.statements.extend(comment.map(Statement::Comment));
        }
    }

    fn statement(&mut self) -> Parse<Statement> {
        self.in_lambda = false;
        match self.peek.kind {
            Kind::Dbrp => self.dbrp_decl(),
            Kind::Var => self.var_decl(),
            kind if starts_expr(kind) => Ok(Statement::Expr(self.expr()?.expr)),
            _ => Err(self.unexpected(Expected::Statement)),
        }
    }

    fn dbrp_decl(&mut self) -> Parse<Statement> {
        let keyword = self.bump();
        let comment = self.untaken.take();
        let db = self.expect(Kind::Ref, Expected::Reference)?;
        self.expect(Kind::Dot, Expected::Dot)?;
        let rp = self.expect(Kind::Ref, Expected::Reference)?;
        self.lost.extend(self.untaken.take());
        let (db_text, rp_text) = (self.reference_text(db.span), self.reference_text(rp.span));
        Ok(Statement::Dbrp(Dbrp { span: keyword.span.to(rp.span), comment, db: db_text, rp: rp_text }))
    }

    /// `VarDecl` and `TypeDecl`, which differ after the name.
    fn var_decl(&mut self) -> Parse<Statement> {
        let keyword = self.bump();
        let comment = self.untaken.take();
        let name = self.name(Expected::Name)?;
        match self.peek.kind {
            Kind::Ident => {
                let ty = self.name(Expected::VarValue)?;
                let span = keyword.span.to(ty.span);
                Ok(Statement::Type(TypeDecl { span, comment, name, ty }))
            }
            Kind::Assign => {
                self.bump();
                let mut value = self.expr()?.expr;
                // After `=` a comment would be read as an empty pattern.
                let comment = join_options(comment, detach(&mut value));
                let span = keyword.span.to(value.span);
                Ok(Statement::Var(VarDecl { span, comment, name, value }))
            }
            _ => Err(self.unexpected(Expected::VarValue)),
        }
    }

    fn name(&mut self, expected: Expected) -> Parse<Expr> {
        let name = self.expect(Kind::Ident, expected)?;
        let comment = self.untaken.take();
        Ok(self.ident(name, comment))
    }
}

/// Tokens with which an expression can begin.
fn starts_expr(kind: Kind) -> bool {
    kind == Kind::Lambda || kind == Kind::OpenBracket || super::expr::starts_operand(kind)
}
