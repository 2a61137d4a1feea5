//! What happens to events outside: one file for each kind of handler.

mod alerta;
mod bigpanda;
mod discord;
mod email;
mod hipchat;
mod kafka;
mod mqtt;
mod opsgenie;
mod opsgenie2;
mod pagerduty;
mod pagerduty2;
mod pushover;
mod sensu;
mod servicenow;
mod slack;
mod snmptrap;
mod talk;
mod teams;
mod telegram;
mod victorops;
mod zenoss;

use crate::pipeline::HandlerSpec;

/// Every handler that an alert can declare.
pub const SPECS: &[&HandlerSpec] = &[
    &alerta::SPEC,
    &bigpanda::SPEC,
    &discord::SPEC,
    &email::SPEC,
    &hipchat::SPEC,
    &kafka::SPEC,
    &mqtt::SPEC,
    &opsgenie::SPEC,
    &opsgenie2::SPEC,
    &pagerduty::SPEC,
    &pagerduty2::SPEC,
    &pushover::SPEC,
    &sensu::SPEC,
    &servicenow::SPEC,
    &slack::SPEC,
    &snmptrap::SPEC,
    &talk::SPEC,
    &teams::SPEC,
    &telegram::SPEC,
    &victorops::SPEC,
    &zenoss::SPEC,
];
