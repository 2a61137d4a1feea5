//! Kapacitor's words, recovery, limits.

use super::*;
use crate::lang::ast::{Expr, ExprKind, Statement};
use crate::lang::{format, walk};

fn words(text: &str) -> String {
    let parsed = parse(text);
    parsed.diagnostics.first().and_then(|d| d.kapacitor.clone()).unwrap_or_default()
}

const VALUE: &str = r#""number","string","duration","identifier","TRUE","FALSE","==","(","-","!""#;

#[test]
fn the_first_error_has_kapacitors_words() {
    for (text, want) in [
        ("var x =", format!("parser: unexpected EOF line 1 char 8 in \"var x =\". expected: {VALUE}")),
        ("x|y", "parser: unexpected EOF line 1 char 4 in \"x|y\". expected: \"(\"".into()),
        (
            "[1]",
            "parser: unexpected number line 1 char 2 in \"[1]\". expected: \"identifier\",\"string\",\"*\""
                .into(),
        ),
        ("x = 5", format!("parser: unexpected = line 1 char 3 in \"x = 5\". expected: {VALUE}")),
        ("lambda: x.y", format!("parser: unexpected . line 1 char 10 in \"lambda: x.y\". expected: {VALUE}")),
        (
            "var s='a\\'",
            format!(
                "parser: unexpected unterminated string line 1 char 7 in \"var s='a\\'\". expected: {VALUE}"
            ),
        ),
        ("f(1", "parser: unexpected EOF line 1 char 4 in \"f(1\". expected: \")\"".into()),
        ("[a b]", "parser: unexpected identifier line 1 char 4 in \"[a b]\". expected: \"]\"".into()),
        (
            "dbrp \"a\" \"b\"",
            "parser: unexpected reference line 1 char 10 in \"dbrp \"a\" \"b\"\". expected: \".\"".into(),
        ),
        ("var", "parser: unexpected EOF line 1 char 4 in \"var\". expected: \"identifier\"".into()),
        ("08", "parser: illegal number syntax: \"08\"".into()),
        ("99999999999999999999s", "parser: invalid duration".into()),
        ("20000w", "parser: overflowed duration 20000w: choose a smaller duration or INF".into()),
        (
            "f(é _)",
            "parser: unexpected unknown state, last char: '_' line 1 char 6 in \"f(é _)\". expected: \")\""
                .into(),
        ),
    ] {
        assert_eq!(words(text), want, "{text}");
    }
}

#[test]
fn conformance_parse_errors() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/check");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = if path.extension().is_some_and(|e| e == "json") {
            std::fs::read_to_string(&path).unwrap()
        } else {
            continue;
        };
        let script = std::fs::read_to_string(path.with_extension("tick")).unwrap();
        let Some((_, error)) = case.split_once("\"error\": \"parser: ") else {
            assert!(!parse(&script).has_errors(), "{path:?}: {:?}", parse(&script).diagnostics);
            continue;
        };
        let error = error.split_once("\"\n").or(error.split_once("\",\n")).unwrap().0;
        let error = error.replace("\\\"", "\"").replace("\\\\", "\\");
        assert_eq!(words(&script), format!("parser: {error}"), "{path:?}");
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn lambda_text_ends_with_its_expression() {
    assert!(parse_lambda("\"a\" > 1 AND TRUE").is_ok());
    for (text, want) in [
        ("1 2", "parser: unexpected number line 1 char 3 in \"1 2\". expected: \"EOF\"".to_string()),
        ("", format!("parser: unexpected EOF line 1 char 1 in \"\". expected: {VALUE}")),
        ("a|b()", "parser: unexpected | line 1 char 2 in \"a|b()\". expected: \"EOF\"".into()),
    ] {
        let errors = parse_lambda(text).unwrap_err();
        assert_eq!(errors[0].kapacitor.as_deref(), Some(want.as_str()), "{text}");
    }
}

#[test]
fn one_run_finds_every_mistake_and_no_more() {
    let text = "\
var a = 5;
var b = lambda: \"x\" > 1 and \"y\" < 2
stream
    |from(
        .measurement('cpu')
    |where(lambda: \"v\" = 5)
    |alert()
        .crit(lambda: \"v\" > 08)
var c = [1]
var d = 'fine'
batch|query
";
    let parsed = parse(text);
    let found: Vec<_> = parsed
        .diagnostics
        .iter()
        .map(|d| (d.code, crate::text::Starts::of(text).line_char(d.span.unwrap().start as usize).0))
        .collect();
    assert_eq!(
        found,
        [("E0102", 1), ("E0101", 5), ("E0114", 6), ("E0107", 8), ("E0101", 9), ("E0101", 12)],
        "{:#?}",
        parsed.diagnostics
    );
    assert!(parsed.diagnostics[0].kapacitor.is_some());
    assert!(parsed.diagnostics[1..].iter().all(|d| d.kapacitor.is_none()));
    assert!(
        parsed.script.statements.iter().any(
            |s| matches!(s, Statement::Var(v) if matches!(&v.name.kind, ExprKind::Ident(n) if n == "d"))
        )
    );
}

#[test]
fn hints_name_what_to_write() {
    for (text, code, hint) in [
        ("f(lambda: \"a\" and \"b\")", "E0113", "write `AND`"),
        ("f(lambda: \"a\" && \"b\")", "E0113", "write `AND`"),
        ("f(lambda: \"a\" || \"b\")", "E0113", "write `OR`"),
        ("f(lambda: \"a\" = 1)", "E0114", "write `==`"),
        ("x = 5", "E0114", "write `var x = …`"),
        ("# c", "E0116", "write `//` in place of `#`"),
        ("f(‘a’)", "E0115", "write strings as `'text'`, with the straight quote"),
        ("f(“a”)", "E0115", "write names of fields and tags as `\"name\"`, strings as `'text'`"),
        ("f();", "E0102", "statements need no separator: remove it"),
        ("f(_x)", "E0102", "a name starts with a letter"),
        ("\u{feff}f()", "E0102", "save the file as UTF-8 without a byte order mark"),
        ("f(1m30s)", "E0101", "a duration has one number and one unit: 90s in place of 1m30s"),
        ("f(5.s)", "E0101", "a duration has no decimal point: 1500ms in place of 1.5s"),
        ("f(10ns)", "E0101", "the smallest unit is `u`, a microsecond"),
        ("f(1e5)", "E0101", "numbers have no exponent: write all digits"),
        ("dbrp 'a'.'b'", "E0119", "write `\"a\"`"),
        ("f([\"a\"])", "E0119", "write `'a'`"),
        ("f(lambda: /a/ == \"b\")", "E0118", "put it in parentheses: `(/…/)`"),
        ("(x).y()", "E0117", "a chain hangs on a name or a call: give the left side a name with `var`"),
        ("|from()", "E0117", "a chain starts with a name, such as `stream` or a variable"),
        ("f('a)", "E0104", "close it with `'`"),
        ("x|var()", "E0101", "`var` is a reserved word"),
        ("x|y", "E0101", "a node is written with parentheses: `|y()`"),
        ("f(lambda: \"a\" <> 1)", "E0102", "not equal is written `!=`"),
        ("f(010, 08)", "E0107", "write `8`"),
    ] {
        let parsed = parse(text);
        let first = &parsed.diagnostics[0];
        assert_eq!((first.code, first.hint.as_deref()), (code, Some(hint)), "{text}: {first:?}");
        assert!(first.kapacitor.is_some(), "{text}");
    }
}

#[test]
fn glued_literals_are_warned_of() {
    let parsed = parse("var x = 1m30s");
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code, "W0101");
    assert!(!parsed.has_errors());
    assert_eq!(parse("var x = 1m 30s").diagnostics, []);
}

#[test]
fn a_forgotten_quote_is_shown() {
    let parsed = parse("x|from()\n.measurement('cpu)\n.where(lambda: \"h\" == 'a')\n");
    let first = &parsed.diagnostics[0];
    assert_eq!(first.related.len(), 2, "{first:?}");
    assert_eq!(first.related[1].0, Span::new(22, 23));
}

#[test]
fn precedence_and_positions() {
    let expr = parse_lambda("a + b * -c == d AND !e OR (f)").unwrap();
    let mut shape = Vec::new();
    walk(&expr, &mut |e: &Expr| {
        if let ExprKind::Binary(b) = &e.kind {
            shape.push((b.op.symbol(), e.pos, e.span));
        }
    });
    assert_eq!(
        shape,
        [
            ("OR", 23, Span::new(0, 28)),
            ("AND", 16, Span::new(0, 22)),
            ("==", 11, Span::new(0, 15)),
            ("+", 2, Span::new(0, 10)),
            ("*", 6, Span::new(4, 10)),
        ]
    );
}

fn statement(expr: &Statement) -> &Expr {
    match expr {
        Statement::Expr(expr) => expr,
        other => panic!("{other:?}"),
    }
}

/// As high as a tree may be, in every shape.
fn high() -> Vec<String> {
    let steps = MAX_HEIGHT as usize - 2;
    let nested = MAX_NESTING - 1;
    vec![
        format!("x{}", "|f(1)".repeat(steps)),
        format!("x{}", "\n    .f()".repeat(steps)),
        format!("f(lambda: {}1)", "1 + ".repeat(steps - 3)),
        format!("f(lambda: {}1)", "1 - 2 * ".repeat(steps - 3)),
        format!("{}1{}", "f(".repeat(nested), ")".repeat(nested)),
        format!("{}1 + 1{}", "(".repeat(nested), ")".repeat(nested)),
        format!("{}1", "!".repeat(nested)),
        format!("{}1{}", "x|f(-1 + (2)).y(".repeat(nested), ")".repeat(nested)),
        format!(
            "{}1{}",
            "f(lambda: 1 OR 1 AND 1 == 1 < 1 + 1 * g(".repeat(nested / 2),
            "))".repeat(nested / 2)
        ),
    ]
}

#[test]
fn a_small_stack_holds_the_highest_tree() {
    let body = || {
        for text in high() {
            let parsed = parse(&text);
            if !parsed.diagnostics.is_empty() {
                assert!(text.contains("AND"), "{:?} {text}", parsed.diagnostics);
                continue;
            }
            let copy = parsed.clone();
            assert!(copy == parsed);
            assert!(!format!("{copy:?}").is_empty());
            let mut names = 0;
            walk(statement(&copy.script.statements[0]), &mut |e| {
                names += usize::from(!matches!(e.kind, ExprKind::Int { .. }))
            });
            assert!(names > 0);
            let printed = format(&text).unwrap();
            assert_eq!(format(&printed).unwrap(), printed);
            drop(copy);
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(body).unwrap().join().unwrap();
}

#[test]
fn beyond_the_limits_is_a_finding() {
    let many = 5_000;
    for (text, code) in [
        (format!("x{}", "|f()".repeat(many)), "E0111"),
        (format!("f(lambda: {}1)", "1 + ".repeat(many)), "E0111"),
        ("(".repeat(many), "E0110"),
        ("f(".repeat(many), "E0110"),
        ("-".repeat(many), "E0110"),
        (format!("x{}", "|f(x|g(-(x".repeat(many)), "E0117"),
        (" ".repeat(MAX_SCRIPT_BYTES + 1), "E0112"),
    ] {
        let parsed = parse(&text);
        assert_eq!(parsed.diagnostics[0].code, code, "{}", &text[..20]);
    }
    let noise = "x = \n".repeat(1000);
    assert_eq!(parse(&noise).diagnostics.len(), MAX_DIAGNOSTICS);
}

#[test]
fn pages_of_codes_show_their_mistake() {
    for code in crate::text::codes::all() {
        let found: Vec<_> = parse(code.wrong).diagnostics.iter().map(|d| d.code).collect();
        if code.code.starts_with("E01") || code.code.starts_with("W01") {
            let want: &[&str] = if code.wrong.is_empty() { &[] } else { &[code.code] };
            assert_eq!(found, want, "{}", code.code);
        }
        assert_eq!(parse(code.right).diagnostics, [], "{}", code.code);
    }
}
