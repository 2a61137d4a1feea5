//! What an alert node puts on the points that it lets pass.

use super::config;
use crate::alert::Event;
use crate::data::{Row, Slots, TagsId, Val};
use crate::nodes::Cx;

/// Names of tags, and slots of fields; `None` where it is not asked for.
pub(super) struct Extras {
    level_tag: Option<String>,
    id_tag: Option<String>,
    level_field: Option<u32>,
    id_field: Option<u32>,
    message_field: Option<u32>,
    duration_field: Option<u32>,
}

impl Extras {
    /// `None` where nothing is asked for.
    pub(super) fn new(names: &config::Extras, slots: &mut Slots) -> Option<Extras> {
        if *names == config::Extras::default() {
            return None;
        }
        let mut slot = |name: &Option<String>| name.as_deref().map(|n| slots.slot(n));
        Some(Extras {
            level_tag: names.level_tag.clone(),
            id_tag: names.id_tag.clone(),
            level_field: slot(&names.level_field),
            id_field: slot(&names.id_field),
            message_field: slot(&names.message_field),
            duration_field: slot(&names.duration_field),
        })
    }

    /// Tags with those added that are asked for.
    pub(super) fn tags(&self, mut tags: TagsId, event: &Event, cx: &mut Cx<'_>) -> TagsId {
        for (key, value) in [(&self.level_tag, event.level.as_str()), (&self.id_tag, &event.id)] {
            if let Some(key) = key {
                let world = &mut *cx.world;
                let (key, value) = (world.symbols.intern(key), world.symbols.intern(value));
                tags = world.tags.with(tags, key, value, &world.symbols);
            }
        }
        tags
    }

    /// A changed copy of the row.
    pub(super) fn put(&self, row: Row, event: &Event, cx: &mut Cx<'_>) -> Row {
        let mut row = cx.fork(&row);
        for (slot, text) in [
            (self.level_field, event.level.as_str()),
            (self.id_field, &event.id),
            (self.message_field, &event.message),
        ] {
            if let Some(slot) = slot {
                let text = cx.tape.text.push(text);
                cx.set(&row, slot, Val::Str(text));
            }
        }
        if let Some(slot) = self.duration_field {
            cx.set(&row, slot, Val::Int(event.duration));
        }
        row.tags = self.tags(row.tags, event, cx);
        if self.level_tag.is_some() || self.id_tag.is_some() {
            // The dimensions stay, but a changed tag may be one of them.
            let dims = cx.world.groups.get(row.group).dims;
            row.group = cx.world.group(dims, row.name, row.tags);
        }
        row
    }
}
