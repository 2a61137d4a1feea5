//! The server: the same engine, live, behind Kapacitor's HTTP API.
//!
//! The engine runs on a thread of its own with the wall clock as its clock; everything else speaks to it through
//! a queue. What clients ask for often (topics and their events) lies on a board that the engine's thread keeps.

mod app;
mod http;
mod keeper;
pub mod live;
mod log;
mod run;

pub use app::App;
pub use keeper::Kept;
pub use run::{Options, run};
