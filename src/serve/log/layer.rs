//! Takes the records of this crate from `tracing` to those who read them.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;

use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::decode;
use super::hub::Hub;
use super::record::Record;
use crate::serve::clock::now;

/// The layer of a log.
pub(super) struct Log(pub(super) Arc<Hub>);

impl<S: Subscriber> Layer<S> for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        // What other crates tell is not ours to show: they do not know what is secret here.
        if metadata.target().starts_with(env!("CARGO_CRATE_NAME")) {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.0.wants(*metadata.level())
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut parts = Parts::default();
        event.record(&mut parts);
        let pairs = decode(&parts.pairs);
        self.0.take(&Record {
            time: now(),
            level: *event.metadata().level(),
            message: &parts.message,
            service: &parts.service,
            pairs: &pairs,
        });
    }
}

#[derive(Default)]
struct Parts {
    message: String,
    service: String,
    pairs: String,
}

impl Visit for Parts {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "service" => value.clone_into(&mut self.service),
            "pairs" => value.clone_into(&mut self.pairs),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // Writing to a text cannot fail.
            let _ = write!(self.message, "{value:?}");
        }
    }
}
