//! Formats to points: everything is reduced to line protocol, which one fast reader takes apart.

mod archive;
mod blocks;
mod brpl;
mod clean;
mod csv;
mod export;
mod file;
mod format;
pub mod line;
mod lines;
mod number;
pub mod point;
mod scout;
mod sort;
mod srpl;

pub use archive::Archive;
pub use blocks::{BlockInfo, Blocks, InputError, Places};
pub use brpl::{Batches, push_batch};
pub use csv::{CsvBlocks, CsvOptions};
pub use export::ExportBlocks;
pub use file::{Input, Options, Recording, open, open_reader, open_recording, stem};
pub use format::Format;
pub use lines::{BLOCK, LineBlocks, MAX_LINE};
pub use scout::{Cursor, Scout, Scouted};
pub use sort::{BoxedBlocks, Sorted};
pub use srpl::SrplBlocks;
