//! A server that is killed while it works: what it acknowledged is there when it comes back.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use super::server::Server;

/// Every point is an event of the topic.
const RULE: &str =
    "dbrp \"db\".\"rp\"\nstream|from().measurement('m')|alert().id('only').crit(lambda: TRUE).topic('t')";

/// More of them with `TICK_KILLS`.
const ROUNDS: u64 = 10;

/// A request to a server that may be gone: the status, if there was an answer.
fn try_post(address: &str, path: &str, body: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let head = format!(
        "POST /kapacitor/v1/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    text.split(' ').nth(1)?.parse().ok()
}

fn task(id: &str) -> String {
    serde_json::json!({"id": id, "script": RULE, "status": "enabled"}).to_string()
}

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let rounds = std::env::var("TICK_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let mut server = Server::fresh();
    server.done("POST", "tasks", &task("first"));
    let (mut tasks, mut time, mut seed) = (1, 0_i64, 3_u64);
    for round in 0..rounds {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (enough, acknowledged) = (10 + (seed >> 40) % 40, AtomicI64::new(time));
        let address = server.address().to_owned();
        // One writes until the server is gone; another defines tasks, and kills it in the midst of that.
        tasks += thread::scope(|scope| {
            scope.spawn(|| {
                for t in time + 1.. {
                    if try_post(&address, "write?db=db&rp=rp", &format!("m v=1 {t}\n")) != Some(204) {
                        break;
                    }
                    acknowledged.store(t, Ordering::SeqCst);
                }
            });
            let mut defined = 0;
            let mut left = enough;
            while acknowledged.load(Ordering::SeqCst) < time + enough as i64 {
                if left > 0 && try_post(&address, "tasks", &task(&format!("r{round}n{left}"))) == Some(200) {
                    defined += 1;
                    left -= 1;
                }
                thread::yield_now();
            }
            server.kill();
            defined
        });
        server.restart();
        let list = server.done("GET", "tasks?fields=status&fields=executing&limit=10000", "");
        let list = list["tasks"].as_array().expect("a list").clone();
        assert_eq!(list.len(), tasks);
        assert!(list.iter().all(|t| t["status"] == "enabled" && t["executing"] == true));
        let state = server.done("GET", "alerts/topics/t/events/only", "");
        let kept = state["state"]["time"].as_str().expect("a time").to_owned();
        let nanos = |t: i64| format!("1970-01-01T00:00:00.{t:09}Z");
        time = acknowledged.into_inner();
        let whole = |text: &str| format!("{:0<29}Z", text.trim_end_matches('Z'));
        assert!(whole(&kept) >= whole(&nanos(time)), "{kept} is before {time}");
        time += 1;
    }
}
