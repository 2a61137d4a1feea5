//! The sections of the server: what Kapacitor 1.8.3 takes where a file says nothing.

use super::schema::{Key, Kind, Section, Standard, Times, Use};

/// `[[x]]`, which the API does not know.
const INPUTS: Times = Times::Many { key: "", plain: false, unwritten: false };

const TOP: &[Key] = &[
    Key::text("hostname", "localhost"),
    Key::text("data_dir", ""),
    Key::flag("skip-config-overrides", false),
    Key::text("default-retention-policy", ""),
];

const HTTP: &[Key] = &[
    Key::text("bind-address", ":9092"),
    Key::flag("auth-enabled", false),
    Key::flag("log-enabled", true),
    Key::flag("write-tracing", false),
    Key::flag("pprof-enabled", false),
    Key::flag("https-enabled", false),
    Key::text("https-certificate", "/etc/ssl/kapacitor.pem"),
    Key::text("https-private-key", ""),
    Key::duration("shutdown-timeout", 10),
    Key::secret("shared-secret"),
];

const TLS: &[Key] = &[Key::texts("ciphers", &[]), Key::text("min-version", ""), Key::text("max-version", "")];

const LOGGING: &[Key] = &[Key::text("file", "STDERR"), Key::text("level", "DEBUG")];

const ALERT: &[Key] = &[Key::flag("persist-topics", true), Key::int("topic-buffer-length", 5000)];

const TASK: &[Key] = &[Key::text("dir", "./tasks"), Key::duration("snapshot-interval", 60)];

const LOAD: &[Key] = &[Key::flag("enabled", false), Key::text("dir", "./load")];

/// The same as `pipeline::Deadman` has, which a test holds it to.
const DEADMAN: &[Key] = &[
    Key::duration("interval", 10),
    Key::float("threshold", 0.0),
    Key::text("id", "{{ .Group }}:NODE_NAME for task '{{ .TaskName }}'"),
    Key::text(
        "message",
        "{{ .ID }} is {{ if eq .Level \"OK\" }}alive{{ else }}dead{{ end }}: {{ index .Fields \"emitted\" | printf \
         \"%0.3f\" }} points/INTERVAL.",
    ),
    Key::flag("global", false),
];

const STATS: &[Key] = &[
    Key::flag("enabled", true),
    Key::duration("stats-interval", 10),
    Key::text("database", "_kapacitor"),
    Key::text("retention-policy", "autogen"),
    Key::float("timing-sample-rate", 0.1),
    Key::int("timing-movavg-size", 1000).field("TimingMovingAverageSize"),
];

const REPORTING: &[Key] = &[Key::flag("enabled", true), Key::text("url", "https://usage.influxdata.com")];

const INFLUXDB: &[Key] = &[
    Key::flag("enabled", true),
    Key::text("name", "default"),
    Key::flag("default", false),
    Key::texts("urls", &["http://localhost:8086"]),
    Key::text("username", ""),
    Key::secret("password"),
    Key::secret("token"),
    Key::text("ssl-ca", ""),
    Key::text("ssl-cert", ""),
    Key::text("ssl-key", ""),
    Key::flag("insecure-skip-verify", false),
    Key::duration("timeout", 0),
    Key::flag("disable-subscriptions", false),
    Key::text("subscription-protocol", "http"),
    Key::text("subscription-mode", "cluster"),
    Key::text("subscription-path", ""),
    Key::new("subscriptions", Kind::Lists),
    Key {
        standard: Standard::Lists(&[("_kapacitor", &["autogen"])]),
        ..Key::new("excluded-subscriptions", Kind::Lists)
    },
    Key::text("kapacitor-hostname", ""),
    Key::int("http-port", 0),
    Key::text("udp-bind", ""),
    Key::int("udp-buffer", 1000),
    Key::int("udp-read-buffer", 0),
    Key::duration("startup-timeout", 300).field("StartUpTimeout"),
    Key::duration("subscriptions-sync-interval", 60).field("SubscriptionSyncInterval"),
    Key::text("compression", "gzip"),
    Key::flag("http-shared-secret", false),
];

const UDP: &[Key] = &[
    Key::flag("enabled", false),
    Key::text("bind-address", ":9100"),
    Key::text("database", ""),
    Key::text("retention-policy", ""),
    Key::text("precision", ""),
    Key::int("buffer", 1000),
    Key::int("read-buffer", 0),
    Key::int("udp-payload-size", 0),
];

const FUNCTION: &[Key] = &[
    Key::text("prog", ""),
    Key::texts("args", &[]),
    Key::new("env", Kind::Named),
    Key::text("socket", ""),
    Key::duration("timeout", 0),
];

const UDF: &[Key] = &[Key::new("functions", Kind::Tables(FUNCTION))];

const AUTH: &[Key] = &[
    Key::flag("enabled", false),
    Key::duration("cache-expiration", 600),
    Key::int("bcrypt-cost", 10),
    Key::text("meta-addr", ""),
    Key::text("meta-username", ""),
    Key::secret("meta-password"),
    Key::secret("meta-internal-shared-secret"),
    Key::flag("meta-use-tls", false),
    Key::text("meta-ca", ""),
    Key::text("meta-cert", ""),
    Key::text("meta-key", ""),
    Key::flag("meta-insecure-skip-verify", false),
];

const BASIC_AUTH: &[Key] = &[Key::text("username", ""), Key::secret("password")];

const HTTPPOST: &[Key] = &[
    Key::text("endpoint", "example"),
    Key::text("url", "http://example.com"),
    Key::new("headers", Kind::Named),
    Key::new("basic-auth", Kind::Table(BASIC_AUTH)),
    Key::text("alert-template", ""),
    Key::text("alert-template-file", ""),
    Key::text("row-template", ""),
    Key::text("row-template-file", ""),
];

/// What the server and its inputs are told.
pub(super) fn server() -> Vec<Section> {
    let once = |name, keys| Section::new(name, Times::Once, keys);
    let named = |key| Times::Many { key, plain: false, unwritten: true };
    vec![
        once("", TOP),
        once("http", HTTP),
        once("tls", TLS),
        once("auth", AUTH),
        once("config-override", &[Key::flag("enabled", true)]),
        once("logging", LOGGING),
        once("load", LOAD),
        once("replay", &[Key::text("dir", "./replay")]),
        once("task", TASK),
        once("storage", &[Key::text("boltdb", "./kapacitor.db")]),
        once("alert", ALERT),
        once("deadman", DEADMAN),
        Section::new("influxdb", named("name"), INFLUXDB).api(),
        Section::new("udp", INPUTS, UDP),
        once("udf", UDF),
        once("stats", STATS),
        once("reporting", REPORTING).usage(Use::Idle),
        Section::new("httppost", named("endpoint"), HTTPPOST).api(),
    ]
}

/// What asks for something that is not there.
pub(super) fn missing() -> Vec<Section> {
    const LISTS: [&str; 15] = [
        "graphite",
        "scraper",
        "azure",
        "consul",
        "dns",
        "ec2",
        "file-discovery",
        "gce",
        "marathon",
        "nerve",
        "serverset",
        "static-discovery",
        "triton",
        "kubernetes",
        "swarm",
    ];
    const PLAIN: Times = Times::Many { key: "", plain: true, unwritten: false };
    let single = ["collectd", "opentsdb", "fluxtask"].map(|name| (name, Times::Once));
    let all = single.into_iter().chain(LISTS.map(|name| (name, PLAIN)));
    all.map(|(name, times)| Section::new(name, times, &[]).usage(Use::Missing)).collect()
}
