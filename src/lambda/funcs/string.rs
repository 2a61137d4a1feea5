//! Functions over strings. All indices count bytes.

use crate::value::Type;

use super::{Args, Function, Overload, complain};
use crate::lambda::cx::{Code, Cx, Operand, Out, Txt, fuse};
use crate::lambda::failure::Cause;

fn test(mut a: Args, f: fn(&str, &str) -> bool) -> Code {
    let (s, t) = (a.str(), a.str());
    Code::Bool(fuse(s, t, move |cx, s, t| Ok(f(cx.str(s), cx.str(t)))))
}

fn number(mut a: Args, f: fn(&str, &str) -> i64) -> Code {
    let (s, t) = (a.str(), a.str());
    Code::Int(fuse(s, t, move |cx, s, t| Ok(f(cx.str(s), cx.str(t)))))
}

fn change(mut a: Args, f: fn(&str, &mut String)) -> Code {
    Code::Str(a.str().map(move |cx, s| Ok(cx.make(|cx, out| f(cx.str(s), out)))))
}

/// Cuts something off: the result is a part of the first argument.
fn cut(mut a: Args, f: for<'s> fn(&'s str, &str) -> &'s str) -> Code {
    let (s, t) = (a.str(), a.str());
    Code::Str(fuse(s, t, move |cx, s, t| Ok(cx.make(|cx, out| out.push_str(f(cx.str(s), cx.str(t)))))))
}

fn offset(found: Option<usize>) -> i64 {
    found.map_or(-1, |i| i as i64)
}

fn count(s: &str, sub: &str) -> i64 {
    if sub.is_empty() { s.chars().count() as i64 + 1 } else { s.matches(sub).count() as i64 }
}

fn replace(mut a: Args) -> Code {
    let (s, old, new, n) = (a.str_fun(), a.str_fun(), a.str_fun(), a.int().into_fun());
    Code::Str(Operand::Code(Box::new(move |cx| {
        let s = s(cx)?;
        let old = old(cx)?;
        let new = new(cx)?;
        let n = n(cx)?;
        let limit = usize::try_from(n).unwrap_or(usize::MAX);
        Ok(cx.make(|cx, out| {
            let (s, old, new) = (cx.str(s), cx.str(old), cx.str(new));
            let mut rest = 0;
            for (at, _) in s.match_indices(old).take(limit) {
                out.push_str(s.get(rest..at).unwrap_or_default());
                out.push_str(new);
                rest = at + old.len();
            }
            out.push_str(s.get(rest..).unwrap_or_default());
        }))
    })))
}

fn substring(mut a: Args) -> Code {
    let site = a.site;
    let (s, start, stop) = (a.str_fun(), a.int().into_fun(), a.int().into_fun());
    Code::Str(Operand::Code(Box::new(move |cx| {
        let s = s(cx)?;
        let start = start(cx)?;
        let stop = stop(cx)?;
        slice(cx, s, start, stop, site)
    })))
}

fn slice(cx: &mut Cx<'_>, s: Txt, start: i64, stop: i64, site: u32) -> Out<Txt> {
    if start < 0 {
        return cx.fail(site, Cause::NegativeIndex(start));
    }
    if stop < 0 {
        return cx.fail(site, Cause::NegativeIndex(stop));
    }
    if stop >= cx.str(s).len() as i64 {
        return cx.fail(site, Cause::StopTooLarge(stop));
    }
    if start > stop {
        return cx.fail(0, Cause::Slice { start, stop });
    }
    Ok(cx.make(|cx, out| {
        let bytes = cx.str(s).as_bytes().get(start as usize..stop as usize).unwrap_or_default();
        // A cut through a character leaves what is not UTF-8.
        out.push_str(&String::from_utf8_lossy(bytes));
    }))
}

/// One character for one: `İ` has two in Rust, and Go's one is `i`.
fn lower(c: char) -> char {
    let mut chars = c.to_lowercase();
    match (chars.next(), chars.next()) {
        (Some(one), None) => one,
        (Some(first), Some(_)) if c == 'İ' => first,
        _ => c,
    }
}

/// One character for one. Of those with a longer upper case only the Greek letters with an iota below
/// have a short one too.
fn upper(c: char) -> char {
    let mut chars = c.to_uppercase();
    match (chars.next(), chars.next()) {
        (Some(one), None) => one,
        _ => match c {
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
                char::from_u32(c as u32 + 8).unwrap_or(c)
            }
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(c as u32 + 9).unwrap_or(c),
            _ => c,
        },
    }
}

macro_rules! function {
    (
        $name:literal($($arg:ident),+) -> $gives:ident, $build:expr,
        $doc:literal, $example:literal, $result:literal
    ) => {
        Function {
            name: $name,
            doc: $doc,
            example: $example,
            result: $result,
            overloads: &[Overload { args: &[$(Type::$arg),+], gives: Type::$gives, build: $build }],
            stateful: false,
            complain: complain::of_signature,
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    function!(
        "strContains"(Str, Str) -> Bool, |a| test(a, |s, t| s.contains(t)),
        "Whether the first string contains the second.", "strContains('hello', 'ell')", "true"
    ),
    function!(
        "strContainsAny"(Str, Str) -> Bool, |a| test(a, |s, t| s.contains(|c| t.contains(c))),
        "Whether the first string contains any character of the second.",
        "strContainsAny('hello', 'xyz')", "false"
    ),
    function!(
        "strCount"(Str, Str) -> Int, |a| number(a, count),
        "How often the second string occurs in the first, without overlap.", "strCount('cheese', 'e')", "3"
    ),
    function!(
        "strHasPrefix"(Str, Str) -> Bool, |a| test(a, |s, t| s.starts_with(t)),
        "Whether the first string begins with the second.", "strHasPrefix('cpu0', 'cpu')", "true"
    ),
    function!(
        "strHasSuffix"(Str, Str) -> Bool, |a| test(a, |s, t| s.ends_with(t)),
        "Whether the first string ends with the second.", "strHasSuffix('db.log', '.log')", "true"
    ),
    function!(
        "strIndex"(Str, Str) -> Int, |a| number(a, |s, t| offset(s.find(t))),
        "Where the second string first occurs in the first; -1 if it does not.",
        "strIndex('chicken', 'ken')", "4"
    ),
    function!(
        "strIndexAny"(Str, Str) -> Int, |a| number(a, |s, t| offset(s.find(|c| t.contains(c)))),
        "Where a character of the second string first occurs in the first; -1 if none does.",
        "strIndexAny('golang', 'ny')", "4"
    ),
    function!(
        "strLastIndex"(Str, Str) -> Int, |a| number(a, |s, t| offset(s.rfind(t))),
        "Where the second string last occurs in the first; -1 if it does not.",
        "strLastIndex('go gopher', 'go')", "3"
    ),
    function!(
        "strLastIndexAny"(Str, Str) -> Int, |a| number(a, |s, t| offset(s.rfind(|c| t.contains(c)))),
        "Where a character of the second string last occurs in the first; -1 if none does.",
        "strLastIndexAny('go gopher', 'go')", "4"
    ),
    function!(
        "strLength"(Str) -> Int, |mut a| Code::Int(a.str().map(|cx, s| Ok(cx.str(s).len() as i64))),
        "The length of the string in bytes.", "strLength('hello')", "5"
    ),
    function!(
        "strReplace"(Str, Str, Str, Int) -> Str, replace,
        "The first string with the first so many occurrences of the second replaced by the third; \
         all of them if the number is negative.",
        "strReplace('oink oink', 'oink', 'moo', -1)", "moo moo"
    ),
    function!(
        "strSubstring"(Str, Int, Int) -> Str, substring,
        "The bytes from the first index up to the second, which must be less than the length.",
        "strSubstring('hello', 1, 3)", "el"
    ),
    function!(
        "strToLower"(Str) -> Str, |a| change(a, |s, out| out.extend(s.chars().map(lower))),
        "The string in lower case.", "strToLower('CPU')", "cpu"
    ),
    function!(
        "strToUpper"(Str) -> Str, |a| change(a, |s, out| out.extend(s.chars().map(upper))),
        "The string in upper case.", "strToUpper('cpu')", "CPU"
    ),
    function!(
        "strTrim"(Str, Str) -> Str, |a| cut(a, |s, t| s.trim_matches(|c| t.contains(c))),
        "The first string without characters of the second at both ends.", "strTrim('xxhixx', 'x')", "hi"
    ),
    function!(
        "strTrimLeft"(Str, Str) -> Str, |a| cut(a, |s, t| s.trim_start_matches(|c| t.contains(c))),
        "The first string without characters of the second at its start.",
        "strTrimLeft('xxhixx', 'x')", "hixx"
    ),
    function!(
        "strTrimPrefix"(Str, Str) -> Str, |a| cut(a, |s, t| s.strip_prefix(t).unwrap_or(s)),
        "The first string without the second at its start, removed once.",
        "strTrimPrefix('prefix-x', 'prefix-')", "x"
    ),
    function!(
        "strTrimRight"(Str, Str) -> Str, |a| cut(a, |s, t| s.trim_end_matches(|c| t.contains(c))),
        "The first string without characters of the second at its end.",
        "strTrimRight('xxhixx', 'x')", "xxhi"
    ),
    function!(
        "strTrimSpace"(Str) -> Str, |a| change(a, |s, out| out.push_str(s.trim())),
        "The string without white space at both ends.", "strTrimSpace('  a b  ')", "a b"
    ),
    function!(
        "strTrimSuffix"(Str, Str) -> Str, |a| cut(a, |s, t| s.strip_suffix(t).unwrap_or(s)),
        "The first string without the second at its end, removed once.", "strTrimSuffix('x.log', '.log')", "x"
    ),
];

#[cfg(test)]
mod tests {
    use super::{lower, upper};

    #[test]
    fn case_changes_one_character_for_one() {
        assert_eq!("Straße ŉ ᾳ".chars().map(upper).collect::<String>(), "STRAßE ŉ ᾼ");
        assert_eq!("İÀΣ".chars().map(lower).collect::<String>(), "iàσ");
    }
}
