//! `tick explain`: the page of a code or a word.

use crate::cli::Exit;
use crate::cli::io::{complain, print};
use crate::text::codes;
use crate::text::suggest::nearest;

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A code such as E0101
    #[arg(value_name = "WORD")]
    word: String,
}

/// Something that has pages: where they are found, and all the words that have one.
struct Shelf {
    page: fn(&str) -> Option<String>,
    words: fn() -> Vec<&'static str>,
}

/// All pages; the first shelf that knows a word explains it.
const SHELVES: &[Shelf] = &[Shelf {
    page: |word| codes::find(word).map(codes::page),
    words: || codes::all().map(|code| code.code).collect(),
}];

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let word = args.word.trim();
    match SHELVES.iter().find_map(|shelf| (shelf.page)(word)) {
        Some(page) => print(&page).err().unwrap_or(Exit::Ok),
        None => {
            complain(&format!("error: nothing is known of `{word}`"));
            let words: Vec<&str> = SHELVES.iter().flat_map(|shelf| (shelf.words)()).collect();
            if let Some(meant) = nearest(word, words.into_iter()) {
                complain(&format!("help: did you mean `{meant}`?"));
            }
            Exit::Usage
        }
    }
}
