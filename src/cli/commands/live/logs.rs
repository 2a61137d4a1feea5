//! `tick watch` and `tick logs`: what a server logs, as it comes.

use std::io::{self, ErrorKind, Read, Write};

use tokio::signal::unix::{SignalKind, signal};

use super::{Done, Server, Stop};
use crate::text::system_words;

/// What was typed for `tick watch`.
#[derive(clap::Args, Debug)]
pub(crate) struct Watch {
    /// The id of the task
    #[arg(value_name = "TASK")]
    task: String,

    /// Only records with this field: `node=log5`
    #[arg(value_name = "FIELD=VALUE", value_parser = field)]
    fields: Vec<(String, String)>,

    #[command(flatten)]
    server: Server,
}

/// What was typed for `tick logs`.
#[derive(clap::Args, Debug)]
pub(crate) struct Logs {
    /// Only records with this field: `service=http`, `lvl=error`; `lvl=info+` is that level and those above it
    #[arg(value_name = "FIELD=VALUE", value_parser = field)]
    fields: Vec<(String, String)>,

    #[command(flatten)]
    server: Server,
}

/// `FIELD=VALUE`
fn field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !value.contains('=') => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("bad keyvalue pair: '{text}'")),
    }
}

/// Runs `tick watch`.
pub(super) fn watch(args: &Watch, root: &Server) -> Done {
    let mut fields = vec![("task".to_owned(), args.task.clone())];
    fields.extend(args.fields.iter().cloned());
    tail(&args.server, root, &fields)
}

/// Runs `tick logs`.
pub(super) fn logs(args: &Logs, root: &Server) -> Done {
    tail(&args.server, root, &args.fields)
}

/// Passes the log on until the server ends it or somebody has seen enough.
fn tail(server: &Server, root: &Server, fields: &[(String, String)]) -> Done {
    let client = server.connect(root)?;
    // Of a field that was said twice the last value counts.
    let mut said: Vec<(String, String)> = Vec::new();
    for (name, value) in fields {
        said.retain(|(known, _)| known != name);
        said.push((name.clone(), value.clone()));
    }
    let listening = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let listening = listening.map_err(|e| Stop::because(system_words(e)))?;
    let done = listening.block_on(async {
        let passed = tokio::task::spawn_blocking(move || pass_on(client.logs(&said)?));
        let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return passed.await.unwrap_or(Ok(()));
        };
        tokio::select! {
            done = passed => done.unwrap_or(Ok(())),
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    });
    // The reader may be waiting for a record that never comes.
    listening.shutdown_background();
    done
}

/// Prints what comes as soon as it comes. A reader that has gone away is no failure.
pub(super) fn pass_on(mut from: impl Read) -> Done {
    let mut out = io::stdout().lock();
    let mut bytes = [0; 1 << 13];
    loop {
        let read = match from.read(&mut bytes) {
            Ok(0) => return Ok(()),
            Ok(read) => bytes.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(Stop::because(format!("the answer ended early: {}", system_words(error))));
            }
        };
        match out.write_all(read).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => {
                let words = system_words(error);
                return Err(Stop::because(format!("cannot write to standard output: {words}")));
            }
        }
    }
}
