//! The leaf parsers: one nom parser for each kind of literal. Each takes the text that starts at the
//! literal and gives what it consumed; what comes next is the lexer's business.

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while, take_while1};
use nom::character::complete::{char, one_of, satisfy};
use nom::combinator::{consumed, opt, recognize};
use nom::multi::many0_count;
use nom::{IResult, Parser};

use super::unicode::{is_digit, is_letter};

/// What a text of digits and dots is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Number {
    /// `5`, `1.5`, `.5`
    Plain,
    /// `10m`
    Duration,
    /// `1.2.3`
    ManyDots,
}

/// White space as Unicode has it; a byte order mark is none.
pub(super) fn space(text: &str) -> IResult<&str, &str> {
    take_while(char::is_whitespace).parse(text)
}

/// A name or a keyword: a letter, then letters, digits and `_`.
pub(super) fn word(text: &str) -> IResult<&str, &str> {
    recognize((satisfy(is_letter), take_while(|c| c == '_' || is_letter(c) || is_digit(c)))).parse(text)
}

/// `'…'`, `"…"` or `/…/`. The delimiter is escaped by a backslash right before it, whatever stands
/// before the backslash; so none of them can end in a backslash.
pub(super) fn delimited(delimiter: char) -> impl FnMut(&str) -> IResult<&str, &str> {
    move |text| {
        let (escape, stop) = match delimiter {
            '\'' => ("\\'", "\\'"),
            '"' => ("\\\"", "\\\""),
            _ => ("\\/", "\\/"),
        };
        let piece = alt((tag(escape), tag("\\"), is_not(stop)));
        recognize((char(delimiter), many0_count(piece), char(delimiter))).parse(text)
    }
}

/// `'''…'''`, ended by the third quote in a row. A backslash after two quotes keeps their count and
/// takes a quote after it along, as Kapacitor's lexer does.
pub(super) fn triple(text: &str) -> IResult<&str, &str> {
    let (body, _) = tag("'''").parse(text)?;
    let mut missing = 3;
    let mut rest = body;
    loop {
        let (after, c) = nom::character::complete::anychar(rest)?;
        rest = after;
        match c {
            '\'' => missing -= 1,
            '\\' if missing == 1 => rest = opt(char('\'')).parse(rest)?.0,
            _ => missing = 3,
        }
        if missing == 0 {
            return Ok((rest, text.strip_suffix(rest).unwrap_or(text)));
        }
    }
}

/// A number or a duration; `1.2.3` is consumed as a whole.
pub(super) fn number(text: &str) -> IResult<&str, (&str, Number)> {
    let unit = alt((tag("ms"), recognize(one_of("uµsmhdw"))));
    let duration = (take_while1(is_digit), unit).map(|_| Number::Duration);
    let plain = take_while1(|c| c == '.' || is_digit(c))
        .map(|digits: &str| if digits.matches('.').count() > 1 { Number::ManyDots } else { Number::Plain });
    consumed(alt((duration, plain))).parse(text)
}

/// `// …` to the end of the line, and on over following lines that start with a slash. Ends before
/// the first other character after a line end.
pub(super) fn comment(text: &str) -> IResult<&str, &str> {
    let line =
        || (take_while(|c| c != '\n'), opt(char('\n')), take_while(|c: char| c != '\n' && c.is_whitespace()));
    recognize((tag("//"), line(), many0_count((char('/'), line())))).parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken<T>(parsed: IResult<&str, T>) -> Option<T> {
        parsed.ok().map(|(_, taken)| taken)
    }

    #[test]
    fn strings_end_at_the_first_bare_quote() {
        for (text, want) in [
            ("'a'b", Some("'a'")),
            ("''", Some("''")),
            (r"'it\'s' ", Some(r"'it\'s'")),
            (r"'a\\'", None),
            (r"'a\n'", Some(r"'a\n'")),
            ("'a\nb'", Some("'a\nb'")),
            ("'a", None),
        ] {
            assert_eq!(taken(delimited('\'')(text)), want, "{text}");
        }
    }

    #[test]
    fn triple_strings_count_quotes() {
        for (text, want) in [
            ("''''''x", Some("''''''")),
            ("''''a'''", Some("''''a'''")),
            (r"'''a\'''", Some(r"'''a\'''")),
            (r"'''a''\''b", Some(r"'''a''\''")),
            ("'''a''b'''", Some("'''a''b'''")),
            ("'''a''", None),
        ] {
            assert_eq!(taken(triple(text)), want, "{text}");
        }
    }

    #[test]
    fn numbers_take_one_unit() {
        for (text, want, kind) in [
            ("5", "5", Number::Plain),
            ("5.x", "5.", Number::Plain),
            (".5", ".5", Number::Plain),
            ("10ms", "10ms", Number::Duration),
            ("10m30s", "10m", Number::Duration),
            ("5µ", "5µ", Number::Duration),
            ("10ns", "10", Number::Plain),
            ("1.5s", "1.5", Number::Plain),
            ("1.2.3", "1.2.3", Number::ManyDots),
            ("1..2", "1..2", Number::ManyDots),
        ] {
            assert_eq!(taken(number(text)), Some((want, kind)), "{text}");
        }
    }

    #[test]
    fn comments_go_on_over_lines_with_a_slash() {
        for (text, want) in [
            ("// a\nx", "// a\n"),
            ("// a\n  // b\nx", "// a\n  // b\n"),
            ("// a\n / b\n  x", "// a\n / b\n  "),
            ("// a\n\n// b", "// a\n"),
            ("//", "//"),
        ] {
            assert_eq!(taken(comment(text)), Some(want), "{text:?}");
        }
    }
}
