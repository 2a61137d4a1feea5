//! From words to a tree.

use super::Limits;
use super::error::TemplateError;
use super::funcs::Func;
use super::lexer::{Kind, Lexer, Token};
use super::literal::{number, unquote};
use super::tree::{Action, Arg, ArgKind, Branch, Call, Command, Node, Nodes, Pipe, Var};
use crate::value::quote::push_quoted;

/// A named template.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) nodes: Nodes,
}

/// What ended a list of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Else,
    /// `else if` or `else with`: the keyword is still to be read.
    ElseChain,
}

impl End {
    fn text(self) -> &'static str {
        match self {
            End::Closed => "{{end}}",
            End::Else | End::ElseChain => "{{else}}",
        }
    }
}

/// Variables in sight.
#[derive(Clone)]
struct Scope {
    /// Names that may be written.
    known: Vec<String>,
    /// Names on the stack when the template runs.
    slots: Vec<String>,
}

impl Scope {
    fn new() -> Scope {
        Scope { known: vec!["$".to_owned()], slots: vec!["$".to_owned()] }
    }

    fn marks(&self) -> (usize, usize) {
        (self.known.len(), self.slots.len())
    }

    fn reset(&mut self, (known, slots): (usize, usize)) {
        self.known.truncate(known);
        self.slots.truncate(slots);
    }

    fn var(&self, name: &str) -> Var {
        Var { name: name.to_owned(), slot: self.slots.iter().rposition(|n| n == name) }
    }
}

struct Parser<'a> {
    name: &'a str,
    json: bool,
    tokens: Vec<Token<'a>>,
    at: usize,
    /// The furthest word looked at: its line is the line of errors.
    seen: usize,
    scope: Scope,
    definitions: Vec<Definition>,
    ranges: usize,
    depth: usize,
}

type Result<T> = std::result::Result<T, TemplateError>;

/// Parses a template; the first definition is the template itself.
pub(super) fn parse(name: &str, text: &str, json: bool) -> Result<Vec<Definition>> {
    let mut lexer = Lexer::new(text);
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next();
        let last = matches!(token.kind, Kind::Eof);
        tokens.push(token);
        if last {
            break;
        }
    }
    let mut p = Parser {
        name,
        json,
        tokens,
        at: 0,
        seen: 0,
        scope: Scope::new(),
        definitions: Vec::new(),
        ranges: 0,
        depth: 0,
    };
    if text.len() > Limits::TEXT {
        return p.fail(format!("template longer than {} bytes", Limits::TEXT));
    }
    let root = p.top()?;
    p.define(name.to_owned(), root)?;
    // The template itself comes first.
    if let Some(i) = p.definitions.iter().position(|d| d.name == name) {
        p.definitions.swap(0, i);
    }
    Ok(p.definitions)
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    push_quoted(&mut out, text);
    out
}

/// Whether there is nothing but blanks.
fn is_empty(nodes: &Nodes) -> bool {
    nodes.iter().all(|n| matches!(n, Node::Text(t) if t.trim().is_empty()))
}

impl<'a> Parser<'a> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        let token = self.tokens.get(self.seen);
        let (line, offset) = token.map_or((1, 0), |t| (t.line, t.pos));
        Err(TemplateError::syntax(self.name, line, offset, message.into()))
    }

    fn unexpected<T>(&self, token: &Token<'_>, context: &str) -> Result<T> {
        if token.kind == Kind::Error {
            return self.fail(token.text.clone());
        }
        let shown = match token.kind {
            Kind::Eof => "EOF".to_owned(),
            Kind::Keyword => format!("<{}>", token.text),
            _ => match token.text.char_indices().nth(10) {
                Some((end, _)) => format!("{}...", quoted(token.text.get(..end).unwrap_or_default())),
                None => quoted(&token.text),
            },
        };
        self.fail(format!("unexpected {shown} in {context}"))
    }

    /// The next word, not yet read.
    fn peek(&mut self) -> Token<'a> {
        self.seen = self.seen.max(self.at.min(self.tokens.len().saturating_sub(1)));
        let eof = Token { kind: Kind::Eof, text: "".into(), pos: 0, line: 0 };
        self.tokens.get(self.at).or(self.tokens.last()).cloned().unwrap_or(eof)
    }

    fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn peek_word(&mut self) -> Token<'a> {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }

    fn next_word(&mut self) -> Token<'a> {
        self.peek_word();
        self.next()
    }

    fn peek_keyword(&mut self, word: &str) -> bool {
        let token = self.peek_word();
        token.kind == Kind::Keyword && token.text == word
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token<'a>> {
        let token = self.next_word();
        if token.kind == kind { Ok(token) } else { self.unexpected(&token, context) }
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= Limits::NESTING {
            return self.fail(format!("nested deeper than {} levels", Limits::NESTING));
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn define(&mut self, name: String, nodes: Nodes) -> Result<()> {
        if let Some(old) = self.definitions.iter_mut().find(|d| d.name == name) {
            if is_empty(&old.nodes) {
                old.nodes = nodes;
            } else if !is_empty(&nodes) {
                let name = quoted(&name);
                return self.fail(format!("template: multiple definition of template {name}"));
            }
            return Ok(());
        }
        self.definitions.push(Definition { name, nodes });
        Ok(())
    }

    /// The whole text: like a list, with definitions.
    fn top(&mut self) -> Result<Nodes> {
        let mut nodes = Nodes::new();
        while self.peek().kind != Kind::Eof {
            let start = self.at;
            if self.peek().kind == Kind::Left {
                self.next();
                if self.peek_keyword("define") {
                    self.next();
                    self.definition()?;
                    continue;
                }
                self.at = start;
            }
            match self.piece()? {
                Ok(node) => nodes.push(node),
                Err(end) => return self.fail(format!("unexpected {}", end.text())),
            }
        }
        Ok(nodes)
    }

    /// `define`, behind the keyword.
    fn definition(&mut self) -> Result<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        self.expect(Kind::Right, CONTEXT)?;
        let nodes = self.body(CONTEXT)?;
        self.define(name, nodes)
    }

    /// The body of a definition: other variables, no loop around it.
    fn body(&mut self, context: &str) -> Result<Nodes> {
        let scope = std::mem::replace(&mut self.scope, Scope::new());
        let ranges = std::mem::take(&mut self.ranges);
        let (nodes, end) = self.deeper(Self::list)?;
        (self.scope, self.ranges) = (scope, ranges);
        match end {
            End::Closed => Ok(nodes),
            end => self.fail(format!("unexpected {} in {context}", end.text())),
        }
    }

    /// Nodes up to `end` or `else`.
    fn list(&mut self) -> Result<(Nodes, End)> {
        let mut nodes = Nodes::new();
        while self.peek_word().kind != Kind::Eof {
            match self.piece()? {
                Ok(node) => nodes.push(node),
                Err(end) => return Ok((nodes, end)),
            }
        }
        self.fail("unexpected EOF")
    }

    /// Text or an action; or what ends a list.
    fn piece(&mut self) -> Result<std::result::Result<Node, End>> {
        let token = self.next_word();
        match token.kind {
            Kind::Text => Ok(Ok(Node::Text(token.text.into()))),
            Kind::Left => self.action(),
            _ => self.unexpected(&token, "input"),
        }
    }

    fn action(&mut self) -> Result<std::result::Result<Node, End>> {
        let token = self.peek_word();
        if token.kind != Kind::Keyword {
            let pipe = self.pipeline("command", Kind::Right)?;
            return Ok(Ok(Node::Action(Action { pipe, escapers: Vec::new() })));
        }
        self.next();
        let node = match token.text.as_ref() {
            "end" => {
                self.expect(Kind::Right, "end")?;
                return Ok(Err(End::Closed));
            }
            "else" => return self.else_end().map(Err),
            "if" => self.control("if")?,
            "with" => self.control("with")?,
            "range" => self.control("range")?,
            "block" => self.block()?,
            "template" => self.template()?,
            word @ ("break" | "continue") => {
                let context = format!("{{{{{word}}}}}");
                self.expect(Kind::Right, &context)?;
                if self.ranges == 0 {
                    return self.fail(format!("{context} outside {{{{range}}}}"));
                }
                if word == "break" { Node::Break } else { Node::Continue }
            }
            _ => return self.unexpected(&token, "command"),
        };
        Ok(Ok(node))
    }

    fn else_end(&mut self) -> Result<End> {
        if self.peek_keyword("if") || self.peek_keyword("with") {
            return Ok(End::ElseChain);
        }
        self.expect(Kind::Right, "else")?;
        Ok(End::Else)
    }

    /// `if`, `with` or `range`, behind the keyword.
    fn control(&mut self, word: &'static str) -> Result<Node> {
        let marks = self.scope.marks();
        let pipe = self.pipeline(word, Kind::Right)?;
        let in_range = usize::from(word == "range");
        self.ranges += in_range;
        let (then, end) = self.deeper(Self::list)?;
        self.ranges -= in_range;
        let otherwise = match end {
            End::Closed => Nodes::new(),
            End::ElseChain if self.peek_keyword(word) => {
                // One `end` closes the whole chain.
                self.next();
                vec![self.deeper(|p| p.control(word))?]
            }
            End::ElseChain => {
                let token = self.next_word();
                return self.unexpected(&token, "else");
            }
            _ => match self.deeper(Self::list)? {
                (nodes, End::Closed) => nodes,
                (_, end) => return self.fail(format!("expected end; found {}", end.text())),
            },
        };
        self.scope.reset(marks);
        let branch = Box::new(Branch { with: word == "with", pipe, then, otherwise });
        Ok(if word == "range" { Node::Range(branch) } else { Node::Branch(branch) })
    }

    /// `block`: a definition that is used where it stands.
    fn block(&mut self) -> Result<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::Right)?;
        let nodes = self.body(CONTEXT)?;
        self.define(name.clone(), nodes)?;
        Ok(Node::Template(Box::new(Call { pos: token.pos, name, pipe: Some(pipe) })))
    }

    fn template(&mut self) -> Result<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = if self.peek_word().kind == Kind::Right {
            self.next();
            None
        } else {
            Some(self.pipeline(CONTEXT, Kind::Right)?)
        };
        Ok(Node::Template(Box::new(Call { pos: token.pos, name, pipe })))
    }

    fn template_name(&mut self, token: &Token<'_>, context: &str) -> Result<String> {
        match token.kind {
            Kind::Str | Kind::RawStr => match unquote(&token.text) {
                Some(name) => Ok(name),
                None => self.fail("invalid syntax"),
            },
            _ => self.unexpected(token, context),
        }
    }

    /// Declarations and commands, up to and with the word that ends them.
    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let first = self.peek_word();
        let mut pipe = Pipe { pos: first.pos, ..Pipe::default() };
        while self.declaration(&mut pipe, context)? {}
        loop {
            let token = self.peek_word();
            match token.kind {
                kind if kind == end => {
                    self.next();
                    break;
                }
                Kind::Bool
                | Kind::Char
                | Kind::Dot
                | Kind::Field
                | Kind::Ident
                | Kind::Number
                | Kind::Nil
                | Kind::RawStr
                | Kind::Str
                | Kind::Var
                | Kind::LeftParen => {
                    let command = self.command()?;
                    pipe.cmds.push(command);
                }
                _ => {
                    self.next();
                    return self.unexpected(&token, context);
                }
            }
        }
        self.check(&pipe, context)?;
        for var in &mut pipe.vars {
            if pipe.assign {
                var.slot = self.scope.var(&var.name).slot;
            } else {
                var.slot = Some(self.scope.slots.len());
                self.scope.slots.push(var.name.clone());
            }
        }
        Ok(pipe)
    }

    /// `$x :=`, `$x =`, `$x,`: whether another may follow.
    fn declaration(&mut self, pipe: &mut Pipe, context: &str) -> Result<bool> {
        let start = self.at;
        let var = self.peek_word();
        if var.kind != Kind::Var {
            return Ok(false);
        }
        self.next();
        let next = self.peek_word();
        let comma = next.kind == Kind::Other && next.text == ",";
        if !comma && !matches!(next.kind, Kind::Assign | Kind::Declare) {
            self.at = start;
            return Ok(false);
        }
        self.next();
        pipe.vars.push(Var { name: var.text.clone().into_owned(), slot: None });
        self.scope.known.push(var.text.into_owned());
        if !comma {
            pipe.assign = next.kind == Kind::Assign;
            return Ok(false);
        }
        if context != "range" || pipe.vars.len() >= 2 {
            return self.fail(format!("too many declarations in {context}"));
        }
        match self.peek_word().kind {
            Kind::Var | Kind::Right | Kind::RightParen => Ok(true),
            _ => self.fail("range can only initialize variables"),
        }
    }

    fn check(&self, pipe: &Pipe, context: &str) -> Result<()> {
        if pipe.cmds.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (i, command) in pipe.cmds.iter().enumerate().skip(1) {
            let constant = |a: &Arg| {
                use ArgKind::{Bool, Dot, Nil, Number, Str};
                matches!(a.kind, Bool(_) | Dot | Nil | Number(_) | Str(..))
            };
            if command.args.first().is_some_and(constant) {
                return self.fail(format!("non executable command in pipeline stage {}", i + 1));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<Command> {
        let pos = self.peek_word().pos;
        let mut args = Vec::new();
        loop {
            self.peek_word();
            if let Some(arg) = self.operand()? {
                args.push(arg);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Right | Kind::RightParen => {
                    self.at -= 1;
                    break;
                }
                Kind::Pipe => break,
                _ => return self.unexpected(&token, "operand"),
            }
        }
        if args.is_empty() {
            return self.fail("empty command");
        }
        Ok(Command { pos, args })
    }

    /// A term, and the fields taken of it.
    fn operand(&mut self) -> Result<Option<Arg>> {
        let Some(term) = self.term()? else { return Ok(None) };
        let second = self.peek();
        if second.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(field_name(&self.next().text));
        }
        let kind = match term.kind {
            ArgKind::Field(mut all) => {
                all.append(&mut names);
                ArgKind::Field(all)
            }
            ArgKind::Var(var, mut all) => {
                all.append(&mut names);
                ArgKind::Var(var, all)
            }
            ArgKind::Func(_) | ArgKind::Pipe(_) | ArgKind::Chain(..) => ArgKind::Chain(Box::new(term), names),
            _ => return self.fail(format!("unexpected . after term {}", quoted(&term.to_string()))),
        };
        Ok(Some(Arg { pos: second.pos, kind }))
    }

    fn term(&mut self) -> Result<Option<Arg>> {
        let token = self.next_word();
        let kind = match token.kind {
            Kind::Error => return self.fail(token.text.clone()),
            Kind::Ident => match Func::find(&token.text, self.json) {
                Some(func) => ArgKind::Func(func),
                None => return self.fail(format!("function {} not defined", quoted(&token.text))),
            },
            Kind::Dot => ArgKind::Dot,
            Kind::Nil => ArgKind::Nil,
            Kind::Bool => ArgKind::Bool(token.text == "true"),
            Kind::Field => ArgKind::Field(vec![field_name(&token.text)]),
            Kind::Var if self.scope.known.iter().any(|n| *n == token.text) => {
                ArgKind::Var(self.scope.var(&token.text), Vec::new())
            }
            Kind::Var => return self.fail(format!("undefined variable {}", quoted(&token.text))),
            Kind::Char | Kind::Number => match number(&token.text) {
                Ok(n) => ArgKind::Number(n),
                Err(e) => return self.fail(e),
            },
            Kind::Str | Kind::RawStr => match unquote(&token.text) {
                Some(text) => ArgKind::Str(token.text.as_ref().into(), text.into()),
                None => return self.fail("invalid syntax"),
            },
            Kind::LeftParen => {
                let pipe = self.deeper(|p| p.pipeline("parenthesized pipeline", Kind::RightParen))?;
                ArgKind::Pipe(Box::new(pipe))
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Arg { pos: token.pos, kind }))
    }
}

fn field_name(token: &str) -> Box<str> {
    token.strip_prefix('.').unwrap_or(token).into()
}
