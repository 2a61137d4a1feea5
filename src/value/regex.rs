//! Patterns: Go's syntax, run by the `regex` crate.
//!
//! Both are RE2's children, so what matches is the same once the syntax is translated.

mod expand;
mod translate;

use std::fmt;
use std::sync::Arc;

/// A compiled pattern; clones share it.
#[derive(Clone)]
pub struct GoRegex(Arc<Inner>);

struct Inner {
    pattern: Box<str>,
    regex: regex::Regex,
    /// Name of each group; the first is the whole match.
    names: Vec<Option<Box<str>>>,
}

impl GoRegex {
    /// Compiles a pattern. The error is Go's, without its lead `error parsing regexp: `:
    /// ``missing closing ): `(a` ``.
    pub fn new(pattern: &str) -> Result<GoRegex, String> {
        let translated = translate::translate(pattern)?;
        let regex = regex::RegexBuilder::new(&translated.pattern)
            .nest_limit(translate::MAX_DEPTH * 2 + 10)
            .size_limit(64 << 20)
            .build()
            .map_err(|_| format!("expression too large: `{pattern}`"))?;
        Ok(GoRegex(Arc::new(Inner { pattern: pattern.into(), regex, names: translated.names })))
    }

    /// Whether it matches anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.regex.is_match(text)
    }

    /// Replaces every match; `$name`, `${1}` and `$$` in the replacement are expanded.
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in self.0.regex.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            out.push_str(text.get(done..whole.start()).unwrap_or_default());
            expand::expand(&mut out, replacement, &found, &self.0.names);
            done = whole.end();
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }

    /// The pattern as given.
    pub fn pattern(&self) -> &str {
        &self.0.pattern
    }
}

impl fmt::Debug for GoRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.0.pattern)
    }
}

impl PartialEq for GoRegex {
    fn eq(&self, other: &GoRegex) -> bool {
        self.0.pattern == other.0.pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn matches_as_go() {
        let table: &[(&str, &[&str], &[&str])] = &[
            (r"^\w$", &["a", "_", "9"], &["é", "ab"]),
            (r"^\d+$", &["123"], &["٣", ""]),
            (r"^\s$", &[" ", "\t", "\u{c}"], &["\u{b}", "\u{a0}"]),
            (r"^[\d\-x]+$", &["1-x"], &["y"]),
            (r"^[^\D]$", &["1"], &["a"]),
            (r"^[\W]$", &["é", "-"], &["a"]),
            (r"\bfoo\b", &["foo", "a foo b", "éfoo"], &["afoo", "foo_"]),
            (r"x\By", &["xy"], &["x y"]),
            (r"^\Qa.b*\E+$", &["a.b*", "a.b**"], &["axb"]),
            (r"^\Qa.b", &["a.b"], &["axb"]),
            (r"^\101\x42\x{43}$", &["ABC"], &["abc"]),
            (r"^[a&&b]+$", &["a&b"], &["c"]),
            (r"^[a~~b]+$", &["a~b"], &["c"]),
            (r"^[[a]+$", &["[a["], &["b"]),
            (r"^[]a]+$", &["]a"], &["b"]),
            (r"^[^]a]+$", &["b"], &["]"]),
            (r"^[a-]+$", &["a-"], &["b"]),
            (r"^{$", &["{"], &[]),
            (r"^a{,2}$", &["a{,2}"], &["aa"]),
            (r"^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]),
            (r"^a{0,01}$", &["a{0,01}"], &["a"]),
            (r"^(?i)straSSe$", &["STRASSE", "straſse"], &["straße"]),
            (r"^(?i:a)b$", &["Ab"], &["AB"]),
            (r"^(?P<x>a)(?<y>b)(?P<x>c)$", &["abc"], &["ab"]),
            (r"a.c", &["abc", "aéc"], &["a\nc"]),
            (r"(?s)a.c", &["a\nc"], &["ac"]),
            (r"(?m)^b$", &["a\nb\nc"], &["ab"]),
            (r"^b$", &["b"], &["a\nb\nc", "b\n"]),
            (r"^[[:alpha:]]+$", &["abc"], &["é", "1"]),
            (r"^[[:^alpha:]]+$", &["1é"], &["a"]),
            (r"^\p{Greek}+$", &["αβ"], &["ab"]),
            (r"^\pL$", &["é"], &["1"]),
            (r"^[\p{Lu}\PL]+$", &["A1"], &["a"]),
            (r"^\p{^Greek}$", &["a"], &["α"]),
            (r"\Aa\z", &["a"], &["ab"]),
            (r"a(?i)*b", &["b", "aab"], &["c"]),
            (r"(?)a", &["a"], &["b"]),
            (r"(?ii-i)a$", &["a"], &["A"]),
            (r"", &["", "x"], &[]),
            (r"a|", &["", "b"], &[]),
            (r"^(|a)+$", &["aa", ""], &["b"]),
            (r"\_\-\/\é"[..6].as_ref(), &["_-/"], &["x"]),
            ("^[\\x00-\\x{10FFFF}]$", &["é", "\0"], &["ab"]),
            (r"x#y z", &["x#y z"], &["xyz"]),
            (r"^\x{D800}$", &[], &["\u{fffd}", ""]),
            (r"^(?U)a+$", &["aaa"], &["b"]),
            (r"(?i)k", &["\u{212a}"], &["x"]),
        ];
        for (pattern, yes, no) in table {
            let re = GoRegex::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
            for text in *yes {
                assert!(re.is_match(text), "/{pattern}/ on {text:?}");
            }
            for text in *no {
                assert!(!re.is_match(text), "/{pattern}/ on {text:?}");
            }
        }
    }

    #[test]
    fn errors_are_gos() {
        let table = [
            ("(", "missing closing ): `(`"),
            ("(a", "missing closing ): `(a`"),
            ("a|(b|c", "missing closing ): `a|(b|c`"),
            ("a)", "unexpected ): `a)`"),
            (")", "unexpected ): `)`"),
            ("*", "missing argument to repetition operator: `*`"),
            ("a|*", "missing argument to repetition operator: `*`"),
            ("(+?)", "missing argument to repetition operator: `+?`"),
            ("{2}", "missing argument to repetition operator: `{2}`"),
            ("x**", "invalid nested repetition operator: `**`"),
            ("x*?+", "invalid nested repetition operator: `*?+`"),
            ("x{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("a{3,2}", "invalid repeat count: `{3,2}`"),
            ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
            ("((a{100}){100})", "invalid repeat count: `{100}`"),
            (r"\y", r"invalid escape sequence: `\y`"),
            (r"\Z", r"invalid escape sequence: `\Z`"),
            (r"\C", r"invalid escape sequence: `\C`"),
            (r"\8", r"invalid escape sequence: `\8`"),
            (r"\1", r"invalid escape sequence: `\1`"),
            (r"\xg1", r"invalid escape sequence: `\xg1`"),
            (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
            (r"\é", r"invalid escape sequence: `\é`"),
            ("a\\", "trailing backslash at end of expression: ``"),
            ("[a", "missing closing ]: `[a`"),
            ("x[^]", "missing closing ]: `[^]`"),
            ("[", "missing closing ]: `[`"),
            ("[z-a]", "invalid character class range: `z-a`"),
            ("[a--b]", "invalid character class range: `a--`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            (r"\p{Foo}", r"invalid character class range: `\p{Foo}`"),
            (r"\p{Greek", r"invalid character class range: `\p{Greek`"),
            (r"\pX", r"invalid character class range: `\pX`"),
            ("(?P<n", "invalid named capture: `(?P<n`"),
            ("(?P<>a)", "invalid named capture: `(?P<>`"),
            ("(?<a b>x)", "invalid named capture: `(?<a b>`"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
            ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
            ("(?i", "missing closing ): `(?i`"),
        ];
        for (pattern, want) in table {
            assert_eq!(GoRegex::new(pattern).unwrap_err(), want, "{pattern}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
        assert!(GoRegex::new(&deep(200)).is_ok());
        assert_eq!(
            GoRegex::new(&deep(100_000)).unwrap_err(),
            "expression nests too deeply: more than 1000 groups in each other"
        );
    }

    #[test]
    fn replacements_expand() {
        let table = [
            (r"a(x*)b", "-ab-axxb-", "T", "-T-T-"),
            (r"a(x*)b", "-ab-axxb-", "$1", "--xx-"),
            (r"a(x*)b", "-ab-axxb-", "$1W", "---"),
            (r"a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"),
            (r"(?P<k>\w+)=(?P<v>\w+)", "a=b", "$v=${k}", "b=a"),
            (r"(?P<k>a)|(?P<k>b)", "ab", "[$k]", "[a][b]"),
            (r"b", "abc", "$$", "a$c"),
            (r"b", "abc", "$ ${ ${} ${x", "a$ ${ ${} ${xc"),
            (r"b", "abc", "$0$9${nope}é$", "abé$c"),
            (r"", "ab", "-", "-a-b-"),
            (r"x*", "axxb", "-", "-a-b-"),
        ];
        for (pattern, text, with, want) in table {
            assert_eq!(GoRegex::new(pattern).unwrap().replace_all(text, with), want, "/{pattern}/ {with}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_is_answered(p in "[ab(){}\\[\\]^$|*+?.\\\\:,<>0-9iPpLdwQEx=é&~-]{0,16}", t in "[ab1 é]{0,8}") {
            if let Ok(re) = GoRegex::new(&p) {
                let _ = (re.is_match(&t), re.replace_all(&t, &p));
            }
        }
    }
}
