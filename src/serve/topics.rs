//! Topics and their handlers: what the store has is what is at work, after any request and after a restart.

use std::sync::Arc;

use serde_json::json;
use tracing::Level;

use super::App;
use super::log::tell;
use crate::handlers::{FileError, HandlerFile, SPECS, file};
use crate::store::{Change, StoreError, TopicHandler};
use crate::value::quote::quoted;

/// Sets the handlers to work that the store has. One that cannot work is told of, and stays in the store.
pub(super) async fn restore(app: &App) {
    let handlers = match app.ask_store(|store| store.all::<TopicHandler>()).await {
        Ok(handlers) => handlers,
        Err(error) => return tell(Level::ERROR, "alert", "failed to read handlers", &[("err", &error)]),
    };
    for handler in handlers {
        let done = match read(app, &handler) {
            Ok(file) => app.live.register(file).await.map_err(|why| words(&why)),
            Err(why) => Err(why),
        };
        if let Err(error) = done {
            let pairs = [("topic", &*handler.topic), ("handler", &*handler.id), ("err", &*error)];
            tell(Level::ERROR, "alert", "failed to create handler on startup", &pairs);
        }
    }
}

/// Adds a handler; one that cannot work leaves nothing behind.
pub(super) async fn create(app: &App, handler: TopicHandler) -> Result<(), String> {
    let file = read(app, &handler)?;
    let _alone = app.handlers.lock().await;
    let new = handler.clone();
    app.ask_store(move |store| store.create(&new)).await?;
    if let Err(why) = app.live.register(file).await {
        app.ask_store(move |store| store.delete::<TopicHandler>(key(&handler))).await?;
        return Err(words(&why));
    }
    Ok(())
}

/// Puts a handler in the place of another one; if it cannot work, the other one stays.
pub(super) async fn update(app: &App, old: TopicHandler, new: TopicHandler) -> Result<(), String> {
    if old.topic != new.topic {
        return Err("cannot change topic in update".to_owned());
    }
    let file = read(app, &new)?;
    let _alone = app.handlers.lock().await;
    let (gone, kept) = (old.clone(), new.clone());
    app.ask_store(move |store| store.change(|change| exchange(change, &gone, &kept))).await?;
    if let Err(why) = app.live.register(file).await {
        app.ask_store(move |store| store.change(|change| exchange(change, &new, &old))).await?;
        return Err(words(&why));
    }
    if old.id != new.id {
        app.live.unregister(&old.topic, &old.id).await;
    }
    Ok(())
}

/// Takes a handler away, if it is there.
pub(super) async fn delete(app: &App, topic: String, id: String) -> Result<(), String> {
    let _alone = app.handlers.lock().await;
    let (its_topic, its_id) = (topic.clone(), id.clone());
    app.ask_store(move |store| store.delete::<TopicHandler>((&*its_topic, &*its_id))).await?;
    app.live.unregister(&topic, &id).await;
    Ok(())
}

/// Forgets what the events of a topic were. Its handlers stay, and get what comes next.
pub(super) async fn forget(app: &App, topic: String) -> Result<(), String> {
    app.live.forget(&topic).await;
    app.ask_store(move |store| store.change(|change| change.delete_topic(&topic))).await
}

/// Does something to its end, also if the client who asked for it goes away meanwhile.
pub(super) async fn to_its_end<F>(work: impl FnOnce(Arc<App>) -> F, app: &Arc<App>) -> Result<(), String>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let done = tokio::spawn(work(Arc::clone(app))).await;
    done.unwrap_or_else(|error| Err(format!("it was not done: {error}")))
}

fn exchange(change: &Change<'_>, old: &TopicHandler, new: &TopicHandler) -> Result<(), StoreError> {
    change.need::<TopicHandler>(key(old))?;
    if old.id == new.id {
        return change.put(new);
    }
    change.create(new)?;
    change.delete::<TopicHandler>(key(old)).map(drop)
}

fn key(handler: &TopicHandler) -> (&str, &str) {
    (&handler.topic, &handler.id)
}

/// The handler with its options checked, read as from a handler file.
fn read(app: &App, handler: &TopicHandler) -> Result<HandlerFile, String> {
    let TopicHandler { topic, id, kind, options, matching } = handler;
    if !SPECS.iter().any(|spec| spec.kind == kind) && !["publish", "aggregate"].contains(&kind.as_str()) {
        return Err(format!("unsupported action kind {}", quoted(kind)));
    }
    let text = json!({"topic": topic, "id": id, "kind": kind, "match": matching, "options": options});
    let read = file::parse(&format!("{topic}/{id}.json"), &text.to_string(), &app.config.services);
    let failed = |words: String| format!("failed to decode options of {}: {words}", quoted(kind));
    let mistakes = match read {
        Ok(mut handlers) => return handlers.pop().ok_or_else(|| failed("there is no handler".to_owned())),
        Err(mistakes) => mistakes,
    };
    // Places are those of a text that the user has never seen.
    let words = |mistake: FileError| match mistake.hint {
        Some(hint) => format!("{}; {hint}", mistake.message),
        None => mistake.message,
    };
    Err(failed(mistakes.into_iter().map(words).collect::<Vec<_>>().join("\n")))
}

/// What the engine said, as the API says it.
fn words(why: &str) -> String {
    match why.strip_prefix("`match`: ") {
        Some(why) => format!("invalid match expression: {why}"),
        None => why.to_owned(),
    }
}
