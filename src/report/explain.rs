//! Why an alert was at its level: every point of one id, with the predicates that were asked, part by part.

use std::collections::{BTreeSet, VecDeque};

use super::words::{moment, printable};
use crate::alert::{Asked, Judgement, Ruling};
use crate::data::line::push_value;
use crate::lambda::Found;
use crate::text::suggest;

/// Points that are shown before and behind the one that was asked about.
const AROUND: usize = 5;

/// Names that are kept to tell what was meant, if the id never comes.
const MAX_NAMES: usize = 10_000;

/// The points of an id, as they come.
pub struct Explainer {
    id: String,
    /// The time that was asked about; all points without.
    at: Option<i64>,
    /// Points before that time.
    before: VecDeque<String>,
    behind: usize,
    met: bool,
    others: BTreeSet<String>,
}

impl Explainer {
    /// Of this id, around a time or all.
    pub fn new(id: &str, at: Option<i64>) -> Explainer {
        let (before, others) = (VecDeque::new(), BTreeSet::new());
        Explainer { id: id.to_owned(), at, before, behind: 0, met: false, others }
    }

    /// Whose points they are.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Appends what there is to say of a point.
    pub fn judged(&mut self, judgement: &Judgement<'_>, out: &mut String) {
        if **judgement.id != *self.id {
            if !self.met && self.others.len() < MAX_NAMES && !self.others.contains(&**judgement.id) {
                self.others.insert(judgement.id.to_string());
            }
            return;
        }
        self.met = true;
        match self.at {
            Some(at) if judgement.time < at => {
                if self.before.len() == AROUND {
                    self.before.pop_front();
                }
                let mut text = String::new();
                push_point(&mut text, judgement);
                self.before.push_back(text);
            }
            Some(at) => {
                self.before.drain(..).for_each(|text| out.push_str(&text));
                self.behind += usize::from(judgement.time > at);
                if self.behind <= AROUND {
                    push_point(out, judgement);
                }
            }
            None => push_point(out, judgement),
        }
    }

    /// What is left when the data have ended, and a word if there was nothing.
    pub fn finish(self, out: &mut String) -> Option<String> {
        self.before.iter().for_each(|text| out.push_str(text));
        if self.met {
            return None;
        }
        let others = self.others.iter().map(String::as_str);
        let hint = match suggest::nearest(&self.id, others.clone()) {
            Some(near) => format!("did you mean `{}`?", printable(near)),
            None if self.others.is_empty() => "no alert got a point".to_owned(),
            None => {
                let few: Vec<String> = others.take(5).map(|o| format!("`{}`", printable(o))).collect();
                format!("there are {}{}", few.join(", "), if self.others.len() > 5 { ", ..." } else { "" })
            }
        };
        Some(format!("warning: no alert has the id `{}`: {hint}", printable(&self.id)))
    }
}

/// `2020-01-01T00:00:00Z web-2 WARNING -> CRITICAL: event`, and below it the predicates.
fn push_point(out: &mut String, judgement: &Judgement<'_>) {
    out.push_str(&format!("{} {}  ", moment(judgement.time), printable(judgement.id)));
    match judgement.level == judgement.previous {
        true => out.push_str(judgement.level.as_str()),
        false => out.push_str(&format!("{} -> {}", judgement.previous, judgement.level)),
    }
    match judgement.ruling {
        Ruling::Quiet => out.push_str(": no event, nothing changed"),
        Ruling::Told => out.push_str(": event"),
        Ruling::Withheld(withheld) => out.push_str(&format!(": no event, {withheld}")),
    }
    out.push('\n');
    judgement.asked.iter().for_each(|asked| push_asked(out, asked));
}

fn push_asked(out: &mut String, asked: &Asked) {
    for operand in &asked.operands {
        match operand.depth {
            0 => out.push_str(&format!("  {:<9} ", asked.name)),
            depth => out.push_str(&"  ".repeat(depth + 6)),
        }
        out.push_str(&printable(&operand.text));
        match &operand.found {
            Found::Value(value) => {
                let mut text = String::new();
                push_value(&mut text, value);
                out.push_str(&format!(" = {}", printable(&text)));
            }
            Found::Failed(words) => out.push_str(&format!(": {}", printable(words))),
            Found::Unasked => out.push_str(": not asked"),
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::alert::Level;

    fn tell(explainer: &mut Explainer, id: &str, times: std::ops::Range<i64>) -> String {
        let (id, mut out): (Arc<str>, _) = (id.into(), String::new());
        for time in times {
            let judgement = Judgement {
                id: &id,
                task: 0,
                node: 0,
                group: 0,
                tags: &[],
                time: time * 1_000_000_000,
                previous: Level::Ok,
                level: Level::Ok,
                since: None,
                ruling: &Ruling::Quiet,
                asked: &[],
            };
            explainer.judged(&judgement, &mut out);
        }
        out
    }

    #[test]
    fn the_points_around_a_time_are_shown() {
        let mut explainer = Explainer::new("a", Some(20_000_000_000));
        assert_eq!(tell(&mut explainer, "a", 0..20), "", "nothing before that time comes");
        assert_eq!(tell(&mut explainer, "b", 0..40), "");
        let out = tell(&mut explainer, "a", 20..40);
        let times: Vec<&str> = out.lines().filter_map(|l| l.split(' ').next()).collect();
        assert_eq!(times.len(), 5 + 1 + 5);
        assert_eq!((times[0], times[10]), ("1970-01-01T00:00:15Z", "1970-01-01T00:00:25Z"));
        let mut rest = String::new();
        assert_eq!(explainer.finish(&mut rest), None);
        assert_eq!(rest, "");
    }

    #[test]
    fn an_id_that_never_comes_has_a_neighbour() {
        let mut explainer = Explainer::new("web-1/cpi", None);
        tell(&mut explainer, "web-1/cpu", 0..2);
        let words = explainer.finish(&mut String::new());
        assert_eq!(
            words.as_deref(),
            Some("warning: no alert has the id `web-1/cpi`: did you mean `web-1/cpu`?")
        );
    }
}
