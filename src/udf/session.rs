//! A function at work for one node: what is handed to it, and what it gives because of that.
//!
//! Each thing that is handed over is followed by a `keepalive`, which functions answer in turn. What comes before that
//! answer belongs to what was handed over; so the output depends on the data alone, however fast either side is.

use std::time::{Duration, Instant};

use super::frame::{self, Frames};
use super::link::{Heard, Link, Outgoing};
use super::message::{Answer, Ask, Init, Keepalive, Outcome};
use super::point::{self, Opened};
use crate::alert::{Call, Given};
use crate::handlers::{Udf, status_words};
use crate::pipeline::{EdgeType, FunctionInfo};
use crate::text::system_words;

/// A function that works on a batch answers a `keepalive` after so many of its points.
const BREATH: usize = 256;
/// What a function may give at once. One that never stops would fill the memory.
const FLOOD: usize = 256 * 1024 * 1024;

/// A function at work.
pub(super) struct Session {
    pub(super) name: String,
    link: Link,
    frames: Frames,
    out: Outgoing,
    timeout: Duration,
    /// It says that it gives batches.
    batches: bool,
    /// How many keepalives were sent, and how many answered.
    asked: u64,
    answered: u64,
    /// What it says of itself, and whether it was set up: the answers that are waited for.
    pub(super) replied: Option<Answer>,
    waits: bool,
    opened: Option<Opened>,
    given: Vec<Given>,
    /// Bytes of what it gives at the moment.
    size: usize,
    /// Why it is no more.
    failed: Option<String>,
    /// What is to be said of it.
    notes: Vec<String>,
}

impl Session {
    /// Starts a function, or connects to it.
    pub(super) fn open(udf: &Udf) -> Result<Session, String> {
        Ok(Session::over(Link::open(udf)?, &udf.name, udf.timeout))
    }

    fn over(link: Link, name: &str, timeout: Duration) -> Session {
        Session {
            name: name.to_owned(),
            link,
            frames: Frames::default(),
            out: Outgoing::default(),
            timeout,
            batches: false,
            asked: 0,
            answered: 0,
            replied: None,
            waits: false,
            opened: None,
            given: Vec::new(),
            size: 0,
            failed: None,
            notes: Vec::new(),
        }
    }

    /// Sets it up for a node.
    pub(super) fn init(&mut self, init: Init, info: &FunctionInfo) -> Result<(), String> {
        self.batches = info.provides == EdgeType::Batch;
        match self.request(Ask::Init(init))? {
            Answer::Init(Outcome { success: true, .. }) => Ok(()),
            Answer::Init(Outcome { error, .. }) if error.is_empty() => {
                Err("it refuses its options, and does not say why".to_owned())
            }
            Answer::Init(Outcome { error, .. }) => Err(format!("it refuses its options: {error}")),
            other => Err(format!("it answers `init` with `{}`", other.kind())),
        }
    }

    /// Asks for something that has one answer.
    pub(super) fn request(&mut self, ask: Ask) -> Result<Answer, String> {
        frame::push(&mut self.out.bytes, ask);
        self.waits = true;
        self.until(|session| session.replied.is_some())?;
        self.waits = false;
        self.replied.take().ok_or_else(|| "it did not answer".to_owned())
    }

    /// Hands something over and waits for all that comes of it.
    pub(super) fn call(&mut self, call: Call<'_>) -> Result<Vec<Given>, String> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let done = match call {
            Call::Point(point) => {
                frame::push(&mut self.out.bytes, Ask::Point(point::message(point)));
                self.fence(point.time)
            }
            Call::Batch { group, batch } => {
                let (begin, end) = point::ends(batch, group);
                frame::push(&mut self.out.bytes, Ask::Begin(begin));
                for (at, item) in batch.points.iter().enumerate() {
                    frame::push(&mut self.out.bytes, Ask::Point(point::item(item, group)));
                    if (at + 1) % BREATH == 0 {
                        self.keepalive(item.time);
                    }
                }
                frame::push(&mut self.out.bytes, Ask::End(end));
                self.fence(batch.tmax)
            }
            Call::End => self.end(),
        };
        self.size = 0;
        match done {
            Ok(()) => Ok(std::mem::take(&mut self.given)),
            Err(error) => {
                // Whatever it still does is of no use to anybody.
                self.link.ended(Duration::ZERO);
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    /// What it printed since the last time, and what is to be said of it.
    pub(super) fn said(&mut self) -> Vec<String> {
        let mut said = std::mem::take(&mut self.notes);
        said.extend(self.link.words.take());
        said
    }

    /// Kapacitor sends the time of day; the time of the data is the same each time.
    fn keepalive(&mut self, time: i64) {
        self.asked += 1;
        frame::push(&mut self.out.bytes, Ask::Keepalive(Keepalive { time }));
    }

    fn fence(&mut self, time: i64) -> Result<(), String> {
        self.keepalive(time);
        self.until(|session| session.answered == session.asked)
    }

    /// Lets it end by itself, and takes what it gives until then.
    fn end(&mut self) -> Result<(), String> {
        self.until(|session| session.out.is_empty())?;
        self.link.close_input();
        if self.listen(|_| false)? != Heard::End {
            return Err(format!("it did not end within {} after its last point", self.patience()));
        }
        if self.frames.is_broken_off() {
            return Err("it ended in the middle of a message".to_owned());
        }
        if let Some(status) = self.link.ended(self.timeout)
            && !status.success()
        {
            return Err(self.last_words(format!("it ended with {}", status_words(status))));
        }
        match self.opened {
            Some(_) => Err("it ended in the middle of a batch".to_owned()),
            None => Ok(()),
        }
    }

    /// Talks until something is so.
    fn until(&mut self, done: impl Fn(&Session) -> bool) -> Result<(), String> {
        match self.listen(&done)? {
            Heard::Something => Ok(()),
            Heard::Nothing => {
                let error = format!("it gave no answer within {}", self.patience());
                Err(match self.frames.is_broken_off() {
                    true => format!("{error}; does it print to standard output, where its messages go?"),
                    false => self.last_words(error),
                })
            }
            Heard::End => Err(self.ended()),
        }
    }

    /// Talks until something is so, the function ends, or it has been silent for too long. Every answer gives it new
    /// time.
    fn listen(&mut self, done: impl Fn(&Session) -> bool) -> Result<Heard, String> {
        let mut deadline = self.deadline();
        self.link.write(&mut self.out);
        loop {
            // What comes later belongs to what is handed over later, even if it is there already.
            if done(self) {
                return Ok(Heard::Something);
            }
            if let Some(answer) = self.frames.next()? {
                self.take(answer)?;
                deadline = self.deadline();
                continue;
            }
            let heard = self.link.turn(&mut self.out, &mut self.frames, deadline);
            match heard.map_err(|e| format!("it cannot be talked to: {}", system_words(e)))? {
                Heard::Something => {}
                other => return Ok(other),
            }
            self.size += self.frames.arrived();
            if self.size > FLOOD {
                return Err(format!("it gave more than {} MiB at once", FLOOD >> 20));
            }
        }
    }

    fn take(&mut self, answer: Answer) -> Result<(), String> {
        match (answer, &mut self.opened) {
            (Answer::Error(failed), _) => Err(format!("it says: {}", failed.error)),
            (Answer::Keepalive(_), _) if self.answered < self.asked => {
                self.answered += 1;
                Ok(())
            }
            (answer @ (Answer::Info(_) | Answer::Init(_)), _) if self.waits => {
                self.replied = Some(answer);
                Ok(())
            }
            (Answer::Begin(_), Some(_)) => Err("it begins a batch within a batch".to_owned()),
            (Answer::Begin(_), None) if !self.batches => {
                Err("it gives a batch, but says that it provides a stream".to_owned())
            }
            (Answer::Begin(begin), None) => {
                self.opened = Some(Opened::new(&begin));
                Ok(())
            }
            (Answer::Point(message), Some(opened)) => {
                opened.push(message);
                Ok(())
            }
            (Answer::Point(_), None) if self.batches => {
                Err("it gives a point outside of a batch, but says that it provides batches".to_owned())
            }
            (Answer::Point(message), None) => {
                self.given.push(Given::Point(point::point(message)));
                Ok(())
            }
            (Answer::End(end), _) => match self.opened.take() {
                Some(opened) => {
                    self.given.push(Given::Batch(opened.close(end)));
                    Ok(())
                }
                None => Err("it ends a batch that it has not begun".to_owned()),
            },
            (other, _) => {
                self.notes.push(format!("it sent `{}` without being asked", other.kind()));
                Ok(())
            }
        }
    }

    /// Why it said no more, though it should have.
    fn ended(&mut self) -> String {
        let broken = if self.frames.is_broken_off() { " in the middle of a message" } else { "" };
        let error = match self.link.ended(self.timeout) {
            Some(status) => format!("it ended too early{broken}, with {}", status_words(status)),
            None => format!("it closed the connection too early{broken}"),
        };
        self.last_words(error)
    }

    fn last_words(&self, error: String) -> String {
        match self.link.words.last() {
            "" => error,
            last => format!("{error}; it printed last: {last}"),
        }
    }

    fn patience(&self) -> String {
        let mut text = String::new();
        let timeout = i64::try_from(self.timeout.as_nanos()).unwrap_or(i64::MAX);
        crate::value::duration::push_go(&mut text, timeout);
        text
    }

    fn deadline(&self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.timeout).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use proptest::prelude::*;
    use prost::Message as _;

    use super::super::message::{Begin, Empty, End, Failed, Info, Point, Response};
    use super::*;
    use crate::alert::FunctionPoint;

    /// A session with somebody who has said all that it will ever say.
    fn after(bytes: &[u8], batches: bool) -> Session {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(bytes).unwrap();
        theirs.shutdown(std::net::Shutdown::Write).unwrap();
        let link = Link::socket(ours).unwrap();
        Session { batches, ..Session::over(link, "f", Duration::from_secs(60)) }
    }

    fn framed(answers: Vec<Answer>) -> Vec<u8> {
        let message = |answer| Response { message: Some(answer) }.encode_length_delimited_to_vec();
        answers.into_iter().flat_map(message).collect()
    }

    fn answers() -> impl Strategy<Value = Answer> {
        prop_oneof![
            Just(Answer::Info(Info::default())),
            Just(Answer::Init(Outcome::default())),
            Just(Answer::Keepalive(Keepalive::default())),
            Just(Answer::Snapshot(Empty {})),
            Just(Answer::Restore(Outcome::default())),
            Just(Answer::Error(Failed::default())),
            Just(Answer::Begin(Begin::default())),
            Just(Answer::Point(Point::default())),
            Just(Answer::End(End::default())),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rubbish_ends_in_an_error(bytes in prop::collection::vec(any::<u8>(), 0..2000), batches: bool) {
            let mut session = after(&bytes, batches);
            let point = FunctionPoint::default();
            // Bytes that happen to be an answer are one; what comes after them is looked at later.
            while session.call(Call::Point(&point)).is_ok() {}
            prop_assert!(session.call(Call::End).is_err(), "it stays as it is");
        }

        #[test]
        fn answers_in_any_order_are_taken_or_refused(
            answers in prop::collection::vec(answers(), 0..30),
            batches: bool,
        ) {
            let mut session = after(&framed(answers.clone()), batches);
            let point = FunctionPoint::default();
            let mut given = 0;
            while let Ok(some) = session.call(Call::Point(&point)) {
                given += some.len();
            }
            let points = answers.iter().filter(|a| matches!(a, Answer::Point(_) | Answer::End(_))).count();
            prop_assert!(given <= points);
        }
    }

    #[test]
    fn what_comes_before_the_answer_to_the_keepalive_belongs_to_the_point() {
        let (point, alive) = (|| Answer::Point(Point::default()), || Answer::Keepalive(Keepalive::default()));
        let bytes = framed(vec![point(), point(), alive(), alive(), point(), alive(), point()]);
        let mut session = after(&bytes, false);
        let handed = FunctionPoint::default();
        let counts: Vec<usize> =
            (0..3).map(|_| session.call(Call::Point(&handed)).map_or(99, |given| given.len())).collect();
        assert_eq!(counts, [2, 0, 1]);
        assert_eq!(session.call(Call::End).map(|given| given.len()), Ok(1));
    }
}
