//! `tick convert`

use std::io;
use std::path::PathBuf;

use crate::cli::Exit;
use crate::cli::drive::Reading;
use crate::cli::io::complain;
use crate::cli::points::Points;
use crate::cli::write::{Form, Out, is_packed};
use crate::text::system_words;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files with metrics, `-` for standard input; one after the other
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<String>,

    #[command(flatten)]
    reading: Reading,

    /// Database of points that name none
    #[arg(long, value_name = "NAME", default_value = "db", help_heading = "Input", value_parser = a_line)]
    db: String,

    /// Retention policy of points that name none
    #[arg(long, value_name = "NAME", default_value = "rp", help_heading = "Input", value_parser = a_line)]
    rp: String,

    /// What to write: `lp`, `csv`, `tsv` or `srpl` (default: by the name of the output)
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    to: Option<Form>,

    /// File to write (default: standard output); compressed if its name ends in `.gz`
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Compress with gzip, whatever the name
    #[arg(long, help_heading = "Output")]
    gzip: bool,

    /// Say nothing but errors on standard error
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  tick convert metrics.csv --to lp > metrics.lp
  tick convert monday.srpl tuesday.lp.gz -o both.csv
  telegraf --test | tick convert -o host.srpl.gz --db telegraf --rp autogen

Exit status:
  0    everything was written
  1    `--strict` and a line was skipped
  2    wrong usage, an input that cannot be read, an output that cannot be written";

/// A name that is one line: a recording has it on a line of its own.
pub(crate) fn a_line(text: &str) -> Result<String, String> {
    match text.contains(['\n', '\r']) {
        true => Err("a name cannot have line breaks".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    convert(args).unwrap_or_else(|words| {
        complain(&format!("error: {words}"));
        Exit::Usage
    })
}

fn convert(args: &Args) -> Result<Exit, String> {
    let by_name = args.output.as_deref().and_then(Form::of_name);
    let form = args.to.or(by_name).ok_or("say what to write: `--to lp`, `--to csv` or `--to srpl`")?;
    let default_time = args.reading.default_time()?;
    let inputs = args.reading.open(&args.files, default_time).map_err(|e| e.to_string())?;
    let packed = args.gzip || args.output.as_deref().is_some_and(is_packed);
    let out = Out::open(args.output.as_deref(), packed, &args.files)?;
    let mut writer = form.writer(out);
    let home = (args.db.clone(), args.rp.clone());
    let mut points = Points::new(home, default_time, args.reading.strict, args.quiet);
    let read = inputs.into_iter().try_for_each(|blocks| points.each(blocks, &mut |p| writer.point(p)));
    let notices = read.and_then(|()| writer.finish());
    finish(&points, points.count, notices, args.quiet)
}

/// Says what was written, and gives the status.
pub(crate) fn finish(
    points: &Points,
    written: u64,
    notices: io::Result<Vec<String>>,
    quiet: bool,
) -> Result<Exit, String> {
    let notices = match notices {
        // A reader that has gone away has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Ok),
        Err(error) => return Err(format!("cannot write: {}", system_words(error))),
        Ok(notices) => notices,
    };
    if !quiet {
        notices.iter().for_each(|notice| complain(&format!("note: {notice}")));
        complain(&format!("{} written", number(written, "point")));
        if points.skips.count > 0 {
            complain(&format!("{} skipped", number(points.skips.count, "line")));
        }
    }
    Ok(match (points.lost, points.skips.strict && points.skips.count > 0) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Finding,
        (false, false) => Exit::Ok,
    })
}

/// `1 point`, `2 points`
pub(crate) fn number(n: u64, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
