//! W02xx: definitions that run, but hardly as meant.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "W0201",
        title: "a var that nothing uses",
        text: "\
It may be a mistyped name, or what is left of something removed.",
        wrong: "var limit = 5\nstream|from()|log()",
        right: "var limit = 5\nstream|from()|sample(limit)",
    },
    Code {
        code: "W0202",
        title: "a var that holds a call instead of its result",
        text: "\
On the right of `var` a call is not run, so the var holds the call itself, and a
mistake in it goes unnoticed. In an expression with an operator it is run.",
        wrong: "var n = int(5.5)\nstream|from()|sample(2)|log().level('INFO')",
        right: "var n = 0 + int(5.5)\nstream|from()|sample(n)",
    },
    Code {
        code: "W0203",
        title: "a number that begins with 0 is octal",
        text: "\
`010` is eight. That is useful for the mode of a file and surprising elsewhere.",
        wrong: "stream|from()|sample(010)",
        right: "stream|from()|sample(8)",
    },
    Code {
        code: "W0204",
        title: "the local time zone decides",
        text: "\
`hour`, `day`, `weekday` and their like read the time in the zone of the machine
that runs the script. Set it with `--tz`, or TZ for Kapacitor, so that a replay
agrees with the original.",
        wrong: "stream|from()|where(lambda: hour(\"time\") > 8)",
        right: "stream|from()|where(lambda: unixNano(\"time\") > 0)",
    },
    Code {
        code: "W0205",
        title: "a property is read instead of set",
        text: "\
Without parentheses a property is read, which does nothing here.",
        wrong: "stream|from().measurement|log()",
        right: "stream|from().measurement('cpu')|log()",
    },
    Code {
        code: "W0206",
        title: "an alert without a level",
        text: "\
Without `info`, `warn` and `crit` every point is OK, so there is never an event.",
        wrong: "stream|from()|alert().topic('cpu')",
        right: "stream|from()|alert().crit(lambda: \"usage_idle\" < 10.0).topic('cpu')",
    },
    Code {
        code: "W0207",
        title: "points that arrive twice",
        text: "\
Where one `from` of a task has a measurement and another has none, Kapacitor
delivers the points of that measurement twice: once for its name and once for no
name.",
        wrong: "stream|from().measurement('cpu')|log()\nstream|from()|log()",
        right: "stream|from().measurement('cpu')|log()\nstream|from().measurement('mem')|log()",
    },
    Code {
        code: "W0208",
        title: "a template that fails with an event",
        text: "\
The template can be read, but names something that events do not have. Kapacitor
finds out when the first event comes, and ends the task.",
        wrong: "stream|from()|alert().crit(lambda: TRUE).message('{{ .Host }} is down')",
        right: "stream|from()|alert().crit(lambda: TRUE).message('{{ .Tags.host }} is down')",
    },
];
