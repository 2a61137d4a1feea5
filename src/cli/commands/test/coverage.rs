//! `--coverage`, `--coverage-out` and `--coverage-min`.

use std::fs;
use std::io::Stdout;
use std::path::PathBuf;

use super::{Args, Form};
use crate::cli::io::{Output, complain};
use crate::suite::report::coverage;
use crate::suite::{Covered, percent as hundredths};
use crate::text::io_words;

/// `--coverage-out`
pub(super) fn file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json" | "html") => Ok(path),
        _ => Err("expected a file that ends in `.json` or `.html`".to_owned()),
    }
}

/// `--coverage-min`
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
    number.filter(|n| (0.0..=100.0).contains(n)).ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

/// Tells what was seen, and whether that is enough.
///
/// # Errors
/// A file that cannot be written, in words.
pub(super) fn tell(args: &Args, covered: &Covered, out: &mut Output<Stdout>) -> Result<bool, String> {
    // Behind an object or a document there is no place for a table.
    if args.coverage && matches!(args.format, Form::Text | Form::Github) {
        out.with(|out| coverage::push_text(covered, out));
    }
    if let Some(path) = &args.coverage_out {
        let html = path.extension().is_some_and(|extension| extension == "html");
        let text = if html { coverage::html(covered) } else { coverage::json(covered) };
        fs::write(path, text).map_err(|e| format!("cannot write `{}`: {}", path.display(), io_words(&e)))?;
    }
    let seen = hundredths(covered.counts());
    match args.coverage_min {
        Some(min) if seen < min => {
            complain(&format!("error: {seen:.1}% of the scripts was seen, less than {min}%"));
            Ok(false)
        }
        _ => Ok(true),
    }
}
