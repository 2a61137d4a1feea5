//! What each value of a var comes to.

use serde_json::{Map, Value, json};

use super::incidents::{Incident, Score, score};
use super::json;
use super::summary::Summary;
use super::text::align;
use super::words::{printable, span};
use crate::alert::Level;

/// How wide the longest bar of a plot is.
const BAR: u64 = 30;

/// What a set of values came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Trial {
    /// The vars that differ, with their values.
    pub vars: Vec<(String, String)>,
    /// Events.
    pub events: u64,
    /// Ids that alerted.
    pub ids: u64,
    /// Alerts: times that an id reached the level that counts.
    pub alerts: u64,
    /// Nanoseconds that ids spent at that level or above.
    pub alerting: i64,
    /// Alerts that came back soon.
    pub flaps: u64,
    /// How well they tell of incidents, if some are known.
    pub score: Option<Score>,
}

impl Trial {
    /// From what a run with these values saw.
    pub fn new(
        vars: Vec<(String, String)>,
        summary: &Summary,
        floor: Level,
        incidents: Option<&[Incident]>,
    ) -> Trial {
        let at_least = |times: &[i64; 4]| times.iter().skip(floor as usize).sum::<i64>();
        Trial {
            vars,
            events: summary.events(),
            ids: summary.ids.iter().filter(|id| id.incidents > 0).count() as u64,
            alerts: summary.ids.iter().map(|id| id.incidents).sum(),
            alerting: summary.ids.iter().map(|id| at_least(&id.times)).sum(),
            flaps: summary.ids.iter().map(|id| id.flaps).sum(),
            score: incidents.map(|incidents| score(&summary.ids, incidents)),
        }
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.0}%", share * 100.0))
}

/// The cells of a table for people, with its head.
pub(super) fn table(trials: &[Trial]) -> Vec<Vec<String>> {
    let Some(first) = trials.first() else { return Vec::new() };
    let mut head: Vec<String> = first.vars.iter().map(|(name, _)| name.clone()).collect();
    head.extend(["events", "ids", "alerts", "in alert", "flaps"].map(str::to_owned));
    if first.score.is_some() {
        head.extend(["precision", "recall", "time to detect"].map(str::to_owned));
    }
    let mut rows = vec![head];
    for trial in trials {
        let mut row: Vec<String> = trial.vars.iter().map(|(_, value)| printable(value)).collect();
        row.extend([trial.events, trial.ids, trial.alerts].map(|n| n.to_string()));
        row.extend([span(trial.alerting), trial.flaps.to_string()]);
        if let Some(score) = &trial.score {
            row.extend([percent(score.precision), percent(score.recall)]);
            row.push(score.delay.map_or("-".to_owned(), span));
        }
        rows.push(row);
    }
    rows
}

/// A table for people, with bars of the alerts if there is to be a plot.
pub fn trial_lines(trials: &[Trial], plot: bool) -> Vec<String> {
    let mut rows = table(trials);
    if plot {
        let most = trials.iter().map(|t| t.alerts).max().unwrap_or_default().max(1);
        let bar = |t: &Trial| usize::try_from(t.alerts.saturating_mul(BAR) / most).unwrap_or_default();
        let bars = trials.iter().map(|t| "█".repeat(bar(t)));
        rows.iter_mut().zip(std::iter::once(String::new()).chain(bars)).for_each(|(row, bar)| row.push(bar));
    }
    align(&rows)
}

/// For tables of other programs: durations in seconds.
pub fn trial_csv(trials: &[Trial]) -> Vec<String> {
    let Some(first) = trials.first() else { return Vec::new() };
    let cell = |text: &str| match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let mut head: Vec<String> = first.vars.iter().map(|(name, _)| cell(name)).collect();
    head.extend(["events", "ids", "alerts", "in_alert_seconds", "flaps"].map(str::to_owned));
    if first.score.is_some() {
        head.extend(["precision", "recall", "time_to_detect_seconds"].map(str::to_owned));
    }
    let number = |n: Option<f64>| n.map_or(String::new(), |n| n.to_string());
    let seconds = |nanos: i64| nanos as f64 / 1e9;
    let mut lines = vec![head.join(",")];
    for trial in trials {
        let mut row: Vec<String> = trial.vars.iter().map(|(_, value)| cell(value)).collect();
        row.extend([trial.events, trial.ids, trial.alerts].map(|n| n.to_string()));
        row.extend([seconds(trial.alerting).to_string(), trial.flaps.to_string()]);
        if let Some(score) = &trial.score {
            row.extend([score.precision, score.recall, score.delay.map(seconds)].map(number));
        }
        lines.push(row.join(","));
    }
    lines
}

/// For programs: a list of objects, durations in nanoseconds.
pub fn push_trials_json(trials: &[Trial], out: &mut String) {
    let one = |trial: &Trial| {
        let vars: Map<String, Value> =
            trial.vars.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect();
        let mut object = json!({
            "vars": vars, "events": trial.events, "ids": trial.ids, "alerts": trial.alerts,
            "inAlert": trial.alerting, "flaps": trial.flaps,
        });
        if let (Some(score), Some(members)) = (&trial.score, object.as_object_mut()) {
            members.insert("precision".to_owned(), score.precision.into());
            members.insert("recall".to_owned(), score.recall.into());
            members.insert("timeToDetect".to_owned(), score.delay.into());
        }
        object
    };
    json::push(&Value::Array(trials.iter().map(one).collect()), out);
}

#[cfg(test)]
mod tests {
    use super::super::incidents::parse_incidents;
    use super::super::incidents::tests::id;
    use super::*;

    #[test]
    fn trials_are_a_table() {
        let summary = |ids| Summary {
            from: Some(0),
            to: 100_000_000_000,
            ids,
            quiet: vec![],
            held: vec![],
            missing: vec![],
            thresholds: vec![],
        };
        let incidents =
            parse_incidents("[{id: a, start: '1970-01-01T00:00:10Z', end: '1970-01-01T00:00:20Z'}]").unwrap();
        let trial = |value: &str, ids| {
            Trial::new(
                vec![("crit".to_owned(), value.to_owned())],
                &summary(ids),
                Level::Critical,
                Some(&incidents),
            )
        };
        let trials = [trial("80", vec![id("a", "x", &[(12, 30), (40, 41)])]), trial("9,5", vec![])];
        let want = "\
crit  events  ids  alerts  in alert  flaps  precision  recall  time to detect
80    4       1    2       19s       0      50%        100%    2s              ██████████████████████████████
9,5   0       0    0       0s        0      -          0%      -";
        assert_eq!(trial_lines(&trials, true).join("\n"), want);
        let want = "\
crit,events,ids,alerts,in_alert_seconds,flaps,precision,recall,time_to_detect_seconds
80,4,1,2,19,0,0.5,1,2
\"9,5\",0,0,0,0,0,,0,";
        assert_eq!(trial_csv(&trials).join("\n"), want);
        let mut json = String::new();
        push_trials_json(&trials, &mut json);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&value[0]["vars"]["crit"], &value[0]["timeToDetect"]),
            (&json!("80"), &json!(2_000_000_000_i64))
        );
    }
}
