//! `tick serve` as its clients meet it: a process, its HTTP API, its folder.

mod server;
mod tasks;
mod templates;
mod topics;
