//! `tick serve` as its clients meet it: a process, its HTTP API, its folder.

mod crash;
mod server;
mod service;
mod tasks;
mod templates;
mod topics;
mod udp;
mod walk;
