//! `Tick`: runs the command in a folder of its own and holds what it said against what it should.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A command about to be run.
pub(super) struct Tick {
    folder: TempDir,
    args: Vec<String>,
    stdin: String,
    env: Vec<(String, String)>,
}

/// What a command did.
pub(super) struct Outcome {
    folder: TempDir,
    pub(super) status: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Tick {
    pub(super) fn new(command: &str) -> Tick {
        let folder = tempfile::tempdir().expect("a folder");
        Tick { folder, args: vec![command.to_owned()], stdin: String::new(), env: Vec::new() }
    }

    /// Writes a file into the folder.
    pub(super) fn file(self, name: &str, text: &str) -> Tick {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
        self
    }

    /// Writes `script.tick` and names it as argument.
    pub(super) fn script(self, text: &str) -> Tick {
        self.file("script.tick", text).args(&["script.tick"])
    }

    /// Writes `input.lp` and gives it as `--input`.
    pub(super) fn input(self, text: &str) -> Tick {
        self.file("input.lp", text).args(&["--input", "input.lp"])
    }

    /// The path of the folder.
    pub(super) fn folder_name(&self) -> String {
        let path = fs::canonicalize(self.folder.path()).expect("a folder");
        path.to_str().expect("a name in UTF-8").to_owned()
    }

    pub(super) fn args(mut self, args: &[&str]) -> Tick {
        self.args.extend(args.iter().map(|a| (*a).to_owned()));
        self
    }

    pub(super) fn stdin(mut self, text: &str) -> Tick {
        self.stdin = text.to_owned();
        self
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Tick {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn run(self) -> Outcome {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
        command.args(&self.args).current_dir(self.folder.path());
        for (name, _) in std::env::vars()
            .filter(|(n, _)| n.starts_with("TICK_") || n.starts_with("KAPACITOR_") || n == "NO_COLOR")
        {
            command.env_remove(name);
        }
        command.env("TZ", "UTC").envs(self.env);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("tick starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        // A command that does not read closes its end first; that is no failure.
        let _ = pipe.write_all(self.stdin.as_bytes());
        drop(pipe);
        let out = child.wait_with_output().expect("tick ends");
        Outcome {
            folder: self.folder,
            status: out.status.code().unwrap_or(-1),
            stdout: String::from_utf8(out.stdout).expect("UTF-8"),
            stderr: String::from_utf8(out.stderr).expect("UTF-8"),
        }
    }
}

impl Outcome {
    #[track_caller]
    pub(super) fn status(self, want: i32) -> Outcome {
        assert_eq!(self.status, want, "status\nstdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(super) fn stdout(self, want: &str) -> Outcome {
        assert_eq!(self.stdout, want, "stdout; stderr was: {}", self.stderr);
        self
    }

    #[track_caller]
    pub(super) fn stderr(self, want: &str) -> Outcome {
        assert_eq!(self.stderr, want, "stderr; stdout was: {}", self.stdout);
        self
    }

    #[track_caller]
    pub(super) fn stderr_has(self, want: &str) -> Outcome {
        assert!(self.stderr.contains(want), "`{want}` is missing in: {}", self.stderr);
        self
    }

    /// Where a file of the command is.
    pub(super) fn stdout_has(self, want: &str) -> Outcome {
        assert!(self.stdout.contains(want), "`{want}` is missing in: {}", self.stdout);
        self
    }

    /// Where a file of the command is.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that the command wrote.
    #[track_caller]
    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}; {}", self.stderr))
    }

    #[track_caller]
    pub(super) fn wrote(self, name: &str, want: &str) -> Outcome {
        assert_eq!(self.read(name), want, "{name}");
        self
    }
}
