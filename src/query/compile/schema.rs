//! What sources have, and what wildcards and patterns stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::names;
use crate::pipeline::influxql::{DataType, Expr, Field};
use crate::query::error::{QueryError, refuse};
use crate::query::plan::{Plan, Ref, Source};
use crate::query::store::Store;
use crate::value::GoRegex;

/// Fields with their types, and tags.
#[derive(Default)]
pub(super) struct Schema {
    pub(super) fields: BTreeMap<String, DataType>,
    pub(super) tags: BTreeSet<String>,
}

impl Schema {
    pub(super) fn of(sources: &[Source], store: &Store) -> Schema {
        let mut schema = Schema::default();
        for source in sources {
            match source {
                Source::Measurement { database, retention_policy, name } => {
                    schema.add_measurement(store, database, retention_policy, name);
                }
                Source::Subquery(plan) => schema.add_plan(plan),
            }
        }
        schema
    }

    fn add_measurement(&mut self, store: &Store, database: &str, retention_policy: &str, name: &str) {
        let symbols = store.symbols();
        let Some((_, found)) = store.measurements(database, retention_policy).find(|m| m.0 == name) else {
            return;
        };
        for (field, ty) in found.fields() {
            self.add_field(symbols.name(*field), *ty);
        }
        self.tags.extend(found.tag_keys().iter().map(|key| symbols.name(*key).to_owned()));
    }

    fn add_plan(&mut self, plan: &Plan) {
        for column in &plan.columns {
            if let Some(ty) = column.ty {
                self.add_field(&column.short, ty);
            }
        }
        self.tags.extend(plan.dims.iter().cloned());
    }

    /// Of two types, numbers win over texts and those over truth values; a float wins over all.
    fn add_field(&mut self, name: &str, ty: DataType) {
        let rank = |ty: DataType| match ty {
            DataType::Float => 0,
            DataType::Integer | DataType::Unsigned => 1,
            DataType::Str => 2,
            DataType::Bool => 3,
            DataType::Tag | DataType::AnyField => 4,
        };
        let known = self.fields.entry(name.to_owned()).or_insert(ty);
        if rank(ty) < rank(*known) {
            *known = ty;
        }
    }

    /// A name with what it is.
    pub(super) fn resolve(&self, name: &str, wanted: Option<DataType>) -> Ref {
        let found = self.fields.get(name).copied();
        let tag = || self.tags.contains(name).then_some(DataType::Tag);
        let ty = match wanted {
            None => found.or_else(tag),
            Some(DataType::AnyField) => found.or(Some(DataType::AnyField)),
            Some(DataType::Tag) => tag(),
            Some(other) => found.map(|_| other),
        };
        Ref { name: name.to_owned(), ty }
    }

    /// The names that GROUP BY means, sorted, and whether a wildcard or pattern is among them.
    pub(super) fn dimensions(&self, dimensions: &[Expr]) -> Result<(Vec<String>, bool), QueryError> {
        let mut dims = BTreeSet::new();
        let mut wild = false;
        for dimension in dimensions {
            match dimension {
                Expr::Ref { name, .. } => {
                    dims.insert(name.clone());
                }
                Expr::Wildcard(_) => {
                    wild = true;
                    dims.extend(self.tags.iter().cloned());
                }
                Expr::Regex(pattern) => {
                    wild = true;
                    let pattern = regex(pattern)?;
                    dims.extend(self.tags.iter().filter(|tag| pattern.is_match(tag)).cloned());
                }
                _ => {}
            }
        }
        Ok((dims.into_iter().collect(), wild))
    }

    /// The fields with wildcards and patterns replaced by what they stand for.
    pub(super) fn expand(
        &self,
        fields: &[Field],
        dims: &[String],
        wild_dims: bool,
    ) -> Result<Vec<Field>, QueryError> {
        let mut names: Vec<(&str, DataType)> = self.fields.iter().map(|(n, ty)| (n.as_str(), *ty)).collect();
        if !names.is_empty() && !wild_dims {
            let tags = self.tags.iter().filter(|tag| !dims.contains(tag));
            names.extend(tags.map(|tag| (tag.as_str(), DataType::Tag)));
        }
        names.sort_by(|a, b| a.0.cmp(b.0));
        let mut expanded = Vec::new();
        for field in fields {
            expand(field, &names, &mut expanded)?;
        }
        Ok(expanded)
    }
}

pub(super) fn regex(pattern: &str) -> Result<GoRegex, QueryError> {
    GoRegex::new(pattern).map_err(|e| QueryError::new(format!("error parsing regexp: {e}")))
}

fn expand(field: &Field, names: &[(&str, DataType)], out: &mut Vec<Field>) -> Result<(), QueryError> {
    let Some(wild) = innermost(&field.expr) else {
        if let Some(kind) = hidden_wildcard(&field.expr) {
            return refuse(format!("unsupported expression with {kind}: {}", field.expr));
        }
        out.push(field.clone());
        return Ok(());
    };
    let admits = admitted(&wild)?;
    let chosen = names.iter().filter(|(name, ty)| admits(name, *ty));
    match &field.expr {
        Expr::Call { .. } => {
            let base = names::short(field);
            let supported = |ty: DataType| takes(&call_around(&field.expr), ty);
            out.extend(chosen.filter(|(_, ty)| supported(*ty)).map(|(name, ty)| Field {
                expr: replaced(&field.expr, name, *ty),
                alias: Some(format!("{base}_{name}")),
            }));
        }
        _ => out.extend(chosen.map(|(name, ty)| Field { expr: reference(name, *ty), alias: None })),
    }
    Ok(())
}

/// The wildcard or pattern of a field: itself, or the first argument of its innermost call.
fn innermost(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Wildcard(_) | Expr::Regex(_) => Some(expr.clone()),
        Expr::Call { args, .. } => args.first().and_then(innermost),
        _ => None,
    }
}

/// The name of the innermost call.
fn call_around(expr: &Expr) -> String {
    match expr {
        Expr::Call { name, args } => match args.first() {
            Some(inner @ Expr::Call { .. }) => call_around(inner),
            _ => name.clone(),
        },
        _ => String::new(),
    }
}

fn replaced(expr: &Expr, name: &str, ty: DataType) -> Expr {
    match expr {
        Expr::Call { name: call, args } => {
            let mut args = args.clone();
            if let Some(first) = args.first_mut() {
                *first = replaced(first, name, ty);
            }
            Expr::Call { name: call.clone(), args }
        }
        _ => reference(name, ty),
    }
}

fn reference(name: &str, ty: DataType) -> Expr {
    Expr::Ref { name: name.to_owned(), ty: Some(ty) }
}

type Admits = Box<dyn Fn(&str, DataType) -> bool>;

fn admitted(wild: &Expr) -> Result<Admits, QueryError> {
    Ok(match wild {
        Expr::Regex(pattern) => {
            let pattern = regex(pattern)?;
            Box::new(move |name, _| pattern.is_match(name))
        }
        Expr::Wildcard(Some(DataType::Tag)) => Box::new(|_, ty| ty == DataType::Tag),
        Expr::Wildcard(Some(_)) => Box::new(|_, ty| ty != DataType::Tag),
        _ => Box::new(|_, _| true),
    })
}

/// Which fields a wildcard within a call stands for.
fn takes(call: &str, ty: DataType) -> bool {
    match ty {
        DataType::Float | DataType::Integer | DataType::Unsigned => true,
        DataType::Str => {
            matches!(call, "count" | "first" | "last" | "distinct" | "elapsed" | "mode" | "sample")
        }
        DataType::Bool => {
            matches!(
                call,
                "count" | "first" | "last" | "distinct" | "elapsed" | "mode" | "sample" | "min" | "max"
            )
        }
        DataType::Tag | DataType::AnyField => false,
    }
}

fn hidden_wildcard(expr: &Expr) -> Option<&'static str> {
    match expr {
        Expr::Wildcard(_) => Some("wildcard"),
        Expr::Regex(_) => Some("regex field"),
        Expr::Paren(inner) => hidden_wildcard(inner),
        Expr::Binary { left, right, .. } => hidden_wildcard(left).or_else(|| hidden_wildcard(right)),
        Expr::Call { args, .. } => args.iter().find_map(hidden_wildcard),
        _ => None,
    }
}
