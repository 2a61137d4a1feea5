//! Topics: what the last event of each id was, and who is to be told of the next.

mod keep;

use std::collections::VecDeque;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::aggregate::{Aggregate, Aggregator};
use crate::lambda::{MatchEvent, MatchProgram};

use super::{Action, Event, HandlerKey, Inhibitors, Level, Origin, Points, Server, Sink};

pub use keep::LastEvent;

/// How many topics one event may be published to, each counted as often as it gets it.
const MAX_PUBLISHED: usize = 1000;

/// A topic of a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TopicId(usize);

/// What a handler of a topic does.
#[derive(Clone, Debug)]
pub enum Target {
    /// Act outside.
    Deliver(HandlerKey),
    /// Hand the event to these topics.
    Publish(Vec<String>),
    /// Gather events and make one of them from time to time.
    Aggregate(Aggregate),
}

/// A handler to be registered with a topic.
pub struct Handler {
    /// Task and node that declare it; `None` for handlers of files.
    pub owner: Option<(Arc<str>, Arc<str>)>,
    /// Where a handler of a file stands: `cpu.yaml:1`.
    pub file: Option<Box<str>>,
    /// Which events it wants; all without.
    pub matching: Option<MatchProgram>,
    /// What it does.
    pub target: Target,
}

enum Act {
    Deliver(HandlerKey),
    Publish(Vec<TopicId>),
    /// Index among the aggregators.
    Aggregate(usize),
}

struct Registered {
    owner: Option<(Arc<str>, Arc<str>)>,
    file: Option<Box<str>>,
    matching: Option<MatchProgram>,
    act: Act,
}

impl Registered {
    fn origin(&self) -> Origin<'_> {
        match &self.owner {
            Some((task, node)) => Origin { task, node },
            None => Origin::default(),
        }
    }

    fn wants(&mut self, event: &Event, topic: &str, now: i64, sink: &mut dyn Sink) -> bool {
        let Some(matching) = &mut self.matching else { return true };
        matching.set_now(now);
        let wanted = matching.test(&MatchEvent {
            changed: event.level != event.previous,
            level: event.level as i64,
            name: event.name(),
            task: &event.task,
            duration: event.duration,
            tags: event.tags(),
        });
        wanted.unwrap_or_else(|error| {
            let context =
                [("topic", topic), ("event", &event.id), ("handler", self.file.as_deref().unwrap_or(""))];
            let context = context.get(..2 + usize::from(self.file.is_some())).unwrap_or_default();
            sink.error(self.origin(), "failed to evaluate match expression", &error, context);
            false
        })
    }
}

/// The last event of an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct EventState {
    level: Level,
    time: i64,
}

struct Topic {
    name: Arc<str>,
    states: HashMap<Box<str>, EventState, FixedState>,
    handlers: Vec<Registered>,
}

/// All topics of a run.
#[derive(Default)]
pub struct Topics {
    topics: Vec<Topic>,
    names: HashMap<Arc<str>, TopicId, FixedState>,
    /// None where one was that is gone.
    aggregators: Vec<Option<Aggregator>>,
    published: VecDeque<(TopicId, Arc<Event>)>,
    serial: u64,
    /// Topics that are not a node's own are kept by another run: the sink is handed their events.
    pub elsewhere: bool,
    /// What templates show of the server.
    pub server: Arc<Server>,
    /// What the last events were about.
    pub points: Points,
    /// Which alerts silence which.
    pub inhibitors: Inhibitors,
}

impl Topics {
    /// The topic of a name, new or known.
    pub fn topic(&mut self, name: &str) -> TopicId {
        if let Some(&id) = self.names.get(name) {
            return id;
        }
        let name: Arc<str> = name.into();
        let id = TopicId(self.topics.len());
        let states = HashMap::with_hasher(FixedState::with_seed(0x709c));
        self.topics.push(Topic { name: name.clone(), states, handlers: Vec::new() });
        self.names.insert(name, id);
        id
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.topics.iter().map(|t| &*t.name)
    }

    /// The name of a topic.
    pub fn name(&self, id: TopicId) -> &str {
        self.topics.get(id.0).map_or("", |t| &t.name)
    }

    /// The highest level of the topic's events.
    pub fn level(&self, id: TopicId) -> Level {
        let states = self.topics.get(id.0).into_iter().flat_map(|t| t.states.values());
        states.map(|s| s.level).max().unwrap_or_default()
    }

    /// Adds a handler to a topic, behind those that it has.
    pub fn register(&mut self, id: TopicId, handler: Handler) -> Result<(), String> {
        let act = match handler.target {
            Target::Deliver(key) => Act::Deliver(key),
            Target::Publish(names) => Act::Publish(names.iter().map(|n| self.topic(n)).collect()),
            Target::Aggregate(spec) => {
                let to = self.topic(&spec.topic);
                let new = Some(Aggregator::new(spec, to)?);
                let free = self.aggregators.iter().position(Option::is_none);
                let at = free.unwrap_or(self.aggregators.len());
                match self.aggregators.get_mut(at) {
                    Some(place) => *place = new,
                    None => self.aggregators.push(new),
                }
                Act::Aggregate(at)
            }
        };
        if let Some(topic) = self.topics.get_mut(id.0) {
            let Handler { owner, file, matching, .. } = handler;
            topic.handlers.push(Registered { owner, file, matching, act });
        }
        Ok(())
    }

    /// Adds a handler of a file in the place of the one that is called as it is, which stays if this one cannot work.
    /// Gives what that one acted with outside.
    pub fn replace(&mut self, id: TopicId, handler: Handler) -> Result<Vec<HandlerKey>, String> {
        let file = handler.file.clone();
        self.register(id, handler)?;
        let Some(topic) = self.topics.get_mut(id.0) else { return Ok(Vec::new()) };
        let new = topic.handlers.pop();
        let gone = topic.handlers.extract_if(.., |r| r.file == file).collect();
        topic.handlers.extend(new);
        Ok(self.let_go(gone))
    }

    /// The clock runs: aggregates that do not count their intervals yet do so from now.
    pub fn start(&mut self, now: i64) {
        self.aggregators.iter_mut().flatten().for_each(|a| a.start(now));
    }

    /// Takes a handler of a file from a topic; what it acted with outside, if it did.
    pub fn unregister(&mut self, topic: &str, file: &str) -> Vec<HandlerKey> {
        let topic = self.names.get(topic).and_then(|id| self.topics.get_mut(id.0));
        let handlers = topic.map(|t| &mut t.handlers).into_iter();
        let of_it = |r: &mut Registered| r.file.as_deref() == Some(file);
        let gone = handlers.flat_map(|all| all.extract_if(.., of_it)).collect();
        self.let_go(gone)
    }

    /// A task is gone: its handlers, what it silences, and the states of the topics that are its own. Gives what
    /// its handlers acted with outside.
    pub fn release(&mut self, task: &str) -> Vec<HandlerKey> {
        self.inhibitors.withdraw(task);
        let own = format!("main:{task}:");
        let is_its = |r: &mut Registered| r.owner.as_ref().is_some_and(|owner| *owner.0 == *task);
        let mut gone = Vec::new();
        for topic in &mut self.topics {
            gone.extend(topic.handlers.extract_if(.., is_its));
            if topic.name.starts_with(&own) {
                topic.states.clear();
            }
        }
        self.let_go(gone)
    }

    fn let_go(&mut self, gone: Vec<Registered>) -> Vec<HandlerKey> {
        let mut keys = Vec::new();
        for handler in gone {
            match handler.act {
                Act::Deliver(key) => keys.push(key),
                Act::Aggregate(at) => {
                    if let Some(place) = self.aggregators.get_mut(at) {
                        *place = None;
                    }
                }
                Act::Publish(_) => {}
            }
        }
        keys
    }

    /// The last event of an id was this one, before the run began.
    pub fn remember(&mut self, topic: &str, id: &str, level: Level, time: i64) {
        let topic = self.topic(topic);
        self.put(Some(topic), id, EventState { level, time });
    }

    /// Forgets what the last events of a topic were.
    pub fn forget(&mut self, topic: &str) {
        if let Some(topic) = self.names.get(topic).and_then(|id| self.topics.get_mut(id.0)) {
            topic.states.clear();
        }
    }

    /// Whether a restored state could be found at all for a node with these topics.
    pub fn knows_events(&self, anonymous: Option<TopicId>, named: Option<TopicId>) -> bool {
        let of = |id: Option<TopicId>| id.and_then(|id| self.topics.get(id.0));
        [of(anonymous), of(named)].into_iter().flatten().any(|t| !t.states.is_empty())
    }

    /// Level and time of the last event with this id, for a node that meets a group for the first
    /// time. Its own topic comes first; where the two differ, the other one is put right.
    pub fn restore(
        &mut self,
        anonymous: Option<TopicId>,
        named: Option<TopicId>,
        id: &str,
    ) -> Option<(Level, i64)> {
        let find = |topic: Option<TopicId>| self.topics.get(topic?.0)?.states.get(id).copied();
        let (own, other) = (find(anonymous), find(named));
        let level = |state: Option<EventState>| state.map_or(Level::Ok, |s| s.level);
        if level(own) != level(other) {
            match (own, other) {
                (Some(state), Some(_)) => self.put(named, id, state),
                (None, Some(state)) => self.put(anonymous, id, state),
                _ => {}
            }
        }
        own.or(other).map(|s| (s.level, s.time))
    }

    fn put(&mut self, topic: Option<TopicId>, id: &str, state: EventState) {
        if let Some(topic) = topic.and_then(|t| self.topics.get_mut(t.0)) {
            topic.states.insert(id.into(), state);
        }
    }

    /// Sends an event to a topic: fills its previous level, tells the sink, and then does what the
    /// handlers are there for, in order of registration. `node` is the node's name if the topic is
    /// its own, else empty.
    pub fn collect(
        &mut self,
        node: &str,
        topic: TopicId,
        event: &mut Arc<Event>,
        now: i64,
        sink: &mut dyn Sink,
    ) {
        self.collect_one(node, topic, event, now, sink);
        let mut left = MAX_PUBLISHED;
        while let Some((topic, mut event)) = self.published.pop_front() {
            if left == 0 {
                self.published.clear();
                let error = format!(
                    "event `{}` was published more than {MAX_PUBLISHED} times: \
                     do `publish` handlers hand it round in a circle?",
                    event.id
                );
                let origin = Origin { task: &event.task, node: "" };
                let name = self.topics.get(topic.0).map_or("", |t| &t.name);
                sink.error(origin, "failed to publish event", &error, &[("topic", name)]);
                return;
            }
            left -= 1;
            self.collect_one("", topic, &mut event, now, sink);
        }
    }

    fn collect_one(
        &mut self,
        node: &str,
        id: TopicId,
        event: &mut Arc<Event>,
        now: i64,
        sink: &mut dyn Sink,
    ) {
        let Some(topic) = self.topics.get_mut(id.0) else { return };
        if self.elsewhere && node.is_empty() {
            sink.elsewhere(&topic.name, event);
            return;
        }
        let state = EventState { level: event.level, time: event.time };
        let previous = match topic.states.get_mut(event.id.as_str()) {
            Some(known) => std::mem::replace(known, state).level,
            None => {
                topic.states.insert(event.id.as_str().into(), state);
                Level::Ok
            }
        };
        if event.previous != previous {
            Arc::make_mut(event).previous = previous;
        }
        sink.event(Origin { task: &event.task, node }, &topic.name, event);
        for handler in &mut topic.handlers {
            if !handler.wants(event, &topic.name, now, sink) {
                continue;
            }
            match &handler.act {
                Act::Deliver(key) => {
                    let origin = handler.origin();
                    sink.action(Action { origin, topic: &topic.name, handler: *key, event });
                }
                Act::Publish(to) => self.published.extend(to.iter().map(|&t| (t, event.clone()))),
                Act::Aggregate(i) => {
                    if let Some(Some(aggregator)) = self.aggregators.get_mut(*i) {
                        aggregator.add(event, now);
                    }
                }
            }
        }
    }

    /// A number for the next piece of news.
    pub fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// When something is next due by itself, on the run's clock.
    pub fn next_timer(&self) -> Option<i64> {
        self.aggregators.iter().flatten().filter_map(Aggregator::due).min()
    }

    /// Does what is due until now.
    pub fn advance(&mut self, now: i64, sink: &mut dyn Sink) {
        loop {
            let due = self.aggregators.iter().enumerate();
            let first = due.filter_map(|(i, a)| Some((a.as_ref()?.due()?, i))).min();
            let Some((time, i)) = first.filter(|f| f.0 <= now) else { return };
            let Some(Some(aggregator)) = self.aggregators.get_mut(i) else { return };
            let to = aggregator.topic();
            match aggregator.fire() {
                Ok(mut event) => {
                    event.serial = self.next_serial();
                    self.collect("", to, &mut Arc::new(event), time, sink);
                }
                Err(error) => {
                    sink.error(Origin::default(), "failed to aggregate events", &error, &[]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came, as `topic id level<previous` and `topic:handler id`.
    #[derive(Default)]
    struct Told(Vec<String>);

    impl Sink for Told {
        fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
            let from = if origin.node.is_empty() { "" } else { "own " };
            self.0.push(format!("{from}{topic} {} {}<{}", event.id, event.level, event.previous));
        }

        fn action(&mut self, action: Action<'_>) {
            let node = action.origin.node;
            self.0.push(format!("{}:{}{node} {}", action.topic, action.handler.0, action.event.id));
        }

        fn error(&mut self, _: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
            self.0.push(format!("{message}: {error}"));
        }
    }

    fn event(id: &str, level: Level, time: i64) -> Arc<Event> {
        Arc::new(Event { id: id.into(), message: format!("m {id}"), time, level, ..Event::example() })
    }

    fn handler(target: Target) -> Handler {
        Handler { owner: None, file: None, matching: None, target }
    }

    #[test]
    fn handlers_are_told_in_order_of_registration() {
        let (mut topics, mut told) = (Topics::default(), Told::default());
        let (a, b) = (topics.topic("a"), topics.topic("b"));
        assert_eq!(topics.topic("a"), a);
        topics.register(b, handler(Target::Deliver(HandlerKey(7)))).unwrap();
        topics.register(a, handler(Target::Publish(vec!["b".into()]))).unwrap();
        let owner = Some(("t".into(), "alert2".into()));
        topics
            .register(
                a,
                Handler { owner, file: None, matching: None, target: Target::Deliver(HandlerKey(1)) },
            )
            .unwrap();
        topics.collect("", b, &mut event("x", Level::Info, 0), 0, &mut told);
        topics.collect("alert2", a, &mut event("x", Level::Critical, 1), 0, &mut told);
        topics.collect("alert2", a, &mut event("y", Level::Ok, 2), 0, &mut told);
        let want = [
            "b x INFO<OK",
            "b:7 x",
            "own a x CRITICAL<OK",
            "a:1alert2 x",
            "b x CRITICAL<INFO",
            "b:7 x",
            "own a y OK<OK",
            "a:1alert2 y",
            "b y OK<OK",
            "b:7 y",
        ];
        assert_eq!(told.0, want);
        assert_eq!(topics.level(a), Level::Critical);
        assert_eq!(topics.name(b), "b");
    }

    #[test]
    fn a_circle_of_topics_ends_with_an_error() {
        let (mut topics, mut told) = (Topics::default(), Told::default());
        let a = topics.topic("a");
        topics.register(a, handler(Target::Publish(vec!["b".into()]))).unwrap();
        let b = topics.topic("b");
        topics.register(b, handler(Target::Publish(vec!["a".into()]))).unwrap();
        topics.collect("", a, &mut event("x", Level::Critical, 0), 0, &mut told);
        assert_eq!(told.0.len(), MAX_PUBLISHED + 2);
        assert!(told.0.last().unwrap().contains("event `x` was published more than 1000 times"));
        topics.collect("", b, &mut event("y", Level::Ok, 0), 0, &mut Told::default());
    }

    #[test]
    fn a_group_is_restored_from_the_last_event_of_its_id() {
        let mut topics = Topics::default();
        let (own, named) = (topics.topic("main:t:alert2"), topics.topic("n"));
        assert!(!topics.knows_events(Some(own), Some(named)));
        let sink = &mut Told::default();
        topics.collect("", named, &mut event("only named", Level::Info, 1), 0, sink);
        topics.collect("", named, &mut event("both", Level::Info, 2), 0, sink);
        topics.collect("", own, &mut event("both", Level::Critical, 3), 0, sink);
        assert!(topics.knows_events(None, Some(named)));
        let restored = |topics: &mut Topics, own, named| {
            ["only named", "both", "neither"].map(|id| topics.restore(own, named, id))
        };
        assert_eq!(
            restored(&mut topics, Some(own), Some(named)),
            [Some((Level::Info, 1)), Some((Level::Critical, 3)), None]
        );
        let (of_own, of_named) =
            (restored(&mut topics, Some(own), None), restored(&mut topics, None, Some(named)));
        assert_eq!(of_own[0], Some((Level::Info, 1)), "copied from the named topic");
        assert_eq!(of_named[1], Some((Level::Critical, 3)), "put right");
    }

    fn aggregate(interval: i64, message: &str) -> Target {
        Target::Aggregate(Aggregate {
            id: "sum".into(),
            interval,
            topic: "all".into(),
            message: message.into(),
        })
    }

    #[test]
    fn aggregates_tell_of_what_came_in_an_interval() {
        #[derive(Default)]
        struct Kept(Vec<Arc<Event>>);
        impl Sink for Kept {
            fn event(&mut self, _: Origin<'_>, topic: &str, event: &Arc<Event>) {
                if topic == "all" {
                    self.0.push(event.clone());
                }
            }
        }
        let (mut topics, mut kept) = (Topics::default(), Kept::default());
        let a = topics.topic("a");
        topics.register(a, handler(aggregate(10, "{{ .Count }} in {{.Interval}}"))).unwrap();
        topics.start(3);
        assert_eq!(topics.next_timer(), None);
        topics.collect("", a, &mut event("x", Level::Critical, 5), 5, &mut kept);
        topics.collect("", a, &mut event("y", Level::Info, 12), 12, &mut kept);
        assert_eq!(topics.next_timer(), Some(13));
        topics.advance(12, &mut kept);
        assert_eq!(kept.0.len(), 0);
        topics.advance(13, &mut kept);
        topics.collect("", a, &mut event("x", Level::Ok, 13), 13, &mut kept);
        assert_eq!(topics.next_timer(), Some(23), "what comes at a tick waits for the next");
        topics.advance(1000, &mut kept);
        assert_eq!(topics.next_timer(), None);
        let told: Vec<_> = kept.0.iter().map(|e| (&*e.message, e.level, e.previous, e.time)).collect();
        let want =
            [("2 in 10ns", Level::Critical, Level::Ok, 12), ("1 in 10ns", Level::Ok, Level::Critical, 13)];
        assert_eq!(told, want);
        let first = &kept.0[0];
        assert_eq!((first.details(), first.recoverable, &*first.task), ("m x\nm y", false, ""));
        assert_eq!(first.series().map(|s| s.len()), Some(2));
    }

    #[test]
    fn handlers_and_tasks_come_and_go() {
        let (mut topics, mut told) = (Topics::default(), Told::default());
        let (a, own) = (topics.topic("a"), topics.topic("main:t:alert2"));
        let file =
            |name: &str, target| Handler { owner: None, file: Some(name.into()), matching: None, target };
        topics.register(a, file("a/one", Target::Deliver(HandlerKey(1)))).unwrap();
        topics.register(a, file("a/two", Target::Deliver(HandlerKey(2)))).unwrap();
        topics.register(a, file("a/sum", aggregate(10, "x"))).unwrap();
        topics.start(0);
        let owner = Some(("t".into(), "alert2".into()));
        let target = Target::Deliver(HandlerKey(3));
        topics.register(own, Handler { owner, file: None, matching: None, target }).unwrap();
        topics.remember("main:t:alert2", "x", Level::Critical, 7);
        topics.collect("", a, &mut event("x", Level::Critical, 1), 1, &mut Told::default());
        assert_eq!(topics.next_timer(), Some(10));
        assert_eq!(topics.unregister("a", "a/one"), [HandlerKey(1)]);
        assert_eq!(topics.unregister("a", "a/sum"), []);
        assert_eq!(topics.unregister("nobody", "a/two"), []);
        assert_eq!(topics.next_timer(), None, "what it had gathered is gone with it");
        topics.register(a, file("a/sum", aggregate(10, "x"))).unwrap();
        assert_eq!(topics.aggregators.len(), 1, "places are used again");
        assert_eq!(topics.restore(Some(own), None, "x"), Some((Level::Critical, 7)));
        assert_eq!(topics.release("t"), [HandlerKey(3)]);
        assert_eq!(topics.restore(Some(own), None, "x"), None);
        topics.collect("alert2", own, &mut event("x", Level::Critical, 8), 8, &mut told);
        topics.forget("a");
        topics.collect("", a, &mut event("x", Level::Critical, 9), 9, &mut told);
        assert_eq!(told.0, ["own main:t:alert2 x CRITICAL<OK", "a x CRITICAL<OK", "a:2 x"]);
    }

    #[test]
    fn aggregates_that_cannot_work_are_refused() {
        let mut topics = Topics::default();
        let a = topics.topic("a");
        let mut refusal = |target| topics.register(a, handler(target)).unwrap_err();
        assert!(refusal(aggregate(0, "")).contains("`interval`"));
        assert!(refusal(aggregate(1, "{{ .Nope }}")).starts_with(
            "failed to evaluate message template with aggregate message data: template: message:1:3: executing"
        ));
        assert!(refusal(aggregate(1, "{{ if }}")).contains("missing value for if"));
    }

    #[test]
    fn handlers_are_told_only_of_what_they_match() {
        let matching = |text| {
            let expr = crate::lang::parse_lambda(text).unwrap();
            Some(MatchProgram::new(&expr).unwrap())
        };
        let (mut topics, mut told) = (Topics::default(), Told::default());
        let a = topics.topic("a");
        for (key, text) in ["changed() AND level() >= WARNING", "\"host\" == 'x'"].into_iter().enumerate() {
            let target = Target::Deliver(HandlerKey(key as u32));
            topics
                .register(a, Handler { owner: None, file: None, matching: matching(text), target })
                .unwrap();
        }
        for level in [Level::Critical, Level::Critical, Level::Info] {
            topics.collect("", a, &mut event("e", level, 0), 0, &mut told);
        }
        let failed = "failed to evaluate match expression: no tag exists for host";
        let want = [
            "a e CRITICAL<OK",
            "a:0 e",
            failed,
            "a e CRITICAL<CRITICAL",
            failed,
            "a e INFO<CRITICAL",
            failed,
        ];
        assert_eq!(told.0, want);
    }
}
