//! Expressions as the lambda runtime takes them: literals worked out, references numbered, functions
//! looked up, and what can be refused before any point is seen refused here.

use crate::data::{Slots, Sym, Symbols};
use crate::lang::ast::{Binary, BinaryOp, Call, Expr, ExprKind, UnaryOp};
use crate::text::Span;
use crate::value::{GoRegex, Type};

use super::funcs::{self, Function};
use super::ops;

/// How deep an expression may nest, and how many operators and operands it may have.
const MAX_DEPTH: usize = 400;
const MAX_NODES: usize = 100_000;

/// Why an expression cannot be compiled.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{text}")]
pub struct LambdaError {
    /// In Kapacitor's words.
    pub text: String,
    /// The operand or operator that is refused.
    pub span: Span,
}

impl LambdaError {
    fn new(text: impl Into<String>, span: Span) -> LambdaError {
        LambdaError { text: text.into(), span }
    }

    fn within(mut self, place: &str) -> LambdaError {
        self.text.insert_str(0, place);
        self
    }
}

/// A name that an expression refers to.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// As written.
    pub name: String,
    /// Where a row has the field.
    pub slot: u32,
    /// The name as a tag's key.
    pub symbol: Sym,
    /// It is `"time"`, which no field or tag can hide.
    pub is_time: bool,
}

/// An expression.
pub(super) enum Node {
    Bool(bool),
    Int(i64),
    Float(f64),
    Duration(i64),
    Str(Sym),
    Regex(GoRegex),
    Ref(u32),
    Unary {
        op: UnaryOp,
        operand: Box<Node>,
    },
    Binary(Box<BinaryNode>),
    Call(CallNode),
    Lambda {
        /// Which memory it has.
        state: usize,
        body: Box<Node>,
    },
}

/// An operator with its operands.
pub(super) struct BinaryNode {
    pub(super) op: BinaryOp,
    pub(super) left: Node,
    pub(super) right: Node,
    /// Its cell in the state, where it needs one.
    pub(super) cell: Option<usize>,
}

/// A call.
pub(super) struct CallNode {
    pub(super) name: String,
    /// None if there is no such function; that is found out when a point comes.
    pub(super) function: Option<&'static Function>,
    pub(super) args: Vec<Node>,
}

impl Node {
    /// The type, where it does not depend on a point; else [`Type::Invalid`].
    pub(super) fn const_type(&self) -> Type {
        match self {
            Node::Bool(_) => Type::Bool,
            Node::Int(_) => Type::Int,
            Node::Float(_) => Type::Float,
            Node::Duration(_) => Type::Duration,
            Node::Str(_) => Type::Str,
            Node::Regex(_) => Type::Regex,
            Node::Ref(_) | Node::Call(_) => Type::Invalid,
            Node::Unary { op: UnaryOp::Not, .. } => Type::Bool,
            Node::Unary { op: UnaryOp::Neg, operand } => operand.const_type(),
            Node::Binary(b) if !ops::is_math(b.op) => Type::Bool,
            Node::Binary(b) => {
                ops::result(b.op, b.left.const_type(), b.right.const_type()).unwrap_or(Type::Invalid)
            }
            Node::Lambda { body, .. } => body.const_type(),
        }
    }

    /// Whether the type depends on the point.
    pub(super) fn is_dynamic(&self) -> bool {
        match self {
            Node::Ref(_) | Node::Call(_) => true,
            Node::Unary { op: UnaryOp::Neg, operand } => operand.is_dynamic(),
            Node::Binary(b) => ops::is_math(b.op) && b.is_dynamic(),
            Node::Lambda { body, .. } => body.is_dynamic(),
            _ => false,
        }
    }

    /// Calls `see` with this node and all below it.
    pub(super) fn walk(&self, see: &mut impl FnMut(&Node)) {
        see(self);
        match self {
            Node::Unary { operand, .. } => operand.walk(see),
            Node::Binary(b) => {
                b.left.walk(see);
                b.right.walk(see);
            }
            Node::Call(c) => c.args.iter().for_each(|a| a.walk(see)),
            Node::Lambda { body, .. } => body.walk(see),
            _ => {}
        }
    }
}

impl BinaryNode {
    /// Whether the types of its operands depend on the point.
    pub(super) fn is_dynamic(&self) -> bool {
        self.left.is_dynamic() || self.right.is_dynamic()
    }
}

/// Makes nodes of syntax.
pub(super) struct Lowering<'a> {
    pub(super) slots: &'a mut Slots,
    pub(super) symbols: &'a mut Symbols,
    /// Functions beside the built-in ones.
    pub(super) extra: &'static [Function],
    /// Names of integers; only topics' `match` has any.
    pub(super) constants: &'static [(&'static str, i64)],
    pub(super) references: Vec<Reference>,
    /// How many nested lambdas there are.
    pub(super) lambdas: usize,
    cells: usize,
    nodes: usize,
    depth: usize,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(slots: &'a mut Slots, symbols: &'a mut Symbols) -> Lowering<'a> {
        Lowering {
            slots,
            symbols,
            extra: &[],
            constants: &[],
            references: Vec::new(),
            lambdas: 0,
            cells: 0,
            nodes: 0,
            depth: 0,
        }
    }

    /// The node of an expression.
    pub(super) fn node(&mut self, expr: &Expr) -> Result<Node, LambdaError> {
        self.nodes += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err(LambdaError::new("expression is too large", expr.span));
        }
        let node = self.kind(expr);
        self.depth -= 1;
        node
    }

    fn kind(&mut self, expr: &Expr) -> Result<Node, LambdaError> {
        Ok(match &expr.kind {
            ExprKind::Int { value, .. } => Node::Int(*value),
            ExprKind::Float(v) => Node::Float(*v),
            ExprKind::Duration { value, .. } => Node::Duration(*value),
            ExprKind::Bool(v) => Node::Bool(*v),
            ExprKind::Str { value, .. } => Node::Str(self.symbols.intern(value)),
            ExprKind::Regex { pattern, .. } => Node::Regex(regex(pattern, expr.span)?),
            ExprKind::Ref(name) => Node::Ref(self.reference(name)),
            ExprKind::Ident(name) => return self.identifier(name, expr.span),
            ExprKind::Unary { op, operand } => {
                let operand = self.node(operand).map_err(|e| e.within("Failed to handle node: "))?;
                Node::Unary { op: *op, operand: Box::new(operand) }
            }
            ExprKind::Binary(b) => self.binary(b, expr.span)?,
            ExprKind::Call(call) => Node::Call(self.call(call)?),
            ExprKind::Lambda(body) => {
                let state = self.lambdas;
                self.lambdas += 1;
                let cells = std::mem::take(&mut self.cells);
                let body = self.node(body).map_err(|e| e.within("Failed to handle node: "))?;
                self.cells = cells;
                Node::Lambda { state, body: Box::new(body) }
            }
            ExprKind::Star => return Err(unsupported("Star", expr.span)),
            ExprKind::List(_) => return Err(unsupported("List", expr.span)),
            ExprKind::Chain(_) => return Err(unsupported("Chain", expr.span)),
        })
    }

    fn reference(&mut self, name: &str) -> u32 {
        if let Some(known) = self.references.iter().position(|r| r.name == name) {
            return known as u32;
        }
        self.references.push(Reference {
            name: name.to_owned(),
            slot: self.slots.slot(name),
            symbol: self.symbols.intern(name),
            is_time: name == "time",
        });
        self.references.len() as u32 - 1
    }

    fn identifier(&mut self, name: &str, span: Span) -> Result<Node, LambdaError> {
        if self.constants.is_empty() {
            return Err(unsupported("Identifier", span));
        }
        match self.constants.iter().find(|c| c.0 == name) {
            Some(&(_, value)) => Ok(Node::Int(value)),
            None => Err(LambdaError::new(format!("unknown identifier {name:?}"), span)),
        }
    }

    fn binary(&mut self, b: &Binary, span: Span) -> Result<Node, LambdaError> {
        let left = self.node(&b.left).map_err(|e| e.within("Failed to handle left node: "))?;
        let right = self.node(&b.right).map_err(|e| e.within("Failed to handle right node: "))?;
        let mut node = BinaryNode { op: b.op, left, right, cell: None };
        if !node.is_dynamic() {
            let (l, r) = (node.left.const_type(), node.right.const_type());
            if ops::result(b.op, l, r).is_none() {
                return Err(LambdaError::new(ops::refusal(b.op, l, r), span));
            }
        }
        if super::switch::remembers(&node) {
            node.cell = Some(self.cells);
            self.cells += 1;
        }
        Ok(Node::Binary(Box::new(node)))
    }

    fn call(&mut self, call: &Call) -> Result<CallNode, LambdaError> {
        let mut args = Vec::with_capacity(call.args.len());
        for (i, arg) in call.args.iter().enumerate() {
            let place = format!("Failed to handle {} argument: ", i + 1);
            args.push(self.node(arg).map_err(|e| e.within(&place))?);
        }
        let function = funcs::find(&call.name).or_else(|| self.extra.iter().find(|f| f.name == call.name));
        Ok(CallNode { name: call.name.clone(), function, args })
    }
}

fn unsupported(kind: &str, span: Span) -> LambdaError {
    LambdaError::new(format!("Given node type is not valid evaluation node: *ast.{kind}Node"), span)
}

fn regex(pattern: &str, span: Span) -> Result<GoRegex, LambdaError> {
    GoRegex::new(pattern).map_err(|e| LambdaError::new(e, span))
}
