//! Tables as Go's `Printf` makes them: columns are as wide as bytes say and padded by characters, with blanks behind the
//! last one, too.

/// How a cell stands in its column.
#[derive(Clone, Copy)]
pub(super) enum Column {
    /// `%-10s`: blanks behind it.
    Left(usize),
    /// `%10v`: blanks before it.
    Right(usize),
    /// `%s`
    Bare,
}

/// Appends a line.
pub(super) fn row<S: AsRef<str>>(out: &mut String, columns: &[Column], cells: &[S]) {
    for (column, cell) in columns.iter().zip(cells) {
        let cell = cell.as_ref();
        let text = match *column {
            Column::Left(width) => format!("{cell:<width$}"),
            Column::Right(width) => format!("{cell:>width$}"),
            Column::Bare => cell.to_owned(),
        };
        out.push_str(&text);
    }
    out.push('\n');
}

/// The column that holds the longest of some texts, and is never narrower than `least`, with a blank behind.
pub(super) fn fitting<'t>(least: usize, texts: impl Iterator<Item = &'t str>) -> Column {
    Column::Left(texts.map(str::len).fold(least, usize::max) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fit_bytes_and_are_padded_by_characters() {
        let ids = ["ü", "äöü"];
        let columns = [fitting(2, ids.into_iter()), Column::Right(4), Column::Bare];
        let mut out = String::new();
        for id in ids {
            row(&mut out, &columns, &[id, "7", "end"]);
        }
        // Six bytes and a blank: four blanks behind three letters.
        assert_eq!(out, "ü         7end\näöü       7end\n");
    }
}
