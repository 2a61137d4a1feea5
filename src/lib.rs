//! Runs TICKscripts, Kapacitor's, without a server. The command is `tick`; from Rust it goes like this:
//!
//! ```
//! # #[cfg(feature = "engine")]
//! # fn main() {
//! use std::sync::Arc;
//! use tickscript::alert::Event;
//! use tickscript::engine::{Engine, Origin, Sink, TaskOptions};
//! use tickscript::input::{line::LineReader, line::Next, point::Precision};
//! use tickscript::pipeline::{BuildOptions, Deadman, Vars, build};
//! use tickscript::{handlers, lang, nodes, value::Zone};
//!
//! // What happens is handed to a sink: this one keeps the events.
//! #[derive(Default)]
//! struct Events(Vec<Arc<Event>>);
//! impl Sink for Events {
//!     fn event(&mut self, _: Origin<'_>, _topic: &str, event: &Arc<Event>) {
//!         self.0.push(Arc::clone(event));
//!     }
//! }
//!
//! // A script becomes a tree, the tree a checked graph, the graph a task.
//! let script = "stream|from().measurement('cpu')|alert().crit(lambda: \"idle\" < 10.0).stateChangesOnly()";
//! let parsed = lang::parse(script);
//! assert!(parsed.diagnostics.is_empty());
//! let (vars, deadman) = (Vars::default(), Deadman::default());
//! let (nodes, handlers) = (nodes::SPECS, handlers::SPECS);
//! let options = BuildOptions {
//!     task_type: None, template: false, start: true, udfs: &[], dbrps: &[], now: 0,
//!     vars: &vars, deadman: &deadman, nodes, handlers,
//! };
//! let built = build(script, &parsed.script, &options).expect("no mistakes");
//! let mut engine = Engine::new(Zone::utc(), None);
//! let reads = TaskOptions { name: "cpu".to_owned(), dbrps: vec![("db".to_owned(), "rp".to_owned())], ..TaskOptions::default() };
//! engine.add_task(&built.graph, reads, &mut |_| unreachable!("no handlers")).expect("a task");
//!
//! // Points come from a reader that fills the engine's tables.
//! let lines = b"cpu idle=50 1\ncpu idle=5 2\ncpu idle=4 3\ncpu idle=60 4\n";
//! let reader = LineReader::new(engine.source("db", "rp"), Precision::Nanos, None);
//! let (mut at, mut sink) = (0, Events::default());
//! loop {
//!     let Engine { catalog, world, tape, .. } = &mut engine;
//!     match reader.next(lines, &mut at, catalog, world, tape) {
//!         Next::Point(point) => engine.push(point, &mut sink),
//!         Next::Bad(line) => panic!("{}", line.message),
//!         Next::End => break,
//!     }
//! }
//! engine.finish(&mut sink);
//!
//! let told: Vec<_> = sink.0.iter().map(|e| (e.time, e.level.to_string())).collect();
//! assert_eq!(told, [(2, "CRITICAL".to_owned()), (4, "OK".to_owned())]);
//! # }
//! # #[cfg(not(feature = "engine"))]
//! # fn main() {}
//! ```
//!
#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

// The rooms, in the order in which a script and its data pass through them.
// `tests/tidy.rs` holds who may import whom.
pub mod lang;
pub mod text;
pub mod value;

#[cfg(feature = "engine")]
pub mod alert;
#[cfg(feature = "engine")]
pub mod config;
#[cfg(feature = "engine")]
pub mod data;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod handlers;
#[cfg(feature = "engine")]
pub mod input;
#[cfg(feature = "engine")]
pub mod lambda;
#[cfg(feature = "engine")]
pub mod lint;
#[cfg(feature = "engine")]
pub mod nodes;
#[cfg(feature = "engine")]
pub mod pipeline;
#[cfg(feature = "engine")]
pub mod play;
#[cfg(feature = "engine")]
pub mod query;
#[cfg(feature = "engine")]
pub mod report;
#[cfg(feature = "engine")]
pub mod suite;
#[cfg(feature = "engine")]
pub mod template;
#[cfg(feature = "engine")]
pub mod trace;
#[cfg(feature = "engine")]
pub mod udf;

#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "serve")]
pub mod store;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod client;
