//! `tick serve` as its clients see it.

mod server;
mod service;
mod topics;
