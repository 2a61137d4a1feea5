//! Failures of the system in words for people.

use std::fmt::Display;
use std::io::{self, ErrorKind};

/// An error without the number that the system gives it, ` (os error 13)`, and without a capital at its start.
pub fn system_words(error: impl Display) -> String {
    const NUMBER: &str = " (os error ";
    let mut text = error.to_string();
    while let Some(at) = text.find(NUMBER) {
        let rest = text.get(at + NUMBER.len()..).unwrap_or_default();
        let Some(end) = rest.find(')').filter(|end| rest.bytes().take(*end).all(|b| b.is_ascii_digit()))
        else {
            break;
        };
        text.replace_range(at..at + NUMBER.len() + end + 1, "");
    }
    // A name such as `DNS` keeps its letters.
    let mut chars = text.chars();
    if let (Some(first), Some(second)) = (chars.next(), chars.next())
        && first.is_ascii_uppercase()
        && !second.is_ascii_uppercase()
    {
        text.replace_range(..1, &first.to_ascii_lowercase().to_string());
    }
    text
}

/// An error of the system in few words.
pub fn io_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "may not be read: permission denied".to_owned(),
        ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => system_words(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_capitals_go() {
        for (given, want) in [
            ("Permission denied (os error 13)", "permission denied"),
            ("a.pem: No such file (os error 2) at 3", "a.pem: No such file at 3"),
            ("Connection refused (os error 111), Reset (os error 104)", "connection refused, Reset"),
            ("DNS is down", "DNS is down"),
            ("odd (os error x)", "odd (os error x)"),
            ("", ""),
        ] {
            assert_eq!(system_words(given), want);
        }
        assert_eq!(system_words(std::io::Error::from_raw_os_error(2)), "no such file or directory");
    }
}
