//! Scripts that broke a law once.

use super::shortcuts;

fn hold(script: &str, lines: &str) {
    let held = shortcuts(script, lines);
    assert_eq!(held.map_err(|e| e.to_string()), Ok(Some(())), "the script runs, and the law holds");
}

/// `httpOut` knew of a group by a barrier alone, and wrote JSON with a hole.
#[test]
fn http_out_of_a_group_that_had_no_point() {
    let script = "stream|from().measurement('m').groupBy('zone', 'host')|barrier().idle(7s)|groupBy('zone')|httpOut('x')";
    hold(script, "m,host=h0,zone=z0 v=0 1000000000000000\n");
}

/// Points without a field that the script names came to `flatten` from a window as if they had none at all.
#[test]
fn flatten_of_fields_that_nobody_names() {
    let script = "stream|from().groupBy('host')|window().period(30s).every(10s)|flatten().on('zone')|distinct('v')|log()";
    let lines = "m,host=h1,zone=z1 w=1 1000000000000000\nm,host=h1 v=0 1000002000000000\n\
                 m,host=h1,zone=z1 w=2 1000010000000000\n";
    hold(script, lines);
}
