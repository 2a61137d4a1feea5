//! Calls without an object: `time(…)`, and those that do not exist.

use super::Builder;
use super::value::{Unbound, Value};
use crate::lang::ast::Expr;
use crate::text::{Diagnostic, suggest};

impl Builder<'_> {
    /// Runs a call that stands alone, as a statement or as an argument; other values stay as they are.
    pub(super) fn run_global(&mut self, value: Value, expr: &Expr) -> Value {
        match value {
            Value::Unbound(call) => self.global(&call, expr),
            other => other,
        }
    }

    fn global(&mut self, unbound: &Unbound, expr: &Expr) -> Value {
        let name = unbound.call.name.as_str();
        if unbound.args.iter().any(|arg| matches!(arg.value, Value::Poison)) {
            return Value::Poison;
        }
        let position = self.position(expr.pos);
        match self.scope.get(name) {
            Some(Value::Time) => self.time(unbound, &position),
            Some(Value::Poison) => Value::Poison,
            Some(value) => {
                let words = value.words();
                let found = Diagnostic::error("E0209", format!("`{name}` is {words}, not a function"));
                let text = format!("{position}error calling func \"{name}\" on obj <nil>: not a function");
                self.report(found.at(unbound.call.name_span).kapacitor(text))
            }
            None => {
                let text = format!("{position}no global function \"{name}\" defined");
                let mut found = Diagnostic::error("E0209", format!("there is no function `{name}` here"))
                    .at(unbound.call.name_span)
                    .kapacitor(text);
                found.hint = Some(self.hint_for_global(name));
                self.report(found)
            }
        }
    }

    fn hint_for_global(&self, name: &str) -> String {
        let node = self.options.nodes.iter().find(|spec| spec.name == name);
        match (node, suggest::nearest(name, self.scope.keys().map(String::as_str))) {
            (Some(_), _) => format!("`{name}` is a node: write it after a `|`, as in `stream|{name}(…)`"),
            (None, Some("time")) => "did you mean `time`?".to_owned(),
            _ => "functions work in lambdas and in expressions with an operator, such as `'' + string(5)`"
                .to_owned(),
        }
    }

    /// `time(length)`, `time(length, offset)`
    fn time(&mut self, unbound: &Unbound, position: &str) -> Value {
        let values: Vec<&Value> = spread(unbound);
        let wrapper = format!("{position}error calling func \"time\" on obj <nil>: ");
        let wrong = |got: &Value, variadic: bool, this: &Self| {
            let ty = this.go_type(got);
            if variadic {
                format!("{wrapper}reflect: cannot use {ty} as type time.Duration in Call")
            } else {
                format!("{wrapper}reflect: Call using {ty} as type time.Duration")
            }
        };
        let text = match values.as_slice() {
            [] => format!("{wrapper}reflect: Call with too few input arguments"),
            [Value::Duration(length)] => return Value::TimeDim { length: *length, offset: 0 },
            [Value::Duration(length), Value::Duration(offset)] => {
                return Value::TimeDim { length: *length, offset: *offset };
            }
            [first, rest @ ..] => match first {
                Value::Duration(_) => match rest.iter().find(|arg| !matches!(arg, Value::Duration(_))) {
                    Some(other) => wrong(other, true, self),
                    None => {
                        format!("{position}time() function expects 1 or 2 args, got {}", values.len())
                    }
                },
                other => wrong(other, false, self),
            },
        };
        let found = Diagnostic::error("E0215", "`time` takes one or two durations: length and offset");
        self.report(found.at(unbound.span).kapacitor(text).hint("write `time(10s)` or `time(10s, 5s)`"))
    }
}

/// The arguments; the items of a list that is the only one.
pub(super) fn spread(unbound: &Unbound) -> Vec<&Value> {
    match unbound.args.as_slice() {
        [only] => match &only.value {
            Value::List(items) => items.iter().collect(),
            value => vec![value],
        },
        args => args.iter().map(|arg| &arg.value).collect(),
    }
}
