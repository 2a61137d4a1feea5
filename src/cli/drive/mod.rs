//! What `run` and `replay` share: scripts and data in, events and a summary out.

mod backtest;
mod defining;
mod delay;
mod deliver;
mod doubts;
mod event_line;
mod feed;
mod held;
mod history;
mod limits;
mod line_file;
mod memory;
mod options;
mod outlets;
mod progress;
mod reading;
mod setup;
mod show;
mod signal;
mod stand;
mod stats;
mod stats_file;
mod stopped;
mod summary;
mod table;
mod tally;
pub(crate) mod tasks;
pub(in crate::cli) mod typed;
mod verdict;
mod watch;

pub(crate) use backtest::{Backtest, nanos};
pub(crate) use defining::{Defining, moment};
pub(crate) use history::{Ears, History, Mistake};
pub(crate) use memory::Size;
pub(crate) use options::{Options, is_data, level};
pub(crate) use reading::Reading;

use deliver::Deliver;
use progress::Progress;
use setup::{Refused, Stage};
use signal::{Ending, Interrupt};
use stand::Stand;
use verdict::Verdict;

use super::Exit;
use super::io::complain;
use crate::handlers::Dispatcher;
use crate::play::{Ended, Player};

/// What tells the two commands apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// Deliver what handlers ask for.
    Run,
    /// Deliver nothing unless asked to.
    Replay,
}

impl Mode {
    fn deliver(self) -> Deliver {
        match self {
            Mode::Run => Deliver::all(),
            Mode::Replay => Deliver::none(),
        }
    }

    /// The status for a script that is refused.
    fn refused(self) -> Exit {
        match self {
            Mode::Run => Exit::Usage,
            Mode::Replay => Exit::Finding,
        }
    }
}

/// Runs scripts on data.
pub(crate) fn drive(mode: Mode, options: &Options, backtest: &Backtest) -> Exit {
    match setup::stage(mode, options, backtest) {
        Ok(stage) => play(mode, options, backtest, stage),
        Err(Refused::Usage(lines)) => {
            lines.iter().for_each(|line| complain(line));
            Exit::Usage
        }
        Err(Refused::Script(lines)) => {
            lines.iter().for_each(|line| complain(line));
            mode.refused()
        }
    }
}

fn play(mode: Mode, options: &Options, backtest: &Backtest, stage: Stage) -> Exit {
    let Stage { mut engine, mut show, inputs, score, tasks } = stage;
    let ending =
        |d: &Dispatcher| Ending { canceller: d.canceller(), drain: options.drain, said: !options.quiet };
    let interrupt = Interrupt::listen(show.dispatcher.as_ref().map(ending));
    let mut progress = Progress::new(options.quiet);
    let mut unwritten = None;
    let home = (score.db.clone(), score.rp.clone());
    let mut stand = Stand { show: &mut show, progress: &mut progress, interrupt: &interrupt };
    let mut player = Player::new(&mut engine, &mut stand, score);
    let ended = player.play(inputs);
    let counts = player.counts();

    engine.finish(&mut show);
    show.flush();
    let report = show.dispatcher.take().map(|d| d.finish(None)).unwrap_or_default();
    show.hear_handlers();
    progress.end();
    if !options.quiet {
        show.notices.extend(summary::lines(counts, &show.tally, &show.stats, &report, progress.elapsed()));
        // After a limit the data did not end, and what it said is enough.
        let ended = ended != Ended::Stopped;
        if ended {
            show.notices.extend(held::lines(&engine.held()));
        }
        show.notices.extend(held::refused(engine.kept_from_queries()));
        show.notices.extend(doubts::unwritten(&show.stats, show.outlets.unwritten));
        // Without input a server was asked, and said what it had to.
        let missing = counts.after == 0 && show.asked.is_none();
        if ended && (counts.points > 0 || missing) {
            show.notices.extend(doubts::doubts(counts.points, &show.stats, (&home.0, &home.1)));
        }
    }
    let failures: Vec<(String, String)> =
        engine.failures().map(|(task, error)| (task.to_owned(), error.to_owned())).collect();
    if let Some(file) = show.stats_file.take() {
        let run = stats_file::Run {
            input: counts,
            took: progress.elapsed(),
            handlers: &report,
            failures: &failures,
        };
        unwritten = file.write(run, &show).err();
    }
    if options.stats {
        show.notices.extend(stats::table(&show.stats));
        show.notices.extend(stats::peak_memory());
    }
    Backtest::explained(&mut show);
    let (summary, unsaid) = match backtest.sum_up(&mut show, &mut engine, &tasks) {
        Ok(summary) => (summary, None),
        Err(error) => (String::new(), Some(error)),
    };
    let failed_tasks: Vec<String> =
        failures.iter().map(|(task, error)| format!("error: task `{task}` failed: {error}")).collect();
    let verdict = Verdict {
        stopped: ended == Ended::Stopped,
        interrupted: ended == Ended::Interrupted || interrupt.is_set(),
        unreadable: ended == Ended::Unreadable,
        task_failed: !failed_tasks.is_empty(),
        // A replay has gone well when it was played to its end, whatever its handlers said.
        handler_failed: mode == Mode::Run && !report.is_clean(),
        too_bad: options.fail_on.is_some_and(|level| show.tally.at_least(level) > 0),
        skipped: options.reading.strict && counts.skipped > 0,
    };
    show.notices.extend(failed_tasks);
    let mut notices = std::mem::take(&mut show.notices);
    progress.say(&mut notices);
    match show.finish().err().or(unwritten).or(unsaid) {
        None => backtest::print(&summary).unwrap_or(verdict.exit()),
        Some(error) => {
            complain(&format!("error: {error}"));
            Exit::Usage
        }
    }
}
