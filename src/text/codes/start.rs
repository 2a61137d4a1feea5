//! E03xx: scripts that Kapacitor takes, but refuses to enable.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "E0301",
        title: "a node cannot be started",
        text: "\
Kapacitor defines such a task and fails when it is enabled: a window without length,
a sample of 0, a query that is not a SELECT or has no schedule, a log file with a
relative path.",
        wrong: "stream|from()|window().every(10s)|log()",
        right: "stream|from()|window().period(10s).every(10s)|log()",
    },
    Code {
        code: "E0302",
        title: "points where batches are wanted, or the reverse",
        text: "\
What a node gives must be what the next one takes: single points or batches.
`window` makes batches of points; aggregates such as `mean` make points of batches.",
        wrong: "var w = stream|from()|window().period(10s).every(10s)\nstream|from()|union(w)|log()",
        right: "var w = stream|from()|where(lambda: TRUE)\nstream|from()|union(w)|log()",
    },
];
