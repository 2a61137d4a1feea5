//! What is said when a limit has stopped a run: which, where in the data, what is the largest, what to do.

use std::collections::{BTreeMap, HashSet};

use super::memory::Size;
use super::summary::count;
use crate::data::Sym;
use crate::engine::{Engine, Held};
use crate::play::{Hit, Place};
use crate::value::time;

/// How many of the largest are named.
const NAMED: usize = 3;

/// The lines that say it. `name` names a node of a task for people.
pub(super) fn lines(
    hit: Hit,
    place: &Place,
    engine: &Engine,
    name: impl Fn(&str, &str) -> String,
) -> Vec<String> {
    let mut nodes = engine.holding();
    let mut lines = match hit {
        Hit::Groups(max) => {
            // The order of the script decides between equals.
            nodes.sort_by_key(|held| std::cmp::Reverse(held.groups));
            let worst = nodes.first().map(|n| format!("{} holds {}", name(n.task, n.node), groups(n)));
            vec![format!("error: stopped by `--max-groups {max}`: {}", worst.unwrap_or_default())]
        }
        Hit::Memory(max, held) => {
            let (max, held) = (Size(max), Size(held));
            nodes.sort_by_key(|held| std::cmp::Reverse((held.points, held.groups)));
            vec![format!("error: stopped by `--max-memory`: the process holds {held}, more than {max}")]
        }
    };
    lines.extend(at(place));
    if !nodes.is_empty() {
        let named: Vec<String> = nodes.iter().take(NAMED).map(|held| holds(held, &name)).collect();
        lines.push(format!("  the largest nodes: {}", named.join("; ")));
    }
    let tags = tags(engine);
    if !tags.is_empty() {
        lines.push(format!("  the largest tags, of {}: {}", series(engine), tags.join("; ")));
    }
    lines.push(match hit {
        Hit::Groups(_) => {
            "help: group by fewer tags, let idle groups go with `|barrier().idle(1h).delete(TRUE)`, \
                           or raise the limit"
                .to_owned()
        }
        Hit::Memory(..) if place.time.is_none() => {
            "help: `--sort` holds the whole input at once: give it in order, or raise the limit".to_owned()
        }
        Hit::Memory(..) => "help: keep shorter windows, group by fewer tags, let idle groups go with \
                            `|barrier().idle(1h).delete(TRUE)`, play less at once, or raise the limit"
            .to_owned(),
    });
    lines
}

fn at(place: &Place) -> Option<String> {
    let time = place.time.map(|nanos| {
        let mut text = String::new();
        time::push_rfc3339_nano(&mut text, nanos);
        text
    });
    match (time, &place.line) {
        (Some(time), Some(line)) => Some(format!("  at {time}, {line}")),
        (Some(time), None) => Some(format!("  at {time}")),
        (None, _) => Some("  before the first point was played".to_owned()),
    }
}

fn groups(held: &Held<'_>) -> String {
    count(held.groups as u64, "group")
}

fn holds(held: &Held<'_>, name: &impl Fn(&str, &str) -> String) -> String {
    let name = name(held.task, held.node);
    match held.points {
        0 => format!("{name} with {}", groups(held)),
        points => format!("{name} with {} of {}", count(points as u64, "point"), groups(held)),
    }
}

fn series(engine: &Engine) -> String {
    match engine.catalog.all().len() {
        1 => "1 series".to_owned(),
        n => format!("{n} series"),
    }
}

/// The tags with the most values, each with the one that was seen last.
fn tags(engine: &Engine) -> Vec<String> {
    let world = &engine.world;
    let text = |sym| world.symbols.name(sym);
    let mut values: BTreeMap<(&str, &str), (HashSet<Sym>, Sym)> = BTreeMap::new();
    for series in engine.catalog.all() {
        for &(key, value) in world.tags.pairs(series.tags) {
            let (values, last) =
                values.entry((text(series.name), text(key))).or_insert((HashSet::new(), value));
            if values.insert(value) {
                *last = value;
            }
        }
    }
    let mut tags: Vec<_> = values.into_iter().collect();
    tags.sort_by_key(|(_, (values, _))| std::cmp::Reverse(values.len()));
    let named = |((name, key), (values, last)): ((&str, &str), (HashSet<Sym>, Sym))| {
        let n = count(values.len() as u64, "value");
        format!("`{key}` of `{name}` with {n} such as `{}`", text(last))
    };
    tags.into_iter().take(NAMED).map(named).collect()
}
