//! Pipelines: declarations, commands, and the words of commands.

use super::{Parser, Result};
use crate::template::funcs::Func;
use crate::template::lexer::Kind;
use crate::template::literal::{number, unquote};
use crate::template::tree::{Arg, ArgKind, Command, Pipe, Var};
use crate::value::quote::quoted;

impl Parser<'_> {
    /// Declarations and commands, up to and with the word that ends them.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let first = self.peek_word();
        let mut pipe = Pipe { pos: first.pos, ..Pipe::default() };
        while self.declaration(&mut pipe, context)? {}
        loop {
            let token = self.peek_word();
            match token.kind {
                kind if kind == end => {
                    self.next();
                    break;
                }
                Kind::Bool
                | Kind::Char
                | Kind::Dot
                | Kind::Field
                | Kind::Ident
                | Kind::Number
                | Kind::Nil
                | Kind::RawStr
                | Kind::Str
                | Kind::Var
                | Kind::LeftParen => {
                    let command = self.command()?;
                    pipe.cmds.push(command);
                }
                _ => {
                    self.next();
                    return self.unexpected(&token, context);
                }
            }
        }
        self.check(&pipe, context)?;
        for var in &mut pipe.vars {
            if pipe.assign {
                var.slot = self.scope.var(&var.name).slot;
            } else {
                var.slot = Some(self.scope.slots.len());
                self.scope.slots.push(var.name.clone());
            }
        }
        Ok(pipe)
    }

    /// `$x :=`, `$x =`, `$x,`: whether another may follow.
    pub(super) fn declaration(&mut self, pipe: &mut Pipe, context: &str) -> Result<bool> {
        let start = self.at;
        let var = self.peek_word();
        if var.kind != Kind::Var {
            return Ok(false);
        }
        self.next();
        let next = self.peek_word();
        let comma = next.kind == Kind::Other && next.text == ",";
        if !comma && !matches!(next.kind, Kind::Assign | Kind::Declare) {
            self.at = start;
            return Ok(false);
        }
        self.next();
        pipe.vars.push(Var { name: var.text.clone().into_owned(), slot: None });
        self.scope.known.push(var.text.into_owned());
        if !comma {
            pipe.assign = next.kind == Kind::Assign;
            return Ok(false);
        }
        if context != "range" || pipe.vars.len() >= 2 {
            return self.fail(format!("too many declarations in {context}"));
        }
        match self.peek_word().kind {
            Kind::Var | Kind::Right | Kind::RightParen => Ok(true),
            _ => self.fail("range can only initialize variables"),
        }
    }

    pub(super) fn check(&self, pipe: &Pipe, context: &str) -> Result<()> {
        if pipe.cmds.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (i, command) in pipe.cmds.iter().enumerate().skip(1) {
            let constant = |a: &Arg| {
                use ArgKind::{Bool, Dot, Nil, Number, Str};
                matches!(a.kind, Bool(_) | Dot | Nil | Number(_) | Str(..))
            };
            if command.args.first().is_some_and(constant) {
                return self.fail(format!("non executable command in pipeline stage {}", i + 1));
            }
        }
        Ok(())
    }

    pub(super) fn command(&mut self) -> Result<Command> {
        let pos = self.peek_word().pos;
        let mut args = Vec::new();
        loop {
            self.peek_word();
            if let Some(arg) = self.operand()? {
                args.push(arg);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Right | Kind::RightParen => {
                    self.at -= 1;
                    break;
                }
                Kind::Pipe => break,
                _ => return self.unexpected(&token, "operand"),
            }
        }
        if args.is_empty() {
            return self.fail("empty command");
        }
        Ok(Command { pos, args })
    }

    /// A term, and the fields taken of it.
    pub(super) fn operand(&mut self) -> Result<Option<Arg>> {
        let Some(term) = self.term()? else { return Ok(None) };
        let second = self.peek();
        if second.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(field_name(&self.next().text));
        }
        let kind = match term.kind {
            ArgKind::Field(mut all) => {
                all.append(&mut names);
                ArgKind::Field(all)
            }
            ArgKind::Var(var, mut all) => {
                all.append(&mut names);
                ArgKind::Var(var, all)
            }
            ArgKind::Func(_) | ArgKind::Pipe(_) | ArgKind::Chain(..) => ArgKind::Chain(Box::new(term), names),
            _ => return self.fail(format!("unexpected . after term {}", quoted(&term.to_string()))),
        };
        Ok(Some(Arg { pos: second.pos, kind }))
    }

    pub(super) fn term(&mut self) -> Result<Option<Arg>> {
        let token = self.next_word();
        let kind = match token.kind {
            Kind::Error => return self.fail(token.text.clone()),
            Kind::Ident => match Func::find(&token.text, self.json) {
                Some(func) => ArgKind::Func(func),
                None => return self.fail(format!("function {} not defined", quoted(&token.text))),
            },
            Kind::Dot => ArgKind::Dot,
            Kind::Nil => ArgKind::Nil,
            Kind::Bool => ArgKind::Bool(token.text == "true"),
            Kind::Field => ArgKind::Field(vec![field_name(&token.text)]),
            Kind::Var if self.scope.known.iter().any(|n| *n == token.text) => {
                ArgKind::Var(self.scope.var(&token.text), Vec::new())
            }
            Kind::Var => return self.fail(format!("undefined variable {}", quoted(&token.text))),
            Kind::Char | Kind::Number => match number(&token.text) {
                Ok(n) => ArgKind::Number(n),
                Err(e) => return self.fail(e),
            },
            Kind::Str | Kind::RawStr => match unquote(&token.text) {
                Some(text) => ArgKind::Str(token.text.as_ref().into(), text.into()),
                None => return self.fail("invalid syntax"),
            },
            Kind::LeftParen => {
                let pipe = self.deeper(|p| p.pipeline("parenthesized pipeline", Kind::RightParen))?;
                ArgKind::Pipe(Box::new(pipe))
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Arg { pos: token.pos, kind }))
    }
}

fn field_name(token: &str) -> Box<str> {
    token.strip_prefix('.').unwrap_or(token).into()
}
