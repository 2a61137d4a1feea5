//! Mail over SMTP.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use lettre::message::header::{ContentTransferEncoding, ContentType, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport};

use super::http::Lost;
use super::roots;
use super::values::Values;
use crate::text::system_words;

/// The port on which TLS begins without being asked for.
const IMPLICIT_TLS: u16 = 465;

/// A message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    /// HTML.
    pub(super) body: String,
}

impl Mail {
    fn message(&self) -> Result<Message, String> {
        let mailbox = |address: &String| {
            address.parse::<Mailbox>().map_err(|e| format!("`{address}` is no mail address: {e}"))
        };
        let html = ContentType::parse("text/html; charset=UTF-8").map_err(|e| e.to_string())?;
        let mut builder = Message::builder().header(MIME_VERSION_1_0).date_now().from(mailbox(&self.from)?);
        for address in &self.to {
            builder = builder.to(mailbox(address)?);
        }
        let builder = builder.subject(&self.subject).header(html);
        let builder = builder.header(ContentTransferEncoding::QuotedPrintable);
        builder.body(self.body.clone()).map_err(|e| e.to_string())
    }
}

/// A connection to a mail server, opened with the first message.
pub(super) struct Mailer {
    transport: SmtpTransport,
    server: String,
    timeout: Duration,
}

impl Mailer {
    /// What a section of the configuration describes.
    ///
    /// # Errors
    /// If TLS cannot be set up for the server's name.
    pub(super) fn new(section: &Values, timeout: Duration) -> Result<Mailer, String> {
        let host = section.text("host");
        let port = u16::try_from(section.int("port")).map_err(|_| "the port is none".to_owned())?;
        let user = section.text("username");
        let idle = u64::try_from(section.int("idle-timeout")).unwrap_or_default();
        let pool = PoolConfig::new().max_size(1).idle_timeout(Duration::from_nanos(idle));
        let mut transport = SmtpTransport::builder_dangerous(host)
            .port(port)
            .hello_name(ClientId::Domain("localhost".to_owned()))
            .timeout(Some(timeout))
            .pool_config(pool)
            .tls(tls(section, port)?);
        if !user.is_empty() {
            let password = section.text("password");
            transport = transport.credentials(Credentials::new(user.to_owned(), password.to_owned()));
        }
        Ok(Mailer { transport: transport.build(), server: format!("{host}:{port}"), timeout })
    }

    /// For messages: `host:port`.
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) fn send(&self, mail: &Mail) -> Result<(), Lost> {
        let message = mail.message().map_err(|error| Lost { error, timed_out: false })?;
        match self.transport.send(&message) {
            Ok(_) => Ok(()),
            Err(e) if ran_out_of_time(&e) => {
                Err(Lost { error: format!("no answer within {:?}", self.timeout), timed_out: true })
            }
            Err(e) => Err(Lost { error: system_words(e), timed_out: false }),
        }
    }
}

/// Whether a socket waited in vain; which of the two kinds says so depends on the system.
fn ran_out_of_time(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock);
    }
    error.source().is_some_and(ran_out_of_time)
}

/// STARTTLS where the server offers it. A password goes over the wire in the clear on this machine only.
fn tls(section: &Values, port: u16) -> Result<Tls, String> {
    let host = section.text("host");
    let mut parameters = TlsParameters::builder(host.to_owned())
        .dangerous_accept_invalid_certs(section.flag("no-verify"))
        .dangerous_accept_invalid_hostnames(section.flag("no-verify"));
    if let Some(certificates) = roots::system() {
        parameters = parameters.certificate_store(CertificateStore::None);
        for certificate in certificates {
            // One that cannot be read is one that is not trusted.
            if let Ok(certificate) = Certificate::from_der(certificate.der().to_vec()) {
                parameters = parameters.add_root_certificate(certificate);
            }
        }
    }
    let parameters = parameters.build().map_err(|e| e.to_string())?;
    let here = ["localhost", "127.0.0.1", "::1"].contains(&host);
    Ok(match port {
        IMPLICIT_TLS => Tls::Wrapper(parameters),
        _ if section.text("username").is_empty() || here => Tls::Opportunistic(parameters),
        _ => Tls::Required(parameters),
    })
}
