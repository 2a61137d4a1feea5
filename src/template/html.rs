//! HTML templates: every value is escaped for the place where it stands.
//!
//! When a template is parsed its literal text is read as HTML ([`scan`]), through all branches and calls
//! ([`walk`]), so that the place of every action is known: in text, in an attribute (quoted or not), in a
//! URL, in a script (as a value, in a string, in a pattern) or in a style sheet. The action remembers its
//! escapers; rendering only applies them ([`apply`]). Comments of HTML, scripts and style sheets are left
//! out, as Go does, and a `<` in text that begins no tag is escaped.
//!
//! # Where it differs
//!
//! * An error in the HTML (branches that end in different places, a template that ends inside of a tag)
//!   is told when the template is parsed, and names the place in plain words.
//! * In a script's template literal values are escaped as in a string; an action inside of its `${…}` is
//!   refused.
//! * Of the character references only those of quotes, ampersand and angle brackets, and numeric ones,
//!   are understood in attributes with scripts, styles or URLs.

mod apply;
mod attribute;
mod place;
mod scan;
mod script;
mod style;
mod walk;

pub(super) use apply::{Escaper, push_escaped};
pub(super) use walk::escape;
