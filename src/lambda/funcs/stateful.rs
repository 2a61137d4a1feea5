//! Functions that remember earlier points. An expression has one memory for each of them, however
//! often it calls it.

use crate::value::Type;

use super::{Function, Overload, complain};
use crate::lambda::cx::{Code, Operand};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "count",
        doc: "How often the expression has called it for this group, this call included.",
        example: "count()",
        result: "1",
        overloads: &[Overload {
            args: &[],
            gives: Type::Int,
            build: |_| {
                Code::Int(Operand::Code(Box::new(|cx| {
                    let count = &mut cx.state.memory().count;
                    *count = count.wrapping_add(1);
                    Ok(*count)
                })))
            },
        }],
        stateful: true,
        complain: complain::of_signature,
    },
    Function {
        name: "sigma",
        doc: "How many standard deviations the value lies from the mean of all values so far, itself included.",
        example: "sigma(5.0)",
        result: "0",
        overloads: &[Overload {
            args: &[Type::Float],
            gives: Type::Float,
            build: |mut a| Code::Float(a.float().map(|cx, x| Ok(cx.state.memory().sigma.next(x)))),
        }],
        stateful: true,
        complain: complain::of_signature,
    },
    Function {
        name: "spread",
        doc: "The greatest value so far less the least.",
        example: "spread(5.0)",
        result: "0",
        overloads: &[Overload {
            args: &[Type::Float],
            gives: Type::Float,
            build: |mut a| Code::Float(a.float().map(|cx, x| Ok(cx.state.memory().spread.next(x)))),
        }],
        stateful: true,
        complain: complain::of_signature,
    },
    Function {
        name: "rand",
        doc: "A random integer, 0 or more and below the argument if there is one. \
              The sequence is the same in every run.",
        example: "rand(1)",
        result: "0",
        overloads: &[
            Overload {
                args: &[],
                gives: Type::Int,
                build: |_| Code::Int(Operand::Code(Box::new(|cx| Ok(cx.state.memory().rand.any())))),
            },
            Overload {
                args: &[Type::Int],
                gives: Type::Int,
                build: |mut a| Code::Int(a.int().map(|cx, n| Ok(cx.state.memory().rand.below(n)))),
            },
        ],
        stateful: true,
        complain: complain::bound,
    },
];
