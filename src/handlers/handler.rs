//! What an event is handed to, as configured: data only.

use super::service::Service;

/// A handler with its options.
#[derive(Clone, PartialEq, Debug)]
pub enum HandlerConfig {
    /// Start a program with the event on its standard input.
    Exec {
        /// Looked up in PATH where it has no slash.
        prog: String,
        /// Passed as they are.
        args: Vec<String>,
        /// Keep one program running and write it a line for each event.
        stream: bool,
    },
    /// Append a line to a file.
    Log {
        /// Absolute.
        path: String,
        /// Permissions of a new file.
        mode: u32,
    },
    /// Send to a socket.
    Tcp {
        /// `host:port`
        address: String,
    },
    /// HTTP POST.
    Post {
        /// Go template; empty where an endpoint is named.
        url: String,
        /// Name of a configured endpoint.
        endpoint: String,
        /// In order; later ones win.
        headers: Vec<(String, String)>,
        /// Read the body of an error reply into the log.
        capture_response: bool,
        /// Nanoseconds; 0 for the default.
        timeout: i64,
        /// Do not check the server's certificate.
        skip_ssl_verification: bool,
    },
    /// A message to a service that the configuration describes.
    Service(Service),
    /// A kind that is checked, but cannot act yet.
    Unsupported {
        /// As scripts spell it: `kafka`.
        kind: &'static str,
    },
}

/// Why a kind that is checked does not act.
pub const CANNOT_ACT: &str = "this version knows the kind, but not how to send to it";

impl HandlerConfig {
    /// Whether it does something when it is asked to.
    pub fn acts(&self) -> bool {
        !matches!(self, HandlerConfig::Unsupported { .. })
    }

    /// The kind, as scripts and traces spell it.
    pub fn kind(&self) -> &'static str {
        match self {
            HandlerConfig::Exec { .. } => "exec",
            HandlerConfig::Log { .. } => "log",
            HandlerConfig::Tcp { .. } => "tcp",
            HandlerConfig::Post { .. } => "post",
            HandlerConfig::Service(service) => service.name(),
            HandlerConfig::Unsupported { kind } => kind,
        }
    }
}
