//! From the definition of an alert node to one at work.

use std::sync::Arc;

use super::batch::Whole;
use super::config::{Config, Lambdas};
use super::counters::Counters;
use super::extras::Extras;
use super::judge::Judge;
use super::run::{Alert, Test, Tests};
use crate::alert::{Handler, States, Target, Texts, TopicId};
use crate::lang::ast::Expr;
use crate::nodes::{Build, PerGroup};
use crate::pipeline::{Fault, NodeDef};

/// What Kapacitor calls the predicates of INFO, WARNING and CRITICAL.
pub(super) const NAMES: [(&str, &str); 3] =
    [("info", "infoReset"), ("warn", "warnReset"), ("crit", "critReset")];

impl Alert {
    pub(in crate::nodes) fn build(def: &NodeDef, b: &mut Build<'_>) -> Result<Alert, Fault> {
        let config = Config::read(def)?;
        let texts = Texts::new(&config.id, &config.message, &config.details, b.topics.server.clone());
        let own = own_topic(def, &config, b)?;
        let tests = tests(&config, b)?;
        let judge = Judge::new(&config, b)?;
        let named = config.topic.as_deref().map(|name| b.topics.topic(name));
        let inhibitors = config.inhibit.into_iter();
        let inhibitors = inhibitors.map(|(c, tags)| b.topics.inhibitors.declare(b.task, &c, tags));
        Ok(Alert {
            task: b.task.into(),
            category: config.category.into(),
            recoverable: !config.policy.no_recoveries,
            texts: texts.map_err(|e| Fault::new(e.to_string()))?,
            names: Arc::default(),
            tests,
            states: States::new(config.policy),
            rendered: PerGroup::default(),
            own,
            remembers: !def.handlers.is_empty(),
            named,
            inhibitors: inhibitors.collect(),
            extras: Extras::new(&config.extras, b.slots),
            counters: Counters::default(),
            all: def.prop("all").is_some(),
            batch: Whole::default(),
            kept: false,
            judge,
        })
    }
}

/// The topic of the node itself, with the handlers that it declares. Without any, it is there only
/// to show the events of a node that has no other topic.
fn own_topic(def: &NodeDef, config: &Config, b: &mut Build<'_>) -> Result<Option<TopicId>, Fault> {
    if def.handlers.is_empty() && config.topic.is_some() {
        return Ok(None);
    }
    let topic = b.topics.topic(&format!("main:{}:{}", b.task, def.name));
    let (task, node): (Arc<str>, Arc<str>) = (b.task.into(), def.name.as_str().into());
    for handler in &def.handlers {
        let key = (b.handlers)(handler)?;
        let owner = Some((task.clone(), node.clone()));
        b.topics
            .register(topic, Handler { owner, file: None, matching: None, target: Target::Deliver(key) })
            .map_err(Fault::new)?;
    }
    Ok(Some(topic))
}

fn tests(config: &Config, b: &mut Build<'_>) -> Result<[Option<Tests>; 3], Fault> {
    let mut all = [None, None, None];
    for ((tests, lambdas), names) in all.iter_mut().zip(&config.lambdas).zip(NAMES) {
        let Some(Lambdas { level, reset }) = lambdas else { continue };
        let level = test(level, names.0, b)?;
        let reset = reset.as_ref().map(|reset| test(reset, names.1, b)).transpose()?;
        *tests = Some(Tests { level, reset });
    }
    Ok(all)
}

fn test(expr: &Expr, name: &str, b: &mut Build<'_>) -> Result<Test, Fault> {
    let wrapper = format!("Failed to compile stateful expression for {name}: ");
    let program = b.program(expr, &wrapper)?;
    Ok(Test { state: program.state(), program })
}
