//! Tasks may come and go while points flow: those that stay do not notice, and those that come do what they do in an
//! engine of their own.

use std::fmt::Write;
use std::sync::Arc;

use tickscript::alert::{Event, Judging, NodeCounters};
use tickscript::engine::{Engine, Origin, Sink};
use tickscript::value::Zone;

use super::harness::{add_task, play_into};

/// Scripts of all kinds: with and without sentries, windows, clocks, joins and fields of their own.
const SCRIPTS: [&str; 10] = [
    "stream|from().measurement('m').groupBy('host')|alert().crit(lambda: \"v\" > 90.0).stateChangesOnly()",
    "stream|from().measurement('m')|alert().crit(lambda: \"v\" > 90.0)",
    "stream|from().measurement('m').where(lambda: \"w\" > 50.0)|alert().warn(lambda: \"v\" > 20.0).flapping(0.2, 0.5)",
    "stream|from().measurement('m').groupBy('host')|window().period(1m).every(20s)|mean('v')|alert().crit(lambda: \"mean\" > 30.0)",
    "stream|from().groupBy(*)|stateDuration(lambda: \"x\" > 1.0).unit(1s)|alert().crit(lambda: \"state_duration\" > 10)",
    "var m = stream|from().measurement('m').groupBy('host')\nvar n = stream|from().measurement('n').groupBy('host')\nm|join(n).as('m', 'n').tolerance(5s)|alert().info(lambda: \"m.v\" > \"n.x\")",
    "stream|from().measurement('n')|deadman(1.0, 30s)|log()",
    "stream|stats(15s)|alert().crit(lambda: \"emitted\" < 100)",
    "stream|from().measurement('n').groupBy('host')|eval(lambda: \"x\" + \"y\").as('z').keep()|alert().warn(lambda: sigma(\"z\") > 1.0).message('{{ .Fields }}')",
    "stream|from().measurement('m')|barrier().idle(10s)|groupBy('host')|alert().crit(lambda: \"w\" > 89.0).inhibit('other', 'host').category('c')",
];

/// What is told of each task.
#[derive(Default)]
struct Record(Vec<(String, String)>);

impl Record {
    fn of(&self, task: &str) -> Vec<&str> {
        self.0.iter().filter(|(name, _)| name == task).map(|(_, line)| &**line).collect()
    }

    fn counters(&mut self, engine: &mut Engine, task: &str) {
        for NodeCounters { node, counters, .. } in engine.stats(task) {
            self.0.push((task.to_owned(), format!("{node} {counters:?}")));
        }
    }
}

impl Sink for Record {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        let Event { id, message, time, duration, level, previous, point, .. } = &**event;
        let topic = topic.replace(origin.task, "");
        let line = format!(
            "{} {topic} {id} {message} {time} {duration} {level:?}<{previous:?} {:?}",
            origin.node, point.fields
        );
        self.0.push((origin.task.to_owned(), line.replace(origin.task, "")));
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        self.0.push((origin.task.to_owned(), format!("{} {message} {error}", origin.node)));
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A part of the input: of two measurements, one of which is silent for a while, with fields that begin late.
fn part(number: u64, dice: &mut Dice) -> String {
    let mut out = String::new();
    for i in 0..100 {
        let (host, second) = (dice.roll(4), number * 100 + i);
        match dice.roll(3) {
            0 if number % 5 != 3 => {
                let y = if number > 2 { format!(",y={}", dice.roll(9)) } else { String::new() };
                writeln!(out, "n,host=h{host} x={}{y} {second}000000000", dice.roll(60))
            }
            _ => writeln!(out, "m,host=h{host} v={}.5,w={} {second}000000000", dice.roll(100), dice.roll(95)),
        }
        .expect("a text");
    }
    out
}

fn parts(seed: u64) -> Vec<String> {
    let mut dice = Dice(seed);
    (0..16).map(|number| part(number, &mut dice)).collect()
}

/// The time of the first point of a part.
fn begin(part: u64) -> i64 {
    part as i64 * 100_000_000_000
}

/// What is told of a task that is alone, and gets these parts.
fn alone(script: &str, parts: &[String]) -> Record {
    let (mut engine, mut record) = (Engine::new(Zone::utc(), None), Record::default());
    add_task(&mut engine, "x".to_owned(), script, Judging::Never);
    parts.iter().for_each(|part| play_into(&mut engine, part, &mut record));
    record.counters(&mut engine, "x");
    record
}

fn same(script: &str, got: &Record, want: &Record) {
    let (got, want) = (got.of("x"), want.of("x"));
    assert!(want.len() > 10, "{script} tells nothing");
    for (got, want) in got.iter().zip(&want) {
        assert_eq!(got, want, "{script}");
    }
    assert_eq!(got.len(), want.len(), "{script}");
}

#[test]
fn those_who_stay_do_not_notice_who_comes_and_goes() {
    let parts = parts(11);
    for (at, script) in SCRIPTS.iter().enumerate() {
        let mut dice = Dice(at as u64);
        let (mut engine, mut record) = (Engine::new(Zone::utc(), None), Record::default());
        add_task(&mut engine, "x".to_owned(), script, Judging::Never);
        for part in &parts {
            play_into(&mut engine, part, &mut record);
            for _ in 0..4 {
                let other = dice.roll(SCRIPTS.len() as u64) as usize;
                let name = format!("other{other}");
                if engine.has_task(&name) {
                    engine.remove_task(&name, &mut record);
                    assert!(!engine.has_task(&name));
                } else {
                    add_task(&mut engine, name, SCRIPTS[other], Judging::Never);
                    engine.start_new(&mut record);
                }
            }
        }
        record.counters(&mut engine, "x");
        let want = alone(script, &parts);
        same(script, &record, &want);
    }
}

#[test]
fn those_who_come_late_do_what_they_do_alone() {
    let parts = parts(23);
    for script in SCRIPTS {
        let (mut engine, mut record) = (Engine::new(Zone::utc(), None), Record::default());
        for (i, other) in SCRIPTS.iter().enumerate() {
            add_task(&mut engine, format!("other{i}"), other, Judging::Never);
        }
        for (number, part) in parts.iter().enumerate() {
            match number {
                // It had been there before, and leaves nothing behind.
                3 => add_task(&mut engine, "x".to_owned(), script, Judging::Never),
                7 => drop(engine.remove_task("x", &mut record)),
                9 => {
                    record.0.clear();
                    engine.advance(begin(9), &mut record);
                    add_task(&mut engine, "x".to_owned(), script, Judging::Never);
                    engine.start_new(&mut record);
                }
                _ => {}
            }
            engine.start_new(&mut record);
            play_into(&mut engine, part, &mut record);
        }
        record.counters(&mut engine, "x");
        let want = alone(script, &parts[9..]);
        same(script, &record, &want);
    }
}
