//! What a picture of one alert is drawn from: for each column of time the lowest and the highest value of its fields, the
//! worst level and the levels of its events.
//!
//! A year of points is no larger than an hour: when the columns are full, each two become one.

use crate::alert::Level;

/// Columns of a picture.
pub(super) const COLUMNS: usize = 480;

/// Fields that are kept.
const FIELDS: usize = 4;

/// The time that a column stands for; the same for all pictures of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scale {
    origin: i64,
    width: i64,
}

impl Scale {
    /// Columns of a millisecond, until more time has to be shown.
    pub(super) fn new(origin: i64) -> Scale {
        Scale { origin, width: 1_000_000 }
    }

    /// Makes room for a time.
    pub(super) fn reach(&mut self, time: i64) {
        while time.saturating_sub(self.origin) / self.width >= COLUMNS as i64 {
            self.width = self.width.saturating_mul(2);
        }
    }
}

/// The lowest and the highest value of a field in a column.
pub type Range = (f32, f32);

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
    /// An empty one.
    pub(super) fn new(scale: Scale, names: &[String]) -> Picture {
        let fields = names.iter().take(FIELDS).map(|name| (name.clone(), Vec::new())).collect();
        Picture {
            origin: scale.origin,
            width: scale.width,
            until: scale.origin,
            levels: Vec::new(),
            told: Vec::new(),
            fields,
        }
    }

    /// A point, with its level before and now, whether there was an event, and the values of its fields.
    pub(super) fn add(
        &mut self,
        scale: Scale,
        time: i64,
        levels: (Level, Level),
        told: bool,
        values: &[f64],
    ) {
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
        for ((_, ranges), value) in self.fields.iter_mut().zip(values).filter(|(_, v)| v.is_finite()) {
            let value = *value as f32;
            if ranges.len() <= column {
                ranges.resize(column + 1, None);
            }
            if let Some(range) = ranges.get_mut(column) {
                *range = join(*range, Some((value, value)));
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
            self.fields.iter_mut().for_each(|(_, ranges)| *ranges = halve(ranges, join));
        }
        let column = time.saturating_sub(self.origin).max(0) / self.width;
        usize::try_from(column).unwrap_or(0).min(COLUMNS - 1)
    }

    /// What is between two points is at the level of the first.
    fn fill(&mut self, column: usize, level: Level) {
        if self.levels.len() < column {
            // Nothing is known of what was before the first point.
            let between = if self.levels.is_empty() { None } else { Some(level) };
            self.levels.resize(column, between);
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

fn join(a: Option<Range>, b: Option<Range>) -> Option<Range> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
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

    #[test]
    fn a_picture_stays_small_however_long_the_run() {
        let mut scale = Scale::new(0);
        let mut picture = Picture::new(scale, &["v".to_owned()]);
        let mut level = Level::Ok;
        for n in 0..100_000_i64 {
            let time = n * 60_000_000_000;
            let now = if n == 50_000 { Level::Critical } else { Level::Ok };
            scale.reach(time);
            picture.add(scale, time, (level, now), now != level, &[if n == 70_000 { 500.0 } else { 1.0 }]);
            level = now;
        }
        picture.end(scale, 100_000 * 60_000_000_000, level);
        assert!(picture.levels.len() <= COLUMNS && picture.levels.len() > COLUMNS / 2);
        let critical = picture.levels.iter().filter(|l| **l == Some(Level::Critical)).count();
        assert_eq!(critical, 1);
        let told: Vec<u8> = picture.told.iter().copied().filter(|bits| *bits != 0).collect();
        assert_eq!(told, [0b1001], "CRITICAL and OK in one column");
        let highest = picture.fields[0].1.iter().flatten().filter(|r| r.1 == 500.0).count();
        assert_eq!(highest, 1, "a single point is not lost");
    }

    #[test]
    fn nothing_is_drawn_before_the_first_point() {
        let mut scale = Scale::new(0);
        scale.reach(10_000_000);
        let mut picture = Picture::new(scale, &[]);
        picture.add(scale, 3_000_000, (Level::Ok, Level::Warning), true, &[]);
        picture.add(scale, 6_000_000, (Level::Warning, Level::Ok), true, &[]);
        let levels: Vec<Option<Level>> = picture.levels;
        let (warning, ok) = (Some(Level::Warning), Some(Level::Ok));
        assert_eq!(levels, [None, None, None, warning, warning, warning, ok]);
    }
}
