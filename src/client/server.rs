//! The server itself: its log, its counters, its store, and the services that it can reach.

use std::io::Read;

use serde_json::{Value as Json, json};

use super::connection::Method;
use super::table::{Column, fitting, row};
use super::{Answer, Client, Failed};

const SERVICES: &str = "/kapacitor/v1/service-tests";
const VARS: &str = "/kapacitor/v1/debug/vars";

impl Client {
    /// Changes how much is logged.
    ///
    /// # Errors
    /// What the server says.
    pub fn log_level(&self, level: &str) -> Result<(), Failed> {
        self.tell(Method::Post, "/kapacitor/v1/loglevel", &json!({ "level": level }), 204)
    }

    /// The log from now on, of records with these fields.
    ///
    /// # Errors
    /// What the server says.
    pub fn logs(&self, fields: &[(String, String)]) -> Result<impl Read + use<>, Failed> {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let opened = self.open("/kapacitor/v1preview/logs", &fields);
        opened.map(|(_, log)| log).map_err(|e| e.of("failed to retrieve logs"))
    }

    /// Its variables, as it writes them.
    ///
    /// # Errors
    /// What the server says.
    pub fn vars(&self) -> Result<impl Read + use<>, Failed> {
        self.open(VARS, &[]).map(|(_, vars)| vars)
    }

    /// A copy of its store, and how long that is.
    ///
    /// # Errors
    /// What the server says.
    pub fn backup(&self) -> Result<(Option<u64>, impl Read + use<>), Failed> {
        self.open("/kapacitor/v1/storage/backup", &[]).map_err(|e| e.of("failed to perform backup"))
    }

    /// Who it is and how many tasks it has.
    ///
    /// # Errors
    /// What the server says.
    pub fn general_stats(&self) -> Result<String, Failed> {
        let vars = self.get(VARS, &[])?;
        let count = |key| vars.count(key).to_string();
        let lines = [
            ("ClusterID:", vars.text("cluster_id").to_owned()),
            ("ServerID:", vars.text("server_id").to_owned()),
            ("Host:", vars.text("host").to_owned()),
            ("Tasks:", count("num_tasks")),
            ("Enabled Tasks:", count("num_enabled_tasks")),
            ("Subscriptions:", count("num_subscriptions")),
            ("Platform:", vars.text("platform").to_owned()),
            ("Version:", vars.text("version").to_owned()),
        ];
        let mut out = String::new();
        for (name, value) in lines {
            row(&mut out, &[Column::Left(30), Column::Left(30)], &[name, &value]);
        }
        Ok(out)
    }

    /// The points that it got, by database, retention policy and measurement.
    ///
    /// # Errors
    /// What the server says.
    pub fn ingress_stats(&self) -> Result<String, Failed> {
        let stats = self.get(VARS, &[])?.named("kapacitor");
        let main = |stat: &Answer| {
            stat.text("name") == "ingress" && stat.object("tags").text("task_master") == "main"
        };
        let stats = stats.into_iter().map(|(_, stat)| stat).filter(main).map(|stat| {
            let tags = stat.object("tags");
            let from = ["database", "retention_policy", "measurement"].map(|tag| tags.text(tag).to_owned());
            (from, stat.object("values").count("points_received"))
        });
        let mut stats: Vec<([String; 3], i64)> = stats.collect();
        stats.sort();
        let column = |i: usize, least: usize| {
            fitting(least, stats.iter().filter_map(move |(from, _)| from.get(i).map(String::as_str)))
        };
        let left = [column(0, 8), column(1, 16), column(2, 11)];
        let mut out = String::new();
        let [db, rp, measurement] = left;
        let head = [db, rp, measurement, Column::Bare];
        row(&mut out, &head, &["Database", "Retention Policy", "Measurement", "Points Received"]);
        for ([of_db, of_rp, of_measurement], points) in &stats {
            let columns = [db, rp, measurement, Column::Right(15)];
            row(&mut out, &columns, &[of_db, of_rp, of_measurement, &points.to_string()]);
        }
        Ok(out)
    }

    /// The names of the services that can be tested.
    ///
    /// # Errors
    /// What the server says.
    pub fn services_table(&self, patterns: &[String]) -> Result<String, Failed> {
        let mut out = "Service Name\n".to_owned();
        for pattern in patterns {
            for service in self.services(pattern)? {
                row(&mut out, &[Column::Bare], &[service.text("name")]);
            }
        }
        Ok(out)
    }

    /// Tests the services that match one of the patterns, with what is in the configuration.
    ///
    /// # Errors
    /// What the server says.
    pub fn test_services(&self, patterns: &[String]) -> Result<String, Failed> {
        let mut services = Vec::new();
        for pattern in patterns {
            services.extend(self.services(pattern)?);
        }
        let columns = [Column::Left(20), Column::Left(10), Column::Bare];
        let mut out = String::new();
        row(&mut out, &columns, &["Service", "Success", "Message"]);
        for service in &services {
            let done = self.send(Method::Post, &service.href("link"), &Json::Null, 200)?;
            let success = done.flag("success").to_string();
            row(&mut out, &columns, &[service.text("name"), &success, done.text("message")]);
        }
        Ok(out)
    }

    fn services(&self, pattern: &str) -> Result<Vec<Answer>, Failed> {
        let pattern = if pattern.is_empty() { "*" } else { pattern };
        Ok(self.get(SERVICES, &[("pattern", pattern)])?.list("services"))
    }
}
