//! Days and dates of the proleptic Gregorian calendar, by arithmetic alone.

/// Nanoseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000_000;
/// Nanoseconds of a day.
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// A date with its place in week and year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Date {
    /// Year; 1 BC is 0.
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u32,
    /// 1 to 31.
    pub(crate) day: u32,
}

/// The date of a day counted from 1970-01-01.
pub(crate) fn date_of(days: i64) -> Date {
    // Years begin in March here, so that the leap day is the last of a year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * march_month + 2) / 5 + 1) as u32;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 } as u32;
    Date { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
}

/// The day, counted from 1970-01-01, of a date; the month may be any, days count on from its first.
pub(crate) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// Day of the week, Sunday is 0.
pub(crate) fn weekday_of(days: i64) -> u32 {
    (days + 4).rem_euclid(7) as u32
}

/// Days of a month.
pub(crate) fn days_in(year: i64, month: i64) -> i64 {
    days_of(year, month + 1, 1) - days_of(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for (days, year, month, day) in [
            (0, 1970, 1, 1),
            (-1, 1969, 12, 31),
            (11_016, 2000, 2, 29),
            (18_518, 2020, 9, 13),
            (-719_162, 1, 1, 1),
            (-719_528, 0, 1, 1),
            (2_932_896, 9999, 12, 31),
        ] {
            assert_eq!(date_of(days), Date { year, month, day });
            assert_eq!(days_of(year, i64::from(month), i64::from(day)), days);
        }
        for days in -800_000..800_000 {
            let d = date_of(days);
            assert_eq!(days_of(d.year, i64::from(d.month), i64::from(d.day)), days);
        }
        assert_eq!(weekday_of(0), 4);
        assert_eq!(weekday_of(-719_162), 1, "year 1 began on a Monday");
        assert_eq!((days_in(2024, 2), days_in(1900, 2), days_in(2023, 12)), (29, 28, 31));
    }
}
