//! Runs the conformance cases with the built `tick` and holds their results against the lists of what
//! is not done yet and of what is different on purpose.

mod cases;
mod compare;
mod json;
mod lists;
mod replay;
mod resume;

use std::collections::BTreeMap;

pub(crate) use cases::{areas, checks, dots, evals, formats};
pub(crate) use replay::replays;
pub(crate) use resume::resumed;

/// Name of a case, such as `replay/alert/resets`, to what went wrong with it.
pub(crate) type Results = BTreeMap<String, Result<(), String>>;

/// Fails unless exactly the listed cases fail.
pub(crate) fn settle(results: &Results) {
    let pending = lists::pending();
    let different = lists::differences();
    let mut wrong = Vec::new();
    for (name, result) in results {
        match (result, pending.get(name), different.get(name)) {
            (Ok(()), Some(_), _) => {
                wrong.push(format!("{name} passes: take it off the list of pending cases"))
            }
            (Ok(()), _, Some(_)) => wrong.push(format!("{name} passes: take it off the list of differences")),
            (Err(why), None, None) => wrong.push(format!("{name}\n    {}", why.replace('\n', "\n    "))),
            _ => {}
        }
    }
    assert!(!results.is_empty(), "no case was found");
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), results.len(), wrong.join("\n"));
}

/// Both lists name cases that exist, once, each with a reason.
#[test]
fn lists_are_sound() {
    let known = cases::names();
    for (name, why) in lists::pending().iter().chain(&lists::differences()) {
        assert!(known.contains(name), "{name} is listed but there is no such case");
        assert!(why.len() > 5, "{name} is listed without a reason");
    }
    for name in lists::pending().keys() {
        assert!(!lists::differences().contains_key(name), "{name} is in both lists");
    }
}
