//! The reference examples, the conformance cases and the laws.

use super::*;
use crate::lang::parse::parse;

/// Input and output of Kapacitor's formatter, 1.8.3.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "stream|from().measurement('cpu').where(lambda: \"host\"=='a' AND \"v\">1.0)|window().period(10s).every(1m)",
        "stream\n    |from()\n        .measurement('cpu')\n        .where(lambda: \"host\" == 'a' AND \"v\" > 1.0)\n    |window()\n        .period(10s)\n        .every(1m)\n",
    ),
    (
        "x|eval(lambda: \"a\"+1,\n lambda: \"b\",)\n.as('x','y')",
        "x\n    |eval(\n        lambda: \"a\" + 1,\n        lambda: \"b\"\n    )\n        .as('x', 'y')\n",
    ),
    (
        "// one\nstream // c1\n|from() // c2\n.measurement( // c3\n'm')\n//end",
        "// one\nstream\n    // c1\n    |from()\n        // c2\n        .measurement(\n            // c3\n            'm'\n        )\n\n// end\n\n",
    ),
    (
        "//a\n\n\n//  b\n////\n//\n\nvar x=1//t\nvar y  int",
        "// a\n\n//  b\n// //\n//\nvar x = 1\n\n// t\nvar y int\n",
    ),
    (
        "x|f(lambda: (\"a\" > 1 OR\n \"c\" == 3) AND \"b\" < 2)\n.g(1)",
        "x\n    |f(lambda: (\"a\" > 1 OR\n            \"c\" == 3) AND\n        \"b\" < 2)\n        .g(1)\n",
    ),
    (
        "var a = lambda: \"b\" < 2 AND\n\"c\" > 1\n AND \"d\" == 3",
        "var a = lambda: \"b\" < 2 AND\n\"c\" > 1 AND\n\"d\" == 3\n",
    ),
    ("f(['a',*,],\n['x','y'])", "f(\n    [    'a',     *],\n    [    'x',     'y']\n)\n"),
    (
        "f(((1+2))*(3),!((TRUE)),010,.5,5.,90s,'it\\'s \\n','''x'y''',/a\\/b/,\"q\\\"r\"\n)",
        "f((1 + 2) * 3, !TRUE, 010, 0.5, 5.0, 90s, 'it\\'s \\n', '''x'y''', /a\\/b/, \"q\\\"r\")\n",
    ),
    (
        "dbrp \"db\" . \"rp\"\nstream@udf().opt(1,TRUE)\nx.y",
        "dbrp \"db\".\"rp\"\n\nstream\n    @udf()\n        .opt(1, TRUE)\n\nx\n        .y\n",
    ),
    (
        "x.f(lambda: if(\"a\",\n1, 2) + 3)|u(b|g().h(),\nc)",
        "x\n        .f(lambda: if(\n                \"a\",\n                1,\n                2\n            ) +\n            3)\n    |u(\n        b\n            |g()\n                .h(),\n        c\n    )\n",
    ),
    (
        "x|f(lambda: \"a\" > 1 AND // c1\n \"b\" > 2)",
        "x\n    |f(lambda: \"a\" > 1 AND\n        \n        // c1\n        \"b\" > 2)\n",
    ),
    ("f(a // c\n - b)", "f(\n    // c\n    a -\n    b\n)\n"),
    (
        "x|alert().message('''\n  {{ .ID }}\n''').crit(lambda: sigma(\"v\")>3.0)",
        "x\n    |alert()\n        .message('''\n  {{ .ID }}\n''')\n        .crit(lambda: sigma(\"v\") > 3.0)\n",
    ),
];

/// The tree without places.
fn bare(text: &str) -> String {
    let script = parse(text).script;
    let debug = format!("{script:?}");
    let mut bare = String::new();
    let mut rest = debug.as_str();
    while let Some((before, after)) = rest.split_once("Span { start: ") {
        bare.push_str(before);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    bare.push_str(rest);
    let mut out = String::new();
    let mut rest = bare.as_str();
    while let Some((before, after)) = rest.split_once("pos: ") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}

/// Formatting twice is formatting once, the tree stays, and so do all comments.
pub(super) fn hold_laws(text: &str) {
    let Ok(once) = format(text) else { return };
    let again = format(&once).unwrap_or_else(|e| panic!("not readable: {e:?}\n{text:?}\n{once}"));
    assert_eq!(again, once, "formatted twice\n{text:?}");
    assert_eq!(bare(&once), bare(text), "another tree\n{text:?}\n{once}");
}

#[test]
fn reference_examples() {
    for (text, want) in EXAMPLES {
        assert_eq!(format(text).as_deref(), Ok(*want), "{text}");
        hold_laws(text);
    }
}

#[test]
fn conformance_cases() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/fmt");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.to_str().and_then(|p| p.strip_suffix(".in.tick")) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        let want = std::fs::read_to_string(format!("{name}.out.tick")).unwrap();
        assert_eq!(format(&text).as_deref(), Ok(want.as_str()), "{name}");
        hold_laws(&text);
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn no_comment_is_lost() {
    for (text, want) in [
        ("g( // c\n-1)", "g(\n    // c\n    -1\n)\n"),
        ("f(a, // c\n)\nx", "f(\n    // c\n    a\n)\n\nx\n"),
        ("f(a // c\n, b)", "f(\n    // c\n    a,\n    b\n)\n"),
        ("x|f( // c\n)|g()", "x\n    // c\n    |f()\n    |g()\n"),
        ("f( // c\n)\nx", "// c\nf()\n\nx\n"),
        ("var x = -(5 // c\n) var y = 1", "// c\nvar x = -5\n\nvar y = 1\n"),
        ("f(lambda: ( // c\n \"a\"))", "f(lambda: \n    // c\n    \"a\")\n"),
        ("dbrp // a\n \"x\" // b\n . \"y\"", "// a\n// b\ndbrp \"x\".\"y\"\n"),
        ("x|f(lambda: g // c\n(1))", "x\n    // c\n    |f(lambda: g(\n            1\n        ))\n"),
        ("f(a =~ -(b // c\n))", "f(\n    // c\n    a =~ -b\n)\n"),
        ("f(['a' // c\n, 'b' // d\n])|g()", "f(\n    // d\n    [    // c\n    'a',     'b']\n)\n    |g()\n"),
    ] {
        assert_eq!(format(text).as_deref(), Ok(want), "{text}");
        hold_laws(text);
    }
}

#[test]
fn what_the_lexer_would_misread_gets_parentheses() {
    for (text, want) in [
        ("f(lambda: (/re/))", "f(lambda: (/re/))\n"),
        ("f(lambda: a AND (*))", "f(lambda: a AND (*))\n"),
        ("f((/re/) == a)", "f((/re/) == a)\n"),
        ("f(a == (/re/) AND b)", "f(a == /re/ AND b)\n"),
        ("f(a == (/re/) == b)", "f(a == (/re/) == b)\n"),
        ("f( // c\n\n/re/)", "f(\n    // c\n\n    /re/\n)\n"),
        ("5 (-3)", "5\n\n(-3)\n"),
        ("(x) (1 + 2)", "(x)\n\n(1 + 2)\n"),
        ("dbrp \"a\\\"b\".\"c\"", "dbrp \"a\\\"b\".\"c\"\n"),
    ] {
        assert_eq!(format(text).as_deref(), Ok(want), "{text}");
        hold_laws(text);
    }
}

#[test]
fn expressions_alone() {
    for (text, want) in [
        ("\"a\">1 AND(b)", "\"a\" > 1 AND b"),
        ("if(\"x\",1,\n2)", "if(\n    \"x\",\n    1,\n    2\n)"),
        ("-(1+2)", "-(1 + 2)"),
    ] {
        assert_eq!(print_expr(&crate::lang::parse_lambda(text).unwrap()), want);
    }
    let value = |kind| print_expr(&Expr { span: Default::default(), pos: 0, comment: None, kind });
    assert_eq!(value(ExprKind::Duration { value: 90_000_000_000, text: String::new() }), "90s");
    assert_eq!(value(ExprKind::Duration { value: 0, text: String::new() }), "0s");
    assert_eq!(value(ExprKind::Str { value: "a\\".into(), triple: false }), "'''a\\'''");
    assert_eq!(value(ExprKind::Regex { pattern: "a/b".into(), text: String::new() }), "/a\\/b/");
    assert_eq!(value(ExprKind::Float(1e20)), "100000000000000000000.0");
}

mod laws {
    use super::hold_laws;
    use proptest::prelude::*;

    fn gap() -> BoxedStrategy<&'static str> {
        prop_oneof![12 => Just(" "), 2 => Just(""), 2 => Just("\n"), 1 => Just(" // c\n"), 1 => Just("\n// d\n\n// e\n\n")].boxed()
    }

    fn leaf() -> BoxedStrategy<String> {
        prop::sample::select(vec![
            "1",
            "010",
            "1.5",
            ".5",
            "2.",
            "10s",
            "5µ",
            "TRUE",
            "FALSE",
            "'s'",
            "'it\\'s'",
            "'''t'q'''",
            "''",
            "\"ref\"",
            "\"r\\\"q\"",
            "x",
            "größe",
            "*",
            "(/re/)",
            "/r\\/e/",
            "(*)",
            "'a\nb'",
        ])
        .prop_map(str::to_string)
        .boxed()
    }

    fn operation() -> BoxedStrategy<String> {
        leaf()
            .prop_recursive(4, 40, 4, |inner| {
                let op = prop::sample::select(vec![
                    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", "=~", "!~", " AND ", " OR ",
                ]);
                prop_oneof![
                    (inner.clone(), gap(), op, gap(), inner.clone())
                        .prop_map(|(a, g, op, h, b)| format!("{a}{g}{op}{h}{b}")),
                    (gap(), inner.clone(), gap()).prop_map(|(g, a, h)| format!("({g}{a}{h})")),
                    (prop::sample::select(vec!["-", "!"]), gap(), inner.clone())
                        .prop_map(|(op, g, a)| format!("{op}{g}{a}")),
                    (gap(), prop::collection::vec((gap(), inner, gap()), 0..4)).prop_map(|(g, args)| {
                        let args: Vec<String> =
                            args.into_iter().map(|(g, a, h)| format!("{g}{a}{h}")).collect();
                        format!("f{g}({})", args.join(","))
                    }),
                ]
            })
            .boxed()
    }

    fn chain() -> BoxedStrategy<String> {
        let arg = prop_oneof![
            operation(),
            operation().prop_map(|o| format!("lambda: {o}")),
            (gap(), gap(), gap()).prop_map(|(g, h, i)| format!("[{g}'a'{h},{i}*]")),
        ];
        arg.prop_recursive(2, 20, 4, |arg| {
            let args = prop::collection::vec((gap(), arg, gap()), 0..3).prop_map(|args| {
                let args: Vec<String> = args.into_iter().map(|(g, a, h)| format!("{g}{a}{h}")).collect();
                args.join(",")
            });
            let step = (gap(), prop::sample::select(vec!["|", ".", "@"]), gap(), gap(), args)
                .prop_map(|(g, op, h, i, args)| format!("{g}{op}{h}node{i}({args})"));
            prop::collection::vec(step, 1..4).prop_map(|steps| format!("x{}", steps.concat()))
        })
        .boxed()
    }

    fn script() -> BoxedStrategy<String> {
        let statement = prop_oneof![
            4 => chain(),
            2 => operation(),
            2 => (gap(), gap(), gap(), operation()).prop_map(|(g, h, i, o)| format!("var {g}v{h}={i}{o}")),
            1 => (gap(), gap()).prop_map(|(g, h)| format!("var {g}v {h}int")),
            1 => (gap(), gap(), gap()).prop_map(|(g, h, i)| format!("dbrp{g}\"d\"{h}.{i}\"r\"")),
            1 => chain().prop_map(|c| format!("var c = {c}")),
        ];
        prop::collection::vec((statement, gap()), 0..4)
            .prop_map(|parts| parts.into_iter().map(|(s, g)| format!("{s}{g}")).collect::<String>())
            .boxed()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn on_scripts(text in script()) {
            hold_laws(&text);
        }

        #[test]
        fn on_pieces(pieces in prop::collection::vec(prop::sample::select(vec![
            "x", "f(", ")", "(", "|", ".", "@", ",", "[", "]", "*", "/", "/re/", "'s'", "'", "\"r\"", "5", "1m", "-", "!", "==",
            "=~", "=", "var ", "lambda: ", " AND ", "// c\n", "\n", " ", "\n\n", "TRUE", "dbrp ", "é", "\\", "'''",
        ]), 0..14)) {
            hold_laws(&pieces.concat());
        }

        #[test]
        fn on_any_text(text in "\\PC{0,40}") {
            hold_laws(&text);
        }
    }
}
