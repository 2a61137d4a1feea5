//! Tasks are made, changed and taken away.

use serde_json::{Map, Value as Json};

use super::script::{Heading, build, heading, invalid};
use super::work::{forget, own_topics, start, stop};
use super::{Trouble, blocking, id, now};
use crate::pipeline::TaskType;
use crate::play::Stage;
use crate::serve::App;
use crate::store::{Task, Template};

/// What a client asks of a task; of one that is there, nothing means to leave it as it is.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::serve) struct Wanted {
    pub(in crate::serve) id: Option<String>,
    pub(in crate::serve) template: Option<String>,
    pub(in crate::serve) dbrps: Vec<(String, String)>,
    pub(in crate::serve) script: Option<String>,
    pub(in crate::serve) enabled: Option<bool>,
    /// As they are kept.
    pub(in crate::serve) vars: Map<String, Json>,
}

/// Makes a task, and starts it if that is wanted.
pub(in crate::serve) async fn create(app: &App, wanted: Wanted) -> Result<Task, Trouble> {
    let _one = app.tasks.changing.lock().await;
    let task = blocking(|| {
        let task = new(app, wanted)?;
        app.store.create(&task)?;
        Ok::<_, Trouble>(task)
    })?;
    if task.enabled {
        start(app, &task).await?;
    }
    Ok(task)
}

fn new(app: &App, wanted: Wanted) -> Result<Task, Trouble> {
    let id = id::checked(wanted.id, "task")?;
    if app.store.get::<Task>(&id)?.is_some() {
        return Err(Trouble::Bad(format!("task {id} already exists")));
    }
    let template = wanted.template.filter(|template| !template.is_empty());
    let script = script_of(app, template.as_deref(), || wanted.script.unwrap_or_default())?;
    let Heading { task_type, dbrps } = heading(&script)?;
    let dbrps = match (dbrps.is_empty(), wanted.dbrps.is_empty()) {
        (true, true) => return Err(Trouble::Bad("must specify dbrp".to_owned())),
        (false, false) => {
            return Err(Trouble::Bad("cannot specify dbrp in both implicitly and explicitly".to_owned()));
        }
        (true, false) => wanted.dbrps,
        (false, true) => dbrps,
    };
    let (enabled, now) = (wanted.enabled == Some(true), now());
    let task = Task {
        id,
        template,
        task_type,
        dbrps,
        script,
        vars: wanted.vars,
        enabled,
        error: String::new(),
        created: now,
        modified: now,
        last_enabled: enabled.then_some(now),
    };
    check(app, &task)?;
    Ok(task)
}

/// The script of a template, or one's own.
fn script_of(app: &App, template: Option<&str>, own: impl FnOnce() -> String) -> Result<String, Trouble> {
    let Some(id) = template else { return Ok(own()) };
    let known = app.store.get::<Template>(id)?;
    let unknown = || Trouble::Bad(format!("unknown template {id}: err: no template exists"));
    known.map(|template| template.script).ok_or_else(unknown)
}

fn check(app: &App, task: &Task) -> Result<(), Trouble> {
    build(&app.config, task, Stage::Define).map(drop).map_err(|words| invalid(&words))
}

/// Changes a task; starts or stops it if its status changes, and starts it again if its id does.
pub(in crate::serve) async fn update(app: &App, id: &str, wanted: Wanted) -> Result<Task, Trouble> {
    let _one = app.tasks.changing.lock().await;
    let (old, task) = blocking(|| {
        let unknown = || Trouble::Unknown("task does not exist, cannot update".to_owned());
        let old = app.store.get::<Task>(id)?.ok_or_else(unknown)?;
        let task = changed(app, &old, wanted)?;
        app.store.change(|change| change.rename_task(&old.id, &task))?;
        Ok::<_, Trouble>((old, task))
    })?;
    let (renamed, switched) = (task.id != old.id, task.enabled != old.enabled);
    let topics = if renamed { blocking(|| own_topics(app, &old)) } else { Vec::new() };
    if old.enabled && (renamed || switched) {
        stop(app, &old.id).await;
    }
    if renamed {
        // What came of it before it was stopped was kept until then.
        blocking(|| app.store.change(|change| forget(change, &old.id, &topics)))?;
    }
    if task.enabled && (renamed || switched) {
        start(app, &task).await?;
    }
    Ok(task)
}

fn changed(app: &App, old: &Task, wanted: Wanted) -> Result<Task, Trouble> {
    let mut task = old.clone();
    if let Some(id) = wanted.id.filter(|id| !id.is_empty()) {
        task.id = id::checked(Some(id), "task")?;
    }
    if let Some(template) = wanted.template.filter(|template| !template.is_empty()) {
        task.template = Some(template);
    }
    let own = wanted.script.filter(|script| !script.is_empty()).unwrap_or_else(|| old.script.clone());
    task.script = script_of(app, task.template.as_deref(), || own)?;
    let Heading { task_type, dbrps } = heading(&task.script)?;
    place(&mut task, task_type, dbrps, wanted.dbrps)?;
    if !wanted.vars.is_empty() {
        task.vars = wanted.vars;
    }
    task.enabled = wanted.enabled.unwrap_or(old.enabled);
    check(app, &task)?;
    task.modified = now();
    if task.id != old.id {
        task.created = task.modified;
    }
    if task.enabled && !old.enabled {
        task.last_enabled = Some(task.modified);
    }
    Ok(task)
}

/// What a changed script says of itself. What it does not say stays.
fn place(
    task: &mut Task,
    task_type: TaskType,
    said: Vec<(String, String)>,
    wanted: Vec<(String, String)>,
) -> Result<(), Trouble> {
    task.task_type = task_type;
    match (said.is_empty(), wanted.is_empty()) {
        (true, true) => {}
        (false, false) => {
            return Err(Trouble::Bad("cannot specify dbrp in implicitly and explicitly".to_owned()));
        }
        (true, false) => task.dbrps = wanted,
        (false, true) => task.dbrps = said,
    }
    Ok(())
}

/// A task of a template that has another script now.
pub(super) fn retold(app: &App, old: &Task, template: &Template) -> Result<Task, Trouble> {
    let mut task =
        Task { template: Some(template.id.clone()), script: template.script.clone(), ..old.clone() };
    let Heading { task_type, dbrps } = heading(&task.script)?;
    place(&mut task, task_type, dbrps, Vec::new())?;
    check(app, &task)?;
    task.modified = now();
    Ok(task)
}

/// Takes a task away; one that is not there is gone already.
pub(in crate::serve) async fn delete(app: &App, id: &str) -> Result<(), Trouble> {
    let _one = app.tasks.changing.lock().await;
    let Some(task) = blocking(|| app.store.get::<Task>(id))? else { return Ok(()) };
    let topics = blocking(|| own_topics(app, &task));
    stop(app, id).await;
    blocking(|| {
        app.store.change(|change| {
            change.delete::<Task>(id)?;
            forget(change, id, &topics)
        })
    })?;
    Ok(())
}
