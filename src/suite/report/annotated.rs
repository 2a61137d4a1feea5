//! Lines that CI servers turn into marks beside the code.

use super::problems;
use crate::suite::jobs::FileResult;

/// Whose lines they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// GitHub Actions: `::error file=…,line=…::…`
    Github,
    /// Azure Pipelines: `##vso[task.logissue type=error;sourcepath=…]…`
    Azure,
}

/// A mark.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'a> {
    /// An error, not a warning.
    pub error: bool,
    /// The file.
    pub file: &'a str,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// A few words, such as a code.
    pub title: &'a str,
    /// What is to be said.
    pub text: &'a str,
}

impl Dialect {
    /// The line of a mark, with its end.
    pub fn line(self, mark: &Annotation<'_>) -> String {
        let kind = if mark.error { "error" } else { "warning" };
        let Annotation { file, place, title, text, .. } = mark;
        match self {
            Dialect::Github => {
                let mut head = format!("::{kind} file={}", github_property(file));
                if let Some((line, column)) = place {
                    head += &format!(",line={line},col={column}");
                }
                if !title.is_empty() {
                    head += &format!(",title={}", github_property(title));
                }
                format!("{head}::{}\n", github_data(text))
            }
            Dialect::Azure => {
                let mut head = format!("##vso[task.logissue type={kind};sourcepath={}", azure(file));
                if let Some((line, column)) = place {
                    head += &format!(";linenumber={line};columnnumber={column}");
                }
                if !title.is_empty() {
                    head += &format!(";code={}", azure(title));
                }
                format!("{head}]{}\n", azure_data(text))
            }
        }
    }
}

/// One line for each problem of a file.
pub(super) fn file(dialect: Dialect, result: &FileResult, out: &mut String) {
    let mark = Annotation { error: true, file: &result.file, place: None, title: "", text: "" };
    for error in &result.errors {
        out.push_str(&dialect.line(&Annotation { text: error, ..mark }));
    }
    for test in &result.tests {
        for (line, column, words) in problems(test) {
            let place = Some((line as usize, column as usize));
            out.push_str(&dialect.line(&Annotation { place, title: &test.name, text: &words, ..mark }));
        }
    }
}

fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

fn azure_data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn azure(text: &str) -> String {
    azure_data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_keep_what_would_end_them() {
        let mark = Annotation {
            error: true,
            file: "a,b.tick",
            place: Some((3, 7)),
            title: "E0210",
            text: "100%\nof ]it",
        };
        let github = "::error file=a%2Cb.tick,line=3,col=7,title=E0210::100%25%0Aof ]it\n";
        assert_eq!(Dialect::Github.line(&mark), github);
        let azure = "##vso[task.logissue type=error;sourcepath=a,b.tick;linenumber=3;columnnumber=7;code=E0210]100%AZP25%0Aof ]it\n";
        assert_eq!(Dialect::Azure.line(&mark), azure);
        let plain = Annotation { error: false, file: "a;b", place: None, title: "", text: "x" };
        assert_eq!(Dialect::Github.line(&plain), "::warning file=a;b::x\n");
        assert_eq!(Dialect::Azure.line(&plain), "##vso[task.logissue type=warning;sourcepath=a%3Bb]x\n");
    }
}
