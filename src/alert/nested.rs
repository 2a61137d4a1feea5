//! JSON inside HTML inside JSON: what the default details are in an event's JSON, written in one step.

use super::plain::push_html_escaped;
use crate::value::json;

/// Bytes that JSON or HTML's plain text does not take as they are.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        special[i] = true;
        i += 1;
    }
    // The last one begins characters that JSON escapes.
    let bytes = b"\"\\'&<>+\xe2";
    let mut i = 0;
    while i < bytes.len() {
        special[bytes[i] as usize] = true;
        i += 1;
    }
    special
};

/// A quote, nested.
const QUOTE: &str = r"\u0026#34;";

fn is_plain(text: &str) -> bool {
    !text.bytes().any(|b| SPECIAL[usize::from(b)])
}

/// Appends JSON as it stands in details that stand in JSON.
pub(super) fn push_nested(out: &mut String, json: &str) {
    if is_plain(json) {
        out.push_str(json);
        return;
    }
    let mut html = String::with_capacity(json.len() * 2);
    push_html_escaped(&mut html, json);
    json::push_json_inner(out, &html);
}

/// The same for a text that JSON has as a string.
pub(super) fn push_nested_str(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(QUOTE);
        out.push_str(text);
        out.push_str(QUOTE);
        return;
    }
    let mut json = String::with_capacity(text.len() + 16);
    json::push_json_str(&mut json, text);
    push_nested(out, &json);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nested(text: &str) -> String {
        let mut out = String::new();
        push_nested_str(&mut out, text);
        out
    }

    #[test]
    fn each_layer_escapes_what_the_one_before_wrote() {
        assert_eq!(nested("cpu"), r"\u0026#34;cpu\u0026#34;");
        assert_eq!(nested("a\"b"), r"\u0026#34;a\\\u0026#34;b\u0026#34;");
        assert_eq!(nested("1+1<\n"), r"\u0026#34;1\u0026#43;1\\u003c\\n\u0026#34;");
    }

    proptest! {
        #[test]
        fn the_short_way_is_that_of_three_steps(text in "[a-c<>&'+\"\\\\\n\0\u{2028}€é]{0,6}") {
            let (mut json, mut html, mut want) = (String::new(), String::new(), String::new());
            json::push_json_str(&mut json, &text);
            push_html_escaped(&mut html, &json);
            json::push_json_inner(&mut want, &html);
            prop_assert_eq!(nested(&text), want);
        }
    }
}
