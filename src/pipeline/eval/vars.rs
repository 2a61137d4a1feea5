//! `var name = value` and `var name type`.

use super::Builder;
use super::value::Value;
use crate::lang::ast::{Comment, Expr, ExprKind, TypeDecl, VarDecl};
use crate::pipeline::{VarInfo, VarType, VarValue};
use crate::text::{Diagnostic, Span, suggest};

impl Builder<'_> {
    pub(super) fn var_decl(&mut self, decl: &VarDecl) {
        let default = self.expr(&decl.value);
        let Some(name) = ident(&decl.name) else { return };
        if self.scope.contains_key(name) {
            let text = format!("attempted to redefine {name}, vars are immutable");
            let mut found = Diagnostic::error("E0202", format!("`{name}` is already defined"))
                .at(decl.name.span)
                .kapacitor(text);
            found.hint = Some(match name {
                "stream" | "batch" | "time" => format!("`{name}` is taken: choose another name"),
                _ => "vars keep their first value: choose another name".to_owned(),
            });
            self.report(found);
            return;
        }
        if let Some(ty) = default.var_type() {
            self.declare(name, ty, default.to_var(), decl.comment.as_ref());
        }
        let value = self.given(name, default.var_type(), decl.name.span, &default).unwrap_or(default);
        self.scope.insert(name.to_owned(), value);
    }

    /// The value given from outside, if it is of the type of the default.
    fn given(&mut self, name: &str, expected: Option<VarType>, span: Span, default: &Value) -> Option<Value> {
        let given = self.options.vars.get(name)?;
        if matches!(default, Value::Poison) {
            return None;
        }
        if expected == Some(given.ty()) {
            return Some(Value::from_var(given));
        }
        let exp = expected.map_or("invalid type", VarType::printed);
        let got = given.ty();
        let text = format!("invalid type supplied for {name}, got {} exp {exp}", got.printed());
        let message = match expected {
            Some(ty) => format!("`{name}` is declared as {ty}, but was given as {got}"),
            None => format!("`{name}` holds a node and cannot be given from outside"),
        };
        self.report(Diagnostic::error("E0205", message).at(span).kapacitor(text));
        Some(Value::Poison)
    }

    pub(super) fn type_decl(&mut self, decl: &TypeDecl) {
        let (Some(name), Some(word)) = (ident(&decl.name), ident(&decl.ty)) else { return };
        let Some(ty) = VarType::from_word(word) else {
            let text = format!("invalid var type \"{word}\"");
            let words = VarType::ALL.map(VarType::word);
            let hint = match suggest::nearest(word, words.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("types are {}", words.join(", ")),
            };
            let found = Diagnostic::error("E0203", format!("there is no type `{word}`"));
            self.report(found.at(decl.ty.span).kapacitor(text).hint(hint));
            self.scope.insert(name.to_owned(), Value::Poison);
            return;
        };
        self.declare(name, ty, None, decl.comment.as_ref());
        let value = match self.options.vars.get(name) {
            Some(_) => self.given(name, Some(ty), decl.name.span, &Value::Nil(ty)).unwrap_or(Value::Poison),
            None if self.options.template => Value::zero(ty),
            None => {
                let found = Diagnostic::error("E0204", format!("`{name}` needs a value"))
                    .at(decl.name.span)
                    .kapacitor(format!("missing value for var \"{name}\"."))
                    .hint(format!("give one with `--var {name}=…` or `--vars FILE`"));
                self.report(found)
            }
        };
        self.scope.insert(name.to_owned(), value);
    }

    fn declare(&mut self, name: &str, ty: VarType, value: Option<VarValue>, comment: Option<&Comment>) {
        let info = VarInfo {
            name: name.to_owned(),
            ty,
            value,
            description: comment.map(describe).unwrap_or_default(),
        };
        let index = *self.declared.entry(name.to_owned()).or_insert(self.vars.len());
        match self.vars.get_mut(index) {
            Some(var) => *var = info,
            None => self.vars.push(info),
        }
    }
}

fn ident(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Ident(name) => Some(name),
        _ => None,
    }
}

/// The text of a comment; a blank line between its parts adds a line that holds a newline.
fn describe(comment: &Comment) -> String {
    let lines: Vec<&str> = comment.lines.iter().map(|line| line.as_deref().unwrap_or("\n")).collect();
    lines.join("\n")
}
