//! A bar on standard error, for people who wait for more than a second.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::io::complain;

/// A run that is shorter needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how far a run is, if somebody is there to see it.
pub(crate) struct Progress {
    begun: Instant,
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins to count the time. Nothing is drawn yet.
    pub(crate) fn new(quiet: bool) -> Progress {
        let wanted = !quiet && io::stderr().is_terminal();
        Progress { begun: Instant::now(), wanted, bar: None }
    }

    /// Time since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Tells how far it is.
    pub(crate) fn at(&mut self, points: u64, events: u64) {
        if !self.wanted {
            return;
        }
        if self.bar.is_none() && self.begun.elapsed() > PATIENCE {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
            // The template is ours; without it the default is drawn.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            let rate = points as f64 / self.begun.elapsed().as_secs_f64();
            bar.set_message(format!("{points} points, {events} events, {rate:.0} points/s"));
            bar.tick();
        }
    }

    /// Says lines without breaking the bar, or lets `write` print while the bar is away.
    pub(crate) fn say(&self, lines: &mut Vec<String>) {
        for line in lines.drain(..) {
            match &self.bar {
                Some(bar) => bar.suspend(|| complain(&line)),
                None => complain(&line),
            }
        }
    }

    /// Prints to standard output while the bar is away.
    pub(crate) fn aside(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
