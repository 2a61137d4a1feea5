//! `eval`: computes fields and tags.

use super::build::Build;
use super::grouped::grouped;
use super::names::plural;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Damaged, Keep, Loader, Row, Saver, Sym, Val};
use crate::lambda::{Program, State};
use crate::pipeline::ArgType::{Lambda, Str};
use crate::pipeline::{EdgeType, Fault, NodeDef, NodeSpec, Param, PropSpec, Whole, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "eval",
    desc: "eval",
    go_type: "EvalNode",
    rest: Some(Param::new("expression", Lambda)),
    props: &[
        PropSpec::list("as", Param::new("name", Str), "name of each result; required"),
        PropSpec::list("tags", Param::new("name", Str), "results that become tags"),
        PropSpec::list(
            "keep",
            Param::new("field", Str),
            "keep all fields, or only these (default: the results alone)",
        ),
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
    keep: Kept,
    quiet: bool,
    batch: bool,
    results: Vec<Val>,
    groups: PerGroup<Vec<State>>,
    /// The states of all groups, if no expression remembers anything.
    shared: Option<Vec<State>>,
    /// Some expression names the result of an earlier one.
    chained: bool,
}

/// One expression.
struct Item {
    program: Program,
    slot: u32,
    key: Sym,
    /// A later expression names this result, so that a field of the same name wins over it.
    named_later: bool,
}

enum Kept {
    Results,
    All,
    List(Vec<KeptField>),
}

/// A field of the list of `keep`.
struct KeptField {
    slot: u32,
    name: String,
    /// The last expression of that name.
    item: Option<usize>,
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
            None => Kept::Results,
            Some(list) if list.is_empty() => Kept::All,
            Some(list) => Kept::List(list.iter().map(|name| kept(name, &items, b)).collect()),
        };
        let results = vec![Val::Missing; items.len()];
        let stateless = items.iter().all(|i| i.program.is_stateless());
        Ok(Eval {
            shared: stateless.then(|| items.iter().map(|i| i.program.state()).collect()),
            chained: items.iter().any(|i| i.named_later),
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
        match self.shared {
            Some(_) => Vec::new(),
            None => self.items.iter().map(|i| i.program.state()).collect(),
        }
    }

    /// Works out every expression on `work`, where results become visible to later ones that name them.
    fn evaluate(&mut self, row: &Row, work: &Row, cx: &mut Cx<'_>) -> bool {
        if self.groups.get(row.group).is_none() {
            let fresh = self.fresh();
            self.groups.insert(row.group, fresh);
        }
        let states = match &mut self.shared {
            Some(shared) => shared,
            None => self.groups.get_or(row.group, Vec::new),
        };
        for ((item, state), result) in self.items.iter_mut().zip(states).zip(&mut self.results) {
            let val = match item.program.value(state, &mut cx.env(work)) {
                Ok(val) => val,
                Err(failure) => {
                    if !self.quiet {
                        cx.lambda_error("error evaluating expression", &item.program, &failure, work);
                    }
                    return false;
                }
            };
            *result = if item.named_later { show(val, item, row, work, cx) } else { val };
        }
        true
    }

    /// The row with the results and what is kept of the fields of `work`.
    fn fields(&self, work: &Row, cx: &mut Cx<'_>) -> Result<Row, String> {
        if let Kept::List(list) = &self.keep {
            let out = cx.blank(work);
            for field in list {
                let val = match field.item {
                    Some(item) => self.results[item],
                    None => self.found(field, work, cx)?,
                };
                cx.set(&out, field.slot, val);
            }
            return Ok(out);
        }
        let all = matches!(self.keep, Kept::All);
        let out = if all { cx.fork(work) } else { cx.blank(work) };
        for (i, item) in self.items.iter().enumerate() {
            if all || !self.tags.iter().any(|t| t.0 == i) {
                cx.set(&out, item.slot, self.results[i]);
            }
        }
        Ok(out)
    }

    /// A field of the list of `keep` that is no result: a field of the point, else whatever an expression
    /// found under that name, be it a tag.
    fn found(
        &self,
        KeptField { slot, name, .. }: &KeptField,
        work: &Row,
        cx: &Cx<'_>,
    ) -> Result<Val, String> {
        let val = cx.slots(work)[*slot as usize];
        if val.is_present() {
            return Ok(val);
        }
        let named = self.items.iter().flat_map(|i| i.program.references()).find(|r| r.slot == *slot);
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

/// Shows a result to later expressions, where the point has nothing of that name; gives what they see.
fn show(val: Val, item: &Item, row: &Row, work: &Row, cx: &mut Cx<'_>) -> Val {
    let raw = cx.slots(row)[item.slot as usize];
    match (raw, cx.world.tags.get(row.tags, item.key)) {
        (Val::Missing, Some(tag)) => Val::Sym(tag),
        (Val::Missing, None) => {
            cx.set(work, item.slot, val);
            val
        }
        _ => raw,
    }
}

fn kept(name: &str, items: &[Item], b: &mut Build<'_>) -> KeptField {
    let slot = b.slots.slot(name);
    KeptField { slot, name: name.to_owned(), item: items.iter().rposition(|item| item.slot == slot) }
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
        let mut work = if self.chained { cx.fork(&row) } else { row };
        if !self.evaluate(&row, &work, cx) {
            return Step::Drop;
        }
        let mut out = match self.tags(&mut work, cx).and_then(|()| self.fields(&work, cx)) {
            Ok(out) => out,
            Err(text) => {
                if !self.quiet {
                    cx.error("error evaluating expression", &text);
                }
                return Step::Drop;
            }
        };
        // A batch keeps its group, whatever the tags of its points.
        if out.tags != row.tags && !self.batch {
            cx.regroup(&mut out);
        }
        Step::Pass(out)
    }

    grouped!();
}

impl Keep for Eval {
    fn save(&self, out: &mut Saver<'_>) {
        self.items.iter().for_each(|item| item.program.save(out));
        self.groups.save_with(out, |states, out| out.each(states));
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each(self.items.iter_mut().map(|item| &mut item.program))?;
        let states = self.fresh().len();
        self.groups.restore_with(from, |from| {
            let mut states = vec![State::default(); states];
            from.each(&mut states)?;
            Ok(states)
        })
    }
}
