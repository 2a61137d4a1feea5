//! What live tasks have kept for them: event states in the store.

use std::sync::Arc;

use super::live::Keeper;
use crate::alert::Write;
use crate::store::{EventState, Store};

/// Keeps event states in the store, if topics are to be kept at all.
pub struct Kept {
    store: Arc<Store>,
    persist: bool,
}

impl Kept {
    /// With `persist`, events survive a restart.
    pub fn new(store: Arc<Store>, persist: bool) -> Kept {
        Kept { store, persist }
    }
}

impl Keeper for Kept {
    fn keep(&self, events: &[(&str, &str, &EventState)]) -> Result<(), String> {
        if !self.persist {
            return Ok(());
        }
        self.store.change(|change| change.put_events(events)).map_err(|e| e.to_string())
    }

    fn events(&self, begin: &str) -> Result<Vec<(String, String, EventState)>, String> {
        if !self.persist {
            return Ok(Vec::new());
        }
        let topics = self.store.view().and_then(|view| view.topics()).map_err(|e| e.to_string())?;
        let of_it = topics.into_iter().filter(|(topic, _)| topic.starts_with(begin));
        let events = of_it.flat_map(|(topic, events)| {
            events.into_iter().map(move |(id, state)| (topic.clone(), id, state))
        });
        Ok(events.collect())
    }

    fn write(&self, _: &Write<'_>) -> Result<(), String> {
        Err("no InfluxDB is configured: `[[influxdb]]` names those that points are written to".to_owned())
    }

    fn query(&self, _: &str, _: &str) -> Result<(), String> {
        Err("no InfluxDB is configured: `[[influxdb]]` names those that statements are executed by"
            .to_owned())
    }
}
