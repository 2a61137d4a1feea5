//! Cron's syntax as Kapacitor has it: five to seven fields, where the sixth of six is the year.

use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;

use crate::value::Zone;

/// A schedule in cron's syntax.
#[derive(Clone, Debug)]
pub(in crate::nodes) struct Cron(croner::Cron);

impl Cron {
    /// Reads a schedule: `0 3 * * *`, `@daily`.
    pub(in crate::nodes) fn parse(text: &str) -> Result<Cron, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let whole = match fields.as_slice() {
            [nickname] if nickname.starts_with('@') => (*nickname).to_owned(),
            [_, _, _, _, _] => format!("0 {text} *"),
            [_, _, _, _, _, _] => format!("0 {text}"),
            [_, _, _, _, _, _, _] => text.to_owned(),
            other => return Err(format!("it has {} fields, not five to seven", other.len())),
        };
        let parser =
            CronParser::builder().seconds(Seconds::Required).year(Year::Optional).sloppy_ranges(true);
        parser.build().parse(&whole).map(Cron).map_err(|e| e.to_string())
    }

    /// The first moment after `now` that is on the schedule, by the clocks of a zone.
    pub(in crate::nodes) fn next(&self, now: i64, zone: &Zone) -> Option<i64> {
        let now = Timestamp::from_nanosecond(i128::from(now)).ok()?.to_zoned(zone.jiff());
        let next = self.0.find_next_occurrence(&now, false).ok()?;
        i64::try_from(next.timestamp().as_nanosecond()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::time::parse_rfc3339;

    #[test]
    fn the_next_moments_of_schedules() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let cases = [
            ("*/5 * * * *", "2020-01-01T00:00:00Z", Zone::utc(), "2020-01-01T00:05:00Z"),
            ("0 3 * * *", "2020-01-01T03:00:00Z", Zone::utc(), "2020-01-02T03:00:00Z"),
            ("0 3 * * *", "2020-07-01T00:30:00Z", berlin.clone(), "2020-07-01T01:00:00Z"),
            ("30 0 1 1 * 2030", "2020-01-01T00:00:00Z", Zone::utc(), "2030-01-01T00:30:00Z"),
            ("15,45 * * * * * *", "2020-01-01T00:00:15Z", Zone::utc(), "2020-01-01T00:00:45Z"),
            ("0 12 * * MON-FRI", "2020-01-03T13:00:00Z", Zone::utc(), "2020-01-06T12:00:00Z"),
            ("0 0 L * *", "2020-02-01T00:00:00Z", Zone::utc(), "2020-02-29T00:00:00Z"),
            ("0 0 13 * 5", "2020-01-01T00:00:00Z", Zone::utc(), "2020-01-03T00:00:00Z"),
            ("@hourly", "2020-01-01T00:00:00.5Z", Zone::utc(), "2020-01-01T01:00:00Z"),
        ];
        for (text, now, zone, next) in cases {
            let cron = Cron::parse(text).unwrap();
            assert_eq!(cron.next(parse_rfc3339(now).unwrap(), &zone), parse_rfc3339(next), "{text}");
        }
        let never = Cron::parse("0 0 1 1 * 2019").unwrap();
        assert_eq!(never.next(parse_rfc3339("2020-01-01T00:00:00Z").unwrap(), &Zone::utc()), None);
    }

    #[test]
    fn what_is_no_schedule() {
        assert_eq!(Cron::parse("* * *").unwrap_err(), "it has 3 fields, not five to seven");
        for text in ["61 * * * *", "a b c d e", "* * * * * * * *", ""] {
            assert!(Cron::parse(text).is_err(), "{text}");
        }
    }
}
