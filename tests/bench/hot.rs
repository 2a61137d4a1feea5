//! Benchmarks of the hot paths.
fn main() {}
