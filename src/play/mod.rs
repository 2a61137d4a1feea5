//! What surrounds the engine when scripts run, are recorded or tested: tasks made of scripts, and data played to
//! them in the order of the clock. Who listens, and how inputs are read, is the caller's.

mod asked;
mod clock;
pub mod files;
mod functions;
mod limits;
mod outside;
mod player;
mod skips;
mod sources;
mod sweep;
mod task;
mod together;
mod vars;

pub use asked::Asked;
pub use clock::{Counted, Until, until};
pub use functions::{Undeclared, functions_of};
pub use limits::{Hit, Limits, Place};
pub use player::{Audience, Block, Ended, Fed, InputCounts, Inputs, Next, Player, Score};
pub use skips::Skips;
pub use sources::{DueBatch, Recorded, Sources, queries};
pub use sweep::{Sweep, sweeps};
pub use task::{
    Around, Handlers, Refusal, Stage, Task, add, add_files, build, declared, describe, home, lonely, reads,
    replace_handler, script_text, server, stem, words,
};
pub use together::together;
pub use vars::{add_typed, read as read_vars, split as split_var, typed as typed_var, value as var_value};
