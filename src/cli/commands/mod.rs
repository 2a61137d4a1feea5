//! One file for each command: its arguments and `run`.

pub(crate) mod check;
pub(crate) mod ci;
pub(crate) mod config;
pub(crate) mod convert;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod init;
pub(crate) mod live;
pub(crate) mod migrate;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod test;
pub(crate) mod tune;
