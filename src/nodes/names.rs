//! The prefixes of `join` and `combine`: what `.as()` may hold.

use crate::pipeline::{Fault, NodeDef};

/// How a node words its complaints.
pub(super) struct Words {
    /// `join` or `combine`
    pub(super) node: &'static str,
    /// What has to be as many as the names.
    pub(super) counted: &'static str,
    /// An empty delimiter is contained in every name.
    pub(super) empty_delimiter_fails: bool,
    /// The complaint about a name that contains the delimiter.
    pub(super) contains: fn(&str, &str) -> String,
}

/// Refuses too few, empty, ambiguous and double names.
pub(super) fn validate(node: &NodeDef, expected: usize, words: &Words) -> Result<(), Fault> {
    let Words { node: kind, counted, .. } = words;
    let names = node.strs("as").unwrap_or_default();
    if names.is_empty() {
        return Err(Fault::new(format!(
            "a call to {kind}.as() is required to specify the output stream prefixes."
        ))
        .message(format!("`{kind}` needs a prefix for the fields of each of its inputs"))
        .hint("add `.as('…', '…')`")
        .prop("as"));
    }
    if names.len() != expected {
        let text = format!("number of prefixes specified by {kind}.as() must match the number of {counted}");
        let message = format!("`as` has {}, but there are {expected} {counted}", plural(names.len(), "name"));
        return Err(Fault::new(text).message(message).prop("as"));
    }
    let delimiter = node.str("delimiter").unwrap_or(".");
    for (i, name) in names.iter().enumerate() {
        if name.is_empty() {
            let text = format!("must provide a prefix name for the {kind} node, see .as() property method");
            return Err(Fault::new(text).prop("as"));
        }
        if (!delimiter.is_empty() || words.empty_delimiter_fails) && name.contains(delimiter) {
            return Err(Fault::new((words.contains)(name, delimiter)).prop("as"));
        }
        if names.iter().take(i).any(|earlier| earlier == name) {
            return Err(Fault::new("cannot use the same prefix name see .as() property method")
                .message(format!("`as` has the name '{name}' twice"))
                .prop("as"));
        }
    }
    Ok(())
}

/// `1 name`, `2 names`
pub(super) fn plural(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
