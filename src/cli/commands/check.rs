//! `tick check`

use std::path::PathBuf;

use crate::cli::Exit;
use crate::cli::io::{complain, print};
use crate::cli::report;
use crate::cli::scripts::{Checked, Surroundings, checked, find, first_error};
use crate::text::{Diagnostic, Severity};

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Scripts, or folders of them
    #[arg(value_name = "SCRIPT", required = true)]
    scripts: Vec<PathBuf>,

    #[command(flatten)]
    surroundings: Surroundings,

    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Refuse scripts with warnings, too
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// For people, on standard error
    Text,
    /// `ok`, or the first error in Kapacitor's words
    Kapacitor,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Deny {
    /// Warnings
    Warnings,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match check(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn check(args: &Args) -> Result<Exit, Exit> {
    let usage = |message: String| {
        complain(&format!("error: {message}"));
        Exit::Usage
    };
    let settings = args.surroundings.read().map_err(usage)?;
    let files = find(&args.scripts).map_err(usage)?;
    let mut tally = Tally { deny: args.deny.is_some(), ..Tally::default() };
    let mut out = String::new();
    for (index, file) in files.iter().enumerate() {
        let Checked { source, findings, .. } = checked(file, index, &settings, true).map_err(usage)?;
        tally.count(&findings);
        match args.format {
            Format::Text => findings.iter().for_each(|found| complain(&report::line(&source, found))),
            Format::Kapacitor => {
                let words = first_error(&findings);
                out.push_str(words.unwrap_or("ok"));
                out.push('\n');
            }
        }
    }
    if args.format == Format::Text {
        complain(&tally.summary());
    }
    print(&out)?;
    Ok(if tally.refused > 0 { Exit::Finding } else { Exit::Ok })
}

/// How many scripts are how good.
#[derive(Default)]
struct Tally {
    deny: bool,
    scripts: usize,
    refused: usize,
    warned: usize,
}

impl Tally {
    fn count(&mut self, findings: &[Diagnostic]) {
        self.scripts += 1;
        let errors = findings.iter().any(|found| found.severity == Severity::Error);
        if errors || (self.deny && !findings.is_empty()) {
            self.refused += 1;
        } else if !findings.is_empty() {
            self.warned += 1;
        }
    }

    fn summary(&self) -> String {
        let Tally { scripts, refused, warned, .. } = *self;
        let noun = if scripts == 1 { "script" } else { "scripts" };
        let mut parts = vec![format!("{} ok", scripts - refused)];
        if warned > 0 {
            parts = vec![format!("{} ok ({warned} with warnings)", scripts - refused)];
        }
        if refused > 0 {
            parts.push(format!("{refused} with errors"));
        }
        format!("{scripts} {noun}: {}", parts.join(", "))
    }
}
