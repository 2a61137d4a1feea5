//! Scripts on points in memory, for benchmarks and for the count of allocations.

use std::sync::Arc;

use tickscript::alert::{Event, Judging};
use tickscript::engine::{Engine, Origin, Sink, TaskOptions};
use tickscript::input::line::{LineReader, Next};
use tickscript::input::point::Precision;
use tickscript::input::{Cursor, Scout, Scouted};
use tickscript::pipeline::{BuildOptions, Deadman, Vars};
use tickscript::value::Zone;

/// Counts events, and keeps the rest from being made up.
#[derive(Default)]
pub(crate) struct Count(pub(crate) u64);

impl Sink for Count {
    fn event(&mut self, _: Origin<'_>, _: &str, _: &Arc<Event>) {
        self.0 += 1;
    }

    fn wants_logs(&self) -> bool {
        false
    }

    fn wants_errors(&self) -> bool {
        false
    }
}

/// An engine with a task for each script.
pub(crate) fn engine(scripts: &[&str]) -> Engine {
    let mut engine = Engine::new(Zone::utc(), None);
    add_tasks(&mut engine, scripts);
    engine
}

/// Adds a task for each script: `task0`, `task1`, ..., which read `db`.`rp`.
pub(crate) fn add_tasks<S: AsRef<str>>(engine: &mut Engine, scripts: &[S]) {
    add_judging_tasks(engine, scripts, Judging::Never);
}

/// The same, with alerts that tell what they find.
pub(crate) fn add_judging_tasks<S: AsRef<str>>(engine: &mut Engine, scripts: &[S], judging: Judging) {
    for (i, script) in scripts.iter().enumerate() {
        add_task(engine, format!("task{i}"), script.as_ref(), judging);
    }
}

/// Adds a task of this name, which reads `db`.`rp`.
pub(crate) fn add_task(engine: &mut Engine, name: String, script: &str, judging: Judging) {
    let parsed = tickscript::lang::parse(script);
    let options = BuildOptions {
        task_type: None,
        vars: &Vars::default(),
        nodes: tickscript::nodes::SPECS,
        handlers: tickscript::handlers::SPECS,
        udfs: &[],
        deadman: &Deadman::default(),
        template: false,
        start: true,
        dbrps: &[],
        now: 0,
    };
    let built = tickscript::pipeline::build(script, &parsed.script, &options).expect("a good script");
    let dbrps = vec![("db".to_owned(), "rp".to_owned())];
    let reads = TaskOptions { name, dbrps, judging, ..TaskOptions::default() };
    engine.add_task(&built.graph, reads, &mut |_| unreachable!("no handlers")).expect("a task");
}

/// Plays a text; gives the number of events.
pub(crate) fn play(engine: &mut Engine, text: &str) -> u64 {
    let mut sink = Count::default();
    play_into(engine, text, &mut sink);
    sink.0
}

/// What reads blocks ahead of an engine: it outlives them.
pub(crate) struct Ahead {
    scout: Scout,
    found: Scouted,
}

impl Ahead {
    /// For an engine that has its tasks.
    pub(crate) fn of(engine: &Engine) -> Ahead {
        Ahead { scout: Scout::new(engine.catalog.wants(&engine.world), None), found: Scouted::default() }
    }
}

/// Plays a text that was read ahead; what happens goes to a sink. Gives how many lines cannot be read.
pub(crate) fn play_ahead(engine: &mut Engine, ahead: &mut Ahead, text: &str, sink: &mut dyn Sink) -> usize {
    let source = engine.source("db", "rp");
    let reader = LineReader::new(source, Precision::Nanos, None);
    assert!(ahead.scout.read(text.as_bytes(), Precision::Nanos, &mut ahead.found));
    let (mut at, mut bad) = (Cursor::default(), 0);
    loop {
        let Engine { catalog, world, tape, .. } = engine;
        match reader.next_scouted(text.as_bytes(), &ahead.found, &mut at, catalog, world, tape) {
            Next::Point(point) => engine.push(point, sink),
            Next::Bad(_) => bad += 1,
            Next::End => return bad,
        }
    }
}

/// Plays a text; what happens goes to a sink.
pub(crate) fn play_into(engine: &mut Engine, text: &str, sink: &mut dyn Sink) {
    let source = engine.source("db", "rp");
    let reader = LineReader::new(source, Precision::Nanos, None);
    let mut at = 0;
    loop {
        let Engine { catalog, world, tape, .. } = engine;
        match reader.next(text.as_bytes(), &mut at, catalog, world, tape) {
            Next::Point(point) => engine.push(point, sink),
            Next::Bad(bad) => panic!("{bad:?}"),
            Next::End => return,
        }
    }
}
