//! `if`: a choice between two values. Both are worked out, whichever is chosen.

use crate::value::Type;

use super::{Args, Function, Overload, complain};
use crate::lambda::cx::{Code, Fun, Load, Operand, Pattern};

fn choose<T: Load>(cond: Operand<bool>, a: Operand<T>, b: Operand<T>) -> Operand<T> {
    Operand::Code(pick(cond, a.into_fun(), b.into_fun()))
}

fn pick<T: 'static>(cond: Operand<bool>, a: Fun<T>, b: Fun<T>) -> Fun<T> {
    let cond = cond.into_fun();
    Box::new(move |cx| {
        let chosen = cond(cx)?;
        let a = a(cx)?;
        let b = b(cx)?;
        Ok(if chosen { a } else { b })
    })
}

fn regexes(mut a: Args) -> Code {
    let cond = a.bool();
    let (x, y) = (a.regex().into_fun(), a.regex().into_fun());
    Code::Regex(Pattern::Code(pick(cond, x, y)))
}

macro_rules! overload {
    ($ty:ident, $take:ident) => {
        Overload {
            args: &[Type::Bool, Type::$ty, Type::$ty],
            gives: Type::$ty,
            build: |mut a| {
                let (cond, x, y) = (a.bool(), a.$take(), a.$take());
                Code::$ty(choose(cond, x, y))
            },
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "if",
    doc: "The second argument if the first is true, else the third. Both must have the same type, \
          and both are worked out.",
    example: "if(2 > 1, 'more', 'less')",
    result: "more",
    overloads: &[
        overload!(Float, float),
        overload!(Int, int),
        overload!(Str, str),
        overload!(Bool, bool),
        Overload { args: &[Type::Bool, Type::Regex, Type::Regex], gives: Type::Regex, build: regexes },
        overload!(Time, time),
        overload!(Duration, duration),
    ],
    stateful: false,
    complain: complain::branches,
}];
