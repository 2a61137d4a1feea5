//! Snapshots that must be refused are, and in words; damage never goes further than an error.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{FORMAT, MAGIC, Unfit, What, seal};
use crate::alert::Sink;
use crate::engine::{Engine, TaskOptions};
use crate::handlers;
use crate::input::line::{LineReader, Next};
use crate::input::point::Precision;
use crate::lang;
use crate::nodes::SPECS;
use crate::pipeline::{BuildOptions, Deadman, Vars, build};
use crate::value::Zone;

struct Silent;

impl Sink for Silent {}

const SCRIPT: &str = "var a = stream|from().measurement('m').groupBy('host')\n\
    a|window().period(10s).every(3s)|mean('v').as('v')|alert().crit(lambda: sigma(\"v\") > 1.0).flapping(0.2, 0.5)\n\
    a|barrier().period(4s)|window().period(5s).every(5s)|top(2, 'v')|log()\n\
    a|join(stream|from().measurement('n').groupBy('host')).as('a', 'b').tolerance(2s)|changeDetect('a.v')|httpOut('x')\n\
    a|movingAverage('v', 3)|stats(2s)|log()";

fn engine(script: &str) -> Engine {
    let mut engine = Engine::new(Zone::utc(), None);
    let parsed = lang::parse(script);
    let how = BuildOptions {
        task_type: None,
        vars: &Vars::default(),
        nodes: SPECS,
        handlers: handlers::SPECS,
        udfs: &[],
        deadman: &Deadman::default(),
        template: false,
        start: true,
        dbrps: &[],
        now: 0,
    };
    let graph = build(script, &parsed.script, &how).expect("a script").graph;
    let dbrps = vec![("db".to_owned(), "rp".to_owned())];
    let options = TaskOptions { name: "t".to_owned(), dbrps, ..TaskOptions::default() };
    engine.add_task(&graph, options, &mut |_| unreachable!("no handlers")).expect("a task");
    engine
}

fn play(engine: &mut Engine, from: i64, to: i64) {
    let line = |t: i64| {
        let name = if t % 3 == 0 { "n" } else { "m" };
        format!("{name},host=h{} v={},text=\"x{t}\" {}\n", t % 2, t * t % 17, t * 1_000_000_000)
    };
    let lines: String = (from..to).map(line).collect();
    let reader = LineReader::new(engine.source("db", "rp"), Precision::Nanos, None);
    let mut at = 0;
    loop {
        let Engine { catalog, world, tape, .. } = &mut *engine;
        match reader.next(lines.as_bytes(), &mut at, catalog, world, tape) {
            Next::Point(point) => engine.push(point, &mut Silent),
            Next::Bad(bad) => panic!("{bad:?}"),
            Next::End => return,
        }
    }
}

fn snapshot() -> Vec<u8> {
    let mut engine = engine(SCRIPT);
    play(&mut engine, 0, 40);
    engine.save_task("t").expect("a task")
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let whole = snapshot();
    assert_eq!(engine(SCRIPT).load_task("t", &whole), Ok(()));
    let words = |script: &str, task: &str, bytes: &[u8]| {
        engine(script).load_task(task, bytes).expect_err("it does not fit").to_string()
    };
    assert_eq!(words(SCRIPT, "u", &whole), "there is no task `u`");
    let other = SCRIPT.replace("period(10s)", "period(11s)");
    let text = "the snapshot is of another version of the script: `window2` was another";
    assert_eq!(words(&other, "t", &whole), text);
    let told = SCRIPT.replace(".flapping", ".message('x').flapping");
    assert_eq!(engine(&told).load_task("t", &whole), Ok(()), "texts are not remembered");
    let mut newer = whole.clone();
    newer[MAGIC.len()] = FORMAT + 1;
    assert_eq!(words(SCRIPT, "t", &newer), "the snapshot has format 2, and this version reads format 1");
    for damaged in [&whole[..whole.len() - 1], &whole[1..], b"", &engine(SCRIPT).save_topics()] {
        assert_eq!(engine(SCRIPT).load_task("t", damaged), Err(Unfit::Damaged));
    }
    assert_eq!(engine(SCRIPT).load_topics(&whole), Err(Unfit::Damaged));
}

#[test]
fn the_same_state_is_the_same_bytes() {
    let (mut whole, mut parts) = (engine(SCRIPT), engine(SCRIPT));
    play(&mut whole, 0, 40);
    play(&mut parts, 0, 21);
    let half = parts.save_task("t").expect("a task");
    let mut parts = engine(SCRIPT);
    parts.load_task("t", &half).expect("its own");
    play(&mut parts, 21, 40);
    let stats = |engine: &mut Engine| format!("{:?}", engine.stats("t"));
    assert_eq!(stats(&mut parts), stats(&mut whole));
    assert_eq!(parts.save_task("t"), whole.save_task("t"));
}

proptest! {
    /// Bytes that deceive the sum too.
    #[test]
    fn damage_is_no_panic(
        cut in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), 1..=u8::MAX), 0..4),
    ) {
        let whole = snapshot();
        let mut body = whole[MAGIC.len() + 6..].to_vec();
        if flips.is_empty() {
            body.truncate(cut.index(body.len()));
        }
        for (at, with) in &flips {
            let at = at.index(body.len());
            body[at] ^= with;
        }
        let loaded = engine(SCRIPT).load_task("t", &seal(What::Task, &body));
        prop_assert!(loaded.is_err() || !flips.is_empty(), "a part is not the whole");
    }
}
