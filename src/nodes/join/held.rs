//! HOT: what a join keeps of the messages that wait: points, or batches of points.

use super::sets::Message;
use crate::data::{Damaged, Loader, Pool, Row, Saver};
use crate::nodes::Cx;
use crate::nodes::prefixes::Prefixes;

/// The points of a join, and on batches which of them belong together.
#[derive(Default)]
pub(super) struct Held {
    pub(super) rows: Pool,
    batches: Vec<Batch>,
    free: Vec<u32>,
    /// Messages are batches.
    on_batches: bool,
}

#[derive(Default)]
struct Batch {
    /// How many hold on to it.
    uses: u32,
    /// Rounded time and number of each point.
    points: Vec<(i64, u32)>,
}

impl Held {
    pub(super) fn new(on_batches: bool) -> Held {
        Held { on_batches, ..Held::default() }
    }

    /// Keeps what is read of a point.
    #[inline]
    pub(super) fn keep(&mut self, row: &Row, fields: &mut Prefixes, cx: &mut Cx<'_>) -> u32 {
        fields.prepare(cx);
        if fields.whole() {
            let row = cx.whole(row);
            return self.rows.put(&row, fields.slots(), cx.tape);
        }
        self.rows.put(row, fields.slots(), cx.tape)
    }

    /// An empty batch.
    pub(super) fn open(&mut self) -> u32 {
        let id = self.free.pop().unwrap_or_else(|| {
            self.batches.push(Batch::default());
            self.batches.len() as u32 - 1
        });
        self.batches[id as usize].uses = 1;
        id
    }

    /// Adds a kept point to a batch.
    pub(super) fn add(&mut self, batch: u32, time: i64, row: u32) {
        self.batches[batch as usize].points.push((time, row));
    }

    /// Rounded time and number of a point of a batch.
    pub(super) fn point(&self, batch: u32, at: usize) -> Option<(i64, u32)> {
        self.batches[batch as usize].points.get(at).copied()
    }

    /// Writes what a message holds.
    pub(super) fn save(&self, id: u32, out: &mut Saver<'_>) {
        if !self.on_batches {
            return self.rows.save(id, out);
        }
        let points = &self.batches[id as usize].points;
        out.count(points.len());
        for &(time, row) in points {
            out.time(time);
            self.rows.save(row, out);
        }
    }

    /// Keeps a message that was written; gives its number.
    pub(super) fn restore(&mut self, width: usize, from: &mut Loader<'_>) -> Result<u32, Damaged> {
        if !self.on_batches {
            return self.rows.restore(width, from);
        }
        let batch = self.open();
        for _ in 0..from.count()? {
            let time = from.time()?;
            let row = self.rows.restore(width, from)?;
            self.add(batch, time, row);
        }
        Ok(batch)
    }

    /// One more holds on to a message.
    pub(super) fn share(&mut self, message: Message) {
        match self.on_batches {
            true => self.batches[message.id as usize].uses += 1,
            false => self.rows.share(message.id),
        }
    }

    /// One less does.
    pub(super) fn release(&mut self, message: Message) {
        if !self.on_batches {
            self.rows.release(message.id);
            return;
        }
        let batch = &mut self.batches[message.id as usize];
        batch.uses -= 1;
        if batch.uses == 0 {
            for (_, row) in batch.points.drain(..) {
                self.rows.release(row);
            }
            self.free.push(message.id);
        }
    }
}
