//! `mode: stream` against programs that stay, end and hang.

use super::*;

#[test]
fn one_program_gets_all_lines() {
    let folder = Folder::new();
    let mut run = Run::new(vec![folder.stream("echo $$ >> $D/pid; cat > $D/in")], Options::default());
    for i in 0..2_000 {
        run.send(0, &event(&i.to_string()));
    }
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, told.len()), (2_000, 0), "{told:?}");
    assert_eq!((reports[0].died, reports[0].unsure), (0, 0));
    let text = folder.text("in");
    assert_eq!(text.lines().count(), 2_000);
    assert!(text.lines().last().expect("a line").starts_with("{\"id\":\"1999\","));
    assert_eq!(folder.text("pid").lines().count(), 1);
    assert!(is_reaped(&line_of(&folder.path("pid"))));
}

#[test]
fn an_event_larger_than_the_pipe_arrives_whole() {
    let folder = Folder::new();
    let (report, told) = deliver(folder.stream("wc -c > $D/size"), Options::default(), &huge());
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let size: usize = line_of(&folder.path("size")).trim().parse().expect("a number");
    assert!(size > 3_000_000, "{size}");
}

#[test]
fn a_program_that_ends_is_started_again() {
    let folder = Folder::new();
    let script = "read line; echo bye; echo $line >> $D/in; echo $$ >> $D/pid; exit 2";
    let mut run = Run::new(vec![folder.stream(script)], Options::default());
    for i in 1..=3 {
        run.send(0, &event(&format!("e{i}")));
        wait_until("the end", || {
            let pids = folder.text("pid");
            pids.lines().count() == i && pids.lines().all(is_gone)
        });
    }
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, reports[0].failed), (3, 0), "{told:?}");
    assert_eq!((reports[0].died, reports[0].unsure), (3, 3), "each with one event");
    assert_eq!(folder.text("in").lines().count(), 3);
    assert_eq!(only(&told), ("`sh`: exit status 2", "bye\n"), "the same is told once");
}

#[test]
fn a_program_that_ends_too_early_is_told_of() {
    let (report, told) =
        deliver(shell("exec cat > /dev/null; exit 0", true), Options::default(), &event("a"));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let (report, told) = deliver(shell("exit 5", true), Options::default(), &huge());
    assert_eq!((report.delivered, report.failed, report.unsure), (0, 1, 0));
    assert!(report.died > 0);
    assert_eq!(only(&told).0, "`sh`: exit status 5");
}

#[test]
fn a_missing_program_fails_every_event_and_is_told_once() {
    let config = HandlerConfig::Exec { prog: "/no/such".into(), args: Vec::new(), stream: true };
    let mut run = Run::new(vec![config], Options::default());
    for _ in 0..3 {
        run.send(0, &event("a"));
    }
    let (reports, told) = run.finish();
    assert_eq!(reports[0].failed, 3);
    assert_eq!(only(&told).0, "cannot start `/no/such`: no such file");
}

#[test]
fn a_program_that_does_not_read_is_ended() {
    let folder = Folder::new();
    let moment = Duration::from_millis(200);
    let options = Options { exec_timeout: 5 * moment, exec_grace: moment, ..Options::default() };
    let (report, told) = deliver(folder.stream("echo $$ >> $D/pid; exec sleep 1000"), options, &huge());
    assert_eq!((report.delivered, report.failed), (0, 1));
    assert_eq!(only(&told).0, "`sh` takes no events any more and was ended");
    let pids = folder.text("pid");
    assert!(!pids.is_empty() && pids.lines().all(is_reaped), "{pids}");
}

#[test]
fn a_program_that_stays_after_its_input_is_ended() {
    let folder = Folder::new();
    let moment = Duration::from_millis(200);
    let options = Options { exec_timeout: moment, exec_grace: moment, ..Options::default() };
    let script = "cat > $D/in & echo $$ > $D/pid; exec sleep 1000";
    let mut run = Run::new(vec![folder.stream(script)], options);
    run.send(0, &event("a"));
    let pid = line_of(&folder.path("pid"));
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, reports[0].failed), (1, 0));
    assert_eq!(only(&told).0, "`sh` did not end with its input and was ended");
    assert!(is_reaped(&pid));
}

#[test]
fn a_child_in_the_background_does_not_hold_the_end() {
    let folder = Folder::new();
    let script = "sleep 1000 < /dev/null & echo $! > $D/child; cat > $D/in";
    let (report, told) = deliver(folder.stream(script), Options::default(), &event("a"));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let child = line_of(&folder.path("child"));
    let pid = rustix::process::Pid::from_raw(child.parse().expect("pid")).expect("pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("kill");
}
