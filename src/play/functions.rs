//! The user-defined functions that a script calls: asked what they take before the script is checked.

use std::collections::BTreeSet;

use crate::lang::ast::Script;
use crate::pipeline::{Function, functions_called};
use crate::text::Diagnostic;
use crate::udf::Inquiry;

/// What a script is to hear of functions that are not declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undeclared {
    /// There are none.
    Refused,
    /// There is no configuration that could declare them: they may be anything.
    Noted,
}

/// The functions that a script may call, and what is to be said of those that it calls. Those are asked what they
/// take if `ask`, which starts them.
pub fn functions_of(
    script: &Script,
    inquiry: &Inquiry,
    undeclared: Undeclared,
    ask: bool,
) -> (Vec<Function>, Vec<Diagnostic>) {
    let mut functions: Vec<Function> =
        inquiry.names().map(|name| Function { name: name.to_owned(), info: None }).collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for call in functions_called(script) {
        let name = call.name.as_str();
        if !seen.insert(name) {
            continue;
        }
        match functions.iter_mut().find(|function| function.name == name) {
            Some(function) if ask => match inquiry.info(name) {
                Ok(info) => function.info = Some(info),
                Err(error) => {
                    let message = format!("the function `{name}` cannot be asked what it takes: {error}");
                    let text = format!("failed to load process info for \"{name}\": {error}");
                    found.push(Diagnostic::error("E0303", message).at(call.name_span).kapacitor(text));
                }
            },
            Some(_) => {}
            None if undeclared == Undeclared::Noted => {
                functions.push(Function { name: name.to_owned(), info: None });
                let message = format!("the function `{name}` is not declared: its options are not checked");
                let hint = format!("name a file with `[udf.functions.{name}]` with `--config`");
                found.push(Diagnostic::warning("W0103", message).at(call.name_span).hint(hint));
            }
            None => {}
        }
    }
    (functions, found)
}
