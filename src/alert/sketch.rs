//! HOT: what pictures show of the values that alerts look at: of each group the lowest and the highest value in each
//! column of time.
//!
//! A year of points is no larger than an hour: when the columns are full, each two become one. It is kept here and
//! not by whoever draws, so that a point at OK, of which nobody else is told, costs a comparison and no call.

use crate::data::Val;

/// Columns of a picture.
pub const COLUMNS: usize = 480;

/// Fields of a group that are kept.
const FIELDS: usize = 4;

/// Curves that are kept, one for each field of a group: some 30 MB.
const CURVES: usize = 8000;

/// A group without a strip.
const NONE: u32 = u32::MAX;

/// The lowest and the highest value of a field in a column.
pub type Range = (f32, f32);

/// What no value was joined with yet.
const EMPTY: Range = (f32::INFINITY, f32::NEG_INFINITY);

/// The time that a column stands for; the same for all pictures of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scale {
    /// Time of the first column.
    pub origin: i64,
    /// Nanoseconds of a column.
    pub width: i64,
}

impl Scale {
    /// Columns of a millisecond, until more time has to be shown.
    pub fn new(origin: i64) -> Scale {
        Scale { origin, width: 1_000_000 }
    }

    /// Makes room for a time.
    pub fn reach(&mut self, time: i64) {
        while time.saturating_sub(self.origin) / self.width >= COLUMNS as i64 {
            self.width = self.width.saturating_mul(2);
        }
    }

    /// The column of a time that there is room for; what is older than the first is there, too.
    pub fn column(&self, time: i64) -> usize {
        let column = time.saturating_sub(self.origin).max(0) / self.width;
        usize::try_from(column).unwrap_or(0).min(COLUMNS - 1)
    }
}

/// Values of the fields that the alerts of a run look at, by group.
#[derive(Default)]
pub struct Sketches {
    /// From when on values are kept; nothing is before that is known.
    scale: Option<Scale>,
    /// The column of the last point, with the times it stands for: the next is mostly there, too.
    at: Stretch,
    sheets: Vec<Sheet>,
    curves: usize,
}

#[derive(Default)]
struct Stretch {
    column: usize,
    from: i64,
    to: i64,
}

/// What is kept for an alert.
struct Sheet {
    task: usize,
    node: usize,
    names: Vec<String>,
    slots: Vec<u32>,
    /// Where the strip of a group is.
    strips: Vec<u32>,
    kept: Vec<Strip>,
}

/// The curves of a group, column by column.
struct Strip {
    width: i64,
    ranges: Vec<Range>,
}

/// An alert of which values are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SheetId(u32);

impl Sketches {
    /// Keeps the values of an alert's fields, each with its slot; the first few.
    pub fn sheet(&mut self, task: usize, node: usize, fields: Vec<(String, u32)>) -> SheetId {
        let (names, slots) = fields.into_iter().take(FIELDS).unzip();
        self.sheets.push(Sheet { task, node, names, slots, strips: Vec::new(), kept: Vec::new() });
        SheetId(self.sheets.len() as u32 - 1)
    }

    /// What happens from now on, at this time, is kept.
    pub fn begin(&mut self, from: i64) {
        self.scale = Some(Scale::new(from));
        self.at = Stretch::default();
    }

    /// A point of a group, by its slots.
    #[inline]
    pub fn add(&mut self, sheet: SheetId, group: usize, time: i64, slots: &[Val]) {
        let Some(scale) = &mut self.scale else { return };
        if time < self.at.from || time >= self.at.to {
            self.at.turn(scale, time);
        }
        let Some(Sheet { slots: wanted, strips, kept, .. }) = self.sheets.get_mut(sheet.0 as usize) else {
            return;
        };
        let fields = wanted.len();
        let strip = match strips.get(group) {
            Some(&at) if at != NONE => kept.get_mut(at as usize),
            _ => open(strips, kept, group, Strip::new(scale.width, fields, &mut self.curves)),
        };
        let Some(strip) = strip else { return };
        if strip.width != scale.width {
            strip.widen(scale.width, fields);
        }
        let start = self.at.column * fields;
        if strip.ranges.len() < start + fields {
            strip.ranges.resize(start + fields, EMPTY);
        }
        let Some(ranges) = strip.ranges.get_mut(start..) else { return };
        for (slot, range) in wanted.iter().zip(ranges) {
            let value = match slots.get(*slot as usize) {
                Some(Val::Float(x)) if x.is_finite() => *x as f32,
                Some(Val::Int(x)) => *x as f32,
                _ => continue,
            };
            *range = (range.0.min(value), range.1.max(value));
        }
    }

    /// The curves of a group, as wide as all pictures of the run: of each column the range, if it had values.
    /// Fields that never had a number have none.
    pub fn take(
        &mut self,
        task: usize,
        node: usize,
        group: usize,
        scale: Scale,
    ) -> Vec<(String, Vec<Option<Range>>)> {
        let Some(sheet) = self.sheets.iter_mut().find(|s| (s.task, s.node) == (task, node)) else {
            return Vec::new();
        };
        let at = sheet.strips.get(group).copied().unwrap_or(NONE);
        let Some(strip) = sheet.kept.get_mut(at as usize) else { return Vec::new() };
        let fields = sheet.names.len();
        strip.widen(scale.width, fields);
        let ranges = std::mem::take(&mut strip.ranges);
        let curve = |at: usize| {
            let of_field = ranges.iter().skip(at).step_by(fields.max(1));
            of_field.map(|range| (range.0 <= range.1).then_some(*range)).collect::<Vec<_>>()
        };
        let curves = sheet.names.iter().enumerate().map(|(at, name)| (name.clone(), curve(at)));
        curves.filter(|(_, ranges)| ranges.iter().any(Option::is_some)).collect()
    }
}

impl Stretch {
    /// Turns to the column of another time.
    #[cold]
    fn turn(&mut self, scale: &mut Scale, time: i64) {
        scale.reach(time);
        self.column = scale.column(time);
        let from = scale.origin.saturating_add(scale.width.saturating_mul(self.column as i64));
        // What came before the first column is in it.
        (self.from, self.to) = (from.min(time), from.saturating_add(scale.width));
    }
}

/// Keeps the strip of a group.
#[cold]
fn open<'a>(
    strips: &mut Vec<u32>,
    kept: &'a mut Vec<Strip>,
    group: usize,
    strip: Option<Strip>,
) -> Option<&'a mut Strip> {
    let strip = strip?;
    if strips.len() <= group {
        strips.resize(group + 1, NONE);
    }
    *strips.get_mut(group)? = kept.len() as u32;
    kept.push(strip);
    kept.last_mut()
}

impl Strip {
    /// An empty one, if there is room.
    #[cold]
    fn new(width: i64, fields: usize, curves: &mut usize) -> Option<Strip> {
        let all = *curves + fields;
        (all <= CURVES).then(|| {
            *curves = all;
            Strip { width, ranges: Vec::with_capacity(COLUMNS * fields) }
        })
    }

    /// Makes columns as wide as they are now: one of each two, as often as it takes.
    #[cold]
    fn widen(&mut self, width: i64, fields: usize) {
        while self.width < width && fields > 0 {
            self.width = self.width.saturating_mul(2);
            let columns = self.ranges.len() / fields;
            for column in 0..columns.div_ceil(2) {
                for field in 0..fields {
                    let range = |at: usize| self.ranges.get(at * fields + field).copied().unwrap_or(EMPTY);
                    let (a, b) = (range(column * 2), range(column * 2 + 1));
                    if let Some(joined) = self.ranges.get_mut(column * fields + field) {
                        *joined = (a.0.min(b.0), a.1.max(b.1));
                    }
                }
            }
            self.ranges.truncate(columns.div_ceil(2) * fields);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000_000;

    #[test]
    fn a_sketch_stays_small_however_long_the_run() {
        let mut sketches = Sketches::default();
        let sheet = sketches.sheet(0, 2, vec![("v".into(), 1), ("w".into(), 0)]);
        sketches.begin(0);
        for n in 0..100_000_i64 {
            let v = if n == 70_000 { 500.0 } else { 1.0 };
            sketches.add(sheet, 3, n * MINUTE, &[Val::Int(n), Val::Float(v)]);
        }
        let mut scale = Scale::new(0);
        scale.reach(100_000 * MINUTE);
        let curves = sketches.take(0, 2, 3, scale);
        let names: Vec<&str> = curves.iter().map(|c| c.0.as_str()).collect();
        assert_eq!(names, ["v", "w"]);
        let (v, w) = (&curves[0].1, &curves[1].1);
        assert!(v.len() <= COLUMNS && v.len() > COLUMNS / 2, "{}", v.len());
        assert_eq!(v.iter().flatten().filter(|r| r.1 == 500.0).count(), 1, "a single point is not lost");
        assert!(w.iter().all(Option::is_some));
        let ends: Vec<f32> = w.iter().flatten().map(|r| r.1).collect();
        assert!(ends.is_sorted() && ends.last() == Some(&99_999.0));
    }

    #[test]
    fn only_numbers_of_the_part_that_counts_are_kept() {
        let mut sketches = Sketches::default();
        let sheet = sketches.sheet(0, 2, vec![("v".into(), 0), ("w".into(), 1)]);
        sketches.add(sheet, 0, 1_000_000, &[Val::Float(9.0), Val::Missing]);
        sketches.begin(10_000_000);
        sketches.add(sheet, 0, 12_500_000, &[Val::Float(f64::NAN), Val::Bool(true)]);
        sketches.add(sheet, 0, 13_000_000, &[Val::Float(4.0), Val::Null]);
        // Late: before all that is drawn.
        sketches.add(sheet, 0, 2_000_000, &[Val::Int(3), Val::Null]);
        sketches.add(sheet, 0, 13_999_999, &[Val::Int(6), Val::Null]);
        let mut scale = Scale::new(10_000_000);
        scale.reach(14_000_000);
        let four = vec![Some((3.0, 3.0)), None, None, Some((4.0, 6.0))];
        assert_eq!(sketches.take(0, 2, 0, scale), [("v".to_owned(), four)]);
        assert_eq!(sketches.take(0, 3, 0, scale), []);
        assert_eq!(sketches.take(0, 2, 1, scale), []);
    }

    #[test]
    fn groups_for_which_there_is_no_room_are_left_out() {
        let mut sketches = Sketches::default();
        let sheet = sketches.sheet(0, 0, vec![("v".into(), 0)]);
        sketches.begin(0);
        for group in 0..CURVES + 10 {
            sketches.add(sheet, group, 5, &[Val::Int(1)]);
            sketches.add(sheet, group, 6, &[Val::Int(2)]);
        }
        let scale = Scale::new(0);
        assert_eq!(sketches.take(0, 0, CURVES - 1, scale)[0].1, [Some((1.0, 2.0))]);
        assert_eq!(sketches.take(0, 0, CURVES, scale), []);
    }
}
