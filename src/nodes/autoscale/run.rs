//! The nodes at work. Nothing outside is asked or changed: what is decided is told, and taken as done.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::alert::Origin;
use crate::data::{Damaged, Head, Keep, Loader, Row, Saver, Sym, Val, kept};
use crate::lambda::{Program, State};
use crate::nodes::build::Build;
use crate::nodes::grouped::grouped;
use crate::nodes::{Cx, Node, PerGroup, Step};
use crate::pipeline::{Fault, NodeDef};

/// An autoscale node at work.
pub struct Autoscale {
    replicas: Program,
    /// The slot and the name of the current count.
    current: Option<(u32, Sym)>,
    min: i64,
    max: i64,
    /// How long after an increase there is no other, in nanoseconds; the same for decreases.
    cooldown: [i64; 2],
    name: Name,
    /// Other tags of the result.
    tags: Vec<(Sym, Sym)>,
    /// What stands before the name in records.
    prefix: String,
    groups: PerGroup<State>,
    resources: HashMap<Sym, Resource, FixedState>,
    old: Sym,
    new: Sym,
    /// Increases, decreases, and what was left because of a cooldown.
    events: [i64; 3],
}

/// How the name of a resource is known, and the tag that shows it in the result.
struct Name {
    fixed: Option<Sym>,
    tag: Sym,
    out: Sym,
}

/// Something that has replicas.
#[derive(Default)]
struct Resource {
    count: i64,
    /// Times of the last increase and the last decrease.
    last: [Option<i64>; 2],
}

/// Properties by which the kinds of nodes differ.
struct Kind {
    name: &'static str,
    name_tag: &'static str,
    out_tag: &'static str,
    /// The tag of the result for the name, where the script says nothing.
    out_default: &'static str,
}

impl Autoscale {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Autoscale, Fault> {
        let kind = match node.kind {
            "k8sAutoscale" => Kind {
                name: "resourceName",
                name_tag: "resourceNameTag",
                out_tag: "resourceTag",
                out_default: "resource",
            },
            "swarmAutoscale" => Kind {
                name: "serviceName",
                name_tag: "serviceNameTag",
                out_tag: "outputServiceNameTag",
                out_default: "",
            },
            _ => Kind {
                name: "groupName",
                name_tag: "groupNameTag",
                out_tag: "outputGroupNameTag",
                out_default: "",
            },
        };
        let text = |prop: &str, or: &str| match node.str(prop) {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => or.to_owned(),
        };
        let (fixed, tag) = (text(kind.name, ""), text(kind.name_tag, ""));
        let out = if kind.out_default.is_empty() { tag.as_str() } else { kind.out_default };
        let out = text(kind.out_tag, out);
        let (mut tags, mut prefix) = (Vec::new(), String::new());
        if node.kind == "k8sAutoscale" {
            let (space, what) = (text("namespace", "default"), text("kind", "deployments"));
            tags.push((b.sym(&text("namespaceTag", "namespace")), b.sym(&space)));
            tags.push((b.sym(&text("kindTag", "kind")), b.sym(&what)));
            prefix = format!("{space}/{what}/");
        }
        let current = text("currentField", "");
        let cooldown = ["increaseCooldown", "decreaseCooldown"].map(|p| node.duration(p).unwrap_or(0));
        Ok(Autoscale {
            replicas: b.lambda(node.arg("replicas"), "invalid replicas expression: ")?,
            current: (!current.is_empty()).then(|| (b.slots.slot(&current), b.sym(&current))),
            min: node.int("min").unwrap_or(1),
            max: node.int("max").unwrap_or(0),
            cooldown,
            name: Name {
                fixed: (!fixed.is_empty()).then(|| b.sym(&fixed)),
                tag: b.sym(&tag),
                out: b.sym(&out),
            },
            tags,
            prefix,
            groups: PerGroup::default(),
            resources: HashMap::default(),
            old: b.sym("old"),
            new: b.sym("new"),
            events: [0; 3],
        })
    }

    fn fresh(&self) -> State {
        self.replicas.state()
    }

    fn handle(&mut self, row: &Row, message: &str, cx: &mut Cx<'_>) -> Step {
        let Some(name) = self.name.fixed.or_else(|| cx.world.tags.get(row.tags, self.name.tag)) else {
            let tag = cx.world.symbols.name(self.name.tag).to_owned();
            cx.error(message, &format!("the point has no tag `{tag}` that names what to scale"));
            return Step::Drop;
        };
        let (min, max) = (self.min, self.max);
        let count = self.resources.entry(name).or_insert(Resource { count: min, last: [None; 2] }).count;
        let seen = self.with_current(row, count, cx);
        let state = self.groups.get_or(row.group, || self.replicas.state());
        let wanted = match self.replicas.value(state, &mut cx.env(&seen)) {
            Ok(Val::Int(wanted)) => wanted,
            Ok(_) => {
                cx.error(message, "the replicas expression does not give an int");
                return Step::Drop;
            }
            Err(failure) => {
                cx.lambda_error(message, &self.replicas, &failure, &seen);
                return Step::Drop;
            }
        };
        let wanted = if max > 0 { wanted.min(max) } else { wanted }.max(min);
        if wanted == count || !self.may_change(name, wanted, row.time) {
            return Step::Drop;
        }
        let id = format!("{}{}", self.prefix, cx.world.symbols.name(name));
        let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
        cx.sink.scale(origin, &id, count, wanted);
        Step::Pass(self.result(row, name, count, wanted, cx))
    }

    /// The row with the current count, unless it has a field or a tag of that name.
    fn with_current(&self, row: &Row, count: i64, cx: &mut Cx<'_>) -> Row {
        match self.current {
            Some((slot, name))
                if !cx.slots(row)[slot as usize].is_present()
                    && cx.world.tags.get(row.tags, name).is_none() =>
            {
                let row = cx.fork(row);
                cx.set(&row, slot, Val::Int(count));
                row
            }
            _ => *row,
        }
    }

    /// Takes a change for done, unless it comes too soon after the last of its kind.
    fn may_change(&mut self, name: Sym, wanted: i64, time: i64) -> bool {
        let Some(resource) = self.resources.get_mut(&name) else { return false };
        let way = usize::from(wanted < resource.count);
        let ready = resource.last[way].is_none_or(|last| time >= last.saturating_add(self.cooldown[way]));
        if !ready {
            self.events[2] += 1;
            return false;
        }
        self.events[way] += 1;
        resource.last[way] = Some(time);
        resource.count = wanted;
        true
    }

    fn result(&self, row: &Row, name: Sym, old: i64, new: i64, cx: &mut Cx<'_>) -> Row {
        let mut out = cx.new_row(row.time, row.name, row.group);
        for &(key, value) in self.tags.iter().chain([&(self.name.out, name)]) {
            if key != Sym::EMPTY {
                out.tags = cx.world.tags.with(out.tags, key, value, &cx.world.symbols);
            }
        }
        cx.regroup(&mut out);
        cx.add(&mut out, self.old, Val::Int(old));
        cx.add(&mut out, self.new, Val::Int(new));
        out
    }
}

impl Node for Autoscale {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.handle(&row, "error handling point", cx)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.groups.get_or(head.group, || self.replicas.state());
        Step::Drop
    }

    /// Points of a batch are looked at one by one; what comes out is a stream.
    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.handle(&row, "error batch handling point", cx)
    }

    fn end(&mut self, _: &mut Cx<'_>) -> Step<()> {
        Step::Drop
    }

    grouped!(control);

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        out.extend(["increase_events", "decrease_events", "cooldown_drops"].into_iter().zip(self.events));
    }
}

kept!(Resource { count, last });

impl Keep for Autoscale {
    fn save(&self, out: &mut Saver<'_>) {
        self.replicas.save(out);
        self.groups.save(out);
        self.events.save(out);
        let symbols = &out.world().symbols;
        let mut resources: Vec<_> = self.resources.iter().collect();
        resources.sort_by_key(|(name, _)| symbols.name(**name));
        out.count(resources.len());
        for (name, resource) in resources {
            out.sym(*name);
            resource.save(out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.replicas.restore(from)?;
        self.groups.restore(from)?;
        self.events.restore(from)?;
        for _ in 0..from.count()? {
            let name = from.sym()?;
            self.resources.insert(name, from.get()?);
        }
        Ok(())
    }
}
