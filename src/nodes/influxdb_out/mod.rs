//! `influxDBOut`: writes points to a database.

mod ident;
mod run;

pub(super) use run::InfluxDbOut;

use crate::pipeline::ArgType::{Duration, Int, Str};
use crate::pipeline::{NodeSpec, Offers, Param, PropSpec, Whole};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "influxDBOut",
    desc: "influxdb_out",
    go_type: "InfluxDBOutNode",
    offers: Offers::Nothing,
    props: &[
        PropSpec::field("cluster", Str, "name of the InfluxDB to write to (default: the default one)"),
        PropSpec::field("database", Str, "database (default: the point's)"),
        PropSpec::field("retentionPolicy", Str, "retention policy (default: the point's)"),
        PropSpec::field("measurement", Str, "measurement (default: the point's)"),
        PropSpec::field("writeConsistency", Str, "write consistency of the request"),
        PropSpec::field(
            "precision",
            Str,
            "precision of the times: 'ns' (default), 'us', 'ms', 's', 'm' or 'h'",
        ),
        PropSpec::field("buffer", Int, "points for each request (default 1000)"),
        PropSpec::field("flushInterval", Duration, "write at least this often (default 10s)"),
        PropSpec::method(
            "tag",
            &[Param::new("name", Str), Param::new("value", Str)],
            None,
            "a tag for every point",
        ),
        PropSpec::flag("create", "create the database at the start"),
    ],
    doc: "writes points to InfluxDB",
    details: "Nothing can follow it but `|stats()` and `|deadman()`. Points that cannot be written are lost. A run \
              counts the points; `--influxdb-out FILE` writes them to a file, `--influxdb URL` to a server.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |influxDBOut()\n        \
              .database('derived')\n        .retentionPolicy('autogen')\n        .tag('source', 'kapacitor')\n",
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};
