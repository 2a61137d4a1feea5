//! `GROUP BY`.

use crate::pipeline::influxql::{Expr, Select};
use crate::query::error::{QueryError, refuse};
use crate::query::range::{Clock, parse_time};

/// Length and offset of the buckets; 0 if there are none.
pub(super) fn buckets(select: &Select, clock: &Clock<'_>) -> Result<(i64, i64), QueryError> {
    let mut buckets = (0, 0);
    for dimension in &select.dimensions {
        match dimension {
            Expr::Ref { name, .. } if name.eq_ignore_ascii_case("time") => {
                return refuse("time() is a function and expects at least one argument");
            }
            Expr::Ref { .. } | Expr::Wildcard(_) | Expr::Regex(_) => {}
            Expr::Call { name, args } => {
                if name != "time" {
                    return refuse("only time() calls allowed in dimensions");
                }
                let (every, offset) = match args.as_slice() {
                    [every] => (every, None),
                    [every, offset] => (every, Some(offset)),
                    _ => return refuse("time dimension expected 1 or 2 arguments"),
                };
                let Expr::Duration(every) = every else {
                    return refuse("time dimension must have duration argument");
                };
                if buckets.0 != 0 {
                    return refuse("multiple time dimensions not allowed");
                }
                // A length below zero is none.
                let every = (*every).max(0);
                buckets = (every, offset.map_or(Ok(0), |o| offset_of(o, every, clock))?);
            }
            _ => return refuse("only time and tag dimensions allowed"),
        }
    }
    Ok(buckets)
}

fn offset_of(offset: &Expr, every: i64, clock: &Clock<'_>) -> Result<i64, QueryError> {
    let within = |time: i64| if every == 0 { 0 } else { time % every };
    match offset {
        Expr::Duration(offset) => Ok(within(*offset)),
        Expr::Call { name, args } if name == "now" => {
            if args.is_empty() {
                Ok(within(clock.now))
            } else {
                refuse("time dimension offset now() function requires no arguments")
            }
        }
        Expr::Call { .. } => refuse("time dimension offset function must be now()"),
        Expr::Str(text) => match parse_time(text, clock.zone) {
            Some(time) => Ok(within(time)),
            None => refuse("time dimension offset must be duration or now()"),
        },
        _ => refuse("time dimension offset must be duration or now()"),
    }
}
