//! Calls: arguments evaluated left to right, all of them, then the function for their types.

use crate::value::Type;

use super::build::Builder;
use super::cx::{Code, Fun, Operand, Pattern};
use super::failure::Cause;
use super::funcs::{Args, Complaint};
use super::tree::CallNode;
use super::typing::in_argument;
use super::wrap::run;

impl Builder<'_> {
    /// A call whose argument types fit a signature.
    pub(super) fn call(&mut self, call: &CallNode) -> Code {
        let (overload, _) = match self.scope.call(call) {
            Ok(found) => found,
            Err(e) => return Code::Int(self.refuse(e)),
        };
        let Some(overload) = call.function.and_then(|f| f.overloads.get(overload)) else {
            return Code::Missing;
        };
        let args = self.args(call, overload.args);
        let site = self.text(&format!("error calling {:?}: ", call.name));
        (overload.build)(Args::new(args, site))
    }

    fn args(&mut self, call: &CallNode, types: &[Type]) -> Vec<Code> {
        let mut codes = Vec::with_capacity(types.len());
        for (i, (arg, ty)) in call.args.iter().zip(types).enumerate() {
            let outer = self.place.len();
            self.place.push_str(&in_argument(i));
            codes.push(self.typed(arg, *ty));
            self.place.truncate(outer);
        }
        codes
    }

    /// A call that is asked for a truth value. Under `!` nobody has looked at its signature, so that
    /// the function itself has to complain of its arguments.
    pub(super) fn truth_of_call(&mut self, call: &CallNode) -> Operand<bool> {
        match self.scope.call(call) {
            Ok((_, Type::Bool)) => match self.call(call) {
                Code::Bool(o) => o,
                _ => Operand::Const(false),
            },
            Ok((_, actual)) => {
                let value = self.call(call);
                self.not_a_truth_value(run(value), actual)
            }
            Err(_) => self.unchecked(call),
        }
    }

    fn not_a_truth_value(&mut self, run: Fun<()>, actual: Type) -> Operand<bool> {
        let site = self.text("");
        Operand::Code(Box::new(move |cx| {
            run(cx)?;
            cx.fail(site, Cause::Guard { actual, wanted: Type::Bool })
        }))
    }

    fn unchecked(&mut self, call: &CallNode) -> Operand<bool> {
        let mut runs = Vec::new();
        let mut types = Vec::new();
        for (i, arg) in call.args.iter().enumerate() {
            let ty = match self.scope.type_of(arg) {
                Ok(ty) => ty,
                Err(e) => {
                    let fail = self.refuse::<bool>(e.in_argument(i));
                    return after(runs, fail.into_fun());
                }
            };
            let outer = self.place.len();
            self.place.push_str(&in_argument(i));
            runs.push(run(self.typed(arg, ty)));
            self.place.truncate(outer);
            types.push(ty);
        }
        let Some(function) = call.function else {
            let text = format!("undefined function: {:?}", call.name);
            let fail = self.fail::<bool>(&text);
            return after(runs, fail.into_fun());
        };
        let end = match (function.complain)(function, &types) {
            Complaint::None(value) => Operand::Const(value),
            Complaint::Text(text) => self.fail(&format!("error calling {:?}: {text}", call.name)),
        };
        after(runs, end.into_fun())
    }
}

fn after(runs: Vec<Fun<()>>, end: Fun<bool>) -> Operand<bool> {
    Operand::Code(Box::new(move |cx| {
        for run in &runs {
            run(cx)?;
        }
        end(cx)
    }))
}

impl Args {
    /// The next argument, a pattern.
    pub(super) fn regex(&mut self) -> Pattern {
        match self.next() {
            Code::Regex(p) => p,
            _ => Pattern::Code(Box::new(|cx| cx.fail(0, Cause::Known))),
        }
    }
}
