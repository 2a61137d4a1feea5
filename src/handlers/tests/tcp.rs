//! `tcp` against servers that refuse, hang up and read slowly.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use super::*;

fn listener() -> (TcpListener, HandlerConfig) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("address").to_string();
    (listener, HandlerConfig::Tcp { address })
}

#[test]
fn each_event_comes_over_a_connection_of_its_own() {
    let (listener, config) = listener();
    let server = thread::spawn(move || {
        (0..2)
            .map(|_| {
                let (mut socket, _) = listener.accept().expect("connection");
                let mut text = String::new();
                socket.read_to_string(&mut text).expect("text");
                text
            })
            .collect::<Vec<_>>()
    });
    let mut run = Run::new(vec![config], Options::default());
    run.send(0, &event("a"));
    run.send(0, &event("b"));
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, told.len()), (2, 0), "{told:?}");
    let texts = server.join().expect("server");
    for (text, id) in texts.iter().zip(["a", "b"]) {
        assert!(text.starts_with(&format!("{{\"id\":\"{id}\",")) && text.ends_with("}\n\n"), "{text}");
    }
}

#[test]
fn a_refused_connection_is_told_once() {
    let (listener, config) = listener();
    let HandlerConfig::Tcp { address } = config.clone() else { panic!("tcp") };
    drop(listener);
    let mut run = Run::new(vec![config], Options::default());
    for _ in 0..3 {
        run.send(0, &event("a"));
    }
    let (reports, told) = run.finish();
    assert_eq!(reports[0].failed, 3);
    assert_eq!(told[0].message, "tcp handler failed to connect");
    let error = only(&told).0;
    assert!(error.starts_with(&address) && error.contains("refused"), "{error}");
}

#[test]
fn bad_addresses_are_told() {
    for (address, expected) in [
        ("localhost", "localhost: the port is missing"),
        ("localhost:", "localhost:: the port is empty"),
        ("::1:5000", "::1:5000: an IPv6 address needs brackets: `[::1]:5000`"),
    ] {
        let config = HandlerConfig::Tcp { address: address.into() };
        let (_, told) = deliver(config, Options::default(), &event("a"));
        assert_eq!(only(&told).0, expected);
    }
}

#[test]
fn a_server_that_hangs_up_is_an_error_at_most_once_an_event() {
    let (listener, config) = listener();
    let server = thread::spawn(move || drop(listener.accept()));
    let (report, told) = deliver(config, Options::default(), &long(40_000_000));
    server.join().expect("server");
    assert_eq!((report.delivered, report.failed), (0, 1));
    assert_eq!(told[0].message, "tcp handler failed to write");
}

#[test]
fn a_slow_reader_gets_all() {
    let (listener, config) = listener();
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("connection");
        let (mut total, mut buffer) = (0, [0; 1_000]);
        loop {
            match socket.read(&mut buffer).expect("bytes") {
                0 => return total,
                n => total += n,
            }
            thread::yield_now();
        }
    });
    let (report, told) = deliver(config, Options::default(), &huge());
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    assert!(server.join().expect("server") > 3_000_000);
}

#[test]
fn the_end_does_not_wait_for_a_server_that_reads_nothing() {
    let (listener, config) = listener();
    let mut run = Run::new(vec![config], Options::default());
    // More than the system holds for a connection.
    run.send(0, &long(40_000_000));
    let connection = listener.accept().expect("connection");
    let report = run.dispatcher.finish(Some(Duration::from_millis(10)));
    assert_eq!(report.handlers[0].abandoned, 1);
    drop(connection);
}
