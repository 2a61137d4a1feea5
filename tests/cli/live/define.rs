//! `tick define` and its kin, `enable`, `disable`, `reload` and `delete`.

use super::{said, talk, tick};

const NONE: (u16, &str) = (404, r#"{"error": "no task exists", "message": "no task exists"}"#);
const GET: &str = "GET /kapacitor/v1/tasks/t?dot-view=attributes&replay-id=&script-format=formatted";

#[test]
fn a_new_task_is_posted() {
    let line = "define t -tick a.tick -type stream -dbrp telegraf.autogen -dbrp=\"a.b\".c -no-reload true";
    let tick = tick(line).file("a.tick", "stream|from()");
    let (out, asked) = said(tick, &[NONE, (200, r#"{"id": "t"}"#)]);
    out.status(0).stdout("").stderr("");
    let body = r#"{"id":"t","type":"stream","dbrps":[{"db":"telegraf","rp":"autogen"},{"db":"a.b","rp":"c"}],"script":"stream|from()","status":"disabled"}"#;
    assert_eq!(asked, [GET.to_owned(), format!("POST /kapacitor/v1/tasks {body}")]);
}

#[test]
fn an_enabled_task_is_changed_and_started_anew() {
    let patch = |body: &str| format!("PATCH /kapacitor/v1/tasks/t {body}");
    let there = (200, r#"{"id": "t", "status": "enabled"}"#);
    let vars = r#"{"crit": {"type": "float", "value": 90.5}}"#;
    let wrapped = format!(r#"{{"template-id": "x", "vars": {vars}}}"#);
    for vars in [vars, wrapped.as_str()] {
        let tick = tick("define t -template tpl -vars v.json").file("v.json", vars);
        let (out, asked) = said(tick, &[there, there, there, there]);
        out.status(0).stdout("").stderr("");
        let body = r#"{"template-id":"tpl","vars":{"crit":{"type":"float","value":90.5}}}"#;
        let want = [patch(body), patch(r#"{"status":"disabled"}"#), patch(r#"{"status":"enabled"}"#)];
        assert_eq!(asked[1..], want);
    }
    let (out, asked) = talk("define t -dbrp a.b -no-reload", &[there, there]);
    out.status(0);
    assert_eq!(asked[1], patch(r#"{"dbrps":[{"db":"a","rp":"b"}]}"#));
}

#[test]
fn a_file_may_describe_a_task() {
    let file = "template-id: tpl\ndbrps:\n  - {db: a, rp: b}\nvars:\n  x: {type: int, value: 5}\n";
    let body = r#"{"id":"t","template-id":"tpl","dbrps":[{"db":"a","rp":"b"}],"vars":{"x":{"type":"int","value":5}}}"#;
    let (out, asked) =
        said(tick("define t -file t.yaml").file("t.yaml", file), &[NONE, (200, r#"{"id": "t"}"#)]);
    out.status(0).stderr("");
    let sent = asked[1].strip_prefix("POST /kapacitor/v1/tasks ").expect("a task");
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(json(sent), json(body));
    let run =
        |name: &str, text: &str| tick(&format!("define t -file {name}")).file(name, text).run().status(3);
    run("t.json", r#"{"id": "other"}"#)
        .stderr("Error: Task id given on command line does not match id in t.json\n");
    run("t.txt", "").stderr("Error: bad file extension. Must be YAML or JSON\n");
}

#[test]
fn a_bad_script_is_shown_with_its_place() {
    let error = r#"{"error": "invalid TICKscript: line 1 char 8: no property"}"#;
    let tick = tick("define t -tick a.tick").file("a.tick", "stream|form()").env("NO_COLOR", "1");
    let (out, _) = said(tick, &[NONE, (400, error)]);
    let out = out.status(3).stdout("");
    assert!(
        out.stderr.starts_with("Error: invalid TICKscript: line 1 char 8: no property\n"),
        "{}",
        out.stderr
    );
    out.stderr_has("--> a.tick:1:8").stderr_has("did you mean `from`?");
}

#[test]
fn templates_and_handlers_are_defined() {
    let get = "GET /kapacitor/v1/templates/t?script-format=formatted";
    let run = |first, method: &str, body: &str| {
        let tick = tick("define-template t -tick a.tick").file("a.tick", "stream");
        let (out, asked) = said(tick, &[first, (200, "{}")]);
        out.status(0).stdout("").stderr("");
        assert_eq!(asked, [get.to_owned(), format!("{method} {body}")]);
    };
    run(NONE, "POST", r#"/kapacitor/v1/templates {"id":"t","script":"stream"}"#);
    run((200, r#"{"id": "t"}"#), "PATCH", r#"/kapacitor/v1/templates/t {"script":"stream"}"#);

    let file =
        "topic: cpu\nid: h\nkind: log\nmatch: changed() == TRUE\noptions:\n  path: /tmp/a\n  mode: 0644\n";
    let body = r#"{"topic":"cpu","id":"h","kind":"log","match":"changed() == TRUE","options":{"path":"/tmp/a","mode":420}}"#;
    let path = "/kapacitor/v1/alerts/topics/cpu/handlers";
    let run = |first, want: String| {
        let tick = tick("define-topic-handler h.yaml").file("h.yaml", file);
        let (out, asked) = said(tick, &[first, (200, "{}")]);
        out.status(0).stdout("").stderr("");
        assert_eq!(asked, [format!("GET {path}/h"), want]);
    };
    run((404, r#"{"error": "unknown handler: \"h\""}"#), format!("POST {path} {body}"));
    run((200, r#"{"id": "h"}"#), format!("PUT {path}/h {body}"));
}

fn page(from: usize, count: usize) -> String {
    let task =
        |n| format!(r#"{{"id": "t{n}", "link": {{"rel": "self", "href": "/kapacitor/v1/tasks/t{n}"}}}}"#);
    format!(r#"{{"tasks": [{}]}}"#, (from..from + count).map(task).collect::<Vec<_>>().join(","))
}

fn tasks_query(offset: usize) -> String {
    format!(
        "GET /kapacitor/v1/tasks?dot-view=attributes&fields=link&limit=100&offset={offset}&pattern=t%2A\
         &replay-id=&script-format=formatted"
    )
}

#[test]
fn globs_go_through_all_pages() {
    let (first, second) = (page(0, 100), page(100, 1));
    let mut answers = vec![(200, first.as_str())];
    answers.extend([(200, "{}")].repeat(100));
    answers.extend([(200, second.as_str()), (200, "{}")]);
    for (command, status) in [("enable", "enabled"), ("disable", "disabled")] {
        let (out, asked) = talk(&format!("{command} t*"), &answers);
        out.status(0).stdout("").stderr("");
        let patch = |n| format!("PATCH /kapacitor/v1/tasks/t{n} {{\"status\":\"{status}\"}}");
        assert_eq!((asked.len(), &asked[0], &asked[101]), (103, &tasks_query(0), &tasks_query(100)));
        assert_eq!((&asked[1], &asked[102]), (&patch(0), &patch(100)));
    }
    for answer in answers.iter_mut().filter(|answer| answer.1 == "{}") {
        *answer = (204, "");
    }
    let (out, asked) = talk("delete tasks t*", &answers);
    out.status(0).stdout("").stderr("");
    // What is gone is not listed again: the next page is the first.
    assert_eq!((asked.len(), &asked[101]), (103, &tasks_query(0)));
    assert_eq!(asked[102], "DELETE /kapacitor/v1/tasks/t100");
}

#[test]
fn a_task_is_reloaded_and_its_mistake_told() {
    let one = page(7, 1);
    let (out, asked) = talk("reload t*", &[(200, &one), (200, "{}"), (200, &one), (200, "{}")]);
    out.status(0);
    let patch = |status| format!("PATCH /kapacitor/v1/tasks/t7 {{\"status\":\"{status}\"}}");
    assert_eq!(asked, [tasks_query(0), patch("disabled"), tasks_query(0), patch("enabled")]);
    let (out, _) = talk("enable t*", &[(200, &one), (500, r#"{"error": "failed"}"#)]);
    out.status(3).stderr("Error: enabling task t7: failed\n");
    let (out, _) = talk("enable t*", &[(400, r#"{"error": "bad"}"#)]);
    out.status(3).stderr("Error: listing tasks: bad\n");
    let (out, _) = talk("enable none", &[(200, r#"{"tasks": []}"#)]);
    out.status(0).stdout("").stderr("");
}

#[test]
fn other_things_are_deleted() {
    for (kind, query) in [
        ("templates", "?fields=link&limit=100&offset=0&pattern=x&script-format=formatted"),
        ("recordings", "?fields=link&limit=100&offset=0&pattern=x"),
        ("replays", "?fields=link&limit=100&offset=0&pattern=x"),
    ] {
        let body = format!(r#"{{"{kind}": [{{"link": {{"href": "/kapacitor/v1/{kind}/x"}}}}]}}"#);
        let (out, asked) = talk(&format!("delete {kind} x"), &[(200, &body), (204, "")]);
        out.status(0).stdout("").stderr("");
        let want = [format!("GET /kapacitor/v1/{kind}{query}"), format!("DELETE /kapacitor/v1/{kind}/x")];
        assert_eq!(asked, want);
    }
    let topics = "/kapacitor/v1/alerts/topics";
    let body = format!(r#"{{"topics": [{{"id": "a b", "link": {{"href": "{topics}/a b"}}}}]}}"#);
    let (out, asked) = talk("delete topics a*", &[(200, &body), (204, "")]);
    out.status(0);
    assert_eq!(asked, [format!("GET {topics}?min-level=OK&pattern=a%2A"), format!("DELETE {topics}/a%20b")]);
    let body = format!(r#"{{"handlers": [{{"link": {{"href": "{topics}/cpu/handlers/h"}}}}]}}"#);
    let (out, asked) = talk("delete topic-handlers cpu h", &[(200, &body), (204, "")]);
    out.status(0);
    let want = [format!("GET {topics}/cpu/handlers?pattern=h"), format!("DELETE {topics}/cpu/handlers/h")];
    assert_eq!(asked, want);
    tick("delete topic-handlers cpu").run().status(3).stderr_has("Error: which handlers?");
    tick("delete task x").run().status(2).stderr_has("a similar value exists: 'tasks'");
}
