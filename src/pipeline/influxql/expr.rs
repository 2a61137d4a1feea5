//! Expressions of InfluxQL.

use super::ast::{BinaryOp, DataType, Expr};
use super::lexer::{Kind, Token};
use super::parser::{Error, Parser};
use crate::value::duration;

/// How many operators an expression may have.
const MAX_OPERATORS: usize = 500;

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Result<Expr, Error> {
        self.deeper(Parser::binary)
    }

    /// Operands and operators; each operator takes what it binds tighter than from the right end of the tree.
    fn binary(&mut self) -> Result<Expr, Error> {
        let mut tree = self.operand()?;
        let mut operators = 0;
        loop {
            let Kind::Op(op) = self.peek().kind else { return Ok(tree) };
            operators += 1;
            if operators > MAX_OPERATORS {
                return Err(self.error_at("too many operators", self.at));
            }
            self.next();
            let right = if matches!(op, BinaryOp::Match | BinaryOp::NotMatch) {
                match self.regex()? {
                    Some(pattern) => Expr::Regex(pattern),
                    None => {
                        let token = self.next();
                        return Err(self.expected(&token, &["regex"]));
                    }
                }
            } else {
                self.operand()?
            };
            attach(&mut tree, op, right);
        }
    }

    fn operand(&mut self) -> Result<Expr, Error> {
        let token = self.next();
        match token.kind {
            Kind::Punct("(") => {
                let inner = self.expr()?;
                self.expect(Kind::Punct(")"), ")")?;
                Ok(Expr::Paren(Box::new(inner)))
            }
            Kind::Ident => match self.adjacent().map(|next| next.kind) {
                Some(Kind::Punct("(")) => {
                    self.next();
                    self.call(token.text.to_lowercase())
                }
                _ => {
                    self.at = token.start;
                    self.reference()
                }
            },
            Kind::Word("DISTINCT") => self.distinct(),
            Kind::Str => Ok(Expr::Str(token.text)),
            Kind::Number => match token.text.parse() {
                Ok(number) => Ok(Expr::Number(number)),
                Err(_) => Err(self.error_at("unable to parse number", token.start)),
            },
            Kind::Int => self.integer(&token),
            Kind::Duration => match duration::parse_influx(&token.text) {
                Ok(nanos) => Ok(Expr::Duration(nanos)),
                Err(_) => Err(Error { text: "invalid duration".to_owned(), at: Some(token.start) }),
            },
            Kind::Word("TRUE") => Ok(Expr::Bool(true)),
            Kind::Word("FALSE") => Ok(Expr::Bool(false)),
            Kind::Op(BinaryOp::Mul) => Ok(Expr::Wildcard(self.wildcard_type()?)),
            Kind::Op(BinaryOp::Add) => self.signed(1),
            Kind::Op(BinaryOp::Sub) => self.signed(-1),
            _ => Err(self.expected(&token, &["identifier", "string", "number", "bool"])),
        }
    }

    fn integer(&self, token: &Token) -> Result<Expr, Error> {
        if let Ok(int) = token.text.parse() {
            return Ok(Expr::Int(int));
        }
        match token.text.parse() {
            Ok(unsigned) => Ok(Expr::Unsigned(unsigned)),
            Err(_) => Err(self.error_at("unable to parse integer", token.start)),
        }
    }

    fn distinct(&mut self) -> Result<Expr, Error> {
        match self.adjacent() {
            Some(next) if next.kind == Kind::Punct("(") => {
                self.next();
                self.call("distinct".to_owned())
            }
            Some(next) => Err(self.expected(&next, &["(", "identifier"])),
            None => self.ident().map(Expr::Distinct),
        }
    }

    /// The arguments of a call, after its parenthesis.
    fn call(&mut self, name: String) -> Result<Expr, Error> {
        let mut args = Vec::new();
        if self.take(Kind::Punct(")")) {
            return Ok(Expr::Call { name, args });
        }
        loop {
            args.push(match self.regex()? {
                Some(pattern) => Expr::Regex(pattern),
                None => self.expr()?,
            });
            if !self.take(Kind::Punct(",")) {
                break;
            }
        }
        self.expect(Kind::Punct(")"), ")")?;
        Ok(Expr::Call { name, args })
    }

    fn signed(&mut self, sign: i64) -> Result<Expr, Error> {
        let next = self.peek();
        if !matches!(next.kind, Kind::Number | Kind::Int | Kind::Duration | Kind::Ident | Kind::Punct("(")) {
            return Err(self.expected(&next, &["identifier", "number", "duration", "("]));
        }
        Ok(match self.deeper(Parser::operand)? {
            Expr::Number(x) => Expr::Number(x * sign as f64),
            Expr::Int(i) => Expr::Int(i.wrapping_mul(sign)),
            Expr::Duration(d) => Expr::Duration(d.wrapping_mul(sign)),
            Expr::Unsigned(u) if sign == -1 && u == i64::MIN.unsigned_abs() => Expr::Int(i64::MIN),
            other => {
                Expr::Binary { op: BinaryOp::Mul, left: Box::new(Expr::Int(sign)), right: Box::new(other) }
            }
        })
    }

    fn wildcard_type(&mut self) -> Result<Option<DataType>, Error> {
        if !self.adjacent_type() {
            return Ok(None);
        }
        let token = self.next();
        match token.kind {
            Kind::Word("FIELD") => Ok(Some(DataType::AnyField)),
            Kind::Word("TAG") => Ok(Some(DataType::Tag)),
            _ => Err(self.expected(&token, &["field", "tag"])),
        }
    }

    /// Takes `::` if it stands here without a blank.
    fn adjacent_type(&mut self) -> bool {
        let found = self.adjacent().is_some_and(|next| next.kind == Kind::Punct("::"));
        if found {
            self.next();
        }
        found
    }

    fn reference(&mut self) -> Result<Expr, Error> {
        let name = self.segments()?.join(".");
        if !self.adjacent_type() {
            return Ok(Expr::Ref { name, ty: None });
        }
        let token = self.next();
        let ty = match (token.kind, token.text.to_ascii_lowercase().as_str()) {
            (Kind::Word("FIELD"), _) => DataType::AnyField,
            (Kind::Word("TAG"), _) => DataType::Tag,
            (Kind::Ident, "float") => DataType::Float,
            (Kind::Ident, "integer") => DataType::Integer,
            (Kind::Ident, "unsigned") => DataType::Unsigned,
            (Kind::Ident, "string") => DataType::Str,
            (Kind::Ident, "boolean") => DataType::Bool,
            _ => {
                let types = ["float", "integer", "unsigned", "string", "boolean", "field", "tag"];
                return Err(self.expected(&token, &types));
            }
        };
        Ok(Expr::Ref { name, ty: Some(ty) })
    }

    pub(super) fn ident(&mut self) -> Result<String, Error> {
        self.expect(Kind::Ident, "identifier").map(|token| token.text)
    }

    /// `a.b.c`, `a..c`; a pattern or `:` after a dot is left to the caller.
    pub(super) fn segments(&mut self) -> Result<Vec<String>, Error> {
        let mut idents = vec![self.ident()?];
        while self.adjacent().is_some_and(|next| next.kind == Kind::Punct(".")) {
            self.next();
            match self.text.as_bytes().get(self.at) {
                Some(b'/' | b':') => break,
                Some(b'.') => idents.push(String::new()),
                _ => idents.push(self.ident()?),
            }
        }
        if idents.len() > 3 {
            let quoted: Vec<String> = idents.iter().map(|ident| format!("{ident:?}")).collect();
            let text = format!("too many segments in {} at line 1, char 1", quoted.join("."));
            return Err(Error { text, at: Some(0) });
        }
        Ok(idents)
    }
}

/// Puts an operator with its right operand where precedence wants it.
fn attach(mut tree: &mut Expr, op: BinaryOp, right: Expr) {
    while matches!(tree, Expr::Binary { op: there, .. } if there.precedence() < op.precedence()) {
        let Expr::Binary { right, .. } = tree else { return };
        tree = right;
    }
    let left = std::mem::replace(tree, Expr::Wildcard(None));
    *tree = Expr::Binary { op, left: Box::new(left), right: Box::new(right) };
}
