//! What anybody may look at without asking the engine: topics with the last events of their ids, and which tasks
//! have ended by themselves.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::alert::{Event, Level};
use crate::store::EventState;

/// The last event of an id.
#[derive(Clone)]
enum Last {
    /// It happened since the server was started. Its details are only written when somebody reads them.
    Event(Arc<Event>),
    /// The store had it.
    State(EventState),
}

impl Last {
    fn level(&self) -> Level {
        match self {
            Last::Event(event) => event.level,
            Last::State(state) => state.level,
        }
    }

    fn state(&self) -> EventState {
        match self {
            Last::Event(event) => state_of(event),
            Last::State(state) => state.clone(),
        }
    }
}

/// What is kept of an event.
pub(super) fn state_of(event: &Event) -> EventState {
    EventState {
        message: event.message.clone(),
        details: event.details().to_owned(),
        time: event.time,
        duration: event.duration,
        level: event.level,
    }
}

#[derive(Default)]
struct Topic {
    collected: u64,
    events: HashMap<String, Last>,
}

impl Topic {
    fn level(&self) -> Level {
        self.events.values().map(Last::level).max().unwrap_or_default()
    }
}

/// A topic as clients see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopicView {
    /// Its id.
    pub id: String,
    /// The highest level of its events.
    pub level: Level,
    /// Events since it is known.
    pub collected: u64,
}

#[derive(Default)]
struct State {
    topics: BTreeMap<String, Topic>,
    /// Topics of alert nodes without handlers: they are nobody's.
    unseen: HashSet<String>,
    /// Why tasks have ended by themselves.
    failed: BTreeMap<String, String>,
}

/// The board.
#[derive(Default)]
pub struct Board(Mutex<State>);

impl Board {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All topics, by their ids.
    pub fn topics(&self) -> Vec<TopicView> {
        let view = |(id, topic): (&String, &Topic)| TopicView {
            id: id.clone(),
            level: topic.level(),
            collected: topic.collected,
        };
        self.lock().topics.iter().map(view).collect()
    }

    /// A topic.
    pub fn topic(&self, id: &str) -> Option<TopicView> {
        let state = self.lock();
        let topic = state.topics.get(id)?;
        Some(TopicView { id: id.to_owned(), level: topic.level(), collected: topic.collected })
    }

    /// The last events of a topic that are of this level or a higher one, by their ids.
    pub fn events(&self, topic: &str, min: Level) -> Option<Vec<(String, EventState)>> {
        let state = self.lock();
        let events = &state.topics.get(topic)?.events;
        let of_level = events.iter().filter(|(_, last)| last.level() >= min);
        let mut events: Vec<_> = of_level.map(|(id, last)| (id.clone(), last.clone())).collect();
        // Writing details takes a while: nobody has to wait for that.
        drop(state);
        events.sort_by(|a, b| a.0.cmp(&b.0));
        Some(events.into_iter().map(|(id, last)| (id, last.state())).collect())
    }

    /// The last event of an id.
    pub fn event(&self, topic: &str, id: &str) -> Option<EventState> {
        let last = self.lock().topics.get(topic)?.events.get(id)?.clone();
        Some(last.state())
    }

    /// Why a task has ended by itself.
    pub fn failure(&self, task: &str) -> Option<String> {
        self.lock().failed.get(task).cloned()
    }

    /// An event was sent to a topic; whether anybody is to know of it.
    pub(super) fn collect(&self, topic: &str, event: &Arc<Event>) -> bool {
        let mut state = self.lock();
        if state.unseen.contains(topic) {
            return false;
        }
        if !state.topics.contains_key(topic) {
            state.topics.insert(topic.to_owned(), Topic::default());
        }
        let Some(known) = state.topics.get_mut(topic) else { return false };
        known.collected += 1;
        match known.events.get_mut(event.id.as_str()) {
            Some(last) => *last = Last::Event(Arc::clone(event)),
            None => drop(known.events.insert(event.id.clone(), Last::Event(Arc::clone(event)))),
        }
        true
    }

    /// There is a topic, whether it has events or not.
    pub(super) fn know(&self, topic: &str) {
        self.lock().topics.entry(topic.to_owned()).or_default();
    }

    /// What the store has of a topic.
    pub(super) fn load(&self, topic: &str, events: impl IntoIterator<Item = (String, EventState)>) {
        let events = events.into_iter().map(|(id, state)| (id, Last::State(state)));
        self.lock().topics.entry(topic.to_owned()).or_default().events.extend(events);
    }

    /// A topic is gone.
    pub(super) fn forget(&self, topic: &str) {
        self.lock().topics.remove(topic);
    }

    /// Nobody is to know of the events of a topic.
    pub(super) fn hide(&self, topic: &str) {
        self.lock().unseen.insert(topic.to_owned());
    }

    /// A task begins: it has not failed.
    pub(super) fn begin(&self, task: &str) {
        self.lock().failed.remove(task);
    }

    /// A task has ended by itself.
    pub(super) fn fail(&self, task: &str, error: &str) {
        self.lock().failed.insert(task.to_owned(), error.to_owned());
    }

    /// A task is gone, and with it the topics of its nodes.
    pub(super) fn end(&self, task: &str) {
        let own = own_topics(task);
        let mut state = self.lock();
        state.failed.remove(task);
        state.topics.retain(|id, _| !id.starts_with(&own));
        state.unseen.retain(|id| !id.starts_with(&own));
    }
}

/// How the names of a task's own topics begin.
pub(super) fn own_topics(task: &str) -> String {
    format!("main:{task}:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, level: Level) -> Arc<Event> {
        Arc::new(Event { id: id.to_owned(), level, ..Event::example() })
    }

    #[test]
    fn topics_have_the_highest_level_of_their_last_events() {
        let board = Board::default();
        let kept = EventState { level: Level::Info, ..state_of(&event("c", Level::Ok)) };
        board.load("t", [("c".to_owned(), kept)]);
        for (id, level) in [("b", Level::Critical), ("a", Level::Ok), ("b", Level::Warning)] {
            assert!(board.collect("t", &event(id, level)));
        }
        board.know("empty");
        let topics: Vec<_> = board.topics().into_iter().map(|t| (t.id, t.level, t.collected)).collect();
        assert_eq!(topics, [("empty".to_owned(), Level::Ok, 0), ("t".to_owned(), Level::Warning, 3)]);
        let ids = |min| board.events("t", min).unwrap().into_iter().map(|e| e.0).collect::<Vec<_>>();
        assert_eq!(ids(Level::Ok), ["a", "b", "c"]);
        assert_eq!(ids(Level::Warning), ["b"]);
        assert_eq!(board.event("t", "b").map(|e| e.level), Some(Level::Warning));
        assert_eq!((board.event("t", "x"), board.events("x", Level::Ok)), (None, None));
    }

    #[test]
    fn a_task_takes_its_topics_with_it() {
        let board = Board::default();
        board.hide("main:t:alert3");
        assert!(!board.collect("main:t:alert3", &event("a", Level::Info)));
        assert!(board.collect("main:t:alert2", &event("a", Level::Info)));
        assert!(board.collect("main:t2:alert2", &event("a", Level::Info)));
        board.fail("t", "alert2: no");
        assert_eq!(board.failure("t").as_deref(), Some("alert2: no"));
        board.end("t");
        assert_eq!(board.failure("t"), None);
        assert_eq!(board.topics().len(), 1);
        assert!(
            board.collect("main:t:alert3", &event("a", Level::Info)),
            "it may have handlers the next time"
        );
    }
}
