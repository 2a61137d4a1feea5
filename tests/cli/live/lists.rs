//! `tick list`: tables, with the blanks at the ends of their lines.

use super::talk;

#[test]
fn tasks_are_sorted() {
    let tasks = r#"{"tasks": [
        {"dbrps": [{"db": "db", "rp": "rp"}, {"db": "d\"2", "rp": "r"}], "executing": true, "id": "b1", "status": "enabled", "type": "stream"},
        {"dbrps": null, "executing": false, "id": "a-long-id", "status": "disabled", "type": "batch"}]}"#;
    let (out, asked) = talk("list tasks", &[(200, tasks)]);
    out.status(0).stderr("").stdout(
        "ID        Type      Status    Executing Databases and Retention Policies\n\
         a-long-id batch     disabled  false     []\n\
         b1        stream    enabled   true      [\"db\".\"rp\" \"d\\\"2\".\"r\"]\n",
    );
    let fields = "fields=type&fields=status&fields=executing&fields=dbrps&limit=100&offset=0&pattern=";
    let query = format!("dot-view=attributes&{fields}&replay-id=&script-format=formatted");
    assert_eq!(asked, [format!("GET /kapacitor/v1/tasks?{query}")]);
    let (out, _) = talk("list tasks a b", &[(200, "{\"tasks\": []}"), (200, "{\"tasks\": []}")]);
    out.stdout("ID Type      Status    Executing Databases and Retention Policies\n");
}

#[test]
fn templates_name_their_vars() {
    let templates =
        r#"{"templates": [{"id": "t", "type": "stream", "vars": {"z": {}, "crit": {"type": "float"}}}]}"#;
    let (out, _) = talk("list templates", &[(200, templates)]);
    let (vars, blanks) = ("crit,z", " ".repeat(34));
    out.status(0).stdout(&format!("ID Type      Vars{}\nt  stream    {vars}{blanks}\n", " ".repeat(36)));
}

#[test]
fn recordings_have_sizes_and_local_times() {
    let recordings = r#"{"recordings": [
        {"id": "r2", "type": "stream", "status": "finished", "size": 1234, "date": "2026-11-22T14:29:57.27Z"},
        {"id": "r1", "type": "batch", "status": "running", "size": 132, "date": "2026-11-21T04:05:00Z"}]}"#;
    let (out, _) = talk("list recordings", &[(200, recordings)]);
    out.status(0).stdout(
        "ID Type    Status    Size      Date                   \n\
         r2 stream  finished  1.2 kB    22 Nov 26 14:29 UTC    \n\
         r1 batch   running   132 B     21 Nov 26 04:05 UTC    \n",
    );
}

#[test]
fn replays_fit_their_longest_names() {
    let replays = r#"{"replays": [{"id": "rp", "task": "cpu_alert", "recording": "r", "status": "failed",
        "clock": "fast", "date": "2026-11-22T14:29:57Z"}]}"#;
    let (out, _) = talk("list replays", &[(200, replays)]);
    out.status(0).stdout(
        "ID Task      Recording Status   Clock   Date                   \n\
         rp cpu_alert r         failed   fast    22 Nov 26 14:29 UTC    \n",
    );
}

#[test]
fn topics_and_handlers() {
    let topics = r#"{"link": {}, "topics": [
        {"id": "main:a1:alert2", "level": "OK", "collected": 4,
         "handlers-link": {"rel": "handlers", "href": "/kapacitor/v1/alerts/topics/main:a1:alert2/handlers"}},
        {"id": "mt", "level": "CRITICAL", "collected": 12,
         "handlers-link": {"rel": "handlers", "href": "/kapacitor/v1/alerts/topics/mt/handlers"}}]}"#;
    let (out, asked) = talk("list topics", &[(200, topics)]);
    out.status(0).stdout(
        "ID             Level     Collected\n\
         main:a1:alert2 OK                4\n\
         mt             CRITICAL         12\n",
    );
    assert_eq!(asked, ["GET /kapacitor/v1/alerts/topics?min-level=OK&pattern="]);
    let (none, one) = (r#"{"handlers": []}"#, r#"{"handlers": [{"id": "m1", "kind": "log"}]}"#);
    let (out, asked) = talk("list topic-handlers m* m?", &[(200, topics), (200, none), (200, one)]);
    out.status(0).stdout("Topic      ID         Kind       \nmt         m1         log        \n");
    assert_eq!(asked[0], "GET /kapacitor/v1/alerts/topics?min-level=OK&pattern=m%2A");
    assert_eq!(asked[2], "GET /kapacitor/v1/alerts/topics/mt/handlers?pattern=m%3F");
}

#[test]
fn services_are_listed_and_tested() {
    let services = r#"{"services": [{"name": "slack", "link": {"href": "/kapacitor/v1/service-tests/slack"}},
        {"name": "smtp", "link": {"href": "/kapacitor/v1/service-tests/smtp"}}]}"#;
    let (out, asked) = talk("list service-tests", &[(200, services)]);
    out.status(0).stdout("Service Name\nslack\nsmtp\n");
    assert_eq!(asked, ["GET /kapacitor/v1/service-tests?pattern=%2A"]);
    let failed = r#"{"success": false, "message": "service is not enabled"}"#;
    let answers = [(200, services), (200, failed), (200, r#"{"success": true, "message": ""}"#)];
    let (out, asked) = talk("service-tests s*", &answers);
    out.status(0).stdout(
        "Service             Success   Message\n\
         slack               false     service is not enabled\n\
         smtp                true      \n",
    );
    assert_eq!(asked[1], "POST /kapacitor/v1/service-tests/slack null");
}
