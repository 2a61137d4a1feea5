//! A summary with pictures as one page of HTML that needs nothing else: no network, no other file.

use std::fmt::Write as _;

use super::page;
use super::summary::{IdSummary, Summary};
use super::svg::{class, escaped, push_svg};
use super::words::{count, moment, span};
use crate::alert::Level;

/// Appends the page.
pub fn push_html(summary: &Summary, title: &str, out: &mut String) {
    let words = format!("{}: {}, {}", summary.range(), head(summary), count(summary.events(), "event"));
    page::push_head(out, title, ("first", "To the first alert"), &words);
    push_notes(out, summary);
    if summary.ids.is_empty() {
        out.push_str("<p>No alert left OK.</p>\n");
    }
    if !summary.ids.is_empty() || !summary.quiet.is_empty() {
        push_index(out, summary);
        out.push_str("<div id=\"first\"></div>\n");
        for (number, id) in shown(summary) {
            push_section(out, summary, number, id);
        }
    }
    let _ = write!(out, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
}

/// The ids of the page: those that alerted, then those that did not, if they are wanted.
fn shown(summary: &Summary) -> impl Iterator<Item = (usize, &IdSummary)> {
    summary.ids.iter().chain(&summary.quiet).enumerate()
}

fn head(summary: &Summary) -> String {
    let alerted = count(summary.ids.len() as u64, "alert id");
    match summary.quiet.len() {
        0 => alerted,
        n => format!("{alerted} and {n} at OK all the time"),
    }
}

/// What there is to say beside alerts.
fn push_notes(out: &mut String, summary: &Summary) {
    let held = summary.held.iter().map(|h| {
        let (points, groups) = (count(h.points, "point"), count(h.groups, "group"));
        format!("{} of task {} still held {points} of {groups} when the data ended", h.node, h.task)
    });
    let missing = summary.missing.iter().map(|m| {
        format!("\"{}\" is named by a lambda in {} of task {}, but no point had it", m.name, m.node, m.task)
    });
    let notes: Vec<String> = held.chain(missing).collect();
    if !notes.is_empty() {
        let items: Vec<String> = notes.iter().map(|n| format!("<li>{}</li>", escaped(n))).collect();
        let _ = write!(out, "<section>\n<h2>Notes</h2>\n<ul>{}</ul>\n</section>\n", items.concat());
    }
}

const HEAD: [&str; 10] = [
    "Alert id",
    "CRITICAL",
    "WARNING",
    "INFO",
    "OK",
    "Alerts",
    "Flaps",
    "Longest",
    "Last event",
    "At the end",
];

fn push_index(out: &mut String, summary: &Summary) {
    out.push_str(
        "<nav aria-label=\"Alert ids\">\n<h2>Alerts</h2>\n<p><label for=\"search\">Search</label> \
         <input id=\"search\" type=\"search\" autocomplete=\"off\"/> <output id=\"found\" for=\"search\"></output></p>\n\
         <div class=\"scroll\" tabindex=\"0\">\n<table>\n<caption>Events and time at each level, the worst first</caption>\n<thead><tr>",
    );
    for name in HEAD {
        let _ = write!(out, "<th scope=\"col\">{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (number, id) in shown(summary) {
        let _ = write!(
            out,
            "<tr data-n=\"{number}\"><th scope=\"row\"><a href=\"#a{number}\">{}</a></th>",
            escaped(&id.id)
        );
        for level in Level::ALL.into_iter().rev() {
            let _ = write!(out, "<td>{}</td>", at_level(id, level));
        }
        let last = id.last.map_or("–".to_owned(), moment);
        let longest = if id.incidents == 0 { "–".to_owned() } else { span(id.longest) };
        let _ =
            write!(out, "<td>{}</td><td>{}</td><td>{longest}</td><td>{last}</td>", id.incidents, id.flaps);
        match &id.alerting {
            Some(a) => {
                let _ = write!(out, "<td><span class=\"tag m{}\">{}</span></td>", class(a.level), a.level);
            }
            None => out.push_str("<td>OK</td>"),
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n</nav>\n");
}

fn at_level(id: &IdSummary, level: Level) -> String {
    let at = level as usize;
    match (id.events.get(at), id.times.get(at)) {
        (Some(0), Some(0)) | (None, _) | (_, None) => "–".to_owned(),
        (Some(n), Some(time)) => format!("{n} in {}", span(*time)),
    }
}

fn push_section(out: &mut String, summary: &Summary, number: usize, id: &IdSummary) {
    let _ = write!(
        out,
        "<section id=\"a{number}\" aria-labelledby=\"h{number}\">\n<h2 id=\"h{number}\">{}</h2>\n<p>{} of task {}",
        escaped(&id.id),
        escaped(&id.node),
        escaped(&id.task),
    );
    if id.groups > 1 {
        let _ = write!(out, "; {} have this id, the picture is of the first", count(id.groups, "group"));
    }
    out.push_str("</p>\n<div class=\"alert\">\n<figure>\n");
    match &id.picture {
        Some(picture) => {
            let of_node = summary.thresholds.iter().filter(|t| t.task == id.task && t.node == id.node);
            push_svg(out, number, &id.id, picture, &of_node.collect::<Vec<_>>());
        }
        None => out.push_str("<p>There are too many ids for a picture of each.</p>\n"),
    }
    out.push_str("</figure>\n<table>\n<caption>In numbers</caption>\n<tbody>\n");
    let mut row = |name: &str, value: String| {
        let _ =
            writeln!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), escaped(&value));
    };
    for level in Level::ALL.into_iter().rev() {
        let text = at_level(id, level);
        if text != "–" {
            row(level.as_str(), text);
        }
    }
    row("alerts", id.incidents.to_string());
    row("flaps", id.flaps.to_string());
    row("longest", span(id.longest));
    row("mean", id.mean().map_or("–".to_owned(), span));
    row("first event", id.first.map_or("–".to_owned(), moment));
    row("last event", id.last.map_or("–".to_owned(), moment));
    if let Some(a) = &id.alerting {
        row("at the end", format!("{}, away from OK since {}", a.level, moment(a.since)));
    }
    for reason in &id.reasons {
        row("suppressed", format!("{}: {}", reason.kind, count(reason.count, "point")));
    }
    out.push_str("</tbody>\n</table>\n</div>\n<p><a href=\"#search\">To the search</a></p>\n</section>\n");
}

/// The search; without scripts the page shows everything.
const SCRIPT: &str = "\
const search = document.getElementById('search');
if (search) {
  const found = document.getElementById('found');
  const rows = [...document.querySelectorAll('tr[data-n]')].map(row =>
    [row.firstElementChild.textContent.toLowerCase(), row, document.getElementById('a' + row.dataset.n)]);
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(' ').filter(Boolean);
    let count = 0;
    for (const [text, row, section] of rows) {
      const hidden = !words.every(word => text.includes(word));
      row.hidden = section.hidden = hidden;
      count += hidden ? 0 : 1;
    }
    found.textContent = words.length ? count + ' of ' + rows.length : '';
  });
}
";
