//! What each kind of service is sent, byte for byte.

use serde_json::{Map, Value as Json, json};

use super::*;
use crate::alert::Level;
use crate::handlers::config;
use crate::handlers::file::{self, FileTarget};
use crate::handlers::{Services, describe};
use crate::value::Value;

/// The services of a configuration.
pub(super) fn services(toml: &str) -> Services {
    config::parse("k.conf", toml).unwrap_or_else(|e| panic!("{toml}\n{e:?}")).services
}

/// A handler as a file declares it.
pub(super) fn handler(toml: &str, kind: &str, options: &str) -> HandlerConfig {
    let text = format!("{{topic: t, id: h, kind: {kind}, options: {{{options}}}}}");
    let files = file::parse("h.yaml", &text, &services(toml)).unwrap_or_else(|e| panic!("{text}\n{e:?}"));
    match files.into_iter().next().map(|file| file.target) {
        Some(FileTarget::Deliver(config)) => config,
        other => panic!("{other:?}"),
    }
}

/// A critical event that needs every escape there is.
pub(super) fn critical() -> Event {
    let tags = [("dc", "<1>"), ("host", "a")];
    let fields = [("s", Value::Str("x".into())), ("v", Value::Float(91.5))];
    Event {
        id: "cpu/a".into(),
        message: "\"a\" is <b>&é".into(),
        details: "<p>1 &amp; 2</p>".into(),
        level: Level::Critical,
        task: "task".into(),
        group: "host=a".into(),
        ..Event::on("cpu", &tags, &fields, 1_577_836_800_120_000_000)
    }
}

pub(super) fn at(level: Level) -> Event {
    Event { level, ..critical() }
}

/// The message and the data of [`critical`] as JSON.
const MESSAGE: &str = r#""\"a\" is \u003cb\u003e\u0026é""#;
const DATA: &str = r#"{"series":[{"name":"cpu","tags":{"dc":"\u003c1\u003e","host":"a"},"columns":["time","s","v"],"values":[["2020-01-01T00:00:00.12Z","x",91.5]]}]}"#;
/// The data once more, as a text.
const DATA_TEXT: &str = r#""{\"series\":[{\"name\":\"cpu\",\"tags\":{\"dc\":\"\\u003c1\\u003e\",\"host\":\"a\"},\"columns\":[\"time\",\"s\",\"v\"],\"values\":[[\"2020-01-01T00:00:00.12Z\",\"x\",91.5]]}]}""#;

pub(super) fn described(config: &HandlerConfig, event: &Event) -> Map<String, Json> {
    describe(config, event, &Endpoints::default()).unwrap_or_else(|e| panic!("{config:?}\n{e:?}"))
}

/// URL and body, with the placeholders filled in; the headers besides `Content-Type`.
#[track_caller]
pub(super) fn sends(config: &HandlerConfig, event: &Event, url: &str, headers: &[(&str, &str)], body: &str) {
    let got = described(config, event);
    let body = body.replace("MESSAGE", MESSAGE).replace("DATA_TEXT", DATA_TEXT).replace("DATA", DATA);
    assert_eq!(got["body"].as_str(), Some(body.as_str()));
    assert_eq!((&got["method"], &got["url"]), (&json!("POST"), &json!(url)));
    let mut expected: Map<String, Json> = headers.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
    expected.entry("Content-Type").or_insert(json!("application/json"));
    let sorted =
        |map: &Map<String, Json>| map.clone().into_iter().collect::<std::collections::BTreeMap<_, _>>();
    assert_eq!(sorted(got["headers"].as_object().expect("headers")), sorted(&expected));
}

#[track_caller]
pub(super) fn refuses(config: &HandlerConfig, event: &Event, message: &str, error: &str) {
    let trouble = describe(config, event, &Endpoints::default()).expect_err("refused");
    assert_eq!((trouble.message, trouble.error.as_str()), (message, error));
}

#[test]
fn slack() {
    let toml = "[[slack]]\nenabled = true\ndefault = true\nworkspace = 'ops'\nurl = 'http://s/1'\nchannel = '#c'\nusername = 'k'\n\
                [[slack]]\nenabled = true\nworkspace = 'dev'\nurl = 'http://s/2'\ntoken = 'xoxb'\n";
    let body = |color: &str, channel: &str, icon: &str, user: &str| {
        format!(
            "{{\"attachments\":[{{\"fallback\":MESSAGE,\"color\":\"{color}\",\"text\":MESSAGE,\"mrkdwn_in\":[\"text\"]}}],\
             \"channel\":\"{channel}\",\"icon_emoji\":\"{icon}\",\"text\":\"\",\"username\":\"{user}\"}}\n"
        )
    };
    let plain = handler(toml, "slack", "");
    for (level, color) in
        [(Level::Critical, "danger"), (Level::Warning, "warning"), (Level::Info, "good"), (Level::Ok, "good")]
    {
        sends(&plain, &at(level), "http://s/1", &[], &body(color, "#c", "", "k"));
    }
    let own = handler(toml, "slack", "workspace: dev, channel: '@me', username: 'u\"', icon-emoji: ':x:'");
    let bearer = [("Authorization", "Bearer xoxb")];
    sends(&own, &critical(), "http://s/2", &bearer, &body("danger", "@me", ":x:", "u\\\""));
    let failed = "failed to send event";
    refuses(&handler(toml, "slack", "workspace: nope"), &critical(), failed, "workspace id not found");
    refuses(&handler("", "slack", ""), &critical(), failed, "service is not enabled");
    refuses(
        &handler("[slack]\nurl = 'http://s'", "slack", ""),
        &critical(),
        failed,
        "service is not enabled",
    );
}

#[test]
fn pagerduty() {
    let toml = "[pagerduty]\nenabled = true\nservice-key = 'sk'\n";
    let url = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";
    let body = |kind: &str, key: &str| {
        format!(
            "{{\"client\":\"kapacitor\",\"client_url\":\"http://localhost:9092/kapacitor/v1\",\"description\":MESSAGE,\
             \"details\":\"\\u003cp\\u003e1 \\u0026amp; 2\\u003c/p\\u003e\",\"event_type\":\"{kind}\",\
             \"incident_key\":\"cpu/a\",\"service_key\":\"{key}\"}}\n"
        )
    };
    sends(&handler(toml, "pagerduty", ""), &critical(), url, &[], &body("trigger", "sk"));
    sends(&handler(toml, "pagerduty", "service-key: own"), &at(Level::Ok), url, &[], &body("resolve", "own"));
    refuses(
        &handler(toml, "pagerduty", ""),
        &at(Level::Info),
        "failed to send event to PagerDuty",
        "AlertLevel 'info' is currently ignored by the PagerDuty service",
    );
}

#[test]
fn pagerduty2() {
    let toml = "hostname = 'mon'\n[pagerduty2]\nenabled = true\nrouting-key = 'rk'\n";
    let body = |key: &str, action: &str, severity: &str, source: &str, links: &str| {
        format!(
            "{{\"routing_key\":\"{key}\",\"event_action\":\"{action}\",\"dedup_key\":\"cpu/a\",\"payload\":{{\"summary\":MESSAGE,\
             \"source\":\"{source}\",\"severity\":\"{severity}\",\"timestamp\":\"2020-01-01T00:00:00.120000000Z\",\
             \"class\":\"task\",\"component\":\"\",\"group\":\"\",\"custom_details\":{{\"result\":DATA}}}},\"images\":null,\
             \"links\":{links},\"client\":\"kapacitor\",\"client_url\":\"http://mon:9092/kapacitor/v1\"}}\n"
        )
    };
    let url = "https://events.pagerduty.com/v2/enqueue";
    let accept = [("Accept", "application/vnd.pagerduty+json;version=2")];
    let plain = handler(toml, "pagerduty2", "");
    for (level, action, severity) in [
        (Level::Critical, "trigger", "critical"),
        (Level::Warning, "trigger", "warning"),
        (Level::Info, "trigger", "info"),
        (Level::Ok, "resolve", "info"),
    ] {
        sends(&plain, &at(level), url, &accept, &body("rk", action, severity, "a", "null"));
    }
    let links = "routing-key: own, links: [{href: 'http://w/{{ .Name }}'}, {href: h, text: '{{ .ID }}'}]";
    let own = handler(toml, "pagerduty2", links);
    let links = "[{\"href\":\"http://w/cpu\",\"text\":\"http://w/cpu\"},{\"href\":\"h\",\"text\":\"cpu/a\"}]";
    sends(&own, &critical(), url, &accept, &body("own", "trigger", "critical", "a", links));
    let nan = critical().about("cpu", &[], &[("v", Value::Float(f64::NAN))]);
    refuses(&plain, &nan, "failed to send event to PagerDuty", "json: unsupported value: NaN");
}

#[test]
fn a_source_that_is_no_host_is_unknown() {
    let config = handler("[pagerduty2]\nenabled = true", "pagerduty2", "");
    let body = described(&config, &critical().about("cpu", &[], &[]))["body"].to_string();
    assert!(body.contains("\\\"source\\\":\\\"unknown\\\""), "{body}");
}

#[test]
fn opsgenie() {
    let toml = "[opsgenie]\nenabled = true\napi-key = 'key'\nteams = ['ops']\n";
    let body = |level: &str, note: &str, more: &str| {
        format!(
            "{{\"alias\":\"cpu/a\",\"apiKey\":\"key\",\"description\":DATA_TEXT,\"details\":{{\"Level\":\"{level}\",\
             \"Monitoring Tool\":\"Kapacitor\"}},\"entity\":\"cpu/a\",\"message\":MESSAGE,\
             \"monitoring_tool\":\"kapacitor\",\"note\":{note},{more}}}\n"
        )
    };
    let url = "https://api.opsgenie.com/v1/json/alert/";
    let teams = "\"teams\":[\"ops\"]";
    sends(&handler(toml, "opsgenie", ""), &critical(), url, &[], &body("CRITICAL", "\"\"", teams));
    let own = handler(toml, "opsgenie", "teams-list: [a, b], recipients-list: [c]");
    let more = "\"recipients\":[\"c\"],\"teams\":[\"a\",\"b\"]";
    let url = "https://api.opsgenie.com/v1/json/alert/note/";
    sends(&own, &at(Level::Ok), url, &[], &body("RECOVERY", "MESSAGE", more));
}

#[test]
fn opsgenie2() {
    let toml =
        "[opsgenie2]\nenabled = true\napi-key = 'key'\nurl = 'http://og/v2/alerts'\nrecipients = ['r']\n";
    let body = |level: &str, priority: &str, description: &str, responders: &str| {
        format!(
            "{{\"alias\":\"Y3B1L2E=\",\"description\":{description},\"details\":{{\"Kapacitor Task Name\":\"cpu\",\"Level\":\"{level}\",\
             \"Monitoring Tool\":\"Kapacitor\",\"dc\":\"\\u003c1\\u003e\",\"host\":\"a\"}},\"entity\":\"cpu/a\",\
             \"message\":MESSAGE,\"note\":\"\",\"priority\":\"{priority}\"{responders}}}\n"
        )
    };
    let key = [("Authorization", "GenieKey key")];
    let url = "http://og/v2/alerts";
    let user = ",\"responders\":[{\"type\":\"user\",\"username\":\"r\"}]";
    let plain = handler(toml, "opsgenie2", "");
    for (level, priority) in [(Level::Critical, "P1"), (Level::Warning, "P3"), (Level::Info, "P5")] {
        sends(&plain, &at(level), url, &key, &body(level.as_str(), priority, "DATA_TEXT", user));
    }
    let note = "{\"note\":MESSAGE}\n";
    let recovery = |action: &str| format!("http://og/v2/alerts/Y3B1L2E=/{action}?identifierType=alias");
    sends(&plain, &at(Level::Ok), &recovery("notes"), &key, note);
    let own = handler(toml, "opsgenie2", "teams-list: [t], recovery_action: close");
    sends(&own, &at(Level::Ok), &recovery("close"), &key, note);
    let both = ",\"responders\":[{\"name\":\"t\",\"type\":\"team\"},{\"type\":\"user\",\"username\":\"r\"}]";
    sends(&own, &critical(), url, &key, &body("CRITICAL", "P1", "DATA_TEXT", both));
    let details = handler(&format!("{toml}details = true\n"), "opsgenie2", "");
    let text = "\"\\u003cp\\u003e1 \\u0026amp; 2\\u003c/p\\u003e\"";
    sends(&details, &critical(), url, &key, &body("CRITICAL", "P1", text, user));
}

#[test]
fn victorops() {
    let toml = "[victorops]\nenabled = true\napi-key = 'a b'\nrouting-key = 'team'\n";
    let body = |data: &str, kind: &str| {
        format!(
            "{{\"data\":{data},\"entity_id\":\"cpu/a\",\"message_type\":\"{kind}\",\"monitoring_tool\":\"kapacitor\",\
             \"state_message\":MESSAGE,\"timestamp\":1577836800}}\n"
        )
    };
    let url = "https://alert.victorops.com/integrations/generic/20131114/alert/a%20b/";
    let team = format!("{url}team");
    sends(&handler(toml, "victorops", ""), &critical(), &team, &[], &body("DATA_TEXT", "CRITICAL"));
    let own = handler(&format!("{toml}json-data = true"), "victorops", "routing-key: x");
    sends(&own, &at(Level::Ok), &format!("{url}x"), &[], &body("DATA", "RECOVERY"));
}

#[test]
fn telegram() {
    let toml = "[telegram]\nenabled = true\ntoken = '12:ab'\nchat-id = '7'\n";
    let url = "https://api.telegram.org/bot12:ab/sendMessage";
    let plain = handler(toml, "telegram", "");
    sends(&plain, &critical(), url, &[], "{\"chat_id\":\"7\",\"text\":MESSAGE}\n");
    let own = "chat-id: '-100', parse-mode: HTML, disable-notification: true";
    let body = "{\"chat_id\":\"-100\",\"disable_notification\":true,\"disable_web_page_preview\":true,\"parse_mode\":\"HTML\",\"text\":MESSAGE}\n";
    let own = handler(&format!("{toml}disable-web-page-preview = true"), "telegram", own);
    sends(&own, &at(Level::Ok), url, &[], body);
    let bad = handler(toml, "telegram", "parse-mode: Word");
    let error = "parseMode Word is not valid, please use 'Markdown' or 'HTML'";
    refuses(&bad, &critical(), "failed to send event to Telegram", error);
}

#[test]
fn teams() {
    let toml = "[teams]\nenabled = true\nchannel-url = 'http://t/hook'\n";
    let body = |title: &str, text: &str, summary: &str, color: &str| {
        format!(
            "{{\"@type\":\"MessageCard\",\"@context\":\"http://schema.org/extensions\",\"title\":\"{title}\",\
             \"text\":{text},\"summary\":\"{summary}\",\"themeColor\":\"{color}\"}}"
        )
    };
    let plain = handler(toml, "teams", "");
    let ok = body("OK: [cpu/a]", "\"é\"", "OK: [cpu/a] - é...", "34CC25");
    sends(&plain, &Event { message: "é".into(), ..at(Level::Ok) }, "http://t/hook", &[], &ok);
    // The 70th byte is the first half of an é.
    let long = "é".repeat(40);
    let summary = format!("WARNING: [cpu/a] - {}\\ufffd...", "é".repeat(25));
    let expected = body("WARNING: [cpu/a]", &format!("\"{long}\""), &summary, "FFA533");
    let own = handler(toml, "teams", "channel-url: http://t/own");
    sends(&own, &Event { message: long, ..at(Level::Warning) }, "http://t/own", &[], &expected);
    let nameless = Event { id: String::new(), message: "m".into(), ..critical() };
    sends(&plain, &nameless, "http://t/hook", &[], &body("CRITICAL", "\"m\"", "CRITICAL: m...", "CC4A31"));
}

#[test]
fn discord() {
    let toml = "[discord]\nenabled = true\nurl = 'http://d'\nusername = 'k'\nembed-title = 'unused'\n";
    let body = |avatar: &str, color: i64, title: &str, time: &str, user: &str| {
        format!(
            "{{\"avatar_url\":\"{avatar}\",\"embeds\":[{{\"color\":{color},\"title\":\"{title}\",\"description\":MESSAGE,\
             \"timestamp\":\"{time}\"}}],\"username\":\"{user}\"}}\n"
        )
    };
    let plain = handler(toml, "discord", "");
    for (level, color) in [
        (Level::Critical, 16342867),
        (Level::Warning, 16026936),
        (Level::Info, 8021490),
        (Level::Ok, 8021490),
    ] {
        sends(&plain, &at(level), "http://d", &[], &body("", color, "", "", "k"));
    }
    let options = "username: u, avatar-url: 'http://a', embed-title: '{{ .Level }} {{ .Tags.host }}'";
    let own = handler(&format!("{toml}timestamp = true"), "discord", options);
    let expected = body("http://a", 16342867, "CRITICAL a", "2020-01-01T00:00:00Z", "u");
    sends(&own, &critical(), "http://d", &[], &expected);
}

#[test]
fn hipchat_and_talk() {
    let toml = "[hipchat]\nenabled = true\nurl = 'http://h/v2/room'\nroom = 'r'\ntoken = 't+/'\n\
                [talk]\nenabled = true\nurl = 'http://talk'\nauthor_name = 'tick'\n";
    let body = |color: &str| {
        format!("{{\"color\":\"{color}\",\"from\":\"kapacitor\",\"message\":MESSAGE,\"notify\":true}}\n")
    };
    let url = "http://h/v2/room/r/notification?auth_token=t%2B%2F";
    sends(&handler(toml, "hipchat", ""), &critical(), url, &[], &body("red"));
    sends(&handler(toml, "hipchat", ""), &at(Level::Warning), url, &[], &body("yellow"));
    let url = "http://h/v2/room/my%20room/notification?auth_token=u";
    sends(&handler(toml, "hipchat", "room: my room, token: u"), &at(Level::Ok), url, &[], &body("green"));
    let body = "{\"authorName\":\"tick\",\"text\":MESSAGE,\"title\":\"cpu/a\"}\n";
    sends(&handler(toml, "talk", ""), &critical(), "http://talk", &[], body);
}

#[test]
fn pushover() {
    let toml = "[pushover]\nenabled = true\ntoken = 't'\nuser-key = 'u'\n";
    let url = "https://api.pushover.net/1/messages.json";
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let message = "%22a%22+is+%3Cb%3E%26%C3%A9";
    for (level, priority) in
        [(Level::Critical, "1"), (Level::Warning, "0"), (Level::Info, "-1"), (Level::Ok, "-2")]
    {
        let body = format!("message={message}&priority={priority}&token=t&user=u");
        sends(&handler(toml, "pushover", ""), &at(level), url, &form, &body);
    }
    let options = "user-key: o, device: d, title: x y, url: 'http://w/?a=b', url-title: w, sound: siren";
    let body = format!(
        "device=d&message={message}&priority=1&sound=siren&title=x+y&token=t&url=http%3A%2F%2Fw%2F%3Fa%3Db&url_title=w&user=o"
    );
    sends(&handler(toml, "pushover", options), &critical(), url, &form, &body);
}
