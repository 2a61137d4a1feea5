//! One room for each node: what it is called, what it takes and how it runs.

mod node;

pub use node::{Cx, Node, PerGroup, Step, TaskInfo};
