//! The syntax tree. Every node has its span and the position that Kapacitor's messages use.

use crate::text::Span;

/// A whole script.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Script {
    /// In source order.
    pub statements: Vec<Statement>,
}

/// A comment that belongs to a node: lines already normalised (one `//` and one blank stripped).
#[derive(Clone, PartialEq, Debug)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// `None` marks a blank line between two comment groups.
    pub lines: Vec<Option<String>>,
}

/// A top-level statement.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// `dbrp "telegraf"."autogen"`
    Dbrp(Dbrp),
    /// `var x = 5`
    Var(VarDecl),
    /// `var x int`
    Type(TypeDecl),
    /// A chain, a global call or any other expression.
    Expr(Expr),
    /// A comment with nothing after it.
    Comment(Comment),
}

/// `dbrp "db"."rp"`
#[derive(Clone, PartialEq, Debug)]
pub struct Dbrp {
    /// The whole statement.
    pub span: Span,
    /// Before the keyword.
    pub comment: Option<Comment>,
    /// Database.
    pub db: String,
    /// Retention policy.
    pub rp: String,
}

/// `var name = value`
#[derive(Clone, PartialEq, Debug)]
pub struct VarDecl {
    /// The whole statement.
    pub span: Span,
    /// Before the keyword; also the description of the var.
    pub comment: Option<Comment>,
    /// The declared identifier (an [`ExprKind::Ident`], which may carry a comment).
    pub name: Expr,
    /// Right side.
    pub value: Expr,
}

/// `var name type`
#[derive(Clone, PartialEq, Debug)]
pub struct TypeDecl {
    /// The whole statement.
    pub span: Span,
    /// Before the keyword.
    pub comment: Option<Comment>,
    /// The declared identifier.
    pub name: Expr,
    /// The type word, unchecked (an [`ExprKind::Ident`]).
    pub ty: Expr,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// All of it, first byte to last.
    pub span: Span,
    /// Kapacitor's position of the node: operators for binaries and chains, the name for calls.
    pub pos: u32,
    /// The comment that belongs to it.
    pub comment: Option<Box<Comment>>,
    /// What it is.
    pub kind: ExprKind,
}

/// The kinds of expression.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// `5`, `010` (octal)
    Int {
        /// The number.
        value: i64,
        /// Written in base 8.
        octal: bool,
    },
    /// `1.5`
    Float(f64),
    /// `10m`
    Duration {
        /// Nanoseconds.
        value: i64,
        /// As written; empty where the value does not come from a source text.
        text: String,
    },
    /// `TRUE`
    Bool(bool),
    /// `'text'` or `'''text'''`
    Str {
        /// Unescaped.
        value: String,
        /// Triple-quoted.
        triple: bool,
    },
    /// `/re/`
    Regex {
        /// The pattern in Go's syntax, slashes unescaped.
        pattern: String,
        /// Between the slashes, as written; empty where it does not come from a source text.
        text: String,
    },
    /// `*` as an argument
    Star,
    /// `"name"`
    Ref(String),
    /// `name`
    Ident(String),
    /// `['a', b, *]`
    List(Vec<Expr>),
    /// `-x`, `!x`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it applies to.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary(Box<Binary>),
    /// `name(args)`
    Call(Call),
    /// `lambda: expr`
    Lambda(Box<Expr>),
    /// `left|right`, `left.right`, `left@right`
    Chain(Box<Chain>),
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
}

impl UnaryOp {
    /// As written.
    pub fn symbol(self) -> char {
        match self {
            UnaryOp::Neg => '-',
            UnaryOp::Not => '!',
        }
    }
}

/// A binary expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Left operand.
    pub left: Expr,
    /// Right operand.
    pub right: Expr,
    /// Stood in parentheses.
    pub parens: bool,
    /// A newline lies between the positions of the operands.
    pub multi_line: bool,
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `=~`
    Match,
    /// `!~`
    NotMatch,
    /// `AND`
    And,
    /// `OR`
    Or,
}

impl BinaryOp {
    /// As written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Mod => "%",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::Match => "=~",
            BinaryOp::NotMatch => "!~",
            BinaryOp::And => "AND",
            BinaryOp::Or => "OR",
        }
    }

    /// How tightly it binds, 0 to 5. All operators group to the left.
    pub fn precedence(self) -> u8 {
        match self {
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod => 5,
            BinaryOp::Add | BinaryOp::Sub => 4,
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => 3,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Match | BinaryOp::NotMatch => 2,
            BinaryOp::And => 1,
            BinaryOp::Or => 0,
        }
    }
}

/// A call.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The function, node or property.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// In order.
    pub args: Vec<Expr>,
    /// A newline lies between the name and the last argument's position.
    pub multi_line: bool,
}

/// One step of a chain.
#[derive(Clone, PartialEq, Debug)]
pub struct Chain {
    /// `|`, `.` or `@`.
    pub op: ChainOp,
    /// What it applies to: an identifier, a call or another chain.
    pub left: Expr,
    /// A call, or a bare identifier after `.` and `@`.
    pub right: Expr,
}

/// How a step hangs on what stands before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChainOp {
    /// `|`: a new node
    Pipe,
    /// `.`: a property
    Dot,
    /// `@`: a user-defined function
    At,
}

impl ChainOp {
    /// As written.
    pub fn symbol(self) -> char {
        match self {
            ChainOp::Pipe => '|',
            ChainOp::Dot => '.',
            ChainOp::At => '@',
        }
    }
}
