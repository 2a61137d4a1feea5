//! `telegram`: sends messages over Telegram.

use super::body::Object;
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way};
use super::url;
use super::values::Key;
use crate::alert::Event;
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "telegram",
    kind: "telegram",
    go_type: "TelegramHandler",
    props: &[
        PropSpec::field("chatId", Str, "chat instead of the configured one"),
        PropSpec::field("parseMode", Str, "'Markdown' or 'HTML'"),
        PropSpec::flag("disableWebPagePreview", "no previews of links"),
        PropSpec::flag("disableNotification", "without sound"),
    ],
    doc: "sends messages over Telegram",
    details: "Token and chat come from the section `[telegram]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .telegram()\n        .chatId('-1001')\n        .disableNotification()\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Telegram",
    creating: "",
    options: &[
        Key::text("chat-id").call("chatId"),
        Key::text("parse-mode").call("parseMode"),
        Key::flag("disable-web-page-preview").call("disableWebPagePreview"),
        Key::flag("disable-notification").call("disableNotification"),
    ],
    section: &[
        Key::text("url").or("https://api.telegram.org/bot"),
        Key::text("token").secret(),
        Key::text("chat-id"),
        Key::text("parse-mode"),
        Key::flag("disable-web-page-preview"),
        Key::flag("disable-notification"),
        Key::flag("global"),
        Key::flag("state-changes-only"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange { request, accepted: &[200], refused }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let mode = service.text("parse-mode");
    if !["", "markdown", "html"].contains(&mode.to_lowercase().as_str()) {
        return Err(format!("parseMode {mode} is not valid, please use 'Markdown' or 'HTML'"));
    }
    let flag = |key| service.options().flag(key) || service.config_flag(key);
    let body = Object::new()
        .text("chat_id", service.text("chat-id"))
        .flag("disable_notification", flag("disable-notification"))
        .flag("disable_web_page_preview", flag("disable-web-page-preview"))
        .some("parse_mode", mode)
        .text("text", &event.message);
    let bot = format!("{}{}", service.config("url"), service.config("token"));
    Ok(Request::json(url::join(&bot, &["sendMessage"], None), body.line()))
}

/// What a refusal says.
fn refused(code: u16, body: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(answer) => {
            let number = answer.get("error_code").and_then(serde_json::Value::as_i64).unwrap_or_default();
            let text = answer.get("description").and_then(|d| d.as_str()).unwrap_or_default();
            format!("sendMessage error ({number}) description: {text}")
        }
        Err(error) => {
            format!("failed to understand Telegram response (err: {error}). code: {code} content: {body}")
        }
    }
}
