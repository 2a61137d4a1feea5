//! `/config`: what is shown, what is changed, and what is refused.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{full, read};
use crate::config::schema::{Key, Kind, Section, sections};
use crate::config::{Changed, Override, Refusal, Settings, Target, apply, show, update};

fn post(settings: &Settings, stored: &[Override], path: &str, body: &Json) -> Result<Changed, Refusal> {
    update(settings, stored, &Target::of_path(path), body.to_string().as_bytes())
}

fn get(settings: &Settings, path: &str) -> Result<Json, Refusal> {
    show(settings, &Target::of_path(path))
}

#[test]
fn an_element_looks_as_kapacitor_shows_it() {
    let settings = read("[smtp]\nto = ['a@b']\npassword = 'x'\n");
    assert_eq!(
        get(&settings, "/smtp/").expect("smtp").to_string(),
        "{\"link\":{\"rel\":\"self\",\"href\":\"/kapacitor/v1/config/smtp/\"},\"options\":{\"enabled\":false,\"from\":\"\",\
         \"global\":false,\"host\":\"localhost\",\"idle-timeout\":\"30s\",\"no-verify\":false,\"password\":true,\"port\":25,\
         \"state-changes-only\":false,\"to\":[\"a@b\"],\"username\":\"\"},\"redacted\":[\"password\"]}"
    );
    let section = get(&settings, "/influxdb").expect("influxdb");
    assert_eq!(section["link"]["href"], "/kapacitor/v1/config/influxdb");
    assert_eq!(section["elements"][0]["link"]["href"], "/kapacitor/v1/config/influxdb/default");
    assert_eq!(
        section["elements"][0]["options"]["excluded-subscriptions"],
        json!({"_kapacitor": ["autogen"]})
    );
    assert_eq!(section["elements"][0]["options"]["subscriptions"], Json::Null);
    assert_eq!(get(&settings, "/sensu/").expect("sensu")["redacted"], Json::Null);
    let all = get(&settings, "").expect("all");
    assert_eq!(all["link"]["href"], "/kapacitor/v1/config");
    let names: Vec<&String> = all["sections"].as_object().expect("sections").keys().collect();
    assert_eq!(names.len(), 23);
    assert!(names.is_sorted());
    let slack = get(&full(), "/slack").expect("slack");
    let names =
        slack["elements"].as_array().expect("a list").iter().map(|e| e["options"]["workspace"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["acme", "other"]);
}

#[test]
fn what_is_not_there_is_refused() {
    let settings = read("");
    for (path, status, text) in [
        ("/", 400, "section not specified, do you have an extra trailing '/'?"),
        ("/nope", 404, "unknown section: nope"),
        ("/http", 404, "unknown section: http"),
        ("/influxdb/x", 404, "unknown section/element: influxdb/x"),
        ("/smtp/x", 404, "unknown section/element: smtp/x"),
        ("/a/b/c", 400, "section not specified, do you have an extra trailing '/'?"),
    ] {
        assert_eq!(get(&settings, path), Err(Refusal { status, text: text.to_owned() }), "{path}");
    }
    let off = read("[config-override]\nenabled = false");
    let text = "config override service is not enabled".to_owned();
    assert_eq!(get(&off, ""), Err(Refusal { status: 403, text: text.clone() }));
    assert_eq!(post(&off, &[], "/smtp/", &json!({})).err(), Some(Refusal { status: 403, text }));
}

#[test]
fn an_update_is_kept_and_shown() {
    let base = read("[smtp]\nhost = 'h'\n");
    let body =
        json!({"set": {"host": "mail", "password": "p", "to": ["a@b"], "idle-timeout": "1m", "port": 26.0}});
    let changed = post(&base, &[], "/smtp/", &body).expect("a change");
    assert_eq!(changed.section, "smtp");
    let options = get(&changed.settings, "/smtp/").expect("smtp")["options"].clone();
    assert_eq!(
        (&options["host"], &options["password"], &options["port"]),
        (&json!("mail"), &json!(true), &json!(26))
    );
    assert_eq!((&options["to"], &options["idle-timeout"]), (&json!(["a@b"]), &json!("1m0s")));
    assert_eq!(apply(&base, &changed.overrides), Ok(changed.settings.clone()));
    assert!(!format!("{changed:?}").contains("\"p\""), "{changed:?}");
    // What is deleted is as the file has it.
    let again = post(&base, &changed.overrides, "/smtp/", &json!({"delete": ["host"]})).expect("a change");
    assert_eq!(get(&again.settings, "/smtp/").expect("smtp")["options"]["host"], "h");
    assert_eq!(get(&again.settings, "/smtp/").expect("smtp")["options"]["port"], 26);
    // As it is kept.
    let text = serde_json::to_string(&again.overrides).expect("JSON");
    assert_eq!(serde_json::from_str::<Vec<Override>>(&text).expect("overrides"), again.overrides);
}

#[test]
fn elements_come_and_go() {
    let base = read("");
    let added = json!({"add": {"name": "new", "urls": ["http://n"], "enabled": true, "default": true}});
    let changed = post(&base, &[], "/influxdb", &added).expect("a change");
    let names: Vec<String> = changed.settings.influxdbs().into_iter().map(|i| i.name).collect();
    assert_eq!(names, ["default", "new"]);
    let set = post(&base, &changed.overrides, "/influxdb/new", &json!({"set": {"username": "u"}}))
        .expect("a change");
    assert_eq!(set.settings.influxdbs()[1].username, "u");
    assert_eq!(set.overrides.len(), 1);
    let twice = post(&base, &changed.overrides, "/influxdb", &added).expect_err("twice");
    let text = "failed to apply update: cannot add new override, override already exists for influxdb/new";
    assert_eq!((twice.status, twice.text.as_str()), (400, text));
    let gone = post(&base, &set.overrides, "/influxdb", &json!({"remove": ["new"]})).expect("a change");
    assert_eq!(gone.settings, base);
    assert_eq!(gone.overrides, []);
}

#[test]
fn updates_that_do_not_fit_are_refused() {
    let applied = "failed to apply update: ";
    let action = "failed to apply update: invalid update action: ";
    let config = "failed to override configuration ";
    for (path, body, status, text) in [
        ("/smtp", json!({"set": {"a": 1}}), 400, format!("{action}element not specified, are you missing a trailing '/'?")),
        (
            "/smtp/",
            json!({"set": {"a": 1}, "add": {"b": 1}}),
            400,
            format!("{action}cannot provide both set/delete and add/remove actions in the same update"),
        ),
        (
            "/influxdb/a",
            json!({"add": {"name": "b"}}),
            400,
            format!("{action}must not provide an element name when adding an a new override"),
        ),
        (
            "/influxdb/a",
            json!({"remove": ["b"]}),
            400,
            format!("{action}must not provide element when removing an override"),
        ),
        ("/a%b/", json!({"set": {"a": 1}}), 400, format!("{action}invalid section name \"a%b\"")),
        ("/smtp", json!({"add": {"a": 1}}), 400, format!("{applied}section \"smtp\" is not a list, cannot add new element")),
        ("/nope", json!({"add": {"a": 1}}), 400, format!("{applied}unknown section \"nope\"")),
        ("/influxdb", json!({"add": {"a": 1}}), 400, format!("{applied}missing key \"name\" in \"add\" map")),
        (
            "/influxdb",
            json!({"add": {"name": 1}}),
            400,
            format!("{applied}expected \"name\" key to be a string, got float64"),
        ),
        ("/smtp/", json!({"set": {"x": 1, "y": 2}}), 400, format!("{config}smtp/: unknown options [x y] in section smtp")),
        ("/nope/", json!({"set": {"x": 1}}), 400, format!("{config}nope/: unknown options [x] in section nope")),
        ("/nope/", json!({"set": {}}), 400, format!("{config}nope/: unknown section nope")),
        ("/influxdb/x", json!({"set": {"urls": []}}), 400, format!("{config}influxdb/x: unknown options [urls] in section influxdb")),
        (
            "/influxdb/default",
            json!({"set": {"name": "x"}}),
            400,
            format!("{config}influxdb/default: cannot override element key name"),
        ),
        (
            "/smtp/",
            json!({"set": {"host": true}}),
            400,
            format!("{config}smtp/: cannot set option host: wrong kind bool, expected value of kind string: false"),
        ),
        (
            "/smtp/",
            json!({"set": {"enabled": "true"}}),
            400,
            format!("{config}smtp/: cannot set option enabled: wrong kind string, expected value of kind bool: false"),
        ),
        (
            "/smtp/",
            json!({"set": {"port": "x"}}),
            400,
            format!("{config}smtp/: cannot set option port: cannot convert string \"x\" into int"),
        ),
        (
            "/smtp/",
            json!({"set": {"idle-timeout": 5}}),
            400,
            format!("{config}smtp/: cannot set option idle-timeout: cannot unmarshal float64 into int64"),
        ),
        (
            "/smtp/",
            json!({"set": {"to": [1]}}),
            400,
            format!(
                "{config}smtp/: cannot set option to: failed to copy slice value: wrong kind float64, expected value of kind string: false"
            ),
        ),
        (
            "/smtp/",
            json!({"set": {"enabled": true}}),
            400,
            format!("{config}smtp/: failed validation: must provide a 'from' address"),
        ),
        (
            "/influxdb",
            json!({"add": {"name": "default", "urls": ["http://a"]}}),
            400,
            "failed to read sections from configuration object: section \"influxdb\" has duplicate elements: \"default\"".to_owned(),
        ),
        (
            "/slack",
            json!({"add": {"workspace": "b", "url": "u"}}),
            500,
            "failed to update configuration slack/: id must not be empty".to_owned(),
        ),
    ] {
        let refusal = post(&read(""), &[], path, &body).expect_err(path);
        assert_eq!((refusal.status, refusal.text), (status, text), "{path} {body}");
    }
    let nonsense = update(&read(""), &[], &Target::of_path("/smtp/"), b"{").expect_err("no JSON");
    assert!(nonsense.status == 400 && nonsense.text.starts_with("failed to decode JSON:"), "{nonsense}");
}

/// Options of all sections that can be set to anything without another.
fn free() -> Vec<(&'static Section, &'static Key)> {
    let shown = sections().iter().filter(|section| section.api && section.element_key().is_empty());
    let keys = shown.flat_map(|section| section.keys.iter().map(move |key| (section, key)));
    let fits = |(_, key): &(&Section, &Key)| {
        matches!(key.kind, Kind::Text | Kind::Secret | Kind::Texts) && !["from", "to"].contains(&key.name)
    };
    keys.filter(fits).collect()
}

proptest! {
    /// What is set is shown; what is deleted again is as before.
    #[test]
    fn what_is_set_is_shown(at in any::<prop::sample::Index>(), text in "[a-zA-Z0-9 @:/.\"<>]{1,20}") {
        let free = free();
        let (section, key) = free[at.index(free.len())];
        let base = full();
        let path = format!("/{}/", section.name);
        let value = if matches!(key.kind, Kind::Texts) { json!([text]) } else { json!(text) };
        let changed = post(&base, &[], &path, &json!({"set": {key.name: value}})).expect("a change");
        let shown = get(&changed.settings, &path).expect("section");
        let expected = if key.is_redacted() { json!(true) } else { value };
        prop_assert_eq!(&shown["options"][key.name], &expected);
        let mut before = get(&base, &path).expect("section");
        before["options"][key.name] = expected;
        prop_assert_eq!(before, shown);
        let back = post(&base, &changed.overrides, &path, &json!({"delete": [key.name]})).expect("a change");
        prop_assert_eq!(get(&back.settings, "").expect("all"), get(&base, "").expect("all"));
    }
}
