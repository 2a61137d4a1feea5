//! `--ask-influxdb`: queries asked of a server on the loopback, with answers as InfluxDB gives them.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::tick::Tick;

const SCRIPT: &str = "batch\n    |query('SELECT mean(v) AS v FROM \"web\".\"week\".\"m\" WHERE x = \\'a b\\'')\n        .period(10s)\n        \
                      .every(10s)\n        .align()\n        .groupBy('h')\n        .cluster('other')\n    |alert()\n        \
                      .id('{{ .Group }}')\n        .message('{{ index .Fields \"v\" }}')\n        .details('')\n        \
                      .crit(lambda: \"v\" > 5.0)\n";

const ANSWER: &str = "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"m\",\"tags\":{\"h\":\"a\"},\
                      \"columns\":[\"time\",\"v\"],\"values\":[[1577836800000000000,7]]},{\"name\":\"m\",\"tags\":\
                      {\"h\":\"b\"},\"columns\":[\"time\",\"v\"],\"values\":[[1577836800000000000,1.5]]}]}]}";

const EPOCH: [&str; 4] = ["--epoch", "2020-01-01T00:00:00Z", "--until", "20s"];

/// Gives these answers, one a request: status and body. The heads of the requests come at the end.
fn server(answers: &'static [(&str, &str)]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let serve = move |(status, body): &(&str, &str)| {
        let (mut socket, _) = listener.accept().expect("a connection");
        let mut lines = BufReader::new(socket.try_clone().expect("a second handle")).lines();
        let head: Vec<String> =
            lines.by_ref().map(|l| l.expect("a line")).take_while(|l| !l.is_empty()).collect();
        let length = body.len();
        write!(socket, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .expect("an answer");
        head.join("\n")
    };
    (address, thread::spawn(move || answers.iter().map(serve).collect()))
}

#[test]
fn the_past_is_asked_for_on_the_schedule() {
    let (address, asked) = server(&[("200 OK", ANSWER), ("200 OK", "{\"results\":[{\"statement_id\":0}]}")]);
    let url = format!("http://me:p%40ss@{address}");
    let out = Tick::new("replay").script(SCRIPT).args(&["--ask-influxdb", &url]).args(&EPOCH).run().status(0);
    let out = out.stdout("2020-01-01T00:00:00Z CRITICAL h=a  7\n");
    assert!(!out.stderr.contains("no points"), "{}", out.stderr);
    let heads = asked.join().expect("requests");
    let first = "GET /query?db=web&epoch=ns&q=SELECT+mean%28v%29+AS+v+FROM+web.week.m+WHERE+x+%3D+%27a+b%27+AND+time+\
                 %3E%3D+%272020-01-01T00%3A00%3A00Z%27+AND+time+%3C+%272020-01-01T00%3A00%3A10Z%27+GROUP+BY+h&rp=week HTTP/1.1";
    assert_eq!(heads[0].lines().next(), Some(first));
    assert!(heads[0].to_lowercase().contains("authorization: basic bwu6cebzcw=="), "{}", heads[0]);
    assert!(heads[1].contains("2020-01-01T00%3A00%3A20Z"), "{}", heads[1]);
}

#[test]
fn an_error_of_the_server_does_not_end_the_run() {
    let refusal = "{\"results\":[{\"statement_id\":0,\"error\":\"database not found: web\"}]}";
    let answers: &[(&str, &str)] = Box::leak(Box::new([("200 OK", refusal), ("200 OK", ANSWER)]));
    let (address, asked) = server(answers);
    let url = format!("http://{address}");
    let out = Tick::new("run").script(SCRIPT).args(&["--ask-influxdb", &url]).args(&EPOCH).run().status(0);
    assert!(out.stdout.contains("CRITICAL h=a"), "{}", out.stdout);
    out.stderr_has("query1: error executing query: database not found: web");
    assert_eq!(asked.join().expect("requests").len(), 2);
    let gone =
        Tick::new("run").script(SCRIPT).args(&["--ask-influxdb", "http://127.0.0.1:1"]).args(&EPOCH).run();
    gone.status(0).stdout("").stderr_has("error executing query: http://127.0.0.1:1: ");
}

#[test]
fn clusters_are_those_of_the_configuration() {
    let (address, asked) =
        server(&[("200 OK", ANSWER), ("401 Unauthorized", "{\"error\":\"authorization failed\"}")]);
    let config = format!(
        "[[influxdb]]\nname = 'main'\nurls = ['http://127.0.0.1:1']\n\n[[influxdb]]\nname = 'other'\nurls = \
         ['http://{address}/']\nusername = 'u'\npassword = 'p'\n"
    );
    let tick = |server: &str| {
        let tick = Tick::new("record").args(&["batch"]).script(SCRIPT).file("k.conf", &config);
        tick.args(&["--config", "k.conf", "--ask-influxdb", server])
    };
    let span = ["--from", "2020-01-01T00:00:00Z", "--to", "2020-01-01T00:00:20Z"];
    let out = tick("main").args(&span).run().status(1);
    assert_eq!(out.stdout.lines().count(), 2, "{}", out.stdout);
    assert!(
        out.stdout.contains("\"points\":[{\"fields\":{\"v\":7},\"tags\":{\"h\":\"a\"}"),
        "{}",
        out.stdout
    );
    out.stderr_has("error: query1: error executing query: authorization failed");
    let heads = asked.join().expect("requests");
    assert!(heads[0].to_lowercase().contains("authorization: basic dtpw"), "{}", heads[0]);
    tick("none").args(&span).run().status(2).stderr_has("`[[influxdb]]` has `main`, `other`");
    tick("main")
        .run()
        .status(2)
        .stderr_has("say with `--from` and `--to` for which time the server is to be asked");
    let run = Tick::new("run").script(SCRIPT).args(&["--ask-influxdb", "http://127.0.0.1:1"]).run();
    run.status(2).stderr_has("say with `--epoch` and `--until`");
}
