//! `exec` against programs that fail, hang, fork and print.

use super::*;

#[test]
fn a_program_gets_the_event_and_a_line_end() {
    let folder = Folder::new();
    let event = event("one");
    let (report, told) = deliver(folder.shell("cat > $D/in"), Options::default(), &event);
    assert_eq!((report.delivered, report.failed), (1, 0), "{told:?}");
    let text = folder.text("in");
    assert!(text.starts_with("{\"id\":\"one\",") && text.ends_with("}\n"), "{text}");
    assert_eq!(text.matches('\n').count(), 1);
}

#[test]
fn a_failing_program_is_shown_with_its_output() {
    let (report, told) =
        deliver(shell("echo out; echo err >&2; exit 3", false), Options::default(), &event("a"));
    assert_eq!((report.delivered, report.failed), (0, 1));
    assert_eq!(only(&told), ("`sh`: exit status 3", "out\nerr\n"));
    assert_eq!(told[0].message, "exec command failed");
    assert_eq!(told[0].context[0], ("id", "a".to_owned()));
    assert_eq!(report.first_failure.as_ref(), told.first());
    let (_, told) = deliver(shell("kill -9 $$", false), Options::default(), &event("a"));
    assert_eq!(only(&told).0, "`sh`: signal: killed");
}

#[test]
fn a_program_that_cannot_start_is_told_once_and_the_run_goes_on() {
    let folder = Folder::new();
    let file = |name: &str, text: &str, mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        fs::write(folder.path(name), text).expect("file");
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).expect("mode");
        folder.path(name).display().to_string()
    };
    let plain = file("plain", "echo", 0o644);
    let lost = file("lost", "#!/no/such/shell\n", 0o755);
    let data = file("data", "echo", 0o755);
    let cases = [
        ("/no/such/program".to_owned(), "no such file"),
        ("no-such-program-anywhere".to_owned(), "not found in PATH"),
        (plain, "permission denied; is it executable (chmod +x)?"),
        (lost, "the interpreter in its `#!` line does not exist"),
        (data, "not a program; does a script lack its `#!` line?"),
    ];
    for (prog, expected) in cases {
        let config = HandlerConfig::Exec { prog: prog.clone(), args: Vec::new(), stream: false };
        let mut run = Run::new(vec![config, folder.shell("cat >> $D/in")], Options::default());
        for id in ["a", "b", "c"] {
            let event = event(id);
            run.send(0, &event);
            run.send(1, &event);
        }
        let (reports, told) = run.finish();
        assert_eq!(only(&told).0, format!("cannot start `{prog}`: {expected}"));
        assert_eq!((reports[0].failed, reports[1].delivered), (3, 3));
    }
}

#[test]
fn a_program_need_not_read() {
    for script in ["exit 0", "exec <&-; exit 0", "head -c 10 > /dev/null"] {
        for event in [event("small"), huge()] {
            let (report, told) = deliver(shell(script, false), Options::default(), &event);
            assert_eq!((report.delivered, report.failed), (1, 0), "{script}: {told:?}");
        }
    }
}

#[test]
fn a_huge_event_arrives_whole() {
    let folder = Folder::new();
    let (report, _) = deliver(folder.shell("wc -c > $D/size"), Options::default(), &huge());
    assert_eq!(report.delivered, 1);
    let size: usize = line_of(&folder.path("size")).trim().parse().expect("a number");
    assert!(size > 3_000_000, "{size}");
}

#[test]
fn output_is_read_to_the_end_and_kept_to_a_limit() {
    let options = Options { output_limit: 10, ..Options::default() };
    let script = "head -c 4000000 /dev/zero | tr '\\0' x; exit 1";
    let (_, told) = deliver(shell(script, false), options, &event("a"));
    assert_eq!(only(&told), ("`sh`: exit status 1", "xxxxxxxxxx… (3999990 more bytes)"));
}

fn hasty() -> Options {
    let moment = Duration::from_millis(200);
    Options { exec_timeout: moment, exec_grace: moment, ..Options::default() }
}

#[test]
fn a_hanging_program_is_ended_with_its_group() {
    // The first ends when asked to, the second must be killed, with all it started.
    let obedient = "sleep 1000 & echo $! > $D/child; echo $$ > $D/pid; wait";
    let stubborn =
        "trap '' TERM; sleep 1000 & echo $! > $D/child; echo $$ > $D/pid; while :; do sleep 1000; done";
    for script in [obedient, stubborn] {
        let folder = Folder::new();
        let options = Options { exec_timeout: Duration::from_secs(2), ..hasty() };
        let (report, told) = deliver(folder.shell(script), options, &event("a"));
        assert_eq!((report.failed, report.timed_out), (1, 1), "{told:?}");
        assert_eq!(only(&told).0, "`sh` was ended after 2s: too slow for `--exec-timeout`");
        assert!(is_reaped(&line_of(&folder.path("pid"))), "{script}");
        let child = line_of(&folder.path("child"));
        wait_until("the end of the child", || is_gone(&child));
    }
}

#[test]
fn a_child_in_the_background_holds_nobody() {
    let folder = Folder::new();
    let script = "sleep 1000 & echo $! > $D/child; echo $$ > $D/pid; echo said; exit 4";
    let (report, told) = deliver(folder.shell(script), Options::default(), &event("a"));
    assert_eq!(report.failed, 1);
    assert_eq!(only(&told), ("`sh`: exit status 4", "said\n"));
    assert!(is_reaped(&line_of(&folder.path("pid"))));
    let child = line_of(&folder.path("child"));
    assert!(!is_gone(&child), "it is left alone");
    let pid = rustix::process::Pid::from_raw(child.parse().expect("pid")).expect("pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("kill");
}

#[test]
fn events_of_a_handler_stay_in_order() {
    let folder = Folder::new();
    let mut run = Run::new(vec![folder.shell("cat >> $D/in")], Options { queue: 2, ..Options::default() });
    for i in 0..30 {
        run.send(0, &event(&format!("e{i}")));
    }
    let (reports, _) = run.finish();
    assert_eq!((reports[0].delivered, reports[0].dropped), (30, 0));
    let text = folder.text("in");
    let ids: Vec<_> = text.lines().map(|l| l.split('"').nth(3).unwrap_or_default()).collect();
    let expected: Vec<_> = (0..30).map(|i| format!("e{i}")).collect();
    assert_eq!(ids, expected);
}

#[test]
fn programs_share_the_jobs() {
    let folder = Folder::new();
    let alone = folder.shell("mkdir $D/lock && rmdir $D/lock");
    let options = Options { exec_jobs: 1, ..Options::default() };
    let mut run = Run::new(vec![alone; 4], options);
    for _ in 0..5 {
        let event = event("a");
        (0..4).for_each(|key| run.send(key, &event));
    }
    let (reports, told) = run.finish();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(reports.iter().map(|r| r.delivered).sum::<u64>(), 20);
}

#[test]
fn a_full_queue_drops_if_that_is_wanted() {
    let folder = Folder::new();
    let script = "touch $D/started; while [ ! -e $D/go ]; do sleep 0.01; done";
    let options = Options { queue: 2, on_full: OnFull::Drop, ..Options::default() };
    let mut run = Run::new(vec![folder.shell(script)], options);
    run.send(0, &event("first"));
    wait_until("the first", || folder.path("started").exists());
    for i in 0..6 {
        run.send(0, &event(&i.to_string()));
    }
    fs::write(folder.path("go"), "").expect("file");
    let (reports, told) = run.finish();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!((reports[0].delivered, reports[0].dropped), (3, 4));
}

#[test]
fn the_end_does_not_wait_longer_than_wanted() {
    let folder = Folder::new();
    let script = "echo $$ > $D/pid; sleep 1000";
    let mut run = Run::new(vec![folder.shell(script)], Options::default());
    for _ in 0..3 {
        run.send(0, &event("a"));
    }
    let pid = line_of(&folder.path("pid"));
    let report = run.dispatcher.finish(Some(Duration::from_millis(10)));
    assert_eq!((report.handlers[0].abandoned, report.handlers[0].delivered), (3, 0));
    assert!(!report.is_clean());
    assert!(is_reaped(&pid));
}

#[test]
fn another_thread_can_call_it_off() {
    let folder = Folder::new();
    let options = Options { queue: 1, ..Options::default() };
    let mut run = Run::new(vec![folder.shell("echo $$ > $D/pid; sleep 1000")], options);
    let canceller = run.dispatcher.canceller();
    run.send(0, &event("a"));
    let pid = line_of(&folder.path("pid"));
    // The queue takes one more; the third waits for room until all is called off.
    let thread = std::thread::spawn(move || canceller.cancel());
    run.send(0, &event("b"));
    run.send(0, &event("c"));
    thread.join().expect("thread");
    let (reports, _) = run.finish();
    assert_eq!(reports[0].abandoned, 3);
    assert!(is_reaped(&pid));
}

#[test]
fn whoever_ends_the_process_can_wait_for_the_programs() {
    let folder = Folder::new();
    let once = folder.shell("echo $$ > $D/once; sleep 1000");
    let stream = folder.stream("echo $$ > $D/stream; exec sleep 1000");
    let mut run = Run::new(vec![once, stream], Options::default());
    run.send(0, &event("a"));
    run.send(1, &event("a"));
    let pids = [line_of(&folder.path("once")), line_of(&folder.path("stream"))];
    run.dispatcher.canceller().stop();
    assert!(pids.iter().all(|pid| is_reaped(pid)), "{pids:?}");
}
