//! `--influxdb-out`: what `influxDBOut` nodes write, in the form that `influx -import` and `tick` read.

use std::fs::File;
use std::io::{self, Write as IoWrite};
use std::path::Path;

use crate::alert::Write;
use crate::cli::io::Output;
use crate::value::number::push_int;

/// A file of line protocol with nanosecond times. Comments say which database the points are for.
pub(crate) struct LineFile {
    out: Output<Box<dyn IoWrite>>,
    /// Database and retention policy of the points at hand.
    at: Option<(String, String)>,
}

impl LineFile {
    /// A file, or standard output for `-`.
    pub(crate) fn create(path: &Path) -> io::Result<LineFile> {
        let out: Box<dyn IoWrite> = match path.as_os_str().as_encoded_bytes() {
            b"-" => Box::new(io::stdout()),
            _ => Box::new(File::create(path)?),
        };
        Ok(LineFile::new(out))
    }

    fn new(out: Box<dyn IoWrite>) -> LineFile {
        LineFile { out: Output::new(out), at: None }
    }

    /// Appends points.
    pub(crate) fn write(&mut self, write: &Write<'_>) {
        self.out.with(|out| {
            if self.at.as_ref().is_none_or(|(db, rp)| db != write.db || rp != write.rp) {
                self.at = Some((write.db.to_owned(), write.rp.to_owned()));
                out.push_str("# DML\n# CONTEXT-DATABASE: ");
                push_name(out, write.db);
                if !write.rp.is_empty() {
                    out.push_str("# CONTEXT-RETENTION-POLICY: ");
                    push_name(out, write.rp);
                }
            }
            for (point, time) in write.points.iter() {
                out.push_str(point);
                out.push(' ');
                push_int(out, time);
                out.push('\n');
            }
        });
    }

    /// Appends a statement.
    pub(crate) fn query(&mut self, query: &str) {
        self.at = None;
        self.out.with(|out| {
            out.push_str("# DDL\n");
            push_name(out, query);
        });
    }

    /// Sends out what is buffered.
    pub(crate) fn flush(&mut self) {
        self.out.flush();
    }

    /// Whether nobody reads any more, or nothing can be written.
    pub(crate) fn is_broken(&self) -> bool {
        self.out.is_broken()
    }

    /// Ends the file; gives the first error of writing it.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.out.finish()
    }
}

/// A name must not end the comment that it stands in.
fn push_name(out: &mut String, name: &str) {
    out.extend(name.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::alert::Origin;
    use crate::data::line::Lines;

    #[derive(Clone, Default)]
    struct Bytes(Arc<Mutex<Vec<u8>>>);

    impl IoWrite for Bytes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_database_is_named_where_it_changes() {
        let bytes = Bytes::default();
        let mut file = LineFile::new(Box::new(bytes.clone()));
        let mut points = Lines::default();
        points.push(5, |out| out.push_str("m v=1"));
        let mut write = Write {
            origin: Origin::default(),
            cluster: "",
            db: "a",
            rp: "r",
            precision: "s",
            consistency: "",
            points: &points,
        };
        file.query("CREATE DATABASE a");
        file.write(&write);
        file.write(&write);
        (write.db, write.rp) = ("b\nx", "");
        file.write(&write);
        file.finish().unwrap();
        let text = String::from_utf8(bytes.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            text,
            "# DDL\nCREATE DATABASE a\n# DML\n# CONTEXT-DATABASE: a\n# CONTEXT-RETENTION-POLICY: r\nm v=1 5\nm v=1 5\n\
             # DML\n# CONTEXT-DATABASE: b x\nm v=1 5\n"
        );
    }
}
