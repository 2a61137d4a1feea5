//! Integration tests: one binary, so that they link once.

mod ahead;
mod cli;
mod comings;
mod conformance;
mod docs;
#[path = "bench/generate.rs"]
#[allow(dead_code, reason = "the benchmarks use more of it")]
mod generate;
#[path = "bench/harness.rs"]
#[allow(dead_code, reason = "the benchmarks use more of it")]
mod harness;
mod influxql;
mod joins;
mod language;
mod laws;
mod plain;
mod readme;
mod runner;
mod scripts;
mod sentries;
mod serve;
mod testing;
mod tidy;
mod windows;
