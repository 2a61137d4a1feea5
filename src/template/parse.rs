//! From words to a tree.

mod pipeline;
mod words;

use super::Limits;
use super::error::TemplateError;
use super::lexer::{Kind, Lexer, Token};
use super::literal::unquote;
use super::tree::{Action, Branch, Call, Node, Nodes, Var};
use crate::value::quote::quoted;

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

/// Whether there is nothing but blanks.
fn is_empty(nodes: &Nodes) -> bool {
    nodes.iter().all(|n| matches!(n, Node::Text(t) if t.trim().is_empty()))
}

impl<'a> Parser<'a> {
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
}
