//! What an event says beside its id, level and time: message, tags and fields, for versions that are compared.

use super::words::printable;
use crate::alert::Event;
use crate::data::line::push_value;

/// The content of an event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    message: String,
    tags: Vec<(String, String)>,
    fields: Vec<(String, String)>,
}

impl Said {
    /// What an event says.
    pub fn of(event: &Event) -> Said {
        let fields = event.point.fields.iter().map(|(name, value)| {
            let mut text = String::new();
            push_value(&mut text, value);
            (name.to_owned(), text)
        });
        let (mut tags, mut fields): (Vec<_>, Vec<_>) = (event.tags().to_vec(), fields.collect());
        tags.sort();
        fields.sort();
        Said { message: event.message.clone(), tags, fields }
    }

    /// What tells events apart that have all else in common.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// What another event says differently, in words.
    pub(super) fn changes(&self, new: &Said) -> Vec<String> {
        let mut words = Vec::new();
        if self.message != new.message {
            words.push(format!("message `{}` to `{}`", printable(&self.message), printable(&new.message)));
        }
        for (what, old, new) in [("tag", &self.tags, &new.tags), ("field", &self.fields, &new.fields)] {
            let value =
                |of: &[(String, String)], name: &str| of.iter().find(|p| p.0 == name).map(|p| p.1.clone());
            for (name, before) in old {
                match value(new, name) {
                    Some(after) if after == *before => {}
                    Some(after) => words.push(format!(
                        "{what} `{}` {} to {}",
                        printable(name),
                        printable(before),
                        printable(&after)
                    )),
                    None => words.push(format!("{what} `{}` gone", printable(name))),
                }
            }
            let added = new.iter().filter(|(name, _)| value(old, name).is_none());
            words.extend(
                added.map(|(name, after)| format!("{what} `{}` new: {}", printable(name), printable(after))),
            );
        }
        words
    }
}
