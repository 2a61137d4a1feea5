//! `tick test`: which tests are run, how they are told, and the exit status.

mod watch;

use std::io;
use std::path::PathBuf;
use std::thread;

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::io::{Output, complain};
use crate::suite::report::{Format, Reporter, Totals};
use crate::suite::{Choice, find, run_files};
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
        }
    }

    fn format(&self) -> Format {
        match self.format {
            Form::Text => Format::Text { color: self.color.on(&io::stdout()) },
            Form::Json => Format::Json,
            Form::Junit => Format::Junit,
            Form::Tap => Format::Tap,
            Form::Github => Format::Github,
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
    run_files(files, &args.choice(), &mut |result| {
        out.with(|out| reporter.file(&result, out));
        heard(result.depends_on);
    });
    let mut totals = Totals::default();
    out.with(|out| totals = reporter.end(out));
    if let Err(error) = out.finish() {
        complain(&format!("error: cannot write to standard output: {}", system_words(error)));
        return Exit::Usage;
    }
    if totals.broken > 0 {
        return Exit::Usage;
    }
    if totals.tests() == 0 {
        complain(&no_test(args, files));
        return Exit::Usage;
    }
    if totals.failed > 0 { Exit::Finding } else { Exit::Ok }
}

/// A run that tests nothing must not look like one that passes.
fn no_test(args: &Args, files: &[PathBuf]) -> String {
    match (&args.run, files) {
        (_, []) => "error: there is no test: a file `cpu.test.yaml` beside `cpu.tick` tests it".to_owned(),
        (Some(run), _) => format!("error: no test has a name that matches `{run}`"),
        (None, _) => "error: there is no test in these files".to_owned(),
    }
}
