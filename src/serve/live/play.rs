//! The points of a request to the engine.

use super::command::{Body, Mistake, Written};
use super::sink::LiveSink;
use crate::engine::Engine;
use crate::input::line::{BadLine, LineReader, Next};

/// How many bad lines an answer names.
const NAMED: usize = 10;

/// How much of a bad line it shows.
const SHOWN: usize = 200;

/// Plays a request.
pub(super) fn play(engine: &mut Engine, body: &Body, sink: &mut LiveSink) -> Written {
    let source = engine.source(&body.db, &body.rp);
    let reader = LineReader::new(source, body.precision, Some(body.now));
    let (mut at, mut written) = (0, Written::default());
    loop {
        let Engine { catalog, world, tape, .. } = engine;
        match reader.next(&body.text, &mut at, catalog, world, tape) {
            Next::Point(point) => {
                written.points += 1;
                engine.push(point, sink);
            }
            Next::Bad(bad) => {
                written.bad += 1;
                if written.mistakes.len() < NAMED {
                    written.mistakes.push(mistake(&body.text, bad));
                }
            }
            Next::End => return written,
        }
    }
}

fn mistake(text: &[u8], bad: BadLine) -> Mistake {
    let (before, from) = text.split_at(bad.offset.min(text.len()));
    let line = from.split(|b| *b == b'\n').next().unwrap_or_default();
    let shown = String::from_utf8_lossy(line.get(..SHOWN).unwrap_or(line)).trim_end().to_owned();
    let number = memchr::memchr_iter(b'\n', before).count() + 1;
    Mistake { line: number, text: shown, message: bad.message }
}
