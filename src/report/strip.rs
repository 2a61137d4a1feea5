//! What a picture of one alert is drawn from: for each column of time the worst level and the levels of its events, and
//! beside them what [`crate::alert::Sketches`] kept of its fields.

use crate::alert::{Level, Range, Scale};

/// A picture of one alert.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Time of the first column.
    pub origin: i64,
    /// Nanoseconds of a column.
    pub width: i64,
    /// When the data ended.
    pub until: i64,
    /// The worst level of each column; `None` where there was no point yet.
    pub levels: Vec<Option<Level>>,
    /// Which levels were told in a column, a bit for each.
    pub told: Vec<u8>,
    /// Names of the fields, with their values; `None` where a column had none.
    pub fields: Vec<(String, Vec<Option<Range>>)>,
}

impl Picture {
    /// One that begins with a point of this time, at this level.
    pub(super) fn new(scale: Scale, time: i64, level: Level) -> Picture {
        let mut picture = Picture {
            origin: scale.origin,
            width: scale.width,
            until: scale.origin,
            levels: Vec::new(),
            told: Vec::new(),
            fields: Vec::new(),
        };
        let column = picture.column(scale, time);
        worsen(&mut picture.levels, column, level);
        picture
    }

    /// A point, with its level before and now, and whether there was an event.
    pub(super) fn add(&mut self, scale: Scale, time: i64, levels: (Level, Level), told: bool) {
        let column = self.column(scale, time);
        self.fill(column, levels.0);
        worsen(&mut self.levels, column, levels.1);
        if told {
            if self.told.len() <= column {
                self.told.resize(column + 1, 0);
            }
            if let Some(bits) = self.told.get_mut(column) {
                *bits |= 1 << levels.1 as u8;
            }
        }
    }

    /// The data have ended at this level.
    pub(super) fn end(&mut self, scale: Scale, time: i64, level: Level) {
        let column = self.column(scale, time);
        self.fill(column + 1, level);
        self.until = time;
    }

    /// The column of a time, after the columns were made as wide as they are now.
    fn column(&mut self, scale: Scale, time: i64) -> usize {
        while self.width < scale.width {
            self.width = self.width.saturating_mul(2);
            self.levels = halve(&self.levels, |a, b| a.max(b));
            self.told = halve(&self.told, |a, b| a | b);
        }
        scale.column(time)
    }

    /// What is between two points is at the level of the first.
    fn fill(&mut self, column: usize, level: Level) {
        if self.levels.len() < column {
            self.levels.resize(column, Some(level));
        }
    }
}

fn worsen(levels: &mut Vec<Option<Level>>, column: usize, level: Level) {
    if levels.len() <= column {
        levels.resize(column + 1, None);
    }
    if let Some(known) = levels.get_mut(column) {
        *known = (*known).max(Some(level));
    }
}

/// Makes one of each two.
fn halve<T: Copy>(all: &[T], join: impl Fn(T, T) -> T) -> Vec<T> {
    let one = |pair: &[T]| match *pair {
        [a, b] => Some(join(a, b)),
        [a] => Some(a),
        _ => None,
    };
    all.chunks(2).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::COLUMNS;

    #[test]
    fn a_picture_stays_small_however_long_the_run() {
        const MINUTE: i64 = 60_000_000_000;
        let mut scale = Scale::new(0);
        let mut picture = Picture::new(scale, 0, Level::Ok);
        for (n, levels) in [(50_000, (Level::Ok, Level::Critical)), (50_001, (Level::Critical, Level::Ok))] {
            scale.reach(n * MINUTE);
            picture.add(scale, n * MINUTE, levels, true);
        }
        scale.reach(100_000 * MINUTE);
        picture.end(scale, 100_000 * MINUTE, Level::Ok);
        assert!(picture.levels.len() <= COLUMNS && picture.levels.len() > COLUMNS / 2);
        assert!(picture.levels.iter().all(Option::is_some));
        let critical = picture.levels.iter().filter(|l| **l == Some(Level::Critical)).count();
        assert_eq!(critical, 1);
        let told: Vec<u8> = picture.told.iter().copied().filter(|bits| *bits != 0).collect();
        assert_eq!(told, [0b1001], "CRITICAL and OK in one column");
    }

    #[test]
    fn nothing_is_drawn_before_the_first_point() {
        let mut scale = Scale::new(0);
        scale.reach(10_000_000);
        let mut picture = Picture::new(scale, 3_000_000, Level::Ok);
        picture.add(scale, 3_000_000, (Level::Ok, Level::Warning), true);
        picture.add(scale, 6_000_000, (Level::Warning, Level::Ok), true);
        let (warning, ok) = (Some(Level::Warning), Some(Level::Ok));
        assert_eq!(picture.levels, [None, None, None, warning, warning, warning, ok]);
    }
}
