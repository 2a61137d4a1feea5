//! Go's templates: ids, messages and details of alerts, and whatever handlers fill in.
//!
//! A template is compiled once ([`Template::parse`]) and rendered often ([`Template::render`]), appending
//! to the caller's text. Data are lent, never copied: see [`Datum`], [`Struct`] and [`Map`].
//!
//! # What there is
//!
//! Of `text/template` all of the language: text, actions, pipelines, variables, `if`, `else if`, `range`
//! (over maps, lists and numbers, with `else`, `break`, `continue`), `with`, `define`, `template`,
//! `block`, comments, trim markers, and constants of every kind but complex numbers. All built-in
//! functions, and `json` and `jsonCompact` where the caller allows them. All verbs and flags of `printf`
//! but `%p`, and `%b` and `%x` of floats. Of `time.Time` and `time.Duration` the methods that read, print,
//! add, compare and round. Maps print and iterate in the order of their keys.
//!
//! Of `html/template` the contexts of text, attributes, URLs, scripts and style sheets: see the notes in `html`.
//!
//! # Where it differs
//!
//! * Moments are in UTC; `.Local` changes nothing.
//! * Bytes that are no text (`slice` inside of a character, `"\xff"`) become U+FFFD.
//! * Length, nesting, iterations and output are limited ([`Limits`]).
//! * A template that HTML cannot hold is refused when it is parsed, not when it is first used.

mod compare;
mod datum;
mod error;
mod escape;
mod exec;
mod funcs;
mod html;
mod json;
mod keys;
mod lexer;
mod literal;
mod methods;
mod parse;
mod printf;
mod tree;

#[cfg(test)]
mod tests;

pub use datum::{Datum, IntType, List, ListRef, Map, MapRef, Struct};
pub use error::{ExecError, TemplateError};

/// Bounds that keep a template from taking all time and memory.
pub struct Limits;

impl Limits {
    /// Longest template, in bytes.
    pub const TEXT: usize = 1 << 20;
    /// How deep actions and parentheses nest in a template's text.
    pub const NESTING: usize = 150;
    /// How deep they nest when it runs, through all the templates that call each other.
    pub const DEPTH: usize = 300;
    /// Iterations and calls of templates in one run.
    pub const STEPS: usize = 1_000_000;
    /// Longest output, in bytes.
    pub const OUTPUT: usize = 16 << 20;
}

/// What kind of template it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Escape values for the place in HTML where they stand, as alert details do.
    pub html: bool,
    /// Allow `json` and `jsonCompact`.
    pub json: bool,
}

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Template {
    name: String,
    text: Box<str>,
    options: Options,
    /// The template itself, then those it defines.
    definitions: Vec<parse::Definition>,
}

impl Template {
    /// Compiles a template. Its name is what errors call it: `id`, `message`.
    pub fn parse(name: &str, text: &str, options: Options) -> Result<Template, TemplateError> {
        let mut definitions = parse::parse(name, text, options.json)?;
        if options.html {
            html::escape(name, text, &mut definitions)?;
        }
        Ok(Template { name: name.to_owned(), text: text.into(), options, definitions })
    }

    /// Appends what the template makes of the data. After an error the output may be half written.
    pub fn render<'d>(&'d self, data: Datum<'d>, out: &mut String) -> Result<(), ExecError> {
        exec::Exec::run(self, data, out).map_err(|e| *e)
    }

    /// Its text as given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text itself, if there is nothing to fill in.
    pub fn literal(&self) -> Option<&str> {
        match self.definitions.first().map(|d| d.nodes.as_slice()) {
            Some([]) | None => Some(""),
            Some([tree::Node::Text(text)]) => Some(text),
            _ => None,
        }
    }
}
