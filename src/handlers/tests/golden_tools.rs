//! What incident tools and mail servers are sent, byte for byte.

use super::golden::{at, critical, described, handler, refuses, sends};
use super::*;
use crate::alert::Level;
use crate::value::Value;

#[test]
fn alerta() {
    let toml = "[alerta]\nenabled = true\nurl = 'http://al/api'\ntoken = 'tok'\nenvironment = 'prod'\norigin = 'mon'\n";
    let body = |severity: &str| {
        format!(
            "{{\"correlate\":[\"cpu\"],\"environment\":\"prod\",\"event\":\"cpu/a\",\"group\":\"host=a\",\"origin\":\"mon\",\
             \"rawData\":DATA,\"resource\":\"cpu\",\"service\":[\"cpu\"],\"severity\":\"{severity}\",\
             \"tags\":[\"dc=\\u003c1\\u003e\",\"host=a\"],\"text\":MESSAGE,\"timeout\":86400,\"value\":\"\"}}\n"
        )
    };
    let plain = handler(toml, "alerta", "");
    let token = [("Authorization", "Bearer tok")];
    for (level, severity) in [
        (Level::Critical, "critical"),
        (Level::Warning, "warning"),
        (Level::Info, "informational"),
        (Level::Ok, "ok"),
    ] {
        sends(&plain, &at(level), "http://al/api/alert", &token, &body(severity));
    }
    let options = "token: own, token-prefix: Key, resource: '{{ .Tags.host }}', event: '{{ .TaskName }}', \
                   environment: '{{ .Level }}', group: g, value: '{{ index .Fields \"v\" }}', origin: o, \
                   service: ['{{ .Name }}', b], correlate: [c], attributes: {n: 1, t: '{{ .ID }}'}, timeout: 90s";
    let own = "{\"attributes\":{\"n\":1,\"t\":\"cpu/a\"},\"correlate\":[\"c\"],\"environment\":\"CRITICAL\",\"event\":\"task\",\
               \"group\":\"g\",\"origin\":\"o\",\"rawData\":DATA,\"resource\":\"a\",\"service\":[\"cpu\",\"b\"],\"severity\":\"critical\",\
               \"tags\":[\"dc=\\u003c1\\u003e\",\"host=a\"],\"text\":MESSAGE,\"timeout\":90,\"value\":\"91.5\"}\n";
    let token = [("Authorization", "Key own")];
    sends(&handler(toml, "alerta", options), &critical(), "http://al/api/alert", &token, own);
    let nameless = critical().about("", &[], &[]);
    let failed = "failed to send event to Alerta";
    refuses(&plain, &nameless, failed, "Resource and Event are required to send an alert");
    let error = "template: event:1:3: executing \"event\" at <.Level>: can't evaluate field Level in type alerta.eventData";
    refuses(&handler(toml, "alerta", "event: '{{ .Level }}'"), &critical(), failed, error);
}

#[test]
fn bigpanda() {
    let toml = "[bigpanda]\nenabled = true\nurl = 'http://bp'\napp-key = 'app'\ntoken = 'tok'\n";
    let token = [("Authorization", "Bearer tok")];
    let body = |details: &str, status: &str| {
        format!(
            "{{\"app_key\":\"app\",\"check\":\"cpu/a\",\"dc\":\"\\u003c1\\u003e\",\"description\":MESSAGE,{details}\"host\":\"a\",\
             \"s\":\"x\",\"status\":\"{status}\",\"task\":\"task:cpu\",\"timestamp\":1577836800,\"v\":\"91.5\"}}\n"
        )
    };
    let plain = handler(toml, "bigpanda", "");
    let details = "\"details\":\"\\u003cp\\u003e1 \\u0026 2\\u003c/p\\u003e\",";
    for (level, status) in
        [(Level::Critical, "critical"), (Level::Warning, "warning"), (Level::Info, "ok"), (Level::Ok, "ok")]
    {
        sends(&plain, &at(level), "http://bp", &token, &body(details, status));
    }
    let json = Event { details: "{&#34;ID&#34;:1}".into(), ..critical() };
    sends(&plain, &json, "http://bp", &token, &body("", "critical"));
    let options = "app-key: own, url: 'http://own', host: '{{ .Name }}', primary-property: p, secondary-property: q, \
                   attributes: {a: '{{ .ID }}', n: 1.5, dc: last}";
    let own = handler(&format!("{toml}auto-attributes = 'tags'\n"), "bigpanda", options);
    let quiet = Event {
        details: crate::alert::Details::default(),
        ..at(Level::Ok).about("cpu", &[("dc", "x")], &[])
    };
    let body = "{\"a\":\"cpu/a\",\"app_key\":\"own\",\"check\":\"cpu/a\",\"dc\":\"last\",\"description\":MESSAGE,\"host\":\"cpu\",\
                \"n\":\"1.5\",\"primary_property\":\"p\",\"secondary_property\":\"q\",\"status\":\"ok\",\"task\":\"task:cpu\",\
                \"timestamp\":1577836800}\n";
    sends(&own, &quiet, "http://own", &token, body);
}

#[test]
fn servicenow() {
    let toml =
        "[servicenow]\nenabled = true\nurl = 'http://sn'\nsource = 'src'\nusername = 'u'\npassword = 'p'\n";
    let basic = [("Authorization", "Basic dTpw")];
    let body = |severity: &str| {
        format!(
            "{{\"records\":[{{\"source\":\"src\",\"message_key\":\"cpu/a\",\"severity\":\"{severity}\",\"description\":MESSAGE}}]}}"
        )
    };
    let plain = handler(toml, "servicenow", "");
    for (level, severity) in
        [(Level::Critical, "1"), (Level::Warning, "4"), (Level::Info, "5"), (Level::Ok, "5")]
    {
        sends(&plain, &at(level), "http://sn", &basic, &body(severity));
    }
    let options = "url: 'http://own', username: x, password: 'y', source: s, node: '{{ .Tags.host }}', type: '{{ .Name }}', \
                   resource: r, metricName: '{{ index .Fields \"v\" }}', messageKey: '{{ .TaskName }}/{{ .ID }}', \
                   additional_info: {b: true, a: '<{{ .Name }}>', n: 1e21}";
    let own = "{\"records\":[{\"source\":\"s\",\"node\":\"a\",\"type\":\"cpu\",\"resource\":\"r\",\"metric_name\":\"91.5\",\
               \"message_key\":\"task/cpu/a\",\"severity\":\"1\",\"description\":MESSAGE,\
               \"additional_info\":\"{\\\"a\\\":\\\"\\\\u003ccpu\\\\u003e\\\",\\\"b\\\":\\\"true\\\",\\\"n\\\":\\\"1e+21\\\"}\"}]}";
    let basic = [("Authorization", "Basic eDp5")];
    sends(&handler(toml, "servicenow", options), &critical(), "http://own", &basic, own);
}

#[test]
fn servicenow_cuts_long_texts() {
    let toml = "[servicenow]\nenabled = true\nurl = 'http://sn'\n";
    let long = Event {
        id: "i".repeat(2000),
        message: "é".repeat(2001),
        ..critical().about(&"n".repeat(101), &[], &[])
    };
    let config = handler(toml, "servicenow", "node: '{{ .Name }}'");
    let body = format!(
        "{{\"records\":[{{\"source\":\"\",\"node\":\"{}\",\"message_key\":\"{}\",\"severity\":\"1\",\"description\":\"{}\"}}]}}",
        "n".repeat(100),
        "i".repeat(1024),
        "é".repeat(2000)
    );
    sends(&config, &long, "http://sn", &[], &body);
}

#[test]
fn zenoss() {
    let toml = "[zenoss]\nenabled = true\nurl = 'http://z'\nusername = 'u'\npassword = 'p'\n";
    let basic = [("Authorization", "Basic dTpw")];
    let body = |severity: &str| {
        format!(
            "{{\"action\":\"EventsRouter\",\"method\":\"add_event\",\"data\":[{{\"collector\":\"Kapacitor\",\"component\":\"\",\
             \"device\":\"\",\"evclass\":\"\",\"evclasskey\":\"\",\"severity\":{severity},\"summary\":MESSAGE}}],\"type\":\"rpc\",\"tid\":1}}"
        )
    };
    let plain = handler(toml, "zenoss", "");
    for (level, severity) in [
        (Level::Critical, "\"Critical\""),
        (Level::Warning, "\"Warning\""),
        (Level::Info, "\"Info\""),
        (Level::Ok, "\"Clear\""),
    ] {
        sends(&plain, &at(level), "http://z", &basic, &body(severity));
    }
    let numbers =
        format!("{toml}tid = 3\n[zenoss.severity-map]\nOK = 0\nInfo = 2\nWarning = 3\nCritical = 5\n");
    let options = "action: A, method: m, type: t, tid: 7, summary: '{{ .Message }}', device: '{{ .Tags.host }}', \
                   component: '{{ .Name }}', eventclasskey: k, eventclass: '/App', collector: c, \
                   message: '{{ .Details }}', customField: {b: '{\"y\": 1, \"x\": [true]}', a: '[no', n: 2, device: d2}";
    let own = "{\"action\":\"A\",\"method\":\"m\",\"data\":[{\"a\":\"[no\",\"b\":{\"x\":[true],\"y\":1},\"collector\":\"c\",\
               \"component\":\"cpu\",\"device\":\"d2\",\"evclass\":\"/App\",\"evclasskey\":\"k\",\
               \"message\":\"\\u003cp\\u003e1 \\u0026amp; 2\\u003c/p\\u003e\",\"n\":2,\"severity\":5,\"summary\":MESSAGE}],\
               \"type\":\"t\",\"tid\":7}";
    sends(&handler(&numbers, "zenoss", options), &critical(), "http://z", &basic, own);
    let got =
        described(&handler(&numbers, "zenoss", ""), &Event { message: "é".repeat(129), ..at(Level::Ok) });
    let body = got["body"].as_str().expect("a body");
    assert!(body.contains(&format!("\"severity\":0,\"summary\":\"{}\"}}", "é".repeat(128))), "{body}");
    assert!(body.ends_with("\"tid\":3}"), "{body}");
    let odd = described(&plain, &Event { message: format!("a{}", "é".repeat(128)), ..critical() });
    let body = odd["body"].as_str().expect("a body");
    assert!(body.contains(&format!("a{}\u{fffd}\"", "é".repeat(127))), "{body}");
}

#[test]
fn mail() {
    let toml = "[smtp]\nenabled = true\nfrom = 'tick@x.test'\nto = ['team@x.test']\n";
    let sent = |toml: &str, options: &str, event: &Event| {
        let got = described(&handler(toml, "smtp", options), event);
        assert_eq!(got["subject"], event.message);
        assert_eq!(got["body"], event.details());
        assert_eq!(got.len(), 3);
        got["to"].to_string()
    };
    assert_eq!(sent(toml, "", &critical()), "[\"team@x.test\"]");
    let options = "to: [a@x.test], to-field: ['{{ .Tags.host }}@x.test', '{{ index .Tags \"nope\" }}', '{{ .TaskName }}@{{ .Category }}y']";
    assert_eq!(sent(toml, options, &at(Level::Ok)), "[\"a@x.test\",\"a@x.test\",\"task@y\"]");
    let nobody = handler("[smtp]\nenabled = true\nfrom = 'a@b'", "smtp", "");
    let failed = "failed to send email";
    refuses(&nobody, &critical(), failed, "not sending email, no recipients defined");
    refuses(&handler("", "smtp", "to: [a]"), &critical(), failed, "service is not enabled");
    // What JSON cannot hold does not matter to a mail.
    let nan = critical().about("cpu", &[], &[("v", Value::Float(f64::NAN))]);
    assert_eq!(sent(toml, "", &nan), "[\"team@x.test\"]");
}
