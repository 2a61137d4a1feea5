//! `KAPACITOR_*`.

use super::{environment, full};
use crate::config::{Settings, Target, show};

fn with(text: &str, pairs: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    Settings::read("k", text, environment(pairs)).map_err(|e| e.iter().map(ToString::to_string).collect())
}

fn option(settings: &Settings, path: &str, key: &str) -> String {
    show(settings, &Target::of_path(path)).expect(path)["options"][key].to_string()
}

#[test]
fn every_form_is_understood() {
    let text = "[[influxdb]]\nurls = ['http://a', 'http://b']\n[[httppost]]\nendpoint = 'h'\nheaders = { Old = '1' }\n\
                [[slack]]\nchannel = '#a'\n[[udp]]\n[udf.functions.avg]\nprog = '/x'\nargs = ['-u', 'a']\ntimeout = '1s'\n";
    let settings = with(
        text,
        &[
            ("KAPACITOR_HOSTNAME", "h1"),
            ("KAPACITOR_DATA_DIR", "/d"),
            ("KAPACITOR_SKIP_CONFIG_OVERRIDES", "T"),
            ("KAPACITOR_HTTP_HTTPS_ENABLED", "1"),
            ("KAPACITOR_HTTP_SHARED_SECRET", "s"),
            ("KAPACITOR_LOGGING_LEVEL", "error"),
            ("KAPACITOR_SMTP_IDLE_TIMEOUT", "1m5s"),
            ("KAPACITOR_SMTP_PORT", "0x1d1"),
            ("KAPACITOR_STATS_TIMING_SAMPLE_RATE", "0.5"),
            ("KAPACITOR_INFLUXDB_0_URLS_1", "http://c"),
            ("KAPACITOR_HTTPPOST_0_HEADERS_Foo", "bar"),
            ("KAPACITOR_HTTPPOST_0_HEADERS_Old", "2"),
            ("KAPACITOR_HTTPPOST_0_BASIC_AUTH_PASSWORD", "p"),
            ("KAPACITOR_SLACK_0_CHANNEL", "#b"),
            ("KAPACITOR_UDP_0_DATABASE", "g"),
            ("KAPACITOR_UDP_0_ENABLED", "true"),
            ("KAPACITOR_UDF_FUNCTIONS_AVG_ARGS_1", "b"),
            ("KAPACITOR_ALERTA_URL", ""),
            ("KAPACITOR_URL", "http://localhost:9092"),
            ("KAPACITOR_CONFIG_PATH", "/etc/k.conf"),
            ("KAPACITOR_PORT_9092_TCP_ADDR", "10.0.0.1"),
            ("PATH", "/bin"),
        ],
    )
    .expect("settings");
    assert_eq!(settings.warnings, []);
    assert_eq!((settings.hostname(), settings.data_dir()), ("h1", "/d"));
    assert!(settings.skip_config_overrides() && settings.http().https_enabled);
    assert_eq!(settings.http().shared_secret.reveal(), "s");
    assert_eq!(settings.logging().level, "ERROR");
    assert_eq!(settings.stats().timing_sample_rate, 0.5);
    assert_eq!(settings.udps()[0].database, "g");
    for (path, key, expected) in [
        ("/smtp/", "idle-timeout", "\"1m5s\""),
        ("/smtp/", "port", "465"),
        ("/influxdb/default", "urls", "[\"http://a\",\"http://c\"]"),
        ("/httppost/h", "headers", "{\"Foo\":\"bar\",\"Old\":\"2\"}"),
        ("/httppost/h", "basic-auth", "true"),
        ("/slack/", "channel", "\"#b\""),
        ("/alerta/", "url", "\"\""),
    ] {
        assert_eq!(option(&settings, path, key), expected, "{path} {key}");
    }
    let config = settings.handlers().expect("handlers");
    assert_eq!(config.endpoints.get("h").expect("h").headers.len(), 2);
    assert!(format!("{:?}", config.udfs).contains("[\"-u\", \"b\"]"));
}

#[test]
fn what_no_file_has_can_be_named_where_one_is_standard() {
    let settings = with(
        "",
        &[
            ("KAPACITOR_INFLUXDB_0_URLS_0", "http://i"),
            ("KAPACITOR_SLACK_0_URL", "http://s"),
            ("KAPACITOR_SLACK_0_ENABLED", "true"),
        ],
    )
    .expect("settings");
    let influx = &settings.influxdbs()[0];
    assert_eq!((influx.enabled, influx.urls.as_slice()), (true, &["http://i".to_owned()][..]));
    assert!(format!("{:?}", settings.handlers().expect("handlers").services).contains("slack"));
}

#[test]
fn what_cannot_be_read_is_refused_in_kapacitors_words() {
    for (name, value, expected) in [
        (
            "KAPACITOR_SMTP_PORT",
            "x",
            "failed to apply KAPACITOR_SMTP_PORT to Port using type int and value 'x'",
        ),
        (
            "KAPACITOR_HTTP_HTTPS_ENABLED",
            "yes",
            "failed to apply KAPACITOR_HTTP_HTTPS_ENABLED to HttpsEnabled using type bool and value 'yes'",
        ),
        (
            "KAPACITOR_SMTP_IDLE_TIMEOUT",
            "5",
            "failed to apply KAPACITOR_SMTP_IDLE_TIMEOUT to IdleTimeout using type toml.Duration and value '5'",
        ),
        (
            "KAPACITOR_INFLUXDB_0_STARTUP_TIMEOUT",
            "x",
            "failed to apply KAPACITOR_INFLUXDB_0_STARTUP_TIMEOUT to StartUpTimeout using type toml.Duration and value 'x'",
        ),
        (
            "KAPACITOR_DEADMAN_THRESHOLD",
            "x",
            "failed to apply KAPACITOR_DEADMAN_THRESHOLD to Threshold using type float64 and value 'x'",
        ),
        (
            "KAPACITOR_ZENOSS_TID",
            "1__0",
            "failed to apply KAPACITOR_ZENOSS_TID to TID using type int and value '1__0'",
        ),
    ] {
        let errors = with("", &[(name, value)]).expect_err(name);
        assert!(errors[0].starts_with(&format!("apply env config: {expected}; ")), "{errors:?}");
    }
}

#[test]
fn what_names_nothing_is_told() {
    let settings = with(
        "[[slack]]\nchannel = '#a'\n",
        &[("KAPACITOR_SLACK_1_CHANNEL", "#b"), ("KAPACITOR_SMTP_PROT", "25"), ("KAPACITOR_HOSTNAMES", "a")],
    )
    .expect("settings");
    let told: Vec<String> = settings.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "environment: `KAPACITOR_HOSTNAMES` names nothing of the configuration: it changes nothing; did you mean `KAPACITOR_HOSTNAME`?",
            "environment: `KAPACITOR_SLACK_1_CHANNEL` names nothing of the configuration: it changes nothing; did you mean `KAPACITOR_SLACK_0_CHANNEL`?",
            "environment: `KAPACITOR_SMTP_PROT` names nothing of the configuration: it changes nothing; did you mean `KAPACITOR_SMTP_PORT`?",
        ]
    );
}

#[test]
fn what_the_environment_says_is_checked_too() {
    let errors = with("", &[("KAPACITOR_SMTP_ENABLED", "true")]).expect_err("no sender");
    assert_eq!(errors, ["k: invalid configuration: smtp: must provide a 'from' address"]);
    let env = environment(&[("KAPACITOR_SMTP_PORT", "26")]);
    assert!(Settings::read("k", super::FULL, env).expect("settings") != full());
}
