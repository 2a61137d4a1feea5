//! The properties of an alert node, with their defaults.

use std::sync::Arc;

use crate::alert::{Flapping, MAX_HISTORY, Policy};
use crate::lang::ast::Expr;
use crate::pipeline::{Arg, Fault, NodeDef};

const ID: &str = "{{ .Name }}:{{ .Group }}";
const MESSAGE: &str = "{{ .ID }} is {{ .Level }}";
const DETAILS: &str = "{{ json . }}";
const HISTORY: i64 = 21;

/// What goes onto a point that an event lets pass; `None` where it is not asked for.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Extras {
    pub(super) level_tag: Option<String>,
    pub(super) id_tag: Option<String>,
    pub(super) level_field: Option<String>,
    pub(super) id_field: Option<String>,
    pub(super) message_field: Option<String>,
    pub(super) duration_field: Option<String>,
}

impl Extras {
    fn read(def: &NodeDef) -> Extras {
        let name = |prop| def.str(prop).filter(|s| !s.is_empty()).map(str::to_owned);
        Extras {
            level_tag: name("levelTag"),
            id_tag: name("idTag"),
            level_field: name("levelField"),
            id_field: name("idField"),
            message_field: name("messageField"),
            duration_field: name("durationField"),
        }
    }
}

/// A level's predicates.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Lambdas {
    /// Whether a point reaches the level.
    pub(super) level: Arc<Expr>,
    /// Whether it may leave the level.
    pub(super) reset: Option<Arc<Expr>>,
}

/// What a script says of an alert node, apart from its handlers.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Config {
    pub(super) id: String,
    pub(super) message: String,
    pub(super) details: String,
    pub(super) topic: Option<String>,
    pub(super) category: String,
    pub(super) policy: Policy,
    /// Category and tags of each `.inhibit`.
    pub(super) inhibit: Vec<(String, Vec<String>)>,
    pub(super) extras: Extras,
    /// Of INFO, WARNING and CRITICAL.
    pub(super) lambdas: [Option<Lambdas>; 3],
}

impl Config {
    /// Reads the properties.
    pub(super) fn read(def: &NodeDef) -> Result<Config, Fault> {
        let text = |prop, default: &str| def.str(prop).unwrap_or(default).to_owned();
        Ok(Config {
            id: text("id", ID),
            message: text("message", MESSAGE),
            details: text("details", DETAILS),
            topic: def.str("topic").filter(|s| !s.is_empty()).map(str::to_owned),
            category: text("category", ""),
            policy: policy(def)?,
            inhibit: def.props("inhibit").filter_map(|p| inhibitor(&p.args)).collect(),
            extras: Extras::read(def),
            lambdas: [("info", "infoReset"), ("warn", "warnReset"), ("crit", "critReset")].map(|names| {
                let level = def.lambda(names.0)?.clone();
                Some(Lambdas { level, reset: def.lambda(names.1).cloned() })
            }),
        })
    }
}

fn policy(def: &NodeDef) -> Result<Policy, Fault> {
    let interval = def.props("stateChangesOnly").filter_map(|p| match p.args.first() {
        Some(Arg::Duration(d)) => Some(*d),
        _ => None,
    });
    Ok(Policy {
        flapping: flapping(def)?,
        changes_only: def.prop("stateChangesOnly").is_some(),
        interval: interval.last().unwrap_or(0),
        no_recoveries: def.prop("noRecoveries").is_some(),
    })
}

fn flapping(def: &NodeDef) -> Result<Option<Flapping>, Fault> {
    let Some(prop) = def.prop("flapping") else { return Ok(None) };
    let [Arg::Float(low), Arg::Float(high)] = prop.args[..] else {
        return Err(
            Fault::new("`.flapping` takes two floats, such as `.flapping(0.25, 0.5)`").prop("flapping")
        );
    };
    let history = usize::try_from(def.int("history").unwrap_or(HISTORY)).unwrap_or(0).max(2);
    if history > MAX_HISTORY {
        let text = format!("`.history({history})` is too long: it may hold up to {MAX_HISTORY} levels");
        return Err(Fault::new(text).prop("history"));
    }
    Ok(Some(Flapping { low, high, history }))
}

fn inhibitor(args: &[Arg]) -> Option<(String, Vec<String>)> {
    let texts = args.iter().filter_map(|a| match a {
        Arg::Str(s) => Some(s.clone()),
        _ => None,
    });
    let mut texts = texts.collect::<Vec<_>>().into_iter();
    Some((texts.next()?, texts.collect()))
}
