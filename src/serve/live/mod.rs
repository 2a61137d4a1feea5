//! Tasks at work: engines on threads of their own, and what the rest of the server asks of them.
//!
//! One engine has all tasks that never wait. A task that waits for somebody outside (an answer of `httpPost`, of a
//! user-defined function, of an InfluxDB that is queried) has an engine and a thread for itself, so that it keeps
//! nobody else waiting; what it sends to topics goes to those of the first.

mod board;
mod command;
mod lane;
mod play;
mod sink;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use board::{Board, TopicView};
pub use command::{Begin, Body, Ingress, Mistake, Written};
pub use lane::{Busy, Setup};

use crate::alert::{NodeCounters, Write};
use crate::handlers::HandlerFile;
use crate::pipeline::Graph;
use crate::store::EventState;
use command::Command;
use lane::Lane;

/// Where what happens is kept: the store, and the databases that points are written to.
pub trait Keeper: Send + Sync {
    /// Keeps the last events of ids, by topic and id; returns when they are kept for good.
    ///
    /// # Errors
    /// Why they are not.
    fn keep(&self, events: &[(&str, &str, &EventState)]) -> Result<(), String>;

    /// The events that were kept of topics whose names begin so.
    ///
    /// # Errors
    /// Why they cannot be read.
    fn events(&self, begin: &str) -> Result<Vec<(String, String, EventState)>, String>;

    /// Takes points that a node writes; they are written later.
    ///
    /// # Errors
    /// Why they are not taken.
    fn write(&self, write: &Write<'_>) -> Result<(), String>;

    /// Has a statement executed later.
    ///
    /// # Errors
    /// Why it will not be.
    fn query(&self, cluster: &str, query: &str) -> Result<(), String>;

    /// Nothing more will come: writes what waits, for as long as the limit allows.
    fn finish(&self, limit: Duration) {
        let _ = limit;
    }
}

/// All tasks at work.
pub struct Live {
    main: Lane,
    /// Tasks with an engine of their own.
    own: Mutex<BTreeMap<String, Arc<Lane>>>,
    setup: Setup,
}

impl Live {
    /// Without tasks; with what the keeper has of named topics.
    ///
    /// # Errors
    /// If there is no thread to be had, or the keeper cannot be read.
    pub fn new(setup: Setup) -> io::Result<Live> {
        for (topic, id, state) in setup.keeper.events("").map_err(io::Error::other)? {
            setup.board.load(&topic, [(id, state)]);
        }
        let main = Lane::start(setup.clone(), None)?;
        Ok(Live { main, own: Mutex::default(), setup })
    }

    /// What anybody may look at.
    pub fn board(&self) -> &Arc<Board> {
        &self.setup.board
    }

    /// Plays points; returns when their events are kept and handed to handlers.
    ///
    /// # Errors
    /// If too much waits to be played.
    pub async fn write(&self, body: Body) -> Result<Written, Busy> {
        let body = Arc::new(body);
        let main = self.main.write(Arc::clone(&body))?;
        for lane in self.lanes() {
            lane.overhear(&body);
        }
        main.await.map_err(|_| Busy)
    }

    /// Begins a task, after ending one with its id.
    ///
    /// # Errors
    /// Why it cannot begin, in Kapacitor's words.
    pub async fn start(&self, begin: Begin) -> Result<(), String> {
        let id = begin.task.name.clone();
        self.stop(&id).await;
        if !waits(&begin.task.graph) {
            return self.main.ask(|reply| Command::Start(Box::new(begin), reply)).await.unwrap_or_else(ended);
        }
        let lane = Lane::start(self.setup.clone(), Some(self.main.door())).map_err(|e| e.to_string())?;
        lane.listen(&begin.dbrps);
        lane.ask(|reply| Command::Start(Box::new(begin), reply)).await.unwrap_or_else(ended)?;
        self.own.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::new(lane));
        Ok(())
    }

    /// Ends a task; returns when nothing more will come of it. Its handlers go on with what they have.
    pub async fn stop(&self, id: &str) {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        match own {
            Some(lane) => {
                lane.ask(|reply| Command::Stop(id.to_owned(), reply)).await;
                lane.finish().await;
            }
            None => drop(self.main.ask(|reply| Command::Stop(id.to_owned(), reply)).await),
        }
        self.setup.board.end(id);
    }

    /// Counters of a task's nodes; none if it does not run.
    pub async fn stats(&self, id: &str) -> Vec<NodeCounters> {
        self.lane(id, |reply| Command::Stats(id.to_owned(), reply)).await.unwrap_or_default()
    }

    /// What an `httpOut` endpoint of a task serves (JSON); `None` if there is none.
    pub async fn serve(&self, task: &str, endpoint: &str) -> Option<String> {
        let (task, endpoint) = (task.to_owned(), endpoint.to_owned());
        let id = task.clone();
        self.lane(&id, |reply| Command::Serve { task, endpoint, reply }).await.flatten()
    }

    /// Points that came, by database, retention policy and measurement.
    pub async fn ingress(&self) -> Vec<Ingress> {
        self.main.ask(Command::Ingress).await.unwrap_or_default()
    }

    /// Registers a handler of a topic, in place of the one that has its id.
    ///
    /// # Errors
    /// Why it cannot work; the other one then stays.
    pub async fn register(&self, handler: HandlerFile) -> Result<(), String> {
        self.main.ask(|reply| Command::Register(Box::new(handler), reply)).await.unwrap_or_else(ended)
    }

    /// Takes a handler from a topic.
    pub async fn unregister(&self, topic: &str, id: &str) {
        let (topic, id) = (topic.to_owned(), id.to_owned());
        self.main.ask(|reply| Command::Unregister { topic, id, reply }).await;
    }

    /// Forgets a topic: what its events were, not who listens to it.
    pub async fn forget(&self, topic: &str) {
        for lane in self.lanes() {
            lane.ask(|reply| Command::Forget(topic.to_owned(), reply)).await;
        }
        self.main.ask(|reply| Command::Forget(topic.to_owned(), reply)).await;
    }

    /// Bytes of points that wait to be played.
    pub fn waiting(&self) -> usize {
        self.main.waiting() + self.lanes().iter().map(|lane| lane.waiting()).sum::<usize>()
    }

    /// Ends all: what handlers have is delivered within the limit of the setup.
    pub async fn finish(&self) {
        for lane in self.lanes() {
            lane.finish().await;
        }
        self.main.finish().await;
        let (keeper, limit) = (Arc::clone(&self.setup.keeper), self.setup.drain);
        // It waits; a panic in there has been told of.
        let _ = tokio::task::spawn_blocking(move || keeper.finish(limit)).await;
    }

    fn lanes(&self) -> Vec<Arc<Lane>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    async fn lane<T>(
        &self,
        id: &str,
        command: impl FnOnce(tokio::sync::oneshot::Sender<T>) -> Command,
    ) -> Option<T> {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        match own {
            Some(lane) => lane.ask(command).await,
            None => self.main.ask(command).await,
        }
    }
}

fn ended() -> Result<(), String> {
    Err("the server is ending".to_owned())
}

/// Whether a task waits for somebody outside while it works.
fn waits(graph: &Graph) -> bool {
    graph.nodes.iter().any(|node| matches!(node.kind, "httpPost" | "udf" | "query" | "queryFlux"))
}
