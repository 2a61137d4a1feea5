//! Moments as Go's layout `02 Jan 06 15:04 MST` prints them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::TimeZone;

use crate::value::time::month_name;

/// A moment by the clocks of where it was written down, which is UTC for servers.
pub(super) fn as_sent(text: &str) -> String {
    let parsed = Pieces::parse(text).ok();
    let shown = parsed.and_then(|pieces| {
        let zone = match pieces.offset()? {
            PiecesOffset::Zulu => "UTC".to_owned(),
            PiecesOffset::Numeric(offset) => {
                let minutes = offset.offset().seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
            _ => return None,
        };
        Some(shown(pieces.date().to_datetime(pieces.time()?), &zone))
    });
    shown.unwrap_or_else(|| text.to_owned())
}

/// A moment by the clocks of this machine.
pub(super) fn here(text: &str) -> String {
    let Some(moment) = moment(text) else { return text.to_owned() };
    let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
    let info = zone.to_offset_info(moment);
    shown(zone.to_datetime(moment), info.abbreviation())
}

/// When that is.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn shown(at: DateTime, zone: &str) -> String {
    let month = month_name(i64::from(at.month())).get(..3).unwrap_or_default();
    let (day, year) = (at.day(), at.year().rem_euclid(100));
    format!("{day:02} {month} {year:02} {:02}:{:02} {zone}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_as_they_were_sent() {
        for (text, want) in [
            ("2026-11-22T14:29:57.275705684Z", "22 Nov 26 14:29 UTC"),
            ("0001-01-01T00:00:00Z", "01 Jan 01 00:00 UTC"),
            ("2026-07-02T04:05:00-03:30", "02 Jul 26 04:05 -0330"),
            ("soon", "soon"),
            ("", ""),
        ] {
            assert_eq!(as_sent(text), want);
        }
    }
}
