//! TLS of servers in tests, with a certificate that only they know, and services behind it.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::thread;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::golden::{critical, handler};
use super::post::{read, reply};
use super::*;

/// A server's certificate for 127.0.0.1, and how it speaks TLS.
pub(super) struct Identity {
    folder: Folder,
    config: Arc<ServerConfig>,
}

impl Identity {
    pub(super) fn new() -> Identity {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let folder = Folder::new();
        fs::write(folder.path("ca.pem"), made.cert.pem()).expect("a file");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a server");
        Identity { folder, config: Arc::new(config) }
    }

    /// A file with the certificate.
    pub(super) fn ca(&self) -> String {
        self.folder.path("ca.pem").display().to_string()
    }

    /// The server's side of a connection.
    pub(super) fn accept(&self, socket: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
        StreamOwned::new(ServerConnection::new(Arc::clone(&self.config)).expect("a connection"), socket)
    }
}

/// Delivers an event over HTTPS to Slack as `more` configures it; whether the server got it, and the failures.
fn to_slack(identity: Identity, more: &str) -> (bool, Vec<Failure>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("address"));
    let server = thread::spawn(move || {
        let (socket, _) = listener.accept().expect("connection");
        let mut stream = identity.accept(socket);
        let got = read(&mut stream).is_some();
        // A client that does not trust us is gone.
        let _ = stream.write_all(reply("200 OK", "").as_bytes());
        let _ = stream.flush();
        got
    });
    let config = handler(&format!("[slack]\nenabled = true\nurl = '{url}'\n{more}\n"), "slack", "");
    let (_, told) = deliver(config, Options::default(), &Arc::new(critical()));
    (server.join().expect("server"), told)
}

#[test]
fn a_server_is_trusted_if_its_authority_is() {
    let identity = Identity::new();
    let ca = format!("ssl-ca = '{}'", identity.ca());
    let (got, told) = to_slack(identity, &ca);
    assert!(got && told.is_empty(), "{told:?}");
}

#[test]
fn any_certificate_will_do_if_that_is_wanted() {
    let (got, told) = to_slack(Identity::new(), "insecure-skip-verify = true");
    assert!(got && told.is_empty(), "{told:?}");
}

#[test]
fn a_server_that_nobody_knows_gets_nothing() {
    let (got, told) = to_slack(Identity::new(), "");
    assert!(!got && only(&told).0.contains("certificate"), "{told:?}");
}
