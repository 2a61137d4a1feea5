//! Sections as the server wants them: named fields instead of keys.

use super::setting::Secret;
use super::settings::{Element, Settings};
use crate::pipeline::Deadman;

/// The queue of a topic is never shorter.
const SHORTEST_BUFFER: i64 = 1000;

/// What is taken instead of a shorter one.
const USUAL_BUFFER: usize = 5000;

/// `[http]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Http {
    /// `host:port`; the host may be missing.
    pub bind_address: String,
    /// Whether requests need credentials.
    pub auth_enabled: bool,
    /// Whether every request is logged.
    pub log_enabled: bool,
    /// Whether what is written is logged.
    pub write_tracing: bool,
    /// Whether `/debug` needs no credentials.
    pub pprof_enabled: bool,
    /// Whether it is HTTPS.
    pub https_enabled: bool,
    /// A PEM file.
    pub https_certificate: String,
    /// A PEM file: the certificate's, if there is no other.
    pub https_private_key: String,
    /// How long requests may still take at the end, in nanoseconds.
    pub shutdown_timeout: i64,
    /// What tokens are signed with.
    pub shared_secret: Secret,
}

/// `[tls]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tls {
    /// Names of cipher suites; all good ones if it is empty.
    pub ciphers: Vec<String>,
    /// `1.2`, unless another is given; without `tls`.
    pub min_version: String,
    /// Empty for the newest; without `tls`.
    pub max_version: String,
}

/// `[logging]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logging {
    /// `STDERR`, `STDOUT` or a path.
    pub file: String,
    /// `DEBUG`, `INFO`, `ERROR`, in capitals.
    pub level: String,
}

/// `[stats]`
#[derive(Clone, PartialEq, Debug)]
pub struct Stats {
    /// Whether counters are written as points.
    pub enabled: bool,
    /// In nanoseconds.
    pub interval: i64,
    /// Where to.
    pub database: String,
    /// Where to.
    pub retention_policy: String,
    /// Kapacitor measures one in ten; here nothing is measured by chance.
    pub timing_sample_rate: f64,
    /// Of Kapacitor's moving average.
    pub timing_movavg_size: i64,
}

/// `[load]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Load {
    /// Whether the folder is read.
    pub enabled: bool,
    /// With `tasks`, `templates` and `handlers`.
    pub dir: String,
}

/// `[auth]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Auth {
    /// Whether there are users; without, every name is that of an administrator.
    pub enabled: bool,
    /// How long a password that was right need not be checked again, in nanoseconds.
    pub cache_expiration: i64,
    /// Of bcrypt.
    pub bcrypt_cost: i64,
}

/// `[[udp]]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Udp {
    /// `host:port`; the host may be missing.
    pub bind_address: String,
    /// Where its points belong.
    pub database: String,
    /// Where its points belong.
    pub retention_policy: String,
    /// Of its timestamps; empty for nanoseconds.
    pub precision: String,
    /// How many packets may wait.
    pub buffer: i64,
    /// In bytes; 0 for the system's.
    pub read_buffer: i64,
    /// In bytes; 0 for the largest that there is.
    pub payload_size: i64,
}

/// `[[influxdb]]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Influx {
    /// Whether it is spoken to.
    pub enabled: bool,
    /// What scripts call it.
    pub name: String,
    /// Whether it is the one for those that name none.
    pub default: bool,
    /// Its servers.
    pub urls: Vec<String>,
    /// Empty without authentication.
    pub username: String,
    /// With the name.
    pub password: Secret,
    /// Of InfluxDB 2.
    pub token: Secret,
    /// Of a request, in nanoseconds; 0 for none.
    pub timeout: i64,
    /// How long to wait for it at the start, in nanoseconds.
    pub startup_timeout: i64,
    /// Whether it is asked to send what is written to it.
    pub subscriptions_enabled: bool,
    /// `http`, `https` or `udp`.
    pub subscription_protocol: String,
    /// `cluster` or `server`.
    pub subscription_mode: String,
    /// How often to look for new databases, in nanoseconds.
    pub subscriptions_sync_interval: i64,
    /// Retention policies by database; all if there are none.
    pub subscriptions: Vec<(String, Vec<String>)>,
    /// Retention policies by database.
    pub excluded_subscriptions: Vec<(String, Vec<String>)>,
    /// Where it is to send to; the host's name if it is empty.
    pub kapacitor_hostname: String,
    /// Where it is to send to; that of `[http]` if it is 0.
    pub http_port: i64,
}

impl Settings {
    /// The name of this host.
    pub fn hostname(&self) -> &str {
        self.one("").text("hostname")
    }

    /// Where the ids of server and cluster lie; empty if the file does not say.
    pub fn data_dir(&self) -> &str {
        self.one("").text("data_dir")
    }

    /// Of points that are written without one.
    pub fn default_retention_policy(&self) -> &str {
        self.one("").text("default-retention-policy")
    }

    /// Whether what the API changed is not to count.
    pub fn skip_config_overrides(&self) -> bool {
        self.one("").flag("skip-config-overrides")
    }

    /// Whether the API may show and change the configuration.
    pub fn config_override_enabled(&self) -> bool {
        self.one("config-override").flag("enabled")
    }

    /// `[http]`
    pub fn http(&self) -> Http {
        let http = self.one("http");
        let certificate = http.text("https-certificate").to_owned();
        let key = Some(http.text("https-private-key")).filter(|key| !key.is_empty());
        Http {
            bind_address: http.text("bind-address").to_owned(),
            auth_enabled: http.flag("auth-enabled"),
            log_enabled: http.flag("log-enabled"),
            write_tracing: http.flag("write-tracing"),
            pprof_enabled: http.flag("pprof-enabled"),
            https_enabled: http.flag("https-enabled"),
            https_private_key: key.map_or_else(|| certificate.clone(), str::to_owned),
            https_certificate: certificate,
            shutdown_timeout: http.int("shutdown-timeout"),
            shared_secret: http.secret("shared-secret"),
        }
    }

    /// `[tls]`
    pub fn tls(&self) -> Tls {
        let tls = self.one("tls");
        let version = |key| {
            let text = tls.text(key).to_lowercase();
            text.strip_prefix("tls").unwrap_or(&text).to_owned()
        };
        let min = Some(version("min-version")).filter(|version| !version.is_empty());
        Tls {
            ciphers: tls.texts("ciphers").to_vec(),
            min_version: min.unwrap_or_else(|| "1.2".to_owned()),
            max_version: version("max-version"),
        }
    }

    /// `[logging]`
    pub fn logging(&self) -> Logging {
        let logging = self.one("logging");
        Logging { file: logging.text("file").to_owned(), level: logging.text("level").to_uppercase() }
    }

    /// `[load]`
    pub fn load_dir(&self) -> Load {
        let load = self.one("load");
        Load { enabled: load.flag("enabled"), dir: load.text("dir").to_owned() }
    }

    /// `[auth]`
    pub fn auth(&self) -> Auth {
        let auth = self.one("auth");
        Auth {
            enabled: auth.flag("enabled"),
            cache_expiration: auth.int("cache-expiration"),
            bcrypt_cost: auth.int("bcrypt-cost"),
        }
    }

    /// `[stats]`
    pub fn stats(&self) -> Stats {
        let stats = self.one("stats");
        Stats {
            enabled: stats.flag("enabled"),
            interval: stats.int("stats-interval"),
            database: stats.text("database").to_owned(),
            retention_policy: stats.text("retention-policy").to_owned(),
            timing_sample_rate: stats.float("timing-sample-rate"),
            timing_movavg_size: stats.int("timing-movavg-size"),
        }
    }

    /// `[deadman]`
    pub fn deadman(&self) -> Deadman {
        let deadman = self.one("deadman");
        Deadman {
            id: deadman.text("id").to_owned(),
            message: deadman.text("message").to_owned(),
            global: deadman.flag("global"),
            threshold: deadman.float("threshold"),
            interval: deadman.int("interval"),
        }
    }

    /// Where the server's store lies: `[storage]` `boltdb`.
    pub fn boltdb(&self) -> &str {
        self.one("storage").text("boltdb")
    }

    /// Where recordings lie.
    pub fn replay_dir(&self) -> &str {
        self.one("replay").text("dir")
    }

    /// How often the state of tasks is kept, in nanoseconds.
    pub fn snapshot_interval(&self) -> i64 {
        self.one("task").int("snapshot-interval")
    }

    /// Whether what topics know outlives the server.
    pub fn persist_topics(&self) -> bool {
        self.one("alert").flag("persist-topics")
    }

    /// How many events may wait for a handler. Kapacitor takes its own number for one that is too small.
    pub fn topic_buffer_length(&self) -> usize {
        let length = self.one("alert").int("topic-buffer-length");
        if length < SHORTEST_BUFFER { USUAL_BUFFER } else { usize::try_from(length).unwrap_or(USUAL_BUFFER) }
    }

    /// `[[udp]]`, those that are enabled.
    pub fn udps(&self) -> Vec<Udp> {
        let enabled = self.elements("udp").iter().filter(|udp| udp.flag("enabled"));
        let view = |udp: &Element| Udp {
            bind_address: udp.text("bind-address").to_owned(),
            database: udp.text("database").to_owned(),
            retention_policy: udp.text("retention-policy").to_owned(),
            precision: udp.text("precision").to_owned(),
            buffer: udp.int("buffer"),
            read_buffer: udp.int("read-buffer"),
            payload_size: udp.int("udp-payload-size"),
        };
        enabled.map(view).collect()
    }

    /// `[[influxdb]]`; without any in the file, one that is not enabled.
    pub fn influxdbs(&self) -> Vec<Influx> {
        let view = |influx: &Element| Influx {
            enabled: influx.flag("enabled"),
            name: influx.text("name").to_owned(),
            default: influx.flag("default"),
            urls: influx.texts("urls").to_vec(),
            username: influx.text("username").to_owned(),
            password: influx.secret("password"),
            token: influx.secret("token"),
            timeout: influx.int("timeout"),
            startup_timeout: influx.int("startup-timeout"),
            subscriptions_enabled: !influx.flag("disable-subscriptions"),
            subscription_protocol: influx.text("subscription-protocol").to_owned(),
            subscription_mode: influx.text("subscription-mode").to_owned(),
            subscriptions_sync_interval: influx.int("subscriptions-sync-interval"),
            subscriptions: influx.lists("subscriptions").to_vec(),
            excluded_subscriptions: influx.lists("excluded-subscriptions").to_vec(),
            kapacitor_hostname: influx.text("kapacitor-hostname").to_owned(),
            http_port: influx.int("http-port"),
        };
        self.elements("influxdb").iter().map(view).collect()
    }
}
