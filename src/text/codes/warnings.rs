//! W01xx: what is allowed but hardly meant.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "W0101",
        title: "two literals stand right behind each other",
        text: "\
Statements need no separator, so `1m30s` is the duration `1m` and, as a statement
of its own that does nothing, the duration `30s`. Durations have one number and one
unit; numbers have no exponent.",
        wrong: "var every = 1m30s",
        right: "var every = 90s",
    },
    Code {
        code: "W0102",
        title: "a duration overflows",
        text: "\
A duration is a number of nanoseconds in 64 bits, which is at most about 290 years.
Kapacitor notices an overflow only if what is left of it is negative; else it runs
on with that, and so does `tick`.",
        wrong: "var forever = 99999999999w",
        right: "var forever = 10000w",
    },
    Code {
        code: "W0103",
        title: "a user-defined function that is not declared",
        text: "\
`@name()` calls a function that a configuration declares. Without `--config` nothing
is known of it: the script is checked, but not the options of the function, nor
whether it takes and gives points or batches. With `--config` it has to be there.",
        wrong: "",
        right: "",
    },
];
