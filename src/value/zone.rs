//! Time zones: UTC by arithmetic, fixed offsets, and named ones from the zone database.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar::{DAY, Date, SECOND, date_of, weekday_of};

/// Where local time is asked for: `hour()` in lambdas, `.Time` in messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone(Kind);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Utc,
    /// Seconds east of Greenwich.
    Fixed(i32),
    Named(TimeZone),
}

impl Default for Zone {
    fn default() -> Zone {
        Zone::utc()
    }
}

impl Zone {
    /// Coordinated universal time.
    pub const fn utc() -> Zone {
        Zone(Kind::Utc)
    }

    /// A zone of this many seconds east of Greenwich.
    pub const fn fixed(seconds: i32) -> Zone {
        if seconds == 0 { Zone(Kind::Utc) } else { Zone(Kind::Fixed(seconds)) }
    }

    /// Reads `UTC`, `Europe/Berlin` or `+02:00`.
    pub fn parse(name: &str) -> Result<Zone, String> {
        if matches!(name, "" | "UTC" | "Z" | "Etc/UTC" | "GMT") {
            return Ok(Zone::utc());
        }
        if name.starts_with(['+', '-']) {
            let seconds = parse_offset(name)
                .ok_or_else(|| format!("`{name}` is no offset from UTC: expected `+02:00` or `-0530`"))?;
            return Ok(Zone::fixed(seconds));
        }
        TimeZone::get(name).map(|tz| Zone(Kind::Named(tz))).map_err(|_| {
            format!("unknown time zone `{name}`: expected `UTC`, a name like `Europe/Berlin`, or `+02:00`")
        })
    }

    /// The zone as the calendar library has it.
    #[cfg(feature = "engine")]
    pub(crate) fn jiff(&self) -> TimeZone {
        match &self.0 {
            Kind::Utc => TimeZone::UTC,
            Kind::Fixed(seconds) => {
                jiff::tz::Offset::from_seconds(*seconds).map_or(TimeZone::UTC, TimeZone::fixed)
            }
            Kind::Named(tz) => tz.clone(),
        }
    }

    /// Seconds east of Greenwich at a moment.
    pub fn offset(&self, ns: i64) -> i32 {
        match &self.0 {
            Kind::Utc => 0,
            Kind::Fixed(seconds) => *seconds,
            Kind::Named(tz) => moment(ns).map_or(0, |t| tz.to_offset(t).seconds()),
        }
    }

    /// Appends the abbreviation at a moment: `UTC`, `CEST`; nothing for a bare offset.
    pub(crate) fn push_abbreviation(&self, out: &mut String, ns: i64) -> bool {
        match &self.0 {
            Kind::Utc => out.push_str("UTC"),
            Kind::Fixed(_) => return false,
            Kind::Named(tz) => match moment(ns) {
                Some(t) => out.push_str(tz.to_offset_info(t).abbreviation()),
                None => return false,
            },
        }
        true
    }

    /// Nanoseconds of local time, counted as if it were UTC. Wide: it may leave the range of a moment.
    pub(crate) fn local(&self, ns: i64) -> (i64, i64) {
        let (days, rest) = (ns.div_euclid(DAY), ns.rem_euclid(DAY));
        if let Kind::Utc = self.0 {
            return (days, rest);
        }
        let rest = rest + i64::from(self.offset(ns)) * SECOND;
        (days + rest.div_euclid(DAY), rest.rem_euclid(DAY))
    }

    fn date(&self, ns: i64) -> Date {
        date_of(self.local(ns).0)
    }

    /// 0 to 59.
    pub fn second(&self, ns: i64) -> i64 {
        self.local(ns).1 / SECOND % 60
    }

    /// 0 to 59.
    pub fn minute(&self, ns: i64) -> i64 {
        self.local(ns).1 / (60 * SECOND) % 60
    }

    /// 0 to 23.
    pub fn hour(&self, ns: i64) -> i64 {
        self.local(ns).1 / (3_600 * SECOND)
    }

    /// Sunday is 0.
    pub fn weekday(&self, ns: i64) -> i64 {
        i64::from(weekday_of(self.local(ns).0))
    }

    /// 1 to 31.
    pub fn day(&self, ns: i64) -> i64 {
        i64::from(self.date(ns).day)
    }

    /// 1 to 12.
    pub fn month(&self, ns: i64) -> i64 {
        i64::from(self.date(ns).month)
    }

    /// The year.
    pub fn year(&self, ns: i64) -> i64 {
        self.date(ns).year
    }
}

fn moment(ns: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(ns)).ok()
}

/// `+02:00`, `-0530`, `+02`.
fn parse_offset(text: &str) -> Option<i32> {
    let (sign, body) = match text.as_bytes() {
        [b'+', ..] => (1, text.get(1..)?),
        [b'-', ..] => (-1, text.get(1..)?),
        _ => return None,
    };
    let digits: Vec<i32> = body.bytes().filter(|&b| b != b':').map(|b| i32::from(b) - 48).collect();
    let colon_ok = !body.contains(':') || (body.len() == 5 && body.find(':') == Some(2));
    if !colon_ok || digits.iter().any(|d| !(0..10).contains(d)) {
        return None;
    }
    let (hours, minutes) = match digits[..] {
        [a, b] => (a * 10 + b, 0),
        [a, b, c, d] => (a * 10 + b, c * 10 + d),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: i64 = 1_600_000_000_500_000_000; // 2020-09-13T12:26:40.5Z, a Sunday

    #[test]
    fn parts_of_local_time() {
        let parts = |zone: &str| {
            let z = Zone::parse(zone).unwrap();
            [z.year(T), z.month(T), z.day(T), z.hour(T), z.minute(T), z.second(T), z.weekday(T)]
        };
        assert_eq!(parts("UTC"), [2020, 9, 13, 12, 26, 40, 0]);
        assert_eq!(parts("+02:00"), [2020, 9, 13, 14, 26, 40, 0]);
        assert_eq!(parts("Europe/Berlin"), [2020, 9, 13, 14, 26, 40, 0]);
        assert_eq!(parts("+1200"), [2020, 9, 14, 0, 26, 40, 1]);
        assert_eq!(parts("-13"), [2020, 9, 12, 23, 26, 40, 6]);
    }

    #[test]
    fn summer_and_winter() {
        let z = Zone::parse("Europe/Berlin").unwrap();
        assert_eq!((z.offset(T), z.offset(0)), (7200, 3600));
        assert!(Zone::parse("+00:00").unwrap().offset(T) == 0);
    }

    #[test]
    fn ends_of_time_do_not_panic() {
        for zone in ["UTC", "Europe/Berlin", "+02:00", "-23:59"] {
            let z = Zone::parse(zone).unwrap();
            assert_eq!((z.year(i64::MIN), z.year(i64::MAX)), (1677, 2262));
        }
    }

    #[test]
    fn unknown_names_are_told() {
        assert!(Zone::parse("Mars/Base").unwrap_err().starts_with("unknown time zone `Mars/Base`"));
        for bad in ["+2", "+25:00", "+2:00", "+02:60", "+0x:00", "+é"] {
            assert!(Zone::parse(bad).unwrap_err().contains("is no offset"), "{bad}");
        }
    }
}
