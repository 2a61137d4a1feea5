//! What all requests share.

use std::sync::Arc;

use super::live::Live;
use crate::handlers::Config;
use crate::store::Store;

/// The server's parts.
pub struct App {
    /// Tasks at work.
    pub live: Arc<Live>,
    /// What is kept.
    pub store: Arc<Store>,
    /// The configuration.
    pub config: Arc<Config>,
    /// `default-retention-policy`
    pub(super) default_rp: String,
}

impl App {
    /// The retention policy of points that name none.
    pub(super) fn default_rp(&self) -> &str {
        &self.default_rp
    }
}
