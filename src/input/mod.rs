//! Formats to points: everything is reduced to line protocol, which one fast reader takes apart.

mod blocks;
mod clean;
mod lines;
pub mod point;

pub use blocks::{BlockInfo, Blocks, InputError, Places};
pub use lines::{BLOCK, LineBlocks, MAX_LINE};
