//! The node at work: points gathered for each database until they are worth a request.

use super::ident::push_ident;
use crate::alert::{Origin, Write};
use crate::data::line::Lines;
use crate::data::{Head, Row, Sym, TagsId, kept};
use crate::nodes::build::Build;
use crate::nodes::tagged::Tagged;
use crate::nodes::{Cx, Node, Step};
use crate::pipeline::{Fault, NodeDef};

/// Kapacitor's words.
const NOT_WRITTEN: &str = "failed to write points to InfluxDB";
const NOT_CREATED: &str = "failed to create database";

/// How many points are gathered if the script does not say.
const BUFFER: i64 = 1000;

/// How long they wait, in nanoseconds, if the script does not say.
const FLUSH: i64 = 10_000_000_000;

/// `influxDBOut` at work.
pub struct InfluxDbOut {
    to: Names,
    cluster: String,
    precision: String,
    consistency: String,
    /// `CREATE DATABASE`, if the script asks for it.
    create: Option<String>,
    tagged: Tagged,
    full: usize,
    flush: i64,
    gathered: Vec<Gathered>,
    /// A timer for what is gathered is set.
    armed: bool,
    batch: Option<Head>,
    points_written: i64,
    write_errors: i64,
}

/// What the script names itself, instead of the point.
struct Names {
    db: Option<Sym>,
    rp: Option<Sym>,
    measurement: Option<Sym>,
}

/// Points for one database and retention policy.
#[derive(Default)]
struct Gathered {
    db: Sym,
    rp: Sym,
    /// How many; their text is only there if somebody wants it.
    points: usize,
    lines: Lines,
}

impl InfluxDbOut {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<InfluxDbOut, Fault> {
        let text = |name: &str| node.str(name).unwrap_or_default().to_owned();
        let precision = Some(text("precision")).filter(|p| !p.is_empty()).unwrap_or_else(|| "ns".to_owned());
        let tagged = Tagged::new(node, b);
        let mut sym = |name: &str| node.str(name).filter(|t| !t.is_empty()).map(|t| b.sym(t));
        let to = Names { db: sym("database"), rp: sym("retentionPolicy"), measurement: sym("measurement") };
        Ok(InfluxDbOut {
            to,
            cluster: text("cluster"),
            precision,
            consistency: text("writeConsistency"),
            create: node.prop("create").map(|_| create(&text("database"), &text("retentionPolicy"))),
            tagged,
            full: usize::try_from(node.int("buffer").unwrap_or(BUFFER)).unwrap_or(0).max(1),
            // Kapacitor crashes on an interval that is none; here points just do not wait.
            flush: node.duration("flushInterval").unwrap_or(FLUSH),
            gathered: Vec::new(),
            armed: false,
            batch: None,
            points_written: 0,
            write_errors: 0,
        })
    }

    /// Adds a point; gives the index of those that it is gathered with.
    fn gather(&mut self, row: &Row, name: Sym, cx: &mut Cx<'_>) -> usize {
        let (db, rp) = (self.to.db.unwrap_or(row.db), self.to.rp.unwrap_or(row.rp));
        let known = self.gathered.iter().position(|g| g.db == db && g.rp == rp);
        let at = known.unwrap_or_else(|| {
            self.gathered.push(Gathered { db, rp, points: 0, lines: Lines::default() });
            self.gathered.len() - 1
        });
        self.gathered[at].points += 1;
        if cx.sink.wants_writes() {
            let tags: TagsId = self.tagged.tags(row.tags, cx.world);
            let row = Row { name: self.to.measurement.unwrap_or(name), tags, ..*row };
            self.gathered[at].lines.push(row.time, |out| cx.push_body(&row, out));
        }
        at
    }

    /// Writes what is gathered if it is enough, or else sees to it that it will not wait for too long.
    fn settle(&mut self, at: usize, cx: &mut Cx<'_>) {
        if self.gathered[at].points >= self.full || self.flush <= 0 {
            self.write(at, cx);
        } else if !self.armed {
            self.armed = true;
            cx.wake_at(cx.now.saturating_add(self.flush), 0);
        }
    }

    fn write(&mut self, at: usize, cx: &mut Cx<'_>) {
        let gathered = &mut self.gathered[at];
        if gathered.points == 0 {
            return;
        }
        let symbols = &cx.world.symbols;
        let write = Write {
            origin: Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] },
            cluster: &self.cluster,
            db: symbols.name(gathered.db),
            rp: symbols.name(gathered.rp),
            precision: &self.precision,
            consistency: &self.consistency,
            points: &gathered.lines,
        };
        match cx.sink.write(&write) {
            Ok(()) => self.points_written += gathered.points as i64,
            Err(error) => {
                self.write_errors += 1;
                cx.error(NOT_WRITTEN, &error);
            }
        }
        gathered.points = 0;
        gathered.lines.clear();
    }

    fn write_all(&mut self, cx: &mut Cx<'_>) {
        (0..self.gathered.len()).for_each(|at| self.write(at, cx));
    }
}

fn create(db: &str, rp: &str) -> String {
    let mut query = "CREATE DATABASE ".to_owned();
    push_ident(&mut query, db);
    if !rp.is_empty() {
        query.push_str(" WITH NAME ");
        push_ident(&mut query, rp);
    }
    query
}

impl Node for InfluxDbOut {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let at = self.gather(&row, row.name, cx);
        self.settle(at, cx);
        Step::Drop
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.batch = Some(head);
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let name = self.batch.map_or(row.name, |head| head.name);
        self.gather(&row, name, cx);
        Step::Drop
    }

    /// The points of a batch are written together.
    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        for at in 0..self.gathered.len() {
            if self.gathered[at].points > 0 {
                self.settle(at, cx);
            }
        }
        Step::Drop
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        let Some(query) = &self.create else { return };
        let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
        if let Err(error) = cx.sink.query(origin, &self.cluster, query) {
            cx.error(NOT_CREATED, &error);
        }
    }

    fn wake(&mut self, _: u32, cx: &mut Cx<'_>) -> Step<()> {
        self.armed = false;
        self.write_all(cx);
        Step::Drop
    }

    fn finish(&mut self, cx: &mut Cx<'_>) {
        self.write_all(cx);
    }

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        out.extend([("points_written", self.points_written), ("write_errors", self.write_errors)]);
    }
}

kept!(Gathered { db, rp, points, lines });
kept!(InfluxDbOut { gathered, armed, points_written, write_errors });
