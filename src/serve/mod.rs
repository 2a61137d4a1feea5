//! The server: the same engine, live, behind Kapacitor's HTTP API.
//!
//! The engine runs on a thread of its own with the wall clock as its clock; everything else speaks to it through
//! a queue. What clients ask for often (topics and their events) lies on a board that the engine's thread keeps.

mod app;
mod clock;
mod http;
mod influx;
mod keeper;
mod listen;
pub mod live;
mod log;
mod metrics;
mod run;
mod tasks;
mod topics;
mod udp;

pub use app::App;
pub use keeper::Kept;
pub use listen::Limits;
pub use metrics::Metrics;
pub use run::{Options, run};
pub use tasks::Tasks;
