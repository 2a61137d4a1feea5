//! Tasks that come and go while points flow, and what is asked of them meanwhile.

use super::{Engine, HandlerKeys, NodeCounters, Sink, cx};
use crate::data::Val;
use crate::nodes::{AnyNode, Node, Watch};

impl Engine {
    /// From now on the clock is moved by [`Engine::advance`] alone: points may be of any time.
    pub fn keep_own_clock(&mut self) {
        self.own_clock = true;
    }

    /// Tells tasks and topics that are new that the clock runs; does nothing before it does.
    pub fn start_new(&mut self, sink: &mut dyn Sink) {
        if self.now == i64::MIN {
            return;
        }
        self.topics.start(self.now);
        for task in 0..self.entrances.len() {
            if !std::mem::replace(&mut self.entrances[task].begun, true) {
                self.start_nodes(task, sink);
                self.go_round(sink);
            }
        }
    }

    /// Whether there is a task of this name.
    pub fn has_task(&self, name: &str) -> bool {
        self.number(name).is_some()
    }

    /// Why a task has ended by itself; `None` if it runs, or is not there.
    pub fn failure(&self, name: &str) -> Option<&str> {
        self.entrances[self.number(name)?].failed.as_deref()
    }

    /// Ends a task: its nodes give what they hold as at the end of the data, and everything about it is forgotten.
    /// Gives what its handlers acted with outside.
    pub fn remove_task(&mut self, name: &str, sink: &mut dyn Sink) -> HandlerKeys {
        let Some(task) = self.number(name) else { return Vec::new() };
        self.close(task, sink);
        self.go_round(sink);
        self.unguard(task);
        self.timers.forget(task);
        let gone = self.sources.extract_if(.., |s| s.task == task);
        gone.for_each(|source| self.watches[source.watch] = Watch::default());
        self.cells[task] = Vec::new();
        let entrance = &mut self.entrances[task];
        // Whoever comes upon it by its number finds nothing to do.
        entrance.failed = Some("removed".into());
        entrance.dbrps.clear();
        entrance.froms.clear();
        let base = entrance.base;
        self.clear_out(base);
        self.infos[task].name = "".into();
        self.free.push(task);
        self.routes.forget();
        self.topics.release(name)
    }

    /// Counters of a task's nodes, in the order of the graph; none if there is no such task.
    pub fn stats(&mut self, name: &str) -> Vec<NodeCounters> {
        let Some(task) = self.number(name) else { return Vec::new() };
        self.settle();
        self.counters(task)
    }

    /// Tells the sink what the `httpOut` nodes of a task would serve now.
    pub fn serve(&mut self, name: &str, sink: &mut dyn Sink) {
        let Some(task) = self.number(name) else { return };
        for me in 0..self.cells[task].len() {
            let mut cx = cx!(self, sink, task, me);
            if let AnyNode::HttpOut(node) = &mut self.cells[task][me].node {
                node.finish(&mut cx);
            }
        }
        // They used all of the tape.
        self.tape.vals.clear();
        self.tape.vals.resize(self.floor, Val::Missing);
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        (!name.is_empty()).then(|| self.infos.iter().position(|info| *info.name == *name))?
    }
}
