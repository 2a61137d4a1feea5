//! Formats to points: everything is reduced to line protocol, which one fast reader takes apart.

mod blocks;
mod clean;
pub mod line;
mod lines;
mod number;
pub mod point;
mod srpl;

pub use blocks::{BlockInfo, Blocks, InputError, Places};
pub use lines::{BLOCK, LineBlocks, MAX_LINE};
pub use srpl::SrplBlocks;
