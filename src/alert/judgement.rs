//! What an alert node found of a point, whether it made an event or not, and if not, why.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::Level;
use crate::lambda::Operand;
use crate::value::{duration, time};

/// What alert nodes tell beside their events. Decided when a task is built: a node that is not to tell anything
/// does not look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Judging {
    /// Nothing.
    #[default]
    Never,
    /// Every point or batch at another level than OK, or that has just come back to it. Tasks that rest are
    /// passed over as usual: at OK nothing can be withheld.
    Alerting,
    /// Points that change the level or would make an event, and no event is made: for those who only want to know
    /// when there would be one. Alerts that share a topic or an id do not know of each other then.
    Alone,
    /// Every point or batch; no task is passed over.
    Always,
}

/// What an alert node found of a point or a batch.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    /// The rendered id, of which events would be.
    pub id: &'a Arc<str>,
    /// Index of the task in the run.
    pub task: usize,
    /// Index of the node in the task.
    pub node: usize,
    /// Index of the group in the run.
    pub group: usize,
    /// Tags of the point, or of the group of a batch, sorted by key.
    pub tags: &'a [(String, String)],
    /// Time of the point, or what an event about the batch would have; nanoseconds since 1970.
    pub time: i64,
    /// The level before.
    pub previous: Level,
    /// The level now.
    pub level: Level,
    /// When the group came to that level; `None` where that was before its first point.
    pub since: Option<i64>,
    /// What came of it.
    pub ruling: &'a Ruling,
    /// The predicates that were asked, in order, if the id is the one to be explained; of a batch those of the point
    /// that decided.
    pub asked: &'a [Asked],
}

/// A predicate of an alert that was asked.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// The property: `crit`, `critReset`, ...
    pub name: &'static str,
    /// The expression, then its parts.
    pub operands: Vec<Operand>,
}

/// What came of a point or a batch.
#[derive(Clone, PartialEq, Debug)]
pub enum Ruling {
    /// It is at OK, and was.
    Quiet,
    /// An event.
    Told,
    /// No event, though the level is not OK or has changed.
    Withheld(Withheld),
}

/// Why there is no event.
#[derive(Clone, PartialEq, Debug)]
pub enum Withheld {
    /// `.stateChangesOnly()`, and the level is the one before.
    Unchanged {
        /// Which.
        level: Level,
        /// Since when, if that is known.
        since: Option<i64>,
    },
    /// `.stateChangesOnly(interval)`, and the last event about this level is not so long ago.
    TooSoon {
        /// Which.
        level: Level,
        /// When the last event was.
        told: i64,
        /// In nanoseconds.
        interval: i64,
    },
    /// As [`Withheld::Unchanged`], but only since the reset expression of the level does not hold: the level's
    /// own does not either.
    Kept {
        /// Which.
        level: Level,
        /// Since when, if that is known.
        since: Option<i64>,
    },
    /// `.noRecoveries()`, and the level is OK.
    Recovery,
    /// `.flapping(low, high)`: there were too many changes, and it has not settled.
    Flapping {
        /// The level that nobody is told of.
        level: Level,
        /// Share of weighted changes below which it settles.
        low: f64,
        /// How many levels are looked at.
        history: usize,
    },
    /// An event was made, but alerts of this category are silenced by another that is active.
    Inhibited {
        /// The category of the node.
        category: Arc<str>,
        /// The tags that the two have in common, such as `dc=x, rack=1`; empty if none are asked for.
        tags: String,
    },
    /// `.all()`: some points of the batch reached a level that the batch did not, since others are lower.
    NotAll {
        /// The highest of the points.
        highest: Level,
        /// The lowest, which counts.
        lowest: Level,
    },
}

impl Withheld {
    /// A word for tables and JSON, the same for all of a kind: the property of the script that is behind it.
    pub fn kind(&self) -> &'static str {
        match self {
            Withheld::Unchanged { .. } => "stateChangesOnly",
            Withheld::TooSoon { .. } => "stateChangesOnly(interval)",
            Withheld::Kept { level, .. } => reset_of(*level),
            Withheld::Recovery => "noRecoveries",
            Withheld::Flapping { .. } => "flapping",
            Withheld::Inhibited { .. } => "inhibit",
            Withheld::NotAll { .. } => "all",
        }
    }
}

/// The property that keeps a level.
fn reset_of(level: Level) -> &'static str {
    match level {
        Level::Critical => "critReset",
        Level::Warning => "warnReset",
        Level::Ok | Level::Info => "infoReset",
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Withheld::Unchanged { level, since } => {
                write!(f, "suppressed: stateChangesOnly, {level}")?;
                push_since(f, *since)
            }
            Withheld::TooSoon { level, told, interval } => {
                let mut words = "suppressed: stateChangesOnly(".to_owned();
                duration::push_influx(&mut words, *interval);
                let _ = write!(words, "), {level} was told at ");
                time::push_rfc3339_nano(&mut words, *told);
                f.write_str(&words)
            }
            Withheld::Kept { level, since } => {
                write!(f, "suppressed: {} does not hold, {level}", reset_of(*level))?;
                push_since(f, *since)
            }
            Withheld::Recovery => f.write_str("suppressed: noRecoveries"),
            Withheld::Flapping { level, low, history } => write!(
                f,
                "suppressed: flapping at {level}, until less than {low} of the last {history} levels change"
            ),
            Withheld::Inhibited { category, tags } => {
                write!(f, "suppressed: category `{category}` is inhibited")?;
                if !tags.is_empty() {
                    write!(f, " for {tags}")?;
                }
                Ok(())
            }
            Withheld::NotAll { highest, lowest } => {
                write!(f, "suppressed: all(), some points of the batch are {highest}, others {lowest}")
            }
        }
    }
}

fn push_since(f: &mut fmt::Formatter<'_>, since: Option<i64>) -> fmt::Result {
    match since {
        Some(since) => {
            let mut words = " since ".to_owned();
            time::push_rfc3339_nano(&mut words, since);
            f.write_str(&words)
        }
        None => f.write_str(" since before its first point"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_name_the_property_and_what_it_looks_at() {
        const NOON: i64 = 1_577_880_190_000_000_000;
        let level = Level::Critical;
        for (withheld, kind, words) in [
            (
                Withheld::Unchanged { level, since: Some(NOON) },
                "stateChangesOnly",
                "suppressed: stateChangesOnly, CRITICAL since 2020-01-01T12:03:10Z",
            ),
            (
                Withheld::Unchanged { level, since: None },
                "stateChangesOnly",
                "suppressed: stateChangesOnly, CRITICAL since before its first point",
            ),
            (
                Withheld::TooSoon { level, told: NOON, interval: 300_000_000_000 },
                "stateChangesOnly(interval)",
                "suppressed: stateChangesOnly(5m), CRITICAL was told at 2020-01-01T12:03:10Z",
            ),
            (
                Withheld::Kept { level: Level::Warning, since: Some(NOON) },
                "warnReset",
                "suppressed: warnReset does not hold, WARNING since 2020-01-01T12:03:10Z",
            ),
            (Withheld::Recovery, "noRecoveries", "suppressed: noRecoveries"),
            (
                Withheld::Flapping { level, low: 0.25, history: 21 },
                "flapping",
                "suppressed: flapping at CRITICAL, until less than 0.25 of the last 21 levels change",
            ),
            (
                Withheld::Inhibited { category: "net".into(), tags: "dc=x".into() },
                "inhibit",
                "suppressed: category `net` is inhibited for dc=x",
            ),
            (
                Withheld::NotAll { highest: level, lowest: Level::Ok },
                "all",
                "suppressed: all(), some points of the batch are CRITICAL, others OK",
            ),
        ] {
            assert_eq!((withheld.kind(), withheld.to_string().as_str()), (kind, words));
        }
    }
}
