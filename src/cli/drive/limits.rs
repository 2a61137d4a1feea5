//! `--max-groups` and `--max-memory`: a run is stopped with a clear word before the machine stops it.
//!
//! Memory is what the system says that the process holds, asked once for each block of the input: what an allocator
//! counts would leave out what it keeps for itself, and that is what a machine runs out of.

use super::memory::Size;
use crate::play;

/// What a run may hold.
#[derive(clap::Args, Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Limits {
    /// Stop with status 3 when a node holds more groups than this: a tag has more values than it should have
    #[arg(long, value_name = "N", value_parser = super::typed::positive, help_heading = "Limits")]
    max_groups: Option<usize>,

    /// Stop with status 3 when the process holds more memory than this: `512MiB`, `2GB`, or a number of bytes
    #[arg(long, value_name = "SIZE", value_parser = Size::parse, help_heading = "Limits")]
    max_memory: Option<Size>,
}

impl From<Limits> for play::Limits {
    fn from(limits: Limits) -> play::Limits {
        play::Limits { max_groups: limits.max_groups, max_memory: limits.max_memory.map(Size::bytes) }
    }
}
