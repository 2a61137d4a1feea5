//! Speaks to a server over Kapacitor's HTTP API: requests, their answers, and the tables that are made of them.

mod address;
mod alerts;
mod answer;
mod connection;
mod lists;
mod recordings;
mod server;
mod show;
mod table;
mod tasks;
mod vars;
mod when;

pub use answer::Answer;
pub use connection::{Client, Failed};
pub use lists::Kind;
pub use recordings::{Making, Pace};
