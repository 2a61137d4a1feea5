//! Random points through `join` and `union`, and through their models.

use proptest::prelude::*;

use super::model::{Join, Joining, Point, union};
use super::told;

/// The parents of a join: what they are grouped by, if not all by the same.
fn point(parents: usize, by: &'static [&'static [&'static str]]) -> impl Strategy<Value = Point> {
    let field = prop_oneof![
        (0..5i64).prop_map(|v| ("v".to_owned(), format!("{v}i"))),
        (0..5i64).prop_map(|w| ("w".to_owned(), format!("{w}.5"))),
        prop_oneof![Just("x"), Just("a b"), Just("ü")].prop_map(|s| ("s".to_owned(), format!("\"{s}\""))),
        any::<bool>().prop_map(|b| ("f.1".to_owned(), b.to_string())),
    ];
    let fields = prop::collection::btree_map(Just(()), Just(()), 0..1)
        .prop_flat_map(move |_| prop::collection::vec(field.clone(), 1..4));
    (0..parents, 0..2u8, 0..2u8, 0..12i64, fields).prop_map(move |(parent, a, b, time, mut fields)| {
        fields.sort();
        fields.dedup_by(|x, y| x.0 == y.0);
        let tags = by[parent % by.len()].iter().zip([a, b]);
        Point {
            parent,
            name: format!("m{parent}"),
            tags: tags.map(|(k, v)| ((*k).to_owned(), format!("{k}{v}"))).collect(),
            fields,
            time: time + 1_000_000,
        }
    })
}

/// Times mostly ascend.
fn points(
    parents: usize,
    by: &'static [&'static [&'static str]],
    most: usize,
) -> impl Strategy<Value = Vec<Point>> {
    (prop::collection::vec(point(parents, by), 0..most), 0..12i64, any::<bool>()).prop_map(
        |(mut points, late, sorted)| {
            if sorted {
                points.sort_by_key(|p| p.time);
            } else {
                points.iter_mut().enumerate().for_each(|(i, p)| p.time = p.time % (late + 1) + i as i64 / 2);
            }
            points
        },
    )
}

fn sources(parents: usize, by: &[&[&str]]) -> String {
    let source = |parent: usize| {
        let by: Vec<String> = by[parent % by.len()].iter().map(|tag| format!("'{tag}'")).collect();
        format!("var m{parent} = stream|from().measurement('m{parent}').groupBy({})\n", by.join(","))
    };
    (0..parents).map(source).collect()
}

fn lines(points: &[Point]) -> String {
    points.iter().map(|p| p.as_line() + "\n").collect()
}

fn check_join(join: Join, by: &[&[&str]], points: &[Point]) -> Result<(), TestCaseError> {
    let parents = join.prefixes.len();
    let others: Vec<String> = (1..parents).map(|p| format!("m{p}")).collect();
    let names: Vec<String> = join.prefixes.iter().map(|p| format!("'{p}'")).collect();
    let fill = match join.fill.as_deref() {
        None => "'none'".to_owned(),
        Some("") => "'null'".to_owned(),
        Some(number) => number.trim_end_matches('i').to_owned(),
    };
    let on: Vec<String> = join.on.iter().map(|tag| format!("'{tag}'")).collect();
    let on = if on.is_empty() { String::new() } else { format!(".on({})", on.join(",")) };
    // Some fields are named, so that they have slots; the others come from the raw line.
    let script = format!(
        "{}var joined = m0|join({}).as({}).tolerance({}u).fill({fill}){on}
         joined|log()
         joined|where(lambda: \"a.v\" > 0 AND \"b.s\" == 'x')",
        sources(parents, by),
        others.join(","),
        names.join(","),
        join.tolerance / 1000,
    );
    let mut model = Joining::new(join);
    for point in points {
        model.take(point.clone());
    }
    prop_assert_eq!(told(&script, &lines(points)).logs, model.end());
    Ok(())
}

fn prefixes(n: usize) -> Vec<String> {
    ["a", "b", "c"][..n].iter().map(|p| (*p).to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn join_is_kapacitors(
        (parents, points) in (2..4usize).prop_flat_map(|n| (Just(n), points(n, &[&["g"]], 40))),
        tolerance in prop_oneof![Just(0), Just(2), Just(5)],
        fill in prop_oneof![Just(None), Just(Some("")), Just(Some("7i")), Just(Some("0.5"))],
    ) {
        let points: Vec<Point> = points.into_iter().map(|p| Point { time: p.time * 1000, ..p }).collect();
        let fill = fill.map(str::to_owned);
        let join = Join { prefixes: prefixes(parents), on: Vec::new(), tolerance: tolerance * 1000, fill };
        check_join(join, &[&["g"]], &points)?;
    }

    #[test]
    fn join_on_is_kapacitors(
        points in points(2, &[&["g", "h"], &["g"]], 40),
        turned in any::<bool>(),
        fill in prop_oneof![Just(None), Just(Some("")), Just(Some("7i"))],
    ) {
        let by: [&[&str]; 2] = if turned { [&["g"], &["g", "h"]] } else { [&["g", "h"], &["g"]] };
        let turn = |mut p: Point| {
            if turned {
                p.parent = 1 - p.parent;
                p.name = format!("m{}", p.parent);
            }
            p
        };
        let points: Vec<Point> = points.into_iter().map(turn).collect();
        let join = Join {
            prefixes: prefixes(2),
            on: vec!["g".to_owned()],
            tolerance: 0,
            fill: fill.map(str::to_owned),
        };
        check_join(join, &by, &points)?;
    }

    #[test]
    fn union_is_kapacitors(
        (parents, points) in (1..4usize).prop_flat_map(|n| (Just(n), points(n, &[&["g"]], 60))),
    ) {
        let others: Vec<String> = (0..parents - 1).map(|p| format!("m{p}")).collect();
        let caller = parents - 1;
        let script = format!("{}m{caller}|union({})|log()", sources(parents, &[&["g"]]), others.join(","));
        prop_assert_eq!(told(&script, &lines(&points)).logs, union(parents, &points));
    }
}
