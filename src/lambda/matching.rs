//! The `match` expressions of topic handlers: lambdas over an event instead of a point.

use crate::data::{Slots, TagsId, Text, Val, World};
use crate::lang::ast::Expr;
use crate::value::Zone;

use super::bind::Env;
use super::cx::{EventFacts, Txt};
use super::funcs;
use super::program::{Extras, Program};
use super::state::State;

/// The levels as `match` knows them.
const LEVELS: &[(&str, i64)] = &[("OK", 0), ("INFO", 1), ("WARNING", 2), ("CRITICAL", 3)];

/// What a `match` looks at.
#[derive(Clone, Copy, Debug)]
pub struct MatchEvent<'a> {
    /// The level differs from the one before of the same ID in the same topic.
    pub changed: bool,
    /// 0 OK, 1 INFO, 2 WARNING, 3 CRITICAL.
    pub level: i64,
    /// Measurement.
    pub name: &'a str,
    /// Task ID.
    pub task: &'a str,
    /// Nanoseconds since the event's ID left OK.
    pub duration: i64,
    /// The event's tags; fields cannot be referred to.
    pub tags: &'a [(String, String)],
}

/// A `match` expression with the memory of its handler.
pub struct MatchProgram {
    program: Program,
    state: State,
    world: World,
    slots: Vec<Val>,
    text: Text,
    now: i64,
}

impl MatchProgram {
    /// Compiles an expression. The error is in Kapacitor's words.
    pub fn new(expr: &Expr) -> Result<MatchProgram, String> {
        let (mut slots, mut world) = (Slots::default(), World::default());
        let extras = Extras { functions: funcs::EVENT, constants: LEVELS, define_time: false };
        let mut program = Program::with(expr, &mut slots, &mut world.symbols, &extras).map_err(|e| e.text)?;
        program.forget_time();
        let state = program.state();
        let slots = vec![Val::Missing; slots.names().len()];
        Ok(MatchProgram { program, state, world, slots, text: Text::default(), now: 0 })
    }

    /// Sets what `now()` gives.
    pub fn set_now(&mut self, now: i64) {
        self.now = now;
    }

    /// Whether the handler wants the event. The error is in Kapacitor's words.
    pub fn test(&mut self, event: &MatchEvent<'_>) -> Result<bool, String> {
        self.text.clear();
        for r in self.program.references() {
            let Some((_, value)) = event.tags.iter().find(|t| t.0 == r.name) else {
                return Err(format!("no tag exists for {}", r.name));
            };
            if let Some(slot) = self.slots.get_mut(r.slot as usize) {
                *slot = Val::Str(self.text.push(value));
            }
        }
        let facts = EventFacts {
            changed: event.changed,
            level: event.level,
            name: Txt::Piece(self.text.push(event.name)),
            task: Txt::Piece(self.text.push(event.task)),
            duration: event.duration,
        };
        let mut env = Env {
            slots: &self.slots,
            text: &mut self.text,
            world: &self.world,
            tags: TagsId::EMPTY,
            time: self.now,
            now: self.now,
            zone: &Zone::utc(),
        };
        let result = self.program.test_event(&mut self.state, &mut env, Some(&facts));
        result.map_err(|failure| self.program.describe(&failure, &env))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang;

    fn program(text: &str) -> Result<MatchProgram, String> {
        MatchProgram::new(&lang::parse_lambda(text).unwrap())
    }

    #[test]
    fn asks_for_facts_and_tags_of_an_event() {
        let tags = [("host".to_owned(), "web1".to_owned()), ("time".to_owned(), "now".to_owned())];
        let event = MatchEvent {
            changed: true,
            level: 2,
            name: "cpu",
            task: "cpu_alert",
            duration: 600_000_000_000,
            tags: &tags,
        };
        for (text, want) in [
            ("changed() == TRUE AND level() >= WARNING", Ok(true)),
            ("changed()", Ok(true)),
            ("level() == CRITICAL", Ok(false)),
            ("name() == 'cpu' AND taskName() =~ /^cpu_/", Ok(true)),
            ("alertDuration() > 10m", Ok(false)),
            ("\"host\" == 'web1' AND \"time\" == 'now'", Ok(true)),
            ("isPresent(\"dc\")", Err("no tag exists for dc")),
            ("level()", Err("TypeGuard: expression returned unexpected type int, expected boolean")),
            (
                "duration() > 1m",
                Err(
                    "Cannot call function \"duration\" with args (), available signatures are [(duration), (int,duration), (float,duration), (string,duration)].",
                ),
            ),
            ("nosuch()", Err("undefined function: \"nosuch\"")),
        ] {
            let got = program(text).unwrap().test(&event);
            assert_eq!(got, want.map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn knows_the_levels_and_no_other_names() {
        assert_eq!(
            program("level() > BAD").err().unwrap(),
            "Failed to handle right node: unknown identifier \"BAD\""
        );
    }

    #[test]
    fn remembers_the_events_before() {
        let mut program = program("count() > 1").unwrap();
        let event = MatchEvent { changed: false, level: 0, name: "", task: "", duration: 0, tags: &[] };
        assert_eq!([program.test(&event), program.test(&event)], [Ok(false), Ok(true)]);
    }
}
