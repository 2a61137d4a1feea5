//! Templates over HTTP, and what becomes of their tasks.

use serde_json::{Value as Json, json};

use super::server::Server;

const SCRIPT: &str = "// How much is too little.\nvar low = 10.0\nvar what string\nvar all = [*]\nstream|from().measurement(what)|alert().crit(lambda: \"idle\" < low)";

fn template(id: &str, script: &str) -> String {
    json!({"id": id, "type": "stream", "script": script}).to_string()
}

fn task(id: &str, template: &str) -> String {
    let vars = json!({"what": {"type": "string", "value": "cpu"}});
    let dbrps = json!([{"db": "db", "rp": "rp"}]);
    json!({"id": id, "template-id": template, "dbrps": dbrps, "vars": vars, "status": "enabled"}).to_string()
}

#[test]
fn a_template_tells_its_vars() {
    let server = Server::fresh();
    let made = server.done("POST", "templates", &template("t", SCRIPT));
    let keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["link", "id", "type", "script", "vars", "dot", "error", "created", "modified"]);
    assert_eq!(made["link"]["href"], "/kapacitor/v1/templates/t");
    assert_eq!(made["vars"]["what"].to_string(), r#"{"type":"string","value":null,"description":""}"#);
    assert_eq!(
        made["vars"]["low"].to_string(),
        r#"{"type":"float","value":10,"description":"How much is too little."}"#
    );
    assert_eq!(made["vars"]["all"]["value"][0]["value"], json!({"typeOf": "star"}));
    assert_eq!(made["dot"], "digraph t {\nstream0 -> from1;\nfrom1 -> alert2;\n}");
    assert_eq!(server.done("GET", "templates/t?script-format=raw", "")["script"], SCRIPT);
    let list = server.done("GET", "templates", "");
    let keys: Vec<&str> = list["templates"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["created", "dot", "error", "id", "link", "modified", "script", "type"]);
    let list = server.done("GET", "templates?fields=vars", "");
    assert_eq!(list["templates"][0]["vars"]["what"]["value"], Json::Null);
    assert_eq!(server.request("DELETE", "templates/t", "").status, 204);
    assert_eq!(server.refused("GET", "templates/t", ""), (404, "no template exists".to_owned()));
}

#[test]
fn templates_that_are_wrong_are_refused() {
    let server = Server::fresh();
    server.done("POST", "templates", &template("t", SCRIPT));
    for (body, words) in [
        ("x".to_owned(), "invalid JSON"),
        (template("t", SCRIPT), "template t already exists"),
        (
            template("a b", SCRIPT),
            "template ID must contain only letters, numbers, '-', '.' and '_'. \"a b\"",
        ),
        (template("u", ""), "must provide TICKscript"),
        (template("u", "var x = 1"), "invalid task type: invalid"),
        (
            template("u", "stream|from()|nope()"),
            "invalid TICKscript: line 1 char 15: no method or property \"nope\" on *pipeline.FromNode",
        ),
    ] {
        assert_eq!(server.refused("POST", "templates", &body), (400, words.to_owned()), "{body}");
    }
    let gone = (404, "template does not exist, cannot update".to_owned());
    assert_eq!(server.refused("PATCH", "templates/u", "{}"), gone);
    let (status, words) =
        server.refused("POST", "tasks", &task("a", "t").replace("cpu", "").replace("what", "x"));
    assert_eq!((status, words.starts_with("invalid TICKscript: ")), (400, true), "{words}");
}

#[test]
fn tasks_follow_their_template_or_all_stay_as_they_were() {
    let mut server = Server::fresh();
    server.done("POST", "templates", &template("t", SCRIPT));
    for id in ["a", "b"] {
        let made = server.done("POST", "tasks", &task(id, "t"));
        assert_eq!((&made["template-id"], &made["executing"]), (&json!("t"), &json!(true)));
    }
    let other = SCRIPT.replace("|alert()", "|where(lambda: TRUE)|alert()");
    server.done("PATCH", "templates/t", &json!({"script": other}).to_string());
    for id in ["a", "b"] {
        let seen = server.done("GET", &format!("tasks/{id}"), "");
        assert_eq!(seen["executing"], true);
        assert!(seen["stats"]["node-stats"].get("alert3").is_some(), "it was started again: {seen}");
    }
    // This one is only known to be wrong when it starts.
    let bad = SCRIPT.replace("|alert()", "|alert().id('{{ nope }}')");
    let refused = server.refused("PATCH", "templates/t", &json!({"script": bad}).to_string());
    let words = "error reloading associated task a: template: id:1: function \"nope\" not defined";
    assert_eq!(refused, (500, words.to_owned()));
    // This one needs a var that tasks do not have.
    let needy = SCRIPT.replace("var low = 10.0", "var low float");
    let (status, words) = server.refused("PATCH", "templates/t", &json!({"script": needy}).to_string());
    assert_eq!((status, words.starts_with("error reloading associated task a: ")), (500, true), "{words}");
    server.done("PATCH", "templates/t", r#"{"id":"u"}"#);
    assert_eq!(server.request("GET", "templates/t", "").status, 404);
    server.end();
    server.restart();
    assert_eq!(server.done("GET", "templates/u?script-format=raw", "")["script"], other);
    for id in ["a", "b"] {
        let seen = server.done("GET", &format!("tasks/{id}?script-format=raw"), "");
        assert_eq!((&seen["template-id"], &seen["script"]), (&json!("u"), &json!(other)));
        assert_eq!((&seen["executing"], &seen["error"]), (&json!(true), &json!("")));
    }
    // Without it they go on, and cannot be changed.
    server.done("DELETE", "templates/u", "");
    assert_eq!(server.done("GET", "tasks/a", "")["executing"], true);
    let refused = server.refused("PATCH", "tasks/a", r#"{"status":"disabled"}"#);
    assert_eq!(refused, (400, "unknown template u: err: no template exists".to_owned()));
}
