//! Which level a point is at, given the level before.

use crate::alert::Level;

/// A predicate of an alert node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Predicate {
    /// `.info`, `.warn` or `.crit`
    Level(Level),
    /// `.infoReset`, `.warnReset` or `.critReset`
    Reset(Level),
}

/// The level of a point after `current`. `holds` says whether a predicate is true; an unset level
/// predicate is false, an unset reset is true.
///
/// The predicate of the current level may be asked twice: stateful functions notice.
#[inline]
pub(super) fn evaluate(current: Level, mut holds: impl FnMut(Predicate) -> bool) -> Level {
    for level in down_from(Level::Critical).filter(|l| *l >= current) {
        if holds(Predicate::Level(level)) {
            return level;
        }
    }
    if current == Level::Ok {
        return Level::Ok;
    }
    if !holds(Predicate::Reset(current)) {
        return current;
    }
    down_from(current).find(|l| holds(Predicate::Level(*l))).unwrap_or(Level::Ok)
}

/// A level and those below it, without OK.
fn down_from(level: Level) -> impl Iterator<Item = Level> {
    [Level::Critical, Level::Warning, Level::Info].into_iter().filter(move |l| *l <= level)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// info > 60 until < 50, warn > 70 until < 60, crit > 80 until < 70.
    fn holds(value: i64, predicate: Predicate) -> bool {
        let by_level = |of: [i64; 3], l: Level| of[l as usize - 1];
        match predicate {
            Predicate::Level(l) => value > by_level([60, 70, 80], l),
            Predicate::Reset(l) => value < by_level([50, 60, 70], l),
        }
    }

    #[test]
    fn a_level_is_kept_until_its_reset_holds() {
        let mut level = Level::Ok;
        let seen: Vec<Level> = [61, 73, 64, 85, 62, 56, 47]
            .map(|v| {
                level = evaluate(level, |p| holds(v, p));
                level
            })
            .into();
        use Level::*;
        assert_eq!(seen, [Info, Warning, Warning, Critical, Info, Info, Ok]);
    }

    #[test]
    fn predicates_are_asked_from_the_top() {
        let asked = |current, answer: fn(Predicate) -> bool| {
            let mut asked = vec![];
            evaluate(current, |p| {
                asked.push(p);
                answer(p)
            });
            asked
        };
        use Level::*;
        use Predicate::{Level as L, Reset as R};
        assert_eq!(asked(Ok, |_| false), [L(Critical), L(Warning), L(Info)]);
        let resets = |p| matches!(p, R(_));
        assert_eq!(
            asked(Warning, resets),
            [L(Critical), L(Warning), R(Warning), L(Warning), L(Info)],
            "the current level's own twice"
        );
        assert_eq!(asked(Warning, |_| false), [L(Critical), L(Warning), R(Warning)]);
        assert_eq!(asked(Info, |p| p == L(Warning)), [L(Critical), L(Warning)]);
    }
}
