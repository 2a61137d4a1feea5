//! HOT: `join` with `.on()`: groups of more tags meet groups of these tags alone.
//!
//! Messages of the former ("specific") and of the latter ("matches") wait for each other by the group that
//! the tags of `on` make of them. A match is never given alone; a specific one is, once no match can come.

use std::collections::VecDeque;

use super::held::Held;
use super::keep::{Back, Known};
use super::sets::{Message, Sets};
use crate::data::{Damaged, Dims, DimsId, GroupId, Keep, Loader, Saver, World};
use crate::nodes::{Build, PerGroup};

/// A message that has come in, at its rounded time.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub parent: usize,
    pub group: GroupId,
    pub time: i64,
    pub message: Message,
}

/// Before a parent was heard of.
const NEVER: i64 = i64::MIN;

/// What waits for a counterpart.
pub(super) struct On {
    tags: usize,
    /// The dimensions of `on`, by measurement too or not.
    plain: DimsId,
    named: DimsId,
    /// Which parents have sent something.
    reported: Vec<bool>,
    /// What a group is under the tags of `on`, and whether it has more.
    known: PerGroup<(GroupId, bool)>,
    caches: PerGroup<Cache>,
    /// A deletion forgets the progress of all groups.
    delete_all: bool,
}

struct Cache {
    /// The time of the latest message of each parent.
    marks: Vec<i64>,
    specific: VecDeque<Arrival>,
    matches: VecDeque<Arrival>,
}

impl On {
    /// `None` without tags.
    pub(super) fn new(tags: &[&str], parents: usize, delete_all: bool, b: &mut Build<'_>) -> Option<On> {
        if tags.is_empty() {
            return None;
        }
        let names: Vec<_> = tags.iter().map(|tag| b.sym(tag)).collect();
        let world = &mut *b.world;
        let mut dims = |by_name| world.groups.dims_id(Dims { by_name, names: names.clone() }, &world.symbols);
        let (plain, named) = (dims(false), dims(true));
        Some(On {
            tags: tags.len(),
            plain,
            named,
            reported: vec![false; parents],
            known: PerGroup::default(),
            caches: PerGroup::default(),
            delete_all,
        })
    }

    /// Takes a message; hands on what has found a counterpart, or will not any more.
    pub(super) fn take(&mut self, new: Arrival, sets: &mut Sets, held: &mut Held, world: &mut World) {
        let (under, specific) = self.under(new, world);
        self.reported[new.parent] = true;
        let all = self.reported.iter().all(|reported| *reported);
        let parents = self.reported.len();
        let cache = self.caches.get_or(under, || Cache::new(parents));
        cache.marks[new.parent] = new.time;
        let low = if all { cache.low() } else { NEVER };
        if all {
            cache.give_up(low, sets);
        }
        if specific {
            cache.specific(new, low, all, sets, held);
        } else {
            cache.matching(new, sets, held);
        }
    }

    fn under(&mut self, new: Arrival, world: &mut World) -> (GroupId, bool) {
        let (plain, named, tags) = (self.plain, self.named, self.tags);
        *self.known.get_or(new.group, || {
            let group = *world.groups.get(new.group);
            let specific = world.groups.dims(group.dims).names.len() > tags;
            let dims = if group.name.is_some() { named } else { plain };
            (world.group(dims, group.name.unwrap_or(new.message.name), group.tags), specific)
        })
    }

    /// Forgets what waits under exactly this group, and how far a parent had got in it.
    pub(super) fn forget(&mut self, group: GroupId, parent: usize, held: &mut Held) {
        self.known.remove(group);
        if let Some(cache) = self.caches.get(group) {
            for arrival in cache.specific.drain(..).chain(cache.matches.drain(..)) {
                held.release(arrival.message);
            }
            cache.marks[parent] = NEVER;
        }
        if self.delete_all {
            self.caches.each(|cache| cache.marks.fill(NEVER));
        }
    }

    /// Writes what waits.
    pub(super) fn save(&self, held: &Held, known: &mut Known, out: &mut Saver<'_>) {
        out.each(&self.reported);
        self.known.save(out);
        self.caches.save_with(out, |cache, out| {
            out.each(&cache.marks);
            for queue in [&cache.specific, &cache.matches] {
                out.count(queue.len());
                for &Arrival { parent, group, time, message } in queue {
                    parent.save(out);
                    out.group(group);
                    out.time(time);
                    known.save(message, held, out);
                }
            }
        });
    }

    /// Reads what waited.
    pub(super) fn restore(&mut self, back: &mut Back<'_>, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each(&mut self.reported)?;
        self.known.restore(from)?;
        let parents = self.reported.len();
        self.caches.restore_with(from, |from| {
            let mut cache = Cache::new(parents);
            from.each(&mut cache.marks)?;
            for queue in [&mut cache.specific, &mut cache.matches] {
                for _ in 0..from.count()? {
                    let parent = from.get()?;
                    let (group, time) = (from.group()?, from.time()?);
                    let message = back.restore(from)?;
                    if parent >= parents {
                        return Err(Damaged);
                    }
                    queue.push_back(Arrival { parent, group, time, message });
                }
            }
            Ok(cache)
        })
    }

    /// Specific messages that wait for a match.
    pub(super) fn waiting(&self) -> usize {
        self.caches.iter().map(|cache| cache.specific.len()).sum()
    }
}

impl Cache {
    fn new(parents: usize) -> Cache {
        Cache { marks: vec![NEVER; parents], specific: VecDeque::new(), matches: VecDeque::new() }
    }

    /// How far all parents are. As in Kapacitor, a parent that was never heard of in the group counts only if
    /// it comes after the others.
    fn low(&self) -> i64 {
        self.marks.iter().fold(NEVER, |low, &mark| if low == NEVER || mark < low { mark } else { low })
    }

    /// Gives alone what no match can come for any more.
    fn give_up(&mut self, low: i64, sets: &mut Sets) {
        while let Some(first) = self.specific.front().filter(|first| first.time < low) {
            sets.collect(first.group, first.parent, first.time, first.message);
            self.specific.pop_front();
        }
    }

    fn specific(&mut self, new: Arrival, low: i64, all: bool, sets: &mut Sets, held: &mut Held) {
        let (mut matched, mut old) = (false, 0);
        for other in &self.matches {
            if other.time == new.time {
                held.share(new.message);
                pair(&new, other, sets, held);
                matched = true;
            }
            if other.time >= low {
                break;
            }
            old += 1;
        }
        if all {
            for other in self.matches.drain(..old) {
                held.release(other.message);
            }
        }
        if matched {
            // Each pair holds on to it.
            held.release(new.message);
        } else if all && new.time < low {
            sets.collect(new.group, new.parent, new.time, new.message);
        } else {
            self.specific.push_back(new);
        }
    }

    fn matching(&mut self, new: Arrival, sets: &mut Sets, held: &mut Held) {
        self.matches.push_back(new);
        while let Some(first) = self.specific.front().filter(|first| first.time == new.time) {
            pair(first, &new, sets, held);
            self.specific.pop_front();
        }
    }
}

/// Lets two messages meet in the group of the specific one, which is given away; the match stays.
fn pair(specific: &Arrival, other: &Arrival, sets: &mut Sets, held: &mut Held) {
    held.share(other.message);
    sets.collect(specific.group, specific.parent, specific.time, specific.message);
    sets.collect(specific.group, other.parent, other.time, other.message);
}
