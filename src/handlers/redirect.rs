//! Where an answer sends a request on, by the rules of Go's client: 301, 302 and 303 ask for the new place, 307 and 308
//! send the body there once more. What proves who we are goes to no other host.

use ureq::http::Uri;

/// How often a request may be sent on.
pub(super) const MOST: usize = 10;

/// Headers that another host must not see.
const SECRET: [&str; 4] = ["authorization", "cookie", "cookie2", "www-authenticate"];

/// Where an answer with this status and `Location` sends a request, and whether its body goes along.
pub(super) fn next(status: u16, location: Option<&str>, from: &str) -> Option<(String, bool)> {
    let keeps = match status {
        301..=303 => false,
        307 | 308 => true,
        _ => return None,
    };
    Some((resolve(from, location?), keeps))
}

/// A place as seen from a URL.
fn resolve(from: &str, place: &str) -> String {
    let place = place.split('#').next().unwrap_or_default();
    let end = from.find(['?', '#']).unwrap_or(from.len());
    let (path, _) = from.split_at(end);
    let host = path.find("://").map_or(0, |at| at + 3);
    let slash = path[host..].find('/').map_or(path.len(), |at| host + at);
    let scheme = host.saturating_sub(2);
    match place {
        _ if place.split('/').next().is_some_and(|first| first.ends_with(':')) => place.to_owned(),
        _ if place.starts_with("//") => format!("{}{place}", &path[..scheme]),
        _ if place.starts_with('/') => format!("{}{place}", &path[..slash]),
        _ if place.starts_with('?') || place.is_empty() => format!("{path}{place}"),
        _ => {
            let folder = path.rfind('/').filter(|at| *at >= slash).unwrap_or(slash);
            format!("{}/{place}", &path[..folder])
        }
    }
}

/// Whether a header may go on from one URL to another.
pub(super) fn may_see(header: &str, from: &str, to: &str) -> bool {
    !SECRET.contains(&header.to_ascii_lowercase().as_str()) || host(from).is_some() && host(from) == host(to)
}

/// Whether a URL is one of this machine, which no proxy can reach for us.
pub(super) fn is_here(url: &str) -> bool {
    let Some((host, _)) = host(url) else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Host and port of a URL.
fn host(url: &str) -> Option<(String, Option<u16>)> {
    let uri: Uri = url.parse().ok()?;
    Some((uri.host()?.to_ascii_lowercase(), uri.port_u16()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_go_along_where_the_status_says_so() {
        let to = |status| next(status, Some("/b"), "http://h/a").map(|(_, keeps)| keeps);
        assert_eq!(
            [301, 302, 303, 307, 308].map(to),
            [Some(false), Some(false), Some(false), Some(true), Some(true)]
        );
        assert_eq!([200, 300, 304, 404].map(to), [None; 4]);
        assert_eq!(next(302, None, "http://h/a"), None, "nowhere to go");
    }

    #[test]
    fn places_are_seen_from_where_one_is() {
        for (from, place, to) in [
            ("http://h:1/a/b?c=d", "https://x.y/z?q", "https://x.y/z?q"),
            ("https://h/a/b", "//x/z", "https://x/z"),
            ("http://h:1/a/b?c=/d", "/z", "http://h:1/z"),
            ("http://h/a/b?c=d", "z#part", "http://h/a/z"),
            ("http://h", "z", "http://h/z"),
            ("http://h/a?c", "?d", "http://h/a?d"),
            ("http://h/a", "", "http://h/a"),
            ("no url", "ü", "no url/ü"),
        ] {
            assert_eq!(resolve(from, place), to, "{place} from {from}");
        }
    }

    #[test]
    fn passwords_stay_with_their_host() {
        let seen = |header, to| may_see(header, "http://h:1/a", to);
        assert!(seen("Authorization", "http://H:1/b") && seen("X-Team", "http://x/"));
        assert!(
            !seen("Authorization", "http://x:1/b") && !seen("cookie", "http://h:2/") && !seen("cookie", "?")
        );
    }

    #[test]
    fn this_machine_has_several_names() {
        let here = ["http://localhost:80/a", "http://127.3.2.1/", "https://[::1]:443/"];
        let there = ["http://localhost.example.test/", "http://10.0.0.1/", "/path", ""];
        assert!(here.iter().all(|url| is_here(url)) && !there.iter().any(|url| is_here(url)));
    }
}
