//! What happens to events outside: one file for each kind of handler, and the queues and threads that keep
//! them away from the engine.

mod alert_data;
mod alerta;
mod bigpanda;
mod child;
pub mod config;
mod describe;
mod discord;
mod dispatch;
mod email;
mod endpoint;
mod exec;
mod exec_stream;
mod fields;
pub mod file;
mod hipchat;
mod kafka;
mod log;
mod mqtt;
mod opsgenie;
mod opsgenie2;
mod options;
mod pagerduty;
mod pagerduty2;
mod payload;
mod post;
mod pushover;
mod queue;
mod report;
mod request;
mod roots;
mod script;
mod sensu;
mod servicenow;
mod slack;
mod snmptrap;
mod talk;
mod tcp;
mod teams;
mod telegram;
mod tree;
mod victorops;
mod worker;
mod zenoss;

pub use config::{Config, Udf};
pub use describe::describe;
pub use dispatch::{Canceller, Dispatcher, Options};
pub use endpoint::{Endpoint, Endpoints};
pub use file::{Aggregate, FileTarget, HandlerFile, Matching};
pub use queue::OnFull;
pub use report::{Failure, HandlerReport, OnFailure, OnOutput, Report, Trouble};
pub use script::from_script;
pub use tree::{FileError, Place};

#[cfg(test)]
mod tests;

use crate::pipeline::HandlerSpec;

/// Every handler that an alert can declare.
pub const SPECS: &[&HandlerSpec] = &[
    &alerta::SPEC,
    &bigpanda::SPEC,
    &discord::SPEC,
    &email::SPEC,
    &exec::SPEC,
    &hipchat::SPEC,
    &kafka::SPEC,
    &log::SPEC,
    &mqtt::SPEC,
    &opsgenie::SPEC,
    &opsgenie2::SPEC,
    &pagerduty::SPEC,
    &pagerduty2::SPEC,
    &post::SPEC,
    &pushover::SPEC,
    &sensu::SPEC,
    &servicenow::SPEC,
    &slack::SPEC,
    &snmptrap::SPEC,
    &talk::SPEC,
    &tcp::SPEC,
    &teams::SPEC,
    &telegram::SPEC,
    &victorops::SPEC,
    &zenoss::SPEC,
];
