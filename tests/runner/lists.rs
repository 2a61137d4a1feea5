//! `tests/conformance_pending.txt`: a line for each case that fails for now, `CASE REASON`.
//! `tests/conformance_differences.md`: a row for each case that fails on purpose, `| CASE | REASON |`.

use std::collections::BTreeMap;

/// Cases that are not passed yet, with what is missing.
pub(crate) fn pending() -> BTreeMap<String, String> {
    let lines = include_str!("../conformance_pending.txt").lines().filter(|l| !l.starts_with('#'));
    listed(lines.filter_map(|l| l.trim().split_once(char::is_whitespace)))
}

/// Cases that are answered differently on purpose, with the reason.
pub(crate) fn differences() -> BTreeMap<String, String> {
    let rows = include_str!("../conformance_differences.md").lines().filter_map(|l| l.strip_prefix("| "));
    let cells = rows.filter_map(|r| r.trim_end_matches('|').split_once(" | "));
    listed(cells.filter(|(name, _)| name.starts_with('`')).map(|(name, why)| (name.trim_matches('`'), why)))
}

fn listed<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for (name, why) in pairs {
        let before = map.insert(name.to_owned(), why.trim().to_owned());
        assert!(before.is_none(), "{name} is listed twice");
    }
    map
}
