//! The store as its users see it.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::alert::Level;
use crate::pipeline::TaskType;

fn open() -> (TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    (folder, store)
}

/// Closed and opened again.
fn reopened(folder: &TempDir, store: Store) -> Store {
    drop(store);
    Store::open(folder.path()).expect("the store again")
}

pub(super) fn task(id: &str) -> Task {
    Task {
        id: id.to_owned(),
        template: None,
        task_type: TaskType::Batch,
        dbrps: vec![("telegraf".into(), "autogen".into()), ("".into(), "ä\n".into())],
        script: "batch\n  |query('''SELECT \"x\"''')\t".into(),
        vars: json!({"z": {"type": "int", "value": 9_007_199_254_740_993_i64, "description": ""}, "a": {"value": 0.1}})
            .as_object()
            .expect("an object")
            .clone(),
        enabled: true,
        error: "no".into(),
        created: i64::MIN,
        modified: 1,
        last_enabled: Some(i64::MAX),
    }
}

fn template(id: &str) -> Template {
    let (script, error) = ("var x = 1".to_owned(), String::new());
    Template { id: id.to_owned(), task_type: TaskType::Stream, script, error, created: 1, modified: 2 }
}

fn handler(topic: &str, id: &str) -> TopicHandler {
    TopicHandler {
        topic: topic.to_owned(),
        id: id.to_owned(),
        kind: "slack".into(),
        options: json!({"z": 1, "a": [true, null], "m": {"y": 1, "b": 2.5}}).as_object().cloned(),
        matching: "level() == CRITICAL".into(),
    }
}

pub(super) fn event(level: Level, time: i64) -> EventState {
    EventState { message: "m\u{0}\"".into(), details: "<b>".into(), time, duration: 5, level }
}

fn recording(id: &str, date: i64, status: RunStatus) -> Recording {
    let (task_type, error) = (TaskType::Stream, String::new());
    Recording { id: id.to_owned(), task_type, size: -1, date, error, status, progress: 0.0 }
}

fn replay(id: &str, date: i64, status: RunStatus) -> Replay {
    Replay {
        id: id.to_owned(),
        task: "t".into(),
        recording: "r".into(),
        recording_time: true,
        real_clock: false,
        date,
        error: String::new(),
        status,
        progress: 1.0,
        stats: json!({"node-stats": {}}),
    }
}

fn change_of(section: &str, element: &str) -> Override {
    Override {
        section: section.to_owned(),
        element: element.to_owned(),
        origin: Origin::File,
        set: json!({"url": "u", "enabled": true}).as_object().expect("an object").clone(),
        delete: vec!["channel".into()],
    }
}

/// Creates, finds after reopening, refuses a second one, writes over, deletes, deletes again.
fn lives<R: Record + Clone + PartialEq + std::fmt::Debug>(
    record: &R,
    other: &R,
    exists: &str,
    missing: &str,
) {
    let (folder, store) = open();
    let key = (record.key().0, record.key().1);
    assert_eq!(store.get::<R>(key).unwrap(), None);
    assert_eq!(store.view().unwrap().need::<R>(key).unwrap_err().to_string(), missing);
    store.create(record).unwrap();
    let store = reopened(&folder, store);
    assert_eq!(store.get::<R>(key).unwrap().as_ref(), Some(record));
    assert_eq!(store.create(other).unwrap_err().to_string(), exists);
    assert_eq!(store.all::<R>().unwrap(), std::slice::from_ref(record));
    store.put(other).unwrap();
    let store = reopened(&folder, store);
    assert_eq!(store.view().unwrap().need::<R>(key).unwrap(), *other);
    assert!(store.delete::<R>(key).unwrap());
    assert!(!store.delete::<R>(key).unwrap());
    assert_eq!(reopened(&folder, store).all::<R>().unwrap(), []);
}

#[test]
fn every_kind_is_kept_as_it_was_given() {
    let other = Task { vars: serde_json::Map::new(), last_enabled: None, ..task("a") };
    lives(&task("a"), &other, "task a already exists", "no task exists");
    let other = Template { script: String::new(), ..template("a") };
    lives(&template("a"), &other, "template a already exists", "no template exists");
    let other = TopicHandler { options: None, ..handler("t", "h") };
    let exists = "cannot register handler, handler with ID \"h\" already exists";
    lives(&handler("t", "h"), &other, exists, "unknown handler: \"h\"");
    let (one, two) = (recording("r", 1, RunStatus::Finished), recording("r", 2, RunStatus::Failed));
    lives(&one, &two, "recording already exists", "no recording exists");
    let (one, two) = (replay("r", 1, RunStatus::Finished), replay("r", 2, RunStatus::Failed));
    lives(&one, &two, "replay already exists", "no replay exists");
    let other = Override { origin: Origin::Removed, ..change_of("slack", "") };
    let exists = "slack/ is overridden already";
    lives(&change_of("slack", ""), &other, exists, "unknown section/element: slack/");
    let loaded = Loaded { kind: LoadedKind::Handler, id: "t/h".into() };
    let exists = "the handler `t/h` was loaded already";
    lives(&loaded, &loaded, exists, "no handler `t/h` was loaded");
    let user = User { name: "u".into(), hash: "$2b$".into(), admin: false, permissions: vec!["api".into()] };
    let other = User { admin: true, ..user.clone() };
    lives(&user, &other, "user u already exists", "unknown user: \"u\"");
    let state = (0..=255).collect::<Vec<u8>>();
    let kept = Snapshot { task: "t".into(), fingerprint: "é1".into(), state };
    let other = Snapshot { fingerprint: String::new(), state: Vec::new(), ..kept.clone() };
    lives(&kept, &other, "the state of the task `t` is kept already", "no state of the task `t` is kept");
}

#[test]
fn options_keep_their_order() {
    let (folder, store) = open();
    store.put(&handler("t", "h")).unwrap();
    let kept = reopened(&folder, store).get::<TopicHandler>(("t", "h")).unwrap().unwrap();
    let text = serde_json::to_string(&kept.options).unwrap();
    assert_eq!(text, r#"{"z":1,"a":[true,null],"m":{"y":1,"b":2.5}}"#);
}

#[test]
fn ids_are_any_text() {
    let (folder, store) = open();
    let odd = ["", "\u{0}", "a", "a\u{0}", "a\u{0}b", "ab", "a/b", "é", "\u{10ffff}", "*", " "];
    let state = event(Level::Critical, 7);
    for topic in odd {
        let events: Vec<_> = odd.iter().map(|id| (topic, *id, &state)).collect();
        store.put_events(&events).unwrap();
        store.put(&task(topic)).unwrap();
    }
    let store = reopened(&folder, store);
    assert_eq!(store.all::<Task>().unwrap().len(), odd.len());
    store.change(|change| change.delete_topic("a")).unwrap();
    let view = store.view().unwrap();
    for topic in odd {
        let events = view.events(topic).unwrap();
        let want = if topic == "a" { 0 } else { odd.len() };
        assert_eq!(events.len(), want, "{topic:?}");
        assert!(events.values().all(|e| *e == state));
        assert_eq!(view.event(topic, "").unwrap().is_some(), topic != "a");
    }
    assert_eq!(view.topics().unwrap().len(), odd.len() - 1);
}

#[test]
fn an_event_that_is_ok_is_forgotten() {
    let (folder, store) = open();
    let (bad, good) = (event(Level::Info, 1), event(Level::Ok, 2));
    store.put_events(&[("t", "a", &bad), ("t", "b", &bad), ("u", "a", &bad)]).unwrap();
    store.put_events(&[("t", "a", &good), ("t", "c", &good)]).unwrap();
    let store = reopened(&folder, store);
    let topics = store.view().unwrap().topics().unwrap();
    let told: Vec<_> = topics.iter().flat_map(|(t, e)| e.keys().map(move |id| format!("{t}/{id}"))).collect();
    assert_eq!(told, ["t/b", "u/a"]);
}

#[test]
fn the_last_state_of_a_batch_is_kept() {
    let (_folder, store) = open();
    let (one, two) = (event(Level::Info, 1), event(Level::Warning, 2));
    store.put_events(&[("t", "a", &one), ("t", "a", &two)]).unwrap();
    assert_eq!(store.view().unwrap().event("t", "a").unwrap(), Some(two));
}

#[test]
fn lists_are_cut_as_the_api_asks() {
    let (_folder, store) = open();
    store.change(|c| ["b", "a", "B", "é", "a/c", "ab"].iter().try_for_each(|id| c.put(&task(id)))).unwrap();
    let ids = |pattern: &str, offset, limit| {
        let listing = Listing { pattern: pattern.to_owned(), offset, limit };
        let tasks = store.list::<Task>(&listing).unwrap();
        tasks.into_iter().map(|t| t.id).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids("", 0, 100), "B a a/c ab b é");
    assert_eq!(ids("a*", 0, 100), "a ab");
    assert_eq!(ids("[^b]", 0, 100), "B a é");
    assert_eq!(ids("", 1, 2), "a a/c");
    assert_eq!(ids("?", 1, 2), "a b");
    assert_eq!(ids("", 9, 2), "");
    assert_eq!(ids("", 0, 0), "");
    assert_eq!(ids("[", 0, 100), "", "a malformed pattern matches nothing");
    assert_eq!(ids("a", 3, -1), "B a a/c ab b é", "a negative limit lists everything");
    assert_eq!(store.list::<Task>(&Listing::default()).unwrap().len(), 6);
}

#[test]
fn runs_are_listed_newest_first() {
    let (_folder, store) = open();
    for (id, date) in [("a", 5), ("b", 9), ("c", -1), ("d", 5)] {
        store.put(&recording(id, date, RunStatus::Finished)).unwrap();
        store.put(&replay(id, date, RunStatus::Finished)).unwrap();
    }
    let recordings: Vec<_> =
        store.list::<Recording>(&Listing::default()).unwrap().into_iter().map(|r| r.id).collect();
    let replays: Vec<_> =
        store.list::<Replay>(&Listing::default()).unwrap().into_iter().map(|r| r.id).collect();
    assert_eq!((recordings.concat(), replays.concat()), ("bdac".into(), "bdac".into()));
}

#[test]
fn running_runs_fail_with_the_server() {
    let (folder, store) = open();
    store.put(&recording("r", 5, RunStatus::Running)).unwrap();
    store.put(&recording("s", 5, RunStatus::Finished)).unwrap();
    store.put(&replay("r", 5, RunStatus::Running)).unwrap();
    let store = reopened(&folder, store);
    let error = "unexpected Kapacitor shutdown".to_owned();
    let want = Recording { error: error.clone(), ..recording("r", 5, RunStatus::Failed) };
    assert_eq!(store.get("r").unwrap(), Some(want));
    assert_eq!(store.get("s").unwrap(), Some(recording("s", 5, RunStatus::Finished)));
    assert_eq!(store.get("r").unwrap(), Some(Replay { error, ..replay("r", 5, RunStatus::Failed) }));
}

#[test]
fn a_task_is_renamed_in_one_step() {
    let (_folder, store) = open();
    store.put(&task("old")).unwrap();
    store.put(&task("taken")).unwrap();
    store.put(&Snapshot { task: "old".into(), fingerprint: "f".into(), state: vec![1] }).unwrap();
    let rename = |old: &str, new: &str| store.change(|c| c.rename_task(old, &task(new)));
    assert_eq!(rename("old", "taken").unwrap_err().to_string(), "task taken already exists");
    assert_eq!(rename("none", "new").unwrap_err().to_string(), "no task exists");
    assert_eq!(store.all::<Task>().unwrap().len(), 2);
    rename("old", "new").unwrap();
    rename("taken", "taken").unwrap();
    let ids: Vec<_> = store.all::<Task>().unwrap().into_iter().map(|t| t.id).collect();
    assert_eq!(ids, ["new", "taken"]);
    assert_eq!(store.all::<Snapshot>().unwrap(), []);
}

#[test]
fn a_template_changes_with_its_tasks() {
    let (_folder, store) = open();
    let of = |id: &str, template: &str| Task { template: Some(template.to_owned()), ..task(id) };
    store
        .change(|c| {
            c.put(&template("x"))?;
            [of("b", "x"), of("a", "x"), of("c", "y"), task("d")].iter().try_for_each(|t| c.put(t))
        })
        .unwrap();
    let changed = Template { script: "new".into(), ..template("x") };
    store
        .change(|c| {
            let mut tasks = c.tasks_of("x")?;
            tasks.iter_mut().for_each(|t| t.script = "new".into());
            c.put_template(&changed, &tasks)
        })
        .unwrap();
    let scripts: Vec<_> =
        store.all::<Task>().unwrap().into_iter().map(|t| (t.id, t.script == "new")).collect();
    let want = [("a", true), ("b", true), ("c", false), ("d", false)];
    assert_eq!(scripts, want.map(|(id, new)| (id.to_owned(), new)));
    assert_eq!(store.get("x").unwrap(), Some(changed));
}

#[test]
fn an_error_undoes_a_change() {
    #[derive(Debug)]
    enum Mine {
        Store(#[allow(dead_code, reason = "shown if the test fails")] StoreError),
        Enough,
    }
    impl From<StoreError> for Mine {
        fn from(e: StoreError) -> Mine {
            Mine::Store(e)
        }
    }
    let (folder, store) = open();
    store.put(&task("a")).unwrap();
    let done: Result<(), Mine> = store.change(|c| {
        c.put(&task("b"))?;
        c.delete::<Task>("a")?;
        assert_eq!(c.all::<Task>()?.len(), 1, "a change sees itself");
        assert_eq!(store.all::<Task>()?.len(), 1, "others see it when it is whole");
        assert_eq!(store.get::<Task>("b")?, None);
        Err(Mine::Enough)
    });
    assert!(matches!(done, Err(Mine::Enough)), "{done:?}");
    let ids: Vec<_> = reopened(&folder, store).all::<Task>().unwrap().into_iter().map(|t| t.id).collect();
    assert_eq!(ids, ["a"]);
}

#[test]
fn a_view_stays_as_it_was() {
    let (_folder, store) = open();
    store.put(&task("a")).unwrap();
    let view = store.view().unwrap();
    store.delete::<Task>("a").unwrap();
    assert!(view.get::<Task>("a").unwrap().is_some());
    assert!(store.get::<Task>("a").unwrap().is_none());
}

#[test]
fn ids_are_made_once() {
    let (folder, store) = open();
    let ids = (store.cluster_id().unwrap(), store.server_id().unwrap());
    assert!(Uuid::parse_str(&ids.0).is_ok() && Uuid::parse_str(&ids.1).is_ok() && ids.0 != ids.1);
    let store = reopened(&folder, store);
    assert_eq!((store.cluster_id().unwrap(), store.server_id().unwrap()), ids);
    let (_other, store) = open();
    assert_ne!(store.cluster_id().unwrap(), ids.0);
}

#[test]
fn handlers_are_asked_for_by_topic() {
    let (_folder, store) = open();
    for (topic, id) in [("t", "b"), ("t", "a"), ("tt", "c"), ("", "t")] {
        store.create(&handler(topic, id)).unwrap();
    }
    let ids = |topic: &str| {
        let handlers = store.view().unwrap().handlers_of(topic).unwrap();
        handlers.into_iter().map(|h| h.id).collect::<Vec<_>>().concat()
    };
    assert_eq!(["t", "tt", "", "none"].map(ids), ["ab", "c", "t", ""]);
}

#[test]
fn one_server_alone_uses_a_folder() {
    let (folder, store) = open();
    let error = Store::open(folder.path()).err().expect("it is busy");
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    let want = format!("data folder `{}`: another server uses it", folder.path().display());
    assert!(error.to_string().starts_with(&want), "{error}");
    drop(store);
    assert!(Store::open(folder.path()).is_ok());
}

#[cfg(unix)]
#[test]
fn the_folder_is_made_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let above = tempfile::tempdir().expect("a folder");
    let folder = above.path().join("a/b");
    drop(Store::open(&folder).unwrap());
    for made in [above.path().join("a"), folder] {
        assert_eq!(fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
