//! Parts of a time. Calendars are read in the zone of the run.

use crate::value::{Type, Zone};

use super::{Args, Function, Overload, complain};
use crate::lambda::cx::{Code, Moment, Operand};

fn part(mut a: Args, get: fn(&Zone, i64) -> i64) -> Code {
    Code::Int(a.time().map(move |cx, t| Ok(get(cx.zone, t.0))))
}

macro_rules! part {
    ($name:literal, $get:expr, $doc:literal, $example:literal, $result:literal) => {
        Function {
            name: $name,
            doc: $doc,
            example: $example,
            result: $result,
            overloads: &[Overload { args: &[Type::Time], gives: Type::Int, build: |a| part(a, $get) }],
            stateful: false,
            complain: complain::to_time,
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    part!("unixNano", |_, t| t, "Nanoseconds since 1970.", "unixNano(\"time\")", "0"),
    part!("minute", Zone::minute, "Minute of the hour, 0 to 59.", "minute(\"time\")", "0"),
    part!("hour", Zone::hour, "Hour of the day, 0 to 23.", "hour(\"time\")", "0"),
    part!("weekday", Zone::weekday, "Day of the week: 0 is Sunday, 6 is Saturday.", "weekday(\"time\")", "4"),
    part!("day", Zone::day, "Day of the month, 1 to 31.", "day(\"time\")", "1"),
    part!("month", Zone::month, "Month of the year, 1 to 12.", "month(\"time\")", "1"),
    part!("year", Zone::year, "The year of a time, with the century.", "year(\"time\")", "1970"),
    Function {
        name: "now",
        doc: "The time of the clock. A replay has the clock of the recording.",
        example: "year(now()) > 1969",
        result: "true",
        overloads: &[Overload {
            args: &[],
            gives: Type::Time,
            build: |_| Code::Time(Operand::Code(Box::new(|cx| Ok(Moment(cx.now))))),
        }],
        stateful: false,
        complain: complain::of_signature,
    },
];
