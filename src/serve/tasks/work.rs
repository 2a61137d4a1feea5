//! Which tasks are at work: starting and stopping them, with what the store is to know of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::Level;

use super::{Trouble, blocking, script};
use crate::pipeline::Graph;
use crate::play::Stage;
use crate::serve::App;
use crate::serve::live::Begin;
use crate::serve::log::{TASKS, tell};
use crate::store::{Change, Snapshot, StoreError, Task};

/// Tasks that were started, and who may start others.
#[derive(Default)]
pub struct Tasks {
    /// One change of tasks and templates is made at a time.
    pub(super) changing: tokio::sync::Mutex<()>,
    /// What each task was started with, by its id.
    running: Mutex<HashMap<String, Arc<Graph>>>,
}

impl Tasks {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Graph>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// What a task runs that runs.
    pub(in crate::serve) fn executing(&self, id: &str) -> Option<Arc<Graph>> {
        let graph = self.tasks.lock().get(id).cloned()?;
        self.live.board().failure(id).is_none().then_some(graph)
    }
}

/// Starts a task, and keeps why it does not start.
pub(super) async fn start(app: &App, task: &Task) -> Result<(), Trouble> {
    let started = begin(app, task).await;
    let error = started.as_ref().err().cloned().unwrap_or_default();
    if error != task.error {
        blocking(|| app.store.put(&Task { error, ..task.clone() }))?;
    }
    started.map_err(Trouble::Failed)
}

async fn begin(app: &App, task: &Task) -> Result<(), String> {
    let built = blocking(|| script::build(&app.config, task, Stage::Start));
    let built = match built {
        Ok(built) => built,
        Err(words) => {
            stop(app, &task.id).await;
            return Err(words);
        }
    };
    let graph = Arc::new(built.graph.clone());
    app.tasks.lock().remove(&task.id);
    app.live.start(Begin { task: built, dbrps: task.dbrps.clone() }).await?;
    app.tasks.lock().insert(task.id.clone(), graph);
    Ok(())
}

/// Stops a task.
pub(super) async fn stop(app: &App, id: &str) {
    app.live.stop(id).await;
    app.tasks.lock().remove(id);
}

/// The topics of a task's own nodes.
pub(super) fn own_topics(app: &App, task: &Task) -> Vec<String> {
    let graph = app.tasks.lock().get(&task.id).cloned();
    let graph =
        graph.or_else(|| script::build(&app.config, task, Stage::Define).ok().map(|t| t.graph.into()));
    let Some(graph) = graph else { return Vec::new() };
    let alerts = graph.nodes.iter().filter(|node| node.kind == "alert");
    alerts.map(|node| format!("main:{}:{}", task.id, node.name)).collect()
}

/// Takes away what belongs to a task beside itself.
pub(super) fn forget(change: &Change<'_>, id: &str, topics: &[String]) -> Result<(), StoreError> {
    change.delete::<Snapshot>(id)?;
    topics.iter().try_for_each(|topic| change.delete_topic(topic))
}

/// Starts the tasks again that were enabled when the server ended. One that does not start has its error, and the
/// others go on.
pub(in crate::serve) async fn restore(app: &App) {
    let _one = app.tasks.changing.lock().await;
    let tasks = match blocking(|| app.store.all::<Task>()) {
        Ok(tasks) => tasks,
        Err(error) => {
            let error = error.to_string();
            return tell(Level::ERROR, TASKS, "tasks cannot be read", &[("err", &error)]);
        }
    };
    for task in tasks.iter().filter(|task| task.enabled) {
        let Err(trouble) = start(app, task).await else { continue };
        let (Trouble::Bad(words) | Trouble::Unknown(words) | Trouble::Failed(words)) = trouble;
        tell(Level::ERROR, TASKS, "failed to start task", &[("task", &task.id), ("err", &words)]);
    }
}
