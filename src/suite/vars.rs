//! Values of vars as test files write them: `vars: {crit: 10, host: web-1}`.

use crate::handlers::tree::{At, FileError, Node};
use crate::pipeline::{VarInfo, VarType, VarValue, Vars};
use crate::play::typed_var;
use crate::text::suggest::nearest;

/// The vars of a test, each as the type that the script gives it.
///
/// # Errors
/// Vars that the script does not have, and values of other types.
pub(super) fn given(
    file: &str,
    given: &[(At<String>, At<Node>)],
    declared: &[VarInfo],
) -> Result<Vars, Vec<FileError>> {
    let mut vars = Vars::default();
    let mut errors = Vec::new();
    // A script with mistakes declares nothing; they are told when it is built.
    for (name, node) in given.iter().filter(|_| !declared.is_empty()) {
        let mut wrong = |place, message: String, hint| {
            errors.push(FileError { file: file.to_owned(), place: Some(place), message, hint });
        };
        let Some(info) = declared.iter().find(|d| d.name == name.value) else {
            let hint = match nearest(&name.value, declared.iter().map(|d| d.name.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let names: Vec<String> = declared.iter().map(|d| format!("`{}`", d.name)).collect();
                    format!("it has {}", names.join(", "))
                }
            };
            wrong(name.place, format!("the script has no var `{}`", name.value), Some(hint));
            continue;
        };
        match value(&node.value, info.ty) {
            Ok(value) => vars.set(name.value.as_str(), value),
            Err(expected) => {
                let message =
                    format!("var `{}`: expected {expected} for a var of type `{}`", name.value, info.ty);
                wrong(node.place, message, None);
            }
        }
    }
    if errors.is_empty() { Ok(vars) } else { Err(errors) }
}

fn value(node: &Node, ty: VarType) -> Result<VarValue, String> {
    match (node, ty) {
        (Node::Int(i), VarType::Float) => Ok(VarValue::Float(*i as f64)),
        (Node::Float(x), VarType::Float) => Ok(VarValue::Float(*x)),
        (Node::Bool(b), VarType::Bool) => Ok(VarValue::Bool(*b)),
        (Node::List(items), VarType::List) => {
            let item = |item: &At<Node>| match &item.value {
                Node::Text(text) if text == "*" => Ok(VarValue::Star),
                Node::Text(text) => Ok(VarValue::Str(text.clone())),
                other => Err(format!("a list of texts, not with {},", other.words())),
            };
            items.iter().map(item).collect::<Result<_, _>>().map(VarValue::List)
        }
        (Node::Text(text), ty) => typed_var(text, ty),
        (Node::Int(i), ty) => typed_var(&i.to_string(), ty),
        (Node::Float(x), ty) => typed_var(&x.to_string(), ty),
        (Node::Bool(b), ty) => typed_var(&b.to_string(), ty),
        (other, _) => Err(format!("a value, not {},", other.words())),
    }
}
