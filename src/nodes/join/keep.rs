//! What a join remembers, stored and loaded: the messages that wait, each once however many hold on to it.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::held::Held;
use super::sets::Message;
use crate::data::{Damaged, Loader, Saver};

/// The messages that were written, by their numbers.
#[derive(Default)]
pub(super) struct Known(HashMap<u32, u64, FixedState>);

impl Known {
    /// Writes a message: what it holds where it is first met.
    pub(super) fn save(&mut self, message: Message, held: &Held, out: &mut Saver<'_>) {
        let next = self.0.len() as u64;
        let number = *self.0.entry(message.id).or_insert(next);
        out.sym(message.name);
        out.number(number);
        if number == next {
            held.save(message.id, out);
        }
    }
}

/// The messages that were read.
pub(super) struct Back<'h> {
    pub(super) held: &'h mut Held,
    width: usize,
    known: Vec<u32>,
}

impl Back<'_> {
    /// Messages whose points have so many slots.
    pub(super) fn new(held: &mut Held, width: usize) -> Back<'_> {
        Back { held, width, known: Vec::new() }
    }

    /// Reads a message, which one more holds on to.
    pub(super) fn restore(&mut self, from: &mut Loader<'_>) -> Result<Message, Damaged> {
        let name = from.sym()?;
        let number = usize::try_from(from.number()?).map_err(|_| Damaged)?;
        let id = match self.known.get(number) {
            Some(&id) => {
                self.held.share(Message { id, name });
                id
            }
            None if number == self.known.len() => {
                let id = self.held.restore(self.width, from)?;
                self.known.push(id);
                id
            }
            None => return Err(Damaged),
        };
        Ok(Message { id, name })
    }
}
