//! Snapshots: all that a task knows, as bytes that another engine goes on from, and the same of the topics.
//!
//! A snapshot names what it is of: a number of its format, and the makeup of the task's graph, so that the state of
//! one version of a script is never read into another. It is for an engine of any make: with other tasks beside, and
//! names met in another order. It is taken between two points, when nothing is on its way.
//!
//! Not in it: series and routes, which are found again; what queries are answered from ([`Engine::inherit_points`]);
//! what user-defined functions remember, which are other processes; and what alerts tell beside their events
//! ([`crate::alert::Judging`]).

use super::Engine;
use super::flow::Cell;
use super::sentry::describe_args;
use crate::data::{Damaged, Keep, Loader, Saver, Slots};
use crate::nodes::{AnyNode, Due};
use crate::pipeline::{Graph, NodeDef};

/// What a snapshot begins with.
const MAGIC: &[u8] = b"tick";
/// Of what comes after the head. Another number for whatever is written in another way.
const FORMAT: u8 = 1;

/// Properties that change only what is said, not what is remembered: nodes and their properties.
const TEXTS: [(&str, &str); 4] =
    [("alert", "message"), ("alert", "details"), ("log", "prefix"), ("log", "level")];

/// What is in a snapshot.
#[derive(Clone, Copy)]
enum What {
    Task = 1,
    Topics = 2,
}

/// Why a snapshot cannot be gone on from. The caller begins afresh.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unfit {
    /// There is no such task.
    #[error("there is no task `{0}`")]
    Unknown(String),
    /// Other bytes, or a part of them. If they deceive until they are read, the task has to be removed: its nodes
    /// know a part of what they should.
    #[error("the snapshot is damaged")]
    Damaged,
    /// Of another version of this program.
    #[error("the snapshot has format {found}, and this version reads format {FORMAT}")]
    Format {
        /// Which.
        found: u8,
    },
    /// Of another version of the script.
    #[error("the snapshot is of another version of the script: `{node}` was another")]
    Changed {
        /// The first node that differs.
        node: String,
    },
}

impl From<Damaged> for Unfit {
    fn from(_: Damaged) -> Unfit {
        Unfit::Damaged
    }
}

/// What a task is, as far as its state depends on that: its nodes, each with a sum of what the script says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Makeup(Vec<(String, u32)>);

impl Makeup {
    /// Of a graph whose fields have these slots.
    pub(super) fn of(graph: &Graph, slots: &Slots) -> Makeup {
        let node = |node: &NodeDef| (node.name.clone(), sum_of(node));
        let mut all: Vec<(String, u32)> = graph.nodes.iter().map(node).collect();
        // The source reads what the others name.
        if let Some(source) = all.first_mut() {
            source.1 ^= crc32fast::hash(slots.names().join("\n").as_bytes());
        }
        Makeup(all)
    }

    fn save(&self, out: &mut Saver<'_>) {
        self.0.save(out);
    }

    /// Holds what was written against this.
    fn check(&self, from: &mut Loader<'_>) -> Result<(), Unfit> {
        let found: Vec<(String, u32)> = from.get()?;
        let differs = (0..found.len().max(self.0.len())).find(|&at| found.get(at) != self.0.get(at));
        let name = |at: usize| self.0.get(at).or(found.get(at)).map(|node| node.0.clone());
        match differs.and_then(name) {
            Some(node) => Err(Unfit::Changed { node }),
            None => Ok(()),
        }
    }
}

/// A sum of what the script says of a node: its place in the graph, its arguments and properties.
fn sum_of(node: &NodeDef) -> u32 {
    let NodeDef { kind, wants, provides, parents, observes, args, .. } = node;
    let mut text = format!("{kind} {wants:?} {provides:?} {parents:?} {observes:?}");
    describe_args(args, &mut text);
    for prop in node.props.iter().filter(|prop| !TEXTS.contains(&(kind, prop.name))) {
        text += &format!("\n.{}", prop.name);
        describe_args(&prop.args, &mut text);
    }
    crc32fast::hash(text.as_bytes())
}

/// Puts a head before what was written.
fn seal(what: What, body: &[u8]) -> Vec<u8> {
    let mut sealed = MAGIC.to_vec();
    sealed.extend([FORMAT, what as u8]);
    sealed.extend(crc32fast::hash(body).to_le_bytes());
    sealed.extend(body);
    sealed
}

/// What is behind a head.
fn unseal(what: What, bytes: &[u8]) -> Result<&[u8], Unfit> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(Unfit::Damaged)?;
    let (&[found, of], rest) = rest.split_first_chunk().ok_or(Unfit::Damaged)?;
    if found != FORMAT {
        return Err(Unfit::Format { found });
    }
    let (sum, body) = rest.split_first_chunk().ok_or(Unfit::Damaged)?;
    let whole = of == what as u8 && u32::from_le_bytes(*sum) == crc32fast::hash(body);
    if whole { Ok(body) } else { Err(Unfit::Damaged) }
}

impl Engine {
    /// Writes the state of a task, with its counters and timers; `None` if there is no such task.
    pub fn save_task(&mut self, name: &str) -> Option<Vec<u8>> {
        let task = self.number(name)?;
        self.settle();
        let mut out = Saver::new(&self.world);
        let entrance = &self.entrances[task];
        entrance.makeup.save(&mut out);
        out.signed(self.now);
        entrance.begun.save(&mut out);
        entrance.failed.save(&mut out);
        out.number(self.delivered(task));
        self.cells[task].iter().for_each(|cell| out.part(|out| self.save_cell(cell, out)));
        let timers = self.timers.of(task);
        out.count(timers.len());
        for Due { time, serial, node, key, .. } in timers {
            out.time(time);
            out.number(serial);
            node.save(&mut out);
            key.save(&mut out);
        }
        Some(seal(What::Task, &out.finish()))
    }

    fn save_cell(&self, cell: &Cell, out: &mut Saver<'_>) {
        out.each([&cell.collected, &cell.emitted, &cell.errors, &cell.ticks]);
        cell.node.save(out);
        match &cell.node {
            AnyNode::Stats(stats) => self.watches[stats.watch()].save(out),
            AnyNode::Alert(alert) => {
                alert.inhibitors().iter().for_each(|id| self.topics.inhibitors.save(*id, out));
            }
            _ => {}
        }
    }

    /// Puts back the state of a task, which was added just now. Its nodes are not told that the clock starts: they go
    /// on. The clock is as late as it was, at least; tasks without a snapshot are told so by [`Engine::start_new`].
    ///
    /// # Errors
    /// If the snapshot is of another script or another version, or no snapshot: the task is as it was then.
    pub fn load_task(&mut self, name: &str, snapshot: &[u8]) -> Result<(), Unfit> {
        let task = self.number(name).ok_or_else(|| Unfit::Unknown(name.to_owned()))?;
        let body = unseal(What::Task, snapshot)?;
        let slots = std::mem::take(&mut self.infos[task].slots);
        let mut world = std::mem::take(&mut self.world);
        let mut from = Loader::new(body, &mut world, &slots);
        let done = self.restore_task(task, &mut from);
        self.infos[task].slots = slots;
        self.world = world;
        done
    }

    fn restore_task(&mut self, task: usize, from: &mut Loader<'_>) -> Result<(), Unfit> {
        self.entrances[task].makeup.check(from)?;
        let now = from.signed()?;
        let (begun, failed): (bool, Option<Box<str>>) = (from.get()?, from.get()?);
        let delivered = from.number()?;
        let mut cells = std::mem::take(&mut self.cells[task]);
        let done = cells.iter_mut().try_for_each(|cell| from.part(|from| self.restore_cell(cell, from)));
        self.cells[task] = cells;
        done?;
        self.timers.forget(task);
        for _ in 0..from.count()? {
            let (time, serial, node, key) = (from.time()?, from.number()?, from.get()?, from.get()?);
            if node as usize >= self.cells[task].len() {
                return Err(Unfit::Damaged);
            }
            self.timers.put_back(Due { time, serial, task: task as u32, node, key });
        }
        from.end()?;
        self.now = self.now.max(now);
        if failed.is_some() {
            self.unguard(task);
        }
        let before = self.seen(task).wrapping_sub(delivered);
        let entrance = &mut self.entrances[task];
        entrance.begun |= begun;
        (entrance.failed, entrance.delivered, entrance.before) = (failed, delivered, before);
        Ok(())
    }

    fn restore_cell(&mut self, cell: &mut Cell, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each([&mut cell.collected, &mut cell.emitted, &mut cell.errors, &mut cell.ticks])?;
        cell.node.restore(from)?;
        match &cell.node {
            AnyNode::Stats(stats) => self.watches[stats.watch()].restore(from),
            AnyNode::Alert(alert) => {
                let inhibitors = &mut self.topics.inhibitors;
                alert.inhibitors().iter().try_for_each(|id| inhibitors.restore(*id, from))
            }
            _ => Ok(()),
        }
    }

    /// Writes what the topics remember: the last event of each id, what aggregates have gathered.
    pub fn save_topics(&self) -> Vec<u8> {
        let mut out = Saver::new(&self.world);
        self.topics.save(&mut out);
        seal(What::Topics, &out.finish())
    }

    /// Puts back what the topics remembered, once their handlers are there. Gives how many events were gathered for
    /// aggregates that are not there any more.
    ///
    /// # Errors
    /// If these are not the bytes that were written.
    pub fn load_topics(&mut self, snapshot: &[u8]) -> Result<usize, Unfit> {
        let body = unseal(What::Topics, snapshot)?;
        let mut from = Loader::new(body, &mut self.world, &[]);
        let lost = self.topics.load(&mut from)?;
        from.end()?;
        Ok(lost)
    }

    /// Takes over the points that queries are answered from, which are no task's: from an engine that ends.
    pub fn inherit_points(&mut self, from: &mut Engine) {
        if let (Some(loader), Some(old)) = (&mut self.loader, from.loader.take()) {
            loader.inherit(old);
        }
    }
}

#[cfg(test)]
mod tests {
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
}
