//! Coverage for people, for programs, and as scripts with their lines marked.

use serde_json::{Value as Json, json};

use crate::alert::Level;
use crate::suite::coverage::{Coverage, Covered, percent};

/// For people: what was not seen.
pub fn push_text(covered: &Covered, out: &mut String) {
    for (name, coverage) in covered.scripts() {
        let counts = coverage.counts();
        out.push_str(&format!("{:5.1}%  {name}\n", percent(counts)));
        for (item, _) in coverage.items.iter().filter(|(_, seen)| !**seen) {
            let words = words(item.what);
            out.push_str(&format!("        {name}:{}: {} {words}\n", item.line, item.subject));
        }
        let changes: Vec<String> =
            coverage.changes.iter().map(|((from, to), n)| format!("{from}→{to} {n}")).collect();
        if !changes.is_empty() {
            out.push_str(&format!("        levels: {}\n", changes.join(", ")));
        }
    }
    let (seen, all) = covered.counts();
    out.push_str(&format!("{:5.1}%  {seen} of {all} seen in all scripts\n", percent((seen, all))));
}

fn words(what: &str) -> &'static str {
    match what {
        "reached" => "got no data",
        "true" => "was never true",
        "false" => "was never false",
        _ => "was never asked to do anything",
    }
}

/// For programs.
pub fn json(covered: &Covered) -> String {
    let script = |(name, coverage): (&str, &Coverage)| {
        let items: Vec<Json> = coverage
            .items
            .iter()
            .map(|(item, seen)| json!({"line": item.line, "subject": item.subject, "what": item.what, "seen": seen}))
            .collect();
        let change = |((from, to), n): (&(Level, Level), &usize)| json!({"from": from.as_str(), "to": to.as_str(), "count": n});
        let changes: Vec<Json> = coverage.changes.iter().map(change).collect();
        json!({"script": name, "percent": percent(coverage.counts()), "items": items, "changes": changes})
    };
    let scripts: Vec<Json> = covered.scripts().map(script).collect();
    let (seen, all) = covered.counts();
    format!(
        "{}\n",
        json!({"version": 1, "percent": percent((seen, all)), "seen": seen, "all": all, "scripts": scripts})
    )
}

const STYLE: &str = "body{font:14px sans-serif;margin:2em;max-width:70em}pre{border:1px solid #ccc;padding:.5em 0}\
    pre span{display:block;padding:0 .8em}.seen{background:#e3f5e3}.part{background:#fdf3d0}.missed{background:#fbdede}\
    i{color:#777;font-style:normal}@media(prefers-color-scheme:dark){body{background:#222;color:#ddd}\
    .seen{background:#1d3a1d}.part{background:#4a3f14}.missed{background:#4a1d1d}}";

/// Scripts with their lines marked.
pub fn html(covered: &Covered) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Coverage</title><style>{STYLE}</style>\n"
    );
    let counts = covered.counts();
    out.push_str(&format!("<h1>{:.1}% of {} seen</h1>\n", percent(counts), counts.1));
    for (name, coverage) in covered.scripts() {
        out.push_str(&format!("<h2>{:.1}% {}</h2>\n<pre>", percent(coverage.counts()), escaped(name)));
        for (number, line) in coverage.source.text().lines().enumerate().map(|(i, line)| (i + 1, line)) {
            push_line(coverage, number, line, &mut out);
        }
        out.push_str("</pre>\n");
    }
    out.push_str("</html>\n");
    out
}

fn push_line(coverage: &Coverage, number: usize, line: &str, out: &mut String) {
    let here = || coverage.items.iter().filter(|(item, _)| item.line == number);
    let missed: Vec<String> = here()
        .filter(|(_, seen)| !**seen)
        .map(|(item, _)| format!("{} {}", item.subject, words(item.what)))
        .collect();
    let class = match (here().count(), missed.len()) {
        (0, _) => "",
        (_, 0) => "seen",
        (all, missed) if all == missed => "missed",
        _ => "part",
    };
    let note = if missed.is_empty() {
        String::new()
    } else {
        format!("  <i>← {}</i>", escaped(&missed.join("; ")))
    };
    out.push_str(&format!("<span class=\"{class}\"><i>{number:4}</i>  {}{note}</span>", escaped(line)));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
