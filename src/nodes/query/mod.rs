//! `query`: an InfluxQL query on a schedule.

mod select;
mod run;
mod spec;

pub(super) use run::Query;
pub(crate) use spec::SPEC;
