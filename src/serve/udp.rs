//! `[[udp]]`: points in datagrams. Nobody is answered: what cannot be read is told of in the log.

use std::io;
use std::sync::Arc;

use tokio::net::UdpSocket;
use tracing::Level;

use super::clock::now;
use super::http::precision;
use super::live::{Body, Busy, Live, Written};
use super::log::tell;
use crate::config::Udp;

/// The largest datagram that there is.
const LARGEST: usize = 65_536;

/// Datagrams that are played together.
const TOGETHER: usize = 64;

/// Begins to listen; the port is taken when it returns. What comes is played until the task is dropped.
///
/// # Errors
/// If the port cannot be had.
pub(super) async fn listen(udp: &Udp, live: Arc<Live>) -> io::Result<impl Future<Output = ()> + use<>> {
    let address = match udp.bind_address.starts_with(':') {
        true => format!("0.0.0.0{}", udp.bind_address),
        false => udp.bind_address.clone(),
    };
    let socket = UdpSocket::bind(&address).await?;
    let pairs =
        [("addr", &*socket.local_addr()?.to_string()), ("db", &udp.database)].map(|(k, v)| (k, v.to_owned()));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    tell(Level::INFO, "udp", "listening", &pairs);
    Ok(receive(socket, udp.clone(), live))
}

async fn receive(socket: UdpSocket, udp: Udp, live: Arc<Live>) {
    let mut part = vec![0; LARGEST];
    loop {
        let mut text = Vec::new();
        // The first is waited for, and what has come with it is taken along.
        match socket.recv(&mut part).await {
            Ok(n) => push(&mut text, part.get(..n).unwrap_or_default()),
            Err(error) => {
                tell(Level::ERROR, "udp", "failed to receive", &[("err", &error.to_string())]);
                continue;
            }
        }
        for _ in 1..TOGETHER {
            let Ok(n) = socket.try_recv(&mut part) else { break };
            push(&mut text, part.get(..n).unwrap_or_default());
        }
        let (db, rp) = (udp.database.clone(), udp.retention_policy.clone());
        let body = Body { db, rp, precision: precision(&udp.precision), now: now(), text };
        told(live.write(body).await);
    }
}

/// A datagram may lack its last newline; the next begins on a line of its own.
fn push(text: &mut Vec<u8>, datagram: &[u8]) {
    text.extend_from_slice(datagram);
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
}

fn told(written: Result<Written, Busy>) {
    match written {
        Ok(Written { bad: 0, .. }) => {}
        Ok(Written { bad, mistakes, .. }) => {
            let first = mistakes.first().map_or(String::new(), |m| format!("{}: {}", m.text, m.message));
            let pairs = [("lines", &*bad.to_string()), ("first", &first)];
            tell(Level::ERROR, "udp", "lines could not be read", &pairs);
        }
        Err(Busy) => tell(Level::ERROR, "udp", "points are not played: too many wait", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_are_lines_of_their_own() {
        let mut text = Vec::new();
        for datagram in ["a v=1", "b v=2\n", ""] {
            push(&mut text, datagram.as_bytes());
        }
        assert_eq!(String::from_utf8(text).unwrap(), "a v=1\nb v=2\n");
    }
}
