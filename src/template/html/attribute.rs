//! What an attribute's value is, judged by the attribute's name.

use super::place::Attr;

/// Attributes that hold a URL.
const URLS: [&str; 17] = [
    "action",
    "archive",
    "background",
    "cite",
    "classid",
    "codebase",
    "data",
    "formaction",
    "href",
    "icon",
    "longdesc",
    "manifest",
    "poster",
    "profile",
    "src",
    "usemap",
    "xmlns",
];

/// Attributes that would be taken for something else by their names, and those that change how other
/// content is read: no value may become their name.
const GUARDED: [&str; 22] = [
    "accept-charset",
    "async",
    "challenge",
    "charset",
    "content",
    "crossorigin",
    "defer",
    "enctype",
    "form",
    "formenctype",
    "formmethod",
    "formnovalidate",
    "http-equiv",
    "keytype",
    "language",
    "method",
    "novalidate",
    "pattern",
    "rel",
    "sandbox",
    "type",
    "value",
];

/// What the value of an attribute (its name in lower case) is.
pub(super) fn kind(name: &str) -> Attr {
    let bare = bare(name);
    if name.starts_with("xmlns:") {
        return Attr::Url;
    }
    match bare {
        "style" => return Attr::Style,
        "srcset" => return Attr::UrlList,
        "srcdoc" | "srclang" => return Attr::Plain,
        _ if URLS.contains(&bare) => return Attr::Url,
        _ => {}
    }
    if bare.starts_with("on") {
        return Attr::Script;
    }
    // Attributes of one's own are judged by what their names hint at.
    if ["src", "uri", "url"].iter().any(|hint| bare.contains(hint)) {
        return Attr::Url;
    }
    Attr::Plain
}

/// Whether a value may become the name of an attribute.
pub(super) fn may_be_name(name: &str) -> bool {
    let bare = bare(name);
    kind(name) == Attr::Plain && bare != "srcdoc" && !GUARDED.contains(&bare)
}

/// Without `data-` or a namespace.
fn bare(name: &str) -> &str {
    match name.strip_prefix("data-") {
        Some(rest) => rest,
        None => name.split_once(':').map_or(name, |(_, rest)| rest),
    }
}
