//! The server from its start to its end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Mutex, oneshot};
use tracing::Level;

use super::listen::{Limits, listen};
use super::live::{Board, Live, Setup};
use super::log::{HTTP, Hub, install, tell};
use super::{App, Kept, Metrics, Tasks, http, tasks, topics, udp};
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
    /// How long clients are waited for.
    pub limits: Limits,
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
    let served = runtime.block_on(serve(options, Arc::new(store), ready));
    // What still runs now has had its time.
    runtime.shutdown_background();
    served
}

async fn serve(options: Options, store: Arc<Store>, ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let bind = options.bind;
    let taken = |e: io::Error| format!("cannot listen on {bind}: {}", system_words(e));
    let listener = TcpListener::bind(bind).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let (udps, limits) = (options.udps.clone(), options.limits);
    let mut signals =
        Signals::new().map_err(|e| format!("signals cannot be received: {}", system_words(e)))?;
    let app = Arc::new(app(options, store)?);
    topics::restore(&app).await;
    tasks::restore(&app).await;
    for udp in &udps {
        let refused = |e| format!("cannot listen on {} for `[[udp]]`: {}", udp.bind_address, system_words(e));
        tokio::spawn(udp::listen(udp, Arc::clone(&app.live)).await.map_err(refused)?);
    }
    ready(address);
    let (say, said) = oneshot::channel::<()>();
    let work = async {
        let ended = async { drop(said.await) };
        listen(listener, http::router(Arc::clone(&app)), limits, ended).await;
        app.live.finish().await;
    };
    let impatience = async {
        signals.next().await;
        tell(Level::INFO, HTTP, "the server is ending", &[]);
        app.log.end();
        drop(say);
        signals.next().await;
    };
    tokio::select! {
        () = work => {}
        () = impatience => tell(Level::WARN, HTTP, "the server ends at once", &[]),
    }
    Ok(())
}

fn app(options: Options, store: Arc<Store>) -> Result<App, String> {
    let log = Arc::new(Hub::new(Level::INFO));
    install(&log);
    let metrics = Arc::<Metrics>::default();
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
        metrics: Arc::clone(&metrics),
    };
    let live = Live::new(setup).map_err(|e| e.to_string())?;
    let (limits, default_rp) = (options.limits, options.default_rp);
    let (live, tasks, handlers) = (Arc::new(live), Tasks::default(), Mutex::default());
    Ok(App { live, store, tasks, config, log, metrics, limits, default_rp, handlers })
}

/// SIGTERM and SIGINT.
struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals { term: signal(SignalKind::terminate())?, int: signal(SignalKind::interrupt())? })
    }

    /// Returns when the process is asked to end.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}
