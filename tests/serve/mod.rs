//! `tick serve` as its clients see it.

mod server;
mod topics;
