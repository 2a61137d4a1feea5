//! Values of pipelines, commands and words.

use super::{At, Exec, Result};
use crate::template::datum::{Datum, IntType};
use crate::template::funcs::Func;
use crate::template::methods::{self, Param};
use crate::template::tree::{Arg, ArgKind, Command, Number, NumberValue, Pipe, Var};

/// What a field is looked up in.
struct Receiver<'d> {
    value: Datum<'d>,
    /// Whether it came out of a map of any values: errors then name that type.
    any: bool,
}

impl<'d> Exec<'d, '_> {
    /// The value of a pipeline; declared variables are set.
    pub(super) fn pipe(&mut self, dot: &Datum<'d>, pipe: &'d Pipe) -> Result<Datum<'d>> {
        self.at = At::Pipe(pipe);
        let mut value = None;
        for command in &pipe.cmds {
            value = Some(self.command(dot, command, value)?);
        }
        let value = value.unwrap_or(Datum::Nil);
        for var in &pipe.vars {
            self.set(var.slot, &var.name, value.clone())?;
        }
        Ok(value)
    }

    pub(super) fn set(&mut self, slot: Option<usize>, name: &str, value: Datum<'d>) -> Result<()> {
        match slot.map(|s| s.checked_sub(1)) {
            None => self.fail(format!("undefined variable: {name}")),
            Some(None) => {
                self.root = value;
                Ok(())
            }
            Some(Some(at)) => {
                // A declaration that was passed over leaves a hole.
                if self.vars.len() <= at {
                    self.vars.resize(at + 1, Datum::Nil);
                }
                if let Some(place) = self.vars.get_mut(at) {
                    *place = value;
                }
                Ok(())
            }
        }
    }

    fn var(&self, var: &Var) -> Result<Datum<'d>> {
        match var.slot.map(|s| s.checked_sub(1)) {
            None => self.fail(format!("undefined variable: {}", var.name)),
            Some(None) => Ok(self.root.clone()),
            Some(Some(at)) => Ok(self.vars.get(at).cloned().unwrap_or(Datum::Nil)),
        }
    }

    /// The value of a command, given that of the one before it.
    pub(super) fn command(
        &mut self,
        dot: &Datum<'d>,
        command: &'d Command,
        last: Option<Datum<'d>>,
    ) -> Result<Datum<'d>> {
        let Some((first, args)) = command.args.split_first() else { return Ok(Datum::Nil) };
        let alone = args.is_empty() && last.is_none();
        match &first.kind {
            ArgKind::Field(names) => {
                self.at = At::Arg(first);
                return self.chain(dot, dot.clone(), names, args, last);
            }
            ArgKind::Chain(inner, names) => {
                self.at = At::Arg(first);
                let value = self.arg(dot, inner)?;
                return self.chain(dot, value, names, args, last);
            }
            ArgKind::Var(var, names) if !names.is_empty() => {
                self.at = At::Arg(first);
                let value = self.var(var)?;
                return self.chain(dot, value, names, args, last);
            }
            ArgKind::Func(func) => {
                self.at = At::Arg(first);
                return self.call(dot, *func, At::Command(command), args, last);
            }
            ArgKind::Pipe(pipe) if alone => return self.pipe(dot, pipe),
            ArgKind::Pipe(_) => {}
            _ => self.at = At::Arg(first),
        }
        if !alone {
            return self.fail(format!("can't give argument to non-function {first}"));
        }
        match first.kind {
            ArgKind::Nil => self.fail("nil is not a command"),
            _ => self.arg(dot, first),
        }
    }

    /// The value of a word that may be anything.
    pub(super) fn arg(&mut self, dot: &Datum<'d>, arg: &'d Arg) -> Result<Datum<'d>> {
        self.at = At::Arg(arg);
        match &arg.kind {
            ArgKind::Dot => Ok(dot.clone()),
            ArgKind::Nil => Ok(Datum::Nil),
            ArgKind::Bool(b) => Ok(Datum::Bool(*b)),
            ArgKind::Number(n) => self.number(n),
            ArgKind::Str(_, text) => Ok(Datum::str(text)),
            ArgKind::Field(names) => self.chain(dot, dot.clone(), names, &[], None),
            ArgKind::Var(var, names) => {
                let value = self.var(var)?;
                if names.is_empty() { Ok(value) } else { self.chain(dot, value, names, &[], None) }
            }
            ArgKind::Chain(inner, names) => {
                let value = self.arg(dot, inner)?;
                self.chain(dot, value, names, &[], None)
            }
            ArgKind::Func(func) => self.call(dot, *func, At::Arg(arg), &[], None),
            ArgKind::Pipe(pipe) => {
                self.enter()?;
                let value = self.pipe(dot, pipe)?;
                self.depth -= 1;
                Ok(value)
            }
        }
    }

    fn number(&self, n: &Number) -> Result<Datum<'d>> {
        match n.value {
            NumberValue::Int(i) => Ok(Datum::Int(i, IntType::Int)),
            NumberValue::Float(x) => Ok(Datum::Float(x)),
            NumberValue::TooLarge => self.fail(format!("{} overflows int", n.text)),
        }
    }

    /// `.A.B arg…`: fields one after the other; the last may be a method with arguments.
    fn chain(
        &mut self,
        dot: &Datum<'d>,
        value: Datum<'d>,
        names: &'d [Box<str>],
        args: &'d [Arg],
        last: Option<Datum<'d>>,
    ) -> Result<Datum<'d>> {
        let mut receiver = Receiver { value, any: false };
        let Some((end, before)) = names.split_last() else { return Ok(receiver.value) };
        for name in before {
            receiver = self.field(dot, receiver, name, &[], None)?;
        }
        self.field(dot, receiver, end, args, last).map(|r| r.value)
    }

    fn field(
        &mut self,
        dot: &Datum<'d>,
        receiver: Receiver<'d>,
        name: &str,
        args: &'d [Arg],
        last: Option<Datum<'d>>,
    ) -> Result<Receiver<'d>> {
        let Receiver { value, any } = receiver;
        let has_args = !args.is_empty() || last.is_some();
        match &value {
            Datum::Nil if any => return self.fail(format!("nil pointer evaluating interface {{}}.{name}")),
            Datum::Nil => return Ok(Receiver { value: Datum::Nil, any: false }),
            Datum::Struct(s) => {
                let record = *s;
                if let Some(value) = record.field(name) {
                    if has_args {
                        return self.fail(format!("{name} has arguments but cannot be invoked as function"));
                    }
                    return Ok(Receiver { value, any: false });
                }
            }
            Datum::Map(m) => {
                if has_args {
                    return self.fail(format!("{name} is not a method but has arguments"));
                }
                let found = m.get(name);
                let any = found.is_some() && !m.is_strings();
                return Ok(Receiver { value: found.unwrap_or(Datum::Nil), any });
            }
            other => {
                if let Some(params) = methods::find(other, name) {
                    let value = self.method(dot, &value, name, params, args, last)?;
                    return Ok(Receiver { value, any: false });
                }
            }
        }
        let type_name = if any { "interface {}" } else { value.type_name().unwrap_or("<nil>") };
        self.fail(format!("can't evaluate field {name} in type {type_name}"))
    }

    fn method(
        &mut self,
        dot: &Datum<'d>,
        receiver: &Datum<'d>,
        name: &str,
        params: &'static [Param],
        args: &'d [Arg],
        last: Option<Datum<'d>>,
    ) -> Result<Datum<'d>> {
        let count = args.len() + usize::from(last.is_some());
        if count != params.len() {
            return self.fail(format!("wrong number of args for {name}: want {} got {count}", params.len()));
        }
        let base = self.args.len();
        for (arg, param) in args.iter().zip(params) {
            let value = self.typed(dot, arg, *param)?;
            self.args.push(value);
        }
        if let (Some(value), Some(param)) = (last, params.last()) {
            let value = self.validated(value, *param)?;
            self.args.push(value);
        }
        let value = methods::call(receiver, name, self.args.get(base..).unwrap_or_default());
        self.args.truncate(base);
        Ok(value)
    }

    /// The value of a word that must be of one type.
    fn typed(&mut self, dot: &Datum<'d>, arg: &'d Arg, param: Param) -> Result<Datum<'d>> {
        self.at = At::Arg(arg);
        let wanted = param.name();
        match (&arg.kind, param) {
            (ArgKind::Nil, _) => self.fail(format!("cannot assign nil to {wanted}")),
            (ArgKind::Str(_, text), Param::Text) => Ok(Datum::str(text)),
            (ArgKind::Number(n), Param::Int | Param::Duration) => match n.value {
                NumberValue::Int(i) if param == Param::Duration => Ok(Datum::Duration(i)),
                NumberValue::Int(i) => Ok(Datum::Int(i, IntType::Int)),
                _ => self.fail(format!("expected integer; found {arg}")),
            },
            (ArgKind::Bool(_) | ArgKind::Number(_) | ArgKind::Str(..), _) => match param {
                Param::Text => self.fail(format!("expected string; found {arg}")),
                Param::Int | Param::Duration => self.fail(format!("expected integer; found {arg}")),
                Param::Time => self.fail(format!("can't handle {arg} for arg of type {wanted}")),
            },
            _ => {
                let value = self.arg(dot, arg)?;
                self.validated(value, param)
            }
        }
    }

    fn validated(&self, value: Datum<'d>, param: Param) -> Result<Datum<'d>> {
        let fits = match value {
            Datum::Str(_) => param == Param::Text,
            Datum::Int(_, IntType::Int) => param == Param::Int,
            Datum::Duration(_) => param == Param::Duration,
            Datum::Time(_) => param == Param::Time,
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        let wanted = param.name();
        match value.type_name() {
            Some(got) => self.fail(format!("wrong type for value; expected {wanted}; got {got}")),
            None => self.fail(format!("invalid value; expected {wanted}")),
        }
    }

    /// Evaluates the arguments of a function onto the stack; gives back where they begin.
    pub(super) fn push_args(
        &mut self,
        dot: &Datum<'d>,
        func: Func,
        args: &'d [Arg],
        last: Option<Datum<'d>>,
    ) -> Result<usize> {
        let count = args.len() + usize::from(last.is_some());
        if let Err(message) = func.check(args.len(), count) {
            return self.fail(message);
        }
        let base = self.args.len();
        for (i, arg) in args.iter().enumerate() {
            let value = match (func, i) {
                (Func::Printf, 0) => self.typed(dot, arg, Param::Text)?,
                _ => self.arg(dot, arg)?,
            };
            self.args.push(value);
        }
        if let Some(value) = last {
            let value = match (func, args.len()) {
                (Func::Printf, 0) => self.validated(value, Param::Text)?,
                _ => value,
            };
            self.args.push(value);
        }
        Ok(base)
    }

    fn call(
        &mut self,
        dot: &Datum<'d>,
        func: Func,
        node: At<'d>,
        args: &'d [Arg],
        last: Option<Datum<'d>>,
    ) -> Result<Datum<'d>> {
        if let Func::And | Func::Or = func {
            return self.until(dot, func, args, last);
        }
        let base = self.push_args(dot, func, args, last)?;
        let result = func.call(self.args.get(base..).unwrap_or_default(), self.template.options.html);
        self.args.truncate(base);
        result.or_else(|message| {
            self.at = node;
            self.fail(format!("error calling {}: {message}", func.name()))
        })
    }

    /// `and` and `or`: no more arguments than needed are looked at.
    fn until(
        &mut self,
        dot: &Datum<'d>,
        func: Func,
        args: &'d [Arg],
        last: Option<Datum<'d>>,
    ) -> Result<Datum<'d>> {
        if let Err(message) = func.check(args.len(), args.len() + usize::from(last.is_some())) {
            return self.fail(message);
        }
        let mut value = Datum::Nil;
        for arg in args {
            value = self.arg(dot, arg)?;
            if value.truth() == (func == Func::Or) {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }
}
