//! HOT: sentries: they stand before tasks that are no more than an alert below a `from`, and say whether a
//! point concerns them.
//!
//! Such a task does nothing with a point whose predicates are all false while its alert is at OK. So the
//! predicates are asked once for all tasks that have the same, and if none of them holds and all alerts
//! are at rest, the tasks are passed over: all of them for the price of one look. Whatever else may
//! happen (an event, an error, a group's first point) happens by running them as usual.

use super::Engine;
use super::flow::Cell;
use super::routes::Ways;
use crate::alert::SheetId;
use crate::data::{GroupId, RawPoint, Slots};
use crate::lambda::{Env, Program, State};
use crate::lang::print_expr;
use crate::nodes::AnyNode;
use crate::pipeline::{Arg, Graph, NodeDef, NodeId};

/// The predicates of an alert.
const LEVELS: [&str; 3] = ["crit", "warn", "info"];

/// In a hop: no sentry stands before it.
pub(super) const UNGUARDED: u32 = u32::MAX;

/// What tasks have to have in common to have the same sentry.
#[derive(PartialEq)]
struct Likeness {
    /// Where their raw values lie: equal for tasks that name the same fields.
    base: u32,
    /// Databases, the `from` and the predicates, as texts.
    text: String,
}

/// A task behind a sentry.
#[derive(Clone, Copy)]
struct Member {
    task: u32,
    from: u32,
    alert: u32,
    sheet: Option<SheetId>,
}

/// Stands before tasks that are alike.
pub(super) struct Sentry {
    likeness: Likeness,
    width: usize,
    predicates: Vec<(State, Program)>,
    members: Vec<Member>,
    /// Where the values of points are kept for the pictures of members.
    sheets: Vec<SheetId>,
    /// By group: whether the alerts of all members are at rest.
    resting: Vec<bool>,
    /// The tasks have nothing to do with the point at hand.
    pub quiet: bool,
    /// Points that the counters of the members do not know of yet.
    passed: u64,
}

impl Sentry {
    /// Whether a point of a group means nothing to any member.
    #[inline]
    fn means_nothing(&mut self, group: GroupId, env: &mut Env<'_>) -> bool {
        self.resting.get(group.index()) == Some(&true)
            && self.predicates.iter_mut().all(|(state, program)| program.test(state, env) == Ok(false))
    }

    /// Notes whether all members are at rest, after they have run.
    fn look(&mut self, group: GroupId, cells: &[Vec<Cell>]) {
        let at_rest = |m: &Member| match &cells[m.task as usize][m.alert as usize].node {
            AnyNode::Alert(alert) => alert.is_at_rest(group),
            _ => false,
        };
        let index = group.index();
        if self.resting.len() <= index {
            self.resting.resize(index + 1, false);
        }
        self.resting[index] = self.members.iter().all(at_rest);
    }

    /// Brings the counters of the members up to date.
    fn settle(&mut self, cells: &mut [Vec<Cell>]) {
        for member in &self.members {
            let cells = &mut cells[member.task as usize];
            cells[member.from as usize].emitted += self.passed;
            cells[member.alert as usize].collected += self.passed;
        }
        self.passed = 0;
    }
}

impl Engine {
    /// Puts a task that is about to be added behind a sentry, if it is of the kind that can be. Gives the
    /// sentry.
    pub(super) fn guard(
        &mut self,
        graph: &Graph,
        task: usize,
        cells: &[Cell],
        slots: &Slots,
        base: u32,
        dbrps: &[(String, String)],
    ) -> u32 {
        // Where time is measured, every node has to run for itself.
        if self.ticks.is_some() || self.plain.is_some() {
            return UNGUARDED;
        }
        let Some((from, alert)) = alert_below_from(graph) else { return UNGUARDED };
        let sheet = match cells.get(alert.0 as usize).map(|c| &c.node) {
            Some(AnyNode::Alert(node)) if node.can_rest() => node.sheet(),
            _ => return UNGUARDED,
        };
        let predicates = LEVELS.iter().filter_map(|name| graph.node(alert).lambda(name));
        let mut text = format!("{dbrps:?}");
        describe(graph.node(from), &mut text);
        predicates.clone().for_each(|expr| text += &format!("\n{}", print_expr(expr)));
        let likeness = Likeness { base, text };
        let member = Member { task: task as u32, from: from.0, alert: alert.0, sheet };
        if let Some(at) = self.sentries.iter().position(|w| !w.members.is_empty() && w.likeness == likeness) {
            let sentry = &mut self.sentries[at];
            // What passed so far did not pass the new one.
            sentry.settle(&mut self.cells);
            sentry.members.push(member);
            sentry.sheets.extend(sheet);
            // Nobody has asked the new one yet.
            sentry.resting.clear();
            return at as u32;
        }
        let mut slots = slots.clone();
        let mut compiled = Vec::new();
        for expr in predicates {
            match Program::new(expr, &mut slots, &mut self.world.symbols) {
                // A `from` may round the time.
                Ok(program) if program.is_stateless() && !program.reads_time() => {
                    compiled.push((program.state(), program));
                }
                _ => return UNGUARDED,
            }
        }
        let new = Sentry {
            likeness,
            width: slots.names().len(),
            predicates: compiled,
            members: vec![member],
            sheets: sheet.into_iter().collect(),
            resting: Vec::new(),
            quiet: false,
            passed: 0,
        };
        let free = self.sentries.iter().position(|s| s.members.is_empty()).unwrap_or(self.sentries.len());
        match self.sentries.get_mut(free) {
            Some(place) => *place = new,
            None => self.sentries.push(new),
        }
        free as u32
    }

    /// Asks the sentries of a point's series. Whether nothing else is to be done with the point.
    #[inline]
    pub(super) fn is_quiet(&mut self, point: RawPoint<'_>, ways: &Ways) -> bool {
        let mut quiet = ways.all_guarded;
        for at in ways.guarded() {
            let (sentry, group) = self.routes.guarded[at];
            let sentry = &mut self.sentries[sentry as usize];
            let start = sentry.likeness.base as usize;
            let mut env = Env {
                slots: &self.tape.vals[start..start + sentry.width],
                text: &mut self.tape.text,
                world: &self.world,
                tags: self.catalog.series(point.series).tags,
                time: point.time,
                now: self.now,
                zone: &self.zone,
            };
            sentry.quiet = sentry.means_nothing(group, &mut env);
            if sentry.quiet {
                for &sheet in &sentry.sheets {
                    self.sketches.add(sheet, group.index(), point.time, env.slots);
                }
            }
            sentry.passed += u64::from(sentry.quiet);
            quiet &= sentry.quiet;
        }
        quiet
    }

    /// Looks at the tasks of those sentries that were not quiet.
    pub(super) fn look_after(&mut self, ways: &Ways) {
        for at in ways.guarded() {
            let (sentry, group) = self.routes.guarded[at];
            let sentry = &mut self.sentries[sentry as usize];
            if !sentry.quiet {
                sentry.look(group, &self.cells);
            }
        }
    }

    /// Brings all counters up to date; to be called before they are read.
    pub(super) fn settle(&mut self) {
        for sentry in &mut self.sentries {
            sentry.settle(&mut self.cells);
        }
    }

    /// A task has ended: no sentry need stand before it any more.
    pub(super) fn unguard(&mut self, task: usize) {
        self.settle();
        for sentry in &mut self.sentries {
            sentry.members.retain(|m| m.task as usize != task);
            sentry.sheets = sentry.members.iter().filter_map(|m| m.sheet).collect();
        }
    }
}

/// The `from` and the alert of a graph that has nothing else above its alert.
fn alert_below_from(graph: &Graph) -> Option<(NodeId, NodeId)> {
    let only_child = |id: NodeId, kind: &str| match graph.node(id).children[..] {
        [child] if graph.node(child).kind == kind => Some(child),
        _ => None,
    };
    let from = only_child(NodeId(0), "from")?;
    let alert = only_child(from, "alert")?;
    // What a `stats` node counts by group has to pass.
    if graph.nodes.iter().any(|n| n.observes.is_some()) {
        return None;
    }
    let froms = graph.nodes.iter().filter(|n| n.kind == "from").count();
    (froms == 1).then_some((from, alert))
}

/// Appends what a node's properties say, wherever they stand in the script.
fn describe(node: &NodeDef, out: &mut String) {
    for prop in &node.props {
        *out += &format!("\n.{}", prop.name);
        describe_args(&prop.args, out);
    }
}

/// Appends arguments, wherever they stand in the script.
pub(super) fn describe_args(args: &[Arg], out: &mut String) {
    for arg in args {
        match arg {
            Arg::Lambda(expr) => *out += &format!(" {}", print_expr(expr)),
            other => *out += &format!(" {other:?}"),
        }
    }
}
