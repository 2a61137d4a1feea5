//! `eval`: computes fields and tags.

use super::build::Build;
use super::grouped::grouped;
use super::names::plural;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Rest, Row, Sym, Val};
use crate::lambda::{Program, State};
use crate::pipeline::ArgType::{Lambda, Str};
use crate::pipeline::{EdgeType, Fault, NodeDef, NodeSpec, Param, PropSpec, Whole, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "eval",
    desc: "eval",
    go_type: "EvalNode",
    rest: Some(Param::new("expression", Lambda)),
    props: &[
        PropSpec::list("as", Param::new("name", Str), "name of each result"),
        PropSpec::list("tags", Param::new("name", Str), "results that become tags"),
        PropSpec::list("keep", Param::new("field", Str), "keep all fields, or only these"),
    ],
    doc: "computes new fields from fields and tags",
    details: "Without `keep` only the results remain. A result can be used by later expressions under its name, \
              unless the point has a field of that name.",
    example: "stream\n    |from()\n        .measurement('mem')\n    |eval(lambda: float(\"used\") / \
              float(\"total\") * 100.0)\n        .as('used_percent')\n        .keep()\n    |log()\n",
    validate,
    start: |node, _| start::indexed_lambdas(&node.args),
    whole,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let names = node.strs("as").unwrap_or_default();
    let (n, exprs) = (names.len(), node.args.len());
    if n != exprs {
        let text = format!(
            "must specify same number of expressions and .as() names: got {n} as names, and {exprs} expressions."
        );
        return Err(Fault::new(text)
            .message(format!(
                "`eval` has {}, but `as` has {}",
                plural(exprs, "expression"),
                plural(n, "name")
            ))
            .hint("give each expression a name: `.as('…')`")
            .prop("as"));
    }
    for tag in node.strs("tags").unwrap_or_default() {
        if !names.contains(&tag) {
            return Err(Fault::new(format!("invalid tag name {tag:?}, name is not present is .as() names"))
                .message(format!("`tags` names '{tag}', which is not among the names of `as`"))
                .prop("tags"));
        }
    }
    Ok(())
}

/// Only `keep()` without a list lets fields pass that no expression makes.
fn whole(node: &NodeDef) -> Whole {
    match node.strs("keep") {
        Some(list) if list.is_empty() => Whole::Passes,
        _ => Whole::Drops,
    }
}

/// `eval` at work.
pub struct Eval {
    items: Vec<Item>,
    /// Indices of results that become tags, with the tags' keys.
    tags: Vec<(usize, Sym)>,
    keep: Keep,
    quiet: bool,
    batch: bool,
    results: Vec<Val>,
    groups: PerGroup<Vec<State>>,
}

/// One expression.
struct Item {
    program: Program,
    slot: u32,
    key: Sym,
    /// A later expression names this result, so that a field of the same name wins over it.
    named_later: bool,
}

enum Keep {
    Results,
    All,
    List(Vec<(u32, String)>),
}

impl Eval {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Eval, Fault> {
        let names = node.strs("as").unwrap_or_default();
        let mut items: Vec<Item> = Vec::new();
        for (i, (arg, name)) in node.args.iter().zip(&names).enumerate() {
            let program = b.lambda(Some(arg), &format!("Failed to compile {i} expression: "))?;
            for earlier in &mut items {
                earlier.named_later |= program.references().iter().any(|r| r.symbol == earlier.key);
            }
            let (slot, key) = (b.slots.slot(name), b.sym(name));
            items.push(Item { program, slot, key, named_later: false });
        }
        share_scope(&mut items);
        let tag_names = node.strs("tags").unwrap_or_default();
        let index = |tag: &&str| names.iter().rposition(|n| n == tag);
        let tags = tag_names.iter().filter_map(|t| Some((index(t)?, b.sym(t)))).collect();
        let keep = match node.strs("keep") {
            None => Keep::Results,
            Some(list) if list.is_empty() => Keep::All,
            Some(list) => Keep::List(list.iter().map(|n| (b.slots.slot(n), (*n).to_owned())).collect()),
        };
        let results = vec![Val::Missing; items.len()];
        Ok(Eval {
            items,
            tags,
            keep,
            quiet: node.quiet,
            batch: node.wants == EdgeType::Batch,
            results,
            groups: PerGroup::default(),
        })
    }

    fn fresh(&self) -> Vec<State> {
        self.items.iter().map(|i| i.program.state()).collect()
    }

    /// Works out every expression on `work`, where results become visible to later ones.
    fn evaluate(&mut self, row: &Row, work: &Row, cx: &mut Cx<'_>) -> bool {
        let states = self.groups.get_or(row.group, || self.items.iter().map(|i| i.program.state()).collect());
        for (i, (item, state)) in self.items.iter_mut().zip(states).enumerate() {
            let val = match item.program.value(state, &mut cx.env(work)) {
                Ok(val) => val,
                Err(failure) => {
                    if !self.quiet {
                        cx.lambda_error("error evaluating expression", &item.program, &failure, work);
                    }
                    return false;
                }
            };
            let raw = cx.slots(row)[item.slot as usize];
            let tag = cx.world.tags.get(row.tags, item.key);
            self.results[i] = match (item.named_later, raw, tag) {
                (true, Val::Missing, Some(tag)) => Val::Sym(tag),
                (true, raw, _) if raw.is_present() => raw,
                _ => val,
            };
            if raw == Val::Missing && tag.is_none() {
                cx.set(work, item.slot, val);
            }
        }
        true
    }

    /// Puts the results into the forked row and takes out what is not kept.
    fn fields(&self, work: &mut Row, cx: &mut Cx<'_>) -> Result<(), String> {
        match &self.keep {
            Keep::All => {}
            Keep::Results => self.clear(work, cx),
            Keep::List(list) => {
                let mut kept = [Val::Missing; 16];
                let mut more = Vec::new();
                for (i, (slot, name)) in list.iter().enumerate() {
                    let val = self.kept(*slot, name, work, cx)?;
                    match kept.get_mut(i) {
                        Some(place) => *place = val,
                        None => more.push(val),
                    }
                }
                self.clear(work, cx);
                for ((slot, _), val) in list.iter().zip(kept.into_iter().chain(more)) {
                    cx.set(work, *slot, val);
                }
                return Ok(());
            }
        }
        for (i, item) in self.items.iter().enumerate() {
            if matches!(self.keep, Keep::All) || !self.tags.iter().any(|t| t.0 == i) {
                cx.set(work, item.slot, self.results[i]);
            }
        }
        Ok(())
    }

    fn clear(&self, work: &mut Row, cx: &mut Cx<'_>) {
        let start = work.base as usize;
        cx.tape.vals[start..start + cx.task.width()].fill(Val::Missing);
        work.rest = Rest::None;
    }

    /// A field of the list of `keep`: a result, else whatever an expression found under that name,
    /// be it a tag, else a field of the point.
    fn kept(&self, slot: u32, name: &str, work: &Row, cx: &Cx<'_>) -> Result<Val, String> {
        if let Some(i) = self.items.iter().rposition(|item| item.slot == slot) {
            return Ok(self.results[i]);
        }
        let val = cx.slots(work)[slot as usize];
        if val.is_present() {
            return Ok(val);
        }
        let named = self.items.iter().flat_map(|i| i.program.references()).find(|r| r.slot == slot);
        match named {
            Some(r) => Ok(cx.world.tags.get(work.tags, r.symbol).map_or(Val::Missing, Val::Sym)),
            None => Err(format!("cannot keep field \"{name}\", field does not exist")),
        }
    }

    fn tags(&self, work: &mut Row, cx: &mut Cx<'_>) -> Result<(), String> {
        for &(i, key) in &self.tags {
            let val = self.results[i];
            let value = match val {
                Val::Sym(sym) => sym,
                Val::Str(text) => cx.world.symbols.intern(cx.tape.text.get(text)),
                other => {
                    let got = go_type(other);
                    return Err(format!("result of a tag expression must be of type string, got {got}"));
                }
            };
            let world = &mut *cx.world;
            work.tags = world.tags.with(work.tags, key, value, &world.symbols);
        }
        Ok(())
    }
}

/// Error texts list what is in scope, and that is what any of the expressions names.
fn share_scope(items: &mut [Item]) {
    let all = items.iter().flat_map(|i| i.program.references());
    let names: Vec<String> = all.map(|r| r.name.clone()).collect();
    for item in items {
        item.program.share_scope(names.iter().map(String::as_str));
    }
}

fn go_type(val: Val) -> &'static str {
    match val {
        Val::Float(_) => "float64",
        Val::Int(_) => "int64",
        Val::Bool(_) => "bool",
        Val::Duration(_) => "time.Duration",
        Val::Str(_) | Val::Sym(_) => "string",
        Val::Missing | Val::Null => "<nil>",
    }
}

impl Node for Eval {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let mut work = cx.fork(&row);
        if !self.evaluate(&row, &work, cx) {
            return Step::Drop;
        }
        let done = self.tags(&mut work, cx).and_then(|()| self.fields(&mut work, cx));
        if let Err(text) = done {
            if !self.quiet {
                cx.error("error evaluating expression", &text);
            }
            return Step::Drop;
        }
        // A batch keeps its group, whatever the tags of its points.
        if work.tags != row.tags && !self.batch {
            cx.regroup(&mut work);
        }
        Step::Pass(work)
    }

    grouped!();
}
