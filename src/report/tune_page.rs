//! What each value of a var comes to, as one page of HTML: a drawing for each measure, and the table.

use std::fmt::Write as _;

use super::page;
use super::svg::escaped;
use super::tune::{Trial, table};
use super::words::{count, span};

const WIDTH: usize = 640;
/// Height of a drawing without its texts.
const HEIGHT: f64 = 130.0;
/// Room for the name above.
const HEAD: f64 = 26.0;
/// Room for the values below.
const FOOT: f64 = 22.0;
/// Values that are written below a drawing.
const LABELS: usize = 8;

/// A measure that is drawn: a bar or a point for each value.
struct Measure {
    name: &'static str,
    /// What the largest is, in words.
    most: String,
    /// The share of the largest, if there is one.
    shares: Vec<Option<f64>>,
}

impl Measure {
    fn new(name: &'static str, values: &[Option<i64>], words: impl Fn(i64) -> String) -> Measure {
        let most = values.iter().flatten().copied().max().unwrap_or_default();
        let share = |value: &Option<i64>| value.map(|v| v as f64 / most.max(1) as f64);
        Measure { name, most: words(most), shares: values.iter().map(share).collect() }
    }
}

/// Appends the page.
pub fn push_trials_html(trials: &[Trial], title: &str, out: &mut String) {
    let vars: Vec<&str> =
        trials.first().map(|t| t.vars.iter().map(|v| v.0.as_str()).collect()).unwrap_or_default();
    let words = format!("{} of {}", count(trials.len() as u64, "value"), vars.join(", "));
    let words = if vars.len() > 1 { words.replacen("value", "set", 1) } else { words };
    page::push_head(out, title, ("table", "To the table"), &words);
    out.push_str("<section>\n<h2>Pictures</h2>\n<div class=\"alert\">\n");
    let labels: Vec<String> = trials.iter().map(label).collect();
    for (number, measure) in measures(trials).iter().enumerate() {
        push_bars(out, number, measure, &labels);
    }
    if trials.iter().any(|t| t.score.is_some()) {
        push_shares(out, trials, &labels);
    }
    out.push_str("</div>\n</section>\n<section>\n<h2 id=\"table\">In numbers</h2>\n");
    push_table(out, trials);
    out.push_str("</section>\n</main>\n</body>\n</html>\n");
}

fn label(trial: &Trial) -> String {
    let values: Vec<&str> = trial.vars.iter().map(|v| v.1.as_str()).collect();
    values.join(", ")
}

fn measures(trials: &[Trial]) -> Vec<Measure> {
    let number = |name, of: fn(&Trial) -> u64| {
        let values: Vec<_> = trials.iter().map(|t| i64::try_from(of(t)).ok()).collect();
        Measure::new(name, &values, |n| n.to_string())
    };
    let time = |name, of: fn(&Trial) -> Option<i64>| {
        Measure::new(name, &trials.iter().map(of).collect::<Vec<_>>(), span)
    };
    let mut all = vec![
        number("events", |t| t.events),
        number("ids", |t| t.ids),
        number("alerts", |t| t.alerts),
        time("in alert", |t| Some(t.alerting)),
        number("flaps", |t| t.flaps),
    ];
    if trials.iter().any(|t| t.score.is_some()) {
        all.push(time("time to detect", |t| t.score.as_ref().and_then(|s| s.delay)));
    }
    all
}

/// Where a value stands: its left side, and how much room it has.
fn place(at: usize, all: usize) -> (f64, f64) {
    let room = WIDTH as f64 / all.max(1) as f64;
    (at as f64 * room, room)
}

fn push_bars(out: &mut String, number: usize, measure: &Measure, labels: &[String]) {
    let Measure { name, most, shares } = measure;
    push_open(out, &format!("m{number}"), name, &format!("at most {most}; the table below has all numbers"));
    let _ = write!(out, "<text x=\"4\" y=\"16\">{name}: at most {}</text>", escaped(most));
    for (at, share) in shares.iter().enumerate() {
        let Some(share) = share else { continue };
        let ((left, room), height) = (place(at, shares.len()), share * HEIGHT);
        let _ = write!(
            out,
            "<rect class=\"b\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
            left + room * 0.1,
            HEAD + HEIGHT - height,
            room * 0.8,
        );
    }
    push_close(out, labels);
}

/// Precision and recall in one drawing: one is mostly bought with the other.
fn push_shares(out: &mut String, trials: &[Trial], labels: &[String]) {
    push_open(out, "score", "precision and recall", "0% to 100%; the table below has all numbers");
    out.push_str(
        "<text x=\"4\" y=\"16\">precision (line) and recall (dashed): 0% to 100%</text>\
         <path class=\"tinfo\" d=\"M0 26H640M0 156H640\"/>",
    );
    for (class, of) in [("l1", 0), ("l2", 1)] {
        let mut path = String::new();
        let mut drawn = false;
        for (at, trial) in trials.iter().enumerate() {
            let score = trial.score.as_ref();
            let share = score.and_then(|s| if of == 0 { s.precision } else { s.recall });
            // Without alerts there is no precision: the line has a gap.
            let Some(share) = share else {
                drawn = false;
                continue;
            };
            let (left, room) = place(at, trials.len());
            let (x, y) = (left + room / 2.0, HEAD + (1.0 - share) * HEIGHT);
            // A short stroke shows a value that has no neighbours.
            let _ = write!(path, "{}{x:.1} {y:.1}h.1", if drawn { "L" } else { "M" });
            drawn = true;
        }
        let _ = write!(out, "<path class=\"{class}\" stroke-linecap=\"round\" d=\"{path}\"/>");
    }
    push_close(out, labels);
}

fn push_open(out: &mut String, id: &str, title: &str, words: &str) {
    let height = HEAD + HEIGHT + FOOT;
    let _ = write!(
        out,
        "<figure>\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"t{id} d{id}\">\
         <title id=\"t{id}\">{}</title><desc id=\"d{id}\">{}</desc>",
        escaped(title),
        escaped(words),
    );
}

/// Ends a drawing with some of the values below it.
fn push_close(out: &mut String, labels: &[String]) {
    let every = labels.len().div_ceil(LABELS).max(1);
    for (at, label) in labels.iter().enumerate().step_by(every) {
        let (left, room) = place(at, labels.len());
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            left + room / 2.0,
            HEAD + HEIGHT + 16.0,
            escaped(label),
        );
    }
    out.push_str("</svg>\n</figure>\n");
}

fn push_table(out: &mut String, trials: &[Trial]) {
    out.push_str(
        "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<caption>What each value comes to</caption>\n",
    );
    for (at, row) in table(trials).iter().enumerate() {
        let vars = trials.first().map_or(0, |t| t.vars.len());
        out.push_str(if at == 0 { "<thead><tr>" } else { "<tr>" });
        for (column, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            let _ = match (at, column < vars) {
                (0, _) => write!(out, "<th scope=\"col\">{cell}</th>"),
                (_, true) => write!(out, "<th scope=\"row\">{cell}</th>"),
                (_, false) => write!(out, "<td>{cell}</td>"),
            };
        }
        out.push_str(if at == 0 { "</tr></thead>\n<tbody>\n" } else { "</tr>\n" });
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}
