//! `tick check`

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::drive::Reading;
use crate::cli::files;
use crate::cli::io::{complain, print};
use crate::cli::report::io_words;
use crate::cli::sample::Given;
use crate::cli::scripts::{Checked, Settings, Surroundings, checked, find, first_error};
use crate::play::Task;
use crate::text::{Diagnostic, Severity, diagnostics_json, fixed, render};

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

    /// Make the changes that are sure to be right, then report what is left
    #[arg(long)]
    fix: bool,

    /// A sample of the data: names that it does not have, windows that never close and
    /// joins that drop points are told
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    input: Vec<String>,

    #[command(flatten)]
    reading: Reading,

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
pub(crate) enum Deny {
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
    let mut given = Given::new(&args.input, &args.reading);
    let mut beside = |task: &Task| given.beside(task);
    let mut tally = Tally { deny: args.deny.is_some(), ..Tally::default() };
    let color = args.color.on(&io::stderr());
    let mut all = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        if args.fix {
            mend(file, index, &settings).map_err(usage)?;
        }
        let mut checked = checked(file, index, &settings, true, &mut beside).map_err(usage)?;
        // Whoever names a zone has thought of it.
        if args.reading.tz.is_some() {
            checked.findings.retain(|found| found.code != "W0204");
        }
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

/// How often a script is mended: what was fixed may show what else is wrong.
const ROUNDS: usize = 5;

/// Makes the changes that are sure to be right.
fn mend(file: &Path, index: usize, settings: &Settings) -> Result<(), String> {
    if file.as_os_str() == "-" {
        return Err("`--fix` rewrites files, and standard input is none".to_owned());
    }
    let mut total = 0;
    for _ in 0..ROUNDS {
        let checked = checked(file, index, settings, true, &mut |_| Ok(None))?;
        let (text, count) = fixed(checked.source.text(), &checked.findings);
        if count == 0 {
            break;
        }
        total += count;
        files::replace(file, &text).map_err(|error| format!("{}: {}", file.display(), io_words(&error)))?;
    }
    if total > 0 {
        let noun = if total == 1 { "place" } else { "places" };
        complain(&format!("fixed: {}: {total} {noun}", file.display()));
    }
    Ok(())
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
