//! Compiled expressions inside others: with a memory of their own, or run for their effects alone.

use std::sync::Arc;

use super::cx::{Code, Fun, Load, Operand, Pattern};

/// Runs an operand with the memory of a nested lambda in place of the expression's.
pub(super) fn own_memory<T: Load>(state: usize, operand: Operand<T>) -> Operand<T> {
    let Operand::Code(f) = operand else { return operand };
    Operand::Code(swapped(state, f))
}

fn swapped<T: 'static>(state: usize, f: Fun<T>) -> Fun<T> {
    Box::new(move |cx| {
        if let Some(own) = cx.nested.get_mut(state) {
            std::mem::swap(cx.state, own);
        }
        let out = f(cx);
        if let Some(own) = cx.nested.get_mut(state) {
            std::mem::swap(cx.state, own);
        }
        out
    })
}

pub(super) fn within(state: usize, code: Code) -> Code {
    match code {
        Code::Bool(o) => Code::Bool(own_memory(state, o)),
        Code::Int(o) => Code::Int(own_memory(state, o)),
        Code::Float(o) => Code::Float(own_memory(state, o)),
        Code::Str(o) => Code::Str(own_memory(state, o)),
        Code::Duration(o) => Code::Duration(own_memory(state, o)),
        Code::Time(o) => Code::Time(own_memory(state, o)),
        Code::Regex(Pattern::Code(f)) => Code::Regex(Pattern::Code(swapped(state, f))),
        other => other,
    }
}

/// Evaluates and forgets.
pub(super) fn run(code: Code) -> Fun<()> {
    fn of<T: Load>(o: Operand<T>) -> Fun<()> {
        match o {
            Operand::Code(f) => Box::new(move |cx| f(cx).map(|_| ())),
            _ => Box::new(|_| Ok(())),
        }
    }
    match code {
        Code::Bool(o) => of(o),
        Code::Int(o) => of(o),
        Code::Float(o) => of(o),
        Code::Str(o) => of(o),
        Code::Duration(o) => of(o),
        Code::Time(o) => of(o),
        Code::Regex(Pattern::Code(f)) => Box::new(move |cx| f(cx).map(|_| ())),
        Code::Regex(Pattern::Const(_)) | Code::Missing => Box::new(|_| Ok(())),
    }
}

/// A second handle on an operand, to run it for its effects alone.
pub(super) fn share(code: &mut Code) -> Fun<()> {
    fn fun<T: 'static>(f: Fun<T>) -> (Fun<T>, Fun<()>) {
        let f = Arc::new(f);
        let g = f.clone();
        (Box::new(move |cx| f(cx)), Box::new(move |cx| g(cx).map(|_| ())))
    }
    fn of<T: 'static>(o: Operand<T>, into: fn(Operand<T>) -> Code) -> (Code, Fun<()>) {
        match o {
            Operand::Code(f) => {
                let (f, g) = fun(f);
                (into(Operand::Code(f)), g)
            }
            other => (into(other), Box::new(|_| Ok(()))),
        }
    }
    let (shared, run): (Code, Fun<()>) = match std::mem::replace(code, Code::Missing) {
        Code::Bool(o) => of(o, Code::Bool),
        Code::Int(o) => of(o, Code::Int),
        Code::Float(o) => of(o, Code::Float),
        Code::Str(o) => of(o, Code::Str),
        Code::Duration(o) => of(o, Code::Duration),
        Code::Time(o) => of(o, Code::Time),
        Code::Regex(Pattern::Code(f)) => {
            let (f, g) = fun(f);
            (Code::Regex(Pattern::Code(f)), g)
        }
        other => (other, Box::new(|_| Ok(()))),
    };
    *code = shared;
    run
}
