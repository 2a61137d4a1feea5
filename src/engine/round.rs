//! Points that tasks feed back in: new input, once what is at hand is done.

use super::{Engine, Sink};
use crate::data::{RawFields, RawPoint, Val};
use crate::nodes::Looped;

impl Engine {
    /// Plays the points that wait to go in again, and those that come of them.
    #[cold]
    pub(super) fn go_round(&mut self, sink: &mut dyn Sink) {
        if self.loops.is_empty() {
            return;
        }
        // A timer may have gone off before a point that lies at the bottom of the tape already.
        let bottom: Vec<Val> = self.tape.vals[..self.floor].to_vec();
        let mark = self.tape.mark();
        let mut text = String::new();
        while let Some(point) = self.loops.pop() {
            self.take(&point, &mut text, sink);
            self.tape.rewind(mark);
        }
        self.tape.vals[..self.floor].copy_from_slice(&bottom);
    }

    fn take(&mut self, point: &Looped, text: &mut String, sink: &mut dyn Sink) {
        let source = self.catalog.source(point.db, point.rp);
        let series = self.catalog.enter(source, point.key.as_bytes(), point.name, point.tags);
        text.clear();
        let mut fields = self.catalog.begin(series);
        for (key, value) in &point.fields {
            let start = text.len();
            crate::data::line::push_fields(text, [(key.as_str(), value)]);
            // A name that line protocol cannot say is nobody's.
            if let Some(name) = fields.name(&text.as_bytes()[start..]) {
                let val = self.tape.text.val(value);
                fields.set(name, val, &mut self.tape);
            }
            text.push(',');
        }
        text.pop();
        fields.end(&mut self.tape);
        let fields = RawFields(text.as_bytes());
        self.catalog.count(series);
        self.count_at_sources(series);
        self.route(RawPoint { series, time: point.time, fields }, sink);
    }
}
