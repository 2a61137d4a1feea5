//! Points on their way to InfluxDB: for each server a queue and a thread, so that a database that is slow or away
//! keeps no task waiting.
//!
//! What a server is not able to take at the moment is tried again, longer and longer apart; what it refuses is told
//! of in the log and left. The queue has an end: points that find it full are refused, which their node counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tracing::Level;

use super::log::tell;
use crate::alert::Write;
use crate::handlers::{Config, InfluxDb, Undone, points};

/// Bytes that may wait for one server.
const LONGEST: usize = 64 << 20;

/// How long to wait before the second attempt; each time after that twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest that is waited between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long the last attempt may take.
const LAST: Duration = Duration::from_secs(2);

/// Something for a server to do.
enum Job {
    Points { query: String, body: String },
    Statement(String),
}

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Job::Points { query, body } => query.len() + body.len(),
            Job::Statement(text) => text.len(),
        }
    }

    fn try_on(&self, server: &InfluxDb) -> Result<(), Undone> {
        match self {
            Job::Points { query, body } => server.write_points(query, body),
            Job::Statement(text) => server.execute(text),
        }
    }
}

/// The way to a server.
struct Outlet {
    jobs: Sender<Job>,
    waiting: Arc<AtomicUsize>,
    /// Closed when the server is to end.
    end: Sender<()>,
    /// Closed when the thread has ended.
    done: Receiver<()>,
}

impl Outlet {
    fn open(name: &str, server: InfluxDb) -> Result<Outlet, String> {
        let (jobs, queue) = channel();
        let (end, ended) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (told, done) = channel();
        let writer =
            Writer { name: name.to_owned(), server, waiting: Arc::clone(&waiting), ended, _done: told };
        let thread = thread::Builder::new().name("influxdb".to_owned()).spawn(move || writer.run(&queue));
        thread.map_err(|e| format!("there is no thread for InfluxDB `{name}`: {e}"))?;
        Ok(Outlet { jobs, waiting, end, done })
    }

    fn push(&self, job: Job) -> Result<(), String> {
        let bytes = job.bytes();
        if self.waiting.fetch_add(bytes, Ordering::AcqRel) + bytes > LONGEST {
            self.waiting.fetch_sub(bytes, Ordering::AcqRel);
            return Err("too much waits to be written to InfluxDB".to_owned());
        }
        self.jobs.send(job).map_err(|_| "nothing is written to InfluxDB any more".to_owned())
    }
}

/// The thread's side.
struct Writer {
    name: String,
    server: InfluxDb,
    waiting: Arc<AtomicUsize>,
    ended: Receiver<()>,
    /// Goes with the thread.
    _done: Sender<()>,
}

impl Writer {
    fn run(self, queue: &Receiver<Job>) {
        let mut left = 0;
        for job in queue {
            left += usize::from(!self.see_to(&job));
            self.waiting.fetch_sub(job.bytes(), Ordering::AcqRel);
        }
        if left > 0 {
            let left = left.to_string();
            let pairs = [("cluster", &*self.name), ("requests", &*left)];
            tell(Level::WARN, "influxdb", "points were not written before the end", &pairs);
        }
    }

    /// Tries until it is done, or refused, or the server ends; false in the last case.
    fn see_to(&self, job: &Job) -> bool {
        let mut pause = FIRST_PAUSE;
        let mut told = false;
        loop {
            let Err(undone) = job.try_on(&self.server) else { return true };
            let (level, message) = match undone.passing {
                true => (Level::WARN, "failed to write to InfluxDB, trying again"),
                false => (Level::ERROR, "InfluxDB refused what was written"),
            };
            if !told {
                tell(level, "influxdb", message, &[("cluster", &self.name), ("err", &undone.words)]);
            }
            told = true;
            if !undone.passing {
                return true;
            }
            // Nothing is ever sent: it is closed, or time passes.
            if self.ended.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return job.try_on(&self.server).is_ok();
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// The servers that points are written to.
#[derive(Default)]
pub(super) struct Outlets {
    by_name: Mutex<BTreeMap<String, Outlet>>,
    /// The one that is meant where nobody names one.
    usual: String,
}

impl Outlets {
    /// All of the configuration.
    pub(super) fn open(config: &Config) -> Result<Outlets, String> {
        let mut by_name = BTreeMap::new();
        for section in &config.influxdb {
            let refused = |e| format!("`[[influxdb]]` `{}`: {e}", section.name);
            let server = InfluxDb::configured(section).map_err(refused)?;
            by_name.insert(section.name.clone(), Outlet::open(&section.name, server)?);
        }
        let usual = config.influxdb.iter().find(|s| s.default).or(config.influxdb.first());
        let usual = usual.map(|s| s.name.clone()).unwrap_or_default();
        Ok(Outlets { by_name: Mutex::new(by_name), usual })
    }

    pub(super) fn write(&self, write: &Write<'_>) -> Result<(), String> {
        let (query, body) = points(write)?;
        self.push(write.cluster, Job::Points { query, body })
    }

    pub(super) fn execute(&self, cluster: &str, statement: &str) -> Result<(), String> {
        self.push(cluster, Job::Statement(statement.to_owned()))
    }

    fn push(&self, cluster: &str, job: Job) -> Result<(), String> {
        let name = if cluster.is_empty() { &self.usual } else { cluster };
        let outlets = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        match outlets.get(name) {
            Some(outlet) => outlet.push(job),
            None if cluster.is_empty() => {
                Err("no InfluxDB is configured: `[[influxdb]]` names one".to_owned())
            }
            None => Err(format!("no such InfluxDB cluster {name}")),
        }
    }

    /// Ends all, once what waits is written; what cannot be written within the limit gets one attempt more.
    pub(super) fn finish(&self, limit: Duration) {
        let outlets = std::mem::take(&mut *self.by_name.lock().unwrap_or_else(PoisonError::into_inner));
        let deadline = Instant::now() + limit;
        let mut open = Vec::new();
        for Outlet { jobs, end, done, .. } in outlets.into_values() {
            drop(jobs);
            open.push((end, done));
        }
        for (end, done) in open {
            // A thread that is not held up by its server ends by itself.
            let left = deadline.saturating_duration_since(Instant::now());
            if done.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                drop(end);
                // Whoever hangs in a request after that is left.
                let _ = done.recv_timeout(LAST);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;
    use crate::alert::Origin;
    use crate::data::line::Lines;
    use crate::handlers::config::parse;

    /// A server that gives these answers, one for each connection, and tells what it was sent.
    fn server(statuses: &'static [&'static str]) -> (Outlets, Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, told) = channel();
        thread::spawn(move || {
            for status in statuses {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                let mut part = [0; 4096];
                while !request.ends_with(b"\n7\n") && !request.ends_with(b" 7\n") {
                    let n = stream.read(&mut part).unwrap();
                    request.extend_from_slice(&part[..n]);
                }
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
                let text = String::from_utf8(request).unwrap();
                let (head, body) = text.split_once("\r\n\r\n").unwrap();
                tell.send(format!("{} {body}", head.lines().next().unwrap())).unwrap();
            }
        });
        let conf = format!("[[influxdb]]\nname = \"a\"\nurls = [\"http://{address}\"]\n");
        (Outlets::open(&parse("c", &conf).unwrap()).unwrap(), told)
    }

    fn write(outlets: &Outlets, cluster: &str, point: &str) -> Result<(), String> {
        let mut points = Lines::default();
        points.push(7, |out| out.push_str(point));
        let (origin, precision, consistency) = (Origin::default(), "ns", "");
        outlets.write(&Write { origin, cluster, db: "d", rp: "r", precision, consistency, points: &points })
    }

    #[test]
    fn what_cannot_be_taken_now_is_tried_again_and_what_is_refused_is_left() {
        let (outlets, told) = server(&["503 Unavailable", "204 OK", "400 Bad Request", "204 OK"]);
        for point in ["m v=1", "m v=2", "m v=3"] {
            write(&outlets, "", point).unwrap();
        }
        let sent: Vec<String> = told.iter().take(4).collect();
        let line = |v: i32| format!("POST /write?db=d&precision=ns&rp=r HTTP/1.1 m v={v} 7\n");
        assert_eq!(sent, [line(1), line(1), line(2), line(3)]);
        outlets.finish(Duration::from_secs(10));
        assert_eq!(
            write(&outlets, "", "m v=4"),
            Err("no InfluxDB is configured: `[[influxdb]]` names one".into())
        );
    }

    #[test]
    fn the_end_does_not_wait_for_a_server_that_is_away() {
        let (outlets, told) = server(&["503 Unavailable", "503 Unavailable"]);
        write(&outlets, "a", "m v=1").unwrap();
        assert_eq!(write(&outlets, "b", "m v=1"), Err("no such InfluxDB cluster b".into()));
        told.recv().unwrap();
        outlets.finish(Duration::ZERO);
        assert!(told.recv().is_ok(), "one attempt more");
    }
}
