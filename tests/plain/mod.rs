//! The laws of whole runs, for scripts that are made up: the ways in which the engine saves work change nothing of
//! what it does. Scripts are played with and without them, twice, in pieces, alone and among others, and the traces
//! are the same to the byte.

mod data;
mod found;
mod lambda;
mod script;

use std::cell::{Cell, RefCell};
use std::io::{self, Cursor, Write};
use std::rc::Rc;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tickscript::engine::{Engine, TaskOptions, Ticks};
use tickscript::input::line::{LineReader, Next};
use tickscript::input::point::Precision;
use tickscript::input::{Blocks, BoxedBlocks, LineBlocks, Sorted};
use tickscript::pipeline::{BuildOptions, Deadman, Vars};
use tickscript::trace::TraceWriter;
use tickscript::value::Zone;

/// Of a hundred scripts at least so many have to run, or the laws say little.
const RUN: u32 = 70;

/// Where a trace goes that is read afterwards.
#[derive(Clone, Default)]
struct Text(Rc<RefCell<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How scripts are played.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// With all shortcuts, as usual.
    Fast,
    /// Without any.
    Plain,
    /// With somebody who looks at what flows out of every node.
    Watched,
    /// With the time of every node measured.
    Measured,
}

/// Adds a task; whether the script is one.
fn add(engine: &mut Engine, name: &str, script: &str, way: Way) -> Result<(), String> {
    let script = script.replace("TASK", name);
    let parsed = tickscript::lang::parse(&script);
    assert!(parsed.diagnostics.is_empty(), "{:?}\n{script}", parsed.diagnostics);
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
    let built =
        tickscript::pipeline::build(&script, &parsed.script, &options).map_err(|e| format!("{e:?}"))?;
    let reads = TaskOptions {
        name: name.to_owned(),
        dbrps: vec![("db".to_owned(), "rp".to_owned())],
        watched: if way == Way::Watched { (0..built.graph.nodes.len()).collect() } else { Vec::new() },
        ..TaskOptions::default()
    };
    engine.add_task(&built.graph, reads, &mut |_| unreachable!("no handlers")).map_err(|e| format!("{e:?}"))
}

/// The trace of a run: tasks with their names, and the input in pieces.
fn trace(tasks: &[(&str, &str)], pieces: &[&str], way: Way) -> Result<String, String> {
    let ticks: Option<Ticks> = if way == Way::Measured { Some(|| 0) } else { None };
    let mut engine = Engine::new(Zone::utc(), ticks);
    if way == Way::Plain {
        engine.without_shortcuts(&data::FIELDS);
    }
    for (name, script) in tasks {
        add(&mut engine, name, script, way)?;
    }
    let text = Text::default();
    let mut trace = TraceWriter::new(text.clone());
    for piece in pieces {
        let reader = LineReader::new(engine.source("db", "rp"), Precision::Nanos, None);
        let mut at = 0;
        loop {
            let Engine { catalog, world, tape, .. } = &mut engine;
            match reader.next(piece.as_bytes(), &mut at, catalog, world, tape) {
                Next::Point(point) => engine.push(point, &mut trace),
                Next::Bad(bad) => panic!("{bad:?}"),
                Next::End => break,
            }
        }
    }
    let end = engine.now() + 20_000_000_000;
    engine.advance(end, &mut trace);
    engine.finish(&mut trace);
    trace.finish().expect("memory");
    Ok(String::from_utf8(text.0.take()).expect("UTF-8"))
}

/// The trace of a run whose engine is exchanged between the pieces of its input for one that goes on from its state.
fn resumed(script: &str, pieces: &[&str], way: Way) -> Result<String, String> {
    let fresh = || {
        let mut engine = Engine::new(Zone::utc(), None);
        if way == Way::Plain {
            engine.without_shortcuts(&data::FIELDS);
        }
        add(&mut engine, "task", script, way).map(|()| engine)
    };
    let mut engine = fresh()?;
    let text = Text::default();
    let mut trace = TraceWriter::new(text.clone());
    for (nth, piece) in pieces.iter().enumerate() {
        if nth > 0 {
            let mut next = fresh()?;
            let snapshot = engine.save_task("task").expect("it was added");
            next.load_task("task", &snapshot).map_err(|e| e.to_string())?;
            next.load_topics(&engine.save_topics()).map_err(|e| e.to_string())?;
            engine = next;
        }
        let reader = LineReader::new(engine.source("db", "rp"), Precision::Nanos, None);
        let mut at = 0;
        loop {
            let Engine { catalog, world, tape, .. } = &mut engine;
            match reader.next(piece.as_bytes(), &mut at, catalog, world, tape) {
                Next::Point(point) => engine.push(point, &mut trace),
                Next::Bad(bad) => panic!("{bad:?}"),
                Next::End => break,
            }
        }
    }
    let end = engine.now() + 20_000_000_000;
    engine.advance(end, &mut trace);
    engine.finish(&mut trace);
    trace.finish().expect("memory");
    Ok(String::from_utf8(text.0.take()).expect("UTF-8"))
}

/// Whether two traces are one; if not, the first lines that differ.
fn same(one: &str, other: &str, script: &str) -> Result<(), TestCaseError> {
    if one == other {
        return Ok(());
    }
    let differs = one.lines().zip(other.lines()).find(|(a, b)| a != b);
    let (one, other) = differs.unwrap_or(("one of them is longer", ""));
    Err(TestCaseError::fail(format!("\n{one}\n{other}\n{script}")))
}

/// Holds scripts that are made up to a law: as many as `PROPTEST_CASES` says, or this part of them. What does not run is
/// passed over, but most do.
fn hold<S: Strategy>(
    share: u32,
    more: S,
    law: impl Fn(&str, &str, S::Value) -> Result<Option<()>, TestCaseError>,
) {
    let (all, ran) = (Cell::new(0), Cell::new(0));
    let config = Config::default();
    let cases = config.cases / share;
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..config });
    let held = runner.run(&(script::throws(), data::lines(), more), |(throws, lines, more)| {
        all.set(all.get() + 1);
        if law(&script::script(&throws), &lines, more)?.is_some() {
            ran.set(ran.get() + 1);
        }
        Ok(())
    });
    if let Err(error) = held {
        panic!("{error}");
    }
    assert!(ran.get() * 100 >= all.get() * RUN, "only {} of {} scripts ran", ran.get(), all.get());
}

/// Neither shortcuts change anything, nor being looked at; and a script does the same every time.
fn shortcuts(script: &str, lines: &str) -> Result<Option<()>, TestCaseError> {
    let tasks = [("task", script)];
    let Ok(fast) = trace(&tasks, &[lines], Way::Fast) else { return Ok(None) };
    for way in [Way::Plain, Way::Watched, Way::Measured, Way::Fast] {
        let other = trace(&tasks, &[lines], way).map_err(TestCaseError::fail)?;
        same(&fast, &other, &format!("{script}\n{lines}"))?;
    }
    for line in fast.lines() {
        let json = serde_json::from_str::<serde_json::Value>(line);
        prop_assert!(json.is_ok(), "no JSON: {line}\n{script}");
    }
    Ok(Some(()))
}

#[test]
fn shortcuts_change_nothing() {
    hold(2, Just(()), |script, lines, ()| shortcuts(script, lines));
}

/// The lines of a trace that are one task's.
fn of_task(trace: &str, task: &str) -> String {
    let task = format!("\"task\":\"{task}\"");
    trace.lines().filter(|line| line.contains(&task)).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_task_does_the_same_alone_and_among_others() {
    hold(8, vec(script::throws(), 9), |script, lines, others| {
        let Ok(alone) = trace(&[("task", script)], &[lines], Way::Fast) else { return Ok(None) };
        let mut all = vec![("task".to_owned(), script.to_owned())];
        for (at, throws) in others.iter().enumerate() {
            let other = script::script(throws);
            let place = at % (all.len() + 1);
            if trace(&[("other", &other)], &[""], Way::Fast).is_ok() {
                all.insert(place, (format!("other{at}"), other));
            }
        }
        let all: Vec<(&str, &str)> = all.iter().map(|(name, script)| (&**name, &**script)).collect();
        let together = trace(&all, &[lines], Way::Fast).map_err(TestCaseError::fail)?;
        same(&of_task(&alone, "task"), &of_task(&together, "task"), &format!("{all:?}\n{lines}"))?;
        Ok(Some(()))
    });
}

/// Cuts a text behind some of its lines.
fn cut<'t>(text: &'t str, at: &[prop::sample::Index]) -> Vec<&'t str> {
    let ends: Vec<usize> = text.match_indices('\n').map(|(end, _)| end + 1).collect();
    let mut cuts: Vec<usize> = at.iter().map(|index| *index.get(&ends)).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

fn sorted(pieces: &[&str]) -> String {
    let blocks = |piece: &&str| -> BoxedBlocks {
        let bytes = Box::new(Cursor::new(piece.as_bytes().to_vec()));
        Box::new(LineBlocks::new(Arc::from("x.lp"), Vec::new(), bytes, false))
    };
    let mut all = Sorted::new(pieces.iter().map(blocks).collect::<Vec<BoxedBlocks>>(), None);
    let (mut text, mut buffer) = (String::new(), Vec::new());
    while all.next_block(&mut buffer).expect("good lines").is_some() {
        text += std::str::from_utf8(&buffer).expect("UTF-8");
    }
    text
}

#[test]
fn input_may_come_in_pieces() {
    hold(2, vec(any::<prop::sample::Index>(), 0..4), |script, lines, at| {
        let tasks = [("task", script)];
        let pieces = cut(lines, &at);
        let Ok(whole) = trace(&tasks, &[lines], Way::Fast) else { return Ok(None) };
        same(&whole, &trace(&tasks, &pieces, Way::Fast).map_err(TestCaseError::fail)?, script)?;
        // Sorted together, pieces are what the whole is.
        let (whole, pieces) = (sorted(&[lines]), sorted(&pieces));
        prop_assert_eq!(&whole, &pieces);
        Ok(Some(()))
    });
}

#[test]
fn a_run_may_be_stopped_and_gone_on_with() {
    hold(2, vec(any::<prop::sample::Index>(), 1..3), |script, lines, at| {
        let Ok(whole) = trace(&[("task", script)], &[lines], Way::Fast) else { return Ok(None) };
        let pieces = cut(lines, &at);
        for way in [Way::Fast, Way::Plain] {
            let resumed = resumed(script, &pieces, way).map_err(TestCaseError::fail)?;
            same(&whole, &resumed, &format!("{script}\n{pieces:?}"))?;
        }
        Ok(Some(()))
    });
}
