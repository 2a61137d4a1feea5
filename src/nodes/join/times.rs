//! HOT: what waits in a group, by time. Mostly only one time does.

use std::collections::BTreeMap;

/// Numbers of buckets in order of their times.
#[derive(Default)]
pub(super) struct Times {
    /// The earliest; there if any is.
    first: Option<(i64, u32)>,
    later: BTreeMap<i64, u32>,
}

impl Times {
    /// The earliest time, and its bucket.
    #[inline]
    pub(super) fn first(&self) -> Option<(i64, u32)> {
        self.first
    }

    /// The bucket of a time.
    #[inline]
    pub(super) fn get(&self, time: i64) -> Option<u32> {
        match self.first {
            Some((first, bucket)) if first == time => Some(bucket),
            Some((first, _)) if first < time && !self.later.is_empty() => self.later.get(&time).copied(),
            _ => None,
        }
    }

    /// Adds a time that is not there yet.
    #[inline]
    pub(super) fn insert(&mut self, time: i64, bucket: u32) {
        match self.first {
            None => self.first = Some((time, bucket)),
            Some((first, before)) if time < first => {
                self.later.insert(first, before);
                self.first = Some((time, bucket));
            }
            Some(_) => {
                self.later.insert(time, bucket);
            }
        }
    }

    /// Takes out the earliest.
    #[inline]
    pub(super) fn pop_first(&mut self) -> Option<(i64, u32)> {
        let next = if self.later.is_empty() { None } else { self.later.pop_first() };
        std::mem::replace(&mut self.first, next)
    }

    /// All times with their buckets, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, u32)> {
        self.first.into_iter().chain(self.later.iter().map(|(&time, &bucket)| (time, bucket)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.later.len()
    }

    /// All buckets, in order of their times.
    pub(super) fn into_buckets(self) -> impl Iterator<Item = u32> {
        self.first.map(|(_, bucket)| bucket).into_iter().chain(self.later.into_values())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_order() {
        let mut times = Times::default();
        for (bucket, time) in [5, 3, 9, 1, 4].into_iter().enumerate() {
            assert_eq!(times.get(time), None);
            times.insert(time, bucket as u32);
        }
        assert_eq!([1, 3, 9, 2].map(|time| times.get(time)), [Some(3), Some(1), Some(2), None]);
        assert_eq!((times.pop_first(), times.first()), (Some((1, 3)), Some((3, 1))));
        times.insert(2, 7);
        assert_eq!((times.pop_first(), times.pop_first()), (Some((2, 7)), Some((3, 1))));
        assert_eq!(times.into_buckets().collect::<Vec<_>>(), [4, 0, 2]);
        assert_eq!(Times::default().pop_first(), None);
    }
}
