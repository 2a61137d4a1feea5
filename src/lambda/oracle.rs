//! A second, slow evaluator that walks the syntax tree over owned values, step by step as Kapacitor does.
//! The compiled programs are held against it on random expressions and points.

use std::collections::HashMap;

use crate::lang::ast::{Binary, BinaryOp, Call, Expr, ExprKind, UnaryOp};
use crate::value::{GoRegex, Type, duration, number};

#[derive(Clone, PartialEq, Debug)]
pub(super) enum V {
    Missing,
    Null,
    Float(f64),
    Int(i64),
    Str(String),
    Bool(bool),
    Duration(i64),
    Regex(String),
    Time(i64),
}

impl V {
    fn ty(&self) -> Type {
        match self {
            V::Missing => Type::Missing,
            V::Null => Type::Invalid,
            V::Float(_) => Type::Float,
            V::Int(_) => Type::Int,
            V::Str(_) => Type::Str,
            V::Bool(_) => Type::Bool,
            V::Duration(_) => Type::Duration,
            V::Regex(_) => Type::Regex,
            V::Time(_) => Type::Time,
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
enum E {
    Guard(Type, Type),
    Text(String),
    Panic(String),
}

impl E {
    fn text(self) -> String {
        match self {
            E::Guard(a, w) => format!("TypeGuard: expression returned unexpected type {a}, expected {w}"),
            E::Text(t) | E::Panic(t) => t,
        }
    }

    fn argument(self, i: usize) -> E {
        match self {
            E::Panic(t) => E::Panic(t),
            other => E::Text(format!("Failed to handle {} argument: {}", i + 1, other.text())),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    For(Type, Type),
    Broken,
}

#[derive(Default)]
struct Memory {
    count: i64,
    choices: HashMap<usize, Choice>,
}

/// An evaluator with the memory of one group.
pub(super) struct Oracle<'e> {
    expr: &'e Expr,
    memory: Memory,
    nested: HashMap<usize, Memory>,
    point: HashMap<String, V>,
}

fn id<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

fn is_math(op: BinaryOp) -> bool {
    matches!(op.symbol(), "+" | "-" | "*" | "/" | "%")
}

/// The table of operators, row by row.
fn table(op: BinaryOp, l: Type, r: Type) -> Option<Type> {
    use Type::{Bool, Duration, Float, Int, Regex, Str};
    let rows: &[(&str, Type, Type, Type)] = &[
        ("+ - * / %", Int, Int, Int),
        ("+ - * /", Float, Float, Float),
        ("+", Str, Str, Str),
        ("+ -", Duration, Duration, Duration),
        ("* /", Duration, Int, Duration),
        ("* /", Duration, Float, Duration),
        ("*", Int, Duration, Duration),
        ("*", Float, Duration, Duration),
        ("/", Duration, Duration, Int),
        ("== !=", Bool, Bool, Bool),
        ("== != < <= > >=", Int, Int, Bool),
        ("== != < <= > >=", Float, Float, Bool),
        ("== != < <= > >=", Int, Float, Bool),
        ("== != < <= > >=", Float, Int, Bool),
        ("== != < <= > >=", Str, Str, Bool),
        ("== != < <= > >=", Duration, Duration, Bool),
        ("=~ !~", Str, Regex, Bool),
        ("AND OR", Bool, Bool, Bool),
    ];
    let row = rows.iter().find(|r0| r0.1 == l && r0.2 == r && r0.0.split(' ').any(|s| s == op.symbol()));
    row.map(|r| r.3)
}

fn refusal(op: BinaryOp, l: Type, r: Type) -> String {
    const ALL: [Type; 6] = [Type::Float, Type::Int, Type::Str, Type::Bool, Type::Duration, Type::Regex];
    let takes = ALL.iter().any(|t| table(op, l, *t).is_some() || table(op, *t, l).is_some());
    let kind = match op.symbol() {
        "AND" | "OR" => "logical",
        _ if is_math(op) => "math",
        _ => "comparison",
    };
    if takes {
        format!(
            "mismatched type to binary operator. got {l} {} {r}. see bool(), int(), float(), string(), duration()",
            op.symbol()
        )
    } else {
        format!("invalid {kind} operator {} for type {l}", op.symbol())
    }
}

fn const_type(e: &Expr) -> Type {
    match &e.kind {
        ExprKind::Int { .. } => Type::Int,
        ExprKind::Float(_) => Type::Float,
        ExprKind::Duration { .. } => Type::Duration,
        ExprKind::Bool(_) => Type::Bool,
        ExprKind::Str { .. } => Type::Str,
        ExprKind::Regex { .. } => Type::Regex,
        ExprKind::Unary { op: UnaryOp::Not, .. } => Type::Bool,
        ExprKind::Unary { operand, .. } => const_type(operand),
        ExprKind::Binary(b) if !is_math(b.op) => Type::Bool,
        ExprKind::Binary(b) => {
            table(b.op, const_type(&b.left), const_type(&b.right)).unwrap_or(Type::Invalid)
        }
        ExprKind::Lambda(body) => const_type(body),
        _ => Type::Invalid,
    }
}

fn dynamic(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Ref(_) | ExprKind::Call(_) => true,
        ExprKind::Unary { op: UnaryOp::Neg, operand } => dynamic(operand),
        ExprKind::Binary(b) => is_math(b.op) && (dynamic(&b.left) || dynamic(&b.right)),
        ExprKind::Lambda(body) => dynamic(body),
        _ => false,
    }
}

/// Signatures of the functions that the random expressions use.
fn signatures(name: &str) -> &'static [(&'static [Type], Type)] {
    use Type::{Bool, Duration, Float, Int, Missing, Str};
    match name {
        "count" => &[(&[], Int)],
        "abs" => &[(&[Float], Float)],
        "int" => &[(&[Bool], Int), (&[Str], Int), (&[Int], Int), (&[Float], Int)],
        "float" => &[(&[Bool], Float), (&[Str], Float), (&[Int], Float), (&[Float], Float)],
        "string" => &[(&[Bool], Str), (&[Str], Str), (&[Int], Str), (&[Float], Str), (&[Duration], Str)],
        "strLength" => &[(&[Str], Int)],
        "isPresent" => {
            &[(&[Missing], Bool), (&[Bool], Bool), (&[Str], Bool), (&[Int], Bool), (&[Float], Bool)]
        }
        "if" => &[
            (&[Bool, Float, Float], Float),
            (&[Bool, Int, Int], Int),
            (&[Bool, Str, Str], Str),
            (&[Bool, Bool, Bool], Bool),
            (&[Bool, Type::Regex, Type::Regex], Type::Regex),
            (&[Bool, Type::Time, Type::Time], Type::Time),
            (&[Bool, Duration, Duration], Duration),
        ],
        _ => &[],
    }
}

impl<'e> Oracle<'e> {
    pub(super) fn new(expr: &'e Expr) -> Oracle<'e> {
        Oracle { expr, memory: Memory::default(), nested: HashMap::new(), point: HashMap::new() }
    }

    /// `None` where only that there is an error is known.
    pub(super) fn value(&mut self, point: &HashMap<String, V>) -> Option<Result<V, String>> {
        self.point = point.clone();
        let result = self.ty(self.expr).and_then(|ty| match ty {
            Type::Missing => Err(E::Text(self.missing(self.expr))),
            Type::Regex | Type::Time | Type::Invalid => {
                Err(E::Text(format!("expression returned unexpected type {ty}")))
            }
            ty => self.eval(self.expr, ty),
        });
        settle(result)
    }

    pub(super) fn test(&mut self, point: &HashMap<String, V>) -> Option<Result<V, String>> {
        self.point = point.clone();
        let result = self.ty(self.expr).and_then(|_| self.eval(self.expr, Type::Bool));
        settle(result)
    }

    fn missing(&self, e: &Expr) -> String {
        match &e.kind {
            ExprKind::Ref(n) => format!("missing value: \"{n}\""),
            ExprKind::Lambda(body) => self.missing(body),
            ExprKind::Unary { operand, .. } => {
                let text = self.missing(operand);
                let name = text.split('"').nth(1).unwrap();
                format!("reference \"{name}\" is missing value")
            }
            _ => unreachable!("nothing else is missing"),
        }
    }

    fn get(&self, name: &str) -> V {
        self.point.get(name).cloned().unwrap_or(V::Missing)
    }

    fn ty(&self, e: &Expr) -> Result<Type, E> {
        Ok(match &e.kind {
            ExprKind::Ref(name) => match self.get(name) {
                V::Null => return Err(E::Text(format!("referenced value {name:?} is nil."))),
                v => v.ty(),
            },
            ExprKind::Unary { op: UnaryOp::Not, .. } => Type::Bool,
            ExprKind::Unary { operand, .. } => self.ty(operand)?,
            ExprKind::Lambda(body) => self.ty(body)?,
            ExprKind::Binary(b) if is_math(b.op) => {
                let (l, r) = (self.ty(&b.left)?, self.ty(&b.right)?);
                table(b.op, l, r).ok_or_else(|| E::Text(refusal(b.op, l, r)))?
            }
            ExprKind::Call(c) => self.ty_call(c)?,
            _ => const_type(e),
        })
    }

    fn ty_call(&self, c: &Call) -> Result<Type, E> {
        if signatures(&c.name).is_empty() {
            return Err(E::Text(format!("undefined function: {:?}", c.name)));
        }
        let mut types = vec![];
        for (i, a) in c.args.iter().enumerate() {
            types.push(self.ty(a).map_err(|e| e.argument(i))?);
        }
        let found = signatures(&c.name).iter().find(|s| s.0 == types);
        // The words of a refused call are tested elsewhere.
        found.map(|s| s.1).ok_or_else(|| E::Text(format!("Cannot call function {:?}", c.name)))
    }

    fn eval(&mut self, e: &Expr, want: Type) -> Result<V, E> {
        match &e.kind {
            ExprKind::Ref(name) => match self.get(name) {
                V::Missing if want == Type::Missing => Ok(V::Missing),
                V::Missing => Err(E::Text(format!("reference \"{name}\" is missing value"))),
                V::Null => Err(E::Text(format!("referenced value {name:?} is nil."))),
                v => guard(v, want),
            },
            ExprKind::Unary { op, operand } => self.unary(e, *op, operand, want),
            ExprKind::Binary(b) => self.binary(b, want),
            ExprKind::Call(c) => {
                let v = self.call(c)?;
                guard(v, want)
            }
            ExprKind::Lambda(body) => {
                let ty = self.ty(body)?;
                if ty != want || ty == Type::Time {
                    return Err(E::Guard(ty, want));
                }
                let own = self.nested.remove(&id(e)).unwrap_or_default();
                let outer = std::mem::replace(&mut self.memory, own);
                let v = self.eval(body, want);
                let own = std::mem::replace(&mut self.memory, outer);
                self.nested.insert(id(e), own);
                v
            }
            ExprKind::Int { value, .. } => guard(V::Int(*value), want),
            ExprKind::Float(v) => guard(V::Float(*v), want),
            ExprKind::Duration { value, .. } => guard(V::Duration(*value), want),
            ExprKind::Bool(v) => guard(V::Bool(*v), want),
            ExprKind::Str { value, .. } => guard(V::Str(value.clone()), want),
            ExprKind::Regex { pattern, .. } => guard(V::Regex(pattern.clone()), want),
            other => unreachable!("{other:?}"),
        }
    }

    fn unary(&mut self, e: &Expr, op: UnaryOp, operand: &Expr, want: Type) -> Result<V, E> {
        let own = const_type(e);
        match want {
            Type::Bool if op == UnaryOp::Not || matches!(own, Type::Bool | Type::Invalid) => {
                match self.eval(operand, Type::Bool)? {
                    V::Bool(v) => Ok(V::Bool(!v)),
                    other => unreachable!("{other:?}"),
                }
            }
            Type::Int | Type::Float | Type::Duration => Ok(match self.eval(operand, want)? {
                V::Int(v) => V::Int(v.wrapping_neg()),
                V::Float(v) => V::Float(-v),
                V::Duration(v) => V::Duration(v.wrapping_neg()),
                other => unreachable!("{other:?}"),
            }),
            Type::Missing => Ok(V::Missing),
            _ => Err(E::Guard(own, want)),
        }
    }

    fn binary(&mut self, b: &Binary, want: Type) -> Result<V, E> {
        let moves = dynamic(&b.left) || dynamic(&b.right);
        let anew = moves && (want == Type::Bool || !self.memory.choices.contains_key(&id(b)));
        if anew {
            let (l, r) = (self.ty(&b.left)?, self.ty(&b.right)?);
            let choice = table(b.op, l, r).map_or(Choice::Broken, |_| Choice::For(l, r));
            self.memory.choices.insert(id(b), choice);
        } else if !moves {
            let choice = Choice::For(const_type(&b.left), const_type(&b.right));
            self.memory.choices.entry(id(b)).or_insert(choice);
        }
        let v = self.run(b)?;
        if v.ty() == want {
            return Ok(v);
        }
        match (want, v.ty()) {
            (Type::Int, Type::Float) | (Type::Float, Type::Int) => Err(E::Guard(v.ty(), want)),
            (Type::Int | Type::Float, _) => Err(E::Guard(Type::Invalid, want)),
            (_, got) => {
                let go = match got {
                    Type::Int => "int64",
                    Type::Float => "float64",
                    Type::Bool => "bool",
                    _ => "<nil>",
                };
                Err(E::Text(format!("expression returned unexpected type {go}")))
            }
        }
    }

    fn run(&mut self, b: &Binary) -> Result<V, E> {
        // Kapacitor goes on for ever where an operand says it is of the very type it was asked for.
        for _ in 0..8 {
            let Choice::For(l, r) = self.memory.choices[&id(b)] else { return Err(self.determine(b)) };
            let mut guarded = None;
            let left = match self.eval(&b.left, l) {
                Ok(v) => Some(v),
                Err(E::Guard(actual, wanted)) => {
                    guarded = Some((E::Guard(actual, wanted), actual, self.ty(&b.right)?));
                    None
                }
                Err(e) => return Err(e),
            };
            if let Some(left) = left {
                match (b.op, &left) {
                    (BinaryOp::And, V::Bool(false)) | (BinaryOp::Or, V::Bool(true)) => return Ok(left),
                    _ => {}
                }
                match self.eval(&b.right, r) {
                    Ok(right) => return apply(b.op, left, right),
                    Err(E::Guard(actual, wanted)) => {
                        guarded = Some((E::Guard(actual, wanted), self.ty(&b.left)?, actual));
                    }
                    Err(e) => return Err(e),
                }
            }
            let Some((e, l, r)) = guarded else { unreachable!() };
            if table(b.op, l, r).is_none() {
                self.memory.choices.insert(id(b), Choice::Broken);
                return Err(e);
            }
            self.memory.choices.insert(id(b), Choice::For(l, r));
        }
        self.memory.choices.insert(id(b), Choice::Broken);
        Err(E::Text("*".into()))
    }

    /// The words for an operator that has no implementation chosen.
    fn determine(&self, b: &Binary) -> E {
        let mut types = vec![];
        for (side, e) in [("left", &b.left), ("right", &b.right)] {
            let ty = match self.ty(e) {
                Ok(ty) => ty,
                Err(e) => return e,
            };
            if ty == Type::Missing {
                return E::Text(match &e.kind {
                    ExprKind::Ref(n) => format!("{side} reference value \"{n}\" is missing value"),
                    ExprKind::Unary { .. } => format!(
                        "expected {side}Evaluator to be *EvalReferenceNode got *stateful.EvalUnaryNode"
                    ),
                    _ => format!(
                        "expected {side}Evaluator to be *EvalReferenceNode got *stateful.EvalLambdaNode"
                    ),
                });
            }
            types.push(ty);
        }
        E::Text(refusal(b.op, types[0], types[1]))
    }

    fn call(&mut self, c: &Call) -> Result<V, E> {
        let mut args = vec![];
        for (i, a) in c.args.iter().enumerate() {
            let ty = self.ty(a).map_err(|e| e.argument(i))?;
            let v = if ty == Type::Missing { Ok(V::Missing) } else { self.eval(a, ty) };
            args.push(v.map_err(|e| e.argument(i))?);
        }
        let fail = |text: String| Err(E::Text(format!("error calling {:?}: {text}", c.name)));
        Ok(match (c.name.as_str(), args.as_slice()) {
            ("count", []) => {
                self.memory.count += 1;
                V::Int(self.memory.count)
            }
            ("isPresent", [v]) => V::Bool(*v != V::Missing),
            ("abs", [V::Float(v)]) => V::Float(v.abs()),
            ("strLength", [V::Str(s)]) => V::Int(s.len() as i64),
            ("if", [V::Bool(c), a, b]) if a.ty() == b.ty() && a.ty() != Type::Missing => {
                if *c {
                    a.clone()
                } else {
                    b.clone()
                }
            }
            ("int", [V::Bool(v)]) => V::Int((*v).into()),
            ("int", [V::Int(v)]) => V::Int(*v),
            ("int", [V::Float(v)]) => V::Int(truncate(*v)),
            ("int", [V::Str(s)]) => match number::parse_int(s) {
                Ok(v) => V::Int(v),
                Err(e) => return fail(e.to_string()),
            },
            ("float", [V::Bool(v)]) => V::Float(if *v { 1.0 } else { 0.0 }),
            ("float", [V::Int(v)]) => V::Float(*v as f64),
            ("float", [V::Float(v)]) => V::Float(*v),
            ("float", [V::Str(s)]) => match number::parse_float(s) {
                Ok(v) => V::Float(v),
                Err(e) => return fail(e.to_string()),
            },
            ("string", [V::Bool(v)]) => V::Str(v.to_string()),
            ("string", [V::Int(v)]) => V::Str(v.to_string()),
            ("string", [V::Str(s)]) => V::Str(s.clone()),
            ("string", [V::Float(v)]) => {
                let mut out = String::new();
                number::push_float(&mut out, *v);
                V::Str(out)
            }
            ("string", [V::Duration(v)]) => {
                let mut out = String::new();
                duration::push_influx(&mut out, *v);
                V::Str(out)
            }
            // The function's own complaints are tested elsewhere.
            _ => return fail("*".into()),
        })
    }
}

fn guard(v: V, want: Type) -> Result<V, E> {
    if v.ty() == want { Ok(v) } else { Err(E::Guard(v.ty(), want)) }
}

/// What is only known to be an error ends in a star.
fn settle(result: Result<V, E>) -> Option<Result<V, String>> {
    match result {
        Ok(v) => Some(Ok(v)),
        Err(e) => {
            let text = e.text();
            (!text.contains('*') || text.contains("*Eval")).then_some(Err(text))
        }
    }
}

fn truncate(v: f64) -> i64 {
    if v.is_nan() || v >= 2f64.powi(63) || v < -2f64.powi(63) { i64::MIN } else { v as i64 }
}

fn apply(op: BinaryOp, l: V, r: V) -> Result<V, E> {
    use V::{Bool, Duration, Float, Int, Regex, Str};
    let zero = || E::Panic("runtime error: integer divide by zero".into());
    Ok(match (op.symbol(), l, r) {
        ("+", Int(a), Int(b)) => Int(a.wrapping_add(b)),
        ("-", Int(a), Int(b)) => Int(a.wrapping_sub(b)),
        ("*", Int(a), Int(b)) => Int(a.wrapping_mul(b)),
        ("/", Int(_), Int(0)) | ("%", Int(_), Int(0)) => return Err(zero()),
        ("/", Int(a), Int(b)) => Int(a.wrapping_div(b)),
        ("%", Int(a), Int(b)) => Int(a.wrapping_rem(b)),
        ("+", Float(a), Float(b)) => Float(a + b),
        ("-", Float(a), Float(b)) => Float(a - b),
        ("*", Float(a), Float(b)) => Float(a * b),
        ("/", Float(a), Float(b)) => Float(a / b),
        ("+", Str(a), Str(b)) => Str(a + &b),
        ("+", Duration(a), Duration(b)) => Duration(a.wrapping_add(b)),
        ("-", Duration(a), Duration(b)) => Duration(a.wrapping_sub(b)),
        ("*", Duration(a), Int(b)) | ("*", Int(b), Duration(a)) => Duration(a.wrapping_mul(b)),
        ("*", Duration(a), Float(b)) | ("*", Float(b), Duration(a)) => Duration(truncate(a as f64 * b)),
        ("/", Duration(_), Int(0)) | ("/", Duration(_), Duration(0)) => return Err(zero()),
        ("/", Duration(a), Int(b)) => Duration(a.wrapping_div(b)),
        ("/", Duration(a), Float(b)) => Duration(truncate(a as f64 / b)),
        ("/", Duration(a), Duration(b)) => Int(a.wrapping_div(b)),
        ("==", Bool(a), Bool(b)) => Bool(a == b),
        ("!=", Bool(a), Bool(b)) => Bool(a != b),
        ("AND", Bool(a), Bool(b)) => Bool(a && b),
        ("OR", Bool(a), Bool(b)) => Bool(a || b),
        ("=~", Str(a), Regex(b)) => Bool(GoRegex::new(&b).unwrap().is_match(&a)),
        ("!~", Str(a), Regex(b)) => Bool(!GoRegex::new(&b).unwrap().is_match(&a)),
        (o, Int(a), Int(b)) | (o, Duration(a), Duration(b)) => Bool(order(o, a.partial_cmp(&b))),
        (o, Float(a), Float(b)) => Bool(order(o, a.partial_cmp(&b))),
        (o, Int(a), Float(b)) => Bool(order(o, (a as f64).partial_cmp(&b))),
        (o, Float(a), Int(b)) => Bool(order(o, a.partial_cmp(&(b as f64)))),
        (o, Str(a), Str(b)) => Bool(order(o, a.partial_cmp(&b))),
        other => unreachable!("{other:?}"),
    })
}

fn order(op: &str, o: Option<std::cmp::Ordering>) -> bool {
    match op {
        "==" => o.is_some_and(|o| o.is_eq()),
        "!=" => !o.is_some_and(|o| o.is_eq()),
        "<" => o.is_some_and(|o| o.is_lt()),
        "<=" => o.is_some_and(|o| o.is_le()),
        ">" => o.is_some_and(|o| o.is_gt()),
        ">=" => o.is_some_and(|o| o.is_ge()),
        _ => unreachable!("{op}"),
    }
}
