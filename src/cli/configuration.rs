//! The configuration that was typed, with what the environment changes in it.

use std::env;
use std::path::Path;

use crate::config::Settings;
use crate::handlers::{Config, FileError};

/// The variables of the environment that are texts.
pub(crate) fn variables() -> impl Iterator<Item = (String, String)> {
    env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// What handlers, functions and queries read of a file.
pub(crate) fn load(path: &Path) -> Result<Config, Vec<FileError>> {
    Settings::load(path, variables())?.handlers()
}
