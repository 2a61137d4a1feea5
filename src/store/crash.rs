//! A process that is killed while it writes, one whose disk is full, and a long life with restarts.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::tests::{event, task};
use super::*;
use crate::alert::Level;

/// Where a child finds its folder, and which change comes first.
const FOLDER: &str = "TICK_STORE_TEST_FOLDER";
const FROM: &str = "TICK_STORE_TEST_FROM";

/// What is in a store: when each task was changed, and when each event happened.
type Seen = (BTreeMap<String, i64>, BTreeMap<String, i64>);

/// The change number `n`: one transaction on two tables.
fn step(store: &Store, n: i64) -> Result<(), StoreError> {
    store.change(|change| {
        change.put(&Task { modified: n, ..task(&format!("t{}", n % 7)) })?;
        if n % 11 == 0 {
            change.delete::<Task>(&format!("t{}", n % 5))?;
        }
        let level = if n % 4 == 0 { Level::Ok } else { Level::Critical };
        change.put_events(&[("topic", &format!("e{}", n % 3), &event(level, n))])
    })
}

/// What the first `n` changes lead to.
fn after(n: i64) -> Seen {
    let mut seen = Seen::default();
    for n in 1..=n {
        seen.0.insert(format!("t{}", n % 7), n);
        if n % 11 == 0 {
            seen.0.remove(&format!("t{}", n % 5));
        }
        if n % 4 == 0 {
            seen.1.remove(&format!("e{}", n % 3));
        } else {
            seen.1.insert(format!("e{}", n % 3), n);
        }
    }
    seen
}

fn seen(store: &Store) -> Seen {
    let view = store.view().unwrap();
    let tasks = view.all::<Task>().unwrap().into_iter().map(|t| (t.id, t.modified));
    (tasks.collect(), view.events("topic").unwrap().into_iter().map(|(id, e)| (id, e.time)).collect())
}

/// This program again, as a child that runs one ignored test alone.
fn child(test: &str, folder: &Path) -> Command {
    // A write beyond the limit of a file's size shall be an error, not the end of the process.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).env(FOLDER, folder).stdout(Stdio::piped());
    command
}

#[test]
#[ignore = "it is the child of `what_was_acknowledged_outlasts_a_kill`"]
fn writes_until_it_is_killed() {
    let (Ok(folder), Ok(from)) = (std::env::var(FOLDER), std::env::var(FROM)) else { return };
    let store = Store::open(Path::new(&folder)).unwrap();
    for n in from.parse().unwrap().. {
        step(&store, n).unwrap();
        println!("\ndone {n}");
    }
}

#[test]
fn what_was_acknowledged_outlasts_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (mut done, mut seed) = (0_i64, 11_u64);
    for _ in 0..10 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wanted = done + 1 + i64::try_from((seed >> 33) % 60).unwrap();
        let mut running = child("store::crash::writes_until_it_is_killed", folder.path())
            .env(FROM, (done + 1).to_string())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map_while(Result::ok);
        let said = |line: String| line.strip_prefix("done ").and_then(|n| n.parse::<i64>().ok());
        let reached = lines.by_ref().filter_map(said).any(|n| n == wanted);
        running.kill().unwrap();
        running.wait().unwrap();
        assert!(reached, "the child ended before change {wanted}");
        let told = lines.filter_map(said).last().unwrap_or(wanted);
        let found = seen(&Store::open(folder.path()).unwrap());
        // The change that was under way is there as a whole, or not at all.
        done = [told, told + 1].into_iter().find(|n| found == after(*n)).expect("all that was acknowledged");
    }
    assert!(done > 10);
}

#[cfg(unix)]
#[test]
#[ignore = "it is the child of `a_full_disk_loses_nothing`"]
fn writes_until_nothing_fits() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let store = Store::open(folder).unwrap();
    (1..20).for_each(|n| step(&store, n).unwrap());
    let size = fs::metadata(folder.join(FILE)).unwrap().len();
    let open = getrlimit(Resource::Fsize);
    let limit = |bytes| setrlimit(Resource::Fsize, Rlimit { current: bytes, maximum: open.maximum }).unwrap();
    // The file cannot grow: what does not fit is refused, all else is as before.
    limit(Some(size));
    let long = Task { script: "x".repeat(8 << 20), ..task("long") };
    let error = store.put(&long).unwrap_err();
    assert!(matches!(error, StoreError::System { .. }), "{error}");
    assert!(error.to_string().contains(folder.join(FILE).to_str().unwrap()), "{error}");
    assert_eq!(seen(&store), after(19));
    // Nothing can be written at all: it can still be read, and says so when it is to be changed.
    limit(Some(0));
    for _ in 0..2 {
        assert!(matches!(step(&store, 20), Err(StoreError::System { .. })));
        assert_eq!(seen(&store), after(19));
    }
    // There is room again.
    limit(open.current);
    step(&store, 20).unwrap();
    store.put(&long).unwrap();
    store.delete::<Task>("long").unwrap();
    assert_eq!(seen(&store), after(20));
    println!("\nall is well");
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = child("store::crash::writes_until_nothing_fits", folder.path()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("\nall is well\n"), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(seen(&Store::open(folder.path()).unwrap()), after(20));
}

#[derive(Clone, Debug)]
enum Op {
    Put(String, i64),
    Create(String, i64),
    Delete(String),
    Rename(String, String, i64),
    Events(Vec<(String, String, usize, i64)>),
    DeleteTopic(String),
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    let id = || "[ab\u{0}é]{0,2}";
    prop_oneof![
        (id(), any::<i64>()).prop_map(|(id, n)| Op::Put(id, n)),
        (id(), any::<i64>()).prop_map(|(id, n)| Op::Create(id, n)),
        id().prop_map(Op::Delete),
        (id(), id(), any::<i64>()).prop_map(|(old, new, n)| Op::Rename(old, new, n)),
        proptest::collection::vec((id(), id(), 0..4_usize, any::<i64>()), 0..5).prop_map(Op::Events),
        id().prop_map(Op::DeleteTopic),
        Just(Op::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn it_is_like_maps(ops in proptest::collection::vec(op(), 0..25)) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let (mut tasks, mut events) = (BTreeMap::<String, i64>::new(), BTreeMap::<(String, String), i64>::new());
        let at = |id: &str, n: i64| Task { modified: n, ..task(id) };
        for op in ops {
            match op {
                Op::Put(id, n) => {
                    store.put(&at(&id, n)).unwrap();
                    tasks.insert(id, n);
                }
                Op::Create(id, n) => {
                    prop_assert_eq!(store.create(&at(&id, n)).is_ok(), !tasks.contains_key(&id));
                    tasks.entry(id).or_insert(n);
                }
                Op::Delete(id) => {
                    prop_assert_eq!(store.delete::<Task>(&id).unwrap(), tasks.remove(&id).is_some());
                }
                Op::Rename(old, new, n) => {
                    let can = tasks.contains_key(&old) && (old == new || !tasks.contains_key(&new));
                    let done = store.change(|change| change.rename_task(&old, &at(&new, n)));
                    prop_assert_eq!(done.is_ok(), can);
                    if can {
                        tasks.remove(&old);
                        tasks.insert(new, n);
                    }
                }
                Op::Events(list) => {
                    let states: Vec<_> = list.iter().map(|(_, _, l, n)| event(Level::ALL[*l], *n)).collect();
                    let given: Vec<_> =
                        list.iter().zip(&states).map(|((t, id, ..), s)| (t.as_str(), id.as_str(), s)).collect();
                    store.put_events(&given).unwrap();
                    for (topic, id, level, n) in list {
                        if level == 0 {
                            events.remove(&(topic, id));
                        } else {
                            events.insert((topic, id), n);
                        }
                    }
                }
                Op::DeleteTopic(topic) => {
                    store.change(|change| change.delete_topic(&topic)).unwrap();
                    events.retain(|(t, _), _| *t != topic);
                }
                Op::Reopen => {
                    drop(store);
                    store = Store::open(folder.path()).unwrap();
                }
            }
            let view = store.view().unwrap();
            let kept: BTreeMap<_, _> = view.all::<Task>().unwrap().into_iter().map(|t| (t.id, t.modified)).collect();
            prop_assert_eq!(&kept, &tasks);
            let topics = view.topics().unwrap().into_iter();
            let kept: BTreeMap<_, _> = topics
                .flat_map(|(t, es)| es.into_iter().map(move |(id, e)| ((t.clone(), id), e.time)))
                .collect();
            prop_assert_eq!(&kept, &events);
        }
    }
}
