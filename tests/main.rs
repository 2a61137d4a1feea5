//! Integration tests: one binary, so that they link once.

mod cli;
mod conformance;
mod docs;
mod influxql;
mod language;
mod laws;
mod readme;
mod runner;
mod scripts;
mod sentries;
mod tidy;
mod windows;
