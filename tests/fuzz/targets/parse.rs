//! Any text is parsed or refused, with findings that lie in the text.
#![no_main]

#[path = "../../laws.rs"]
#[expect(dead_code, reason = "shared with the other target")]
mod laws;

libfuzzer_sys::fuzz_target!(|text: &str| laws::parse(text));
