//! What a server lists a page at a time: tasks, templates, recordings and replays.

use super::table::{Column, fitting, row};
use super::{Answer, Client, Failed, when};
use crate::value::quote::quoted;

/// How many are asked for at a time.
const PAGE: usize = 100;

/// What is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Tasks, by id.
    Tasks,
    /// Templates, by id.
    Templates,
    /// Recordings, the newest first.
    Recordings,
    /// Replays, the newest first.
    Replays,
}

impl Kind {
    /// The last part of the path, and the key of the answer.
    fn name(self) -> &'static str {
        match self {
            Kind::Tasks => "tasks",
            Kind::Templates => "templates",
            Kind::Recordings => "recordings",
            Kind::Replays => "replays",
        }
    }

    /// What its table shows.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Kind::Tasks => &["type", "status", "executing", "dbrps"],
            Kind::Templates => &["type", "vars"],
            Kind::Recordings => &["type", "size", "date", "status"],
            Kind::Replays => &["task", "recording", "status", "clock", "date"],
        }
    }
}

impl Client {
    /// The table of all that match one of the patterns; the empty one matches everything.
    ///
    /// # Errors
    /// What the server says.
    pub fn table(&self, kind: Kind, patterns: &[String]) -> Result<String, Failed> {
        let mut all = Vec::new();
        for pattern in patterns {
            for offset in (0..).step_by(PAGE) {
                let page = self.page(kind, pattern, kind.fields(), offset)?;
                let more = page.len() == PAGE;
                all.extend(page);
                if !more {
                    break;
                }
            }
        }
        Ok(match kind {
            Kind::Tasks => tasks(all),
            Kind::Templates => templates(all),
            Kind::Recordings => recordings(&all),
            Kind::Replays => replays(&all),
        })
    }

    /// Deletes all that match a pattern.
    ///
    /// # Errors
    /// What the server says.
    pub fn delete_all(&self, kind: Kind, pattern: &str) -> Result<(), Failed> {
        loop {
            let page = self.page(kind, pattern, &["link"], 0)?;
            for item in &page {
                self.delete(&item.href("link"))?;
            }
            if page.len() != PAGE {
                return Ok(());
            }
        }
    }

    /// Does something with each task that matches a pattern.
    pub(super) fn each_task(
        &self,
        pattern: &str,
        act: impl Fn(&Answer) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        for offset in (0..).step_by(PAGE) {
            let page =
                self.page(Kind::Tasks, pattern, &["link"], offset).map_err(|e| e.of("listing tasks"))?;
            page.iter().try_for_each(&act)?;
            if page.len() != PAGE {
                break;
            }
        }
        Ok(())
    }

    fn page(&self, kind: Kind, pattern: &str, fields: &[&str], offset: usize) -> Result<Vec<Answer>, Failed> {
        let (offset, limit) = (offset.to_string(), PAGE.to_string());
        let mut query = vec![("pattern", pattern), ("offset", &offset), ("limit", &limit)];
        query.extend(fields.iter().map(|field| ("fields", *field)));
        if kind == Kind::Tasks {
            query.extend([("dot-view", "attributes"), ("replay-id", "")]);
        }
        if matches!(kind, Kind::Tasks | Kind::Templates) {
            query.push(("script-format", "formatted"));
        }
        let name = kind.name();
        Ok(self.get(&format!("/kapacitor/v1/{name}"), &query)?.list(name))
    }
}

/// The column of a key.
fn by<'a>(items: &'a [Answer], key: &'a str, least: usize) -> Column {
    fitting(least, items.iter().map(move |item| item.text(key)))
}

fn tasks(mut all: Vec<Answer>) -> String {
    all.sort_by(|a, b| a.text("id").cmp(b.text("id")));
    let ten = Column::Left(10);
    let columns = [by(&all, "id", 2), ten, ten, ten, Column::Bare];
    let mut out = String::new();
    row(&mut out, &columns, &["ID", "Type", "Status", "Executing", "Databases and Retention Policies"]);
    for task in &all {
        let executing = task.flag("executing").to_string();
        let (id, kind, status) = (task.text("id"), task.text("type"), task.text("status"));
        row(&mut out, &columns, &[id, kind, status, &executing, &dbrps(task)]);
    }
    out
}

/// `["db"."rp" "other"."rp"]`
pub(super) fn dbrps(task: &Answer) -> String {
    let pairs = task.list("dbrps");
    let pairs = pairs.iter().map(|pair| format!("{}.{}", quoted(pair.text("db")), quoted(pair.text("rp"))));
    format!("[{}]", pairs.collect::<Vec<_>>().join(" "))
}

fn templates(mut all: Vec<Answer>) -> String {
    all.sort_by(|a, b| a.text("id").cmp(b.text("id")));
    let columns = [by(&all, "id", 2), Column::Left(10), Column::Left(40)];
    let mut out = String::new();
    row(&mut out, &columns, &["ID", "Type", "Vars"]);
    for template in &all {
        let vars: Vec<String> = template.named("vars").into_iter().map(|(name, _)| name).collect();
        row(&mut out, &columns, &[template.text("id"), template.text("type"), &vars.join(",")]);
    }
    out
}

fn recordings(all: &[Answer]) -> String {
    let ten = Column::Left(10);
    let columns = [by(all, "id", 2), Column::Left(8), ten, ten, Column::Left(23)];
    let mut out = String::new();
    row(&mut out, &columns, &["ID", "Type", "Status", "Size", "Date"]);
    for recording in all {
        let (size, date) = (size(recording.count("size")), when::here(recording.text("date")));
        let (id, kind, status) = (recording.text("id"), recording.text("type"), recording.text("status"));
        row(&mut out, &columns, &[id, kind, status, &size, &date]);
    }
    out
}

/// `132 B`, `1.2 kB`. The size of a file that is not there, -1, is the largest number that there is: `18 EB`.
fn size(bytes: i64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let bytes = bytes as u64;
    if bytes < 10 {
        return format!("{bytes} B");
    }
    let power = bytes.ilog10() / 3;
    let value = (bytes as f64 / 1000_f64.powi(power as i32) * 10.0 + 0.5).floor() / 10.0;
    let unit = UNITS.get(power as usize).copied().unwrap_or_default();
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

fn replays(all: &[Answer]) -> String {
    let columns = [
        by(all, "id", 2),
        by(all, "task", 4),
        by(all, "recording", 9),
        Column::Left(9),
        Column::Left(8),
        Column::Left(23),
    ];
    let mut out = String::new();
    row(&mut out, &columns, &["ID", "Task", "Recording", "Status", "Clock", "Date"]);
    for replay in all {
        let date = when::here(replay.text("date"));
        let text = |key| replay.text(key);
        let cells = [text("id"), text("task"), text("recording"), text("status"), text("clock"), &date];
        row(&mut out, &columns, &cells);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, want) in [
            (0, "0 B"),
            (9, "9 B"),
            (132, "132 B"),
            (1000, "1.0 kB"),
            (1234, "1.2 kB"),
            (9_949, "9.9 kB"),
            (9_960, "10 kB"),
            (999_999, "1000 kB"),
            (82_854_982, "83 MB"),
            (-1, "18 EB"),
        ] {
            assert_eq!(size(bytes), want);
        }
    }
}
