//! Patterns of ids as Go's `path.Match` reads them: `*`, `?`, `[a-z]`, `[^a-z]`, `\x`; none but a class
//! matches a `/`.

/// A pattern, read once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Glob(Vec<Chunk>);

/// What stands between two stars.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Chunk {
    /// A star stands before it.
    star: bool,
    items: Vec<Item>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Item {
    Byte(u8),
    Any,
    Class { not: bool, ranges: Vec<(char, char)> },
}

/// A pattern that cannot be read; the words are Go's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

impl Glob {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Result<Glob, BadPattern> {
        let mut chunks = vec![Chunk::default()];
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let item = match c {
                '*' => {
                    // Stars in a row are one.
                    if chunks.last().is_none_or(|c| !c.star || !c.items.is_empty()) {
                        chunks.push(Chunk { star: true, items: Vec::new() });
                    }
                    continue;
                }
                '?' => Item::Any,
                '[' => class(&mut chars)?,
                '\\' => {
                    push_bytes(&mut chunks, chars.next().ok_or(BadPattern)?);
                    continue;
                }
                c => {
                    push_bytes(&mut chunks, c);
                    continue;
                }
            };
            push(&mut chunks, item);
        }
        Ok(Glob(chunks))
    }

    /// Whether the whole name is like the pattern. As in Go, what stands after a star is taken at the first place
    /// where it is found, and a star may end in the middle of a character.
    pub fn is_match(&self, name: &str) -> bool {
        let mut rest = name.as_bytes();
        for (i, chunk) in self.0.iter().enumerate() {
            let last = i + 1 == self.0.len();
            if last && chunk.star && chunk.items.is_empty() {
                return !rest.contains(&b'/');
            }
            let end = if chunk.star {
                let reach = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
                (0..=reach).find_map(|skip| chunk.ends(rest.get(skip..)?, last))
            } else {
                chunk.ends(rest, last)
            };
            match end {
                Some(end) => rest = end,
                None => return false,
            }
        }
        rest.is_empty()
    }
}

impl Chunk {
    /// What is left of a name that begins with the chunk; the last one must leave nothing.
    fn ends<'n>(&self, mut name: &'n [u8], last: bool) -> Option<&'n [u8]> {
        for item in &self.items {
            name = item.after(name)?;
        }
        (!last || name.is_empty()).then_some(name)
    }
}

impl Item {
    fn after<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        let first = *name.first()?;
        match self {
            Item::Byte(b) => (*b == first).then(|| name.get(1..)).flatten(),
            Item::Any if first == b'/' => None,
            Item::Any => Some(decoded(name).1),
            Item::Class { not, ranges } => {
                let (c, rest) = decoded(name);
                let within = ranges.iter().any(|(low, high)| *low <= c && c <= *high);
                (within != *not).then_some(rest)
            }
        }
    }
}

/// The first character and what follows; a byte that begins none is one alone.
fn decoded(name: &[u8]) -> (char, &[u8]) {
    let good = name.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default();
    let c = good.chars().next();
    let width = c.map_or(1, char::len_utf8);
    (c.unwrap_or(char::REPLACEMENT_CHARACTER), name.get(width..).unwrap_or_default())
}

fn push(chunks: &mut [Chunk], item: Item) {
    if let Some(chunk) = chunks.last_mut() {
        chunk.items.push(item);
    }
}

fn push_bytes(chunks: &mut [Chunk], c: char) {
    for b in c.encode_utf8(&mut [0; 4]).bytes() {
        push(chunks, Item::Byte(b));
    }
}

/// Reads a class after its `[`.
fn class(chars: &mut std::str::Chars<'_>) -> Result<Item, BadPattern> {
    let mut ranges = Vec::new();
    let not = chars.as_str().starts_with('^');
    if not {
        chars.next();
    }
    loop {
        if !ranges.is_empty() && chars.as_str().starts_with(']') {
            chars.next();
            return Ok(Item::Class { not, ranges });
        }
        let low = end_of_range(chars)?;
        let high = if chars.as_str().starts_with('-') {
            chars.next();
            end_of_range(chars)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

fn end_of_range(chars: &mut std::str::Chars<'_>) -> Result<char, BadPattern> {
    match chars.next() {
        None | Some('-' | ']') => Err(BadPattern),
        Some('\\') => chars.next().ok_or(BadPattern),
        Some(c) => Ok(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, name: &str) -> Option<bool> {
        Glob::new(pattern).ok().map(|g| g.is_match(name))
    }

    #[test]
    fn names_match_as_in_go() {
        for (pattern, name, want) in [
            ("", "", true),
            ("", "a", false),
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*", "", true),
            ("*", "a/b", false),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a**", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("a*/b", "a/c/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "ab", false),
            ("a?b", "a☺b", true),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("a?b", "a/b", false),
            ("a*b", "a/b", false),
            ("a[^x]b", "a/b", true),
            ("[\\]a]", "]", true),
            ("[\\-]", "-", true),
            ("[x\\-]", "z", false),
            ("[\\-x]", "x", true),
            ("[z-a]", "m", false),
            ("[*]", "*", true),
            ("a]", "a]", true),
            ("*x", "xxx", true),
            // What follows a star is taken where it is first found.
            ("*[^x]*b", "a/b", false),
            // A star ends inside of a character.
            ("*??", "€", true),
            ("*?", "é", true),
        ] {
            assert_eq!(matches(pattern, name), Some(want), "`{pattern}` on `{name}`");
        }
    }

    #[test]
    fn malformed_patterns_are_told() {
        for pattern in [
            "[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\", "a\\", "[\\", "*[",
            "x*y*[]",
        ] {
            assert_eq!(Glob::new(pattern), Err(BadPattern), "{pattern}");
        }
        assert_eq!(BadPattern.to_string(), "syntax error in pattern");
    }

    /// The plain definition, for patterns without classes and escapes.
    fn oracle(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], name) => name.is_empty(),
            ([b'*', rest @ ..], name) => {
                oracle(rest, name) || matches!(name, [b, tail @ ..] if *b != b'/' && oracle(pattern, tail))
            }
            ([b'?', rest @ ..], [b, tail @ ..]) => *b != b'/' && oracle(rest, tail),
            ([p, rest @ ..], [b, tail @ ..]) => p == b && oracle(rest, tail),
            (_, []) => false,
        }
    }

    proptest! {
        #[test]
        fn plain_patterns_are_their_definition(pattern in "[ab/*?]{0,8}", name in "[ab/]{0,8}") {
            prop_assert_eq!(matches(&pattern, &name), Some(oracle(pattern.as_bytes(), name.as_bytes())));
        }

        #[test]
        fn escaped_names_match_themselves(name in "\\PC{0,12}") {
            let pattern: String = name.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert_eq!(matches(&pattern, &name), Some(true));
        }

        #[test]
        fn classes_hold_their_characters(low in proptest::char::any(), high in proptest::char::any(), c in proptest::char::any()) {
            let name = c.to_string();
            let within = low <= c && c <= high;
            prop_assert_eq!(matches(&format!("[\\{low}-\\{high}]"), &name), Some(within));
            prop_assert_eq!(matches(&format!("[^\\{low}-\\{high}]"), &name), Some(!within));
        }

        #[test]
        fn nothing_panics(pattern in "[a€*?\\[\\]^\\\\/-]{0,12}", name in "[a€/]{0,8}") {
            let _ = matches(&pattern, &name);
        }
    }
}
