//! Points in datagrams, and what a configuration says of a server.

use std::net::UdpSocket;
use std::process::Command;

use super::server::Server;

#[test]
fn datagrams_are_played() {
    let free = UdpSocket::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let conf = format!(
        "[[udp]]\nenabled = true\nbind-address = \"{free}\"\ndatabase = \"db\"\nretention-policy = \"rp\"\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kapacitor.conf");
    std::fs::write(&file, conf).expect("a configuration");
    let server = Server::with(&["--config", file.to_str().expect("a path")]);
    let script = "stream|from().measurement('m')|alert().crit(lambda: \"v\" > 1).topic('t')";
    let task = serde_json::json!({
        "id": "a", "script": script, "status": "enabled", "dbrps": [{"db": "db", "rp": "rp"}]
    });
    server.done("POST", "tasks", &task.to_string());
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.send_to(b"m v=1", free).expect("sent");
    socket.send_to(b"m v=2\nm v=0\n", free).expect("sent");
    // Nobody answers a datagram: the events are asked for until they are there.
    let collected = || server.request("GET", "alerts/topics/t", "").body.contains("\"collected\": 2");
    while !collected() {}
}

#[test]
fn credentials_that_nobody_would_ask_for_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kapacitor.conf");
    std::fs::write(&file, "[http]\nauth-enabled = true\n").expect("a configuration");
    let mut serve = Command::new(env!("CARGO_BIN_EXE_tick"));
    serve.args(["serve", "--bind", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
    let output = serve.arg("--config").arg(&file).output().expect("it runs");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("`auth-enabled` of `[http]`"), "{words}");
}
