//! What `tick replay` tells of the alerts, beside their events: the options, and where the words go.

use std::path::PathBuf;

use super::defining::moment;
use super::show::Show;
use super::typed::duration;
use crate::alert::Judging;
use crate::cli::io;
use crate::engine::Engine;
use crate::play::{Counted, Task, files};
use crate::report::{self, Chronicle, Explainer, How, Summary, WaitingPoints};
use crate::text::io_words;

/// How many ids a table has unless more are asked for.
const IDS: usize = 20;

/// Which part of a history counts, and how it is summed up.
#[derive(clap::Args, Debug)]
pub(crate) struct Backtest {
    /// Count and print only what happens from this time on, RFC 3339; what comes before only builds up the state
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = "Time")]
    from: Option<i64>,

    /// How much of the history builds up the state first: so much before `--from`, or from the first point on
    #[arg(long, value_name = "DURATION", value_parser = nanos, help_heading = "Time")]
    warmup: Option<i64>,

    /// How alerts are summed up by id. `text` and `json` take standard output in place of the events; without this
    /// option a table stands on standard error
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    summary: Option<Format>,

    /// Name all ids in the table, not only the worst; on the page of `--report` also those that were at OK all the time
    #[arg(long, help_heading = "Output")]
    all_ids: bool,

    /// Print every point of an alert id, or those around a time, with the value of each part of its lambdas and why
    /// there is no event; in place of the events
    #[arg(long, value_name = "ID[@TIME]", conflicts_with = "watch", help_heading = "Output")]
    explain: Option<String>,

    /// Write the summary with a picture of each alert as one page of HTML
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    report: Option<PathBuf>,

    /// Draw the alerts of the table in the terminal
    #[arg(long, help_heading = "Output")]
    plot: bool,

    /// An alert flaps if it comes back sooner than this after it has recovered
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = nanos, help_heading = "Output")]
    flap: i64,
}

/// `--summary`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// A table
    Text,
    /// One JSON object, with all ids
    Json,
    /// Nothing
    None,
}

impl Default for Backtest {
    /// As `tick run` has it: no summary.
    fn default() -> Backtest {
        Backtest {
            from: None,
            warmup: None,
            summary: Some(Format::None),
            all_ids: false,
            explain: None,
            report: None,
            plot: false,
            flap: 0,
        }
    }
}

pub(crate) fn nanos(text: &str) -> Result<i64, String> {
    duration(text).map(|d| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX))
}

impl Backtest {
    /// Which part counts.
    pub(super) fn counted(&self) -> Counted {
        match (self.from, self.warmup) {
            (Some(from), warmup) => Counted::From { from, warmup },
            (None, Some(warmup)) => Counted::After(warmup),
            (None, None) => Counted::All,
        }
    }

    /// Whether the summary takes the place of the events.
    pub(super) fn hides_events(&self) -> bool {
        matches!(self.summary, Some(Format::Text | Format::Json))
    }

    /// The options that want standard output for themselves.
    pub(super) fn on_stdout(&self) -> Vec<&'static str> {
        let wants = [("--summary", self.hides_events()), ("--explain", self.explain.is_some())];
        wants.into_iter().filter(|w| w.1).map(|w| w.0).collect()
    }

    /// What listens to the alerts, if anything is to be told of them.
    pub(super) fn chronicle(&self, quiet: bool) -> Option<Chronicle> {
        let wanted = match self.summary {
            None => !quiet,
            Some(format) => format != Format::None,
        };
        (wanted || self.draws()).then(|| {
            let mut chronicle = Chronicle::new(self.flap);
            if self.draws() {
                chronicle.draw();
            }
            if self.all_ids && self.report.is_some() {
                chronicle.keep_quiet_ids();
            }
            chronicle
        })
    }

    /// Whether there are to be pictures.
    pub(super) fn draws(&self) -> bool {
        self.plot || self.report.is_some()
    }

    /// What explains an id, if that is asked for.
    pub(super) fn explainer(&self) -> Option<Explainer> {
        let text = self.explain.as_deref()?;
        // An id may have a `@` of its own.
        let timed = text.rsplit_once('@').and_then(|(id, at)| Some((id, moment(at).ok()?)));
        Some(timed.map_or_else(|| Explainer::new(text, None), |(id, at)| Explainer::new(id, Some(at))))
    }

    /// What alerts are to tell.
    pub(super) fn judging(&self, show: &Show) -> Judging {
        match &show.chronicle {
            Some(_) => Judging::Alerting,
            None => Judging::Never,
        }
    }

    /// Tells the rest of what explains an id.
    pub(super) fn explained(show: &mut Show) {
        if let (Some(explainer), Some(events)) = (show.explainer.take(), &mut show.events) {
            let mut word = None;
            events.with(|out| word = explainer.finish(out));
            show.notices.extend(word);
        }
    }

    /// Sums up; gives what stands on standard output, and puts the rest to the notices.
    ///
    /// # Errors
    /// If the page cannot be written.
    pub(super) fn sum_up(
        &self,
        show: &mut Show,
        engine: &mut Engine,
        tasks: &[Task],
    ) -> Result<String, String> {
        let Some(chronicle) = show.chronicle.take() else { return Ok(String::new()) };
        let mut summary = chronicle.finish(engine.now(), Some(&mut engine.sketches));
        summary.held = held(engine);
        let missing = |t: &Task| report::missing(&t.name, &t.graph, &engine.catalog, &engine.world);
        summary.missing = tasks.iter().flat_map(missing).collect();
        summary.thresholds = tasks.iter().flat_map(|t| report::thresholds(&t.name, &t.graph)).collect();
        if let Some(path) = &self.report {
            let names: Vec<&str> = tasks.iter().map(|t| t.name.as_str()).collect();
            let mut page = String::new();
            report::push_html(&summary, &format!("Alerts of {}", names.join(", ")), &mut page);
            files::write(path, &page)
                .map_err(|e| format!("cannot write `{}`: {}", path.display(), io_words(&e)))?;
        }
        Ok(self.show(&summary, show))
    }

    fn show(&self, summary: &Summary, show: &mut Show) -> String {
        let mut out = String::new();
        let limit = if self.all_ids { usize::MAX } else { IDS };
        let plot = |summary| if self.plot { report::plot_lines(summary, limit) } else { Vec::new() };
        match self.summary {
            Some(Format::Json) => report::push_json(summary, &mut out),
            Some(Format::Text) => {
                let mut lines = report::lines(summary, How { limit, held: true });
                lines.extend(plot(summary));
                lines.iter().for_each(|line| out.extend([line, "\n"]));
            }
            // What nodes held is told with the notes that every run has.
            None if !show.quiet => {
                show.notices.extend(report::lines(summary, How { limit, held: false }));
                show.notices.extend(plot(summary));
            }
            None | Some(Format::None) => show.notices.extend(plot(summary)),
        }
        out
    }
}

fn held(engine: &Engine) -> Vec<WaitingPoints> {
    let all = engine.held().into_iter().map(|h| WaitingPoints {
        task: h.task.to_owned(),
        node: h.node.to_owned(),
        points: h.points as u64,
        groups: h.groups as u64,
    });
    all.collect()
}

/// Prints what stands on standard output.
pub(super) fn print(text: &str) -> Option<super::Exit> {
    if text.is_empty() { None } else { io::print(text).err() }
}
