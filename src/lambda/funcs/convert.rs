//! Conversions between types: the only way to mix integers, floats, strings and durations.

use crate::value::number::{self, ParseNumError};
use crate::value::{Type, duration};

use super::{Args, Function, Overload, complain};
use crate::lambda::cx::{Code, Cx, Load, Nanos, Operand, Out, Txt, fuse};
use crate::lambda::failure::Cause;
use crate::lambda::operators::to_int;

fn same(mut a: Args) -> Code {
    a.next()
}

fn bool_of_text(mut a: Args) -> Code {
    let site = a.site;
    Code::Bool(a.str().map(move |cx, s| match cx.str(s) {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => cx.fail(site, Cause::BoolText(s)),
    }))
}

fn bool_of_int(mut a: Args) -> Code {
    let site = a.site;
    Code::Bool(a.int().map(move |cx, v| match v {
        0 => Ok(false),
        1 => Ok(true),
        v => cx.fail(site, Cause::BoolInt(v)),
    }))
}

fn bool_of_float(mut a: Args) -> Code {
    let site = a.site;
    Code::Bool(a.float().map(move |cx, v| match v {
        0.0 => Ok(false),
        1.0 => Ok(true),
        v => cx.fail(site, Cause::BoolFloat(v)),
    }))
}

fn out_of_range(e: &ParseNumError) -> bool {
    matches!(e, ParseNumError::OutOfRange { .. })
}

fn int_of_text(mut a: Args) -> Code {
    let site = a.site;
    Code::Int(a.str().map(move |cx, text| match number::parse_int(cx.str(text)) {
        Ok(v) => Ok(v),
        Err(e) => cx.fail(site, Cause::IntText { text, range: out_of_range(&e) }),
    }))
}

fn float_of_text(mut a: Args) -> Code {
    let site = a.site;
    Code::Float(a.str().map(move |cx, text| match number::parse_float(cx.str(text)) {
        Ok(v) => Ok(v),
        Err(e) => cx.fail(site, Cause::FloatText { text, range: out_of_range(&e) }),
    }))
}

fn duration_of_text(cx: &mut Cx<'_>, text: Txt, site: u32) -> Out<Nanos> {
    match duration::parse_influx(cx.str(text)) {
        Ok(v) => Ok(Nanos(v)),
        Err(_) => cx.fail(site, Cause::DurationText(text)),
    }
}

fn text<T: Load>(operand: Operand<T>, write: fn(&mut String, T)) -> Code {
    Code::Str(operand.map(move |cx, v| Ok(cx.make(|_, out| write(out, v)))))
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "bool",
        doc: "Converts to a truth value: the numbers 0 and 1, and the strings that Go's ParseBool takes.",
        example: "bool('true')",
        result: "true",
        overloads: &[
            Overload { args: &[Type::Bool], gives: Type::Bool, build: same },
            Overload { args: &[Type::Str], gives: Type::Bool, build: bool_of_text },
            Overload { args: &[Type::Int], gives: Type::Bool, build: bool_of_int },
            Overload { args: &[Type::Float], gives: Type::Bool, build: bool_of_float },
        ],
        stateful: false,
        complain: complain::to_bool,
    },
    Function {
        name: "int",
        doc: "Converts to an integer; floats lose their fraction. Divide durations by a unit instead.",
        example: "int(2.9)",
        result: "2",
        overloads: &[
            Overload {
                args: &[Type::Bool],
                gives: Type::Int,
                build: |mut a| Code::Int(a.bool().map(|_, v| Ok(i64::from(v)))),
            },
            Overload { args: &[Type::Str], gives: Type::Int, build: int_of_text },
            Overload { args: &[Type::Int], gives: Type::Int, build: same },
            Overload {
                args: &[Type::Float],
                gives: Type::Int,
                build: |mut a| Code::Int(a.float().map(|_, v| Ok(to_int(v)))),
            },
        ],
        stateful: false,
        complain: complain::to_int,
    },
    Function {
        name: "float",
        doc: "Converts to a float.",
        example: "float('1.5')",
        result: "1.5",
        overloads: &[
            Overload {
                args: &[Type::Bool],
                gives: Type::Float,
                build: |mut a| Code::Float(a.bool().map(|_, v| Ok(f64::from(u8::from(v))))),
            },
            Overload { args: &[Type::Str], gives: Type::Float, build: float_of_text },
            Overload {
                args: &[Type::Int],
                gives: Type::Float,
                build: |mut a| Code::Float(a.int().map(|_, v| Ok(v as f64))),
            },
            Overload { args: &[Type::Float], gives: Type::Float, build: same },
        ],
        stateful: false,
        complain: complain::to_float,
    },
    Function {
        name: "string",
        doc: "Converts to a string; floats without an exponent, durations in their largest exact unit.",
        example: "string(90m)",
        result: "90m",
        overloads: &[
            Overload {
                args: &[Type::Bool],
                gives: Type::Str,
                build: |mut a| text(a.bool(), |out, v| out.push_str(if v { "true" } else { "false" })),
            },
            Overload { args: &[Type::Str], gives: Type::Str, build: same },
            Overload { args: &[Type::Int], gives: Type::Str, build: |mut a| text(a.int(), number::push_int) },
            Overload {
                args: &[Type::Float],
                gives: Type::Str,
                build: |mut a| text(a.float(), number::push_float),
            },
            Overload {
                args: &[Type::Duration],
                gives: Type::Str,
                build: |mut a| text(a.duration(), |out, v| duration::push_influx(out, v.0)),
            },
        ],
        stateful: false,
        complain: complain::to_string,
    },
    Function {
        name: "duration",
        doc: "Makes a duration of a number and a unit, or of a string such as '1h30m', whose unit is ignored.",
        example: "duration(1.5, 1h)",
        result: "1h30m0s",
        overloads: &[
            Overload { args: &[Type::Duration], gives: Type::Duration, build: same },
            Overload {
                args: &[Type::Int, Type::Duration],
                gives: Type::Duration,
                build: |mut a| {
                    let (n, unit) = (a.int(), a.duration());
                    Code::Duration(fuse(n, unit, |_, n: i64, unit: Nanos| Ok(Nanos(n.wrapping_mul(unit.0)))))
                },
            },
            Overload {
                args: &[Type::Float, Type::Duration],
                gives: Type::Duration,
                build: |mut a| {
                    let (n, unit) = (a.float(), a.duration());
                    Code::Duration(fuse(n, unit, |_, n: f64, u: Nanos| Ok(Nanos(to_int(n * u.0 as f64)))))
                },
            },
            Overload {
                args: &[Type::Str, Type::Duration],
                gives: Type::Duration,
                build: |mut a| {
                    let site = a.site;
                    let (s, unit) = (a.str(), a.duration());
                    Code::Duration(fuse(s, unit, move |cx, s, _| duration_of_text(cx, s, site)))
                },
            },
        ],
        stateful: false,
        complain: complain::to_duration,
    },
];
