//! Names of columns.

use std::collections::HashMap;

use crate::pipeline::influxql::{Expr, Field};

/// The name of a field: its alias, or that of what it holds.
pub(super) fn short(field: &Field) -> String {
    field.alias.clone().unwrap_or_else(|| of(&field.expr))
}

fn of(expr: &Expr) -> String {
    match expr {
        Expr::Call { name, .. } => name.clone(),
        Expr::Ref { name, .. } => name.clone(),
        Expr::Distinct(_) => "distinct".to_owned(),
        Expr::Paren(inner) => of(inner),
        Expr::Binary { .. } => {
            let mut names = Vec::new();
            collect(expr, &mut names);
            names.join("_")
        }
        _ => String::new(),
    }
}

fn collect<'e>(expr: &'e Expr, names: &mut Vec<&'e str>) {
    match expr {
        Expr::Ref { name, .. } | Expr::Call { name, .. } => names.push(name),
        Expr::Paren(inner) => collect(inner, names),
        Expr::Binary { left, right, .. } => {
            collect(left, names);
            collect(right, names);
        }
        _ => {}
    }
}

/// The names of the columns: aliases as they are, the others told apart by `_1`, `_2`.
pub(super) fn columns(fields: &[Field]) -> Vec<String> {
    let mut seen: HashMap<String, usize> =
        fields.iter().filter_map(|f| f.alias.clone()).map(|alias| (alias, 1)).collect();
    let name = |field: &Field| {
        if let Some(alias) = &field.alias {
            return alias.clone();
        }
        let plain = of(&field.expr);
        let mut name = plain.clone();
        if let Some(&first) = seen.get(&plain) {
            let free =
                (first..).map(|n| (n, format!("{plain}_{n}"))).find(|(_, name)| !seen.contains_key(name));
            if let Some((n, found)) = free {
                seen.insert(plain, n + 1);
                name = found;
            }
        }
        *seen.entry(name.clone()).or_insert(0) += 1;
        name
    };
    fields.iter().map(name).collect()
}
