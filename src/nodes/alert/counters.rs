//! What an alert node counts.

use crate::alert::Level;
use crate::data::kept;

/// Events of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Counters {
    inhibited: i64,
    /// By level.
    told: [i64; 4],
}

impl Counters {
    /// An event went out.
    pub(super) fn told(&mut self, level: Level) {
        let [ok, info, warning, critical] = &mut self.told;
        *match level {
            Level::Ok => ok,
            Level::Info => info,
            Level::Warning => warning,
            Level::Critical => critical,
        } += 1;
    }

    /// An event was silenced by another alert.
    pub(super) fn inhibited(&mut self) {
        self.inhibited += 1;
    }

    /// As Kapacitor names them.
    pub(super) fn list(&self, out: &mut Vec<(&'static str, i64)>) {
        let [ok, info, warning, critical] = self.told;
        out.extend([
            ("alerts_triggered", self.told.iter().sum()),
            ("alerts_inhibited", self.inhibited),
            ("oks_triggered", ok),
            ("infos_triggered", info),
            ("warns_triggered", warning),
            ("crits_triggered", critical),
        ]);
    }
}

kept!(Counters { inhibited, told });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silenced_events_are_not_triggered() {
        let mut counters = Counters::default();
        counters.told(Level::Ok);
        counters.told(Level::Critical);
        counters.told(Level::Critical);
        counters.inhibited();
        let mut list = vec![];
        counters.list(&mut list);
        let want = [2 + 1, 1, 1, 0, 0, 2];
        assert_eq!(list.iter().map(|c| c.1).collect::<Vec<_>>(), want);
        assert_eq!(list[0].0, "alerts_triggered");
    }
}
