//! `tick migrate`: test files of kapacitor-unit as test files of `tick test`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::cli::Exit;
use crate::cli::io::{complain, print};
use crate::suite::migrate;
use crate::text::io_words;

const AFTER_HELP: &str = "\
Examples:
  tick migrate tests/weather.yaml                               print it
  tick migrate tests/weather.yaml -o rules/weather.test.yaml    write it
  tick test --kapacitor-unit tests/weather.yaml                 run it as it is";

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// A test file of kapacitor-unit
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Folder of the scripts (default: that of the file)
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Write here; a file that exists is left alone
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match migrated(args) {
        Ok(exit) => exit,
        Err(lines) => {
            lines.iter().for_each(|line| complain(&format!("error: {line}")));
            Exit::Usage
        }
    }
}

fn migrated(args: &Args) -> Result<Exit, Vec<String>> {
    let name = args.file.display().to_string();
    let text = fs::read_to_string(&args.file).map_err(|e| vec![format!("{name}: {}", io_words(&e))])?;
    let text = migrate(&name, &text, args.dir.as_deref())
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let Some(output) = &args.output else {
        return Ok(print(&text).err().unwrap_or(Exit::Ok));
    };
    let file = OpenOptions::new().write(true).create_new(true).open(output);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| vec![format!("cannot write `{}`: {}", output.display(), io_words(&e))])?;
    Ok(Exit::Ok)
}
