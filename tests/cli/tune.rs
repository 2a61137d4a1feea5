//! `tick tune`: what each value comes to, in one pass.

use super::tick::Tick;

/// Points of three hosts that go up and down, every ten seconds.
fn points() -> String {
    let mut lines = String::new();
    for second in 0..300_i64 {
        for host in 0..3_i64 {
            let value = (second * (host + 3)) % 100;
            lines.push_str(&format!("m,h=h{host} v={value} {}\n", (second + 1) * 10_000_000_000));
        }
    }
    lines
}

const PLAIN: &str = "\
var crit = 80
stream
    |from()
        .measurement('m')
        .groupBy('h')
    |alert()
        .crit(lambda: \"v\" > crit)
        .stateChangesOnly()
";

const WINDOW: &str = "\
var crit = 80
stream
    |from()
        .measurement('m')
        .groupBy('h')
    |window()
        .period(1m)
        .every(30s)
    |mean('v')
        .as('v')
    |alert()
        .crit(lambda: \"v\" > crit)
        .stateChangesOnly()
        .exec('/bin/false')
";

fn tune(script: &str, args: &[&str]) -> Tick {
    Tick::new("tune").script(script).input(&points()).args(args)
}

/// The column of a table of values, as numbers.
fn column(csv: &str, name: &str) -> Vec<f64> {
    let mut rows = csv.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let at = rows.next().and_then(|head| head.iter().position(|h| *h == name)).expect(name);
    rows.map(|row| row[at].parse().expect("a number")).collect()
}

/// What a replay with one value comes to: events, ids, alerts, nanoseconds in alert, flaps.
fn replay(script: &str, crit: &str) -> [f64; 5] {
    let var = format!("crit={crit}");
    let tick = Tick::new("replay").script(script).input(&points());
    let out = tick.args(&["--var", &var, "--summary", "json", "-q"]).run().status(0);
    let summary: serde_json::Value = serde_json::from_str(&out.stdout).expect("JSON");
    let ids = summary["ids"].as_array().expect("ids");
    let sum = |f: &dyn Fn(&serde_json::Value) -> f64| ids.iter().map(f).sum();
    [
        summary["events"].as_f64().expect("events"),
        ids.len() as f64,
        sum(&|id| id["alerts"].as_f64().expect("alerts")),
        sum(&|id| id["durations"]["CRITICAL"].as_f64().expect("a duration") / 1e9),
        sum(&|id| id["flaps"].as_f64().expect("flaps")),
    ]
}

/// Alone in one engine, behind a common window, and with alerts that know of each other.
#[test]
fn each_value_comes_to_what_a_replay_comes_to() {
    let coupled = PLAIN.replace(".stateChangesOnly()", ".stateChangesOnly()\n        .topic('all')");
    for script in [PLAIN, WINDOW, &coupled] {
        let out =
            tune(script, &["--var", "crit=40..90/25", "--format", "csv", "-q"]).run().status(0).stderr("");
        let names = ["events", "ids", "alerts", "in_alert_seconds", "flaps"];
        let columns = names.map(|name| column(&out.stdout, name));
        for (row, crit) in ["40", "65", "90"].iter().enumerate() {
            let want = replay(script, crit);
            assert!(want[0] > 0.0, "{script} {crit}");
            assert_eq!(columns.each_ref().map(|c| c[row]), want, "{script} {crit}\n{}", out.stdout);
        }
    }
}

#[test]
fn values_are_held_against_incidents() {
    let incidents = "\
- tags: {h: h0}
  start: 1970-01-01T00:04:00Z
  end: 1970-01-01T00:06:00Z
- id: m:h=nobody
  start: 1970-01-01T00:04:00Z
  end: 1970-01-01T00:06:00Z
";
    let args =
        ["--var", "crit=70,99", "--incidents", "incidents.yaml", "--level", "critical", "--plot", "-q"];
    let out = tune(PLAIN, &args).file("incidents.yaml", incidents).run().status(0);
    let want = "\
crit  events  ids  alerts  in alert  flaps  precision  recall  time to detect
70    69      3    36      40m30s    33     3%         50%     10s             ██████████████████████████████
99    0       0    0       0s        0      -          0%      -
";
    assert_eq!(out.stdout, want);
}

#[test]
fn several_vars_make_a_grid() {
    let script = WINDOW
        .replace("var crit = 80", "var crit = 80\nvar period = 1m")
        .replace("period(1m)", "period(period)");
    let out =
        tune(&script, &["--var", "crit=50,60", "--var", "period=1m..2m/1m", "--format", "json", "-q"]).run();
    let trials: serde_json::Value = serde_json::from_str(&out.status(0).stdout).expect("JSON");
    let sets: Vec<String> =
        trials.as_array().expect("a list").iter().map(|t| t["vars"].to_string()).collect();
    let want = ["50,1m", "50,2m", "60,1m", "60,2m"].map(|set| {
        let (crit, period) = set.split_once(',').expect("two");
        format!("{{\"crit\":\"{crit}\",\"period\":\"{period}\"}}")
    });
    assert_eq!(sets, want);
}

#[test]
fn what_cannot_be_tried_is_told() {
    for (args, words) in [
        (&["--var", "crit=80"][..], "error: nothing is to be tried"),
        (&["--var", "cirt=1..2"], "no such var; there are `crit`"),
        (&["--var", "crit=9..2"], "goes up"),
        (&["--var", "crit=1,x"], "expected a whole number, got `x`"),
        (&["--var", "crit=1..2", "--incidents", "missing.yaml"], "missing.yaml"),
    ] {
        tune(PLAIN, args).run().status(2).stdout("").stderr_has(words);
    }
}

#[test]
fn a_page_shows_what_each_value_comes_to() {
    let incidents = "[{tags: {h: h0}, start: '1970-01-01T00:04:00Z', end: '1970-01-01T00:06:00Z'}]";
    let args =
        ["--var", "crit=10..99/10", "--incidents", "i.yaml", "--report", "out.html", "--format", "csv", "-q"];
    let out = tune(PLAIN, &args).file("i.yaml", incidents).run().status(0).stderr("");
    assert_eq!(out.stdout.lines().count(), 1 + 9);
    let text = out.read("out.html");
    assert!(!text.contains("http"), "nothing is fetched");
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let page = roxmltree::Document::parse_with_options(&text, options).expect("XML");
    let of = |name: &str| page.descendants().filter(|n| n.tag_name().name() == name).collect::<Vec<_>>();
    let titles: Vec<&str> = of("title").iter().filter_map(|t| t.text()).collect();
    let measures = ["events", "ids", "alerts", "in alert", "flaps", "time to detect", "precision and recall"];
    assert_eq!(titles[1..], measures);
    assert_eq!(titles[0], "Values for script");
    // A bar of each value in each picture, as high as it is.
    let heights: Vec<f64> =
        of("rect").iter().map(|r| r.attribute("height").expect("px").parse().expect("px")).collect();
    assert_eq!(heights.len(), 6 * 9);
    let events = column(&out.stdout, "events");
    let most = events.iter().copied().fold(0.0, f64::max);
    for (height, events) in heights.iter().zip(&events) {
        assert!((height - events / most * 130.0).abs() < 0.1, "{height} for {events} of {most}");
    }
    assert_eq!(of("tr").len(), 1 + 9, "the same in numbers");

    let args = ["--var", "crit=80,90", "--report", "none/out.html", "-q"];
    tune(PLAIN, &args).run().status(2).stdout("").stderr_has("cannot write `none/out.html`");
}
