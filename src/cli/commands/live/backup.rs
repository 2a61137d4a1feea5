//! `tick backup`

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Done, Server, Stop};
use crate::text::system_words;

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The file to write; one that is there is replaced once everything has come
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    server: Server,
}

/// Runs the command.
pub(super) fn run(args: &Args, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    let (size, backup) = client.backup()?;
    if args.file.metadata().is_ok_and(|there| !there.is_file()) {
        // What is no file, such as a device, cannot be replaced.
        let mut file = OpenOptions::new().write(true).open(&args.file).map_err(|e| unsaved(&args.file, e))?;
        return copy(size, backup, &mut file, &args.file);
    }
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // As any new file; the mask of the process takes away what it should not have.
    let beside = builder.permissions(Permissions::from_mode(0o666)).prefix(".backup");
    let mut beside =
        beside.tempfile_in(folder.unwrap_or(Path::new("."))).map_err(|e| unsaved(&args.file, e))?;
    copy(size, backup, beside.as_file_mut(), &args.file)?;
    beside.as_file().sync_all().map_err(|e| unsaved(&args.file, e))?;
    beside.persist(&args.file).map_err(|e| unsaved(&args.file, e.error))?;
    Ok(())
}

fn copy(size: Option<u64>, mut from: impl Read, to: &mut File, file: &Path) -> Done {
    let written = io::copy(&mut from, to).map_err(|e| unsaved(file, e))?;
    match size {
        Some(size) if size != written => Err(Stop::because(format!(
            "failed to download entire backup, only wrote {written} bytes out of a total {size} bytes."
        ))),
        _ => Ok(()),
    }
}

fn unsaved(file: &Path, error: io::Error) -> Stop {
    Stop::because(format!("failed to save backup: {}: {}", file.display(), system_words(error)))
}
