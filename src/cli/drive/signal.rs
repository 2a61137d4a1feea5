//! Ctrl-C and SIGTERM: the first asks the run to end in order, within a time; the second ends it at once, with
//! its programs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Exit;
use crate::cli::io::complain;
use crate::handlers::Canceller;
use crate::udf::kill_functions;

/// An end that takes longer is explained.
const PATIENCE: Duration = Duration::from_secs(1);

/// What an interrupt ends.
pub(crate) struct Ending {
    /// What is still delivered then.
    pub(crate) canceller: Canceller,
    /// For how long.
    pub(crate) drain: Duration,
    /// Whether that is said.
    pub(crate) said: bool,
}

/// Whether Ctrl-C was pressed.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens, on a thread of its own: the engine's must never wait for a signal.
    pub(crate) fn listen(ending: Option<Ending>) -> Interrupt {
        let interrupt = Interrupt::default();
        let flag = interrupt.clone();
        let (ready, listens) = channel();
        let thread = thread::Builder::new().name("signals".to_owned());
        // Without the thread Ctrl-C ends the process as it always does.
        if thread.spawn(move || flag.wait(ending, &ready)).is_ok() {
            // An error means that nothing listens.
            let _ = listens.recv();
        }
        interrupt
    }

    /// Whether the run is to end.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// As if Ctrl-C had been pressed.
    #[cfg(test)]
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn wait(&self, ending: Option<Ending>, ready: &Sender<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
            let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return };
            // The run goes on even if nobody waited.
            let _ = ready.send(());
            let mut next = async || {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            };
            next().await;
            self.0.store(true, Ordering::Relaxed);
            tokio::select! {
                () = next() => {}
                () = drain(ending.as_ref()) => {}
            }
            // The second time: nothing is waited for but the end of the programs.
            kill_functions();
            if let Some(ending) = &ending {
                ending.canceller.stop();
            }
            std::process::exit(i32::from(Exit::Interrupted.code()));
        });
    }
}

/// Gives handlers and functions their time and then gives up on what they have not done; the run ends by itself then.
async fn drain(ending: Option<&Ending>) {
    if let Some(Ending { canceller, drain, said }) = ending {
        let patience = PATIENCE.min(*drain);
        tokio::time::sleep(patience).await;
        if *said && *drain > PATIENCE {
            complain(&format!(
                "interrupted: what is queued is still delivered, for at most {} s; again ends it at once",
                drain.as_secs()
            ));
        }
        tokio::time::sleep(drain.saturating_sub(patience)).await;
        kill_functions();
        canceller.cancel();
    }
    std::future::pending().await
}
