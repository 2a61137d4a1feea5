//! The messages of the protocol: what is asked and what is answered. Only what is used of the questions is here.

use std::collections::BTreeMap;

/// What is sent to a function.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Request {
    #[prost(oneof = "Ask", tags = "1, 2, 3, 16, 17, 18")]
    pub(super) message: Option<Ask>,
}

/// The kinds of questions.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Ask {
    #[prost(message, tag = "1")]
    Info(Empty),
    #[prost(message, tag = "2")]
    Init(Init),
    #[prost(message, tag = "3")]
    Keepalive(Keepalive),
    #[prost(message, tag = "16")]
    Begin(Begin),
    #[prost(message, tag = "17")]
    Point(Point),
    #[prost(message, tag = "18")]
    End(End),
}

/// What a function sends.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Response {
    #[prost(oneof = "Answer", tags = "1, 2, 3, 4, 5, 6, 16, 17, 18")]
    pub(super) message: Option<Answer>,
}

/// The kinds of answers.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Answer {
    #[prost(message, tag = "1")]
    Info(Info),
    #[prost(message, tag = "2")]
    Init(Outcome),
    #[prost(message, tag = "3")]
    Keepalive(Keepalive),
    #[prost(message, tag = "4")]
    Snapshot(Empty),
    #[prost(message, tag = "5")]
    Restore(Outcome),
    #[prost(message, tag = "6")]
    Error(Failed),
    #[prost(message, tag = "16")]
    Begin(Begin),
    #[prost(message, tag = "17")]
    Point(Point),
    #[prost(message, tag = "18")]
    End(End),
}

impl Answer {
    /// What it is called.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Answer::Info(_) => "info",
            Answer::Init(_) => "init",
            Answer::Keepalive(_) => "keepalive",
            Answer::Snapshot(_) => "snapshot",
            Answer::Restore(_) => "restore",
            Answer::Error(_) => "error",
            Answer::Begin(_) => "begin",
            Answer::Point(_) => "point",
            Answer::End(_) => "end",
        }
    }
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Empty {}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Info {
    /// [`super::STREAM`] or [`super::BATCH`]
    #[prost(int32, tag = "1")]
    pub(super) wants: i32,
    #[prost(int32, tag = "2")]
    pub(super) provides: i32,
    #[prost(btree_map = "string, message", tag = "3")]
    pub(super) options: BTreeMap<String, OptionInfo>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct OptionInfo {
    #[prost(int32, repeated, tag = "1")]
    pub(super) types: Vec<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Init {
    #[prost(message, repeated, tag = "1")]
    pub(super) options: Vec<OptionCall>,
    #[prost(string, tag = "2")]
    pub(super) task: String,
    #[prost(string, tag = "3")]
    pub(super) node: String,
}

/// An option as the script calls it.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct OptionCall {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) values: Vec<OptionValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct OptionValue {
    #[prost(int32, tag = "1")]
    pub(super) ty: i32,
    #[prost(oneof = "Scalar", tags = "2, 3, 4, 5, 6")]
    pub(super) value: Option<Scalar>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Scalar {
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(int64, tag = "3")]
    Int(i64),
    #[prost(double, tag = "4")]
    Double(f64),
    #[prost(string, tag = "5")]
    Str(String),
    #[prost(int64, tag = "6")]
    Duration(i64),
}

/// Whether what was asked for was done.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Outcome {
    #[prost(bool, tag = "1")]
    pub(super) success: bool,
    #[prost(string, tag = "2")]
    pub(super) error: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Keepalive {
    #[prost(int64, tag = "1")]
    pub(super) time: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Failed {
    #[prost(string, tag = "1")]
    pub(super) error: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Begin {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) group: String,
    #[prost(btree_map = "string, string", tag = "3")]
    pub(super) tags: BTreeMap<String, String>,
    #[prost(int64, tag = "4")]
    pub(super) size: i64,
    #[prost(bool, tag = "5")]
    pub(super) by_name: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Point {
    #[prost(int64, tag = "1")]
    pub(super) time: i64,
    #[prost(string, tag = "2")]
    pub(super) name: String,
    #[prost(string, tag = "3")]
    pub(super) database: String,
    #[prost(string, tag = "4")]
    pub(super) retention_policy: String,
    #[prost(string, tag = "5")]
    pub(super) group: String,
    #[prost(string, repeated, tag = "6")]
    pub(super) dimensions: Vec<String>,
    #[prost(btree_map = "string, string", tag = "7")]
    pub(super) tags: BTreeMap<String, String>,
    #[prost(btree_map = "string, double", tag = "8")]
    pub(super) doubles: BTreeMap<String, f64>,
    #[prost(btree_map = "string, int64", tag = "9")]
    pub(super) ints: BTreeMap<String, i64>,
    #[prost(btree_map = "string, string", tag = "10")]
    pub(super) strings: BTreeMap<String, String>,
    #[prost(bool, tag = "11")]
    pub(super) by_name: bool,
    #[prost(btree_map = "string, bool", tag = "12")]
    pub(super) bools: BTreeMap<String, bool>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct End {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) group: String,
    #[prost(int64, tag = "3")]
    pub(super) tmax: i64,
    #[prost(btree_map = "string, string", tag = "4")]
    pub(super) tags: BTreeMap<String, String>,
    #[prost(bool, tag = "5")]
    pub(super) by_name: bool,
}
