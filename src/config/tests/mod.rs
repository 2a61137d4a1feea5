//! A whole configuration: read, changed by the environment and by the API, shown, and its secrets nowhere.

mod changing;
mod reading;
mod variables;

use super::Settings;

/// A file with every section.
const FULL: &str = include_str!("../../../tests/cli/config/full.conf");

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(text: &str) -> Settings {
    Settings::read("k.conf", text, []).unwrap_or_else(|e| panic!("{text}\n{e:?}"))
}

fn full() -> Settings {
    read(FULL)
}
