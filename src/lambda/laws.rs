//! The compiled programs do what the [`oracle`](super::oracle) does, whatever the expression and the points.

use std::collections::HashMap;

use proptest::prelude::*;

use super::oracle::{Oracle, V};
use super::{Env, Program};
use crate::data::{Slots, TagsId, Text, Val, World};
use crate::lang;
use crate::lang::ast::{Expr, ExprKind};
use crate::value::{Type, Zone};

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec!["\"a\"", "\"b\"", "\"t\""]).prop_map(str::to_owned),
        3 => prop::sample::select(vec!["0", "1", "3", "0.0", "2.5", "90s", "0s", "'x'", "'7'", "TRUE", "FALSE"])
            .prop_map(str::to_owned),
        1 => Just("\"time\"".to_owned()),
        1 => Just("count()".to_owned()),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let op = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "AND", "OR", "+", "*", "AND", "OR", ">",
        ]);
        prop_oneof![
            10 => (inner.clone(), op, inner.clone()).prop_map(|(l, o, r)| format!("({l} {o} {r})")),
            1 => inner.clone().prop_map(|e| format!("({e} =~ /^[x7]/)")),
            1 => inner.clone().prop_map(|e| format!("!{e}")),
            1 => inner.clone().prop_map(|e| format!("-{e}")),
            2 => (prop::sample::select(vec!["int", "float", "string", "abs", "strLength", "isPresent"]), inner.clone())
                .prop_map(|(f, e)| format!("{f}({e})")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(c, x, y)| format!("if({c}, {x}, {y})")),
            1 => inner.prop_map(|e| format!("nested({e})")),
        ]
    })
}

fn value() -> impl Strategy<Value = V> {
    prop_oneof![
        1 => Just(V::Missing),
        1 => Just(V::Null),
        4 => prop::sample::select(vec![0, 1, 7, -3, i64::MIN, i64::MAX]).prop_map(V::Int),
        4 => prop::sample::select(vec![0.0, 1.0, 2.5, -0.5, 1e300, f64::NAN]).prop_map(V::Float),
        2 => prop::sample::select(vec!["", "x", "7", "é"]).prop_map(|s| V::Str(s.to_owned())),
        3 => any::<bool>().prop_map(V::Bool),
        2 => prop::sample::select(vec![0, 1, 90_000_000_000]).prop_map(V::Duration),
    ]
}

fn point() -> impl Strategy<Value = HashMap<String, V>> {
    let tag = prop::option::of(prop::sample::select(vec!["x", "7", "web"]));
    (value(), value(), tag).prop_map(|(a, b, t)| {
        let t = t.map_or(V::Missing, |t| V::Str(t.to_owned()));
        HashMap::from([("a".into(), a), ("b".into(), b), ("t".into(), t), ("time".into(), V::Time(0))])
    })
}

/// Parses an expression in which `nested(x)` stands for a variable that holds `lambda: x`.
fn parse(text: &str) -> Expr {
    let mut expr = lang::parse_lambda(text).unwrap_or_else(|d| panic!("{text}: {d:?}"));
    nest(&mut expr);
    expr
}

fn nest(expr: &mut Expr) {
    match &mut expr.kind {
        ExprKind::Unary { operand, .. } => nest(operand),
        ExprKind::Binary(b) => {
            nest(&mut b.left);
            nest(&mut b.right);
        }
        ExprKind::Call(c) => {
            c.args.iter_mut().for_each(nest);
            if c.name == "nested" {
                expr.kind = ExprKind::Lambda(Box::new(c.args.remove(0)));
            }
        }
        _ => {}
    }
}

/// The compiled program over the same points, one by one.
struct Compiled {
    program: Program,
    state: super::State,
    slots: Slots,
    world: World,
    text: Text,
}

impl Compiled {
    fn new(text: &str) -> Result<Compiled, String> {
        let expr = parse(text);
        let (mut slots, mut world) = (Slots::default(), World::default());
        let program = Program::new(&expr, &mut slots, &mut world.symbols).map_err(|e| e.text)?;
        let state = program.state();
        Ok(Compiled { program, state, slots, world, text: Text::default() })
    }

    fn run(&mut self, point: &HashMap<String, V>, truth: bool) -> Result<V, String> {
        self.text.clear();
        let mut row = vec![Val::Missing; self.slots.names().len()];
        let mut tags = TagsId::EMPTY;
        for (name, v) in point {
            if name == "t" {
                if let V::Str(s) = v {
                    let pair = [(self.world.symbols.intern("t"), self.world.symbols.intern(s))];
                    tags = self.world.tags.intern(&pair, &self.world.symbols);
                }
                continue;
            }
            let Some(slot) = self.slots.find(name) else { continue };
            row[slot as usize] = match v {
                V::Null => Val::Null,
                V::Float(v) => Val::Float(*v),
                V::Int(v) => Val::Int(*v),
                V::Str(s) => Val::Str(self.text.push(s)),
                V::Bool(v) => Val::Bool(*v),
                V::Duration(v) => Val::Duration(*v),
                V::Missing | V::Regex(_) | V::Time(_) => Val::Missing,
            };
        }
        let mut env = Env {
            slots: &row,
            text: &mut self.text,
            world: &self.world,
            tags,
            time: 0,
            now: 0,
            zone: &Zone::utc(),
        };
        let result = if truth {
            self.program.test(&mut self.state, &mut env).map(Val::Bool)
        } else {
            self.program.value(&mut self.state, &mut env)
        };
        match result {
            Err(f) => Err(self.program.describe(&f, &env)),
            Ok(Val::Bool(v)) => Ok(V::Bool(v)),
            Ok(Val::Int(v)) => Ok(V::Int(v)),
            Ok(Val::Float(v)) => Ok(V::Float(v)),
            Ok(Val::Duration(v)) => Ok(V::Duration(v)),
            Ok(Val::Str(r)) => Ok(V::Str(self.text.get(r).to_owned())),
            Ok(Val::Sym(s)) => Ok(V::Str(self.world.symbols.name(s).to_owned())),
            Ok(other) => panic!("{other:?} is no result"),
        }
    }
}

fn same(want: &Result<V, String>, got: &Result<V, String>) -> bool {
    match (want, got) {
        (Ok(V::Float(a)), Ok(V::Float(b))) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
        // The words after the function's name are tested elsewhere.
        (Err(a), Err(b)) if a.contains("Cannot call function") => b.starts_with(a.as_str()),
        _ => want == got,
    }
}

fn compare(text: &str, points: &[HashMap<String, V>], truth: bool) -> Result<(), TestCaseError> {
    let expr = parse(text);
    // Refused at the start: its words are tested elsewhere.
    let Ok(mut compiled) = Compiled::new(text) else { return Ok(()) };
    // A lambda at the top is the expression itself.
    let body = if let ExprKind::Lambda(body) = &expr.kind { body } else { &expr };
    let mut oracle = Oracle::new(body);
    for (i, point) in points.iter().enumerate() {
        let want = if truth { oracle.test(point) } else { oracle.value(point) };
        let got = compiled.run(point, truth);
        let alike = match &want {
            Some(want) => same(want, &got),
            None => got.is_err(),
        };
        prop_assert!(alike, "{text}\npoint {i}: {point:?}\nwant {want:?}\ngot  {got:?}");
        if want.is_none() {
            // Kapacitor is gone by now.
            break;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_those_of_the_oracle(
        text in expression(), points in prop::collection::vec(point(), 1..6)
    ) {
        compare(&text, &points, false)?;
    }

    #[test]
    fn truth_values_are_those_of_the_oracle(
        text in expression(), points in prop::collection::vec(point(), 1..6)
    ) {
        compare(&text, &points, true)?;
    }
}

fn at(pairs: &[(&str, V)]) -> HashMap<String, V> {
    pairs.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect()
}

#[test]
fn an_operator_that_changes_types_evaluates_both_operands_again() {
    let mut c = Compiled::new(r#"count() * "a""#).unwrap();
    let counts: Vec<_> = [V::Int(1), V::Duration(1), V::Int(1), V::Duration(1)]
        .map(|a| c.run(&at(&[("a", a)]), false))
        .to_vec();
    assert_eq!(counts, [Ok(V::Int(1)), Ok(V::Duration(3)), Ok(V::Int(5)), Ok(V::Duration(7))]);
}

#[test]
fn groups_count_apart_and_nested_lambdas_together() {
    let mut c = Compiled::new("count() * 10 + nested(count())").unwrap();
    let mut states = [c.program.state(), c.program.state()];
    let mut got = vec![];
    for _ in 0..2 {
        for state in &mut states {
            std::mem::swap(&mut c.state, state);
            got.push(c.run(&at(&[]), false).unwrap());
            std::mem::swap(&mut c.state, state);
        }
    }
    assert_eq!(got, [11, 12, 23, 24].map(V::Int));
}

#[test]
fn long_and_deep_expressions_are_compiled_or_refused() {
    let join = |part: &str, op: &str, n: usize| vec![part; n].join(op);
    let nest = |open: &str, n: usize| format!("{}\"a\"{}", open.repeat(n), ")".repeat(n));
    let point = at(&[("a", V::Int(1))]);
    for (text, want) in [
        (join("\"a\" < 2", " AND ", 390), Some(V::Bool(true))),
        (join("\"a\"", " + ", 390), Some(V::Int(390))),
        (nest("int(", 40), Some(V::Int(1))),
        (nest("-(", 40), Some(V::Int(1))),
        (nest("(1 + ", 40), Some(V::Int(41))),
        (join("\"a\"", " + ", 20_000), None),
        (nest("int(", 20_000), None),
    ] {
        let Ok(expr) = lang::parse_lambda(&text) else {
            assert_eq!(want, None);
            continue;
        };
        let (mut slots, mut world) = (Slots::default(), World::default());
        match (Program::new(&expr, &mut slots, &mut world.symbols), want) {
            (Err(e), None) => assert_eq!(e.text, "expression is too large"),
            (Ok(_), Some(want)) => assert_eq!(Compiled::new(&text).unwrap().run(&point, false), Ok(want)),
            (_, want) => panic!("{} bytes: expected {want:?}", text.len()),
        }
    }
}

#[test]
fn types_of_operands_may_change_with_every_point() {
    let mut c = Compiled::new(r#""a" > 1 AND "b" != 'x'"#).unwrap();
    let x = V::Str("y".into());
    for _ in 0..3 {
        for a in [V::Int(2), V::Float(1.5)] {
            assert_eq!(c.run(&at(&[("a", a), ("b", x.clone())]), true), Ok(V::Bool(true)));
        }
    }
    let e = c.run(&at(&[("b", x)]), true).unwrap_err();
    assert_eq!(e, "left reference value \"a\" is missing value");
}

#[test]
fn more_combinations_than_are_kept_do_no_harm() {
    let mut c =
        Compiled::new(r#"isPresent("a") AND isPresent("b") AND isPresent("c") AND isPresent("d")"#).unwrap();
    let kinds = [V::Int(1), V::Float(1.0), V::Bool(true), V::Str("s".into())];
    for i in 0..1024_usize {
        let kind = |n: usize| kinds[(i >> (2 * n)) & 3].clone();
        let point = at(&[("a", kind(0)), ("b", kind(1)), ("c", kind(2)), ("d", kind(3))]);
        assert_eq!(c.run(&point, true), Ok(V::Bool(true)));
    }
}

#[test]
fn errors_at_the_start_say_where_they_are() {
    let e = |text: &str| Compiled::new(text).err().unwrap();
    assert_eq!(
        e(r#"("a" > 1) + 5 > "b""#),
        "Failed to handle left node: invalid math operator + for type boolean"
    );
    assert_eq!(
        e("abs(x)"),
        "Failed to handle 1 argument: Given node type is not valid evaluation node: *ast.IdentifierNode"
    );
    assert_eq!(e("!('a' * 2)"), "Failed to handle node: invalid math operator * for type string");
}

#[test]
fn functions_complain_themselves_where_nobody_checks_signatures() {
    for (text, want) in [
        (r#"!isPresent("time")"#, Ok(false)),
        (r#"!bool("time")"#, Err(r#"error calling "bool": cannot convert time.Time to boolean"#)),
        (r#"!abs("a")"#, Err(r#"error calling "abs": cannot pass int64 to abs, must be float64"#)),
        (r#"!abs(1.0)"#, Err("TypeGuard: expression returned unexpected type float, expected boolean")),
        (
            r#"!strHasPrefix("a", 'b')"#,
            Err(
                r#"error calling "strHasPrefix": cannot pass int64 as first arg to strHasPrefix, must be string"#,
            ),
        ),
        (
            r#"!isPresent("a", 1)"#,
            Err(r#"error calling "isPresent": isMissing expects exactly one argument"#),
        ),
        (
            r#"!if("a", TRUE, TRUE)"#,
            Err(
                r#"error calling "if": first argument to if must be a condition with type of bool - got int64"#,
            ),
        ),
        (r#"!nosuch("a")"#, Err(r#"undefined function: "nosuch""#)),
    ] {
        let got = Compiled::new(text).unwrap().run(&at(&[("a", V::Int(1))]), true);
        assert_eq!(got, want.map(V::Bool).map_err(str::to_owned), "{text}");
    }
}

#[test]
fn too_many_arguments_and_bad_slices_are_ordinary_errors_without_wrappers() {
    for (text, want) in [
        (
            "abs(float(strLength('a', 'b', 'c', 'd', 'e'))) > 1.0",
            "runtime error: index out of range [4] with length 4",
        ),
        ("strLength(strSubstring('hello', 3, 1)) > 1", "runtime error: slice bounds out of range [3:1]"),
        ("abs(float(1 / \"a\")) > 1.0", "runtime error: integer divide by zero"),
        (
            "abs(float('x')) > 1.0",
            "Failed to handle 1 argument: error calling \"float\": strconv.ParseFloat: parsing \"x\": invalid syntax",
        ),
    ] {
        let got = Compiled::new(text).unwrap().run(&at(&[("a", V::Int(0))]), true);
        assert_eq!(got, Err(want.to_owned()), "{text}");
    }
}

#[test]
fn examples_of_functions_give_what_they_say() {
    for f in super::funcs::all() {
        let mut c = Compiled::new(f.example).unwrap_or_else(|e| panic!("{}: {e}", f.name));
        let got = match c.run(&at(&[]), false) {
            Ok(V::Bool(v)) => v.to_string(),
            Ok(V::Int(v)) => v.to_string(),
            Ok(V::Str(s)) => s,
            Ok(V::Float(v)) => {
                let mut out = String::new();
                crate::value::number::push_float(&mut out, v);
                out
            }
            Ok(V::Duration(v)) => {
                let mut out = String::new();
                crate::value::duration::push_go(&mut out, v);
                out
            }
            other => panic!("{}: {other:?}", f.example),
        };
        assert_eq!(got, f.result, "{}", f.example);
    }
}

#[test]
fn every_overload_of_the_table_gives_what_it_promises() {
    let sample = |ty: Type| match ty {
        Type::Missing => r#""nothing""#,
        Type::Float => "0.5",
        Type::Int => "1",
        Type::Str => "'1'",
        Type::Bool => "TRUE",
        Type::Duration => "1s",
        Type::Regex => "/x/",
        Type::Time => r#""time""#,
        Type::Invalid => unreachable!(),
    };
    for f in super::funcs::all() {
        for o in f.overloads {
            let args: Vec<&str> = o.args.iter().map(|t| sample(*t)).collect();
            let text = format!("{}({})", f.name, args.join(", "));
            let got = Compiled::new(&text).unwrap().run(&at(&[]), false);
            match (got, o.gives) {
                (Ok(V::Bool(_)), Type::Bool)
                | (Ok(V::Int(_)), Type::Int)
                | (Ok(V::Float(_)), Type::Float)
                | (Ok(V::Str(_)), Type::Str)
                | (Ok(V::Duration(_)), Type::Duration) => {}
                (Err(e), Type::Time | Type::Regex) => {
                    assert_eq!(e, format!("expression returned unexpected type {}", o.gives));
                }
                // The samples are not good values for it, but it was called.
                (Err(e), _) => assert!(e.starts_with("error calling"), "{text}: {e}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}
