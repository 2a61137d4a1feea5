//! The tree of a SELECT statement.

/// `SELECT … FROM …`
#[derive(Clone, PartialEq, Debug)]
pub struct Select {
    /// In order.
    pub fields: Vec<Field>,
    /// `INTO`
    pub into: Option<Target>,
    /// In order.
    pub sources: Vec<Source>,
    /// `WHERE`
    pub condition: Option<Expr>,
    /// `GROUP BY`: references, `*`, patterns, `time(…)`.
    pub dimensions: Vec<Expr>,
    /// `fill(…)`
    pub fill: Fill,
    /// `ORDER BY time`: whether ascending.
    pub ascending: Option<bool>,
    /// `LIMIT`; 0 for none, as for those below.
    pub limit: i64,
    /// `OFFSET`
    pub offset: i64,
    /// `SLIMIT`
    pub slimit: i64,
    /// `SOFFSET`
    pub soffset: i64,
    /// `tz('…')`
    pub zone: Option<String>,
}

/// A column of the result.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// What it holds.
    pub expr: Expr,
    /// `AS`
    pub alias: Option<String>,
}

/// Where the result goes.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// The measurement, or `:MEASUREMENT` where its name is that of the source.
    pub measurement: Measurement,
}

/// What is selected from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// `db.rp.name`
    Measurement(Measurement),
    /// `(SELECT …)`
    Subquery(Box<Select>),
}

/// A measurement, or all whose names match.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Measurement {
    /// Empty for the default.
    pub database: String,
    /// Empty for the default.
    pub retention_policy: String,
    /// Empty where a pattern is given.
    pub name: String,
    /// A pattern in Go's syntax.
    pub regex: Option<String>,
}

/// What empty buckets hold.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Fill {
    /// `null`
    #[default]
    Null,
    /// `none`
    None,
    /// `previous`
    Previous,
    /// `linear`
    Linear,
    /// A number.
    Number(f64),
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// `usage_idle`, `"usage_idle"::float`
    Ref {
        /// Segments joined with dots.
        name: String,
        /// `::type`
        ty: Option<DataType>,
    },
    /// `mean(value)`; the name in lower case.
    Call {
        /// Lower case.
        name: String,
        /// In order.
        args: Vec<Expr>,
    },
    /// `distinct value`
    Distinct(String),
    /// `'text'`
    Str(String),
    /// `1.5`
    Number(f64),
    /// `5`
    Int(i64),
    /// Integers above the range of 64 bits with sign.
    Unsigned(u64),
    /// `true`
    Bool(bool),
    /// `5m`, in nanoseconds
    Duration(i64),
    /// `*`, `*::tag`
    Wildcard(Option<DataType>),
    /// `/x/`: the pattern in Go's syntax
    Regex(String),
    /// `(…)`
    Paren(Box<Expr>),
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
}

/// What `::` can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DataType {
    /// `float`
    Float,
    /// `integer`
    Integer,
    /// `unsigned`
    Unsigned,
    /// `string`
    Str,
    /// `boolean`
    Bool,
    /// `field`
    AnyField,
    /// `tag`
    Tag,
}

impl DataType {
    /// As queries write it.
    pub fn name(self) -> &'static str {
        match self {
            DataType::Float => "float",
            DataType::Integer => "integer",
            DataType::Unsigned => "unsigned",
            DataType::Str => "string",
            DataType::Bool => "boolean",
            DataType::AnyField => "field",
            DataType::Tag => "tag",
        }
    }
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `AND`
    And,
    /// `OR`
    Or,
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `=~`
    Match,
    /// `!~`
    NotMatch,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl BinaryOp {
    /// As messages print it.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Mod => "%",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitOr => "|",
            BinaryOp::BitXor => "^",
            BinaryOp::And => "AND",
            BinaryOp::Or => "OR",
            BinaryOp::Eq => "=",
            BinaryOp::Ne => "!=",
            BinaryOp::Match => "=~",
            BinaryOp::NotMatch => "!~",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
        }
    }

    /// Higher binds tighter.
    pub(super) fn precedence(self) -> u8 {
        match self {
            BinaryOp::Or => 1,
            BinaryOp::And => 2,
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::BitOr | BinaryOp::BitXor => 4,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::BitAnd => 5,
            _ => 3,
        }
    }

    /// Whether it belongs to conditions alone.
    pub(super) fn is_condition(self) -> bool {
        self.precedence() <= 3
    }
}
