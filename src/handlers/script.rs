//! From handlers declared on alert nodes to their configuration.

use super::{exec, log, post, tcp};
use crate::alert::HandlerConfig;
use crate::pipeline::{Fault, HandlerDef};

/// The configuration of a handler declared in a script.
///
/// # Errors
/// What Kapacitor refuses when the task starts.
pub fn from_script(def: &HandlerDef) -> Result<HandlerConfig, Fault> {
    match def.kind {
        "exec" => exec::config(def),
        "log" => log::config(def),
        "tcp" => Ok(tcp::config(def)),
        "post" => post::config(def),
        kind => Ok(HandlerConfig::Unsupported { kind }),
    }
}
