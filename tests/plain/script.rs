//! Scripts made up from dice: well-typed pipelines over all nodes that run.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;

use super::lambda::{condition, expression};

/// Throws of dice: 0 for ever once they are used up.
pub(super) struct Dice<'d>(&'d [u8]);

impl Dice<'_> {
    pub(super) fn below(&mut self, n: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % n.max(1)
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn some(&mut self, text: &str) -> String {
        if self.below(2) == 1 { text.to_owned() } else { String::new() }
    }
}

/// The type of a field, as far as the script goes; data may have another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Float,
    Int,
    Str,
    Bool,
}

/// A var of the script: what it gives.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    name: String,
    batch: bool,
    pub(super) fields: Vec<(String, Kind)>,
}

impl Branch {
    fn source() -> Branch {
        let fields =
            [("v", Kind::Float), ("w", Kind::Float), ("i", Kind::Int), ("u", Kind::Str), ("ok", Kind::Bool)];
        let fields = fields.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
        Branch { name: String::new(), batch: false, fields }
    }

    /// A field of this kind, or one that is not there.
    pub(super) fn field(&self, kind: Kind, dice: &mut Dice<'_>) -> String {
        let of: Vec<&str> = self.fields.iter().filter(|f| f.1 == kind).map(|f| &*f.0).collect();
        match dice.below(16) {
            15 => "nothing".to_owned(),
            _ if of.is_empty() => "nothing".to_owned(),
            n => of[n % of.len()].to_owned(),
        }
    }

    /// Mostly a number.
    fn number(&self, dice: &mut Dice<'_>) -> String {
        let kind = dice.pick(&[Kind::Float, Kind::Float, Kind::Float, Kind::Int, Kind::Int, Kind::Str]);
        self.field(kind, dice)
    }

    fn only(&self, name: &str, kind: Kind) -> Branch {
        Branch { fields: vec![(name.to_owned(), kind)], ..self.clone() }
    }

    fn with(&self, name: &str, kind: Kind) -> Branch {
        let mut branch = self.clone();
        branch.fields.retain(|f| f.0 != name);
        branch.fields.push((name.to_owned(), kind));
        branch
    }

    fn edge(mut self, batch: bool) -> Branch {
        self.batch = batch;
        self
    }
}

/// Throws for one branch: where it begins, its nodes, how it ends.
pub(super) type Throws = (Vec<u8>, Vec<Vec<u8>>, Vec<u8>);

/// Throws for a script.
pub(super) fn throws() -> impl Strategy<Value = Vec<Throws>> {
    let throw = || vec(any::<u8>(), 0..14);
    vec((throw(), vec(throw(), 0..5), throw()), 1..4)
}

/// The script of these throws.
pub(super) fn script(throws: &[Throws]) -> String {
    let mut out = String::new();
    let mut branches: Vec<Branch> = Vec::new();
    for (number, (begin, nodes, end)) in throws.iter().enumerate() {
        let dice = &mut Dice(begin);
        let (mut text, mut branch) = match dice.below(3) {
            2 if !branches.is_empty() => {
                let from = &branches[dice.below(branches.len())];
                (from.name.clone() + "|where(lambda: TRUE)", from.clone())
            }
            _ => from(dice),
        };
        for (at, node) in nodes.iter().enumerate() {
            let chained = stage(&mut Dice(node), &branch, &branches, &format!("{number}x{at}"));
            text += &chained.0;
            branch = chained.1;
        }
        branch.name = format!("b{number}");
        writeln!(out, "var b{number} = {text}").expect("a string");
        if let Some(text) = last(&mut Dice(end), number) {
            writeln!(out, "b{number}{text}").expect("a string");
        }
        branches.push(branch);
    }
    out
}

fn from(dice: &mut Dice<'_>) -> (String, Branch) {
    let branch = Branch::source();
    let mut text = "stream|from()".to_owned();
    text += dice.pick(&[".measurement('m')", ".measurement('m')", "", ".measurement('n')"]);
    text += dice.pick(&[
        ".groupBy('host')",
        "",
        ".groupBy('zone', 'host')",
        ".groupBy(*)",
        ".groupByMeasurement()",
    ]);
    if dice.below(3) == 1 {
        text += &format!(".where(lambda: {})", condition(dice, &branch));
    }
    text += dice.pick(&["", "", "", ".round(5s)", ".truncate(3s)"]);
    (text, branch)
}

/// A node behind a branch, and what it gives.
fn stage(dice: &mut Dice<'_>, on: &Branch, others: &[Branch], id: &str) -> (String, Branch) {
    let same = on.clone();
    match dice.below(30) {
        0 => (format!("|where(lambda: {})", condition(dice, on)), same),
        1..=4 => eval(dice, on),
        5 => (
            dice.pick(&[
                "|groupBy('zone')",
                "|groupBy(*)",
                "|groupBy(*).exclude('zone')",
                "|groupBy('host').byMeasurement()",
                "|groupBy()",
            ])
            .to_owned(),
            same,
        ),
        6..=8 if !on.batch => (window(dice), same.edge(true)),
        6..=8 if dice.below(6) == 5 => ("|trickle()".to_owned(), same.edge(false)),
        6..=11 => aggregate(dice, on),
        12 => transform(dice, on),
        13 => {
            let (node, kind) = dice.pick(&[("stateCount", Kind::Int), ("stateDuration", Kind::Float)]);
            let unit = if kind == Kind::Float { dice.some(".unit(2s)") } else { String::new() };
            let text = format!("|{node}(lambda: {}).as('st'){unit}", condition(dice, on));
            (text, on.with("st", kind))
        }
        14 => {
            let (one, two) = (on.number(dice), on.number(dice));
            let two = if one == two { String::new() } else { dice.some(&format!(", '{two}'")) };
            (format!("|changeDetect('{one}'{two})"), same)
        }
        15 => {
            let unit = dice.pick(&["", ".unit(3s)"]);
            let rest = dice.some(".nonNegative()");
            (format!("|derivative('{}').as('d'){unit}{rest}", on.number(dice)), on.with("d", Kind::Float))
        }
        16 => {
            let field = dice.pick(&[
                ".field('v', 1.5)",
                ".field('i', 3)",
                ".field('u', 'x')",
                ".field('new', 2.0)",
                "",
            ]);
            (
                format!("|default(){field}{}", dice.pick(&["", ".tag('host', 'none')", ".tag('new', 't')"])),
                same,
            )
        }
        17 => {
            let field = dice.pick(&[".field('w')", ".field('nothing')", ""]);
            (format!("|delete(){field}{}", dice.pick(&["", ".tag('zone')", ".tag('host')"])), same)
        }
        18 => (dice.pick(&["|shift(5s)", "|shift(-3s)"]).to_owned(), same),
        19 => (dice.pick(&["|sample(2)", "|sample(3)", "|sample(5s)"]).to_owned(), same),
        20 => {
            let on_tags = dice.pick(&[".on('zone')", ".on('host', 'zone')"]);
            let rest = dice.pick(&["", ".delimiter('_')", ".dropOriginalFieldName()"]).to_owned()
                + dice.pick(&["", ".tolerance(3s)"]);
            (format!("|flatten(){on_tags}{rest}"), same)
        }
        21 => {
            let conditions = (condition(dice, on), condition(dice, on));
            let tolerance = dice.pick(&["", ".tolerance(2s)"]);
            let text = format!(
                "|combine(lambda: {}, lambda: {}).as('l', 'r').max(20){tolerance}",
                conditions.0, conditions.1
            );
            (text, sides(on, on).edge(false))
        }
        22 => {
            let time = dice.pick(&[".idle(7s)", ".period(10s)", ".idle(2s)"]);
            (format!("|barrier(){time}{}", dice.some(".delete(TRUE)")), same)
        }
        23 | 24 => (alert(dice, on), same),
        25 | 26 => join(dice, on, others),
        27 => union(dice, on, others),
        28 => (observer(dice), on.only("emitted", Kind::Int).edge(false)),
        _ => (
            dice.pick(&[
                "|log()",
                "|log().level('ERROR').prefix('p')",
                "|httpOut('OUT')",
                "|httpPost('http://localhost:1/x').codeField('code')",
            ])
            .replace("OUT", id),
            same,
        ),
    }
}

fn eval(dice: &mut Dice<'_>, on: &Branch) -> (String, Branch) {
    let kind = dice.pick(&[Kind::Float, Kind::Float, Kind::Int, Kind::Str, Kind::Bool]);
    let name = dice.pick(&["x", "y", "v"]);
    let mut text = format!("|eval(lambda: {}", expression(dice, on, kind));
    let mut branch = on.with(name, kind);
    let tags = kind == Kind::Str && dice.below(3) == 1;
    match dice.below(4) {
        1 => {
            let second = expression(dice, &branch, Kind::Float);
            text += &format!(", lambda: {second}).as('{name}', 'z')");
            branch = branch.with("z", Kind::Float);
        }
        _ => text += &format!(").as('{name}')"),
    }
    if tags {
        text += &format!(".tags('{name}')");
    }
    text += &dice.some(".quiet()");
    match dice.below(3) {
        0 => text += ".keep()",
        1 => text += &format!(".keep('{name}', 'v')"),
        _ => branch.fields.retain(|f| f.0 == name || f.0 == "z"),
    }
    (text, branch)
}

fn window(dice: &mut Dice<'_>) -> String {
    let (period, every) = (dice.pick(&[10, 5, 3, 30]), dice.pick(&[10, 5, 1, 7, 0]));
    let fill = dice.some(".fillPeriod()");
    match dice.below(4) {
        3 => format!("|window().periodCount({period}).everyCount({}){fill}", every.max(1)),
        _ if every == 0 => format!("|window().period({period}s){fill}"),
        _ => format!("|window().period({period}s).every({every}s){}{fill}", dice.some(".align()")),
    }
}

fn aggregate(dice: &mut Dice<'_>, on: &Branch) -> (String, Branch) {
    let field = on.number(dice);
    let (call, kind, batch, selects) = dice.pick(&[
        ("mean('F')", Kind::Float, false, false),
        ("count('F')", Kind::Int, false, false),
        ("sum('F')", Kind::Float, false, false),
        ("median('F')", Kind::Float, false, false),
        ("mode('F')", Kind::Float, false, false),
        ("spread('F')", Kind::Float, false, false),
        ("stddev('F')", Kind::Float, false, false),
        ("max('F')", Kind::Float, false, true),
        ("min('F')", Kind::Float, false, true),
        ("first('F')", Kind::Float, false, true),
        ("last('F')", Kind::Float, false, true),
        ("percentile('F', 60.0)", Kind::Float, false, true),
        ("distinct('F')", Kind::Float, true, false),
        ("top(2, 'F')", Kind::Float, true, false),
        ("bottom(2, 'F', 'host')", Kind::Float, true, false),
        ("holtWinters('F', 2, 0, 2s)", Kind::Float, true, false),
    ]);
    let name = dice.pick(&["agg", "v"]);
    let points = dice.some(".usePointTimes()");
    let text = format!("|{}.as('{name}'){points}", call.replace('F', &field));
    let branch = if selects { on.with(name, kind) } else { on.only(name, kind) };
    (text, branch.edge(batch))
}

fn transform(dice: &mut Dice<'_>, on: &Branch) -> (String, Branch) {
    let field = on.number(dice);
    let calls = ["movingAverage('F', 3)", "difference('F')", "cumulativeSum('F')", "elapsed('F', 1s)"];
    let call = dice.pick(&calls).replace('F', &field);
    let kind = if call.starts_with("elapsed") { Kind::Int } else { Kind::Float };
    (format!("|{call}.as('t')"), on.only("t", kind))
}

/// The fields of two sides, each with its prefix.
fn sides(left: &Branch, right: &Branch) -> Branch {
    let named = |prefix: &'static str, side: &Branch| -> Vec<(String, Kind)> {
        side.fields.iter().map(|(name, kind)| (format!("{prefix}.{name}"), *kind)).collect()
    };
    Branch { fields: [named("l", left), named("r", right)].concat(), ..left.clone() }
}

fn other<'b>(dice: &mut Dice<'_>, on: &Branch, others: &'b [Branch]) -> Option<&'b Branch> {
    let fit: Vec<&Branch> = others.iter().filter(|b| b.batch == on.batch).collect();
    (!fit.is_empty()).then(|| fit[dice.below(fit.len())])
}

fn join(dice: &mut Dice<'_>, on: &Branch, others: &[Branch]) -> (String, Branch) {
    let Some(other) = other(dice, on, others) else { return eval(dice, on) };
    let tolerance = dice.pick(&["", ".tolerance(2s)", ".tolerance(5s)"]);
    let fill = dice.pick(&["", ".fill('null')", ".fill(0.0)", ".fill('none')"]);
    let rest = dice.pick(&["", "", ".streamName('joined')", ".on('host')", ".deleteAll(TRUE)"]);
    (format!("|join({}).as('l', 'r'){tolerance}{fill}{rest}", other.name), sides(on, other))
}

fn union(dice: &mut Dice<'_>, on: &Branch, others: &[Branch]) -> (String, Branch) {
    let Some(other) = other(dice, on, others) else { return eval(dice, on) };
    (format!("|union({}){}", other.name, dice.some(".rename('both')")), on.clone())
}

fn observer(dice: &mut Dice<'_>) -> String {
    match dice.below(3) {
        2 => "|deadman(1.0, 10s)".to_owned(),
        n => format!("|stats(5s){}", if n == 1 { ".align()" } else { "" }),
    }
}

fn alert(dice: &mut Dice<'_>, on: &Branch) -> String {
    let mut text = format!("|alert().crit(lambda: {})", condition(dice, on));
    for level in ["warn", "info"] {
        if dice.below(3) == 1 {
            text += &format!(".{level}(lambda: {})", condition(dice, on));
        }
    }
    if dice.below(4) == 1 {
        text += &format!(".critReset(lambda: {})", condition(dice, on));
    }
    text +=
        dice.pick(&["", ".stateChangesOnly()", ".stateChangesOnly(7s)", ".flapping(0.2, 0.5).history(5)"]);
    text += dice.pick(&["", ".noRecoveries()", ".all()"]);
    text += dice.pick(&["", ".topic('topic-TASK')", ".category('c-TASK')", ".inhibit('c-TASK', 'host')"]);
    text +=
        dice.pick(&["", ".levelTag('level')", ".levelField('level')", ".durationField('took').idTag('id')"]);
    text +=
        dice.pick(&["", "", ".id('{{ .Group }}')", ".message('{{ .Level }} {{ .Fields }}')", ".details('')"]);
    text
}

/// How a branch ends; some do not.
fn last(dice: &mut Dice<'_>, number: usize) -> Option<String> {
    Some(match dice.below(8) {
        0..=2 => "|log()".to_owned(),
        3 => {
            let measurement = dice.some(".measurement('out')");
            let precision = dice.pick(&["", ".precision('s')"]);
            let buffer = dice.pick(&["", ".buffer(3)", ".flushInterval(4s)"]);
            format!(
                "|influxDBOut().database('d').retentionPolicy('r').tag('k', 'v'){measurement}{precision}{buffer}"
            )
        }
        4 => format!("|httpOut('end{number}')"),
        5 => "|alert().warn(lambda: \"v\" > 1.0).crit(lambda: \"v\" > 2.5)".to_owned(),
        6 => "|alert().crit(lambda: \"v\" > 2.0).stateChangesOnly()".to_owned(),
        _ => return None,
    })
}
