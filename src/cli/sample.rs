//! A sample of data beside a script: what it has, and what becomes of it in the script's nodes.

use std::collections::{BTreeMap, HashMap};
use std::io;

use super::drive::Reading;
use super::points::{Points, Seen};
use crate::alert::{NodeCounters, Sink};
use crate::engine::Engine;
use crate::handlers::config::Config;
use crate::input::{BoxedBlocks, Scout};
use crate::lint::{Columns, Outcome, Sample};
use crate::pipeline::TaskType;
use crate::play::{self, Around, Audience, Inputs, Next, Player, Score, Task};
use crate::udf::Inquiry;
use crate::value::Zone;

/// The sample that was given on the command line; looked at when the first script needs it.
pub(crate) struct Given<'a> {
    files: &'a [String],
    reading: &'a Reading,
    measurements: Option<BTreeMap<String, Columns>>,
}

impl<'a> Given<'a> {
    /// No file means no sample.
    pub(crate) fn new(files: &'a [String], reading: &'a Reading) -> Given<'a> {
        Given { files, reading, measurements: None }
    }

    /// The sample beside a script, played through it.
    ///
    /// # Errors
    /// Inputs that cannot be read.
    pub(crate) fn beside(&mut self, task: &Task) -> Result<Option<Sample>, String> {
        if self.files.is_empty() {
            return Ok(None);
        }
        if self.files.iter().any(|file| file == "-") {
            return Err("`--input -`: a sample is read more than once, so it has to be a file".to_owned());
        }
        let measurements = match self.measurements.take() {
            Some(known) => known,
            None => columns(self.files, self.reading)?,
        };
        self.measurements = Some(measurements.clone());
        Ok(Some(Sample { measurements, outcomes: outcomes(task, self.files, self.reading)? }))
    }
}

/// What the data have, by measurement.
fn columns(files: &[String], reading: &Reading) -> Result<BTreeMap<String, Columns>, String> {
    let default_time = reading.default_time()?;
    let mut points = Points::new(Default::default(), default_time, reading.strict, false);
    let mut found = Found::default();
    for blocks in reading.open(files, default_time).map_err(|error| error.to_string())? {
        // Nothing that takes the points fails.
        let _: io::Result<()> = points.each(blocks, &mut |seen| {
            found.take(seen);
            Ok(())
        });
    }
    Ok(found.measurements)
}

#[derive(Default)]
struct Found {
    measurements: BTreeMap<String, Columns>,
    /// Whether a series was seen.
    series: Vec<bool>,
}

impl Found {
    fn take(&mut self, seen: &Seen<'_>) {
        let symbols = &seen.world.symbols;
        let name = symbols.name(seen.series.name);
        if !self.measurements.contains_key(name) {
            self.measurements.insert(name.to_owned(), Columns::default());
        }
        let Some(columns) = self.measurements.get_mut(name) else { return };
        let index = seen.id.index();
        if self.series.len() <= index {
            self.series.resize(index + 1, false);
        }
        if let Some(known) = self.series.get_mut(index)
            && !std::mem::replace(known, true)
        {
            columns.series += 1;
            let tags = seen.world.tags.pairs(seen.series.tags);
            columns.tags.extend(tags.iter().map(|(key, _)| symbols.name(*key).to_owned()));
        }
        seen.fields.each(|name, _| {
            if !columns.fields.contains(&*name) {
                columns.fields.insert(name.into_owned());
            }
        });
    }
}

/// What becomes of the data in each node; nothing for scripts that query, and for those that cannot run.
fn outcomes(task: &Task, files: &[String], reading: &Reading) -> Result<HashMap<String, Outcome>, String> {
    let mut listener = Listener::default();
    if task.graph.task_type == TaskType::Batch {
        return Ok(listener.outcomes);
    }
    let zone = Zone::parse(reading.tz()).map_err(|error| format!("`--tz`: {error}"))?;
    let config = Config::default();
    let around = Around { db: None, rp: None, config: &config, functions: Inquiry::default() };
    let home = play::home(&around, std::slice::from_ref(task));
    let mut engine = Engine::new(zone, None);
    let mut handlers = play::Handlers::new(config.services.clone());
    if play::add(&mut engine, task, play::reads(task, &home), &mut handlers, &around).is_err() {
        return Ok(listener.outcomes);
    }
    let default_time = reading.default_time()?;
    let plain = reading.open(files, default_time).map_err(|error| error.to_string())?;
    let score = Score { db: home.0, rp: home.1, default_time, ..Score::default() };
    Player::new(&mut engine, &mut listener, score).play(Inputs { plain, ..Inputs::default() });
    engine.finish(&mut listener);
    Ok(listener.outcomes)
}

/// Counts, and says nothing: what cannot be read was told when the data were looked at.
#[derive(Default)]
struct Listener {
    outcomes: HashMap<String, Outcome>,
}

impl Sink for Listener {
    fn counters(&mut self, _task: &str, node: &NodeCounters) {
        let counter = |name| node.counters.iter().find(|(known, _)| *known == name).map_or(0, |(_, n)| *n);
        let [taken, given] = ["collected", "emitted"].map(|name| u64::try_from(counter(name)).unwrap_or(0));
        self.outcomes.insert(node.node.clone(), Outcome { taken, given });
    }
}

impl Audience for Listener {
    type Feed = BoxedBlocks;

    fn sink(&mut self) -> &mut dyn Sink {
        self
    }

    fn open(&mut self, blocks: BoxedBlocks, _: Scout) -> Result<BoxedBlocks, String> {
        Ok(blocks)
    }

    fn next(&mut self, feed: &mut BoxedBlocks) -> Next {
        Next::read(feed)
    }

    fn tell(&mut self, _: String) {}

    fn note(&mut self, _: String) {}
}
