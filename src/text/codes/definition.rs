//! E02xx: scripts that can be read, but define nothing that could run.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "E0201",
        title: "a name that is not defined",
        text: "\
A bare name is a var, and vars are defined from top to bottom. Fields and tags stand
in double quotes, texts in single quotes, truth values are `TRUE` and `FALSE`. In a
stream task there is no `batch`, and in a batch task no `stream`.",
        wrong: "stream|from().measurement(name)",
        right: "var name = 'cpu'\nstream|from().measurement(name)",
    },
    Code {
        code: "E0202",
        title: "a name is defined twice",
        text: "\
Vars keep their first value. The names `stream`, `batch` and `time` are taken.",
        wrong: "var limit = 5\nvar limit = 6\nstream|from()|sample(limit)",
        right: "var limit = 5\nvar higher = 6\nstream|from()|sample(limit + higher)",
    },
    Code {
        code: "E0203",
        title: "a type that does not exist",
        text: "\
Types are `bool`, `int`, `float`, `string`, `regex`, `duration`, `lambda`, `list`
and `star`.",
        wrong: "var limit integer\nstream|from()|sample(limit)",
        right: "var limit = 5\nstream|from()|sample(limit)",
    },
    Code {
        code: "E0204",
        title: "a var needs a value",
        text: "\
A var that is declared with a type has no value of its own: it has to be given with
`--var NAME=VALUE` or `--vars FILE`.",
        wrong: "var limit int\nstream|from()|sample(limit)",
        right: "var limit = 5\nstream|from()|sample(limit)",
    },
    Code {
        code: "E0205",
        title: "a var is given a value of another type",
        text: "\
The value from outside must be of the type that the script declares. Nothing is
converted: `1` is an int and `1.0` a float.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0206",
        title: "a sign that does not apply",
        text: "\
`-` negates ints, floats and durations, `!` negates bools.",
        wrong: "var x = -'a'\nstream|from()|log().prefix(x)",
        right: "var x = '-a'\nstream|from()|log().prefix(x)",
    },
    Code {
        code: "E0207",
        title: "an expression that has no value",
        text: "\
Outside lambdas an expression is worked out when the script is read. There are no
points, so nothing in double quotes; and operators do not convert, so ints and
floats do not mix.",
        wrong: "var x = 1 + 2.0\nstream|from()|eval(lambda: \"v\" * x).as('x')",
        right: "var x = 1.0 + 2.0\nstream|from()|eval(lambda: \"v\" * x).as('x')",
    },
    Code {
        code: "E0208",
        title: "a value that cannot stand in an expression",
        text: "\
Names in lambdas and in expressions are replaced by their values. Nodes and calls
have no value that could stand there.",
        wrong: "stream|from()|where(lambda: \"v\" > stream)",
        right: "var limit = 5\nstream|from()|where(lambda: \"v\" > limit)",
    },
    Code {
        code: "E0209",
        title: "a function that does not exist here",
        text: "\
Outside lambdas a call without an operator around it is not one of the functions of
lambdas. Only `time(length, offset)` exists, for the `groupBy` of queries.",
        wrong: "stream|from()|sample(int(5.5))",
        right: "stream|from()|sample(0 + int(5.5))",
    },
    Code {
        code: "E0210",
        title: "a node or property that does not exist",
        text: "\
Names are written exactly as `tick explain NODE` shows them; only the case of the
first letter does not matter. `stream` is followed by `|from()`, `batch` by
`|query()`.",
        wrong: "stream|from().measurment('cpu')|log()",
        right: "stream|from().measurement('cpu')|log()",
    },
    Code {
        code: "E0211",
        title: "the wrong sign before a name",
        text: "\
`|` makes a new node, `.` sets a property of the node before it, `@` calls a
user-defined function.",
        wrong: "stream|from()|measurement('cpu')|log()",
        right: "stream|from().measurement('cpu')|log()",
    },
    Code {
        code: "E0212",
        title: "something is called on what is no node",
        text: "\
Chains begin with `stream`, `batch` or a var that holds a node.",
        wrong: "var x = 5\nx|log()",
        right: "var x = stream|from()\nx|log()",
    },
    Code {
        code: "E0213",
        title: "a property is not called",
        text: "\
Properties are set by calling them. Without parentheses a property is read, which
those that are flags or take several arguments do not allow.",
        wrong: "stream|from()|window().period(10s).align|log()",
        right: "stream|from()|window().period(10s).align()|log()",
    },
    Code {
        code: "E0214",
        title: "an expression is too large",
        text: "\
Vars that hold lambdas are put in their places. What comes of it has bounds, so that
a few lines cannot fill the memory.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0215",
        title: "an argument of the wrong type",
        text: "\
Nothing is converted: `10` is not `10.0`, and a duration needs a unit and no quotes.",
        wrong: "stream|from()|window().period('10s').every(10s)|log()",
        right: "stream|from()|window().period(10s).every(10s)|log()",
    },
    Code {
        code: "E0216",
        title: "the wrong number of arguments",
        text: "\
A plain property takes exactly one value, a flag none.",
        wrong: "stream|from()|window().period(10s).align(TRUE)|log()",
        right: "stream|from()|window().period(10s).align()|log()",
    },
    Code {
        code: "E0217",
        title: "double quotes instead of single quotes",
        text: "\
Single quotes make a text, double quotes a reference to a field or tag, which only
lambdas can use.",
        wrong: "stream|from().measurement(\"cpu\")|log()",
        right: "stream|from().measurement('cpu')|log()",
    },
    Code {
        code: "E0218",
        title: "a node refuses its place or its arguments",
        text: "\
Some nodes look at what stands before them, or at more than the types of their
arguments, as soon as they are called: `window` takes single points, `sample` an int
or a duration.",
        wrong: "stream|from()|sample(1.5)",
        right: "stream|from()|sample(2)",
    },
    Code {
        code: "E0219",
        title: "properties that do not fit together",
        text: "\
A node is looked at as a whole once the script is complete: names are missing,
bounds contradict each other, something required is not set.",
        wrong: "stream|from()|eval(lambda: \"a\" + 1)",
        right: "stream|from()|eval(lambda: \"a\" + 1).as('b')",
    },
    Code {
        code: "E0220",
        title: "a script that does nothing",
        text: "\
There is no node but the source. A chain begins with `stream|from()` or
`batch|query('…')`.",
        wrong: "var x = stream",
        right: "var x = stream|from()",
    },
];
