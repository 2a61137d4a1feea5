//! The reference examples, the conformance cases and the laws.

use super::*;

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

/// Formatting twice is formatting once.
fn hold_still(text: &str) {
    if let Ok(once) = format(text) {
        assert_eq!(format(&once).as_ref(), Ok(&once), "{text}");
    }
}

#[test]
fn reference_examples() {
    for (text, want) in EXAMPLES {
        assert_eq!(format(text).as_deref(), Ok(*want), "{text}");
        hold_still(text);
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
        hold_still(&text);
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
        hold_still(text);
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
        hold_still(text);
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
