//! Names in InfluxQL statements.

/// Words that are no names unless they are quoted.
const KEYWORDS: &str = " all alter analyze and any as asc begin by cardinality continuous create database databases \
    default delete desc destinations diagnostics distinct drop duration end every exact explain false field for from \
    grant grants group groups in inf insert into key keys kill limit measurement measurements name offset on or order \
    password policies policy privileges queries query read replication resample retention revoke select series set \
    shard shards slimit soffset stats subscription subscriptions tag to true user users values verbose where with \
    write ";

/// Appends a name, quoted only where it must be.
pub(super) fn push_ident(out: &mut String, name: &str) {
    let plain = |(i, c): (usize, char)| c.is_ascii_alphabetic() || c == '_' || (i > 0 && c.is_ascii_digit());
    let keyword = KEYWORDS.contains(&format!(" {} ", name.to_ascii_lowercase()));
    if !name.is_empty() && !keyword && name.chars().enumerate().all(plain) {
        out.push_str(name);
        return;
    }
    out.push('"');
    for c in name.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' | '"' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let cases = [
            ("chronograf", "chronograf"),
            ("_internal2", "_internal2"),
            ("down sampled", "\"down sampled\""),
            ("rp-1", "\"rp-1\""),
            ("7d", "\"7d\""),
            ("Default", "\"Default\""),
            ("defaults", "defaults"),
            ("", "\"\""),
            ("a\"b\\c\nd", "\"a\\\"b\\\\c\\nd\""),
            ("größe", "\"größe\""),
        ];
        for (name, expected) in cases {
            let mut out = String::new();
            push_ident(&mut out, name);
            assert_eq!(out, expected, "{name}");
        }
    }
}
