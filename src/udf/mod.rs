//! User-defined functions: programs and sockets outside, which speak Kapacitor's protocol.

mod frame;
mod groups;
mod inquiry;
mod link;
mod message;
mod point;
mod session;
mod words;

pub use groups::kill_functions;
pub use inquiry::Inquiry;

use crate::alert::{Call, FunctionKey, Given};
use crate::handlers::Udf;
use crate::pipeline::{Arg, FunctionInfo, NodeDef, OPTION, OptionType};
use inquiry::number;
use message::{Init, OptionCall, OptionValue, Scalar};
use session::Session;

/// The functions at work in a run: one for each node that calls one.
#[derive(Default)]
pub struct Functions {
    sessions: Vec<Session>,
}

impl Functions {
    /// Starts a function for a node of a task and sets it up with the node's options.
    ///
    /// # Errors
    /// If it cannot be started, or refuses.
    pub fn start(
        &mut self,
        udf: &Udf,
        info: &FunctionInfo,
        task: &str,
        node: &NodeDef,
    ) -> Result<FunctionKey, String> {
        let mut session = Session::open(udf)?;
        session.init(init(task, node), info)?;
        let key = FunctionKey(u32::try_from(self.sessions.len()).unwrap_or(u32::MAX));
        self.sessions.push(session);
        Ok(key)
    }

    /// Hands something to a function; gives what it gives because of that.
    ///
    /// # Errors
    /// If it has died, is silent, or says what it may not: it is ended then.
    pub fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        let session = self.sessions.get_mut(function.0 as usize);
        let session = session.ok_or_else(|| "the function is not at work".to_owned())?;
        session.call(call).map_err(|error| format!("the function `{}` failed: {error}", session.name))
    }

    /// The same where nobody listens to what functions print.
    ///
    /// # Errors
    /// Likewise.
    pub fn call_quietly(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        let given = self.call(function, call);
        self.said();
        given
    }

    /// What functions printed on their standard error since the last time, led by their names.
    pub fn said(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        for session in &mut self.sessions {
            let said = session.said();
            all.extend(said.into_iter().map(|line| format!("{}: {line}", session.name)));
        }
        all
    }
}

/// What sets a function up for a node.
fn init(task: &str, node: &NodeDef) -> Init {
    let options = node.props(OPTION).filter_map(|call| match call.args.split_first() {
        Some((Arg::Str(name), values)) => {
            Some(OptionCall { name: name.clone(), values: values.iter().filter_map(value).collect() })
        }
        _ => None,
    });
    Init { options: options.collect(), task: task.to_owned(), node: node.name.clone() }
}

fn value(arg: &Arg) -> Option<OptionValue> {
    let value = match arg {
        Arg::Bool(b) => Scalar::Bool(*b),
        Arg::Int(i) => Scalar::Int(*i),
        Arg::Float(x) => Scalar::Double(*x),
        Arg::Str(s) => Scalar::Str(s.clone()),
        Arg::Duration(d) => Scalar::Duration(*d),
        _ => return None,
    };
    Some(OptionValue { ty: number(OptionType::of(arg)?), value: Some(value) })
}
