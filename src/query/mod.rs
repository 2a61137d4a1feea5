//! InfluxQL without a server: a store of points in columns, and an executor of SELECT that answers as InfluxDB
//! 1.x does.
//!
//! Points are appended to a [`Store`]; [`Store::execute`] answers a parsed SELECT. Nothing here reads a file or
//! a clock: `now()` is a parameter.
//!
//! ```
//! use tickscript::pipeline::influxql::{Statement, parse};
//! use tickscript::query::{Cell, Params, Store};
//! use tickscript::value::Value;
//!
//! let mut store = Store::default();
//! for (second, idle) in [(1, 90.0), (2, 80.0), (11, 30.0)] {
//!     let fields = [("usage_idle", Cell::Float(idle))];
//!     store.append("telegraf", "autogen", "cpu", &[("host", "a")], second * 1_000_000_000, &fields)?;
//! }
//! let query = "SELECT mean(usage_idle) FROM cpu WHERE time >= 0s AND time < 20s GROUP BY time(10s), host";
//! let Some(Statement::Select(select)) = parse(query)?.pop() else { unreachable!() };
//! let params = Params { database: "telegraf", retention_policy: "autogen", ..Params::default() };
//! let series = store.execute(&select, &params)?;
//! assert_eq!(series[0].tags, [("host".to_owned(), "a".to_owned())]);
//! assert_eq!(series[0].columns, ["mean"]);
//! assert_eq!(series[0].rows[1].time, 10_000_000_000);
//! assert_eq!(series[0].rows[1].values, [Value::Float(30.0)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cell;
mod column;
mod compile;
mod error;
mod eval;
mod exec;
mod func;
mod merge;
mod params;
mod plan;
mod range;
mod series;
mod store;
mod window;

pub use cell::Cell;
pub use error::QueryError;
pub(crate) use func::holt_winters::{Forecast, MOST as MOST_FORESEEN};
pub use params::Params;
pub use series::{Row, Series};
pub use store::{FieldConflict, FieldId, SeriesId, Store};
