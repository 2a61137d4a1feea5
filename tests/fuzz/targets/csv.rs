//! Any bytes are read as a table or refused; every line that a table gives is a point.
#![no_main]

use tickscript::input::point::{self, Precision};
use tickscript::input::{Format, Options, open_reader};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let options = Options { format: Some(Format::Csv), max_line: 10_000, ..Options::default() };
    let reader = Box::new(std::io::Cursor::new(bytes.to_vec()));
    let Ok(mut input) = open_reader("fuzz.csv", reader, false, &options) else { return };
    let mut block = Vec::new();
    loop {
        match input.blocks.next_block(&mut block) {
            Ok(None) => break,
            Err(_) => {}
            Ok(Some(_)) => {
                let text = std::str::from_utf8(&block).expect("blocks are UTF-8");
                for line in text.lines().filter(|line| point::is_data(line)) {
                    if let Err(error) = point::parse_line(line, Precision::Nanos, None) {
                        // Numbers may be too large; the form of a line is always right.
                        assert!(error.message.contains("out of range"), "{line}: {error}");
                    }
                }
            }
        }
    }
});
