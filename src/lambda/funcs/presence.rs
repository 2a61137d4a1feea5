//! `isPresent`: whether a point has a field or tag. What is known of the types answers it.

use crate::value::Type;

use super::{Args, Function, Overload, complain};
use crate::lambda::cx::{Code, Operand};
use crate::lambda::wrap;

/// The argument is evaluated all the same: it may count, and it may fail.
fn present(mut a: Args) -> Code {
    let run = wrap::run(a.next());
    Code::Bool(Operand::Code(Box::new(move |cx| run(cx).map(|()| true))))
}

const fn overload(args: &'static [Type]) -> Overload {
    Overload { args, gives: Type::Bool, build: present }
}

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "isPresent",
    doc: "Whether the point has the field or tag.",
    example: "isPresent(\"usage_idle\")",
    result: "false",
    overloads: &[
        Overload { args: &[Type::Missing], gives: Type::Bool, build: |_| Code::Bool(Operand::Const(false)) },
        overload(&[Type::Bool]),
        overload(&[Type::Str]),
        overload(&[Type::Int]),
        overload(&[Type::Float]),
    ],
    stateful: false,
    complain: complain::presence,
}];
