//! Ids of tasks and templates.

use uuid::Uuid;

use super::Trouble;
use crate::value::quote::quoted;

/// The id that was asked for, or one that nobody has; `what` is `task` or `template`.
pub(super) fn checked(id: Option<String>, what: &str) -> Result<String, Trouble> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(Uuid::new_v4().to_string()) };
    let fits = regex::Regex::new(r"\A[-._\p{L}0-9]+\z").is_ok_and(|pattern| pattern.is_match(&id));
    if fits {
        return Ok(id);
    }
    let words = format!("{what} ID must contain only letters, numbers, '-', '.' and '_'. {}", quoted(&id));
    Err(Trouble::Bad(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_all_languages_fit() {
        for id in ["a", "Ü.b-c_9", "日本"] {
            assert_eq!(checked(Some(id.to_owned()), "task"), Ok(id.to_owned()));
        }
        for id in ["a b", "a/b", "a\n", "€"] {
            assert!(checked(Some(id.to_owned()), "task").is_err(), "{id}");
        }
        let (one, other) = (checked(None, "task").unwrap(), checked(Some(String::new()), "task").unwrap());
        assert_eq!((one.len(), one == other), (36, false));
    }
}
