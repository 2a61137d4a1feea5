//! `tcp`: each event to a socket, over a connection of its own.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::handler::HandlerConfig;
use super::payload::Payload;
use super::report::Trouble;
use super::worker::Job;
use crate::pipeline::{Arg, ArgType, HandlerDef, HandlerSpec, Param};
use crate::text::system_words;

/// Kapacitor waits as long as the system does (minutes); a queue that stands still for so long helps nobody.
const CONNECT: Duration = Duration::from_secs(10);
const WRITE: Duration = Duration::from_secs(30);

/// As scripts see it.
pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "tcp",
    kind: "tcp",
    go_type: "TcpHandler",
    params: &[Param::new("address", ArgType::Str)],
    doc: "sends each event to a socket",
    details: "For each event a connection to `host:port` is made, the event's JSON and two newlines are \
              written, and the connection is closed. An event is given up after 10 s without a connection, \
              or after 30 s without having written it.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        .crit(lambda: \"usage_idle\" < 10)\n        .tcp('collector.example.test:5000')\n",
    ..HandlerSpec::BASE
};

/// From a script's handler. As in Kapacitor, a bad address shows when an event is sent.
pub(super) fn config(def: &HandlerDef) -> HandlerConfig {
    let address = match def.args.first() {
        Some(Arg::Str(address)) => address.clone(),
        _ => String::new(),
    };
    HandlerConfig::Tcp { address }
}

/// What is wrong with an address.
pub(super) fn address_fault(address: &str) -> Option<&'static str> {
    match address.rsplit_once(':') {
        None => Some("the port is missing"),
        Some((_, "")) => Some("the port is empty"),
        Some((host, _)) if host.contains(':') && !(host.starts_with('[') && host.ends_with(']')) => {
            Some("an IPv6 address needs brackets: `[::1]:5000`")
        }
        Some(_) => None,
    }
}

/// Sends event after event.
pub(super) async fn work(job: &Job, address: &str) {
    job.each(|payload| async move {
        tokio::select! {
            result = send(address, &payload) => result,
            () = job.shared.cancelled() => Err(Trouble::new("tcp handler failed to write", "given up")),
        }
    })
    .await;
}

async fn send(address: &str, payload: &Payload) -> Result<(), Trouble> {
    let cannot = |error: String| Trouble::new("tcp handler failed to connect", format!("{address}: {error}"));
    if let Some(fault) = address_fault(address) {
        return Err(cannot(fault.to_owned()));
    }
    // As in Go, no host is this host.
    let target = if address.starts_with(':') { format!("localhost{address}") } else { address.to_owned() };
    let mut socket = match timeout(CONNECT, TcpStream::connect(target)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(e)) => return Err(cannot(system_words(e))),
        Err(_) => return Err(cannot(format!("no connection within {CONNECT:?}")).timed_out()),
    };
    let failed = |error: String| Trouble::new("tcp handler failed to write", format!("{address}: {error}"));
    let line = payload.line().unwrap_or_default();
    let write = async {
        socket.write_all(line.as_bytes()).await?;
        socket.write_all(b"\n").await?;
        socket.shutdown().await
    };
    match timeout(WRITE, write).await {
        Ok(result) => result.map_err(|e| failed(system_words(e))),
        Err(_) => Err(failed(format!("nothing taken within {WRITE:?}")).timed_out()),
    }
}
