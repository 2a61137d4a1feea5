//! The URL of a server: where it is, and who asks.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

/// Where a server is, and what it is told of who asks.
pub(super) struct Address {
    /// `http://host:port`
    pub(super) origin: String,
    /// The header `Authorization`.
    pub(super) authorization: Option<String>,
}

impl Address {
    /// Takes a URL apart. A user and a password may stand before the host; a path has no meaning.
    pub(super) fn read(url: &str) -> Result<Address, String> {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        let scheme = scheme.to_ascii_lowercase();
        if !["http", "https"].contains(&scheme.as_str()) {
            // Kapacitor's words.
            return Err(format!(
                "Unsupported protocol scheme: {scheme}, your address must start with http:// or https://"
            ));
        }
        let rest = rest.strip_prefix("//").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let origin = format!("{scheme}://{host}");
        if host.is_empty() || origin.parse::<Uri>().is_err() {
            // Not the URL as it was given: there may be a password in it.
            return Err(format!("`{origin}` names no server: expected a URL such as http://localhost:9092"));
        }
        Ok(Address { origin, authorization: user.map(basic) })
    }
}

/// `user:password` of a URL as the header has it.
fn basic(user: &str) -> String {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", plain(name), plain(password))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let read = |url| Address::read(url).map(|a| (a.origin, a.authorization));
        let origin = |text: &str| text.to_owned();
        assert_eq!(read("http://localhost:9092"), Ok((origin("http://localhost:9092"), None)));
        assert_eq!(read("HTTPS://h/kapacitor?x#y"), Ok((origin("https://h"), None)));
        // a@b:c d
        let basic = Some("Basic YUBiOmMgZA==".to_owned());
        assert_eq!(read("http://a%40b:c%20d@[::1]:9092/"), Ok((origin("http://[::1]:9092"), basic)));
        assert_eq!(read("http://me@h"), Ok((origin("http://h"), Some("Basic bWU6".to_owned()))));
    }

    #[test]
    fn what_is_no_url_of_a_server_is_refused() {
        for (url, scheme) in [("ftp://h", "ftp"), ("localhost:9092", "localhost"), ("", ""), ("h", "")] {
            let want = format!("Unsupported protocol scheme: {scheme}, your address must start with ");
            let error = Address::read(url).err().unwrap_or_default();
            assert!(error.starts_with(&want), "{url}: {error}");
        }
        for url in ["http://", "http:h", "http://me:secret@", "http://me:secret@a b", "https:///path"] {
            let error = Address::read(url).err().unwrap_or_default();
            assert!(error.contains("names no server") && !error.contains("secret"), "{url}: {error}");
        }
    }
}
