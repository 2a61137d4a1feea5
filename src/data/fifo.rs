//! HOT: a queue whose items lie in one piece.

/// What was taken out of the front is forgotten once it is this long and half of all.
const SLACK: usize = 8;

/// A vector that also loses items at its front; what is kept lies in one piece.
#[derive(Debug)]
pub struct Fifo<T> {
    items: Vec<T>,
    head: usize,
    /// How many items lay before the first of `items`.
    gone: u64,
}

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Fifo { items: Vec::new(), head: 0, gone: 0 }
    }
}

impl<T: Copy> Fifo<T> {
    /// What is kept, the oldest first.
    #[inline]
    pub fn kept(&self) -> &[T] {
        &self.items[self.head..]
    }

    /// Where the first kept item is, counted since the beginning.
    pub fn start(&self) -> u64 {
        self.gone + self.head as u64
    }

    /// Where the next item will be, counted since the beginning.
    pub fn end(&self) -> u64 {
        self.gone + self.items.len() as u64
    }

    /// Kept items from a place counted since the beginning.
    pub fn range(&self, start: u64, len: u32) -> &[T] {
        let start = (start - self.gone) as usize;
        &self.items[start..start + len as usize]
    }

    /// How many items it has room for.
    pub fn room(&self) -> usize {
        self.items.capacity()
    }

    /// Makes room for at least so many items.
    #[inline]
    pub fn make_room(&mut self, room: usize) {
        if self.items.capacity() < room {
            self.items.reserve_exact(room - self.items.len());
        }
    }

    /// Keeps one more.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Keeps some more.
    pub fn extend(&mut self, items: &[T]) {
        self.items.extend_from_slice(items);
    }

    /// Forgets the newest.
    pub fn pop_back(&mut self) {
        if self.head < self.items.len() {
            self.items.pop();
        }
    }

    /// Forgets the oldest ones; as many are kept.
    pub fn drop_front(&mut self, n: usize) {
        self.head += n;
        if self.head >= SLACK && self.head * 2 >= self.items.len() {
            self.items.drain(..self.head);
            self.gone += self.head as u64;
            self.head = 0;
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.gone += self.items.len() as u64;
        self.items.clear();
        self.head = 0;
    }
}
