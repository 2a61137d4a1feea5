//! `tick check`

use std::io;
use std::path::PathBuf;

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::io::{complain, print};
use crate::cli::scripts::{Checked, Surroundings, checked, find, first_error};
use crate::text::{Diagnostic, Severity, diagnostics_json, render};

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Scripts, folders of them, or `-` for standard input
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

    /// When to colour the report
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// For people, on standard error
    Text,
    /// For editors and programs: one JSON object on standard output
    Json,
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
    let mut settings = args.surroundings.read().map_err(usage)?;
    if args.format == Format::Kapacitor {
        settings.refuse_undeclared();
    }
    let files = find(&args.scripts).map_err(usage)?;
    let mut tally = Tally { deny: args.deny.is_some(), ..Tally::default() };
    let color = args.color.on(&io::stderr());
    let mut all = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        let checked = checked(file, index, &settings, true).map_err(usage)?;
        tally.count(&checked.findings);
        if args.format == Format::Text {
            in_order(&checked).iter().for_each(|found| complain(&render(&checked.source, found, color)));
        }
        all.push(checked);
    }
    settings.all_typed_vars_are_declared(&all).map_err(usage)?;
    match args.format {
        Format::Text => complain(&tally.summary()),
        Format::Json => {
            let findings =
                all.iter().flat_map(|one| in_order(one).into_iter().map(|found| (&one.source, found)));
            print(&diagnostics_json(findings))?;
        }
        Format::Kapacitor => {
            let words: Vec<&str> = all.iter().map(|one| first_error(&one.findings).unwrap_or("ok")).collect();
            print(&(words.join("\n") + "\n"))?;
        }
    }
    Ok(if tally.refuses() { Exit::Finding } else { Exit::Ok })
}

/// Findings in the order of their places; those about the whole script last.
fn in_order(checked: &Checked) -> Vec<&Diagnostic> {
    let mut findings: Vec<&Diagnostic> = checked.findings.iter().collect();
    findings.sort_by_key(|found| found.span.map_or(u32::MAX, |span| span.start));
    findings
}

/// How many scripts are how good.
#[derive(Default)]
struct Tally {
    deny: bool,
    scripts: usize,
    wrong: usize,
    doubtful: usize,
}

impl Tally {
    fn count(&mut self, findings: &[Diagnostic]) {
        self.scripts += 1;
        if findings.iter().any(|found| found.severity == Severity::Error) {
            self.wrong += 1;
        } else if !findings.is_empty() {
            self.doubtful += 1;
        }
    }

    fn refuses(&self) -> bool {
        self.wrong > 0 || (self.deny && self.doubtful > 0)
    }

    /// `3 scripts: 2 ok, 1 with errors`
    fn summary(&self) -> String {
        let Tally { scripts, wrong, doubtful, .. } = *self;
        let noun = if scripts == 1 { "script" } else { "scripts" };
        let mut summary = format!("{scripts} {noun}: {} ok", scripts - wrong - doubtful);
        if doubtful > 0 {
            summary += &format!(", {doubtful} with warnings");
        }
        if wrong > 0 {
            summary += &format!(", {wrong} with errors");
        }
        summary
    }
}
