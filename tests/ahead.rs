//! Whoever reads the lines, the engine's thread or another ahead of it: a run tells the same.

use std::fmt::Write;
use std::sync::Arc;

use tickscript::alert::Event;
use tickscript::engine::{Engine, NodeCounters, Origin, Sink};
use tickscript::input::line::{LineReader, Next};
use tickscript::input::point::Precision;

use super::generate::{self, Profile};
use super::harness::{Ahead, engine, play_ahead};

/// Rules of the benchmarks, each with its input.
const RULES: [(&str, Profile); 11] = [
    ("r1", Profile::Cpu),
    ("r1", Profile::Mixed),
    ("r2", Profile::CpuShuffled),
    ("r3", Profile::Cpu),
    ("r4", Profile::Cpu),
    ("r4", Profile::Mixed),
    ("r5", Profile::Pair),
    ("r6", Profile::CpuShuffled),
    ("w1", Profile::Wide),
    ("w2", Profile::Wide),
    ("w3", Profile::Wide),
];

/// Lines that are no points, or not of the usual kind.
const ODD: [&str; 7] = [
    "cpu,cpu=cpu0,host=web-000.eu-west-1.example.com usage_idle=",
    "cpu,cpu=cpu1,host=web-000.eu-west-1.example.com usage_idle=1e0,other=\"two\nlines\" 1700000000000000000",
    "cpu,cpu=cpu1,host=web-000.eu-west-1.example.com usage_user=3,other=\"open 1700000000000000000",
    "requests,dc=nowhere value=123456789012345678901234567890123456789 1700000000000000000",
    "requests,dc=nowhere,instance=i-0 value=5,value=7 1700000000000000000",
    "nonsense",
    "# cpu usage_idle=1",
];

/// Writes down all that a run tells.
#[derive(Default)]
struct Record(String);

impl Sink for Record {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        writeln!(self.0, "{origin:?} {topic} {event:?}").expect("a text takes all");
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        writeln!(self.0, "{origin:?} {message}: {error}").expect("a text takes all");
    }

    fn counters(&mut self, task: &str, NodeCounters { node, counters, .. }: &NodeCounters) {
        writeln!(self.0, "{task} {node} {counters:?}").expect("a text takes all");
    }
}

/// Blocks of an input, some with damage in them.
fn blocks(profile: Profile) -> Vec<String> {
    let mut text = String::new();
    generate::generate(profile, 4000, 7, |part| text.push_str(part));
    let lines: Vec<&str> = text.lines().collect();
    let block = |(i, lines): (usize, &[&str])| {
        let mut block = lines.join("\n") + "\n";
        if i % 2 == 1 {
            block = format!("{}\n{block}{}\n", ODD[i % ODD.len()], ODD[i / 2 % ODD.len()]);
        }
        block
    };
    lines.chunks(150).enumerate().map(block).collect()
}

fn plain(engine: &mut Engine, text: &str, sink: &mut dyn Sink) -> usize {
    let reader = LineReader::new(engine.source("db", "rp"), Precision::Nanos, None);
    let (mut at, mut bad) = (0, 0);
    loop {
        let Engine { catalog, world, tape, .. } = engine;
        match reader.next(text.as_bytes(), &mut at, catalog, world, tape) {
            Next::Point(point) => engine.push(point, sink),
            Next::Bad(_) => bad += 1,
            Next::End => return bad,
        }
    }
}

fn run(rule: &str, blocks: &[String], is_ahead: impl Fn(usize) -> bool) -> String {
    let path = format!("{}/tests/bench/rules/{rule}.tick", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(path).expect("a rule");
    let (mut engine, mut record) = (engine(&[&script]), Record::default());
    let mut ahead = Ahead::of(&engine);
    for (i, block) in blocks.iter().enumerate() {
        let bad = match is_ahead(i) {
            true => play_ahead(&mut engine, &mut ahead, block, &mut record),
            false => plain(&mut engine, block, &mut record),
        };
        writeln!(record.0, "{bad} lines cannot be read").expect("a text takes all");
    }
    engine.finish(&mut record);
    record.0
}

#[test]
fn a_run_tells_the_same_whoever_reads() {
    for (rule, profile) in RULES {
        let blocks = blocks(profile);
        let want = run(rule, &blocks, |_| false);
        assert!(want.contains(" 1 lines") || want.contains("\n1 lines"), "{rule}: some lines are bad");
        for (what, first, step) in [("all", 0, 1), ("every other", 1, 2), ("the first not", 6, 1)] {
            let is_ahead = |i: usize| i >= first && (i - first).is_multiple_of(step);
            assert!(run(rule, &blocks, is_ahead) == want, "{rule} on {profile:?}, {what} read ahead");
        }
    }
}
