//! Tasks at work, without the API.

use std::sync::Mutex;

use super::*;
use crate::handlers::Config;
use crate::handlers::config::parse;
use crate::input::point::Precision;
use crate::lang::MAX_SCRIPT_BYTES;
use crate::pipeline::Vars;
use crate::play::{self as room, Around, Task};
use crate::text::Source;
use crate::udf::Inquiry;

/// Keeps in memory.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<(String, String), EventState>>);

impl Keeper for Memory {
    fn keep(&self, events: &[(&str, &str, &EventState)]) -> Result<(), String> {
        let mut kept = self.0.lock().unwrap();
        for (topic, id, state) in events {
            kept.insert(((*topic).to_owned(), (*id).to_owned()), (*state).clone());
        }
        Ok(())
    }

    fn events(&self, begin: &str) -> Result<Vec<(String, String, EventState)>, String> {
        let kept = self.0.lock().unwrap();
        let of_it = kept.iter().filter(|((topic, _), _)| topic.starts_with(begin));
        Ok(of_it.map(|((topic, id), state)| (topic.clone(), id.clone(), state.clone())).collect())
    }

    fn write(&self, _: &Write<'_>) -> Result<(), String> {
        Ok(())
    }

    fn query(&self, _: &str, _: &str) -> Result<(), String> {
        Ok(())
    }
}

fn live(keeper: Arc<Memory>, config: Config) -> Live {
    let setup = Setup {
        config: Arc::new(config),
        zone: crate::value::Zone::utc(),
        board: Arc::default(),
        keeper,
        asked: None,
        queue: 100,
        backlog: 1000,
        drain: std::time::Duration::from_secs(10),
        metrics: Arc::default(),
    };
    Live::new(setup).unwrap()
}

fn begin(name: &str, script: &str, config: &Config) -> Begin {
    assert!(script.len() < MAX_SCRIPT_BYTES);
    let around = Around { db: None, rp: None, config, functions: Inquiry::new(Vec::new()) };
    let source = Source::new(name, script.to_owned());
    let mut tasks = room::build(&[name.to_owned()], vec![source], &Vars::default(), &around).unwrap();
    let task: Task = tasks.remove(0);
    Begin { task, dbrps: vec![("db".to_owned(), "rp".to_owned())] }
}

fn body(text: &str) -> Body {
    let (db, rp, text) = ("db".to_owned(), "rp".to_owned(), text.as_bytes().to_vec());
    Body { db, rp, precision: Precision::Nanos, now: 7, text }
}

const RULE: &str = "stream|from().measurement('cpu').groupBy('host')|alert().crit(lambda: \"idle\" < 10).stateChangesOnly().topic('cpu')";

#[tokio::test]
async fn points_lead_to_events_and_events_to_programs() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (config, keeper) = (Config::default(), Arc::new(Memory::default()));
    let live = live(keeper.clone(), config.clone());
    let yaml = format!("topic: cpu\nid: tell\nkind: log\noptions:\n  path: {}\n", out.display());
    let handler = crate::handlers::file::parse("h.yaml", &yaml, &config.services).unwrap().remove(0);
    live.register(handler).await.unwrap();
    live.start(begin("a", RULE, &config)).await.unwrap();
    let written =
        live.write(body("cpu,host=x idle=5 1\nnonsense\ncpu,host=x idle=4 2\ncpu,host=y idle=3\n")).await;
    let mistake = Mistake { line: 2, text: "nonsense".to_owned(), message: "missing fields".to_owned() };
    assert_eq!(written, Ok(Written { points: 3, bad: 1, mistakes: vec![mistake] }));
    let states = live.board().events("cpu", crate::alert::Level::Ok).unwrap();
    let told: Vec<_> = states.iter().map(|(id, s)| (id.as_str(), s.time)).collect();
    assert_eq!(told, [("cpu:host=x", 1), ("cpu:host=y", 7)]);
    assert_eq!(keeper.0.lock().unwrap().len(), 2, "kept before the answer");
    let stats = live.stats("a").await;
    assert!(stats[0].counters.contains(&("collected", 3)), "{stats:?}");
    let ingress = live.ingress().await;
    assert_eq!((ingress.len(), ingress[0].points), (1, 3));
    live.finish().await;
    let lines: Vec<String> = std::fs::read_to_string(out).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with(r#"{"id":"cpu:host=x","message":"cpu:host=x is CRITICAL""#), "{lines:?}");
}

#[tokio::test]
async fn what_was_notified_before_a_restart_is_not_notified_again() {
    let (config, keeper) = (Config::default(), Arc::new(Memory::default()));
    for round in 0..2 {
        let live = live(keeper.clone(), config.clone());
        live.start(begin("a", RULE, &config)).await.unwrap();
        live.write(body("cpu,host=x idle=5\n")).await.unwrap();
        assert_eq!(live.board().topic("cpu").unwrap().collected, 1 - round);
        live.finish().await;
    }
}

#[tokio::test]
async fn tasks_that_wait_have_a_thread_of_their_own_and_share_topics() {
    let config = parse("c", "[[httppost]]\nendpoint = \"e\"\nurl = \"http://127.0.0.1:9/\"\n").unwrap();
    let live = live(Arc::default(), config.clone());
    let slow = RULE.replace("|alert()", "|httpPost().endpoint('e')|alert()");
    live.start(begin("slow", &slow, &config)).await.unwrap();
    live.start(begin("b", &RULE.replace("'cpu')", "'mem')"), &config)).await.unwrap();
    live.write(body("cpu,host=x idle=5\n")).await.unwrap();
    live.stop("slow").await;
    // What it sent came before it ended.
    live.write(body("")).await.unwrap();
    assert_eq!(live.board().topic("cpu").map(|t| t.collected), Some(1));
    live.finish().await;
    assert_eq!(live.write(body("cpu idle=1\n")).await, Err(Busy));
}

#[tokio::test]
async fn too_much_is_refused_and_tasks_that_cannot_begin_say_why() {
    let config = Config::default();
    let live = live(Arc::default(), config.clone());
    let bad = "stream|from()|sideload().source('file:///no/such/folder').order('a').field('x', 1)|log()";
    let error = live.start(begin("a", bad, &config)).await.unwrap_err();
    assert!(error.contains("/no/such/folder"), "{error}");
    let dies = "stream|from()|alert().crit(lambda: TRUE).message('{{ .Nope }}')";
    live.start(begin("a", dies, &config)).await.unwrap();
    live.write(body("m v=1\n")).await.unwrap();
    assert!(live.board().failure("a").unwrap().starts_with("alert2: template: message:1:3"));
    live.start(begin("a", RULE, &config)).await.unwrap();
    assert_eq!(live.board().failure("a"), None);
    let huge = "m v=1\n".repeat(1000);
    assert!(live.write(body(&huge)).await.is_ok(), "nothing else waits");
}

/// A handler of the topic `cpu` that writes to a file.
fn handler(path: &std::path::Path, matching: &str, config: &Config) -> crate::handlers::HandlerFile {
    let options = format!("{{path: {}}}", path.display());
    let yaml = format!("{{topic: cpu, id: tell, kind: log, match: '{matching}', options: {options}}}");
    crate::handlers::file::parse("h.yaml", &yaml, &config.services).unwrap().remove(0)
}

fn lines(path: &std::path::Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

#[tokio::test]
async fn a_topic_that_is_forgotten_keeps_its_handlers() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (config, keeper) = (Config::default(), Arc::new(Memory::default()));
    let live = live(keeper, config.clone());
    let rule = RULE.replace(".stateChangesOnly()", "");
    live.start(begin("a", &rule, &config)).await.unwrap();
    live.register(handler(&out, "changed()", &config)).await.unwrap();
    for idle in ["5", "4"] {
        live.write(body(&format!("cpu,host=x idle={idle}\n"))).await.unwrap();
    }
    live.forget("cpu").await;
    assert_eq!(live.board().topic("cpu"), None);
    live.write(body("cpu,host=x idle=3\n")).await.unwrap();
    assert_eq!(live.board().topic("cpu").map(|t| t.collected), Some(1));
    live.finish().await;
    assert_eq!(lines(&out), 2, "it changed once before, and once since");
}

#[tokio::test]
async fn a_handler_that_cannot_work_leaves_the_one_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, third] = ["1", "2", "3"].map(|name| folder.path().join(name));
    let config = Config::default();
    let live = live(Arc::default(), config.clone());
    live.start(begin("a", &RULE.replace(".stateChangesOnly()", ""), &config)).await.unwrap();
    live.register(handler(&first, "", &config)).await.unwrap();
    let why = live.register(handler(&second, "level() >", &config)).await.unwrap_err();
    assert!(why.starts_with("`match`: "), "{why}");
    live.write(body("cpu,host=x idle=5\n")).await.unwrap();
    live.register(handler(&third, "", &config)).await.unwrap();
    live.write(body("cpu,host=x idle=5\n")).await.unwrap();
    live.unregister("cpu", "tell").await;
    live.write(body("cpu,host=x idle=5\n")).await.unwrap();
    live.finish().await;
    assert_eq!([lines(&first), lines(&second), lines(&third)], [1, 0, 1]);
}
