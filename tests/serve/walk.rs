//! The steps of Kapacitor's documentation of `exec`, with `tick` for `kapacitor`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use serde_json::Value as Json;

use super::server::Server;

const RULE: &str = r#"stream
    |from()
        .measurement('cpu')
    |alert()
        .crit(lambda: "usage_idle" < 10)
        .message('Hey, check your CPU')
        .topic('cpu')
"#;

fn tick(server: &Server, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(["-url", &format!("http://{}", server.address())]).args(args).current_dir(server.folder());
    command.env_remove("KAPACITOR_URL").output().expect("it runs")
}

fn said(server: &Server, args: &[&str]) -> String {
    let output = tick(server, args);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {words}");
    assert_eq!(words, "", "{args:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_walk_through_of_exec_starts_the_program() {
    let mut server = Server::fresh();
    fs::write(server.folder().join("cpu_alert.tick"), RULE).expect("a rule");
    let (program, got) = (server.folder().join("sound-the-alarm"), server.folder().join("got"));
    fs::write(&program, format!("#!/bin/sh\ncat >> '{}'\n", got.display())).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("its mode");
    let handler = format!(
        "id: exec-cpu-alert\ntopic: cpu\nkind: exec\noptions:\n  prog: '{}'\n  args: ['loud']\n",
        program.display()
    );
    fs::write(server.folder().join("exec_cpu_handler.yaml"), handler).expect("a handler");

    said(&server, &["define", "cpu_alert", "-tick", "cpu_alert.tick", "-dbrp", "telegraf.autogen"]);
    said(&server, &["enable", "cpu_alert"]);
    said(&server, &["define-topic-handler", "exec_cpu_handler.yaml"]);
    assert_eq!(
        said(&server, &["list", "tasks"]),
        "ID        Type      Status    Executing Databases and Retention Policies\n\
         cpu_alert stream    enabled   true      [\"telegraf\".\"autogen\"]\n"
    );
    let lines = "cpu,host=a usage_idle=50 1\ncpu,host=a usage_idle=5 2000000000\n";
    assert_eq!(server.request("POST", "write?db=telegraf&rp=autogen", lines).status, 204);
    let shown = said(&server, &["show-topic", "cpu"]);
    assert!(shown.contains("Level: CRITICAL\n") && shown.contains("Handlers: [exec-cpu-alert]\n"), "{shown}");
    // It ends when its programs have ended.
    server.end();
    let event: Json = serde_json::from_str(&fs::read_to_string(got).expect("the event")).expect("JSON");
    assert_eq!(event["message"], "Hey, check your CPU");
    assert_eq!(event["level"], "CRITICAL");
    assert_eq!(event["data"]["series"][0]["values"][0][1], 5);

    server.restart();
    assert!(said(&server, &["show", "cpu_alert"]).contains("Executing: true\n"));
    assert!(said(&server, &["show-topic", "cpu"]).contains("CRITICAL"));
    said(&server, &["delete", "tasks", "cpu_alert"]);
    assert_eq!(said(&server, &["list", "tasks"]).lines().count(), 1);
}
