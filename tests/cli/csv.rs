//! Tables as input of `tick run`.

use super::tick::Tick;

const SCRIPT: &str = "stream\n    |from()\n        .measurement('disk')\n        .groupBy('host')\n    |alert()\n        \
                      .id('{{ .Group }}')\n        .message('{{ .Level }}')\n        .crit(lambda: \"used\" > 90.0)\n        \
                      .stateChangesOnly()\n";

const EVENT: &str = "2020-01-01T00:00:10Z CRITICAL host=a  CRITICAL\n";

#[test]
fn a_header_says_what_columns_are() {
    let table = "time,host,used\n2020-01-01T00:00:00Z,a,50\n2020-01-01T00:00:10Z,a,95\n";
    let tick = Tick::new("run").script(SCRIPT).file("disk.csv", table);
    tick.args(&["--input", "disk.csv", "-q"]).run().status(0).stdout(EVENT);
}

#[test]
fn what_a_header_does_not_say_is_typed() {
    let table = "when;machine;host;used\n01.01.2020 01:00:00;1;a;50\n01.01.2020 01:00:10;1;a;95\n";
    let tick =
        Tick::new("run").script(SCRIPT).file("export.csv", table).args(&["--input", "export.csv", "-q"]);
    let tick = tick.args(&["--measurement", "disk", "--time-column", "when", "--delimiter", ";"]);
    let tick = tick.args(&["--time-format", "%d.%m.%Y %H:%M:%S", "--tz", "Europe/Berlin", "--tags", "host"]);
    tick.run().status(0).stdout(EVENT);
}

#[test]
fn a_row_that_does_not_fit_is_skipped() {
    let table = "time,host,used\n2020-01-01T00:00:10Z,a,95\n2020-01-01T00:00:20Z,a\n";
    let tick = || Tick::new("run").script(SCRIPT).file("disk.csv", table).args(&["--input", "disk.csv"]);
    tick().run().status(0).stdout(EVENT).stderr_has("disk.csv:3").stderr_has("1 line skipped");
    tick().args(&["--strict"]).run().status(1).stdout(EVENT);
}
