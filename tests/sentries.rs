//! Tasks behind sentries do what they do when they run for every point: an engine that measures time
//! has no sentries, and tells the same events, errors, counters and reasons for events that there are not.

use std::fmt::Write;
use std::sync::Arc;

use tickscript::alert::{Event, Judgement, Judging, Ruling};
use tickscript::engine::{Engine, NodeCounters, Origin, Sink, Ticks};
use tickscript::value::Zone;

use super::harness::{add_judging_tasks, play_into};

/// Writes down all that a run tells.
#[derive(Default)]
struct Record {
    told: Vec<String>,
    events: usize,
    errors: usize,
    withheld: usize,
}

impl Sink for Record {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        self.events += 1;
        let Event { id, message, time, duration, level, point, .. } = &**event;
        let fields: Vec<_> = point.fields.iter().collect();
        let line = format!("{origin:?} {topic} {id} {message} {time} {duration} {level:?} {fields:?}");
        self.told.push(line);
    }

    fn judged(&mut self, origin: Origin<'_>, judgement: &Judgement<'_>) {
        self.withheld += usize::from(matches!(judgement.ruling, Ruling::Withheld(_)));
        self.told.push(format!("{origin:?} {judgement:?}"));
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        self.errors += 1;
        self.told.push(format!("{origin:?} {message} {error}"));
    }

    fn counters(&mut self, task: &str, NodeCounters { node, counters, .. }: &NodeCounters) {
        self.told.push(format!("{task} {node} {counters:?}"));
    }
}

fn engine(scripts: &[String], ticks: Option<Ticks>) -> Engine {
    let mut engine = Engine::new(Zone::utc(), ticks);
    add_judging_tasks(&mut engine, scripts, Judging::Alerting);
    engine
}

fn run(scripts: &[String], lines: &str, ticks: Option<Ticks>) -> Record {
    let mut engine = engine(scripts, ticks);
    let mut record = Record::default();
    play_into(&mut engine, lines, &mut record);
    engine.finish(&mut record);
    record
}

/// Points of a few series: mostly quiet, now and then alarming, without the field or with another type.
fn lines(count: u64) -> String {
    let mut out = String::new();
    let mut seed = 7_u64;
    for i in 0..count {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (host, kind) = ((seed >> 33) % 5, (seed >> 40) % 40);
        let value = match kind {
            0..3 => "v=99.5,w=1".to_owned(),
            3 => "w=2".to_owned(),
            4 => "v=3i,w=2".to_owned(),
            5 if i > count / 2 => "v=\"text\"".to_owned(),
            6 => "v=1,host=\"clash\"".to_owned(),
            n => format!("v={n}.5,w=90"),
        };
        writeln!(out, "m,host=h{host} {value} {i}000000000").expect("a string");
    }
    out
}

#[test]
fn tasks_behind_sentries_do_the_same() {
    let from = ["", ".groupBy('host')", ".where(lambda: \"host\" == 'h1')", ".where(lambda: \"w\" > 50.0)"];
    let alerts = [
        ".crit(lambda: \"v\" > 90.0)",
        ".crit(lambda: \"v\" > 90.0).stateChangesOnly()",
        ".warn(lambda: \"v\" > 30.0).crit(lambda: \"v\" > 90.0 AND \"w\" > 0.0).critReset(lambda: \"v\" < 20.0)",
        ".crit(lambda: \"v\" > 90.0).message('{{ index .Fields \"nothing\" 5 }}')",
        ".crit(lambda: \"v\" > 90.0).id('{{ index .Tags \"host\" }}')",
        ".crit(lambda: \"v\" > 90.0).flapping(0.2, 0.5)",
        ".crit(lambda: sigma(\"v\") > 2.0)",
        ".crit(lambda: unixNano(\"time\") % 7 == 0)",
        ".crit(lambda: \"v\" > 90.0).stateChangesOnly()\n  |log()",
    ];
    let mut scripts = Vec::new();
    for from in from {
        for alert in alerts {
            scripts.push(format!("stream|from().measurement('m'){from}|alert(){alert}"));
            scripts.push(format!("stream|from().measurement('m'){from}.round(1h)|alert(){alert}"));
            scripts.push(format!("// again\nstream\n  |from().measurement('m'){from}\n  |alert(){alert}"));
        }
    }
    let lines = lines(2000);
    let (guarded, plain) = (run(&scripts, &lines, None), run(&scripts, &lines, Some(|| 0)));
    assert!(plain.events > 1000 && plain.errors > 100, "{} {}", plain.events, plain.errors);
    assert!(plain.withheld > 100, "{}", plain.withheld);
    for (guarded, plain) in guarded.told.iter().zip(&plain.told) {
        assert_eq!(guarded, plain);
    }
    assert_eq!(guarded.told.len(), plain.told.len());
}
