//! SELECT statements accepted and refused.

use super::*;

fn select(text: &str) -> Select {
    match parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).pop() {
        Some(Statement::Select(select)) => *select,
        other => panic!("{text}: {other:?}"),
    }
}

fn refusal(text: &str) -> String {
    parse(text).expect_err(text).text
}

#[test]
fn every_clause_is_read() {
    let s = select(
        "SELECT mean(\"usage idle\") AS m, /^a\\/b/, *::tag INTO out FROM telegraf..cpu, \"x\".y.z, rp./re/, \
         (SELECT v FROM w) WHERE host = 'a\\'b' AND time > now() - 1h30m GROUP BY time(10s, 5s), *, host, /t/ \
         fill(previous) ORDER BY time DESC LIMIT 1 OFFSET 2 SLIMIT 3 SOFFSET 4 tz('Europe/Berlin')",
    );
    assert_eq!(s.fields.len(), 3);
    assert_eq!(s.fields[0].alias.as_deref(), Some("m"));
    assert_eq!(s.fields[1].expr, Expr::Regex("^a/b".into()));
    assert_eq!(s.fields[2].expr, Expr::Wildcard(Some(DataType::Tag)));
    let cpu = Measurement { database: "telegraf".into(), name: "cpu".into(), ..Measurement::default() };
    assert_eq!(s.sources[0], Source::Measurement(cpu));
    let re =
        Measurement { retention_policy: "rp".into(), regex: Some("re".into()), ..Measurement::default() };
    assert_eq!(s.sources[2], Source::Measurement(re));
    assert!(matches!(&s.sources[3], Source::Subquery(inner) if inner.fields.len() == 1));
    assert_eq!((s.dimensions.len(), s.fill, s.ascending), (4, Fill::Previous, Some(false)));
    assert_eq!((s.limit, s.offset, s.slimit, s.soffset), (1, 2, 3, 4));
    assert_eq!(s.zone.as_deref(), Some("Europe/Berlin"));
}

#[test]
fn operators_bind_as_in_influxdb() {
    fn shape(expr: &Expr) -> String {
        match expr {
            Expr::Binary { op, left, right } => format!("({}{}{})", shape(left), op.symbol(), shape(right)),
            Expr::Int(i) => i.to_string(),
            Expr::Ref { name, .. } => name.clone(),
            Expr::Paren(inner) => format!("[{}]", shape(inner)),
            other => format!("{other:?}"),
        }
    }
    for (text, tree) in [
        ("1 + 2 * 3 - 4", "((1+(2*3))-4)"),
        ("a * 2 + b / c", "((a*2)+(b/c))"),
        ("-a + (1 - 2) - -3", "(((-1*a)+[(1-2)])--3)"),
        ("a - b - c", "((a-b)-c)"),
        ("a.b & 1 ^ 2", "((a.b&1)^2)"),
    ] {
        assert_eq!(shape(&select(&format!("SELECT {text} FROM m")).fields[0].expr), tree, "{text}");
    }
    let s = select("SELECT a FROM m WHERE a = 1 OR b = 2 AND c =~ /x/");
    let Some(Expr::Binary { op: BinaryOp::Or, right, .. }) = s.condition else { panic!() };
    assert!(matches!(*right, Expr::Binary { op: BinaryOp::And, .. }));
}

#[test]
fn refusals_have_influxdbs_words() {
    for (text, words) in [
        ("SELECT FROM", "found FROM, expected identifier, string, number, bool at line 1, char 8"),
        ("SELECT a", "found EOF, expected FROM at line 1, char 9"),
        ("SELECT a FROM", "found EOF, expected identifier at line 1, char 14"),
        ("SELECT a FROM m WHERE", "found EOF, expected identifier, string, number, bool at line 1, char 22"),
        ("SELECT a FROM m GROUP host", "found host, expected BY at line 1, char 23"),
        ("SELECT a FROM m LIMIT x", "found x, expected integer at line 1, char 23"),
        ("SELECT mean(a FROM m", "found FROM, expected ) at line 1, char 15"),
        ("SELECT a FROM m x", "found x, expected ;, EOF at line 1, char 17"),
        ("SELECT a\nFROM m WHERE b =~ 'x'", "found x, expected regex at line 2, char 19"),
        ("SELECT a FROM m ORDER BY host", "only ORDER BY time supported at this time"),
        ("SELECT a FROM m fill(x)", "expected number argument in fill()"),
        ("SELECT a FROM m fill()", "fill requires an argument, e.g.: 0, null, none, previous, linear"),
        (
            "SELECT a = 1 FROM m",
            "invalid operator = in SELECT clause at line 1, char 8; operator is intended for WHERE clause",
        ),
        (
            "UPDATE m",
            "found UPDATE, expected SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL \
             at line 1, char 1",
        ),
    ] {
        let found = refusal(text);
        assert_eq!(found, words, "{text}");
    }
}

#[test]
fn several_statements_are_told_apart() {
    let found = parse("SELECT a FROM m; DROP  database x;").unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], Statement::Other("DROP DATABASE x".into()));
    assert_eq!(parse(" -- nothing\n /* at all */ "), Ok(Vec::new()));
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("(", ")"), ("-(", ")"), ("f(", ")")] {
        let text = format!("SELECT {}a{} FROM m", open.repeat(100_000), close.repeat(100_000));
        assert!(refusal(&text).starts_with("nested too deeply"), "{open}");
    }
    let from = format!("SELECT a FROM {}m{}", "(SELECT a FROM ".repeat(10_000), ")".repeat(10_000));
    assert!(refusal(&from).starts_with("nested too deeply"));
    assert!(refusal(&format!("SELECT a{} FROM m", " + a".repeat(100_000))).starts_with("too many operators"));
}
