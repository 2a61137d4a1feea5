//! E04xx: lambdas that cannot be evaluated, as far as it can be seen without a point.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "E0400",
        title: "a lambda cannot be compiled",
        text: "\
The types of both sides of an operator are known from the script alone, and the
operator does not take them; or the lambda has something in it that has no value in a
lambda, such as a list. Kapacitor refuses such a task when it is enabled.",
        wrong: "stream\n    |from()\n    |where(lambda: 1 + 2.0 > 2.5)",
        right: "stream\n    |from()\n    |where(lambda: 1.0 + 2.0 > 2.5)",
    },
    Code {
        code: "E0401",
        title: "a function that does not exist",
        text: "\
Lambdas have a fixed set of functions; `tick explain FUNCTION` tells about each.
Kapacitor notices only when a point comes, and then drops every point.",
        wrong: "stream\n    |from()\n    |where(lambda: abbs(\"value\") > 1.0)",
        right: "stream\n    |from()\n    |where(lambda: abs(\"value\") > 1.0)",
    },
    Code {
        code: "E0402",
        title: "arguments that a function does not take",
        text: "\
The number or the types of the arguments fit none of the function's signatures.
Nothing is converted: a function of floats refuses integers, so write `2.0` for `2`
and `float(..)` around an integer field.",
        wrong: "stream\n    |from()\n    |where(lambda: sqrt(2) < \"value\")",
        right: "stream\n    |from()\n    |where(lambda: sqrt(2.0) < \"value\")",
    },
    Code {
        code: "E0403",
        title: "a string is compared with a number",
        text: "\
Single quotes make a string, double quotes a reference to a field or tag. A string is
never compared with a number, so one of them is probably meant to be the other.",
        wrong: "stream\n    |from()\n    |where(lambda: 'usage_idle' < 10)",
        right: "stream\n    |from()\n    |where(lambda: \"usage_idle\" < 10)",
    },
    Code {
        code: "E0404",
        title: "an operator never takes these operands",
        text: "\
Whatever a point brings, the operator fails. Integers and floats mix in comparisons
but not in arithmetic; on the right of `=~` stands a pattern, not a field; times are
compared by `unixNano`.",
        wrong: "stream\n    |from()\n    |where(lambda: float(\"value\") / 2 > 1.0)",
        right: "stream\n    |from()\n    |where(lambda: float(\"value\") / 2.0 > 1.0)",
    },
];
