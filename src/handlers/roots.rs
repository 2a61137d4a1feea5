//! Which certificates are trusted: those of the system, as in Kapacitor, so that a company's own authority
//! counts; Mozilla's where the system has none.

use std::env;
use std::fs;

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// Where systems keep them in one file.
const BUNDLES: [&str; 6] = [
    // Debian, Ubuntu, Arch
    "/etc/ssl/certs/ca-certificates.crt",
    // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    // SUSE
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    // Alpine, macOS
    "/etc/ssl/cert.pem",
];

/// The trusted certificates: `SSL_CERT_FILE` or the system's.
pub(crate) fn load() -> RootCerts {
    system().map_or(RootCerts::WebPki, |certs| RootCerts::new_with_certs(&certs))
}

/// Those of `SSL_CERT_FILE`, or of the system if it has any.
pub(super) fn system() -> Option<Vec<Certificate<'static>>> {
    match env::var("SSL_CERT_FILE") {
        Ok(file) => certificates(&file),
        Err(_) => BUNDLES.iter().find_map(|file| certificates(file)),
    }
}

/// The certificates of a file; none where it holds none.
fn certificates(file: &str) -> Option<Vec<Certificate<'static>>> {
    let pem = fs::read(file).ok()?;
    let certs: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(cert)) => Some(cert),
            _ => None,
        })
        .collect();
    (!certs.is_empty()).then_some(certs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_found_among_other_things() {
        let dir = tempfile::tempdir().expect("folder");
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::write(&path, text).expect("file");
            path.display().to_string()
        };
        let cert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let bundle = put("bundle", &format!("# one\n{cert}# two\n{cert}"));
        assert_eq!(certificates(&bundle).map(|certs| certs.len()), Some(2));
        assert!(certificates(&put("empty", "nothing")).is_none());
        assert!(certificates("/no/such/file").is_none());
    }
}
