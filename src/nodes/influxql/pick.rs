//! HOT: selectors that need to know only the best point so far: first, last, min, max.

use super::acc::Found;
use super::order::greater;
use crate::data::{Damaged, Keep, Loader, Row, Saver, Shelf, Val};
use crate::nodes::Cx;

/// Which point is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::nodes) enum Choice {
    First,
    Last,
    Min,
    Max,
}

impl Choice {
    /// Whether a value of a time is chosen over that before; texts are compared by `later_text`, which says
    /// whether the new one is the larger.
    #[inline]
    pub(super) fn prefers(
        self,
        new: (Val, i64),
        old: (Val, i64),
        larger_text: impl FnOnce() -> bool,
    ) -> bool {
        let ((val, time), (best, at)) = (new, old);
        let earlier = || greater(val, best) == Some(false) && greater(best, val) == Some(false) && time < at;
        match self {
            Choice::First | Choice::Last if time != at => (time < at) == (self == Choice::First),
            Choice::First | Choice::Last => match (val, best) {
                (Val::Bool(new), Val::Bool(old)) => new != old && new == (self == Choice::Last),
                (Val::Str(_) | Val::Sym(_), _) => larger_text(),
                _ => greater(val, best) == Some(true),
            },
            Choice::Min => greater(best, val) == Some(true) || earlier(),
            Choice::Max => greater(val, best) == Some(true) || earlier(),
        }
    }
}

/// The best point so far.
pub(super) struct Pick {
    choice: Choice,
    best: Option<(Val, i64)>,
    /// Its value, if that is a text.
    text: String,
    point: Shelf,
}

impl Pick {
    pub(super) fn new(choice: Choice) -> Pick {
        Pick { choice, best: None, text: String::new(), point: Shelf::default() }
    }

    pub(super) fn clear(&mut self) {
        self.best = None;
        self.point.clear();
    }

    /// Takes the point if it is better.
    #[inline]
    pub(super) fn offer(&mut self, val: Val, row: &Row, whole: bool, cx: &mut Cx<'_>) {
        let new = (val, row.time);
        let better = match self.best {
            None => true,
            Some(best) => {
                let larger = || cx.text_of(val).is_some_and(|text| text > self.text.as_str());
                self.choice.prefers(new, best, larger)
            }
        };
        if better {
            self.take(new, row, whole, cx);
        }
    }

    fn take(&mut self, new: (Val, i64), row: &Row, whole: bool, cx: &mut Cx<'_>) {
        self.best = Some(new);
        self.text.clear();
        self.text.push_str(cx.text_of(new.0).unwrap_or_default());
        self.point.clear();
        cx.keep(row, &mut self.point, whole);
    }

    pub(super) fn found(&self) -> Option<Found> {
        self.best.map(|(val, time)| Found { val, time: Some(time) })
    }

    /// Where the point is, alone.
    pub(super) fn shelf(&self) -> &Shelf {
        &self.point
    }
}

impl Keep for Pick {
    fn save(&self, out: &mut Saver<'_>) {
        self.best.is_some().save(out);
        if let Some((val, time)) = self.best {
            out.bare(val);
            out.time(time);
            out.text(&self.text);
            self.point.save(out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        if from.get()? {
            self.best = Some((from.bare()?, from.time()?));
            self.text = from.get()?;
            self.point.restore(from)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefers(choice: Choice, new: (Val, i64), old: (Val, i64)) -> bool {
        choice.prefers(new, old, || panic!("no texts"))
    }

    #[test]
    fn ties_go_where_influxdb_has_them() {
        let (t, f) = (Val::Bool(true), Val::Bool(false));
        assert!(prefers(Choice::First, (f, 1), (t, 1)) && !prefers(Choice::First, (t, 1), (f, 1)));
        assert!(prefers(Choice::Last, (t, 1), (f, 1)) && !prefers(Choice::Last, (f, 1), (t, 1)));
        let (one, two) = (Val::Int(1), Val::Int(2));
        for choice in [Choice::First, Choice::Last] {
            assert!(prefers(choice, (two, 1), (one, 1)) && !prefers(choice, (one, 1), (one, 1)));
        }
        for choice in [Choice::Min, Choice::Max] {
            assert!(prefers(choice, (one, 1), (one, 2)) && !prefers(choice, (one, 1), (one, 1)));
        }
    }

    #[test]
    fn what_is_no_number_neither_wins_nor_goes() {
        let (nan, one) = (Val::Float(f64::NAN), Val::Float(1.0));
        for choice in [Choice::Min, Choice::Max] {
            assert!(!prefers(choice, (nan, 1), (one, 2)) && !prefers(choice, (one, 1), (nan, 2)));
        }
    }
}
