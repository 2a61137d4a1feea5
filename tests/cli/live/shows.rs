//! `tick show` and its kin, `stats`, `vars`, `level`, `logs` and `watch`.

use super::talk;

#[test]
fn a_task_is_shown() {
    let task = r#"{"link": {}, "id": "a1", "template-id": "", "type": "stream", "dbrps": [{"db": "db", "rp": "rp"}],
        "script": "stream\n    |from()\n", "vars": {"w": {"type": "duration", "value": 60000000000, "description": ""},
        "g": {"type": "list", "value": [{"type": "string", "value": "a"}, {"type": "star", "value": null}]}},
        "dot": "digraph a1 {\nstream0 -> from1;\n}", "status": "enabled", "executing": true, "error": "",
        "created": "2026-11-22T14:29:57.275705684Z", "modified": "2026-11-22T14:30:00Z",
        "last-enabled": "0001-01-01T00:00:00Z"}"#;
    let (out, asked) = talk("show -replay r a1", &[(200, task)]);
    let pad = |text: &str, width: usize| format!("{text:<width$}");
    let row = |name, kind, value| format!("{}{}{}\n", pad(name, 30), pad(kind, 10), pad(value, 40));
    out.status(0).stderr("").stdout(&format!(
        "ID: a1\nError: \nTemplate: \nType: stream\nStatus: enabled\nExecuting: true\n\
         Created: 22 Nov 26 14:29 UTC\nModified: 22 Nov 26 14:30 UTC\nLastEnabled: 01 Jan 01 00:00 UTC\n\
         Databases Retention Policies: [\"db\".\"rp\"]\nTICKscript:\nstream\n    |from()\n\n\
         Vars:\n{}{}{}DOT:\ndigraph a1 {{\nstream0 -> from1;\n}}\n",
        row("Name", "Type", "Value"),
        row("g", "list", "[a, *]"),
        row("w", "duration", "1m0s"),
    ));
    let query = "dot-view=attributes&replay-id=r&script-format=formatted";
    assert_eq!(asked, [format!("GET /kapacitor/v1/tasks/a1?{query}")]);
}

#[test]
fn a_template_is_shown() {
    let template = r#"{"id": "t", "type": "stream", "script": "stream\n", "dot": "digraph t {\n}", "error": "",
        "created": "2026-11-22T14:29:57Z", "modified": "2026-11-22T14:29:57Z",
        "vars": {"crit": {"type": "float", "value": null, "description": "when"}}}"#;
    let (out, _) = talk("show-template t", &[(200, template)]);
    let row = |name, kind, value, words| format!("{name:<30}{kind:<10}{value:<40}{words:<40}\n");
    out.status(0).stdout(&format!(
        "ID: t\nError: \nType: stream\nCreated: 22 Nov 26 14:29 UTC\nModified: 22 Nov 26 14:29 UTC\n\
         TICKscript:\nstream\n\nVars:\n{}{}DOT:\ndigraph t {{\n}}\n",
        row("Name", "Type", "Default Value", "Description"),
        row("crit", "float", "<required>", "when"),
    ));
}

#[test]
fn a_topic_is_shown_with_its_events_by_time() {
    let path = "/kapacitor/v1/alerts/topics/cpu";
    let topic = format!(
        r#"{{"id": "cpu", "level": "CRITICAL", "collected": 5, "events-link": {{"href": "{path}/events"}},
            "handlers-link": {{"href": "{path}/handlers"}}}}"#
    );
    let events = r#"{"events": [
        {"id": "web-2", "state": {"message": "web-2 is CRITICAL", "level": "CRITICAL", "time": "2026-11-22T14:30:00Z"}},
        {"id": "web-1", "state": {"message": "web-1 is OK", "level": "OK", "time": "2026-11-22T14:29:00.5Z"}}]}"#;
    let handlers = r#"{"handlers": [{"id": "a"}, {"id": "b"}]}"#;
    let (out, asked) = talk("show-topic cpu", &[(200, &topic), (200, events), (200, handlers)]);
    out.status(0).stdout(
        "ID: cpu\nLevel: CRITICAL\nCollected: 5\nHandlers: [a, b]\nEvents:\n\
         Event Level    Message           Date                   \n\
         web-1 OK       web-1 is OK       22 Nov 26 14:29 UTC    \n\
         web-2 CRITICAL web-2 is CRITICAL 22 Nov 26 14:30 UTC    \n",
    );
    let want = [
        format!("GET {path}"),
        format!("GET {path}/events?min-level=OK"),
        format!("GET {path}/handlers?pattern="),
    ];
    assert_eq!(asked, want);
}

#[test]
fn a_handler_is_shown() {
    let handler = r#"{"link": {}, "id": "m1", "kind": "log", "options": {"path": "/tmp/<a>", "mode": 420},
        "match": "changed() == TRUE"}"#;
    let (out, _) = talk("show-topic-handler mt m1", &[(200, handler)]);
    out.status(0).stdout(
        "ID: m1\nTopic: mt\nKind: log\nMatch: changed() == TRUE\n\
         Options: {\"mode\":420,\"path\":\"/tmp/\\u003ca\\u003e\"}\n",
    );
}

const VARS: &str = r#"{
"cluster_id": "c", "server_id": "s", "host": "localhost", "num_tasks": 3, "num_enabled_tasks": 2,
"num_subscriptions": 0, "platform": "OSS", "version": "1.8.3",
"kapacitor": {
"1": {"name": "ingress", "tags": {"database": "telegraf", "measurement": "mem", "retention_policy": "autogen", "task_master": "main"}, "values": {"points_received": 12}},
"2": {"name": "ingress", "tags": {"database": "telegraf", "measurement": "cpu", "retention_policy": "autogen", "task_master": "main"}, "values": {"points_received": 120}},
"3": {"name": "ingress", "tags": {"database": "x", "measurement": "x", "retention_policy": "x", "task_master": "replay"}, "values": {"points_received": 1}},
"4": {"name": "topics", "tags": {"id": "cpu"}, "values": {"collected": 1}}
}}
"#;

#[test]
fn counters_are_shown() {
    let (out, asked) = talk("stats general", &[(200, VARS)]);
    let rows = [
        ("ClusterID:", "c"),
        ("ServerID:", "s"),
        ("Host:", "localhost"),
        ("Tasks:", "3"),
        ("Enabled Tasks:", "2"),
        ("Subscriptions:", "0"),
        ("Platform:", "OSS"),
        ("Version:", "1.8.3"),
    ];
    out.status(0).stdout(&rows.map(|(name, value)| format!("{name:<30}{value:<30}\n")).concat());
    assert_eq!(asked, ["GET /kapacitor/v1/debug/vars"]);
    let (out, _) = talk("stats ingress", &[(200, VARS)]);
    out.status(0).stdout(
        "Database Retention Policy Measurement Points Received\n\
         telegraf autogen          cpu                     120\n\
         telegraf autogen          mem                      12\n",
    );
    let (out, _) = talk("vars", &[(200, VARS)]);
    out.status(0).stdout(VARS);
}

#[test]
fn the_log_is_passed_on() {
    let log = "ts=2026-11-22T14:37:24.747Z lvl=info msg=hello\n";
    let (out, asked) = talk("logs service=http lvl=info+", &[(200, log)]);
    out.status(0).stdout(log).stderr("");
    assert_eq!(asked, ["GET /kapacitor/v1preview/logs?lvl=info%2B&service=http"]);
    let (out, asked) = talk("watch tm node=log5", &[(200, log)]);
    out.status(0).stdout(log);
    assert_eq!(asked, ["GET /kapacitor/v1preview/logs?node=log5&task=tm"]);
    let (out, _) = talk("logs", &[(400, r#"{"error": "no"}"#)]);
    out.status(3).stderr("Error: failed to retrieve logs: no\n");
    super::tick("logs service").run().status(2).stderr_has("bad keyvalue pair: 'service'");
    let (out, asked) = talk("level debug", &[(204, "")]);
    out.status(0).stdout("").stderr("");
    assert_eq!(asked, [r#"POST /kapacitor/v1/loglevel {"level":"debug"}"#]);
}
