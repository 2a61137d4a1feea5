//! Why an evaluation failed: cheap to make on a point's path, put into words only when somebody reads it.

use crate::value::quote::quoted;
use crate::value::{Type, number};

use super::bind::Env;
use super::cx::Txt;
use super::tree::Reference;

/// A failed evaluation; [`super::Program::describe`] has the words.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Failure {
    /// Which of the program's texts it is, or begins with.
    pub(super) site: u32,
    /// What goes after that text.
    pub(super) cause: Cause,
}

/// The part of a failure that depends on values.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Cause {
    /// Nothing: the text says it all.
    Known,
    /// A field and a tag have the name of this reference.
    Collision(u32),
    /// A value is not of the type asked for. `Invalid` stands for a type that was never worked out.
    Guard { actual: Type, wanted: Type },
    /// `bool('x')`
    BoolText(Txt),
    /// `bool(2)`
    BoolInt(i64),
    /// `bool(0.5)`
    BoolFloat(f64),
    /// `int('x')`
    IntText { text: Txt, range: bool },
    /// `float('x')`
    FloatText { text: Txt, range: bool },
    /// `duration('x', 1s)`
    DurationText(Txt),
    /// `strSubstring(s, -1, 3)`
    NegativeIndex(i64),
    /// `strSubstring(s, 0, 99)`
    StopTooLarge(i64),
    /// `strSubstring(s, 3, 1)`: Kapacitor panics.
    Slice { start: i64, stop: i64 },
}

impl Failure {
    /// No failure yet.
    pub(super) const NONE: Failure = Failure { site: 0, cause: Cause::Known };
}

/// The texts of a program's failures: each once, found again by index.
#[derive(Debug)]
pub(super) struct Texts(Vec<Box<str>>);

impl Default for Texts {
    /// The first is empty: the prefix of what needs none.
    fn default() -> Texts {
        Texts(vec!["".into()])
    }
}

impl Texts {
    /// The index of a text, new or known.
    pub(super) fn add(&mut self, text: &str) -> u32 {
        let known = self.0.iter().position(|t| &**t == text);
        known.unwrap_or_else(|| {
            self.0.push(text.into());
            self.0.len() - 1
        }) as u32
    }

    /// The text of an index.
    pub(super) fn get(&self, index: u32) -> &str {
        self.0.get(index as usize).map_or("", |t| t)
    }
}

/// A failure in Kapacitor's words.
pub(super) fn words(failure: &Failure, texts: &Texts, references: &[Reference], env: &Env<'_>) -> String {
    let text = |t: Txt| match t {
        Txt::Piece(r) => env.text.get(r),
        Txt::Name(s) => env.world.symbols.name(s),
    };
    let begin = texts.get(failure.site);
    let parse = |function: &str, t: Txt, range: bool| {
        let why = if range { "value out of range" } else { "invalid syntax" };
        format!("{begin}strconv.{function}: parsing {}: {why}", quoted(text(t)))
    };
    match failure.cause {
        Cause::Known => begin.to_owned(),
        Cause::Collision(index) => {
            let name = references.get(index as usize).map_or("", |r| &r.name);
            format!("cannot have field and tags with same name {}", quoted(name))
        }
        Cause::Guard { actual, wanted } => {
            format!("{begin}TypeGuard: expression returned unexpected type {actual}, expected {wanted}")
        }
        Cause::BoolText(t) => parse("ParseBool", t, false),
        Cause::BoolInt(v) => format!("{begin}cannot convert {v} to boolean"),
        Cause::BoolFloat(v) => format!("{begin}cannot convert {} to boolean", go_v(v)),
        Cause::IntText { text, range } => parse("ParseInt", text, range),
        Cause::FloatText { text, range } => parse("ParseFloat", text, range),
        Cause::DurationText(t) => {
            format!("{begin}invalid duration string {}", quoted(text(t)))
        }
        Cause::NegativeIndex(i) => format!("{begin}found negative index for strSubstring: {i}"),
        Cause::StopTooLarge(i) => {
            format!("{begin}stop index too large for string in strSubstring: {i}")
        }
        Cause::Slice { start, stop } => {
            format!("runtime error: slice bounds out of range [{start}:{stop}]")
        }
    }
}

fn go_v(v: f64) -> String {
    let mut out = String::new();
    number::push_g_float(&mut out, v);
    out
}
