//! What happens to events outside: one file for each kind of handler, and the queues and threads that keep
//! them away from the engine.

mod alert_data;
mod alerta;
mod bigpanda;
mod body;
mod child;
pub mod config;
mod describe;
mod discord;
mod dispatch;
mod email;
mod endpoint;
mod event_data;
mod exec;
mod exec_stream;
pub mod fields;
pub mod file;
mod handler;
mod hipchat;
mod http;
mod influxdb;
mod influxdb_section;
mod kafka;
mod log;
mod mail;
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
mod redirect;
mod report;
mod request;
pub(crate) mod roots;
mod row_post;
mod script;
mod sections;
mod sensu;
mod service;
mod servicenow;
mod side_files;
mod slack;
mod snmptrap;
mod talk;
mod tcp;
mod teams;
mod telegram;
pub mod tree;
mod udf_section;
pub(crate) mod url;
mod values;
mod victorops;
mod worker;
mod zenoss;

pub(crate) use child::{pidfd, signal_group, start, start_error, status_words};
pub use config::Config;
pub use describe::describe;
pub use dispatch::{Canceller, Dispatcher, Options};
pub use endpoint::{Endpoint, Endpoints};
pub use file::{Aggregate, FileTarget, HandlerFile, Matching};
pub use handler::{CANNOT_ACT, HandlerConfig};
pub use influxdb::{InfluxDb, Undone, points};
pub use queue::OnFull;
pub use report::{Failure, HandlerReport, OnFailure, OnOutput, Report, Trouble};
pub use row_post::{HTTP_POST, Poster, describe_post};
pub use script::from_script;
pub use sections::Services;
pub use service::Service;
pub use side_files::side_files;
pub use tree::{FileError, Place};
pub use udf_section::{Program, Udf};
pub(crate) use values::{Key, Shape};

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

/// The kinds that send to a service of the configuration.
static SERVICES: &[&service::ServiceSpec] = &[
    &alerta::SERVICE,
    &bigpanda::SERVICE,
    &discord::SERVICE,
    &email::SERVICE,
    &hipchat::SERVICE,
    &opsgenie::SERVICE,
    &opsgenie2::SERVICE,
    &pagerduty::SERVICE,
    &pagerduty2::SERVICE,
    &pushover::SERVICE,
    &servicenow::SERVICE,
    &slack::SERVICE,
    &talk::SERVICE,
    &teams::SERVICE,
    &telegram::SERVICE,
    &victorops::SERVICE,
    &zenoss::SERVICE,
];

/// What the configuration may say of the services: the name of a section, whether there may be several, and its
/// keys.
pub(crate) fn service_sections() -> impl Iterator<Item = (&'static str, bool, Vec<Key>)> {
    SERVICES.iter().map(|spec| {
        let keys = service::COMMON.iter().chain(spec.section).copied().collect();
        (spec.script.kind, spec.workspaces, keys)
    })
}

/// Whether handlers of a kind do something: `slack`, `exec`.
pub fn acts(name: &str) -> bool {
    ["exec", "log", "tcp", "post"].contains(&name) || SERVICES.iter().any(|spec| spec.script.name == name)
}
