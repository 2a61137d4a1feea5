//! `tick test`: which tests are run, how they are told, and the exit status.

mod coverage;
mod watch;

use std::io;
use std::path::PathBuf;
use std::thread;

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::io::{Output, complain};
use crate::suite::report::{Dialect, Format, Reporter, Totals};
use crate::suite::{Choice, Covered, find, run_files};
use crate::text::system_words;

const AFTER_HELP: &str = "\
A test file lies beside its script: cpu.test.yaml tests cpu.tick.

  tests:
    - name: a busy host is critical
      input:
        - series: cpu
          tags: {host: [web-1, web-2]}
          fields: {usage_idle: 90x5m 5x2m}
      expect:
        events:
          - {at: 5m, level: CRITICAL, id: web-1/cpu}

Examples:
  tick test                      all tests below this folder
  tick test rules/cpu.tick       the test beside a script
  tick test --run 'busy|quiet'   tests whose names match
  tick test --update             write down what is seen instead
  tick test --watch              again whenever a file is saved
  tick test --format junit > report.xml
  tick test --coverage           what of the scripts no test has seen

Exit status: 0 all passed; 1 a test failed; 2 there is no test, or a file is wrong.
The format of test files is described in docs/testing.md.";

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Test files, scripts with a test beside them, folders (default: this folder)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Run only tests whose names match
    #[arg(long, value_name = "REGEX")]
    run: Option<regex::Regex>,

    /// Stop after the first test that fails
    #[arg(long)]
    fail_fast: bool,

    /// How many files are tested at a time (default: as many as there are CPUs)
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Write what is seen into the test files; comments and everything else stay
    #[arg(long, conflicts_with = "watch")]
    update: bool,

    /// Stay, and run again what is affected when a file is saved
    #[arg(long)]
    watch: bool,

    /// The paths are test files of kapacitor-unit
    #[arg(long, conflicts_with = "update", requires = "paths")]
    kapacitor_unit: bool,

    /// Where the scripts of those are (default: beside them)
    #[arg(long, value_name = "DIR", requires = "kapacitor_unit")]
    dir: Option<PathBuf>,

    /// Tell what of the scripts no test has seen: nodes, conditions that were never true or false, handlers
    #[arg(long)]
    coverage: bool,

    /// Write the coverage to a file: `.json`, or `.html` with the lines of the scripts marked
    #[arg(long, value_name = "FILE", value_parser = coverage::file)]
    coverage_out: Option<PathBuf>,

    /// Fail if less of the scripts was seen
    #[arg(long, value_name = "PERCENT", value_parser = coverage::percent)]
    coverage_min: Option<f64>,

    /// How to report
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,

    /// When to colour the report
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// `--format`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// JUnit's XML, for CI servers
    Junit,
    /// The Test Anything Protocol
    Tap,
    /// Annotations of GitHub Actions, and text
    Github,
    /// Annotations of Azure Pipelines, and text
    Azure,
}

impl Args {
    fn paths(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() }
    }

    fn choice(&self) -> Choice {
        let cpus = || thread::available_parallelism().map_or(1, usize::from);
        Choice {
            run: self.run.clone(),
            fail_fast: self.fail_fast,
            jobs: self.jobs.map_or_else(cpus, usize::from),
            update: self.update,
            coverage: self.covers(),
            unit: self.kapacitor_unit,
            unit_scripts: self.dir.clone(),
        }
    }

    /// Whether coverage is asked for in any form.
    fn covers(&self) -> bool {
        self.coverage || self.coverage_out.is_some() || self.coverage_min.is_some()
    }

    fn format(&self) -> Format {
        match self.format {
            Form::Text => Format::Text { color: self.color.on(&io::stdout()) },
            Form::Json => Format::Json,
            Form::Junit => Format::Junit,
            Form::Tap => Format::Tap,
            Form::Github => Format::Annotated(Dialect::Github),
            Form::Azure => Format::Annotated(Dialect::Azure),
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    if args.watch {
        return watch::watch(args);
    }
    match find(&args.paths()) {
        Ok(files) => tell(args, &files, &mut |_| ()),
        Err(words) => {
            complain(&format!("error: {words}"));
            Exit::Usage
        }
    }
}

/// Runs test files and reports; `heard` gets what each depends on.
fn tell(args: &Args, files: &[PathBuf], heard: &mut dyn FnMut(Vec<PathBuf>)) -> Exit {
    let mut reporter = Reporter::new(args.format());
    let mut out = Output::stdout();
    let mut covered = Covered::default();
    run_files(files, &args.choice(), &mut |result| {
        out.with(|out| reporter.file(&result, out));
        result.covered.into_iter().for_each(|coverage| covered.add(coverage));
        heard(result.depends_on);
    });
    let mut totals = Totals::default();
    out.with(|out| totals = reporter.end(out));
    let enough = coverage::tell(args, &covered, &mut out);
    if let Err(error) = out.finish() {
        complain(&format!("error: cannot write to standard output: {}", system_words(error)));
        return Exit::Usage;
    }
    if totals.tests() == 0 {
        complain(&no_test(args, files));
        return Exit::Usage;
    }
    match enough {
        Ok(_) if totals.broken > 0 => Exit::Usage,
        Ok(true) if totals.failed == 0 => Exit::Ok,
        Ok(_) => Exit::Finding,
        Err(words) => {
            complain(&format!("error: {words}"));
            Exit::Usage
        }
    }
}

/// A run that tests nothing must not look like one that passes.
fn no_test(args: &Args, files: &[PathBuf]) -> String {
    match (&args.run, files) {
        (_, []) => "error: there is no test: a file `cpu.test.yaml` beside `cpu.tick` tests it".to_owned(),
        (Some(run), _) => format!("error: no test has a name that matches `{run}`"),
        (None, _) => "error: there is no test in these files".to_owned(),
    }
}
