//! Which format an input has: by its name, or by how it begins.

use std::str::FromStr;

use super::export;
use super::point::{self, Precision};

/// Format of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Line protocol, one point a line.
    Lines,
    /// Kapacitor's recording of a stream: database, retention policy and point on a line each.
    Srpl,
    /// `influx_inspect export`, one field a line.
    Export,
    /// Comma separated values of any kind.
    Csv,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(s: &str) -> Result<Format, String> {
        Ok(match s {
            "line" | "lines" | "lp" | "influx" => Format::Lines,
            "srpl" => Format::Srpl,
            "export" => Format::Export,
            "csv" => Format::Csv,
            _ => return Err(format!("unknown input format `{s}`: expected line, srpl, export or csv")),
        })
    }
}

impl Format {
    /// What users call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Lines => "line protocol",
            Format::Srpl => "stream recording",
            Format::Export => "influx_inspect export",
            Format::Csv => "CSV",
        }
    }

    /// The format of an input that has this name and begins with this text.
    ///
    /// An ending that says it decides, but exports are called anything. Other names hold line protocol
    /// unless the first line is none.
    pub(super) fn guess(name: &str, head: &[u8]) -> Format {
        let lower = name.to_ascii_lowercase();
        let stem = lower.strip_suffix(".gz").unwrap_or(&lower);
        match stem.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "srpl" => Format::Srpl,
            "csv" | "tsv" => Format::Csv,
            _ if export::is_export(head) => Format::Export,
            "lp" | "line" | "lines" | "influx" => Format::Lines,
            _ => Format::by_content(head),
        }
    }

    fn by_content(head: &[u8]) -> Format {
        let head = String::from_utf8_lossy(head);
        if ["#datatype", "#group", "#default", "#constant", "#timezone", "#concat", "sep="]
            .iter()
            .any(|start| head.starts_with(start))
        {
            return Format::Csv;
        }
        let mut lines = head.lines().filter(|line| point::is_data(line));
        let Some(first) = lines.next() else { return Format::Lines };
        if is_point(first) {
            return Format::Lines;
        }
        let _policy = lines.next();
        match lines.next() {
            Some(third) if is_point(third) => Format::Srpl,
            _ if first.contains([',', ';', '\t']) && !first.contains('=') => Format::Csv,
            _ => Format::Lines,
        }
    }
}

fn is_point(line: &str) -> bool {
    point::parse_line(point::unprompted(line), Precision::Nanos, Some(0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_first_lines_decide() {
        use Format::{Csv, Export, Lines, Srpl};
        for (name, head, want) in [
            ("a.srpl", "m f=1 1\n", Srpl),
            ("A.SRPL.GZ", "", Srpl),
            ("a.csv", "time,host\n", Csv),
            ("a.tsv.gz", "time\thost\n", Csv),
            ("a.lp", "time,host,usage\n", Lines),
            ("a.lp", "# DDL\nCREATE DATABASE x\n# DML\n", Export),
            ("export.gz", "# INFLUXDB EXPORT: a - b\n", Export),
            ("stdin", "m,h=a f=1 1\n", Lines),
            ("stdin", "> m,h=a f=1 1\n", Lines),
            ("stdin", "", Lines),
            ("stdin", "# comment\n\nm f=1\n", Lines),
            ("stdin", "db\nrp\nm f=1 1\n", Srpl),
            ("stdin", "time,host,usage\n1,a,2\n", Csv),
            ("stdin", "#datatype measurement,tag,double\n", Csv),
            ("stdin", "sep=;\n", Csv),
            ("data.txt", "cpu,host=a value=x\nm f=1\nm f=1", Srpl),
            ("data.txt", "cpu,host=a value=x\n", Lines),
        ] {
            assert_eq!(Format::guess(name, head.as_bytes()), want, "{name} {head:?}");
        }
    }

    #[test]
    fn names_of_formats() {
        assert_eq!("csv".parse(), Ok(Format::Csv));
        assert!("xml".parse::<Format>().unwrap_err().contains("expected line, srpl"));
    }
}
