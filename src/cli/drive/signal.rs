//! Ctrl-C and SIGTERM: the first asks the run to end in order, the second ends it at once, with its programs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Exit;
use crate::handlers::Canceller;

/// Whether Ctrl-C was pressed.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens, on a thread of its own: the engine's must never wait for a signal.
    pub(crate) fn listen(canceller: Option<Canceller>) -> Interrupt {
        let interrupt = Interrupt::default();
        let flag = interrupt.clone();
        let (ready, listens) = channel();
        let thread = thread::Builder::new().name("signals".to_owned());
        // Without the thread Ctrl-C ends the process as it always does.
        if thread.spawn(move || flag.wait(canceller, &ready)).is_ok() {
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

    fn wait(&self, canceller: Option<Canceller>, ready: &Sender<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
            let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return };
            // The run goes on even if nobody waited.
            let _ = ready.send(());
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if self.0.swap(true, Ordering::Relaxed) {
                    // The second time: nothing is waited for but the end of the programs.
                    if let Some(canceller) = &canceller {
                        canceller.stop();
                    }
                    std::process::exit(i32::from(Exit::Interrupted.code()));
                }
            }
        });
    }
}
