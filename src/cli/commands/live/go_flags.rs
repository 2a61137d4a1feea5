//! Flags as Go's programs take them, `-tick x`, `-tick=x`, `-no-wait=true`: made such as clap knows them, so that lines
//! written for `kapacitor` work as they are.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, Subcommand as _};

use super::server::go_bool;

/// The arguments of a command line of `root`, with two dashes before the flags of commands that Kapacitor has, too.
pub(crate) fn go_flags(root: &Command, args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args = args.peekable();
    let mut out = Vec::from_iter(args.next());
    let mut at = At { command: root, outermost: true, known: true, alone: false };
    while let Some(arg) = args.next() {
        if arg == "--" {
            out.push(arg);
            break;
        }
        let Some(text) = arg.to_str() else {
            out.push(arg);
            continue;
        };
        let Some(flag) = at.flag(text) else {
            at.enter(text);
            out.push(arg);
            continue;
        };
        let joined = flag.value.map(str::to_owned);
        match (flag.takes_value, joined) {
            (true, Some(value)) => out.push(format!("--{}={value}", flag.name).into()),
            (true, None) => {
                // A value may begin with a dash, unless it is the next flag: then this one has none.
                let value = args.next_if(|next| next.to_str().is_none_or(|next| at.flag(next).is_none()));
                out.extend(set(flag.name, value));
            }
            (false, Some(value)) => match go_bool(&value) {
                Some(true) => out.push(format!("--{}", flag.name).into()),
                Some(false) => {}
                None => out.push(format!("--{}={value}", flag.name).into()),
            },
            (false, None) => {
                out.push(format!("--{}", flag.name).into());
                // What Kapacitor needs behind `-no-reload` to count its arguments.
                if at.command.get_name() == "define" {
                    args.next_if(|next| next == "true");
                }
            }
        }
    }
    out.extend(args);
    out
}

/// A flag and its value.
fn set(name: &str, value: Option<OsString>) -> Vec<OsString> {
    let flag = format!("--{name}");
    match value {
        Some(value) if value.as_encoded_bytes().starts_with(b"-") => {
            let mut joined = OsString::from(flag + "=");
            joined.push(value);
            vec![joined]
        }
        value => [Some(flag.into()), value].into_iter().flatten().collect(),
    }
}

/// Where in the command line one is.
struct At<'c> {
    command: &'c Command,
    /// It is `tick` itself.
    outermost: bool,
    /// Its flags may have one dash.
    known: bool,
    /// It is a command of a server alone: whatever has one dash is a flag.
    alone: bool,
}

/// A flag as it was typed.
struct Flag<'t> {
    name: &'t str,
    value: Option<&'t str>,
    takes_value: bool,
}

impl<'c> At<'c> {
    /// Goes into a command if this is the name of one.
    fn enter(&mut self, text: &str) {
        let Some(found) = self.command.find_subcommand(text) else { return };
        if self.outermost {
            self.alone = super::Command::has_subcommand(text);
            self.known = self.alone || ["replay", "record"].contains(&text);
            self.outermost = false;
        }
        self.command = found;
    }

    /// The flag that this is, if it is one whose dashes matter.
    fn flag<'t>(&self, text: &'t str) -> Option<Flag<'t>> {
        let bare = text.strip_prefix('-').filter(|_| self.known)?;
        let bare = bare.strip_prefix('-').unwrap_or(bare);
        let (name, value) = bare.split_once('=').map_or((bare, None), |(name, value)| (name, Some(value)));
        let arg = self.command.get_arguments().find(|arg| is_named(arg, name));
        match arg {
            Some(arg) => Some(Flag { name, value, takes_value: takes_value(arg) }),
            // Nothing that is known: clap says what was meant.
            None => (self.alone && name.len() > 1 && name.starts_with(|c: char| c.is_ascii_alphabetic()))
                .then_some(Flag { name, value, takes_value: value.is_some() }),
        }
    }
}

fn is_named(arg: &Arg, name: &str) -> bool {
    arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|all| all.contains(&name))
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn rewritten(line: &str) -> String {
        let args = std::iter::once("tick").chain(line.split(' ')).map(OsString::from);
        let out = go_flags(&Cli::command(), args);
        let out: Vec<&str> = out.iter().skip(1).filter_map(|arg| arg.to_str()).collect();
        out.join(" ")
    }

    #[test]
    fn lines_of_kapacitor_become_lines_of_clap() {
        for (line, want) in [
            ("define t -tick a.tick -dbrp=a.b", "define t --tick a.tick --dbrp=a.b"),
            ("define t --tick a.tick -no-reload", "define t --tick a.tick --no-reload"),
            ("define t -tick a.tick -no-reload true", "define t --tick a.tick --no-reload"),
            ("define t -no-reload=false -type stream", "define t --type stream"),
            ("-url http://h -skipVerify list tasks", "--url http://h --skipVerify list tasks"),
            ("-url=http://h list tasks -skip-verify=1", "--url=http://h list tasks --skip-verify"),
            (
                "record stream -task t -duration 10s -no-wait=t",
                "record stream --task t --duration 10s --no-wait",
            ),
            ("record batch -task t -past -1h", "record batch --task t --past=-1h"),
            ("replay -task t -recording r -rec-time", "replay --task t --recording r --rec-time"),
            ("replay-live batch -task t -start x", "replay-live batch --task t --start x"),
            ("show -replay r t", "show --replay r t"),
            // The value is missing: clap says so.
            ("define t -tick -dbrp a.b", "define t --tick --dbrp a.b"),
            ("define t -tik a.tick", "define t --tik a.tick"),
            ("watch t -help", "watch t --help"),
            // A dash alone, numbers, short flags and what follows two dashes stay.
            ("enable - -1 -h -- -url x", "enable - -1 -h -- -url x"),
            ("record query -no-wait=maybe", "record query --no-wait=maybe"),
        ] {
            assert_eq!(rewritten(line), want);
        }
    }

    #[test]
    fn commands_without_a_server_keep_their_lines() {
        for line in [
            "run a.tick -q -i x.lp -task t",
            "replay a.tick -q -i x.lp -task=t",
            "record stream -o x.srpl -ix.lp -q",
            "fmt -url x",
            "help define",
            "test define -tick",
        ] {
            let want = line.replace("replay a.tick -q -i x.lp -task", "replay a.tick -q -i x.lp --task");
            assert_eq!(rewritten(line), want);
        }
    }
}
