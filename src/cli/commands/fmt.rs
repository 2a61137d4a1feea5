//! `tick fmt`: scripts in canonical form, to standard output or in place.

use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::io::{Output, complain};
use crate::cli::report::io_words;
use crate::cli::scripts;
use crate::lang;
use crate::play;
use crate::play::files;
use crate::text::{Source, render};

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A single script is printed in its canonical form. Of several scripts, or of a folder, only the names of
those are printed that would change: look at the changes with --diff, make them with --write.

Exit status: 0 done, 1 with --check if a script is not in canonical form, 2 if a script has a mistake or
cannot be read or written.")]
pub(crate) struct Args {
    /// Scripts, and folders to search for *.tick; `-` or nothing is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Rewrite scripts that are not in canonical form, and print their names
    #[arg(short, long, conflicts_with_all = ["check", "diff"])]
    write: bool,
    /// Print the names of scripts that are not in canonical form; exit 1 if there are any
    #[arg(long)]
    check: bool,
    /// Print what would change
    #[arg(long)]
    diff: bool,
    /// When to colour messages
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// What is done with a script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Print,
    List,
    Write,
    Diff,
}

/// A script to format; `path` is none for standard input.
struct Script {
    path: Option<PathBuf>,
    source: Source,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let stdin = PathBuf::from("-");
    let typed = if args.paths.is_empty() { std::slice::from_ref(&stdin) } else { args.paths.as_slice() };
    let one = matches!(typed, [path] if !path.is_dir());
    let mode = match args {
        Args { write: true, .. } => Mode::Write,
        Args { diff: true, .. } => Mode::Diff,
        Args { check: true, .. } => Mode::List,
        _ if one => Mode::Print,
        _ => Mode::List,
    };
    let mut run = Run { mode, color: args.color, out: Output::stdout(), changed: false, failed: false };
    for path in typed {
        run.path(path);
    }
    run.finish(args.check)
}

struct Run {
    mode: Mode,
    color: Color,
    out: Output<io::Stdout>,
    changed: bool,
    failed: bool,
}

impl Run {
    fn fail(&mut self, name: &str, words: &str) {
        self.failed = true;
        complain(&format!("error: {name}: {words}"));
    }

    fn path(&mut self, path: &Path) {
        if path.as_os_str() == "-" {
            return self.stdin();
        }
        let found = match scripts::find(&[path.to_path_buf()]) {
            Ok(found) => found,
            Err(words) => {
                self.failed = true;
                return complain(&format!("error: {words}"));
            }
        };
        for file in found {
            let name = file.display().to_string();
            match files::read(&file) {
                Ok(text) => self.script(&Script { path: Some(file), source: Source::new(name, text) }),
                Err(error) => self.fail(&name, &io_words(&error)),
            }
        }
    }

    fn stdin(&mut self) {
        if self.mode == Mode::Write {
            return self.fail("standard input", "cannot be rewritten");
        }
        match play::script_text(io::stdin().lock()) {
            Ok(text) => self.script(&Script { path: None, source: Source::new("<stdin>", text) }),
            Err(error) => self.fail("standard input", &io_words(&error)),
        }
    }

    fn script(&mut self, script: &Script) {
        let source = &script.source;
        let formatted = match lang::format(source.text()) {
            Ok(formatted) => formatted,
            Err(findings) => {
                self.failed = true;
                let color = self.color.on(&io::stderr());
                for finding in findings {
                    complain(&render(source, &finding, color));
                }
                return;
            }
        };
        let differs = formatted != source.text();
        self.changed |= differs;
        match (self.mode, &script.path) {
            (Mode::Print, _) => self.out.put(&formatted),
            _ if !differs => {}
            (Mode::Diff, _) => self.out.put(&diff(source, &formatted)),
            (Mode::Write, Some(path)) => match files::replace(path, &formatted) {
                Ok(()) => self.out.put(&format!("{}\n", source.name())),
                Err(error) => self.fail(source.name(), &io_words(&error)),
            },
            _ => self.out.put(&format!("{}\n", source.name())),
        }
    }

    fn finish(mut self, check: bool) -> Exit {
        if let Err(error) = std::mem::replace(&mut self.out, Output::stdout()).finish() {
            self.fail("standard output", &io_words(&error));
        }
        match self {
            Run { failed: true, .. } => Exit::Usage,
            Run { changed: true, .. } if check => Exit::Finding,
            _ => Exit::Ok,
        }
    }
}

fn diff(source: &Source, formatted: &str) -> String {
    let lines = TextDiff::from_lines(source.text(), formatted);
    let name = source.name();
    lines.unified_diff().header(&format!("{name} (as it is)"), &format!("{name} (formatted)")).to_string()
}
