//! Tasks over HTTP.

use serde_json::{Value as Json, json};

use super::server::Server;

const RULE: &str = "stream|from().measurement('cpu').groupBy('host')|alert().crit(lambda: \"idle\" < 10).log('/dev/null')|httpOut('out')";

fn task(id: &str, script: &str) -> Json {
    json!({"id": id, "type": "stream", "dbrps": [{"db": "db", "rp": "rp"}], "script": script})
}

fn with(mut object: Json, key: &str, value: Json) -> String {
    object[key] = value;
    object.to_string()
}

fn enabled(id: &str, script: &str) -> String {
    with(task(id, script), "status", json!("enabled"))
}

fn keys(object: &Json) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_task_is_defined_enabled_fed_disabled_and_deleted() {
    let server = Server::fresh();
    let made = server.request("POST", "tasks", &task("a", RULE).to_string());
    assert_eq!(made.status, 200);
    assert!(made.head.contains("content-type: application/json; charset=utf-8"), "{}", made.head);
    let head = "{\n    \"link\": {\n        \"rel\": \"self\",\n        \"href\": \"/kapacitor/v1/tasks/a\"\n    },\n    \"id\": \"a\",\n    \"template-id\": \"\",\n    \"type\": \"stream\",";
    assert!(made.body.starts_with(head), "{}", made.body);
    let made = made.json();
    assert_eq!(
        keys(&made),
        [
            "link",
            "id",
            "template-id",
            "type",
            "dbrps",
            "script",
            "vars",
            "dot",
            "status",
            "executing",
            "error",
            "stats",
            "created",
            "modified",
            "last-enabled",
        ]
    );
    assert_eq!(made["dot"], "digraph a {\nstream0 -> from1;\nfrom1 -> alert2;\nalert2 -> http_out3;\n}");
    assert_eq!((&made["status"], &made["executing"]), (&json!("disabled"), &json!(false)));
    assert_eq!((&made["stats"], &made["last-enabled"]), (&json!({}), &json!("0001-01-01T00:00:00Z")));
    assert_eq!(made["created"], made["modified"]);
    assert_eq!(server.refused("GET", "tasks/a/out", ""), (404, "Not Found".to_owned()));

    let on = server.done("PATCH", "tasks/a", r#"{"status":"enabled"}"#);
    assert_eq!((&on["executing"], &on["last-enabled"]), (&json!(true), &on["modified"]));
    assert_eq!(server.request("GET", "tasks/a/out", "").body, r#"{"series":null}"#);
    server.write("cpu,host=x idle=5 1\ncpu,host=x idle=50 2\ncpu,host=x idle=7 3\n");
    let seen = server.done("GET", "tasks/a", "");
    let alert = &seen["stats"]["node-stats"]["alert2"];
    assert_eq!(seen["stats"]["task-stats"], json!({"throughput": 0}));
    assert_eq!(keys(&seen["stats"]["node-stats"]), ["alert2", "from1", "http_out3", "stream0"]);
    assert_eq!(
        keys(alert),
        [
            "alerts_inhibited",
            "alerts_triggered",
            "avg_exec_time_ns",
            "collected",
            "crits_triggered",
            "emitted",
            "errors",
            "infos_triggered",
            "oks_triggered",
            "warns_triggered",
            "working_cardinality",
        ]
    );
    assert_eq!((&alert["crits_triggered"], &alert["oks_triggered"]), (&json!(2), &json!(1)));
    let dot = seen["dot"].as_str().unwrap();
    let want = "digraph a {\ngraph [throughput=\"0.00 points/s\"];\n\nstream0 [avg_exec_time_ns=\"0s\" errors=\"0\" working_cardinality=\"0\" ];\nstream0 -> from1 [processed=\"3\"];\n\nfrom1 [";
    assert!(dot.starts_with(want), "{dot}");
    let labels = server.done("GET", "tasks/a?dot-view=labels", "");
    let want = "digraph a {\ngraph [label=\"Throughput: 0.00 points/s\" forcelabels=true pad=\"0.8,0.5\"];\n\nstream0 [xlabel=\"avg_exec_time_ns=0s\\rerrors=0\\rworking_cardinality=0\"];\nstream0 -> from1 [label=\"processed=3\"];\n";
    assert!(labels["dot"].as_str().unwrap().starts_with(want), "{labels}");
    let out = server.request("GET", "tasks/a/out", "").body;
    assert!(out.starts_with(r#"{"series":[{"name":"cpu","tags":{"host":"x"},"columns":["time","#), "{out}");

    let off = server.done("PATCH", "tasks/a", r#"{"status":"disabled"}"#);
    assert_eq!((&off["executing"], &off["last-enabled"]), (&json!(false), &on["last-enabled"]));
    assert_eq!(server.request("DELETE", "tasks/a", "").status, 204);
    assert_eq!(server.request("DELETE", "tasks/a", "").status, 204);
    assert_eq!(server.refused("GET", "tasks/a", ""), (404, "no task exists".to_owned()));
}

#[test]
fn requests_that_are_wrong_are_refused_in_kapacitors_words() {
    let server = Server::fresh();
    server.done("POST", "tasks", &task("a", RULE).to_string());
    let implicit = format!("dbrp \"db\".\"rp\"\n{RULE}");
    let vars = |vars: Json| with(task("b", RULE), "vars", vars);
    for (body, words) in [
        ("{".to_owned(), "invalid JSON"),
        (with(task("b", RULE), "status", json!("on")), "invalid JSON"),
        (with(task("b", RULE), "type", json!("table")), "invalid JSON"),
        (vars(json!({"x": {"type": "int", "value": "a"}})), "invalid JSON"),
        (task("a", RULE).to_string(), "task a already exists"),
        (
            task("b c", RULE).to_string(),
            "task ID must contain only letters, numbers, '-', '.' and '_'. \"b c\"",
        ),
        (with(task("b", RULE), "template-id", json!("t")), "unknown template t: err: no template exists"),
        (task("b", "").to_string(), "must provide TICKscript"),
        (
            task("b", "stream|from()|nope()").to_string(),
            "invalid TICKscript: line 1 char 15: no method or property \"nope\" on *pipeline.FromNode",
        ),
        (task("b", "var x = 1").to_string(), "invalid task type: invalid"),
        (task("b", "stream|from()\nbatch|query('')").to_string(), "invalid task type: invalid"),
        (with(task("b", RULE), "dbrps", json!([])), "must specify dbrp"),
        (task("b", &implicit).to_string(), "cannot specify dbrp in both implicitly and explicitly"),
    ] {
        assert_eq!(server.refused("POST", "tasks", &body), (400, words.to_owned()), "{body}");
    }
    for (path, body, status, words) in [
        ("tasks/b", r#"{"status":"enabled"}"#.to_owned(), 404, "task does not exist, cannot update"),
        ("tasks/a", "[".to_owned(), 400, "invalid JSON"),
        (
            "tasks/a",
            json!({"id": "a b"}).to_string(),
            400,
            "task ID must contain only letters, numbers, '-', '.' and '_'. \"a b\"",
        ),
        (
            "tasks/a",
            task("a", &implicit).to_string(),
            400,
            "cannot specify dbrp in implicitly and explicitly",
        ),
        (
            "tasks/a",
            json!({"template-id": "t"}).to_string(),
            400,
            "unknown template t: err: no template exists",
        ),
    ] {
        assert_eq!(server.refused("PATCH", path, &body), (status, words.to_owned()), "{body}");
    }
    for (path, status, words) in [
        ("tasks/b", 404, "no task exists"),
        ("tasks/a?dot-view=x", 400, "invalid dot-view parameter \"x\""),
        ("tasks/a?script-format=x", 400, "invalid script-format parameter \"x\""),
        ("tasks?fields=x", 400, "unsupported field \"x\""),
        (
            "tasks?limit=x",
            400,
            "invalid limit parameter \"x\" must be an integer: strconv.ParseInt: parsing \"x\": invalid syntax",
        ),
        (
            "tasks?offset=x",
            400,
            "invalid offset parameter \"x\" must be an integer: strconv.ParseInt: parsing \"x\": invalid syntax",
        ),
    ] {
        assert_eq!(server.refused("GET", path, ""), (status, words.to_owned()), "{path}");
    }
    assert_eq!(server.done("GET", "tasks", "")["tasks"].as_array().unwrap().len(), 1, "nothing was made");
}

#[test]
fn a_task_that_does_not_start_is_kept_with_its_error() {
    let mut server = Server::fresh();
    let bad = "stream|from()|alert().crit(lambda: TRUE).details('{{ nope }}')";
    let (status, words) = server.refused("POST", "tasks", &enabled("a", bad));
    assert_eq!((status, words.as_str()), (500, "template: details:1: function \"nope\" not defined"));
    for round in 0..2 {
        let seen = server.done("GET", "tasks/a", "");
        assert_eq!((&seen["status"], &seen["executing"]), (&json!("enabled"), &json!(false)), "{round}");
        assert_eq!((&seen["error"], &seen["stats"]), (&json!(words), &json!({})));
        server.end();
        server.restart();
    }
    // Its status is what it was: nothing happens.
    server.done("PATCH", "tasks/a", &json!({"script": RULE, "status": "enabled"}).to_string());
    assert_eq!(server.done("GET", "tasks/a", "")["executing"], false);
    server.done("PATCH", "tasks/a", r#"{"status":"disabled"}"#);
    let seen = server.done("PATCH", "tasks/a", r#"{"status":"enabled"}"#);
    assert_eq!((&seen["executing"], &seen["error"]), (&json!(true), &json!("")));
}

#[test]
fn a_task_that_fails_at_work_says_why() {
    let server = Server::fresh();
    let dies = "stream|from()|alert().crit(lambda: TRUE).message('{{ .Nope }}')";
    server.done("POST", "tasks", &enabled("a", dies));
    server.write("m v=1\n");
    let seen = server.done("GET", "tasks/a", "");
    assert_eq!((&seen["status"], &seen["executing"]), (&json!("enabled"), &json!(false)));
    let error = seen["error"].as_str().unwrap();
    assert!(error.starts_with("alert2: template: message:1:3: executing \"message\" at <.Nope>"), "{error}");
}

#[test]
fn a_change_leaves_what_it_does_not_name() {
    let server = Server::fresh();
    let vars = json!({"x": {"type": "duration", "value": "1m"}, "a": {"type": "float", "value": 2}});
    server.done("POST", "tasks", &with(task("a", &format!("var x = 1s\nvar a = 1.0\n{RULE}")), "vars", vars));
    let old = server.done("GET", "tasks/a?script-format=raw", "");
    assert_eq!(
        old["vars"].to_string(),
        r#"{"a":{"type":"float","value":2,"description":""},"x":{"type":"duration","value":60000000000,"description":""}}"#
    );
    assert!(old["script"].as_str().unwrap().starts_with("var x = 1s\nvar a = 1.0\nstream|from()"));
    let seen = server.done("PATCH", "tasks/a", r#"{"vars":{},"status":"disabled"}"#);
    assert!(seen["script"].as_str().unwrap().contains("stream\n    |from()\n"), "{seen}");
    for same in ["vars", "dbrps", "created", "last-enabled", "status"] {
        assert_eq!(seen[same], old[same], "{same}");
    }
    // Another id: the old one is gone, and what ran still runs.
    server.done("PATCH", "tasks/a", r#"{"status":"enabled"}"#);
    server.done("POST", "tasks", &task("b", RULE).to_string());
    assert_eq!(
        server.refused("PATCH", "tasks/a", r#"{"id":"b"}"#),
        (400, "task b already exists".to_owned())
    );
    let seen = server.done("PATCH", "tasks/a", r#"{"id":"c"}"#);
    assert_eq!((&seen["id"], &seen["executing"]), (&json!("c"), &json!(true)));
    assert_eq!(server.request("GET", "tasks/a", "").status, 404);
    // What a script names wins over what was given before.
    let script = format!("dbrp \"other\".\"week\"\n{RULE}");
    let seen = server.done("PATCH", "tasks/c", &json!({"script": script}).to_string());
    assert_eq!(seen["dbrps"], json!([{"db": "other", "rp": "week"}]));
}

#[test]
fn lists_are_cut_as_asked() {
    let server = Server::fresh();
    for id in ["b", "a1", "a2", "a3"] {
        server.done("POST", "tasks", &task(id, RULE).to_string());
    }
    let ids = |query: &str| {
        let list = server.done("GET", &format!("tasks?fields=id&{query}"), "");
        let tasks = list["tasks"].as_array().unwrap();
        tasks.iter().map(|t| t["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids(""), "a1 a2 a3 b");
    assert_eq!(ids("pattern=a*"), "a1 a2 a3");
    assert_eq!(ids("pattern=a%5B"), "");
    assert_eq!(ids("pattern=a*&offset=1&limit=1"), "a2");
    assert_eq!(ids("pattern=a*&limit=-1"), "a1 a2 a3 b");
    let list = server.done("GET", "tasks?fields=status&fields=executing&limit=1", "");
    assert_eq!(keys(&list["tasks"][0]), ["executing", "id", "link", "status"]);
    let list = server.done("GET", "tasks?limit=1", "");
    assert_eq!(
        keys(&list["tasks"][0]),
        [
            "created",
            "dbrps",
            "dot",
            "error",
            "executing",
            "id",
            "last-enabled",
            "link",
            "modified",
            "script",
            "stats",
            "status",
            "type",
            "vars",
        ]
    );
    assert_eq!(list["tasks"][0]["stats"], Json::Null);
}

#[test]
fn two_hundred_tasks_come_back_after_the_power_went() {
    let mut server = Server::fresh();
    for n in 0..200 {
        server.done("POST", "tasks", &enabled(&format!("t{n}"), RULE));
    }
    server.done("POST", "tasks", &task("off", RULE).to_string());
    server.kill();
    server.restart();
    server.write("cpu,host=x idle=5 1\n");
    let list = server.done("GET", "tasks?limit=1000", "");
    let tasks = list["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 201);
    for task in tasks {
        let on = task["id"] != "off";
        assert_eq!(task["executing"], on, "{task}");
        let collected = &task["stats"]["node-stats"]["alert2"]["collected"];
        assert_eq!(*collected, if on { json!(1) } else { Json::Null }, "{task}");
    }
}

#[test]
fn a_task_that_is_made_again_has_forgotten_its_events() {
    let server = Server::fresh();
    let rule = "stream|from()|alert().id('i').crit(lambda: \"v\" > 1).stateChangesOnly().log('/dev/null')";
    let triggered = || {
        server.write("m v=2\n");
        server.done("GET", "tasks/a", "")["stats"]["node-stats"]["alert2"]["alerts_triggered"].clone()
    };
    server.done("POST", "tasks", &enabled("a", rule));
    assert_eq!(triggered(), 1);
    server.done("PATCH", "tasks/a", r#"{"status":"disabled"}"#);
    server.done("PATCH", "tasks/a", r#"{"status":"enabled"}"#);
    assert_eq!(triggered(), 0, "it was told before");
    server.done("DELETE", "tasks/a", "");
    server.done("POST", "tasks", &enabled("a", rule));
    assert_eq!(triggered(), 1);
}

#[test]
fn points_become_events_that_handlers_get() {
    let mut server = Server::fresh();
    let told = server.folder().canonicalize().unwrap().join("told");
    let rule = RULE.replace("/dev/null", told.to_str().unwrap());
    server.done("POST", "tasks", &enabled("a", &rule));
    server.write("cpu,host=x idle=5 1\n");
    // It delivers what is there before it ends.
    server.end();
    let told = std::fs::read_to_string(told).unwrap();
    let event: Json = serde_json::from_str(&told).unwrap();
    assert_eq!((&event["id"], &event["level"]), (&json!("cpu:host=x"), &json!("CRITICAL")));
    assert_eq!(told.lines().count(), 1);
}
