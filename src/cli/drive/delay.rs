//! `--input FILE@DELAY`: data that come late.

use std::convert::Infallible;
use std::path::Path;
use std::str::FromStr;

use super::typed::duration;

/// An input as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InputArg {
    /// Its file, `-` for standard input.
    pub(crate) file: String,
    /// How long after the beginning of the run it is held back, in nanoseconds.
    pub(crate) delay: Option<i64>,
}

impl InputArg {
    /// An input that is not held back.
    pub(crate) fn plain(file: String) -> InputArg {
        InputArg { file, delay: None }
    }

    fn parse(text: &str, exists: impl Fn(&str) -> bool) -> InputArg {
        if let Some((file, delay)) = text.rsplit_once('@')
            && let Some(delay) = duration(delay).ok().and_then(|d| i64::try_from(d.as_nanos()).ok())
            && !exists(text)
        {
            return InputArg { file: file.to_owned(), delay: Some(delay) };
        }
        InputArg::plain(text.to_owned())
    }
}

impl FromStr for InputArg {
    type Err = Infallible;

    /// A file whose own name ends like that is taken as it is.
    fn from_str(text: &str) -> Result<InputArg, Infallible> {
        Ok(InputArg::parse(text, |name| Path::new(name).exists()))
    }
}

/// What to say besides of a file that cannot be opened.
pub(super) fn hint(file: &str) -> String {
    match file.rsplit_once('@') {
        Some((name, delay)) if Path::new(name).is_file() => {
            format!("; `{delay}` is no delay such as `10s` or `1m30s`")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_told_from_a_name() {
        for (text, file, delay) in [
            ("late.lp@10m", "late.lp", Some(600_000_000_000)),
            ("-@1m30s", "-", Some(90_000_000_000)),
            ("me@home.lp", "me@home.lp", None),
            ("me@home.lp@0s", "me@home.lp", Some(0)),
            ("late.lp@10", "late.lp@10", None),
            ("late.lp@-1s", "late.lp@-1s", None),
            ("dump@1d", "dump@1d", None),
            ("late.lp", "late.lp", None),
        ] {
            let input = InputArg::parse(text, |name| name == "dump@1d");
            assert_eq!((&*input.file, input.delay), (file, delay), "{text}");
        }
    }
}
