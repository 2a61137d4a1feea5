//! What topics remember, stored and loaded; and told of, for those who keep it in another way.

use super::{Act, Aggregator, EventState, Level, Topic, Topics};
use crate::data::{Damaged, Keep, Loader, Saver};

/// The last event of an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LastEvent<'a> {
    /// Which.
    pub id: &'a str,
    /// Its level.
    pub level: Level,
    /// Its time, in nanoseconds since 1970.
    pub time: i64,
}

impl Topics {
    /// The last events of a topic, sorted by id: what [`Topics::remember`] takes.
    pub fn last_events(&self, topic: &str) -> Vec<LastEvent<'_>> {
        let topic = self.names.get(topic).and_then(|id| self.topics.get(id.0));
        topic.map(Topic::last_events).unwrap_or_default()
    }

    /// Writes the last events of all topics, what aggregates have gathered, and the number of the last news.
    pub fn save(&self, out: &mut Saver<'_>) {
        out.number(self.serial);
        out.count(self.topics.len());
        for topic in &self.topics {
            out.text(&topic.name);
            let events = topic.last_events();
            out.count(events.len());
            for LastEvent { id, level, time } in events {
                out.text(id);
                level.save(out);
                out.time(time);
            }
            let aggregators: Vec<&Aggregator> =
                topic.aggregators().filter_map(|at| self.aggregators.get(at)?.as_ref()).collect();
            out.count(aggregators.len());
            for aggregator in aggregators {
                out.text(aggregator.id());
                aggregator.save(out);
            }
        }
    }

    /// Reads what was written. Gives how many events were gathered for aggregates that are not there any more, and
    /// so will not be told of.
    ///
    /// # Errors
    /// If that is not what the bytes say.
    pub fn load(&mut self, from: &mut Loader<'_>) -> Result<usize, Damaged> {
        self.serial = self.serial.max(from.number()?);
        let mut lost = 0;
        for _ in 0..from.count()? {
            let id = self.topic(from.text()?);
            for _ in 0..from.count()? {
                let name = from.text()?;
                let state = EventState { level: from.get()?, time: from.time()? };
                self.put(Some(id), name, state);
            }
            let mut places: Vec<usize> = match self.topics.get(id.0) {
                Some(topic) => topic.aggregators().collect(),
                None => Vec::new(),
            };
            for _ in 0..from.count()? {
                let name = from.text()?;
                let aggregator = |at: usize| self.aggregators.get(at)?.as_ref();
                let place = places.iter().position(|&at| aggregator(at).is_some_and(|a| a.id() == name));
                let place = place.map(|place| places.remove(place));
                let gathered = from.get()?;
                match place.and_then(|at| self.aggregators.get_mut(at)?.as_mut()) {
                    Some(aggregator) => aggregator.put_back(gathered),
                    None => lost += gathered.len(),
                }
            }
        }
        Ok(lost)
    }
}

impl Topic {
    fn last_events(&self) -> Vec<LastEvent<'_>> {
        let states = self.states.iter();
        let mut events: Vec<LastEvent<'_>> =
            states.map(|(id, state)| LastEvent { id, level: state.level, time: state.time }).collect();
        events.sort_unstable_by_key(|event| event.id);
        events
    }

    /// The places of its aggregators, in order of registration.
    fn aggregators(&self) -> impl Iterator<Item = usize> {
        self.handlers.iter().filter_map(|handler| match handler.act {
            Act::Aggregate(at) => Some(at),
            _ => None,
        })
    }
}
