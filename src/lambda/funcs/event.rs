//! What a topic handler's `match` can ask of an event, besides its tags.

use crate::value::Type;

use super::{Function, Overload, complain};
use crate::lambda::cx::{Code, EventFacts, Nanos, Operand};

fn fact<T: 'static>(get: fn(&EventFacts) -> T) -> Operand<T> {
    Operand::Code(Box::new(move |cx| Ok(get(cx.event.unwrap_or(&EventFacts::default())))))
}

macro_rules! event_function {
    ($name:literal, $ty:ident, $get:expr, $doc:literal, $example:literal) => {
        Function {
            name: $name,
            doc: $doc,
            example: $example,
            result: "",
            overloads: &[Overload { args: &[], gives: Type::$ty, build: |_| Code::$ty(fact($get)) }],
            stateful: false,
            complain: complain::of_signature,
        }
    };
}

pub(in crate::lambda) const FUNCTIONS: &[Function] = &[
    event_function!(
        "changed",
        Bool,
        |e| e.changed,
        "Whether the event's level differs from the one before.",
        "changed() == TRUE"
    ),
    event_function!(
        "level",
        Int,
        |e| e.level,
        "The event's level, to be compared with OK, INFO, WARNING or CRITICAL.",
        "level() >= WARNING"
    ),
    event_function!("name", Str, |e| e.name, "The measurement of the event.", "name() == 'cpu'"),
    event_function!(
        "taskName",
        Str,
        |e| e.task,
        "The task that the event comes from.",
        "taskName() == 'cpu_alert'"
    ),
    event_function!(
        "alertDuration",
        Duration,
        |e| Nanos(e.duration),
        "How long the event's ID has not been OK.",
        "alertDuration() > 10m"
    ),
];
