//! Integration tests: one binary, so that they link once.

mod cli;
mod conformance;
mod runner;
mod scripts;
mod tidy;
