//! `tick explain`

use super::tick::Tick;

#[test]
fn a_code_has_a_page() {
    Tick::new("explain").args(&["e0118"]).run().status(0).stdout(
        "\
E0118: a pattern that reads as a division

Right behind `lambda:`, `AND` and `OR` a slash is a division. Put the pattern in
parentheses, or on the right of `=~`, where it belongs.

Wrong:

    stream
        |from()
            .where(lambda: /^web/ =~ \"host\")

Right:

    stream
        |from()
            .where(lambda: \"host\" =~ /^web/)
",
    );
}

#[test]
fn an_unknown_word_is_answered_with_a_guess() {
    let done = Tick::new("explain").args(&["E01012"]).run().status(2).stdout("");
    done.stderr("error: nothing is known of `E01012`\nhelp: did you mean `E0101`?\n");
}
