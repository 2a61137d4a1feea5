//! Tests of scripts: files that say what is played and what is expected, run without a server, a network or a
//! clock.
//!
//! `read` makes a file of a text, `feed` makes points of its inputs, `run` plays them and keeps a [`Record`] of all
//! that happened, `verdict` compares, `report` tells, `update` writes down what was seen.

mod coverage;
mod feed;
mod find;
mod jobs;
mod matching;
mod model;
mod noise;
mod pattern;
mod read;
mod record;
pub mod report;
mod run;
mod series;
mod time;
mod unit;
mod update;
mod vars;
mod verdict;
mod yaml;

pub use coverage::{Coverage, Covered, Item, percent};
pub use find::find;
pub use jobs::{Choice, FileResult, TestResult, run_files};
pub use model::{SuiteFile, Test};
pub use read::{ENDING, parse};
pub use record::{Record, Seen, SeenEvent};
pub use run::{Runner, Trouble, depends_on};
pub use unit::{migrate, parse_unit};
pub use update::update;
pub use verdict::{Failure, Mark, Problem, Row, Verdict, judge};
