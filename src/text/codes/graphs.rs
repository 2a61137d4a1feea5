//! W03xx: whole scripts that run, but hardly as meant.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "W0301",
        title: "a condition that data cannot change",
        text: "\
Whatever the fields and tags are, the condition is true, or false. Parts without
any field or tag are left alone: they may be switches that a var turns.",
        wrong: "stream|from()|alert().crit(lambda: \"x\" > 90 AND \"x\" < 10)",
        right: "stream|from()|alert().crit(lambda: \"x\" > 90 OR \"x\" < 10)",
    },
    Code {
        code: "W0302",
        title: "a level that a `where` excludes",
        text: "\
The points that would have this level do not pass a condition above the alert.",
        wrong: "stream|from().where(lambda: \"x\" < 50)|alert().crit(lambda: \"x\" > 80)",
        right: "stream|from().where(lambda: \"x\" > 50)|alert().crit(lambda: \"x\" > 80)",
    },
    Code {
        code: "W0303",
        title: "a level that a higher one covers",
        text: "\
The highest level whose condition holds counts. Where `crit` holds for all that
`warn` holds for, nothing is ever a warning: `crit` is the weaker of the two.",
        wrong: "stream|from()|alert().warn(lambda: \"x\" > 90).crit(lambda: \"x\" > 80)",
        right: "stream|from()|alert().warn(lambda: \"x\" > 80).crit(lambda: \"x\" > 90)",
    },
    Code {
        code: "W0304",
        title: "all series share a memory",
        text: "\
Nodes and functions that remember earlier points do so for each group. Without
`groupBy` all series are one group: the points of one host are compared with those
of another, and their alerts go up and down together. If one series is chosen by a
condition such as `\"host\" == 'web-1'`, there is nothing to tell apart.",
        wrong: "stream|from().measurement('net')|derivative('bytes')|log()",
        right: "stream|from().measurement('net').groupBy('host')|derivative('bytes')|log()",
    },
    Code {
        code: "W0305",
        title: "a template names a tag that the group lacks",
        text: "\
Behind an aggregate or a query points have the tags of their group and no others,
so the text shows `<no value>`. In an id it matters always: levels are kept by
group, and an id that changes within one mixes the levels of several things.",
        wrong: "stream|from().groupBy('host')|alert().id('{{ .Tags.cpu }}').crit(lambda: \"x\" > 80)",
        right: "stream|from().groupBy('host', 'cpu')|alert().id('{{ .Tags.cpu }}').crit(lambda: \"x\" > 80)",
    },
    Code {
        code: "W0306",
        title: "a name that the data do not have",
        text: "\
With `--input` the script is held against a sample of its data. The measurement,
field or tag is not there, or no longer at this node: `eval` without `keep` and
aggregates drop all fields but their results.",
        wrong: "",
        right: "",
    },
    Code {
        code: "W0307",
        title: "a window that never closes",
        text: "\
With `--input` the sample is played through the script. The window took points, but
the data ended before it gave any.",
        wrong: "",
        right: "",
    },
    Code {
        code: "W0308",
        title: "a join that drops points",
        text: "\
With `--input` the sample is played through the script. One side of the join has
fewer points than another, and without `fill` a point without a partner is dropped.",
        wrong: "",
        right: "",
    },
    Code {
        code: "W0309",
        title: "a comment that ignores nothing",
        text: "\
`// tick: ignore[W0201]` silences a warning of its line, or of the line below where
it stands alone. This one names no warning, or there is none to silence; errors
cannot be ignored.",
        wrong: "// tick: ignore[W0201]\nstream|from()|log()",
        right: "stream|from()|log()",
    },
];
