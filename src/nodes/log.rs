//! `log`: writes down what passes.

use super::buffer::Buffer;
use super::build::Build;
use super::{Cx, Node, Step};
use crate::alert::{LogData, LogRecord, Origin};
use crate::data::{Head, Row, kept};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{Fault, NodeDef, NodeSpec, PropSpec, Whole};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "log",
    desc: "log",
    go_type: "LogNode",
    props: &[
        PropSpec::field("level", Str, "level of the lines: 'DEBUG', 'INFO' or 'ERROR' (default 'INFO')"),
        PropSpec::field("prefix", Str, "text in front of each line"),
    ],
    doc: "logs every point and batch",
    details: "Data pass through unchanged.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |log()\n        .prefix('cpu')\n",
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

/// `log` at work.
pub struct Log {
    level: String,
    prefix: String,
    line: String,
    group: String,
    /// The batch at hand, if anybody reads it.
    buffer: Buffer,
}

impl Log {
    pub(super) fn build(node: &NodeDef, _: &mut Build<'_>) -> Result<Log, Fault> {
        let level = node.str("level").unwrap_or("INFO").to_uppercase();
        let prefix = node.str("prefix").unwrap_or_default().to_owned();
        Ok(Log { level, prefix, line: String::new(), group: String::new(), buffer: Buffer::default() })
    }
}

impl Node for Log {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if cx.sink.wants_logs() {
            self.line.clear();
            cx.push_line(&row, &mut self.line);
            let symbols = &cx.world.symbols;
            let data =
                LogData::Point { line: &self.line, db: symbols.name(row.db), rp: symbols.name(row.rp) };
            self.group.clear();
            cx.world.push_group_id(row.group, &mut self.group);
            let group = &*self.group;
            let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
            let record = LogRecord { origin, level: &self.level, prefix: &self.prefix, group, data };
            cx.sink.log(record);
        }
        Step::Pass(row)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.buffer.begin(head);
        Step::Pass(head)
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if cx.sink.wants_logs() {
            self.buffer.push(&row, true, cx);
        }
        Step::Pass(row)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        if let Some(head) = self.buffer.head().filter(|_| cx.sink.wants_logs()) {
            self.tell(&head, cx);
        }
        Step::Pass(())
    }
}

impl Log {
    fn tell(&self, head: &Head, cx: &mut Cx<'_>) {
        let mut lines = Vec::new();
        for at in 0..self.buffer.points().len() {
            let mark = cx.tape.mark();
            if let Some(row) = self.buffer.points().load(at, cx.tape) {
                let mut line = String::new();
                cx.push_line(&Row { name: head.name, ..row }, &mut line);
                lines.push(line);
            }
            cx.tape.rewind(mark);
        }
        let group = cx.world.group_id(head.group);
        let tags = cx.tags(&Row { tags: cx.world.groups.get(head.group).tags, ..Row::EMPTY });
        let name = cx.world.symbols.name(head.name);
        let data = LogData::Batch { name, tags: &tags, tmax: head.tmax, lines: &lines };
        let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
        let record = LogRecord { origin, level: &self.level, prefix: &self.prefix, group: &group, data };
        cx.sink.log(record);
    }
}

kept!(Log {});
