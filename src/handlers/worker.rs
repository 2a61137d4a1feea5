//! What the workers of all kinds share, and the choice of a kind.

use std::future::Future;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::dispatch::Options;
use super::handler::{CANNOT_ACT, HandlerConfig};
use super::payload::Payload;
use super::queue::Queue;
use super::report::{OnFailure, Tally, Trouble};
use super::{exec, exec_stream, log, post, tcp};

/// Shared by all workers of a run.
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) tell: OnFailure,
    /// One permit for each program that may run at a time.
    pub(super) jobs: Arc<Semaphore>,
    /// Becomes true when the run gives up on what is still going on.
    pub(super) cancel: watch::Sender<bool>,
    /// Programs that run.
    pub(super) programs: Programs,
}

/// Counts the programs that run, for those who wait for their end.
#[derive(Clone, Default)]
pub(super) struct Programs(Arc<(Mutex<usize>, Condvar)>);

/// A program that runs.
pub(super) struct Counted(Programs);

impl Programs {
    /// Counts a program until what it gives is dropped.
    pub(super) fn count(&self) -> Counted {
        *self.lock() += 1;
        Counted(self.clone())
    }

    /// Waits until none runs, but not longer than `patience`.
    pub(super) fn wait(&self, patience: Duration) {
        // Nothing depends on whether the time was enough.
        let _ = self.0.1.wait_timeout_while(self.lock(), patience, |n| *n > 0);
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut running = self.0.lock();
        *running = running.saturating_sub(1);
        drop(running);
        self.0.0.1.notify_all();
    }
}

impl Shared {
    pub(super) fn is_cancelled(&self) -> bool {
        *self.cancel.borrow()
    }

    /// Waits until the run gives up.
    pub(super) async fn cancelled(&self) {
        // The sender is ours, so waiting cannot fail.
        let _ = self.cancel.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

/// A worker's view of its handler.
pub(super) struct Job {
    pub(super) queue: Arc<Queue>,
    pub(super) tally: Arc<Tally>,
    pub(super) shared: Arc<Shared>,
}

impl Job {
    /// Counts the result of one event.
    pub(super) fn settle(&self, payload: &Payload, result: Result<(), Trouble>) {
        match result {
            Ok(()) => self.tally.delivered(1),
            Err(_) if self.shared.is_cancelled() => self.tally.abandoned(1),
            Err(trouble) => self.failed(1, payload, trouble),
        }
    }

    pub(super) fn failed(&self, n: u64, first: &Payload, trouble: Trouble) {
        self.tally.failed(n, &first.event.id, trouble, &self.shared.tell);
    }

    /// Hands over event after event, one at a time and in order, those that JSON can hold.
    pub(super) async fn each<F, R>(&self, handle: F)
    where
        F: Fn(Arc<Payload>) -> R,
        R: Future<Output = Result<(), Trouble>>,
    {
        self.each_event(|payload| {
            let ready = payload.line().map(drop).map_err(Trouble::clone);
            let handled = ready.map(|()| handle(payload));
            async move { handled?.await }
        })
        .await;
    }

    /// Hands over event after event, one at a time and in order.
    async fn each_event<F, R>(&self, handle: F)
    where
        F: Fn(Arc<Payload>) -> R,
        R: Future<Output = Result<(), Trouble>>,
    {
        while let Some(payload) = self.queue.next().await {
            let result = handle(Arc::clone(&payload)).await;
            self.settle(&payload, result);
        }
    }

    /// Hands over event after event to something that blocks its thread, on a thread of its own that is left
    /// alone when the run gives up. `failed` says what could not be done then.
    pub(super) async fn each_blocking(
        &self,
        failed: &'static str,
        call: impl Fn(&Payload, &Shared) -> Result<(), Trouble> + Send + Sync + 'static,
    ) {
        let call = Arc::new(call);
        self.each_event(|payload| {
            let (call, shared, cancelled) =
                (Arc::clone(&call), Arc::clone(&self.shared), Arc::clone(&self.shared));
            async move {
                let blocking = tokio::task::spawn_blocking(move || call(&payload, &shared));
                tokio::select! {
                    done = blocking => done.unwrap_or_else(|e| Err(Trouble::new(failed, e.to_string()))),
                    () = cancelled.cancelled() => Err(Trouble::new(failed, "given up")),
                }
            }
        })
        .await;
    }
}

/// Closes the queue when a worker ends, however it ends, so that nobody waits for room in it.
struct CloseOnDrop(Arc<Queue>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Works off a handler's queue until it is closed and empty.
pub(super) async fn work(job: Job, config: HandlerConfig) {
    let _close = CloseOnDrop(Arc::clone(&job.queue));
    match config {
        HandlerConfig::Exec { prog, args, stream: false } => exec::work(&job, prog, args).await,
        HandlerConfig::Exec { prog, args, stream: true } => exec_stream::work(&job, &prog, &args).await,
        HandlerConfig::Log { path, mode } => log::work(&job, path, mode).await,
        HandlerConfig::Tcp { address } => tcp::work(&job, &address).await,
        HandlerConfig::Post { .. } => post::work(&job, config).await,
        HandlerConfig::Service(service) => service.work(&job).await,
        HandlerConfig::Unsupported { kind } => {
            job.each(|_| async move {
                Err(Trouble::new("handler is not supported", format!("`{kind}`: {CANNOT_ACT}")))
            })
            .await;
        }
    }
}
