//! Any text is a template or an error, and a template renders or fails in bounded time.
#![no_main]

use tickscript::template::{Datum, Options, Template};
use tickscript::value::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let fields = [
        ("a".to_owned(), Value::Float(1.5)),
        ("b".to_owned(), Value::Str("<x> & 'y'".into())),
        ("c".to_owned(), Value::Null),
    ];
    for html in [false, true] {
        let Ok(template) = Template::parse("fuzz", text, Options { html, json: true }) else { continue };
        let mut out = String::new();
        // An error is as good as an output; what counts is that there is one of them.
        let _ = template.render(Datum::values(&fields), &mut out);
    }
});
