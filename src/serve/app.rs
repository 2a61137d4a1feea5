//! What all requests share.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::listen::Limits;
use super::live::Live;
use super::log::Hub;
use super::metrics::Metrics;
use super::tasks::Tasks;
use crate::handlers::Config;
use crate::store::{Store, StoreError};

/// The server's parts.
pub struct App {
    /// Tasks at work.
    pub live: Arc<Live>,
    /// What is kept.
    pub store: Arc<Store>,
    /// Which of them were started.
    pub tasks: Tasks,
    /// The configuration.
    pub config: Arc<Config>,
    /// Who reads the log.
    pub(super) log: Arc<Hub>,
    /// What was counted.
    pub(super) metrics: Arc<Metrics>,
    /// How long clients are waited for.
    pub(super) limits: Limits,
    /// `default-retention-policy`
    pub(super) default_rp: String,
    /// Who holds this changes handlers of topics: store and engine then always have the same.
    pub(super) handlers: Mutex<()>,
}

impl App {
    /// The retention policy of points that name none.
    pub(super) fn default_rp(&self) -> &str {
        &self.default_rp
    }

    /// Asks the store, on a thread that may wait for the disk.
    pub(super) async fn ask_store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, String> {
        let store = Arc::clone(&self.store);
        match spawn_blocking(move || ask(&store)).await {
            Ok(answer) => answer.map_err(|e| e.to_string()),
            Err(error) => Err(format!("the store gave no answer: {error}")),
        }
    }
}
