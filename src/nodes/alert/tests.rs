//! The node as a whole, where the recorded cases do not reach.

use std::sync::Arc;

use super::Alert;
use crate::alert::{Event, HandlerKey, Judgement, Judging, Origin, Ruling, Sink, Topics};
use crate::data::{Dims, DimsId, RawFields, Rest, Row, Slots, Sym, Tape, Val, World};
use crate::lang;
use crate::nodes::{Build, Cx, Loops, Node, Step, TaskInfo, Timers};
use crate::pipeline::{Arg, EdgeType, HandlerDef, NodeDef, Prop};
use crate::text::Span;
use crate::value::time::Zone;

#[derive(Default)]
struct Told(Vec<String>, Vec<String>);

impl Sink for Told {
    fn event(&mut self, _: Origin<'_>, topic: &str, event: &Arc<Event>) {
        let Event { id, level, previous, duration, .. } = &**event;
        self.0.push(format!("{topic} {id} {level}<{previous} {duration}"));
    }

    fn judged(&mut self, _: Origin<'_>, judgement: &Judgement<'_>) {
        let Judgement { id, previous, level, ruling, .. } = judgement;
        let words = match ruling {
            Ruling::Quiet => "quiet".to_owned(),
            Ruling::Told => "told".to_owned(),
            Ruling::Withheld(why) => why.to_string(),
        };
        self.1.push(format!("{id} {previous}>{level} {words}"));
    }
}

/// Alert nodes of one task, grouped by `h`; points have a field `v`.
struct Bench {
    world: World,
    slots: Slots,
    topics: Topics,
    dims: DimsId,
    alerts: Vec<Alert>,
    judging: Judging,
    /// What was judged of the last point.
    judged: Vec<String>,
}

impl Bench {
    fn new() -> Bench {
        let mut world = World::default();
        let h = world.symbols.intern("h");
        let dims = world.groups.dims_id(Dims { by_name: false, names: vec![h] }, &world.symbols);
        let mut slots = Slots::default();
        slots.slot("v");
        Bench {
            world,
            slots,
            topics: Topics::default(),
            dims,
            alerts: vec![],
            judging: Judging::Never,
            judged: vec![],
        }
    }

    fn add(&mut self, props: &[(&'static str, &[&str])], handlers: usize) {
        let arg = |name: &str, text: &str| match name {
            "info" | "warn" | "crit" | "critReset" => Arg::Lambda(lang::parse_lambda(text).unwrap().into()),
            _ => Arg::Str(text.to_owned()),
        };
        let props = props.iter().map(|(name, args)| Prop {
            name,
            args: args.iter().map(|a| arg(name, a)).collect(),
            span: Span::default(),
        });
        let handler = HandlerDef { kind: "log", args: vec![], props: vec![], span: Span::default() };
        let def = NodeDef {
            kind: "alert",
            name: format!("alert{}", self.alerts.len()),
            number: 0,
            wants: EdgeType::Stream,
            provides: EdgeType::Stream,
            args: vec![],
            props: props.collect(),
            quiet: false,
            handlers: vec![handler; handlers],
            parents: vec![],
            children: vec![],
            observes: None,
            span: Span::default(),
        };
        let mut build = Build {
            slots: &mut self.slots,
            world: &mut self.world,
            topics: &mut self.topics,
            sketches: &mut Default::default(),
            task: "t",
            whole: false,
            judging: self.judging,
            drawn: None,
            explained: None,
            asks: false,
            watch: 0,
            reader: None,
            sideloads: &Default::default(),
            function: None,
            handlers: &mut |_| Ok(HandlerKey(0)),
        };
        self.alerts.push(Alert::build(&def, &mut build).map_err(|f| f.text).unwrap());
    }

    /// Gives a point to a node: what was told of it, and the tags it was passed on with.
    fn point(&mut self, alert: usize, tags: &[(&str, &str)], time: i64, v: f64) -> (Vec<String>, String) {
        let world = &mut self.world;
        let pairs: Vec<_> =
            tags.iter().map(|(k, v)| (world.symbols.intern(k), world.symbols.intern(v))).collect();
        let tags = world.tags.intern(&pairs, &world.symbols);
        let name = world.symbols.intern("m");
        let info = TaskInfo {
            name: "t".into(),
            slots: self.slots.names().iter().map(|n| world.symbols.intern(n)).collect(),
            nodes: vec![format!("alert{alert}")],
            quiet: vec![false],
            by_name: Default::default(),
            home: Default::default(),
        };
        let mut tape = Tape::default();
        tape.vals.push(Val::Float(v));
        tape.vals.resize(info.width(), Val::Missing);
        let group = world.group(self.dims, name, tags);
        let row = Row { time, name, db: Sym::EMPTY, rp: Sym::EMPTY, tags, group, base: 0, rest: Rest::None };
        let mut told = Told::default();
        let mut cx = Cx {
            tape: &mut tape,
            world,
            task: &info,
            number: 0,
            me: 0,
            port: 0,
            timers: &mut Timers::default(),
            watches: &mut [],
            loops: &mut Loops::default(),
            store: None,
            line: RawFields::default(),
            now: time,
            topics: &mut self.topics,
            sketches: &mut Default::default(),
            sink: &mut told,
            zone: &Zone::utc(),
            errors: 0,
            first_error: true,
        };
        let step = self.alerts[alert].point(row, &mut cx);
        let passed = match step {
            Step::Drop | Step::More => "-".to_owned(),
            Step::Fail(error) => error.into(),
            Step::Pass(row) => {
                let tags: Vec<String> = cx.tags(&row).iter().map(|(k, v)| format!("{k}={v}")).collect();
                tags.join(",")
            }
        };
        self.judged = told.1;
        (told.0, passed)
    }
}

#[test]
fn a_new_group_goes_on_from_the_last_event_of_its_id() {
    let mut bench = Bench::new();
    let crit: &[&str] = &["\"v\" > 5.0"];
    bench.add(&[("id", &["one"]), ("crit", crit), ("stateChangesOnly", &[])], 1);
    bench.add(&[("id", &["one"]), ("crit", crit), ("stateChangesOnly", &[])], 0);
    let told = |bench: &mut Bench, alert, h, time, v| bench.point(alert, &[("h", h)], time, v).0;
    assert_eq!(told(&mut bench, 0, "a", 10, 9.0), ["main:t:alert0 one CRITICAL<OK 0"]);
    assert!(told(&mut bench, 0, "b", 20, 9.0).is_empty(), "critical already");
    assert_eq!(told(&mut bench, 0, "b", 25, 1.0), ["main:t:alert0 one OK<CRITICAL 15"]);
    // Without handlers of its own or a named topic a node remembers nothing.
    assert_eq!(told(&mut bench, 1, "a", 10, 9.0), ["main:t:alert1 one CRITICAL<OK 0"]);
    assert_eq!(told(&mut bench, 1, "b", 20, 9.0), ["main:t:alert1 one CRITICAL<CRITICAL 0"]);
}

#[test]
fn an_id_that_fails_on_some_points_ends_the_task_there() {
    let mut bench = Bench::new();
    bench.add(&[("id", &["{{ slice .Tags.h 0 2 }}"]), ("crit", &["\"v\" > 5.0"])], 1);
    assert_eq!(bench.point(0, &[("h", "abc")], 0, 1.0).1, "-");
    assert_eq!(bench.point(0, &[("h", "abc")], 1, 9.0).1, "h=abc");
    let (told, failed) = bench.point(0, &[("h", "x")], 2, 1.0);
    assert!(told.is_empty() && failed.starts_with("template: id:1:3: executing \"id\""), "{failed}");
}

#[test]
fn inhibited_points_pass_though_nobody_is_told() {
    let mut bench = Bench::new();
    let crit: &[&str] = &["\"v\" > 5.0"];
    bench.add(&[("crit", crit), ("inhibit", &["low", "h"]), ("noRecoveries", &[])], 1);
    bench.add(&[("crit", crit), ("category", &["low"]), ("levelTag", &["level"])], 1);
    let a: &[(&str, &str)] = &[("h", "a")];
    assert_eq!(bench.point(0, a, 0, 9.0).0.len(), 1);
    assert_eq!(bench.point(1, a, 1, 9.0), (vec![], "h=a,level=CRITICAL".to_owned()));
    assert_eq!(bench.point(1, &[("h", "b")], 1, 9.0).0.len(), 1, "another value of the tag");
    assert_eq!(bench.point(0, a, 2, 1.0), (vec![], "-".to_owned()), "a recovery that is not told");
    assert_eq!(bench.point(1, a, 3, 9.0).0, ["main:t:alert1 m:h=a CRITICAL<OK 2"]);
    let counters = |bench: &Bench, alert: usize| {
        let mut all = vec![];
        bench.alerts[alert].counters(&mut all);
        all
    };
    assert_eq!(counters(&bench, 1)[..2], [("alerts_triggered", 2), ("alerts_inhibited", 1)]);
    assert_eq!(bench.alerts[1].cardinality(), 2);
}

#[test]
fn every_reason_for_no_event_is_told() {
    let mut bench = Bench::new();
    bench.judging = Judging::Alerting;
    let crit: (&str, &[&str]) = ("crit", &["\"v\" > 5.0"]);
    let reset: (&str, &[&str]) = ("critReset", &["\"v\" < 2.0"]);
    bench.add(&[crit, reset, ("stateChangesOnly", &[]), ("noRecoveries", &[])], 1);
    bench.add(&[crit, ("inhibit", &["low", "h"])], 1);
    bench.add(&[crit, ("category", &["low"])], 1);
    let mut judged = |alert: usize, values: &[f64]| {
        let mut all = Vec::new();
        for (time, v) in values.iter().enumerate() {
            bench.point(alert, &[("h", "a")], time as i64, *v);
            all.append(&mut bench.judged);
        }
        all
    };
    let want = [
        "m:h=a OK>CRITICAL told",
        "m:h=a CRITICAL>CRITICAL suppressed: stateChangesOnly, CRITICAL since 1970-01-01T00:00:00.000000001Z",
        "m:h=a CRITICAL>CRITICAL suppressed: critReset does not hold, CRITICAL since 1970-01-01T00:00:00.000000001Z",
        "m:h=a CRITICAL>OK suppressed: noRecoveries",
    ];
    assert_eq!(judged(0, &[0.0, 9.0, 8.0, 3.0, 1.0, 1.0]), want);
    assert_eq!(judged(1, &[9.0]), ["m:h=a OK>CRITICAL told"]);
    assert_eq!(judged(2, &[9.0]), ["m:h=a OK>CRITICAL suppressed: category `low` is inhibited for h=a"]);
}
