//! What live tasks have kept for them: event states in the store, points in InfluxDB.

use std::sync::Arc;
use std::time::Duration;

use super::influx::Outlets;
use super::live::Keeper;
use crate::alert::Write;
use crate::handlers::Config;
use crate::store::{EventState, Store};

/// Keeps event states in the store, if topics are to be kept at all.
pub struct Kept {
    store: Arc<Store>,
    persist: bool,
    outlets: Outlets,
}

impl Kept {
    /// With `persist`, events survive a restart; points go to the servers of the configuration.
    ///
    /// # Errors
    /// If one of those can never be written to.
    pub fn new(store: Arc<Store>, persist: bool, config: &Config) -> Result<Kept, String> {
        Ok(Kept { store, persist, outlets: Outlets::open(config)? })
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

    fn write(&self, write: &Write<'_>) -> Result<(), String> {
        self.outlets.write(write)
    }

    fn query(&self, cluster: &str, query: &str) -> Result<(), String> {
        self.outlets.execute(cluster, query)
    }

    fn finish(&self, limit: Duration) {
        self.outlets.finish(limit);
    }
}
