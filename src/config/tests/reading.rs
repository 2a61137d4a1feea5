//! From a file to settings.

use super::{FULL, full, read};
use crate::config::schema::{Kind, sections};
use crate::config::{Settings, Target, show};
use crate::handlers::Program;

fn warnings(text: &str) -> Vec<String> {
    read(text).warnings.iter().map(ToString::to_string).collect()
}

fn wrong(text: &str) -> Vec<String> {
    match Settings::read("k", text, []) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn an_empty_file_is_what_is_standard() {
    let settings = read("");
    assert_eq!(settings.http().bind_address, ":9092");
    assert_eq!(settings.http().https_private_key, "/etc/ssl/kapacitor.pem");
    assert_eq!(
        (settings.hostname(), settings.data_dir(), settings.boltdb()),
        ("localhost", "", "./kapacitor.db")
    );
    assert_eq!(settings.tls().min_version, "1.2");
    assert_eq!(settings.influxdbs().iter().map(|i| i.enabled).collect::<Vec<_>>(), [false]);
    assert!(settings.udps().is_empty());
    let config = settings.handlers().expect("handlers");
    assert_eq!(config, crate::handlers::Config::default());
}

#[test]
fn a_full_file_is_read_as_it_is() {
    let settings = full();
    let http = settings.http();
    assert_eq!(
        (http.https_private_key.as_str(), http.shutdown_timeout),
        ("/etc/ssl/kapacitor.key", 5_000_000_000)
    );
    assert_eq!(http.shared_secret.reveal(), "MARK-1");
    assert_eq!((settings.tls().min_version.as_str(), settings.tls().max_version.as_str()), ("1.3", "1.3"));
    assert_eq!(settings.logging().level, "INFO");
    assert_eq!(settings.topic_buffer_length(), 10_000);
    assert_eq!(settings.auth().cache_expiration, 60_000_000_000);
    let influx = settings.influxdbs();
    assert_eq!(
        (influx[0].subscription_mode.as_str(), influx[1].subscription_mode.as_str()),
        ("server", "cluster")
    );
    assert_eq!(
        influx[0].subscriptions,
        [("telegraf".to_owned(), vec!["autogen".to_owned(), "long".to_owned()])]
    );
    assert_eq!(influx[0].token.reveal(), "MARK-5");
    assert_eq!((settings.udps()[0].precision.as_str(), settings.udps()[0].payload_size), ("s", 65536));
    let warnings: Vec<String> = settings.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["k.conf:240:1: `[[kafka]]` is enabled, but not supported: nothing comes of it"],);
}

#[test]
fn every_key_of_the_tables_can_be_in_a_file() {
    // What the example leaves at its standard is told here, so that a new key is thought of.
    for section in sections().iter().filter(|section| !section.name.is_empty()) {
        assert!(FULL.contains(&format!("[{}", section.name)) || section.keys.is_empty(), "{}", section.name);
        let secrets = section.keys.iter().filter(|key| matches!(key.kind, Kind::Secret));
        for key in secrets {
            let given = FULL.contains(&format!("{} = \"", key.name));
            assert!(given, "{} {}", section.name, key.name);
        }
    }
}

#[test]
fn handlers_read_the_same() {
    let config = full().handlers().expect("handlers");
    assert_eq!(config.base_url, "http://mon1:9092/kapacitor/v1");
    let hook = config.endpoints.get("hook").expect("endpoint");
    assert_eq!(hook.headers, [("Authorization".to_owned(), "MARK-7".to_owned())]);
    assert_eq!(hook.basic_auth, Some(("u".to_owned(), "MARK-8".to_owned())));
    assert_eq!(hook.row_template.as_deref(), Some("{{ .Name }}"));
    assert_eq!(config.deadman.id, "node 'NODE_NAME' in task '{{ .TaskName }}'");
    assert_eq!(config.udfs.iter().map(|udf| udf.name.as_str()).collect::<Vec<_>>(), ["average", "outliers"]);
    let Program::Process { env, .. } = &config.udfs[0].program else { panic!("no process") };
    assert_eq!(env, &[("API_KEY".to_owned(), "MARK-6".to_owned())]);
    assert_eq!(config.doubts.len(), 1, "{:?}", config.doubts);
    assert_eq!(
        format!("{:?}", config.services),
        "Services { kinds: [\"alerta\", \"bigpanda\", \"discord\", \"hipchat\", \"opsgenie\", \"opsgenie2\", \
         \"pagerduty\", \"pagerduty2\", \"pushover\", \"servicenow\", \"slack\", \"smtp\", \"talk\", \"teams\", \
         \"telegram\", \"victorops\", \"zenoss\"], global: [\"slack\"], changes_only: true }"
    );
}

#[test]
fn what_is_unknown_is_told_once_and_does_no_harm() {
    assert_eq!(
        warnings("hostnam = 'a'\n[htpp]\na = 1\n[slack]\nchanel = '#a'\n[xyz]\n"),
        [
            "k.conf:1:1: unknown section or key `hostnam`; did you mean `hostname`?",
            "k.conf:2:2: unknown section or key `htpp`; did you mean `http`?",
            "k.conf:5:1: unknown key of `[slack]` `chanel`; did you mean `channel`?",
            "k.conf:6:2: unknown section or key `xyz`; see `docs/configuration.md` for what is known",
        ]
    );
    assert_eq!(
        warnings("[collectd]\nenabled = true\n[kubernetes]\nenabled = true\n[[gce]]\nenabled = false\n"),
        [
            "k.conf:1:1: `[collectd]` is enabled, but not supported: nothing comes of it",
            "k.conf:3:1: `[kubernetes]` is enabled, but not supported: nothing comes of it",
        ]
    );
}

#[test]
fn one_and_several_sections() {
    for text in ["[slack]\nchannel = '#a'", "[[slack]]\nchannel = '#a'"] {
        let shown = show(&read(text), &Target::of_path("/slack/")).expect("slack");
        assert_eq!(shown["options"]["channel"], "#a");
    }
    for (text, expected) in [
        ("[httppost]\nurl = 'x'", "k:1:1: there may be several of these: write `[[httppost]]`"),
        ("[kafka]\n", "k:1:1: there may be several of these: write `[[kafka]]`"),
        ("[[smtp]]\n", "k:1:1: there is only one of these: write `[smtp]`"),
        ("http = 1\n", "k:1:8: expected a table of key of `[http]`s, found an integer"),
    ] {
        assert_eq!(wrong(text), [expected], "{text}");
    }
}

#[test]
fn what_is_of_the_wrong_type_has_its_place() {
    for (text, expected) in [
        ("hostname = 7", "k:1:12: `hostname`: expected a text, found an integer; put it in quotes"),
        ("[smtp]\nport = 'x'", "k:2:8: `port`: expected an integer, found a text"),
        ("[smtp]\nenabled = 'yes'", "k:2:11: `enabled`: expected `true` or `false`, found a text"),
        (
            "[http]\nshutdown-timeout = 'soon'",
            "k:2:20: `shutdown-timeout`: expected nanoseconds, or a duration such as \"10s\", found a text",
        ),
        ("[[influxdb]]\nurls = 'u'", "k:2:8: `urls`: expected a list of texts, found a text"),
        (
            "[[influxdb]]\n[influxdb.subscriptions]\na = 'b'",
            "k:3:5: `a`: expected a list of texts, found a text",
        ),
        (
            "[[httppost]]\nheaders = { A = 1 }",
            "k:2:17: `A`: expected a text, found an integer; put it in quotes",
        ),
        ("[udf]\nfunctions = 1\n", "k:2:13: `functions` have names"),
    ] {
        assert_eq!(wrong(text), [expected], "{text}");
    }
    assert!(wrong("a = \n")[0].starts_with("k:1:5: not readable as TOML: "));
}

#[test]
fn invalid_configurations_are_refused_in_kapacitors_words() {
    let influx = "[[influxdb]]\nname = 'a'\n[[influxdb]]\nenabled = true\nname = ";
    for (text, expected) in [
        ("hostname = ''", "k:1:12: invalid configuration: must configure valid hostname"),
        ("[replay]\ndir = ''", "k:2:7: invalid configuration: replay: must specify dir"),
        (
            "[storage]\nboltdb = ''",
            "k:2:10: invalid configuration: storage: must specify storage 'boltdb' path",
        ),
        (
            "[http]\nbind-address = 'x'",
            "k:2:16: invalid configuration: http: invalid http bind address x: address x: missing port in address",
        ),
        (
            "[http]\nbind-address = ':70000'",
            "k:2:16: invalid configuration: http: invalid http bind address port 70000: out of range",
        ),
        ("[load]\nenabled = true", "k:1:1: invalid configuration: load: dir must be an absolute path"),
        (
            "[auth]\nenabled = true\nbcrypt-cost = 3",
            "k:3:15: invalid configuration: auth: must provide a bcrypt cost >= 4, got 3",
        ),
        (
            "[[influxdb]]\nurls = []",
            "k:2:8: invalid configuration: influxdb: must specify at least one InfluxDB URL",
        ),
        (
            "[[influxdb]]\nssl-key = 'k'",
            "k:2:11: invalid configuration: influxdb: Must provide both key and cert files: only key file provided.",
        ),
        (
            "[[influxdb]]\nsubscription-mode = 'x'",
            "k:2:21: invalid configuration: influxdb: unknown subscription mode \"x\"",
        ),
        (
            &format!("{influx}'a'"),
            "k:5:8: invalid configuration: influxdb: duplicate name \"a\" for influxdb configs",
        ),
        (
            &format!("{influx}'b'"),
            "k:1:1: invalid configuration: influxdb: at least one of the enabled InfluxDB clusters must be marked as default.",
        ),
        (
            "[[influxdb]]\nname = 'a'\ndefault = true\n[[influxdb]]\nname = 'b'\nenabled = true\ndefault = true",
            "k:7:11: invalid configuration: influxdb: More than one InfluxDB default was specified: b a",
        ),
        (
            "[[httppost]]\nendpoint = ''",
            "k:2:12: invalid configuration: httppost: must specify endpoint name",
        ),
        (
            "[[httppost]]\nalert-template = 'x'\nalert-template-file = '/x'",
            "k:3:23: invalid configuration: httppost: must specify only one of alert-template and alert-template-file",
        ),
        (
            "[[httppost]]\nrow-template-file = 'x'",
            "k:2:21: invalid configuration: httppost: must use an absolute path for row-template-file",
        ),
        ("[smtp]\nenabled = true", "k:1:1: invalid configuration: smtp: must provide a 'from' address"),
        ("[smtp]\nfrom = 'x'", "k:2:8: invalid configuration: smtp: invalid from email address: \"x\""),
        ("[smtp]\nport = 0", "k:2:8: invalid configuration: smtp: invalid port 0"),
        ("[slack]\nenabled = true", "k:1:1: invalid configuration: slack: must specify url"),
        (
            "[[slack]]\nworkspace = 'a'\n[[slack]]\ndefault = true",
            "k:3:1: invalid configuration: slack: id must not be empty",
        ),
        (
            "[[discord]]\nworkspace = 'a'\n[[discord]]\nworkspace = 'b'",
            "k:1:1: invalid configuration: discord: at least one Discord config must be set as default",
        ),
        (
            "[[slack]]\nworkspace = 'a'\ndefault = true\n[[slack]]\nworkspace = 'b'\nglobal = true",
            "k:6:10: invalid configuration: slack: only the default config may be assigned as global",
        ),
        ("[telegram]\nenabled = true", "k:1:1: invalid configuration: telegram: must specify token"),
        ("[opsgenie2]\nurl = ''", "k:2:7: invalid configuration: opsgenie2: url cannot be empty"),
        (
            "[[mqtt]]\nname = ''",
            "k:2:8: invalid configuration: mqtt: must specify a name for the mqtt broker",
        ),
        (
            "[[kafka]]\nenabled = true",
            "k:1:1: invalid configuration: kafka: no brokers specified, must provide at least one broker URL",
        ),
        (
            "[logging]\nlevel = 'x'",
            "k:2:9: invalid configuration: logging: invalid log level \"x\": use DEBUG, INFO or ERROR",
        ),
    ] {
        assert_eq!(wrong(text), [expected], "{text}");
    }
    // All that is wrong is told at once.
    assert_eq!(wrong("hostname = ''\n[slack]\nenabled = true\n[smtp]\nport = 0").len(), 3);
}

#[test]
fn a_buffer_that_is_too_short_is_the_usual_one() {
    for (length, expected) in [("999", 5000), ("1000", 1000), ("-1", 5000), ("20000", 20_000)] {
        let settings = read(&format!("[alert]\ntopic-buffer-length = {length}"));
        assert_eq!(settings.topic_buffer_length(), expected);
    }
}

#[test]
fn no_secret_is_shown() {
    let settings = full();
    let marks = FULL.matches("MARK-").count();
    assert_eq!(marks, 32);
    let shown = show(&settings, &Target::of_path("")).expect("all").to_string();
    let without_headers = shown.replace("\"headers\":{\"Authorization\":\"MARK-7\"}", "");
    for text in [format!("{settings:?}"), format!("{settings:#?}"), without_headers] {
        assert!(!text.contains("MARK-"), "{text}");
    }
    let config = settings.handlers().expect("handlers");
    assert!(!format!("{:?}", config.services).contains("MARK-"));
}

#[test]
fn what_is_printed_is_the_same_configuration() {
    for text in [FULL, "", "[udf.functions.'a b']\nprog = \"/x\\\"y\"\ntimeout = '1s'\n"] {
        let settings = read(text);
        let again = read(&settings.print(true));
        let all = |settings: &Settings| show(settings, &Target::of_path("")).expect("all").to_string();
        assert_eq!(all(&again), all(&settings));
        assert_eq!(again.http(), settings.http());
        assert_eq!(again.print(true), settings.print(true));
        assert_eq!(
            again.handlers().expect("handlers").endpoints.get("hook"),
            settings.handlers().expect("handlers").endpoints.get("hook")
        );
    }
    let printed = full().print(false);
    assert!(!printed.contains("MARK-"), "{printed}");
    assert!(
        printed.contains("shared-secret = \"***\"") && printed.contains("meta-username = \"\""),
        "{printed}"
    );
}

#[test]
fn the_documentation_has_every_section() {
    let page = include_str!("../../../docs/configuration.md");
    for section in sections().iter().filter(|section| !["", "udf"].contains(&section.name)) {
        let name = section.name;
        let there =
            [format!("`[{name}]`"), format!("`[[{name}]]`")].iter().any(|text| page.contains(text.as_str()));
        assert!(there, "{name}");
        let of_service = section.element_key() == "workspace" || (section.api && !section.is_list());
        if of_service || ["auth", "stats", "influxdb", "httppost", "kafka", "mqtt"].contains(&name) {
            continue;
        }
        for key in &section.keys {
            assert!(page.contains(&format!("`{}`", key.name)), "{name} {}", key.name);
        }
    }
}
