//! Tasks and templates of a server: made of what clients ask for, kept, started and stopped.
//!
//! A change is made whole even if the client goes away while it is under way, and one at a time: what the store says
//! of a task and what runs are never of two minds.

mod change;
mod id;
mod script;
mod templates;
mod trouble;
mod work;

use std::future::Future;
use std::time::SystemTime;

pub(super) use change::{Wanted, create, delete, update};
pub(super) use script::{build, outline};
pub(super) use templates::{
    Wanted as WantedTemplate, create as create_template, delete as delete_template, update as update_template,
};
pub(super) use trouble::Trouble;
pub use work::Tasks;
pub(super) use work::restore;

/// Does what waits for the disk, or takes a while.
pub(super) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// Does something to its end, whether anybody waits for it or not.
pub(super) async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, Trouble>> + Send + 'static,
) -> Result<T, Trouble> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(Trouble::Failed("the server is ending".to_owned())))
}

/// Nanoseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
