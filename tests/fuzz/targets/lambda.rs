//! Any lambda on points of any types: answers or refuses, the same way when asked again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tickscript::data::{Slots, TagsId, Text, Val, World};
use tickscript::lambda::{Env, Program};
use tickscript::value::Zone;

/// Values that a slot takes in turn, so that operand types change under a compiled expression.
fn values(text: &mut Text) -> [Val; 7] {
    [
        Val::Float(1.5),
        Val::Int(i64::MIN),
        Val::Bool(true),
        Val::Str(text.push("a,é=\"1\"")),
        Val::Missing,
        Val::Duration(-1),
        Val::Float(f64::NAN),
    ]
}

fn outcomes(source: &str) -> Vec<String> {
    let Ok(expr) = tickscript::lang::parse_lambda(source) else { return Vec::new() };
    let (mut slots, mut world) = (Slots::default(), World::default());
    let Ok(mut program) = Program::new(&expr, &mut slots, &mut world.symbols) else { return Vec::new() };
    let (mut state, mut text, zone) = (program.state(), Text::default(), Zone::utc());
    let mut seen = Vec::new();
    for turn in 0..12usize {
        text.clear();
        let values = values(&mut text);
        let row: Vec<Val> =
            (0..slots.names().len()).map(|i| values[(turn * (i + 1) + i) % values.len()]).collect();
        let mut env = Env {
            slots: &row,
            text: &mut text,
            world: &world,
            tags: TagsId::EMPTY,
            time: turn as i64 * 1_000_000_007,
            now: i64::MAX,
            zone: &zone,
        };
        let outcome = if turn % 2 == 0 {
            program.test(&mut state, &mut env).map(|b| b.to_string())
        } else {
            program.value(&mut state, &mut env).map(|v| format!("{v:?}"))
        };
        seen.push(outcome.unwrap_or_else(|failure| program.describe(&failure, &env)));
    }
    seen
}

fuzz_target!(|source: &str| {
    assert_eq!(outcomes(source), outcomes(source));
});
