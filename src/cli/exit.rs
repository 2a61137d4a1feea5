//! The exit statuses, and nothing else.

use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Everything went as asked.
    Ok,
    /// A finding: `--fail-on` was met, a handler failed for good, a check or a format differs.
    Finding,
    /// Wrong usage, a bad script, unreadable input.
    Usage,
    /// Stopped by a limit: what was played by then counts.
    Stopped,
    /// What the environment says cannot be understood.
    Environment,
    /// A server refused what was asked of it, or was not reached.
    Refused,
    /// There is no server by that URL.
    NoServer,
    /// Ended by Ctrl-C, after what was under way was finished.
    Interrupted,
}

impl Exit {
    /// The status that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Finding | Exit::Environment => 1,
            Exit::Usage => 2,
            Exit::Stopped | Exit::Refused => 3,
            Exit::NoServer => 4,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
