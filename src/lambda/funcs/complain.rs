//! What functions say of arguments that no signature check has seen (directly under `!`).

use crate::value::Type;

use super::{Complaint, Function};

fn text(s: String) -> Complaint {
    Complaint::Text(s)
}

/// The type of a value in Go's words.
pub(super) fn go(ty: Type) -> &'static str {
    match ty {
        Type::Missing => "*ast.Missing",
        Type::Float => "float64",
        Type::Int => "int64",
        Type::Str => "string",
        Type::Bool => "bool",
        Type::Duration => "time.Duration",
        Type::Regex => "*regexp.Regexp",
        Type::Time => "time.Time",
        Type::Invalid => "<nil>",
    }
}

fn count_of(f: &Function, n: usize) -> String {
    let words = match n {
        0 => "no arguments",
        1 => "exactly one argument",
        2 => "exactly two arguments",
        3 => "exactly three arguments",
        _ => "exactly four arguments",
    };
    format!("{} expects {words}", f.name)
}

/// One argument, to be converted to something.
fn converts(f: &Function, args: &[Type], to: &str) -> Complaint {
    match args {
        [only] => text(format!("cannot convert {} to {to}", go(*only))),
        _ => text(count_of(f, 1)),
    }
}

pub(super) fn to_bool(f: &Function, args: &[Type]) -> Complaint {
    converts(f, args, "boolean")
}

pub(super) fn to_int(f: &Function, args: &[Type]) -> Complaint {
    converts(f, args, "integer")
}

pub(super) fn to_float(f: &Function, args: &[Type]) -> Complaint {
    converts(f, args, "float")
}

pub(super) fn to_string(f: &Function, args: &[Type]) -> Complaint {
    converts(f, args, "string")
}

pub(super) fn to_time(f: &Function, args: &[Type]) -> Complaint {
    converts(f, args, "time.Time")
}

pub(super) fn to_bytes(f: &Function, args: &[Type]) -> Complaint {
    converts(f, args, "humanBytes")
}

pub(super) fn to_duration(f: &Function, args: &[Type]) -> Complaint {
    match args {
        [first, _] => text(format!("cannot convert {} to duration", go(*first))),
        _ => text(count_of(f, 2)),
    }
}

/// A number of arguments of the types of the first signature.
pub(super) fn of_signature(f: &Function, args: &[Type]) -> Complaint {
    let wanted = f.overloads.first().map_or(&[][..], |o| o.args);
    if args.len() != wanted.len() {
        return text(count_of(f, wanted.len()));
    }
    let wrong = wanted.iter().zip(args).position(|(w, a)| w != a).unwrap_or(0);
    let (Some(wanted), Some(actual)) = (wanted.get(wrong), args.get(wrong)) else {
        return text(count_of(f, 0));
    };
    let (actual, wanted) = (go(*actual), go(*wanted));
    let place = ["first", "second", "third", "fourth"].get(wrong).copied().unwrap_or("fifth");
    text(match args.len() {
        1 => format!("cannot pass {actual} to {}, must be {wanted}", f.name),
        _ => format!("cannot pass {actual} as {place} arg to {}, must be {wanted}", f.name),
    })
}

/// `if`
pub(super) fn branches(f: &Function, args: &[Type]) -> Complaint {
    match args {
        [Type::Bool, a, b] => text(format!(
            "Different return types are not supported - second argument is {} and third argument is {}",
            go(*a),
            go(*b)
        )),
        [cond, _, _] => {
            text(format!("first argument to if must be a condition with type of bool - got {}", go(*cond)))
        }
        _ => text(count_of(f, 3)),
    }
}

/// `isPresent` takes anything, once.
pub(super) fn presence(_: &Function, args: &[Type]) -> Complaint {
    match args {
        [only] => Complaint::None(*only != Type::Missing),
        _ => text("isMissing expects exactly one argument".to_owned()),
    }
}

/// `rand` takes nothing or an integer.
pub(super) fn bound(f: &Function, args: &[Type]) -> Complaint {
    match args {
        [only] => text(format!("cannot pass {} to {}, must be int64", go(*only), f.name)),
        _ => text(count_of(f, 1)),
    }
}
