//! Joined batches, and the nodes that gather points of one time or spread those of a batch.

use super::told;

/// Lines `NAME[,TAGS] FIELDS SECOND`, separated by semicolons, with times in nanoseconds.
fn lines(text: &str) -> String {
    text.split(';').map(|line| format!("{}000000000\n", line.trim())).collect()
}

/// The records of `log`, times in seconds.
fn logs(script: &str, text: &str) -> Vec<String> {
    told(script, &lines(text)).logs.into_iter().map(|log| log.replace("000000000", "")).collect()
}

const PAIR: &str = "var a = stream|from().measurement('a')|window().period(10s).every(10s).align()
    var b = stream|from().measurement('b')|window().period(10s).every(10s).align()
    ";

#[test]
fn an_inner_join_of_batches_gives_empty_ones() {
    let script = format!("{PAIR} a|join(b).as('a', 'b')|log()");
    let points = "a v=1i 1;a v=2i 2;b v=3i 3;a v=4i 11;b v=5i 12;a v=6i 21;b v=7i 22";
    assert_eq!(logs(&script, points), ["{a 10: }", "{a 20: }"]);
}

#[test]
fn a_batch_without_a_counterpart_goes_out_when_all_are_past_it() {
    let script = format!("{PAIR} a|join(b).as('a', 'b').streamName('c').fill('null')|log()");
    let points =
        "a v=1i,w=1i 1;a v=2i 2;a v=3i 11;b v=4i 11;b v=5i 12;a v=6i 21;b v=7i 22;a v=1i 30;b v=1i 30";
    let want = [
        "{c 10: c a.v=1i,a.w=1i,b.v=,b.w= 1 | c a.v=2i,b.v=,b.w= 2}",
        "{c 20: c a.v=3i,b.v=4i 11 | c a.v=,b.v=5i 12}",
        "{c 30: c a.v=6i,b.v= 21 | c a.v=,b.v=7i 22}",
    ];
    assert_eq!(logs(&script, points), want);
}

#[test]
fn batches_meet_by_the_tags_of_on() {
    let script =
        "var racks = stream|from().measurement('r').groupBy('r')|window().period(10s).every(10s).align()
        stream|from().measurement('h').groupBy('r', 'h')|window().period(10s).every(10s).align()
        |join(racks).as('h', 'r').on('r')|log()";
    let points =
        "r,r=1 w=5i 1;h,r=1,h=a w=1i 1;h,r=1,h=b w=2i 1;r,r=1 w=6i 11;h,r=1,h=a w=3i 11;h,r=1,h=b w=4i 11";
    let want = ["{h,h=a,r=1 10: h,h=a,r=1 h.w=1i,r.w=5i 1}", "{h,h=b,r=1 10: h,h=b,r=1 h.w=2i,r.w=5i 1}"];
    assert_eq!(logs(script, points), want);
}

#[test]
fn a_join_by_measurement_under_another_name_is_another_group() {
    let script = "var a = stream|from().measurement('m').groupByMeasurement().groupBy('h')
        a|join(a).as('x', 'y').streamName('n')|stateCount(lambda: TRUE)|groupBy('h')|log()";
    assert_eq!(
        logs(script, "m,h=1 v=1i 1;m,h=1 v=2i 2"),
        ["n,h=1 state_count=1i,x.v=1i,y.v=1i 1", "n,h=1 state_count=2i,x.v=2i,y.v=2i 2"]
    );
}

#[test]
fn a_joined_field_can_be_joined_again() {
    let script = "var a = stream|from().measurement('a')
        var ab = a|join(stream|from().measurement('b')).as('a', 'b')
        ab|join(a).as('ab', 'c')|eval(lambda: \"ab.a.v\" + \"ab.b.v\" + \"c.v\").as('x')|log()";
    assert_eq!(logs(script, "a v=1i 1;b v=20i 1;a v=2i 2;b v=30i 2"), ["a x=22i 1", "a x=34i 2"]);
}

#[test]
fn an_empty_delimiter_lets_the_later_parent_win() {
    let script = "stream|from().measurement('a')|join(stream|from().measurement('b')).as('x', 'xy').delimiter('')|log()";
    assert_eq!(logs(script, "a yv=1i,z=2i 1;b v=3i 1"), ["a xyv=3i,xz=2i 1"]);
}

#[test]
fn a_union_orders_batches_and_renames_them() {
    let script = format!("{PAIR} a|union(b).rename('c')|log()");
    let points = "a v=1i 1;a v=2i 12;b v=3i 13;b v=4i 21;a v=5i 22";
    assert_eq!(logs(&script, points), ["{c 10: c v=1i 1}", "{c 20: c v=3i 13}", "{c 20: c v=2i 12}"]);
}

#[test]
fn a_union_of_measurements_renamed_is_one_group() {
    let script = "var a = stream|from().measurement('a').groupByMeasurement().groupBy('h')
        var b = stream|from().measurement('b').groupByMeasurement().groupBy('h')
        a|union(b).rename('c')|stateCount(lambda: TRUE)|log()";
    let logs = logs(script, "a,h=1 v=1i 1;b,h=1 v=2i 2;a,h=1 v=3i 3");
    assert_eq!(
        logs,
        ["c,h=1 state_count=1i,v=1i 1", "c,h=1 state_count=2i,v=2i 2", "c,h=1 state_count=3i,v=3i 3"]
    );
}

#[test]
fn combinations_take_points_greedily() {
    let points = "m,h=a v=1i 3;m,h=b v=2i 3;m,h=c v=7i 3;m v=0i 13";
    let script =
        "stream|from().measurement('m')|combine(lambda: \"h\" == 'a', lambda: TRUE).as('a', 'b')|log()";
    let want = ["m,a.h=a,b.h=b a.v=1i,b.v=2i 3", "m,a.h=a,b.h=c a.v=1i,b.v=7i 3"];
    assert_eq!(logs(script, points), want);
    let script =
        "stream|from().measurement('m')|combine(lambda: TRUE, lambda: \"h\" == 'a').as('a', 'b')|log()";
    assert!(logs(script, points).is_empty());
}

#[test]
fn combined_fields_can_be_named_and_times_are_rounded() {
    let script =
        "stream|from().measurement('m').groupBy('g')|combine(lambda: \"k\" == 'x', lambda: \"k\" == 'y')
        .as('x', 'y').tolerance(10s)|eval(lambda: \"x.v\" + \"y.v\", lambda: \"x.h\").as('sum', 'tag')|log()";
    let points =
        "m,g=1,h=a v=1i,k=\"x\" 8;m,g=1,h=b v=2i,k=\"y\" 11;m,g=1 v=3i,k=\"y\" 13;m,g=1 v=4i,k=\"x\" 20";
    assert_eq!(
        logs(script, points),
        ["m,g=1,x.h=a,y.h=b sum=3i,tag=\"a\" 10", "m,g=1,x.h=a sum=4i,tag=\"a\" 10"]
    );
}

#[test]
fn too_many_combinations_end_the_task() {
    let script =
        "stream|from().measurement('m')|combine(lambda: TRUE, lambda: TRUE).as('a', 'b').max(2)|log()";
    let told = told(script, &lines("m v=1 1;m v=2 1;m v=3 1;m v=4 2;m v=5 3"));
    let error = "refusing to perform combination as total combinations 3 exceeds max combinations 2";
    assert_eq!(told.errors[0], format!("combine2: node failed: {error}"));
    assert_eq!(told.errors.last().map(String::as_str), Some(&*format!(": task failed: combine2: {error}")));
    assert!(told.logs.is_empty());
}

#[test]
fn flattened_names_are_made_of_tags() {
    let script = "stream|from().measurement('m').groupBy('host')|flatten().on('host', 'port')|log()";
    let points = "m,host=A,port=80 b=1i,c=2i 3;m,host=A,port=443 b=2i 3;m,host=A,port=1 b=0i 4";
    assert_eq!(logs(script, points), ["m,host=A A.443.b=2i,A.80.b=1i,A.80.c=2i 3"]);
}

#[test]
fn flattened_fields_can_be_named() {
    let script = "stream|from().measurement('m')|flatten().on('port')|eval(lambda: \"80.b\" + \"a.b.b\").as('x')|log()";
    let points = "m,port=80 b=1i,c=2i 3;m,port=a.b b=20i 3;m,port=80 b=2i 3;m,port=1 b=0i 4";
    assert_eq!(logs(script, points), ["m x=22i 3"]);
    let script = "stream|from().measurement('m')|flatten().on('port').dropOriginalFieldName()
        |eval(lambda: \"80\" + \"a\").as('x')|log()";
    assert_eq!(logs(script, "m,port=80 b=1i,a=9i 3;m,port=a z=20i,b=7i 3;m,port=1 b=0i 4"), ["m x=21i 3"]);
}

#[test]
fn a_late_point_joins_the_newer_time() {
    let script = "stream|from().measurement('m')|flatten().on('p')|log()";
    let points = "m,p=80 b=1i 5;m,p=81 b=2i 3;m,p=82 b=3i 5;m,p=83 b=4i 6;m,p=84 b=5i 7";
    assert_eq!(logs(script, points), ["m 80.b=1i 5", "m 81.b=2i,82.b=3i 5", "m 83.b=4i 6"]);
}

#[test]
fn a_missing_tag_costs_its_point_alone() {
    let script = "stream|from().measurement('m').groupBy('g')|flatten().on('h', 'p')|log()";
    let told =
        told(script, &lines("m,g=1,h=AA b=1i 1;m,g=1,h=A,p=80 b=2i 1;m,g=1,h=A b=3i 2;m,g=1,h=A b=3i 3"));
    assert_eq!(told.logs, ["m,g=1 A.80.b=2i 1000000000"], "nothing of the other tag is left over");
    let error = "flatten2: point missing tag for flatten operation: tag p is missing from point";
    assert_eq!(told.errors, [error, error], "the last point was never flattened");
    assert_eq!(told.counter("flatten2", "errors"), 2);
}

#[test]
fn regrouped_batches_lag_one_time_behind_and_are_sorted() {
    let script = "stream|from().measurement('m').groupBy('g')|window().period(10s).every(10s).align()
        |groupBy('h').byMeasurement()|log()";
    let points = "m,g=1,h=a v=1i 3;m,g=2,h=a v=2i 2;m,g=1,h=b v=3i 7;m,g=1,h=a v=4i 13;m,g=2 v=5i 14;m,g=1,h=a v=6i 23";
    let told = told(script, &lines(points));
    let want = [
        "{m,h=a 10: m,g=2,h=a v=2i 2000000000 | m,g=1,h=a v=1i 3000000000}",
        "{m,h=b 10: m,g=1,h=b v=3i 7000000000}",
    ];
    let logs: Vec<String> = told.logs.iter().map(|log| log.replacen("10000000000", "10", 1)).collect();
    assert_eq!(logs, want);
    assert_eq!(told.counter("groupby3", "working_cardinality"), 1, "the last time is never given");
}

#[test]
fn the_points_of_a_batch_trickle_to_the_last_child() {
    let script = "var w = stream|from().measurement('m').groupBy('h')|window().period(10s).every(10s).align()|trickle()
        w|stateCount(lambda: TRUE).as('first')|log()
        w|stateCount(lambda: TRUE).as('last')|log()";
    let points = "m,h=a,x=1 v=1i 3;m,h=a v=2i 7;m,h=a v=3i 13";
    assert_eq!(logs(script, points), ["m,h=a,x=1 last=1i,v=1i 3", "m,h=a last=2i,v=2i 7"]);
}

/// Two measurements whose groups send barriers after five idle seconds, and one that moves the clock.
fn with_barriers(property: &str, rest: &str) -> String {
    format!(
        "var a = stream|from().measurement('a').groupBy('h')|barrier().idle(5s){property}
         var b = stream|from().measurement('b').groupBy('h')|barrier().idle(5s){property}
         stream|from().measurement('c')|log()
         {rest}"
    )
}

#[test]
fn a_barrier_lets_a_join_go_on_without_a_silent_parent() {
    let points = "a,h=x v=1i 1;b,h=x v=2i 3;a,h=y v=7i 4;c v=0 10";
    let join = "a|join(b).as('a', 'b').fill(0)|log()";
    let passed = "a,h=x a.v=1i,b.v=0i 1";
    // `y` has no barrier of the second parent.
    let want = [passed, "b,h=x a.v=0i,b.v=2i 3", "c v=0 10", "a,h=y a.v=7i,b.v=0i 4"];
    assert_eq!(logs(&with_barriers("", join), points), want);
    let want = [passed, "c v=0 10"];
    assert_eq!(logs(&with_barriers(".delete(TRUE)", join), points), want, "the rest is forgotten");
}

#[test]
fn a_barrier_completes_flattened_points_behind_a_union() {
    let script = with_barriers("", "a|union(b).rename('n')|flatten().on('p')|log()");
    let points = "a,h=x,p=1 v=1i 1;b,h=x,p=2 v=2i 1;a,h=x,p=1 v=3i 2;c v=0 10;c v=0 20";
    assert_eq!(logs(&script, points), ["n,h=x 1.v=1i,2.v=2i 1", "n,h=x 1.v=3i 2", "c v=0 10", "c v=0 20"]);
}

#[test]
fn a_barrier_and_a_deletion_reach_regrouped_points_with_their_old_group() {
    let script = with_barriers(".delete(TRUE)", "a|groupBy('p')|flatten().on('h')|log()");
    let points = "a,h=x,p=1 v=1i 1;c v=0 10;a,h=x,p=1 v=2i 11";
    assert_eq!(logs(&script, points), ["c v=0 10", "a,p=1 x.v=1i 1"]);
}
