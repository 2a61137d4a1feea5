//! The server from its start to its end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use super::live::{Board, Live, Setup};
use super::{App, Kept, http, udp};
use crate::config::Udp;
use crate::handlers::Config;
use crate::play::Asked;
use crate::store::Store;
use crate::text::system_words;
use crate::value::Zone;

/// Events that may wait for each handler.
const QUEUE: usize = 5000;

/// Bytes of points that may wait to be played.
const BACKLOG: usize = 256 << 20;

/// How long handlers may take at the end.
const DRAIN: Duration = Duration::from_secs(30);

/// What the server is started with.
pub struct Options {
    /// The configuration.
    pub config: Config,
    /// The folder of the store.
    pub data: PathBuf,
    /// Where clients find it.
    pub bind: SocketAddr,
    /// The retention policy of points that name none.
    pub default_rp: String,
    /// `[[udp]]`
    pub udps: Vec<Udp>,
}

/// Runs until SIGTERM or SIGINT; `ready` is told the address once clients can come.
///
/// # Errors
/// Why it cannot begin.
pub fn run(options: Options, ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let store = Store::open(&options.data).map_err(|e| e.to_string())?;
    let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("http").enable_all().build();
    let runtime = runtime.map_err(|e| format!("there are no threads for the server: {e}"))?;
    runtime.block_on(serve(options, Arc::new(store), ready))
}

async fn serve(options: Options, store: Arc<Store>, ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let bind = options.bind;
    let taken = |e: io::Error| format!("cannot listen on {bind}: {}", system_words(e));
    let listener = TcpListener::bind(bind).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let udps = options.udps.clone();
    let app = Arc::new(app(options, store)?);
    for udp in &udps {
        let refused = |e| format!("cannot listen on {} for `[[udp]]`: {}", udp.bind_address, system_words(e));
        tokio::spawn(udp::listen(udp, Arc::clone(&app.live)).await.map_err(refused)?);
    }
    ready(address);
    let served = axum::serve(listener, http::router(Arc::clone(&app))).with_graceful_shutdown(ended());
    served.await.map_err(|e| format!("the server ended: {e}"))?;
    app.live.finish().await;
    Ok(())
}

fn app(options: Options, store: Arc<Store>) -> Result<App, String> {
    let config = Arc::new(options.config);
    let asked = Asked::configured(&config)?.map(Arc::new);
    let setup = Setup {
        config: Arc::clone(&config),
        zone: Zone::utc(),
        board: Arc::new(Board::default()),
        keeper: Arc::new(Kept::new(Arc::clone(&store), true, &config)?),
        asked,
        queue: QUEUE,
        backlog: BACKLOG,
        drain: DRAIN,
    };
    let live = Live::new(setup).map_err(|e| e.to_string())?;
    Ok(App { live: Arc::new(live), store, config, default_rp: options.default_rp })
}

/// Returns when the process is asked to end.
async fn ended() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
