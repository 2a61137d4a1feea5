//! Any bytes are read as points or refused; a point that was read prints as a line that reads the same.
#![no_main]

use tickscript::input::point::{self, Precision};
use tickscript::input::{Format, Options, open_reader};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Lines, Format::Srpl, Format::Export] {
        let options = Options { format: Some(format), max_line: 1000, ..Options::default() };
        let reader = Box::new(std::io::Cursor::new(bytes.to_vec()));
        let Ok(mut input) = open_reader("fuzz", reader, false, &options) else { continue };
        let mut block = Vec::new();
        loop {
            match input.blocks.next_block(&mut block) {
                Ok(None) => break,
                Err(error) => assert!(!error.message.is_empty()),
                Ok(Some(_)) => assert!(block.ends_with(b"\n") && std::str::from_utf8(&block).is_ok()),
            }
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(point) = point::parse_line(text, Precision::Nanos, Some(0)) else { return };
    // What line protocol cannot say again: a backslash before what is escaped, or at the end.
    if !text.contains('\\') {
        let line = point.to_line();
        let mut again = point::parse_line(&line, Precision::Nanos, None).expect("a printed point reads");
        again.fields.sort_by(|a, b| a.0.cmp(&b.0));
        let mut fields = point.fields;
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!((again.name, again.tags, again.fields), (point.name, point.tags, fields), "{line}");
    }
});
