//! Formatting twice is formatting once, and the formatted script is the same script.
#![no_main]

#[path = "../../laws.rs"]
#[expect(dead_code, reason = "shared with the other target")]
mod laws;

libfuzzer_sys::fuzz_target!(|text: &str| laws::format(text));
