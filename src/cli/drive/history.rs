//! What the commands share that play one history to several sets of scripts: the options, and the pass over the
//! inputs.

use std::path::PathBuf;

use super::backtest::nanos;
use super::defining::{Defining, moment};
use super::feed::Feed;
use super::progress::Progress;
use super::reading::Reading;
use super::signal::Interrupt;
use super::tasks::refusal_lines;
use crate::alert::{Judging, Sink};
use crate::cli::color::Color;
use crate::cli::configuration;
use crate::cli::io::complain;
use crate::engine::Engine;
use crate::handlers::config::Config;
use crate::input::{BoxedBlocks, Scout};
use crate::play::{
    self, Audience, Block, Counted, Ended, Handlers, Limits, Next, Player, Refusal, Score, Sources, Task,
    Until, until,
};
use crate::udf::Functions;
use crate::value::Zone;

/// Which history is played, and how scripts are made of it.
#[derive(clap::Args, Debug)]
pub(crate) struct History {
    /// File with metrics, `-` for standard input; repeatable, one after the other
    #[arg(long, short, value_name = "FILE", help_heading = "Input")]
    pub(crate) input: Vec<String>,

    #[command(flatten)]
    reading: Reading,

    /// Recorded batches (`.brpl`) for the queries of a batch script
    #[arg(long, value_name = "[QUERY=]FILE[#ENTRY]", help_heading = "Input")]
    source: Vec<String>,

    #[command(flatten)]
    pub(crate) defining: Defining,

    /// Configuration in the format of kapacitor.conf
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    config: Option<PathBuf>,

    /// Count only what happens from this time on, RFC 3339; what comes before only builds up the state
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = "Time")]
    from: Option<i64>,

    /// Stop the clock then: a time, or so long after its beginning, as in `+1h`
    #[arg(long, visible_alias = "until", value_name = "TIME|DURATION", value_parser = until, help_heading = "Time")]
    to: Option<Until>,

    /// How much of the history builds up the state first: so much before `--from`, or from the first point on
    #[arg(long, value_name = "DURATION", value_parser = nanos, help_heading = "Time")]
    warmup: Option<i64>,

    /// Say nothing but errors on standard error
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: Color,
}

/// Why a history cannot be played: lines for standard error.
pub(crate) type Mistake = Vec<String>;

/// What listens to a set of scripts.
pub(crate) trait Ears: Sink {
    /// What happens from now on, at this time, counts.
    fn begin(&mut self, from: i64);

    /// The user-defined functions that the scripts call; it is what calls them.
    fn employ(&mut self, functions: Functions);
}

/// A set of scripts that knows nothing of the others.
pub(crate) struct Act<S> {
    engine: Engine,
    sink: S,
    score: Score,
    sources: Sources,
}

impl History {
    /// The configuration.
    pub(crate) fn config(&self) -> Result<Config, Mistake> {
        let loaded = self.config.as_deref().map(configuration::load).transpose();
        Ok(loaded
            .map_err(|e| e.iter().map(|e| format!("error: {e}")).collect::<Mistake>())?
            .unwrap_or_default())
    }

    /// A script that cannot run, in words.
    pub(crate) fn refused(&self, refusal: &Refusal) -> Mistake {
        refusal_lines(refusal, self.color.on(&std::io::stderr()))
    }

    /// Sets up tasks that are to be heard.
    pub(crate) fn act<S: Ears>(
        &self,
        tasks: &[Task],
        config: &Config,
        judging: Judging,
        mut sink: S,
    ) -> Result<Act<S>, Mistake> {
        let usage = |e: String| vec![format!("error: {e}")];
        let zone = Zone::parse(self.reading.tz()).map_err(|e| usage(format!("`--tz`: {e}")))?;
        let default_time = self.reading.default_time().map_err(usage)?;
        let around = self.defining.around(config);
        let home = play::home(&around, tasks);
        let sources = Sources::open(&self.source, tasks, None).map_err(usage)?;
        let mut engine = Engine::new(zone, None);
        let mut known = Handlers::new(config.services.clone());
        for (number, task) in tasks.iter().enumerate() {
            let mut reads = play::reads(task, &home);
            (reads.asks, reads.recorded, reads.judging) =
                (!self.input.is_empty(), sources.nodes(number), judging);
            play::add(&mut engine, task, reads, &mut known, &around).map_err(|r| self.refused(&r))?;
        }
        sink.employ(std::mem::take(&mut known.functions));
        engine.answer_queries();
        let counted = match (self.from, self.warmup) {
            (Some(from), warmup) => Counted::From { from, warmup },
            (None, Some(warmup)) => Counted::After(warmup),
            (None, None) => Counted::All,
        };
        let score = Score {
            db: home.0,
            rp: home.1,
            default_time,
            epoch: None,
            strict: self.reading.strict,
            until: self.to,
            counted,
            limits: Limits::default(),
        };
        Ok(Act { engine, sink, score, sources })
    }

    /// Plays the history to all, in one pass. Gives when it ended for each, and what it heard.
    pub(crate) fn play<S: Ears>(&self, acts: Vec<Act<S>>) -> Result<Vec<(i64, S)>, Mistake> {
        let usage = |e: String| vec![format!("error: {e}")];
        if self.input.is_empty() && self.source.is_empty() {
            let hint = "give a file with `--input FILE`, or `-` for standard input";
            return Err(usage(format!("there is no input: {hint}")));
        }
        let default_time = self.reading.default_time().map_err(usage)?;
        let inputs = self.reading.open(&self.input, default_time).map_err(|e| usage(e.to_string()))?;
        let interrupt = Interrupt::listen(None);
        let (mut seats, mut engines, mut scores, mut sources) = (vec![], vec![], vec![], vec![]);
        for (at, Act { engine, sink, score, sources: recorded }) in acts.into_iter().enumerate() {
            // The first tells of the inputs; the others would only tell it again.
            let speaks = at == 0;
            let progress = speaks.then(|| Progress::new(self.quiet));
            let quiet = self.quiet;
            seats.push(Seat { sink, interrupt: &interrupt, progress, speaks, quiet, begun: false });
            engines.push(engine);
            scores.push(score);
            sources.push(recorded);
        }
        let mut players: Vec<Player<'_, Seat<'_, S>>> = Vec::new();
        for ((engine, seat), score) in engines.iter_mut().zip(&mut seats).zip(scores) {
            players.push(Player::new(engine, seat, score));
        }
        let ended = play::together(&mut players, inputs, sources);
        let skipped = players.first().map_or(0, |p| p.counts().skipped);
        drop(players);
        let mut heard = Vec::with_capacity(engines.len());
        let mut begun = false;
        let mut failures: Mistake = Vec::new();
        for (mut engine, mut seat) in engines.into_iter().zip(seats) {
            engine.finish(&mut seat.sink);
            if let Some(progress) = &mut seat.progress {
                progress.end();
            }
            begun |= seat.begun;
            failures.extend(engine.failures().map(|(task, e)| format!("error: task `{task}` failed: {e}")));
            heard.push((engine.now(), seat.sink));
        }
        match ended {
            Ended::Interrupted => Err(usage("ended by Ctrl-C before the end of the history".to_owned())),
            Ended::Unreadable => Err(usage("the history could not be read to its end".to_owned())),
            _ if self.reading.strict && skipped > 0 => {
                Err(usage("`--strict`, and lines could not be read".to_owned()))
            }
            _ if !failures.is_empty() => Err(failures),
            _ if !begun => {
                Err(usage("no point of the history counts: it is empty, or ends too early".to_owned()))
            }
            _ => Ok(heard),
        }
    }
}

/// Whom one of several engines is played for.
struct Seat<'a, S> {
    sink: S,
    interrupt: &'a Interrupt,
    progress: Option<Progress>,
    speaks: bool,
    quiet: bool,
    begun: bool,
}

impl<S: Ears> Audience for Seat<'_, S> {
    type Feed = Feed;

    fn sink(&mut self) -> &mut dyn Sink {
        &mut self.sink
    }

    fn open(&mut self, blocks: BoxedBlocks, scout: Scout) -> Result<Feed, String> {
        Feed::start(blocks, scout)
            .map_err(|error| format!("no thread for reading: {}", crate::text::system_words(error)))
    }

    fn next(&mut self, feed: &mut Feed) -> Next {
        feed.next(self.interrupt)
    }

    fn recycle(&mut self, feed: &mut Feed, block: Block) {
        feed.recycle(block);
    }

    fn breathe(&mut self, points: u64) {
        if let Some(progress) = &mut self.progress {
            progress.at(points, 0);
        }
    }

    fn begin(&mut self, from: i64) {
        self.begun = true;
        self.sink.begin(from);
    }

    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }

    fn tell(&mut self, line: String) {
        if self.speaks {
            complain(&line);
        }
    }

    fn note(&mut self, line: String) {
        if self.speaks && !self.quiet {
            complain(&line);
        }
    }
}
