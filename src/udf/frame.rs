//! Messages in a stream of bytes: each is led by its length.

use prost::Message as _;

use super::message::{Answer, Ask, Request, Response};

/// Longest message that is taken. What a function claims beyond that is a mistake, and nothing is set aside for it.
const LONGEST: u64 = 64 * 1024 * 1024;
/// Bytes of a length.
const LENGTH_BYTES: usize = 5;

/// Appends a question.
pub(super) fn push(out: &mut Vec<u8>, ask: Ask) {
    let request = Request { message: Some(ask) };
    out.reserve(request.encoded_len() + LENGTH_BYTES);
    // A vector has room for everything.
    let _ = request.encode_length_delimited(out);
}

/// Bytes that were read, up to the end of a message that is not whole yet.
#[derive(Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    /// Those before are done with.
    at: usize,
    /// How many came since somebody asked.
    arrived: usize,
}

impl Frames {
    /// Takes in what was read.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.at == self.bytes.len() {
            self.bytes.clear();
            self.at = 0;
        } else if self.at > self.bytes.len() / 2 {
            self.bytes.drain(..self.at);
            self.at = 0;
        }
        self.arrived += bytes.len();
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message, if it is whole.
    ///
    /// # Errors
    /// If these bytes are no message.
    pub(super) fn next(&mut self) -> Result<Option<Answer>, String> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((length, head)) = length(rest)? else { return Ok(None) };
        let Some(body) = rest.get(head..head + length) else { return Ok(None) };
        self.at += head + length;
        let response = Response::decode(body)
            .map_err(|error| format!("it sent {length} bytes that are no message: {error}"))?;
        match response.message {
            Some(answer) => Ok(Some(answer)),
            None => Err(format!("it sent a message of {length} bytes of an unknown kind")),
        }
    }

    /// How many bytes came since the last time.
    pub(super) fn arrived(&mut self) -> usize {
        std::mem::take(&mut self.arrived)
    }

    /// Whether part of a message is there.
    pub(super) fn is_broken_off(&self) -> bool {
        self.at < self.bytes.len()
    }
}

/// The length of the message that begins here, and the bytes that it takes itself.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, String> {
    let mut length = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(LENGTH_BYTES) {
        length |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return match usize::try_from(length) {
                Ok(short) if length <= LONGEST => Ok(Some((short, at + 1))),
                _ => Err(format!(
                    "it announces a message of {length} bytes; does it print to standard output, where its messages \
                     go?"
                )),
            };
        }
    }
    match bytes.len() < LENGTH_BYTES {
        true => Ok(None),
        false => Err("it sent no message: the length takes more than 5 bytes".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::message::{Empty, Failed, Keepalive};
    use super::*;

    fn framed(answer: Answer) -> Vec<u8> {
        Response { message: Some(answer) }.encode_length_delimited_to_vec()
    }

    #[test]
    fn the_first_bytes_are_those_of_the_protocol() {
        let mut out = Vec::new();
        push(&mut out, Ask::Info(Empty {}));
        assert_eq!(out, [0x02, 0x0a, 0x00]);
    }

    #[test]
    fn messages_come_whole_however_the_bytes_are_cut() {
        let answers = [
            Answer::Keepalive(Keepalive { time: -1 }),
            Answer::Error(Failed { error: "x".repeat(300) }),
            Answer::Snapshot(Empty {}),
        ];
        let bytes: Vec<u8> = answers.iter().cloned().flat_map(framed).collect();
        for cut in [1, 2, 7, 299, 1000] {
            let (mut frames, mut got) = (Frames::default(), Vec::new());
            for piece in bytes.chunks(cut) {
                frames.push(piece);
                while let Some(answer) = frames.next().unwrap() {
                    got.push(answer);
                }
            }
            assert_eq!(got, answers);
            assert!(!frames.is_broken_off());
        }
    }

    #[test]
    fn rubbish_is_told() {
        let error = |bytes: &[u8]| {
            let mut frames = Frames::default();
            frames.push(bytes);
            frames.next().expect_err("an error")
        };
        let printed = "hello, world\n".repeat(20);
        assert!(error(printed.as_bytes()).contains("sent 104 bytes that are no message"));
        assert!(error(&[0xff, 0xff, 0xff, 0xff, 0x0f]).contains("announces a message of 4294967295 bytes"));
        assert!(error(&[0xff; 9]).contains("more than 5 bytes"));
        assert!(error(&[0x00]).contains("unknown kind"));
        assert!(error(&[0x03, 0xa2, 0x06, 0x00]).contains("unknown kind"), "field 100");
        let mut frames = Frames::default();
        frames.push(&[0x05, 0x1a]);
        assert_eq!(frames.next(), Ok(None));
        assert!(frames.is_broken_off());
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_messages_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut frames = Frames::default();
            for piece in bytes.chunks(97) {
                frames.push(piece);
                while let Ok(Some(_)) = frames.next() {}
            }
            // What is set aside depends on what came, not on what was announced.
            prop_assert!(frames.bytes.capacity() <= 2048);
        }
    }
}
