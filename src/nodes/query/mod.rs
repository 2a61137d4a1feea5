//! `query`: an InfluxQL query on a schedule.

mod run;
mod select;
mod spec;

pub(super) use run::Query;
pub(crate) use spec::SPEC;
