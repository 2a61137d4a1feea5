//! `log` against files that are rotated, full, missing or not permitted.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn config(path: &Path, mode: u32) -> HandlerConfig {
    HandlerConfig::Log { path: path.display().to_string(), mode }
}

#[test]
fn each_event_is_a_line_of_a_file_with_the_wanted_permissions() {
    let folder = Folder::new();
    let path = folder.path("alerts");
    let mut run = Run::new(vec![config(&path, 0o600)], Options::default());
    for i in 0..1_000 {
        run.send(0, &event(&i.to_string()));
    }
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, told.len()), (1_000, 0), "{told:?}");
    let text = folder.text("alerts");
    let ids: Vec<_> = text.lines().map(|l| l.split('"').nth(3).unwrap_or_default().to_owned()).collect();
    assert_eq!(ids, (0..1_000).map(|i| i.to_string()).collect::<Vec<_>>());
    let mode = fs::metadata(&path).expect("file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_rotated_file_is_left_and_a_new_one_made() {
    let folder = Folder::new();
    let path = folder.path("alerts");
    let mut run = Run::new(vec![config(&path, 0o600)], Options::default());
    let mut send = |id: &str| {
        run.send(0, &event(id));
        wait_until(id, || folder.text("alerts").contains(&format!("\"id\":\"{id}\"")));
    };
    send("a");
    fs::rename(&path, folder.path("alerts.1")).expect("rename");
    send("b");
    fs::remove_file(&path).expect("remove");
    send("c");
    send("d");
    let (reports, _) = run.finish();
    assert_eq!(reports[0].delivered, 4);
    assert_eq!((folder.text("alerts.1").lines().count(), folder.text("alerts").lines().count()), (1, 2));
}

#[test]
fn what_cannot_be_written_is_told_once() {
    let folder = Folder::new();
    fs::create_dir(folder.path("dir")).expect("folder");
    symlink("/dev/full", folder.path("full")).expect("link");
    let cases = [
        ("full", "failed to write to alert log", "no space left on device"),
        ("dir", "failed to open file for alert logging", "it is a folder, not a file"),
        ("none/alerts", "failed to open file for alert logging", "its folder does not exist"),
    ];
    for (name, message, error) in cases {
        let path = folder.path(name);
        let mut run = Run::new(vec![config(&path, 0o600)], Options::default());
        for _ in 0..3 {
            run.send(0, &event("a"));
        }
        let (reports, told) = run.finish();
        assert_eq!((reports[0].delivered, reports[0].failed), (0, 3), "{name}");
        assert_eq!(told[0].message, message);
        assert!(only(&told).0.starts_with(error), "{told:?}");
        assert!(told[0].context.contains(&("file", path.display().to_string())), "{told:?}");
    }
}

#[test]
fn permissions_count_unless_one_is_root() {
    if rustix::process::geteuid().is_root() {
        return;
    }
    let folder = Folder::new();
    let path = folder.path("alerts");
    fs::write(&path, "").expect("file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("mode");
    let (report, told) = deliver(config(&path, 0o600), Options::default(), &event("a"));
    assert_eq!(report.failed, 1);
    assert_eq!(only(&told).0, "permission denied");
}

#[test]
fn an_event_that_json_cannot_hold_fails_alone() {
    use crate::value::Value;
    let folder = Folder::new();
    let of = Event::on("cpu", &[], &[("v", Value::Float(f64::NAN))], 0);
    let bad = Arc::new(Event { id: "bad".to_owned(), ..of });
    let mut run = Run::new(vec![config(&folder.path("alerts"), 0o600)], Options::default());
    for event in [event("a"), bad, event("b")] {
        run.send(0, &event);
    }
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, reports[0].failed), (2, 1));
    assert_eq!(told[0].message, "failed to marshal alert data json");
    assert_eq!(folder.text("alerts").lines().count(), 2);
}
