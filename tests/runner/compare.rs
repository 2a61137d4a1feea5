//! When two answers are the same, by the rules of `tests/conformance/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::json::Json;

/// Largest relative difference between two numbers that have a fraction.
const TOLERANCE: f64 = 1e-12;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours")
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"-?\d+(\.\d+)?([eE][-+]?\d+)?"));
static LISTS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        regex(r"(values in scope are \[)([^\]]*)(\])"),
        regex(r"(Names in scope: )([\w,]*)()"),
        regex(r"(available signatures are \[)(.*?)(\]\.)"),
    ]
});
static SIGNATURE: LazyLock<Regex> = LazyLock::new(|| regex(r"\([^()]*\)"));
static SERIES: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\\.|[^\\ ])+"));

/// The text with those lists sorted that have no order: names and signatures in error texts.
pub(crate) fn canonical(text: &str) -> String {
    LISTS.iter().fold(text.to_owned(), |text, list| {
        let sorted = |c: &Captures<'_>| format!("{}{}{}", &c[1], sort_list(&c[2]), &c[3]);
        list.replace_all(&text, sorted).into_owned()
    })
}

fn sort_list(list: &str) -> String {
    let mut items: Vec<&str> = match list.starts_with('(') {
        true => SIGNATURE.find_iter(list).map(|m| m.as_str()).collect(),
        false => list.split(',').map(str::trim).collect(),
    };
    items.sort_unstable();
    items.join(",")
}

/// Equal texts, but for the last digits of fractions.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    a == b
        || NUMBER.split(a).eq(NUMBER.split(b))
            && NUMBER.find_iter(a).zip(NUMBER.find_iter(b)).all(|(x, y)| near(x.as_str(), y.as_str()))
}

fn near(a: &str, b: &str) -> bool {
    let fraction = |n: &str| n.contains(['.', 'e', 'E']);
    if a == b || !(fraction(a) && fraction(b)) {
        return a == b;
    }
    let (x, y): (f64, f64) = (a.parse().expect("a number"), b.parse().expect("a number"));
    (x - y).abs() <= TOLERANCE * x.abs().max(y.abs())
}

/// Fails with both texts' first differing lines.
pub(crate) fn same_text(want: &str, got: &str) -> Result<(), String> {
    if want == got {
        return Ok(());
    }
    let line = want.lines().zip(got.lines()).take_while(|(w, g)| w == g).count();
    let at = |text: &str| text.lines().nth(line).map_or("(end)".to_owned(), |l| format!("{l:?}"));
    Err(format!("line {}:\n- {}\n+ {}", line + 1, at(want), at(got)))
}

/// How two traces are compared.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rules {
    /// Even lines of one origin have no order.
    pub(crate) unordered: bool,
    /// The task ends with an error: how far its other nodes came is chance.
    pub(crate) fails: bool,
}

const ORDERED: [&str; 6] = ["alert", "action", "log", "influxDBOut", "influxDBQuery", "scale"];
const OTHERS: [&str; 4] = ["trace", "error", "httpOut", "stats"];

/// Fails with the lines that only one of the traces has.
pub(crate) fn same_trace(want: &str, got: &str, rules: Rules) -> Result<(), String> {
    let (want, got) = (lines(want, rules)?, lines(got, rules)?);
    if got.first().is_none_or(|l| l.text("type") != "trace") {
        return Err("the first line is not the trace line".to_owned());
    }
    let rank = |l: &Json| ["httpOut", "stats"].iter().position(|t| *t == l.text("type")).map_or(0, |i| i + 1);
    if !got.is_sorted_by_key(rank) {
        return Err("httpOut and stats lines do not come last".to_owned());
    }
    let mut origins: BTreeMap<String, [Vec<Json>; 2]> = BTreeMap::new();
    for (side, lines) in [want, got].into_iter().enumerate() {
        for line in lines {
            origins.entry(origin(&line)).or_default()[side].push(line);
        }
    }
    let problems: Vec<String> =
        origins.iter().filter_map(|(origin, [want, got])| same_origin(origin, want, got, rules)).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn lines(text: &str, rules: Rules) -> Result<Vec<Json>, String> {
    let mut lines = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let line = Json::parse(&canonical(line))?;
        let kind = line.text("type");
        let chance = kind == "stats" || kind == "error" && line.text("error") == "edge aborted";
        if (ORDERED.contains(&kind) || OTHERS.contains(&kind)) && !(rules.fails && chance) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// What the order of a line is kept within.
fn origin(line: &Json) -> String {
    let kind = line.text("type");
    let keys: &[&str] = match kind {
        "alert" => &["id"],
        "log" => &["group"],
        "action" => &["kind", "id", "path", "address", "url", "to", "prog", "args"],
        "influxDBOut" => &["database", "retentionPolicy"],
        "httpOut" => &["endpoint"],
        _ => &[],
    };
    let mut parts = vec![kind.to_owned()];
    for key in ["task", "node", "topic"].iter().chain(keys) {
        parts.push(line.get(key).map_or(String::new(), Json::to_string));
    }
    match kind {
        "influxDBOut" => parts.push(SERIES.find(line.text("line")).map_or("", |m| m.as_str()).to_owned()),
        "action" if line.text("kind") == "httpPost" => parts.push(posted_series(line.text("body"))),
        _ => {}
    }
    parts.join(" ")
}

fn posted_series(body: &str) -> String {
    let body = Json::parse(body).unwrap_or(Json::Null);
    let part =
        |key| body.list("series").first().and_then(|s| s.get(key)).map_or(String::new(), Json::to_string);
    format!("{} {}", part("name"), part("tags"))
}

fn same_origin(origin: &str, want: &[Json], got: &[Json], rules: Rules) -> Option<String> {
    let known = Known::of(want);
    let text =
        |line: &Json| if rules.unordered { sort_series(line.clone()) } else { line.clone() }.to_string();
    let mut wanted: Vec<String> = want.iter().map(text).collect();
    let mut came: Vec<String> = got.iter().map(|l| text(&known.only(l))).collect();
    if rules.unordered || !ORDERED.iter().any(|t| origin.starts_with(&format!("{t} "))) {
        wanted.sort();
        came.sort();
    }
    if wanted.len() == came.len() && wanted.iter().zip(&came).all(|(w, g)| alike(w, g)) {
        return None;
    }
    let same = wanted.iter().zip(&came).take_while(|(w, g)| alike(w, g)).count();
    let mut out = format!("{origin}: {} lines expected, {} came", wanted.len(), came.len());
    for (sign, lines) in [("-", &wanted), ("+", &came)] {
        for line in lines.iter().skip(same).take(3) {
            out.push_str(&format!("\n{sign} {line}"));
        }
    }
    Some(out)
}

/// The keys that an expectation knows; others are ignored.
#[derive(Default)]
struct Known {
    keys: BTreeSet<String>,
    counters: BTreeSet<String>,
    any: bool,
}

impl Known {
    fn of(lines: &[Json]) -> Known {
        let mut known = Known { any: lines.is_empty(), ..Known::default() };
        for line in lines {
            if let Json::Object(map) = line {
                known.keys.extend(map.keys().cloned());
            }
            if let Some(Json::Object(counters)) = line.get("counters") {
                known.counters.extend(counters.keys().cloned());
            }
        }
        known
    }

    fn only(&self, line: &Json) -> Json {
        let mut line = line.clone();
        if let (Json::Object(map), false) = (&mut line, self.any) {
            map.retain(|key, _| self.keys.contains(key));
            if let Some(Json::Object(counters)) = map.get_mut("counters") {
                counters.retain(|key, _| self.counters.contains(key));
            }
        }
        line
    }
}

fn sort_series(mut line: Json) -> Json {
    if let Json::Object(map) = &mut line
        && let Some(Json::Object(result)) = map.get_mut("result")
        && let Some(Json::List(series)) = result.get_mut("series")
    {
        series.sort_by_key(Json::to_string);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "{\"type\":\"trace\",\"version\":1}\n";

    fn compare(want: &str, got: &str) -> bool {
        same_trace(&format!("{HEAD}{want}"), &format!("{HEAD}{got}"), Rules::default()).is_ok()
    }

    #[test]
    fn fractions_may_differ_in_their_last_digit_only() {
        assert!(alike("v=0.1", "v=0.10000000000000001") && alike("{\"v\":1e2}", "{\"v\":1.0e2}"));
        assert!(!alike("v=1", "v=1.0") && !alike("v=0.1", "v=0.1001") && !alike("a=1.5", "b=1.5"));
    }

    #[test]
    fn lists_in_error_texts_have_no_order() {
        assert_eq!(canonical("[values in scope are [b,a]]"), canonical("[values in scope are [a,b]]"));
        let text = |list| format!("available signatures are [{list}]. x");
        assert_eq!(canonical(&text("(int),(float)")), canonical(&text("(float),(int)")));
        assert_ne!(canonical("(b,a)"), canonical("(a,b)"));
    }

    #[test]
    fn order_counts_within_an_origin_only() {
        let line = |id: &str, n: i32| format!("{{\"type\":\"alert\",\"id\":\"{id}\",\"duration\":{n}}}\n");
        let (a1, a2, b1) = (line("a", 1), line("a", 2), line("b", 1));
        assert!(compare(&format!("{a1}{b1}{a2}"), &format!("{b1}{a1}{a2}")));
        assert!(!compare(&format!("{a1}{a2}"), &format!("{a2}{a1}")));
        assert!(!compare(&a1, &format!("{a1}{b1}")), "a line that nobody expects");
    }

    #[test]
    fn unknown_keys_and_types_are_ignored() {
        assert!(compare(
            r#"{"type":"stats","node":"a","counters":{"x":1}}"#,
            "{\"type\":\"new\"}\n{\"type\":\"stats\",\"node\":\"a\",\"k\":0,\"counters\":{\"x\":1,\"y\":2}}"
        ));
        assert!(!compare(r#"{"type":"stats","counters":{"x":1}}"#, r#"{"type":"stats","counters":{"x":2}}"#));
    }

    #[test]
    fn statistics_come_last() {
        let (stats, log) = ("{\"type\":\"stats\"}\n", "{\"type\":\"log\"}\n");
        assert!(compare(&format!("{log}{stats}"), &format!("{log}{stats}")));
        assert!(!compare(&format!("{log}{stats}"), &format!("{stats}{log}")));
    }
}
