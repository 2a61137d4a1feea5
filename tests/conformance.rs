//! Does `tick` do what Kapacitor does? Every case of `tests/conformance`, by kind and area.
//!
//! What it does not do yet is listed in `conformance_pending.txt`, what it does differently on purpose
//! in `conformance_differences.md`; both lists fail here as soon as they are not true any more.

use crate::runner::{areas, checks, dots, evals, formats, replays, resumed, settle};

#[test]
fn check() {
    settle(&checks());
}

#[test]
fn fmt() {
    settle(&formats());
}

#[test]
fn dot() {
    settle(&dots());
}

#[test]
fn eval() {
    settle(&evals());
}

/// One test for each area of the replays, and one that no area is forgotten.
macro_rules! replay_areas {
    ($($test:ident $area:literal),+ $(,)?) => {
        mod replay {
            $(#[test]
            fn $test() {
                super::settle(&super::replays($area));
            })+

            #[test]
            fn no_area_is_forgotten() {
                assert_eq!(super::areas(), [$($area),+]);
            }
        }
    };
}

replay_areas! {
    alert "alert",
    barrier "barrier",
    batch "batch",
    change "change",
    combine "combine",
    deadman "deadman",
    default "default",
    delete "delete",
    derivative "derivative",
    eval "eval",
    flatten "flatten",
    from "from",
    groupby "groupby",
    handlers "handlers",
    httpout "httpout",
    influxdbout "influxdbout",
    influxql "influxql",
    join "join",
    log "log",
    loopback "loopback",
    real "real",
    sample "sample",
    shift "shift",
    sideload "sideload",
    state "state",
    stats "stats",
    types "types",
    union "union",
    where_ "where",
    window "window",
}

/// Stopped, stored, loaded and gone on with, every case tells the same.
#[test]
fn resume() {
    let results: Vec<_> = areas().iter().flat_map(|area| resumed(area)).collect();
    let wrong: Vec<String> =
        results.iter().filter_map(|(name, r)| Some(format!("{name}: {}", r.as_ref().err()?))).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), results.len(), wrong.join("\n"));
}
