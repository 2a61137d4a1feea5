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
    Code {
        code: "E0303",
        title: "a user-defined function that does not say what it takes",
        text: "\
The function is declared, but its program could not be started, its socket has no
listener, or what it answered is not the protocol. What a program prints on its
standard output goes to Kapacitor; messages for people belong on standard error.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0304",
        title: "a user-defined function that cannot be set up",
        text: "\
The function answered when it was asked what it takes, and then refused the options
of the script, or ended.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0390",
        title: "a node that cannot run here",
        text: "\
The script is right, and `check`, `fmt` and `graph` take it, but a run cannot do what
the node asks for: `queryFlux` needs an InfluxDB 2, which alone speaks Flux. Recorded
answers can be played to it with `--source`.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0391",
        title: "a node that cannot be set up",
        text: "\
A node was refused when the task was built to run. `tick check` says more where it
knows the mistake.",
        wrong: "",
        right: "",
    },
];
