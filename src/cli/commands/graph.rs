//! `tick graph`

use std::io;
use std::path::PathBuf;

use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::io::{complain, print};
use crate::cli::scripts::{Surroundings, checked};
use crate::pipeline;
use crate::text::{Severity, render};

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The script, or `-` for standard input
    #[arg(value_name = "SCRIPT")]
    script: PathBuf,

    #[command(flatten)]
    surroundings: Surroundings,

    /// Language of the picture
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// Graphviz, as Kapacitor prints it
    Dot,
    /// Mermaid, for Markdown
    Mermaid,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match graph(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn graph(args: &Args) -> Result<Exit, Exit> {
    let usage = |message: String| {
        complain(&format!("error: {message}"));
        Exit::Usage
    };
    let settings = args.surroundings.read().map_err(usage)?;
    let checked = checked(&args.script, 0, &settings, false, &mut |_| Ok(None)).map_err(usage)?;
    let all = [checked];
    settings.all_typed_vars_are_declared(&all).map_err(usage)?;
    let [checked] = &all;
    let Some(graph) = &checked.graph else {
        for found in checked.findings.iter().filter(|found| found.severity == Severity::Error) {
            complain(&render(&checked.source, found, Color::Auto.on(&io::stderr())));
        }
        return Ok(Exit::Finding);
    };
    let text = match args.format {
        Format::Dot => pipeline::dot(graph, &checked.task) + "\n",
        Format::Mermaid => pipeline::mermaid(graph),
    };
    print(&text)?;
    Ok(Exit::Ok)
}
