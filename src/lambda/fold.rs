//! Binary expressions outside lambdas: worked out when a script is read, by the rules of lambdas.

use crate::data::{Slots, TagsId, Text, Val, World};
use crate::lang::ast::Expr;
use crate::value::Zone;

use super::bind::Env;
use super::program::{Extras, Program};

/// What an expression without references gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Constant {
    /// 64-bit float.
    Float(f64),
    /// 64-bit signed integer.
    Int(i64),
    /// Text.
    Str(String),
    /// Truth value.
    Bool(bool),
    /// Nanoseconds.
    Duration(i64),
}

/// Works out an expression in an empty scope. The error is in Kapacitor's words.
pub fn fold(expr: &Expr, now: i64) -> Result<Constant, String> {
    let (mut slots, mut world, mut text) = (Slots::default(), World::default(), Text::default());
    let extras = Extras { define_time: true, ..Extras::default() };
    let mut program = Program::with(expr, &mut slots, &mut world.symbols, &extras).map_err(|e| e.text)?;
    let mut state = program.state();
    let mut env = Env {
        slots: &[],
        text: &mut text,
        world: &world,
        tags: TagsId::EMPTY,
        time: now,
        now,
        zone: &Zone::utc(),
    };
    match program.value(&mut state, &mut env) {
        Ok(Val::Float(v)) => Ok(Constant::Float(v)),
        Ok(Val::Int(v)) => Ok(Constant::Int(v)),
        Ok(Val::Bool(v)) => Ok(Constant::Bool(v)),
        Ok(Val::Duration(v)) => Ok(Constant::Duration(v)),
        Ok(Val::Str(r)) => Ok(Constant::Str(text.get(r).to_owned())),
        Ok(Val::Sym(s)) => Ok(Constant::Str(world.symbols.name(s).to_owned())),
        Ok(Val::Missing | Val::Null) => Err(String::new()),
        Err(failure) => Err(program.describe(&failure, &env)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang;

    #[test]
    fn folds_by_the_rules_of_lambdas_in_an_empty_scope() {
        let s = |t: &str| Constant::Str(t.to_owned());
        for (text, want) in [
            ("1 + 2", Ok(Constant::Int(3))),
            ("-7 / 2", Ok(Constant::Int(-3))),
            ("1.0 / 0.0", Ok(Constant::Float(f64::INFINITY))),
            ("10m * 1.5", Ok(Constant::Duration(900_000_000_000))),
            ("1h / 1m", Ok(Constant::Int(60))),
            ("'a' + 'b'", Ok(s("ab"))),
            ("'a' + string(5)", Ok(s("a5"))),
            ("'a' =~ /a/", Ok(Constant::Bool(true))),
            ("unixNano(now()) + 0", Ok(Constant::Int(7))),
            ("1 / 0", Err("runtime error: integer divide by zero")),
            ("\"a\" + 1", Err("name \"a\" is undefined. Names in scope: ")),
            ("\"time\" + 1", Err("name \"time\" is undefined. Names in scope: ")),
            (
                "1 + 2.0",
                Err("mismatched type to binary operator. got int + float. \
                     see bool(), int(), float(), string(), duration()"),
            ),
            ("TRUE > FALSE", Err("invalid comparison operator > for type boolean")),
        ] {
            let got = fold(&lang::parse_lambda(text).unwrap(), 7);
            assert_eq!(got, want.map_err(str::to_owned), "{text}");
        }
    }
}
