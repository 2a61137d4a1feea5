//! E01xx: what lexer and parser refuse.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "E0101",
        title: "something else is expected here",
        text: "\
The parser knows from what stands before what may follow, and this may not. The
message names both. Often something is missing a little earlier: a closing
parenthesis, a comma between arguments, a quote.",
        wrong: "stream\n    |from(\n        .measurement('cpu')",
        right: "stream\n    |from()\n        .measurement('cpu')",
    },
    Code {
        code: "E0102",
        title: "a character that does not belong here",
        text: "\
No part of the language starts with this character, or an operator stands where a
value must. Names start with a letter, statements are not separated, there are no
braces. An operator can end a line but not start one after a comment.",
        wrong: "stream\n    |from();",
        right: "stream\n    |from()",
    },
    Code {
        code: "E0103",
        title: "a number with more than one decimal point",
        text: "\
A number has one decimal point. Versions and addresses are strings.",
        wrong: "var address = 10.0.0.1",
        right: "var address = '10.0.0.1'",
    },
    Code {
        code: "E0104",
        title: "a string is not closed",
        text: "\
The text ends inside a string. In single quotes a backslash in front of the quote
makes it part of the text, so such a string cannot end in a backslash; write it with
three quotes. A quote that is missing further up shifts all strings after it: see
whether the strings before this one are what they should be.",
        wrong: "var path = 'C:\\'",
        right: "var path = '''C:\\'''",
    },
    Code {
        code: "E0105",
        title: "a reference is not closed",
        text: "\
The text ends inside a name in double quotes. A backslash in front of a double quote
makes it part of the name.",
        wrong: "var busy = lambda: \"usage_idle < 10",
        right: "var busy = lambda: \"usage_idle\" < 10",
    },
    Code {
        code: "E0106",
        title: "a pattern is not closed",
        text: "\
The text ends inside a pattern. A backslash in front of a slash makes it part of the
pattern. Where a value is expected, a slash starts a pattern; a division needs a
value to its left.",
        wrong: "var web = /^web",
        right: "var web = /^web/",
    },
    Code {
        code: "E0107",
        title: "not a number",
        text: "\
An integer has 64 bits. With a zero in front it is octal, as in file modes, and has
the digits 0 to 7 only. A number with a decimal point must fit a 64-bit float.",
        wrong: "var hour = 08",
        right: "var hour = 8",
    },
    Code {
        code: "E0108",
        title: "not a duration",
        text: "\
A duration is a whole number of nanoseconds in 64 bits, which is at most about 290
years. The units are `u` (or `µ`), `ms`, `s`, `m`, `h`, `d` and `w`.",
        wrong: "var long = 20000w",
        right: "var long = 10000w",
    },
    Code {
        code: "E0109",
        title: "not a pattern",
        text: "\
Patterns have the syntax of Go's package regexp: no look-around and no back
references. The message says what the pattern's own parser refused.",
        wrong: "var web = /(web|db/",
        right: "var web = /(web|db)/",
    },
    Code {
        code: "E0110",
        title: "nested too deeply",
        text: "\
Parentheses, arguments inside arguments and signs may be nested a hundred levels
deep, which keeps any script from exhausting the stack. Give parts of the expression
names with `var`.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0111",
        title: "too many steps or operators",
        text: "\
A chain may have a thousand steps and an expression a thousand operators. Cut the
chain with `var`; replace a long list of comparisons by a pattern.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0112",
        title: "the script is too large",
        text: "\
Scripts of more than 4 MiB are not read: such a file is not a script.",
        wrong: "",
        right: "",
    },
    Code {
        code: "E0113",
        title: "an operator of another language",
        text: "\
The logical operators are `AND`, `OR` and `!`, in capitals. `and`, `or` and `not` are
names, `&&` and `||` do not exist.",
        wrong: "stream\n    |from()\n        .where(lambda: \"cpu\" == 'cpu0' && \"host\" == 'a')",
        right: "stream\n    |from()\n        .where(lambda: \"cpu\" == 'cpu0' AND \"host\" == 'a')",
    },
    Code {
        code: "E0114",
        title: "`=` where it cannot stand",
        text: "\
`=` stands in `var name = value` and nowhere else. Values are compared with `==`, and
variables cannot be changed.",
        wrong: "stream\n    |from()\n        .where(lambda: \"host\" = 'a')",
        right: "stream\n    |from()\n        .where(lambda: \"host\" == 'a')",
    },
    Code {
        code: "E0115",
        title: "a typographic quote",
        text: "\
Word processors and chats replace straight quotes by curved ones. Strings stand in
straight single quotes, names of fields and tags in straight double quotes.",
        wrong: "stream\n    |from()\n        .measurement(‘cpu’)",
        right: "stream\n    |from()\n        .measurement('cpu')",
    },
    Code {
        code: "E0116",
        title: "a comment of another language",
        text: "\
Comments start with `//` and go to the end of the line.",
        wrong: "# all hosts\nstream\n    |from()",
        right: "// all hosts\nstream\n    |from()",
    },
    Code {
        code: "E0117",
        title: "a chain where none can be",
        text: "\
`|`, `.` and `@` continue a chain, which starts with a name or a call. A chain cannot
be an operand, stand in a lambda or hang on a value in parentheses.",
        wrong: "(stream)|from()",
        right: "stream\n    |from()",
    },
    Code {
        code: "E0118",
        title: "a pattern that reads as a division",
        text: "\
Right behind `lambda:`, `AND` and `OR` a slash is a division. Put the pattern in
parentheses, or on the right of `=~`, where it belongs.",
        wrong: "stream\n    |from()\n        .where(lambda: /^web/ =~ \"host\")",
        right: "stream\n    |from()\n        .where(lambda: \"host\" =~ /^web/)",
    },
    Code {
        code: "E0119",
        title: "the other kind of quotes",
        text: "\
Single quotes make strings. Double quotes name a field or a tag in a lambda, and the
database and retention policy of `dbrp`.",
        wrong: "dbrp 'telegraf'.'autogen'",
        right: "dbrp \"telegraf\".\"autogen\"",
    },
];
