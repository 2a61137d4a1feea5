//! Templates are made, changed and taken away; a change is a change of all tasks that were made from one, or of none.

use super::change::retold;
use super::script::{heading, invalid, outline};
use super::work::{start, stop};
use super::{Trouble, blocking, id, now};
use crate::serve::App;
use crate::store::{StoreError, Task, Template};

/// What a client asks of a template; of one that is there, nothing means to leave it as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::serve) struct Wanted {
    pub(in crate::serve) id: Option<String>,
    pub(in crate::serve) script: Option<String>,
}

/// Makes a template.
pub(in crate::serve) async fn create(app: &App, wanted: Wanted) -> Result<Template, Trouble> {
    let _one = app.tasks.changing.lock().await;
    blocking(|| {
        let id = id::checked(wanted.id, "template")?;
        if app.store.get::<Template>(&id)?.is_some() {
            return Err(Trouble::Bad(format!("template {id} already exists")));
        }
        let script = wanted.script.unwrap_or_default();
        let (task_type, now) = (heading(&script)?.task_type, now());
        let error = String::new();
        let template = Template { id, task_type, script, error, created: now, modified: now };
        check(app, &template)?;
        app.store.create(&template)?;
        Ok(template)
    })
}

fn check(app: &App, template: &Template) -> Result<(), Trouble> {
    outline(&app.config, template).map(drop).map_err(|words| invalid(&words))
}

/// A template and its tasks.
struct Family {
    template: Template,
    tasks: Vec<Task>,
}

/// Changes a template and the tasks that were made from it, which start again if they are enabled. If one does not,
/// all is as it was.
pub(in crate::serve) async fn update(app: &App, id: &str, wanted: Wanted) -> Result<Template, Trouble> {
    let _one = app.tasks.changing.lock().await;
    let (old, new) = blocking(|| {
        let unknown = || Trouble::Unknown("template does not exist, cannot update".to_owned());
        let template = app.store.get::<Template>(id)?.ok_or_else(unknown)?;
        let tasks = app.store.view()?.tasks_of(id)?;
        let old = Family { template, tasks };
        let new = changed(app, &old, wanted)?;
        keep(app, &old.template.id, &new)?;
        Ok::<_, Trouble>((old, new))
    })?;
    for (at, task) in new.tasks.iter().enumerate().filter(|(_, task)| task.enabled) {
        if let Err(trouble) = start(app, task).await {
            blocking(|| keep(app, &new.template.id, &old))?;
            go_back(app, old.tasks.get(..=at).unwrap_or_default()).await?;
            return Err(reloading(task, trouble));
        }
    }
    Ok(new.template)
}

fn changed(app: &App, old: &Family, wanted: Wanted) -> Result<Family, Trouble> {
    let mut template = old.template.clone();
    if let Some(id) = wanted.id.filter(|id| !id.is_empty() && *id != template.id) {
        template.id = id::checked(Some(id), "template")?;
        if app.store.get::<Template>(&template.id)?.is_some() {
            return Err(Trouble::Bad(format!("template {} already exists", template.id)));
        }
    }
    if let Some(script) = wanted.script.filter(|script| !script.is_empty()) {
        template.task_type = heading(&script)?.task_type;
        template.script = script;
    }
    check(app, &template)?;
    template.modified = now();
    let retell = |task: &Task| retold(app, task, &template).map_err(|trouble| reloading(task, trouble));
    let tasks = old.tasks.iter().map(retell).collect::<Result<_, _>>()?;
    Ok(Family { template, tasks })
}

fn keep(app: &App, before: &str, family: &Family) -> Result<(), StoreError> {
    app.store.change(|change| {
        if family.template.id != before {
            change.delete::<Template>(before)?;
        }
        change.put_template(&family.template, &family.tasks)
    })
}

/// Starts tasks as they were before; one that did not run then does not now.
async fn go_back(app: &App, tasks: &[Task]) -> Result<(), Trouble> {
    for task in tasks.iter().filter(|task| task.enabled) {
        match start(app, task).await {
            // Why it does not start is kept with it.
            Ok(()) | Err(Trouble::Failed(_)) => {}
            Err(other) => {
                stop(app, &task.id).await;
                return Err(other);
            }
        }
    }
    Ok(())
}

fn reloading(task: &Task, trouble: Trouble) -> Trouble {
    let (Trouble::Bad(words) | Trouble::Unknown(words) | Trouble::Failed(words)) = trouble;
    Trouble::Failed(format!("error reloading associated task {}: {words}", task.id))
}

/// Takes a template away; its tasks go on. One that is not there is gone already.
pub(in crate::serve) async fn delete(app: &App, id: &str) -> Result<(), Trouble> {
    let _one = app.tasks.changing.lock().await;
    blocking(|| app.store.delete::<Template>(id))?;
    Ok(())
}
