//! Running a template over its data.

mod eval;

use super::datum::Datum;
use super::error::ExecError;
use super::funcs::Func;
use super::printf::{push_plain, sprint, sprintln};
use super::tree::{Action, Arg, ArgKind, Branch, Call, Command, Node, Nodes, Pipe};
use super::{Limits, Template, funcs, html};

/// What errors point at: the last node looked at.
#[derive(Clone, Copy)]
enum At<'d> {
    Nothing,
    Arg(&'d Arg),
    Command(&'d Command),
    Pipe(&'d Pipe),
    Call(&'d Call),
}

/// What a list of nodes ended with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

type Result<T> = std::result::Result<T, Box<ExecError>>;

/// A run of a template.
pub(super) struct Exec<'d, 'o> {
    template: &'d Template,
    /// Name of the definition at work.
    name: &'d str,
    out: &'o mut String,
    /// Length of the output before this run.
    start: usize,
    /// `$`.
    root: Datum<'d>,
    /// Declared variables; the first has slot 1.
    vars: Vec<Datum<'d>>,
    /// Arguments of the calls in progress.
    args: Vec<Datum<'d>>,
    depth: usize,
    steps: usize,
    at: At<'d>,
}

impl<'d, 'o> Exec<'d, 'o> {
    /// Renders a template over its data, appending to `out`.
    pub(super) fn run(template: &'d Template, data: Datum<'d>, out: &'o mut String) -> Result<()> {
        let start = out.len();
        let mut exec = Exec {
            template,
            name: &template.name,
            out,
            start,
            root: data.clone(),
            vars: Vec::new(),
            args: Vec::new(),
            depth: 0,
            steps: 0,
            at: At::Nothing,
        };
        match template.definitions.first() {
            Some(root) => exec.walk(&data, &root.nodes).map(|_| ()),
            None => Ok(()),
        }
    }

    #[cold]
    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        let (pos, context) = match self.at {
            At::Nothing => (0, String::new()),
            At::Arg(a) => (a.pos, a.to_string()),
            At::Command(c) => (c.pos, c.to_string()),
            At::Pipe(p) => (p.pos, p.to_string()),
            At::Call(c) => (c.pos, c.to_string()),
        };
        let (line, column) = super::error::line_column(&self.template.text, pos);
        Err(Box::new(ExecError {
            name: self.template.name.clone(),
            executing: self.name.to_owned(),
            line,
            column,
            context,
            message: message.into(),
        }))
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > Limits::DEPTH {
            return self.fail(format!("templates nested deeper than {} levels", Limits::DEPTH));
        }
        Ok(())
    }

    fn step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps > Limits::STEPS {
            return self.fail(format!("more than {} iterations", Limits::STEPS));
        }
        Ok(())
    }

    fn walk(&mut self, dot: &Datum<'d>, nodes: &'d Nodes) -> Result<Flow> {
        self.enter()?;
        let mut flow = Flow::Next;
        for node in nodes {
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Action(action) => self.action(dot, action)?,
                Node::Branch(branch) => flow = self.branch(dot, branch)?,
                Node::Range(branch) => self.range(dot, branch)?,
                Node::Template(call) => self.template(dot, call)?,
                Node::Break => flow = Flow::Break,
                Node::Continue => flow = Flow::Continue,
            }
            if self.out.len().saturating_sub(self.start) > Limits::OUTPUT {
                return self.fail(format!("output longer than {} bytes", Limits::OUTPUT));
            }
            if flow != Flow::Next {
                break;
            }
        }
        self.depth -= 1;
        Ok(flow)
    }

    fn action(&mut self, dot: &Datum<'d>, action: &'d Action) -> Result<()> {
        let pipe = &action.pipe;
        if !pipe.vars.is_empty() {
            return self.pipe(dot, pipe).map(|_| ());
        }
        if !action.escapers.is_empty() {
            let value = self.pipe(dot, pipe)?;
            html::push_escaped(self.out, &value, &action.escapers);
            return Ok(());
        }
        if self.print(dot, pipe)? {
            return Ok(());
        }
        let value = self.pipe(dot, pipe)?;
        push_plain(self.out, &value);
        Ok(())
    }

    /// A pipeline that ends in `printf` and its like writes without a text in between.
    fn print(&mut self, dot: &Datum<'d>, pipe: &'d Pipe) -> Result<bool> {
        let Some((last, before)) = pipe.cmds.split_last() else { return Ok(false) };
        let Some((first, args)) = last.args.split_first() else { return Ok(false) };
        let ArgKind::Func(func @ (Func::Printf | Func::Print | Func::Println)) = first.kind else {
            return Ok(false);
        };
        self.at = At::Pipe(pipe);
        let mut value = None;
        for command in before {
            value = Some(self.command(dot, command, value)?);
        }
        self.at = At::Arg(first);
        let base = self.push_args(dot, func, args, value)?;
        let args = self.args.get(base..).unwrap_or_default();
        match func {
            Func::Printf => funcs::printf(self.out, args),
            Func::Print => sprint(self.out, args),
            _ => sprintln(self.out, args),
        }
        self.args.truncate(base);
        Ok(true)
    }

    fn branch(&mut self, dot: &Datum<'d>, branch: &'d Branch) -> Result<Flow> {
        let mark = self.vars.len();
        let value = self.pipe(dot, &branch.pipe)?;
        let flow = match (value.truth(), branch.with) {
            (true, true) => self.walk(&value, &branch.then)?,
            (true, false) => self.walk(dot, &branch.then)?,
            (false, _) if branch.otherwise.is_empty() => Flow::Next,
            (false, _) => self.walk(dot, &branch.otherwise)?,
        };
        self.vars.truncate(mark);
        Ok(flow)
    }

    fn range(&mut self, dot: &Datum<'d>, branch: &'d Branch) -> Result<()> {
        let mark = self.vars.len();
        let value = self.pipe(dot, &branch.pipe)?;
        let len = match &value {
            Datum::Nil => 0,
            Datum::Map(m) => m.len(),
            Datum::List(l) => l.len(),
            Datum::Int(n, _) => usize::try_from(*n).unwrap_or(0),
            other => {
                let mut shown = String::new();
                push_plain(&mut shown, other);
                return self.fail(format!("range can't iterate over {shown}"));
            }
        };
        let inner = self.vars.len();
        for i in 0..len {
            self.step()?;
            let (index, elem) = match &value {
                Datum::Map(m) => match m.entry(i) {
                    Some((key, elem)) => (Datum::str(key), elem),
                    None => break,
                },
                Datum::List(l) => (Datum::count(i), l.get(i).unwrap_or(Datum::Nil)),
                _ => (Datum::count(i), Datum::count(i)),
            };
            match branch.pipe.vars.as_slice() {
                [] => {}
                [one] => self.set(one.slot, &one.name, elem.clone())?,
                [first, second, ..] => {
                    self.set(first.slot, &first.name, index)?;
                    self.set(second.slot, &second.name, elem.clone())?;
                }
            }
            let flow = self.walk(&elem, &branch.then)?;
            self.vars.truncate(inner);
            if flow == Flow::Break {
                break;
            }
        }
        if len == 0 && !branch.otherwise.is_empty() {
            self.walk(dot, &branch.otherwise)?;
        }
        self.vars.truncate(mark);
        Ok(())
    }

    fn template(&mut self, dot: &Datum<'d>, call: &'d Call) -> Result<()> {
        self.at = At::Call(call);
        let Some(definition) = self.template.definitions.iter().find(|d| d.name == call.name) else {
            let name = crate::value::quote::quoted(&call.name);
            return self.fail(format!("template {name} not defined"));
        };
        self.step()?;
        let data = match &call.pipe {
            Some(pipe) => self.pipe(dot, pipe)?,
            None => Datum::Nil,
        };
        let root = std::mem::replace(&mut self.root, data.clone());
        let vars = std::mem::take(&mut self.vars);
        let name = std::mem::replace(&mut self.name, &definition.name);
        self.walk(&data, &definition.nodes)?;
        (self.root, self.vars, self.name) = (root, vars, name);
        Ok(())
    }
}
