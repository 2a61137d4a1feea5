//! From what happened to the exit status.

use crate::cli::Exit;

/// What may keep a run from having gone well.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Verdict {
    /// A limit was met.
    pub(super) stopped: bool,
    /// Ctrl-C.
    pub(super) interrupted: bool,
    /// Part of an input could not be read.
    pub(super) unreadable: bool,
    /// A task ended with an error.
    pub(super) task_failed: bool,
    /// A handler failed for good, or an event was lost.
    pub(super) handler_failed: bool,
    /// `--fail-on` was met.
    pub(super) too_bad: bool,
    /// `--strict`, and a line was skipped.
    pub(super) skipped: bool,
}

impl Verdict {
    /// The worst decides.
    pub(super) fn exit(self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if self.stopped {
            Exit::Stopped
        } else if self.unreadable {
            Exit::Usage
        } else if self.task_failed || self.handler_failed || self.too_bad || self.skipped {
            Exit::Finding
        } else {
            Exit::Ok
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides() {
        let none = Verdict::default();
        for (verdict, exit) in [
            (none, Exit::Ok),
            (Verdict { too_bad: true, ..none }, Exit::Finding),
            (Verdict { skipped: true, unreadable: true, ..none }, Exit::Usage),
            (Verdict { stopped: true, unreadable: true, task_failed: true, ..none }, Exit::Stopped),
            (
                Verdict { interrupted: true, stopped: true, unreadable: true, task_failed: true, ..none },
                Exit::Interrupted,
            ),
        ] {
            assert_eq!(verdict.exit(), exit, "{verdict:?}");
        }
    }
}
