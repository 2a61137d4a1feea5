//! How a run names what an event is handed to: what it does then is `handlers`' task.

/// Identifies a configured handler within a run: an index, in order of registration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct HandlerKey(pub u32);
