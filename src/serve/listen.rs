//! Connections: how many there may be, how long they may take, and how they end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::Level;

use super::log::{HTTP, tell};

/// Connections at once; others wait until one of these ends.
const CONNECTIONS: usize = 1024;

/// How long to wait after the system could not give a connection: there may be no file handles left.
const AGAIN: Duration = Duration::from_millis(100);

/// How long clients are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the headers of a request are there; also how long a connection may do nothing.
    pub headers: Duration,
    /// Until the next part of a request's body is there.
    pub body: Duration,
    /// For requests that are under way when the server ends.
    pub end: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        let [headers, body, end] = [60, 30, 10].map(Duration::from_secs);
        Limits { headers, body, end }
    }
}

/// Takes connections until `ended`, then lets requests that are under way come to their end.
pub(super) async fn listen(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    ended: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    // Connections learn of the end when the sender is gone.
    let (end, ending) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(ended);
    loop {
        let next = async {
            // The semaphore is never closed.
            let permit = Arc::clone(&room).acquire_owned().await.ok();
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            next = next => next,
            () = &mut ended => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let (router, ending) = (router.clone(), ending.clone());
                connections.spawn(async move {
                    serve(stream, router, limits, ending).await;
                    drop(permit);
                });
            }
            Err(error) => {
                let error = crate::text::system_words(&error);
                tell(Level::ERROR, HTTP, "a connection could not be taken", &[("err", &error)]);
                sleep(AGAIN).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop((listener, end));
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.end, all).await.is_err() {
        let left = connections.len().to_string();
        tell(Level::WARN, HTTP, "requests were cut off at the end", &[("connections", &left)]);
    }
}

async fn serve(stream: TcpStream, router: Router, limits: Limits, mut ending: watch::Receiver<()>) {
    // Answers are small, and somebody waits for them.
    let _ = stream.set_nodelay(true);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.headers);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    // A connection that fails is its client's affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = ending.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
