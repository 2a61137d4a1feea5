//! Incidents that are known to have happened: what alerts are measured by.

use serde::Deserialize;

use super::summary::IdSummary;
use crate::value::time;

/// Something that an alert should have told of.
#[derive(Clone, PartialEq, Debug)]
pub struct Incident {
    /// The id of the alert, if there is only one that should tell.
    id: Option<String>,
    /// Tags of the points that show it, sorted by key.
    tags: Vec<(String, String)>,
    start: i64,
    end: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Option<String>,
    #[serde(default)]
    tags: std::collections::BTreeMap<String, String>,
    start: String,
    end: String,
}

/// Reads a list of incidents in YAML or JSON; each has `start` and `end`, and `id` or `tags`.
///
/// # Errors
/// What is wrong, with its place where it is known.
pub fn parse_incidents(text: &str) -> Result<Vec<Incident>, String> {
    let written: Vec<Written> = serde_saphyr::from_str(text).map_err(|e| e.to_string())?;
    let moment = |name: &str, number: usize, text: &str| {
        time::parse_rfc3339(text).ok_or_else(|| {
            format!("incident {number}: `{name}`: `{text}` is no time such as `2020-01-01T00:00:00Z`")
        })
    };
    let mut all = Vec::with_capacity(written.len());
    for (at, Written { id, tags, start, end }) in written.into_iter().enumerate() {
        let number = at + 1;
        let (start, end) = (moment("start", number, &start)?, moment("end", number, &end)?);
        if id.is_none() && tags.is_empty() {
            return Err(format!(
                "incident {number}: neither `id` nor `tags` says which alert should tell of it"
            ));
        }
        if end < start {
            return Err(format!("incident {number}: it ends before it starts"));
        }
        all.push(Incident { id, tags: tags.into_iter().collect(), start, end });
    }
    Ok(all)
}

/// How well alerts tell of incidents.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Score {
    /// Share of the alerts that tell of an incident; `None` without alerts.
    pub precision: Option<f64>,
    /// Share of the incidents that an alert tells of; `None` without incidents.
    pub recall: Option<f64>,
    /// From the start of an incident to the first alert, on average, in nanoseconds; `None` if none was found.
    pub delay: Option<i64>,
}

/// Holds alerts against incidents. An alert tells of an incident if it has its id or its tags, and the two overlap.
pub fn score(ids: &[IdSummary], incidents: &[Incident]) -> Score {
    let (mut alerts, mut right) = (0_u32, 0_u32);
    let mut first: Vec<Option<i64>> = vec![None; incidents.len()];
    for id in ids {
        let concerns = |i: &Incident| {
            i.id.as_ref().is_none_or(|name| *name == id.id) && i.tags.iter().all(|tag| id.tags.contains(tag))
        };
        for &(begin, end) in &id.spans {
            let mut tells = false;
            for (incident, first) in incidents.iter().zip(&mut first) {
                if begin <= incident.end && end >= incident.start && concerns(incident) {
                    tells = true;
                    *first = Some(first.map_or(begin, |f| f.min(begin)));
                }
            }
            alerts += 1;
            right += u32::from(tells);
        }
    }
    let delays: Vec<i64> = incidents
        .iter()
        .zip(&first)
        .filter_map(|(i, f)| Some(f.as_ref()?.saturating_sub(i.start).max(0)))
        .collect();
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let found = i64::try_from(delays.len()).unwrap_or(i64::MAX);
    Score {
        precision: share(f64::from(right), f64::from(alerts)),
        recall: share(delays.len() as f64, incidents.len() as f64),
        delay: (found > 0).then(|| delays.iter().fold(0_i64, |sum, d| sum.saturating_add(*d)) / found),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const S: i64 = 1_000_000_000;

    /// An id with alerts between these seconds.
    pub(in crate::report) fn id(name: &str, host: &str, spans: &[(i64, i64)]) -> IdSummary {
        IdSummary {
            task: "t".into(),
            node: "alert2".into(),
            id: name.into(),
            groups: 1,
            events: [spans.len() as u64, 0, 0, spans.len() as u64],
            times: [0, 0, 0, spans.iter().map(|s| (s.1 - s.0) * S).sum()],
            incidents: spans.len() as u64,
            flaps: 0,
            longest: 0,
            total: 0,
            first: None,
            last: None,
            reasons: vec![],
            tags: vec![("host".into(), host.into())],
            spans: spans.iter().map(|(a, b)| (a * S, b * S)).collect(),
            picture: None,
            alerting: None,
        }
    }

    #[test]
    fn alerts_are_held_against_incidents() {
        let text = "\
- {id: a, start: '1970-01-01T00:00:10Z', end: '1970-01-01T00:00:20Z'}
- {tags: {host: y}, start: '1970-01-01T00:01:00Z', end: '1970-01-01T00:02:00Z'}
- {id: c, start: '1970-01-01T00:01:00Z', end: '1970-01-01T00:02:00Z'}
";
        let incidents = parse_incidents(text).unwrap();
        let ids = [id("a", "x", &[(14, 30), (40, 41)]), id("b", "y", &[(50, 70), (90, 100)])];
        let found = score(&ids, &incidents);
        assert_eq!(found, Score { precision: Some(0.75), recall: Some(2.0 / 3.0), delay: Some(2 * S) });
        assert_eq!(score(&[], &[]), Score { precision: None, recall: None, delay: None });
    }

    #[test]
    fn mistakes_in_incidents_are_told() {
        for (text, words) in [
            ("- {start: '1970-01-01T00:00:10Z', end: '1970-01-01T00:00:20Z'}", "neither `id` nor `tags`"),
            ("- {id: a, start: soon, end: '1970-01-01T00:00:20Z'}", "incident 1: `start`: `soon` is no time"),
            (
                "- {id: a, start: '1970-01-01T00:00:30Z', end: '1970-01-01T00:00:20Z'}",
                "ends before it starts",
            ),
            ("- {id: a, begin: '1970-01-01T00:00:30Z'}", "begin"),
        ] {
            let error = parse_incidents(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
