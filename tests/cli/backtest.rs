//! `tick replay` sums up what the alerts did.

use super::tick::Tick;

const SCRIPT: &str = "\
stream
    |from()
        .measurement('m')
        .groupBy('h')
    |alert()
        .id('{{ index .Tags \"h\" }}')
        .message('{{ .ID }}')
        .details('')
        .warn(lambda: \"v\" > 5)
        .crit(lambda: \"v\" > 8)
        .stateChangesOnly()
        .log('/var/log/alerts.log')
";

/// A point of each host every ten seconds.
fn points(hosts: &[(&str, &[u32])]) -> String {
    let mut lines = String::new();
    for second in 0..hosts[0].1.len() {
        for (host, values) in hosts {
            lines.push_str(&format!("m,h={host} v={} {}\n", values[second], (second + 1) * 10_000_000_000));
        }
    }
    lines
}

fn two_hosts() -> Tick {
    let points = points(&[("a", &[1, 7, 9, 9, 1, 7]), ("b", &[1, 1, 1, 1, 9, 1])]);
    Tick::new("replay").script(SCRIPT).input(&points)
}

const TABLE: &str = "\
1970-01-01T00:00:10Z to 1970-01-01T00:01:00Z (50s): 2 ids, 6 events
id  CRITICAL  WARNING   OK        alerts  flaps  longest  mean  first event           last event
a   1 in 20s  2 in 10s  1 in 20s  2       1      30s      15s   1970-01-01T00:00:20Z  1970-01-01T00:01:00Z
b   1 in 10s  -         1 in 40s  1       0      10s      10s   1970-01-01T00:00:50Z  1970-01-01T00:01:00Z
suppressed:
  a: 1 point, the first: stateChangesOnly, CRITICAL since 1970-01-01T00:00:30Z
still alerting at the end:
  a: WARNING, away from OK for 0s, since 1970-01-01T00:01:00Z
";

#[test]
fn a_table_stands_below_the_events() {
    let out = two_hosts().run().status(0).stderr_has(TABLE);
    assert!(out.stdout.starts_with("1970-01-01T00:00:20Z WARNING  a  a\n"), "{}", out.stdout);
    assert_eq!(out.stdout.lines().count(), 6);
    two_hosts().args(&["--quiet"]).run().status(0).stderr("");
    let out = two_hosts().args(&["--summary", "none"]).run().status(0);
    assert!(!out.stderr.contains("suppressed"), "{}", out.stderr);
}

#[test]
fn a_summary_that_is_asked_for_takes_the_place_of_the_events() {
    two_hosts().args(&["--summary", "text", "-q"]).run().status(0).stdout(TABLE).stderr("");
    let both = ["--summary", "json", "--trace", "-"];
    two_hosts()
        .args(&both)
        .run()
        .status(2)
        .stderr_has("`--summary` and `--trace` cannot both have standard output");
}

#[test]
fn programs_get_every_id() {
    let out = two_hosts().args(&["--summary", "json", "-q"]).run().status(0);
    let summary: serde_json::Value = serde_json::from_str(&out.stdout).expect("JSON");
    assert_eq!(summary["from"], "1970-01-01T00:00:10Z");
    assert_eq!(summary["events"], 6);
    let a = &summary["ids"][0];
    assert_eq!((&a["id"], &a["task"], &a["node"]), (&"a".into(), &"script".into(), &"alert2".into()));
    assert_eq!(
        (&a["events"]["WARNING"], &a["durations"]["CRITICAL"]),
        (&2.into(), &20_000_000_000_i64.into())
    );
    assert_eq!(a["suppressed"][0]["reason"], "stateChangesOnly");
    assert_eq!(a["alerting"]["level"], "WARNING");
    assert!(summary["ids"][1]["alerting"].is_null());
}

#[test]
fn only_the_part_that_counts_is_told() {
    let script =
        SCRIPT.replace(".log('/var/log/alerts.log')", ".exec('/bin/sh', '-c', 'cat >> events.json')");
    let input = points(&[("a", &[1, 7, 9, 9, 1, 7])]);
    let tick = || Tick::new("replay").script(&script).input(&input).args(&["--from", "1970-01-01T00:00:40Z"]);
    let out = tick().args(&["--deliver", "exec"]).run().status(0);
    assert_eq!(out.stdout, "1970-01-01T00:00:50Z OK       a  a\n1970-01-01T00:01:00Z WARNING  a  a\n");
    assert_eq!(out.read("events.json").lines().count(), 2);
    let out = out.stderr_has("6 points, 2 events (1 WARNING, 1 OK)");
    let out = out.stderr_has("1970-01-01T00:00:40Z to 1970-01-01T00:01:00Z (20s): 1 id, 2 events");
    // It was CRITICAL when the part began, and began to alert before.
    out.stderr_has("a   0 in 10s  1 in 0s  1 in 10s  2       1      30s ");

    // With too short a time to warm up, the state is another.
    let short = tick().args(&["--warmup", "5s"]).run().status(0);
    assert!(short.stdout.starts_with("1970-01-01T00:00:40Z CRITICAL a  a\n"), "{}", short.stdout);
    short.stderr_has("3 points before `--from` and `--warmup` not played");

    let after = Tick::new("replay").script(SCRIPT).input(&input);
    let after = after.args(&["--warmup", "45s", "--to", "1970-01-01T00:00:55Z", "-q"]).run().status(0);
    assert_eq!(after.stdout, "", "the recovery at 50 s is still part of the beginning");
}

#[test]
fn the_worst_of_many_ids_are_named() {
    let hosts: Vec<String> = (0..30).map(|i| format!("h{i:02}")).collect();
    let values = |h: &str| -> &[u32] { if h == "h07" { &[9, 1, 9] } else { &[7, 1, 1] } };
    let series: Vec<(&str, &[u32])> = hosts.iter().map(|h| (h.as_str(), values(h))).collect();
    let tick =
        || Tick::new("replay").script(SCRIPT).input(&points(&series)).args(&["--summary", "text", "-q"]);
    let out = tick().run().status(0);
    assert!(out.stdout.contains("30 ids, 61 events"), "{}", out.stdout);
    assert!(out.stdout.contains("and 10 more: `--all-ids` shows them\n"), "{}", out.stdout);
    let first = out.stdout.lines().nth(2).expect("a row");
    assert!(first.starts_with("h07 "), "{first}");
    let all = tick().args(&["--all-ids"]).run().status(0);
    assert!(all.stdout.contains("\nh29 ") && !all.stdout.contains("more:"), "{}", all.stdout);
}

#[test]
fn what_never_came_is_told() {
    let script =
        SCRIPT.replace("|alert()", "|window().period(1m).every(1m)\n    |mean('v').as('v')\n    |alert()");
    let script = script.replace(".groupBy('h')", ".groupBy('h').where(lambda: \"hots\" != 'x' OR \"v\" > 0)");
    let input = points(&[("a", &[1, 7]), ("hots", &[1, 1])]).replace(",h=", ",host=x,h=");
    let tick = Tick::new("replay").script(&script).input(&input).args(&["--summary", "text", "-q"]);
    let want = "\
1970-01-01T00:00:10Z to 1970-01-01T00:00:20Z (10s): no alert left OK
named by a lambda, but no point had it:
  \"hots\" in from1 of task `script`; did you mean \"host\"?
";
    tick.run().status(0).stdout(want);
}

#[test]
fn every_point_of_an_id_is_explained() {
    let script =
        SCRIPT.replace("\"v\" > 8", "\"v\" > 8 AND count() > 1").replace("groupBy('h')", "groupBy('h', 'i')");
    let tick = |id: &str| {
        let input = points(&[("a", &[9, 7, 9]), ("b", &[1, 9, 1])]);
        Tick::new("replay").script(&script).input(&input).args(&["--explain", id, "-q"])
    };
    let want = "\
1970-01-01T00:00:10Z a  OK -> WARNING: event
  crit      \"v\" > 8 AND count() > 1 = false
              \"v\" > 8 = true
                \"v\" = 9
              count() > 1 = false
                count() = 1i
  warn      \"v\" > 5 = true
              \"v\" = 9
1970-01-01T00:00:20Z a  WARNING: no event, suppressed: stateChangesOnly, WARNING since 1970-01-01T00:00:10Z
  crit      \"v\" > 8 AND count() > 1 = false
              \"v\" > 8 = false
                \"v\" = 7
              count() > 1: not asked
  warn      \"v\" > 5 = true
              \"v\" = 7
1970-01-01T00:00:30Z a  WARNING -> CRITICAL: event
  crit      \"v\" > 8 AND count() > 1 = true
              \"v\" > 8 = true
                \"v\" = 9
              count() > 1 = true
                count() = 3i
";
    tick("a").run().status(0).stdout(want).stderr("");
    let out = tick("a@1970-01-01T00:00:20Z").run().status(0);
    assert_eq!(out.stdout, want, "all three are near that time");
    let out = tick("c").args(&["--quiet"]).run();
    assert_eq!(out.stdout, "");
    tick("a").args(&["--trace", "-"]).run().status(2).stderr_has("cannot both have standard output");
}

#[test]
fn batches_are_explained_by_the_point_that_decides() {
    let script = SCRIPT.replace("|alert()", "|window().period(20s).every(20s)\n    |alert()\n        .all()");
    let input = points(&[("a", &[9, 9, 7, 9, 1, 1])]);
    let tick = Tick::new("replay").script(&script).input(&input).args(&["--explain", "a", "-q"]);
    let out = tick.run().status(0);
    let heads: Vec<&str> = out.stdout.lines().filter(|l| l.starts_with('1')).collect();
    assert_eq!(heads[0], "1970-01-01T00:00:30Z a  OK -> CRITICAL: event", "{}", out.stdout);
    let mut parts = out.stdout.lines().skip_while(|l| !l.contains("50Z")).skip(1);
    assert_eq!(parts.next(), Some("  crit      \"v\" > 8 = false"), "{}", out.stdout);
    assert_eq!(parts.next(), Some("              \"v\" = 7"), "{}", out.stdout);
}

/// The page as a tree; what is no XML is no page of ours.
fn page(text: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    roxmltree::Document::parse_with_options(text, options).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_page_is_whole_and_needs_nothing_else() {
    let ids = ["<script>alert(1)</script>", "a&b\\ \\\"'", "plain"];
    let mut input = String::new();
    for second in 1..50 {
        for id in ids {
            let id = id.replace(' ', "\\ ").replace("\\\"", "\"");
            input.push_str(&format!("m,h={id} v={},w=-1.5 {second}0000000000\n", second % 10));
        }
    }
    let script = SCRIPT.replace("\"v\" > 8", "\"v\" > 8 AND \"w\" < 0.0");
    let tick = Tick::new("replay").script(&script).input(&input).args(&["--report", "out.html", "-q"]);
    let out = tick.run().status(0).stderr("");
    let text = out.read("out.html");
    assert!(!text.contains("http"), "nothing is fetched");
    let page = page(&text);
    let of = |name: &str| page.descendants().filter(|n| n.tag_name().name() == name).collect::<Vec<_>>();
    assert_eq!((of("svg").len(), of("script").len(), of("title").len() > 3), (3, 1, true));
    let all: Vec<&str> = page.descendants().filter_map(|n| n.attribute("id")).collect();
    let known: std::collections::BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), known.len(), "an id is there twice");
    for node in page.descendants() {
        let links = node.attribute("href").and_then(|h| h.strip_prefix('#')).into_iter();
        let labels = node.attribute("aria-labelledby").into_iter().flat_map(str::split_whitespace);
        for target in links.chain(labels).chain(node.attribute("for")) {
            assert!(known.contains(target), "nothing has the id `{target}`");
        }
    }
    let headings: Vec<&str> = of("h2").iter().filter_map(|h| h.text()).collect();
    assert!(headings.contains(&"<script>alert(1)</script>"), "{headings:?}");
    // Two fields, each with its curve and its thresholds.
    let texts: Vec<&str> = of("text").iter().filter_map(|t| t.text()).collect();
    for label in ["v: 0 to 9", "w: -1.5 to 0", "crit 8", "warn 5", "crit 0"] {
        assert!(texts.contains(&label), "{label}: {texts:?}");
    }
    assert!(of("path").len() > 3 * 10, "marks of events");
}

#[test]
fn a_page_that_cannot_be_written_leaves_what_was_there() {
    let tick = two_hosts().file("there.html", "before").args(&["--report", "none/there.html", "-q"]);
    let out = tick.run().status(2).stderr_has("cannot write `none/there.html`");
    assert_eq!(out.read("there.html"), "before");
    let out =
        two_hosts().file("there.html", "before").args(&["--report", "there.html", "-q"]).run().status(0);
    assert!(out.read("there.html").starts_with("<!DOCTYPE html>"));
    let left: Vec<_> =
        std::fs::read_dir(out.path(".")).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 3, "no temporary file is left: {left:?}");
}

#[test]
fn alerts_are_drawn_in_the_terminal() {
    let out = two_hosts().args(&["--summary", "text", "--plot", "-q"]).run().status(0);
    let plot: Vec<&str> = out.stdout.lines().skip_while(|l| !l.is_empty()).collect();
    assert_eq!(plot[1..3], ["a", "  v: 1 to 9"], "{}", out.stdout);
    let levels = plot[8].trim();
    assert!(levels.starts_with('·') && levels.contains("wCC") && levels.ends_with('w'), "{levels}");
    let quiet = two_hosts().args(&["--plot", "-q"]).run().status(0);
    assert!(quiet.stderr.contains("  v: 1 to 9") && !quiet.stderr.contains("longest"), "{}", quiet.stderr);
}

#[test]
fn a_part_without_points_is_told() {
    let out =
        two_hosts().args(&["--summary", "text", "-q", "--from", "1970-01-01T01:00:00Z"]).run().status(0);
    let want = "the data end at 1970-01-01T00:01:00Z, before anything counts: no alert left OK\n";
    assert!(out.stdout.starts_with(want), "{}", out.stdout);
    let none =
        Tick::new("replay").script(SCRIPT).input("").args(&["--summary", "json", "-q"]).run().status(0);
    let summary: serde_json::Value = serde_json::from_str(&none.stdout).expect("JSON");
    assert!(summary["from"].is_null() && summary["to"].is_null(), "{}", none.stdout);
}

/// Hosts that alert at times, and one that never does.
fn busy_hosts(args: &[&str]) -> Tick {
    let wave = |high: u32, every: usize| (0..600).map(move |i| if i % every == 3 { high } else { 2 });
    let (a, b): (Vec<u32>, Vec<u32>) = (wave(9, 7).collect(), wave(7, 100).collect());
    let input = points(&[("a", &a), ("b", &b), ("calm", &[1; 600])]);
    Tick::new("replay")
        .script(SCRIPT)
        .input(&input)
        .args(&["--report", "out.html", "--summary", "json"])
        .args(args)
}

#[test]
fn pictures_change_nothing_and_show_what_is_passed_over() {
    let out = busy_hosts(&["-q"]).run().status(0);
    let plain: Vec<u32> = (0..600).map(|i| if i % 7 == 3 { 9 } else { 2 }).collect();
    let others: Vec<u32> = (0..600).map(|i| if i % 100 == 3 { 7 } else { 2 }).collect();
    let input = points(&[("a", &plain), ("b", &others), ("calm", &[1; 600])]);
    let bare = Tick::new("replay").script(SCRIPT).input(&input).args(&["--summary", "json", "-q"]).run();
    assert_eq!(out.stdout, bare.status(0).stdout, "the same is summed up with and without a picture");
    // Where time is measured, every node has to look at every point.
    let measured = busy_hosts(&["--stats"]).run().status(0);
    assert_eq!(out.read("out.html"), measured.read("out.html"));
    let text = out.read("out.html");
    assert!(text.contains(">v: 2 to 9<") && text.contains(">v: 2 to 8<"), "{text}");
    assert!(!text.contains("calm"), "it never left OK");
}

#[test]
fn a_page_of_all_ids_has_those_that_never_alerted() {
    let out = busy_hosts(&["-q", "--all-ids"]).run().status(0);
    assert!(!out.stdout.contains("calm"), "{}", out.stdout);
    let text = out.read("out.html");
    let page = page(&text);
    assert!(text.contains("2 alert ids and 1 at OK all the time, "), "{text}");
    let headings: Vec<&str> = page
        .descendants()
        .filter(|n| n.attribute("id").is_some_and(|id| id.starts_with('h')))
        .filter_map(|n| n.text())
        .collect();
    assert_eq!(headings, ["a", "b", "calm"]);
    let calm: Vec<&str> = page
        .descendants()
        .filter(|n| n.tag_name().name() == "svg")
        .filter_map(|n| n.descendants().find(|d| d.tag_name().name() == "desc")?.text())
        .collect();
    assert!(calm[2].ends_with(": OK in 100% of the columns"), "{calm:?}");
    assert!(text.contains(">v: 1 to 8<"), "{text}");

    let rest = Tick::new("replay").script(SCRIPT).input(&points(&[("calm", &[1, 1])]));
    let rest = rest.args(&["--report", "out.html", "--all-ids", "-q"]).run().status(0).read("out.html");
    assert!(rest.contains("No alert left OK.") && rest.contains(">v: 1 to 8<"), "{rest}");
}
