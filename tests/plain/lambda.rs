//! Lambdas made up from dice.

use super::script::{Branch, Dice, Kind};

/// An expression of a kind.
pub(super) fn expression(dice: &mut Dice<'_>, on: &Branch, kind: Kind) -> String {
    match kind {
        Kind::Float => float(dice, on),
        Kind::Int => {
            let form = dice.pick(&[
                "\"I\"",
                "\"I\" + 1",
                "\"I\" / 2",
                "int(\"F\")",
                "\"I\" * \"I\"",
                "count()",
                "3",
            ]);
            fill(form, dice, on)
        }
        Kind::Str => {
            let form = dice.pick(&[
                "\"S\"",
                "\"host\"",
                "string(\"F\")",
                "strToUpper(\"S\")",
                "\"host\" + 'x'",
                "'k'",
            ]);
            fill(form, dice, on)
        }
        Kind::Bool => condition(dice, on),
    }
}

/// Floats of all kinds: numbers, infinities and what is no number.
fn float(dice: &mut Dice<'_>, on: &Branch) -> String {
    let form = dice.pick(&[
        "\"F\"",
        "\"F\" * 2.0",
        "\"F\" / \"F\"",
        "\"F\" / 0.0",
        "sqrt(\"F\")",
        "log(\"F\")",
        "exp(\"F\")",
        "pow(\"F\", 3.0)",
        "float(\"I\")",
        "abs(\"F\")",
        "max(\"F\", 1.0)",
        "if(\"F\" > 0.0, \"F\", 0.0 - 1.0)",
        "sigma(\"F\")",
        "spread(\"F\")",
        "0.0 / 0.0",
        "log(-1.0)",
        "\"F\" - \"F\"",
        "1.0",
    ]);
    fill(form, dice, on)
}

/// A condition.
pub(super) fn condition(dice: &mut Dice<'_>, on: &Branch) -> String {
    let one = one(dice, on);
    match dice.below(5) {
        3 => format!("({one}) AND ({})", self::one(dice, on)),
        4 => format!("({one}) OR ({})", self::one(dice, on)),
        _ => one,
    }
}

fn one(dice: &mut Dice<'_>, on: &Branch) -> String {
    let form = dice.pick(&[
        "\"F\" > 1.0",
        "\"F\" > 1.0",
        "\"host\" == 'h1'",
        "\"F\" <= 0.5",
        "\"zone\" =~ /z[01]/",
        "isPresent(\"F\")",
        "\"I\" != 2",
        "\"I\" > 0.5",
        "TRUE",
        "FALSE",
        "count() % 3 == 0",
        "\"F\" != \"F\"",
        "unixNano(\"time\") % 2000000000 == 0",
        "strLength(\"S\") > 1",
        "\"S\" == 'a'",
        "\"B\"",
        "NOT_B",
        "sigma(\"F\") > 1.0",
        "\"host\" != 'h0' AND \"F\" < 3.0",
        "abs(\"F\") >= 2.0",
    ]);
    fill(&form.replace("NOT_B", "!\"B\""), dice, on)
}

/// Puts fields in the places of `F`, `I`, `S` and `B`.
fn fill(form: &str, dice: &mut Dice<'_>, on: &Branch) -> String {
    let places = [("\"F\"", Kind::Float), ("\"I\"", Kind::Int), ("\"S\"", Kind::Str), ("\"B\"", Kind::Bool)];
    places.iter().fold(form.to_owned(), |text, (place, kind)| match text.contains(place) {
        true => text.replace(place, &format!("\"{}\"", on.field(*kind, dice))),
        false => text,
    })
}
