//! `tick ci`: everything that is to hold before a change of rules goes live.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use super::check::Deny;
use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::files;
use crate::cli::io::{Output, complain};
use crate::cli::report::io_words;
use crate::cli::scripts::{Checked, Settings, Surroundings, checked, find};
use crate::lang;
use crate::suite::report::{Annotation, Dialect, Format, Reporter, Totals};
use crate::suite::{self, Choice};
use crate::text::{Diagnostic, Severity, render};

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Checks all scripts, sees whether they are formatted, and runs all tests: `tick check`, `tick fmt --check` and
`tick test` at once. A script whose vars have no values is checked as a template.

Exit status: 0 all is well; 1 a script has a mistake or is not formatted, or a test failed; 2 there is nothing to
check, or a file cannot be read.")]
pub(crate) struct Args {
    /// Scripts, tests and folders of them (default: this folder)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    surroundings: Surroundings,

    /// Refuse scripts with warnings, too
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,

    /// How to report
    #[arg(long, value_enum, default_value_t = Form::Auto)]
    format: Form,

    /// Write what came of the tests as JUnit's XML, too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// When to colour the report
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// As the CI server at work likes it
    Auto,
    /// For people
    Text,
    /// Annotations of GitHub Actions, and text
    Github,
    /// Annotations of Azure Pipelines, and text
    Azure,
}

impl Form {
    /// The marks of the server; none where text is enough.
    fn dialect(self) -> Option<Dialect> {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Form::Text => None,
            Form::Github => Some(Dialect::Github),
            Form::Azure => Some(Dialect::Azure),
            Form::Auto if set("GITHUB_ACTIONS") => Some(Dialect::Github),
            Form::Auto if set("TF_BUILD") => Some(Dialect::Azure),
            Form::Auto => None,
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match ci(args) {
        Ok(exit) => exit,
        Err(words) => {
            complain(&format!("error: {words}"));
            Exit::Usage
        }
    }
}

fn ci(args: &Args) -> Result<Exit, String> {
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { args.paths.as_slice() };
    let settings = args.surroundings.read()?;
    let dialect = args.format.dialect();
    let mut review = Review { args, dialect, out: Output::stdout(), tally: Tally::default() };
    let folders_and_scripts: Vec<PathBuf> = paths.iter().filter(|path| !is_test(path)).cloned().collect();
    let scripts = find(&folders_and_scripts)?;
    for (index, script) in scripts.iter().enumerate() {
        review.script(script, index, &settings)?;
    }
    let totals = review.tests(&suite::find(paths)?)?;
    review.end(scripts.len(), &totals)
}

fn is_test(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".test.yaml")
}

#[derive(Default)]
struct Tally {
    wrong: usize,
    doubtful: usize,
    unformatted: usize,
}

struct Review<'a> {
    args: &'a Args,
    dialect: Option<Dialect>,
    out: Output<io::Stdout>,
    tally: Tally,
}

impl Review<'_> {
    fn script(&mut self, path: &Path, index: usize, settings: &Settings) -> Result<(), String> {
        let mut checked = checked(path, index, settings, true, &mut |_| Ok(None))?;
        // A template: its vars get their values where it is used, as in its tests.
        checked.findings.retain(|found| found.code != "E0204");
        let of = |severity| checked.findings.iter().any(|found| found.severity == severity);
        self.tally.wrong += usize::from(of(Severity::Error));
        self.tally.doubtful += usize::from(of(Severity::Warning));
        for found in &checked.findings {
            self.finding(&checked, found);
        }
        self.formatting(path, &checked)
    }

    fn finding(&mut self, checked: &Checked, found: &Diagnostic) {
        complain(&render(&checked.source, found, self.args.color.on(&io::stderr())));
        let Some(dialect) = self.dialect else { return };
        let place = found.span.map(|span| checked.source.place(span.start as usize));
        let hint = found.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        let mark = Annotation {
            error: found.severity == Severity::Error,
            file: checked.source.name(),
            place: place.map(|place| (place.line, place.column)),
            title: found.code,
            text: &format!("{}{hint}", found.message),
        };
        self.out.put(&dialect.line(&mark));
    }

    /// A script that cannot be parsed has been told of already.
    fn formatting(&mut self, path: &Path, checked: &Checked) -> Result<(), String> {
        let source = &checked.source;
        if lang::format(source.text()).map_or(true, |formatted| formatted == source.text()) {
            return Ok(());
        }
        self.tally.unformatted += 1;
        let words = format!("not formatted: `tick fmt --write {}`", path.display());
        complain(&format!("error: {}: {words}\n", source.name()));
        if let Some(dialect) = self.dialect {
            let mark = Annotation {
                error: true,
                file: source.name(),
                place: Some((1, 1)),
                title: "fmt",
                text: &words,
            };
            self.out.put(&dialect.line(&mark));
        }
        Ok(())
    }

    fn tests(&mut self, files: &[PathBuf]) -> Result<Totals, String> {
        let format = match self.dialect {
            Some(dialect) => Format::Annotated(dialect),
            None => Format::Text { color: self.args.color.on(&io::stdout()) },
        };
        let jobs = thread::available_parallelism().map_or(1, usize::from);
        let choice = Choice {
            run: None,
            fail_fast: false,
            jobs,
            update: false,
            coverage: false,
            unit: false,
            unit_scripts: None,
        };
        let (mut shown, mut junit) = (Reporter::new(format), Reporter::new(Format::Junit));
        let mut xml = String::new();
        suite::run_files(files, &choice, &mut |result| {
            self.out.with(|out| shown.file(&result, out));
            junit.file(&result, &mut xml);
        });
        let mut totals = Totals::default();
        self.out.with(|out| totals = shown.end(out));
        junit.end(&mut xml);
        if let Some(path) = &self.args.junit {
            files::write(path, &xml).map_err(|error| format!("{}: {}", path.display(), io_words(&error)))?;
        }
        Ok(totals)
    }

    fn end(mut self, scripts: usize, totals: &Totals) -> Result<Exit, String> {
        let Tally { wrong, doubtful, unformatted } = self.tally;
        let noun = if scripts == 1 { "script" } else { "scripts" };
        let line = format!(
            "{scripts} {noun}: {wrong} with errors, {doubtful} with warnings, {unformatted} not formatted; {} tests, {} failed\n",
            totals.tests(),
            totals.failed + totals.broken,
        );
        self.out.put(&line);
        self.out
            .finish()
            .map_err(|error| format!("cannot write to standard output: {}", io_words(&error)))?;
        let refused = wrong + unformatted + totals.failed > 0 || (self.args.deny.is_some() && doubtful > 0);
        Ok(match refused {
            _ if totals.broken > 0 => Exit::Usage,
            true => Exit::Finding,
            false => Exit::Ok,
        })
    }
}
