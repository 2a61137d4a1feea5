//! The unit of timestamps.

use std::str::FromStr;

/// Unit in which an input's timestamps count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Precision {
    /// Nanoseconds.
    #[default]
    Nanos,
    /// Microseconds.
    Micros,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

impl Precision {
    /// Nanoseconds in one unit.
    pub fn nanos(self) -> i64 {
        match self {
            Precision::Nanos => 1,
            Precision::Micros => 1_000,
            Precision::Millis => 1_000_000,
            Precision::Seconds => 1_000_000_000,
            Precision::Minutes => 60_000_000_000,
            Precision::Hours => 3_600_000_000_000,
        }
    }

    /// A timestamp in this unit as nanoseconds; `None` outside the years 1677 to 2262.
    ///
    /// The three outermost values are reserved, as in InfluxDB.
    pub fn to_nanos(self, count: i64) -> Option<i64> {
        count.checked_mul(self.nanos()).filter(|t| (i64::MIN + 2..i64::MAX).contains(t))
    }
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(s: &str) -> Result<Precision, String> {
        Ok(match s {
            "n" | "ns" => Precision::Nanos,
            "u" | "us" | "µ" | "µs" => Precision::Micros,
            "ms" => Precision::Millis,
            "s" => Precision::Seconds,
            "m" => Precision::Minutes,
            "h" => Precision::Hours,
            _ => return Err(format!("unknown precision `{s}`: expected ns, us, ms, s, m or h")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_range_ends_as_in_influxdb() {
        let p = Precision::Nanos;
        assert_eq!(p.to_nanos(i64::MAX), None);
        assert_eq!(p.to_nanos(i64::MAX - 1), Some(i64::MAX - 1));
        assert_eq!(p.to_nanos(i64::MIN + 1), None);
        assert_eq!(p.to_nanos(i64::MIN + 2), Some(i64::MIN + 2));
        assert_eq!(Precision::Seconds.to_nanos(9_223_372_037), None);
        assert_eq!(Precision::Seconds.to_nanos(-3), Some(-3_000_000_000));
    }

    #[test]
    fn units_have_short_and_long_names() {
        for (text, want) in [("n", 1), ("ns", 1), ("u", 1000), ("us", 1000), ("ms", 1_000_000)] {
            assert_eq!(text.parse::<Precision>().unwrap().nanos(), want, "{text}");
        }
        assert!("sec".parse::<Precision>().unwrap_err().contains("`sec`"));
    }
}
