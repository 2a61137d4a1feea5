//! `kapacitor.conf`: read as Kapacitor reads it, changed by the environment and by the API, shown without its
//! secrets. Nothing here looks at the environment or the clock by itself.

#[cfg(feature = "serve")]
mod auth;
mod convert;
mod environment;
mod lookup;
mod overrides;
mod print;
mod read;
mod rules;
mod rules_services;
mod schema;
mod services;
mod setting;
mod settings;
mod show;
mod tables;
mod tree;
mod views;

#[cfg(feature = "serve")]
pub use auth::{Asker, asker};
pub use lookup::lookup;
pub use overrides::{Changed, Override, apply, update};
pub use setting::Secret;
pub use settings::Settings;
pub use show::{Refusal, Target, show};
pub use views::{Auth, Http, Influx, Load, Logging, Stats, Tls, Udp};

#[cfg(test)]
mod tests;
