//! HOT: the flatten node at work: gathers the fields of points of one time.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::keys::Keys;
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Rest, Row, Saver, Slots, Sym, Text, Val};
use crate::nodes::place::Place;
use crate::nodes::{Barrier, Build, Cx, Msg, Node, PerGroup, Step};
use crate::pipeline::{EdgeType, Fault, NodeDef};
use crate::value::time::round;

/// `flatten` at work.
pub struct Flatten {
    tolerance: i64,
    on_batches: bool,
    keys: Keys,
    groups: PerGroup<Open>,
    /// The group of the batch at hand.
    head: GroupId,
    /// A barrier or the end of a batch has come: what waited in a group goes before it.
    last: Option<(GroupId, Msg)>,
}

/// What waits in a group.
struct Open {
    name: Sym,
    /// The rounded time of its points.
    time: i64,
    points: usize,
    /// Some point had a field, be it read or not.
    filled: bool,
    /// Tags that points lacked.
    missing: Vec<Sym>,
    fields: Vec<(Place, Val)>,
    /// Where a name is among the fields.
    index: HashMap<Sym, usize, FixedState>,
    text: Text,
}

impl Open {
    fn new(name: Sym) -> Open {
        Open {
            name,
            time: 0,
            points: 0,
            filled: false,
            missing: Vec::new(),
            fields: Vec::new(),
            index: HashMap::with_hasher(FixedState::default()),
            text: Text::default(),
        }
    }

    fn clear(&mut self) {
        self.points = 0;
        self.filled = false;
        self.missing.clear();
        self.fields.clear();
        self.index.clear();
        self.text.clear();
    }

    /// Ends what waits: the point it makes. Errors are told only now, as in Kapacitor.
    fn flush(&mut self, group: GroupId, cx: &mut Cx<'_>) -> Row {
        for &tag in &self.missing {
            let error = format!("tag {} is missing from point", cx.world.symbols.name(tag));
            cx.error("point missing tag for flatten operation", &error);
        }
        let shift = cx.tape.text.push(self.text.all());
        let mut out = cx.new_row(self.time, self.name, group);
        for &(place, val) in &self.fields {
            place.put(cx.tape.text.within(shift, val), &mut out, cx);
        }
        self.clear();
        out
    }

    fn add(&mut self, row: &Row, keys: &mut Keys, cx: &mut Cx<'_>) {
        self.points += 1;
        let prefix = match keys.prefix(row.tags, cx.world) {
            Ok(prefix) => prefix,
            Err(tag) => return self.missing.push(tag),
        };
        let row = if keys.reads_rest() { cx.whole(row) } else { *row };
        self.filled |= row.rest != Rest::None;
        if keys.drops_names {
            if let Some((name, val)) = last(&row, cx) {
                self.set(prefix, name, val, keys, cx);
            }
            return;
        }
        for slot in 0..cx.task.width() {
            let (name, val) = (cx.task.slots[slot], cx.slots(&row)[slot]);
            if val.is_present() {
                self.set(prefix, name, val, keys, cx);
            }
        }
        if let Rest::Extra { start, end } = row.rest {
            for at in start..end {
                let (name, val) = cx.tape.extra[at as usize];
                self.set(prefix, name, val, keys, cx);
            }
        }
    }

    /// A later field of a name takes the place of an earlier one.
    fn set(&mut self, prefix: Sym, name: Sym, val: Val, keys: &mut Keys, cx: &mut Cx<'_>) {
        self.filled = true;
        let (full, place) = keys.of(prefix, name, cx);
        if place == Place::Nowhere {
            return;
        }
        let val = match val {
            Val::Str(text) => Val::Str(self.text.push(cx.tape.text.get(text))),
            val => val,
        };
        let at = *self.index.entry(full).or_insert(self.fields.len());
        match self.fields.get_mut(at) {
            Some(field) => field.1 = val,
            None => self.fields.push((place, val)),
        }
    }
}

/// The field that is last in the alphabet: the one that counts where all have the same name.
fn last(row: &Row, cx: &Cx<'_>) -> Option<(Sym, Val)> {
    let slots = cx.task.slots.iter().copied().zip(cx.slots(row).iter().copied());
    let extra = match row.rest {
        Rest::Extra { start, end } => &cx.tape.extra[start as usize..end as usize],
        _ => &[],
    };
    let fields = slots.filter(|(_, val)| val.is_present()).chain(extra.iter().copied());
    fields.max_by_key(|(name, _)| cx.world.symbols.name(*name).as_bytes())
}

impl Flatten {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Flatten, Fault> {
        Ok(Flatten {
            tolerance: node.duration("tolerance").unwrap_or(0),
            on_batches: node.wants == EdgeType::Batch,
            keys: Keys::new(node, b),
            groups: PerGroup::default(),
            head: GroupId::NIL,
            last: None,
        })
    }
}

impl Node for Flatten {
    fn sources(&self, slots: &mut Slots) {
        self.keys.sources(slots);
    }

    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let time = round(row.time, self.tolerance);
        let open = self.groups.get_or(row.group, || Open::new(row.name));
        let mut out = None;
        if open.points == 0 {
            open.time = time;
        } else if open.time != time {
            let filled = open.filled;
            out = Some(open.flush(row.group, cx)).filter(|_| filled);
            // A late point joins those of the newer time, as in Kapacitor.
            open.time = open.time.max(time);
        }
        open.add(&row, &mut self.keys, cx);
        out.map_or(Step::Drop, Step::Pass)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        let open = self.groups.get_or(head.group, || Open::new(head.name));
        open.clear();
        open.name = head.name;
        self.head = head.group;
        Step::Pass(head)
    }

    fn end(&mut self, _: &mut Cx<'_>) -> Step<()> {
        match self.groups.get(self.head) {
            Some(open) if open.points > 0 => {
                self.last = Some((self.head, Msg::End));
                Step::More
            }
            _ => Step::Pass(()),
        }
    }

    /// What is older than the barrier is complete.
    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        let name = cx.world.symbols.intern("barrier");
        let open = self.groups.get_or(barrier.group, || Open::new(name));
        if self.on_batches || open.points == 0 || barrier.time <= open.time {
            return Step::Pass(barrier);
        }
        self.last = Some((barrier.group, Msg::Barrier(barrier)));
        Step::More
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        match self.groups.remove(group) {
            Some(_) => Step::Pass(group),
            None => Step::Drop,
        }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let (group, msg) = self.last?;
        if let Some(open) = self.groups.get(group).filter(|open| open.points > 0) {
            let row = open.flush(group, cx);
            return Some(if self.on_batches { Msg::Item(row) } else { Msg::Point(row) });
        }
        self.last = None;
        Some(msg)
    }

    fn cardinality(&self) -> usize {
        self.groups.len()
    }

    fn pending(&self) -> usize {
        match self.on_batches {
            true => 0,
            false => self.groups.iter().map(|open| open.points).sum(),
        }
    }
}

impl Keep for Open {
    fn save(&self, out: &mut Saver<'_>) {
        out.sym(self.name);
        out.time(self.time);
        self.points.save(out);
        self.filled.save(out);
        self.missing.save(out);
        let mut names: Vec<(usize, Sym)> = self.index.iter().map(|(&name, &at)| (at, name)).collect();
        names.sort_unstable_by_key(|(at, _)| *at);
        out.count(self.fields.len());
        for ((_, val), (_, name)) in self.fields.iter().zip(names) {
            out.sym(name);
            out.val(*val, |text| self.text.get(text));
        }
    }

    /// The places of the fields are not written, but found again by their names.
    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.name = from.sym()?;
        self.time = from.time()?;
        self.points.restore(from)?;
        self.filled.restore(from)?;
        self.missing.restore(from)?;
        for at in 0..from.count()? {
            let name = from.sym()?;
            let val = from.val(|text| self.text.push(text))?;
            self.fields.push((Place::Nowhere, val));
            if self.index.insert(name, at).is_some() {
                return Err(Damaged);
            }
        }
        Ok(())
    }
}

impl Keep for Flatten {
    fn save(&self, out: &mut Saver<'_>) {
        self.groups.save_with(out, Open::save);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let slots = from.slots();
        self.groups.restore_into(from, || Open::new(Sym::EMPTY))?;
        let keys = &self.keys;
        self.groups.each(|open| {
            for (name, &at) in &open.index {
                if let Some(field) = open.fields.get_mut(at) {
                    field.0 = keys.place(*name, slots);
                }
            }
        });
        Ok(())
    }
}
