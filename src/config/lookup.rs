//! Which file is the configuration.

use std::path::{Path, PathBuf};

/// What was typed, or else what the environment names, or else the first of the usual places that is there. Nothing
/// for `/dev/null`, and where there is none: then what is standard holds.
pub fn lookup(
    typed: Option<&Path>,
    variable: Option<&str>,
    home: Option<&str>,
    exists: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let named = typed.map(Path::to_owned).or_else(|| variable.filter(|v| !v.is_empty()).map(PathBuf::from));
    if let Some(path) = named {
        return Some(path).filter(|path| path != Path::new("/dev/null"));
    }
    let own =
        home.filter(|home| !home.is_empty()).map(|home| Path::new(home).join(".kapacitor/kapacitor.conf"));
    let usual = own.into_iter().chain([PathBuf::from("/etc/kapacitor/kapacitor.conf")]);
    usual.into_iter().find(|path| exists(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_named_or_there() {
        let typed = |path| Some(Path::new(path));
        let there = |names: &'static [&str]| move |path: &Path| names.iter().any(|n| path == Path::new(n));
        let (own, etc) = ("/h/.kapacitor/kapacitor.conf", "/etc/kapacitor/kapacitor.conf");
        let both = || there(&["/h/.kapacitor/kapacitor.conf", "/etc/kapacitor/kapacitor.conf"]);
        let found = |path: &str| Some(PathBuf::from(path));
        assert_eq!(lookup(typed("a"), Some("b"), Some("/h"), both()), found("a"));
        assert_eq!(lookup(typed("/dev/null"), Some("b"), Some("/h"), both()), None);
        assert_eq!(lookup(None, Some("b"), Some("/h"), both()), found("b"));
        assert_eq!(lookup(None, Some(""), Some("/h"), both()), found(own));
        assert_eq!(lookup(None, None, None, both()), found(etc));
        assert_eq!(lookup(None, None, Some("/h"), there(&[])), None);
    }
}
