//! `[udf.functions.NAME]`: user-defined functions, each a program or a socket.

use std::path::PathBuf;
use std::time::Duration;

use super::fields::{Fields, Mistakes};
use super::tree::{At, Node, Place};

/// How long a function may stay silent where the configuration does not say.
const TIMEOUT: i64 = 10_000_000_000;
/// What Kapacitor takes for too little.
const LEAST_TIMEOUT: i64 = 1_000_000;

/// A user-defined function that a configuration declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Udf {
    /// Its method in scripts.
    pub name: String,
    /// Where it is declared.
    pub place: Place,
    /// What it is.
    pub program: Program,
    /// How long it may stay silent when it has something to do.
    pub timeout: Duration,
}

/// What a user-defined function is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Program {
    /// A process: it reads its standard input and answers on its standard output.
    Process {
        /// The program.
        prog: String,
        /// Its arguments.
        args: Vec<String>,
        /// What is added to the environment.
        env: Vec<(String, String)>,
    },
    /// A Unix socket that somebody listens on.
    Socket(PathBuf),
}

impl Udf {
    /// The functions of `[udf]`.
    pub(super) fn read(node: &At<Node>, mistakes: &mut Mistakes) -> Vec<Udf> {
        let mut fields = Fields::new("key of `[udf]`", node, mistakes);
        let Some(functions) = fields.take("functions") else { return Vec::new() };
        match &functions.value {
            Node::Table(functions) => {
                functions.iter().filter_map(|(name, node)| Udf::one(name, node, mistakes)).collect()
            }
            _ => {
                let hint = Some("write `[udf.functions.NAME]`".to_owned());
                mistakes.add(functions.place, "functions have names".to_owned(), hint);
                Vec::new()
            }
        }
    }

    fn one(name: &At<String>, node: &At<Node>, mistakes: &mut Mistakes) -> Option<Udf> {
        let what = format!("key of `[udf.functions.{}]`", name.value);
        let mut fields = Fields::new(&what, node, mistakes);
        let prog = fields.text("prog", mistakes).filter(|prog| !prog.value.is_empty());
        let args = fields.texts("args", mistakes).unwrap_or_default();
        let env = fields.pairs("env", mistakes).unwrap_or_default();
        let socket = fields.text("socket", mistakes).filter(|socket| !socket.value.is_empty());
        let timeout = fields.duration("timeout", mistakes);
        fields.finish_leniently(mistakes);
        let mut wrong = |place, message: &str, hint: &str| {
            mistakes.add(
                place,
                format!("`[udf.functions.{}]`: {message}", name.value),
                Some(hint.to_owned()),
            );
            None
        };
        if let Some(short) = timeout.as_ref().filter(|timeout| timeout.value < LEAST_TIMEOUT) {
            return wrong(short.place, "`timeout` is too small", "the least is 1ms; 10s is usual");
        }
        let program = match (prog, socket) {
            (Some(prog), None) => Program::Process { prog: prog.value, args, env },
            (None, Some(socket)) => Program::Socket(PathBuf::from(socket.value)),
            (Some(_), Some(socket)) => {
                return wrong(
                    socket.place,
                    "both `prog` and `socket` are there",
                    "keep the one that is meant",
                );
            }
            (None, None) => {
                let hint = "give the program as `prog`, with `args`, or the path of its `socket`";
                return wrong(name.place, "neither `prog` nor `socket` is there", hint);
            }
        };
        if timeout.is_none() {
            let message = format!("`[udf.functions.{}]` has no `timeout`: 10s is taken", name.value);
            mistakes.doubt(name.place, message, Some("Kapacitor asks for one".to_owned()));
        }
        let timeout = timeout.map_or(TIMEOUT, |timeout| timeout.value).unsigned_abs();
        let timeout = Duration::from_nanos(timeout);
        Some(Udf { name: name.value.clone(), place: name.place, program, timeout })
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::parse;
    use super::*;

    #[test]
    fn programs_and_sockets() {
        let text = "[udf.functions.a]\nprog = '/a'\nargs = ['-u', 'x.py']\ntimeout = '5s'\n\
                    [udf.functions.a.env]\nPYTHONPATH = '/lib'\n[udf.functions.b]\nsocket = '/run/b'\n";
        let config = parse("k", text).unwrap();
        let [a, b] = config.udfs.as_slice() else { panic!("{:?}", config.udfs) };
        let env = vec![("PYTHONPATH".to_owned(), "/lib".to_owned())];
        let args = vec!["-u".to_owned(), "x.py".to_owned()];
        assert_eq!(a.program, Program::Process { prog: "/a".to_owned(), args, env });
        assert_eq!(a.timeout, Duration::from_secs(5));
        assert_eq!((b.name.as_str(), &b.program), ("b", &Program::Socket("/run/b".into())));
        assert_eq!(b.timeout, Duration::from_secs(10));
        let doubts: Vec<String> = config.doubts.iter().map(ToString::to_string).collect();
        assert_eq!(
            doubts,
            ["k:7:16: `[udf.functions.b]` has no `timeout`: 10s is taken; Kapacitor asks for one"]
        );
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, expected) in [
            ("[udf.functions.a]\n", "k:1:16: `[udf.functions.a]`: neither `prog` nor `socket` is there"),
            ("[udf.functions.a]\nprog = 'x'\nsocket = 'y'\n", "k:3:10: `[udf.functions.a]`: both `prog` and"),
            (
                "[udf.functions.a]\nprog = 'x'\ntimeout = '1us'\n",
                "k:3:11: `[udf.functions.a]`: `timeout` is too",
            ),
            ("[udf.functions.a]\nprog = 'x'\nargs = 'y'\n", "k:3:8: `args`: expected a list of texts"),
            ("[udf]\nfunctions = 1\n", "k:2:13: functions have names"),
        ] {
            let errors = parse("k", text).expect_err(text);
            assert!(errors[0].to_string().starts_with(expected), "{text}{}", errors[0]);
        }
    }
}
