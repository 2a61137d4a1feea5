//! Types of columns. A column has one type: a cell that is not of it is a mistake, not another type.

use super::writer::Cell;

/// Type of a field's column.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Kind {
    /// Any number.
    Float,
    /// Whole numbers.
    Int,
    /// Truth values.
    Bool,
    /// Text.
    Str,
    /// As line protocol writes it.
    Line,
    /// Whatever a cell looks like; only where a column holds the values of several fields.
    Any,
    /// Numbers with another decimal point and characters to be passed over.
    Number {
        /// Stands for the point.
        point: u8,
        /// Passed over.
        ignored: Vec<u8>,
        /// Whether the result is an integer.
        int: bool,
        /// Whether an integer may not have decimals.
        strict: bool,
    },
    /// Truth values with their own words.
    Words {
        /// Words for true.
        yes: Vec<Vec<u8>>,
        /// Words for false.
        no: Vec<Vec<u8>>,
    },
}

/// What a cell holds.
#[derive(PartialEq, Debug)]
pub(super) enum Found<'a> {
    /// A value.
    Value(Cell<'a>),
    /// `NaN` or an infinity, which points cannot have.
    NotANumber,
}

impl Kind {
    /// What users call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Kind::Float => "float",
            Kind::Number { int: false, .. } => "float",
            Kind::Int | Kind::Number { .. } => "int",
            Kind::Bool | Kind::Words { .. } => "boolean",
            Kind::Str => "string",
            Kind::Line => "line protocol",
            Kind::Any => "as each value looks",
        }
    }

    /// Reads a cell that is not empty; the error says what it is not.
    pub(super) fn read<'a>(
        &self,
        cell: &'a [u8],
        scratch: &'a mut Vec<u8>,
    ) -> Result<Found<'a>, &'static str> {
        Ok(Found::Value(match self {
            Kind::Float => return float(cell).ok_or("a number"),
            Kind::Int => Cell::Int(integer(cell).ok_or("a whole number")?),
            Kind::Bool => Cell::Bool(boolean(cell).ok_or("`true` or `false`")?),
            Kind::Str => Cell::Str(cell),
            Kind::Line => Cell::Line(line_value(cell).ok_or("a value as line protocol writes it")?),
            Kind::Any => return Ok(any(cell)),
            Kind::Number { point, ignored, int, strict } => {
                scratch.clear();
                let kept = cell.iter().filter(|b| !ignored.contains(b));
                scratch.extend(kept.map(|b| if b == point { b'.' } else { *b }));
                if !int {
                    return float(scratch).ok_or("a number");
                }
                let end = memchr::memchr(b'.', scratch).unwrap_or(scratch.len());
                if *strict && end < scratch.len() {
                    return Err("a whole number");
                }
                let digits = scratch.get(..end).unwrap_or_default();
                Cell::Int(integer(digits).ok_or("a whole number")?)
            }
            Kind::Words { yes, no } => {
                let is = |words: &[Vec<u8>]| words.iter().any(|w| w.as_slice() == cell);
                if is(yes) {
                    Cell::Bool(true)
                } else if is(no) {
                    Cell::Bool(false)
                } else {
                    return Err("one of the words for true and false");
                }
            }
        }))
    }

    /// The type of a column of which these cells were seen; `None` if all are empty.
    ///
    /// A few words such as `n/a` among numbers are mistakes in a column of numbers.
    pub(super) fn infer<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Option<Kind> {
        let (mut seen, mut numbers, mut words) = (0, 0, 0);
        for cell in cells.filter(|cell| !cell.trim_ascii().is_empty()) {
            seen += 1;
            numbers += usize::from(float(cell).is_some());
            words += usize::from(boolean(cell).is_some());
        }
        match seen {
            0 => None,
            _ if numbers * 4 >= seen * 3 => Some(Kind::Float),
            _ if words == seen => Some(Kind::Bool),
            _ => Some(Kind::Str),
        }
    }
}

/// A number in the form that line protocol takes.
fn float(cell: &[u8]) -> Option<Found<'_>> {
    let cell = cell.trim_ascii();
    let text = cell.strip_prefix(b"+").unwrap_or(cell);
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    let mut at = whole;
    let mut count = whole;
    if rest.get(at) == Some(&b'.') {
        let decimals = digits(rest.get(at + 1..).unwrap_or_default());
        at += 1 + decimals;
        count += decimals;
    }
    if count == 0 {
        let words: [&[u8]; 3] = [b"nan", b"inf", b"infinity"];
        let is_word = words.iter().any(|w| rest.eq_ignore_ascii_case(w));
        return is_word.then_some(Found::NotANumber);
    }
    if let Some(b'e' | b'E') = rest.get(at) {
        at += 1 + usize::from(matches!(rest.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(rest.get(at..).unwrap_or_default());
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    (at == rest.len()).then_some(Found::Value(Cell::Float(text)))
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn integer(cell: &[u8]) -> Option<&[u8]> {
    let cell = cell.trim_ascii();
    let text = cell.strip_prefix(b"+").unwrap_or(cell);
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    (!rest.is_empty() && digits(rest) == rest.len()).then_some(text)
}

fn boolean(cell: &[u8]) -> Option<bool> {
    match cell.trim_ascii() {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

/// A value that stays one value when copied into a line.
fn line_value(cell: &[u8]) -> Option<&[u8]> {
    let cell = cell.trim_ascii();
    let text = std::str::from_utf8(cell).ok()?;
    let point = crate::input::point::parse_line(&format!("m f={text} 0"), Default::default(), None).ok()?;
    (point.fields.len() == 1).then_some(cell)
}

fn any(cell: &[u8]) -> Found<'_> {
    match (float(cell), boolean(cell)) {
        (Some(found), _) => found,
        (_, Some(value)) => Found::Value(Cell::Bool(value)),
        _ => Found::Value(Cell::Str(cell)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &Kind, cell: &str) -> String {
        let mut scratch = Vec::new();
        match kind.read(cell.as_bytes(), &mut scratch) {
            Ok(Found::NotANumber) => "nan".into(),
            Ok(Found::Value(Cell::Bool(b))) => b.to_string(),
            Ok(Found::Value(Cell::Float(t))) => format!("f{}", String::from_utf8_lossy(t)),
            Ok(Found::Value(Cell::Int(t))) => format!("i{}", String::from_utf8_lossy(t)),
            Ok(Found::Value(Cell::Str(t) | Cell::Line(t))) => format!("s{}", String::from_utf8_lossy(t)),
            Err(want) => format!("not {want}"),
        }
    }

    #[test]
    fn cells_of_each_type() {
        let number = |point, ignored: &[u8], int, strict| Kind::Number {
            point,
            ignored: ignored.to_vec(),
            int,
            strict,
        };
        let words = Kind::Words { yes: vec![b"y".to_vec(), b"1".to_vec()], no: vec![b"n".to_vec()] };
        for (kind, cell, want) in [
            (&Kind::Float, "1.5", "f1.5"),
            (&Kind::Float, " +2 ", "f2"),
            (&Kind::Float, "-.5e-3", "f-.5e-3"),
            (&Kind::Float, "NaN", "nan"),
            (&Kind::Float, "-Inf", "nan"),
            (&Kind::Float, "1e", "not a number"),
            (&Kind::Float, "n/a", "not a number"),
            (&Kind::Float, "1 2", "not a number"),
            (&Kind::Int, "42", "i42"),
            (&Kind::Int, "4.2", "not a whole number"),
            (&Kind::Bool, "True", "true"),
            (&Kind::Bool, "yes", "not `true` or `false`"),
            (&Kind::Str, " x ", "s x "),
            (&Kind::Line, "5i", "s5i"),
            (&Kind::Line, "5i,g=3", "not a value as line protocol writes it"),
            (&Kind::Line, "5i 3", "not a value as line protocol writes it"),
            (&Kind::Any, "1", "f1"),
            (&Kind::Any, "false", "false"),
            (&Kind::Any, "x", "sx"),
            (&number(b',', b". ", false, false), "1.234 567,5", "f1234567.5"),
            (&number(b'.', b",", true, false), "1,234.9", "i1234"),
            (&number(b'.', b",", true, true), "1,234.9", "not a whole number"),
            (&words, "1", "true"),
            (&words, "n", "false"),
            (&words, "x", "not one of the words for true and false"),
        ] {
            assert_eq!(read(kind, cell), want, "{kind:?} {cell:?}");
        }
    }

    #[test]
    fn the_type_of_a_column() {
        let infer = |cells: &[&str]| Kind::infer(cells.iter().map(|c| c.as_bytes()));
        assert_eq!(infer(&["1", "2.5", "", "NaN"]), Some(Kind::Float));
        assert_eq!(infer(&["true", "FALSE"]), Some(Kind::Bool));
        assert_eq!(infer(&["1", "x"]), Some(Kind::Str));
        assert_eq!(infer(&["1", "2", "3", "n/a"]), Some(Kind::Float));
        assert_eq!(infer(&["", " "]), None);
    }
}
