//! The arguments of `groupBy`, which `from` and `groupBy` share.

use crate::pipeline::{Arg, Fault};

/// Refuses what cannot name a dimension.
pub(super) fn validate(args: &[Arg]) -> Result<(), Fault> {
    let mut star = false;
    let mut named = false;
    for arg in args {
        match arg {
            Arg::Str(name) if name.is_empty() => {
                return Err(Fault::new("dimensions cannot not be the empty string")
                    .message("a dimension is a tag's name, got an empty string"));
            }
            Arg::Str(_) => named = true,
            Arg::Star => star = true,
            other => {
                return Err(Fault::new(format!("invalid dimension object of type {}", other.go_type()))
                    .message(format!("a dimension is a tag's name or `*`, got {}", other.words())));
            }
        }
    }
    if star && named {
        return Err(Fault::new("cannot group by both '*' and named dimensions.")
            .message("`*` already groups by all tags, so no tag can be named besides it")
            .hint("leave out either `*` or the names"));
    }
    Ok(())
}
