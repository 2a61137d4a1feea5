//! What `run` and `replay` share: scripts and data in, events and a summary out.

mod deliver;
mod event_line;
mod feed;
mod options;
mod progress;
mod show;
mod signal;
mod summary;
mod tally;
