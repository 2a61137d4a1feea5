//! The commands that talk to a server, held to what they ask and what they print: Kapacitor's own, to the last blank.

mod define;
mod ends;
mod lists;
mod recordings;
mod shows;

use super::server::Server;
use super::tick::{Outcome, Tick};

/// Runs a command line against a server that gives these answers; gives what it did and what it asked: each request's
/// method, path and body.
#[track_caller]
fn talk(line: &str, answers: &[(u16, &str)]) -> (Outcome, Vec<String>) {
    said(tick(line), answers)
}

/// A command line of words without blanks.
fn tick(line: &str) -> Tick {
    let words: Vec<&str> = line.split(' ').collect();
    let (command, args) = words.split_first().expect("a command");
    Tick::new(command).args(args)
}

#[track_caller]
fn said(tick: Tick, answers: &[(u16, &str)]) -> (Outcome, Vec<String>) {
    let server = Server::start(answers);
    let out = tick.env("KAPACITOR_URL", &server.url).run();
    let asked = server.requests().into_iter().map(|request| {
        let line = request.line.trim_end_matches(" HTTP/1.1").to_owned();
        if request.body.is_empty() { line } else { format!("{line} {}", request.body) }
    });
    (out, asked.collect())
}
