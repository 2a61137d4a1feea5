//! Tree to canonical text, byte for byte as Kapacitor's formatter does it, except where that one drops
//! a comment or writes what it cannot read back.

use super::ast::{BinaryOp, Call, Chain, Comment, Expr, ExprKind, Script, Statement, UnaryOp};
use super::parse::parse;
use crate::text::Diagnostic;

mod literal;

/// One step of indentation, in blanks.
const STEP: usize = 4;

/// Formats a script; refuses one with mistakes.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(text);
    if parsed.has_errors() { Err(parsed.diagnostics) } else { Ok(print_script(&parsed.script)) }
}

/// The canonical text of a script.
pub fn print_script(script: &Script) -> String {
    let mut printer = Printer::default();
    for (i, statement) in script.statements.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| script.statements.get(i));
        printer.next_statement(before, statement);
    }
    printer.out
}

/// The canonical text of an expression alone, such as a lambda's without `lambda:`.
pub fn print_expr(expr: &Expr) -> String {
    let mut printer = Printer::default();
    printer.expr(expr, 0, false);
    printer.out
}

/// What stands before the next token, as far as it changes how the lexer would read it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Before {
    #[default]
    Nothing,
    /// `lambda:`, `AND`, `OR`: a star or a slash would be an operator.
    Word,
    /// Another statement, which the token could continue unless it is a chain.
    Statement { chain: bool },
    /// A comment; `open` if a sign would still continue the statement before it.
    Comment { open: bool },
}

/// A token at the end of the output that must not be followed by everything.
#[derive(Clone, Copy, Debug)]
struct Fragile {
    start: usize,
    /// A name, which a parenthesis would make a call; else a star or pattern, which has no operators.
    name: bool,
}

#[derive(Default)]
struct Printer {
    out: String,
    before: Before,
    fragile: Option<Fragile>,
}

impl Printer {
    /// Writes a token, or the last piece of one.
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.before = Before::Nothing;
        self.fragile = None;
    }

    fn pad(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// Puts parentheses around what was written since `start`.
    fn wrap(&mut self, start: usize, end: usize) {
        self.out.insert(end, ')');
        self.out.insert(start, '(');
    }

    fn comment(&mut self, comment: &Comment, indent: usize, line_start: bool) {
        if !line_start {
            self.out.push('\n');
        }
        for line in &comment.lines {
            if let Some(text) = line {
                self.pad(indent);
                self.out.push_str(if text.is_empty() { "//" } else { "// " });
                self.out.push_str(text);
            }
            self.out.push('\n');
        }
        let open = matches!(self.before, Before::Statement { chain: false } | Before::Comment { open: true });
        self.before = Before::Comment { open };
    }

    fn next_statement(&mut self, before: Option<&Statement>, statement: &Statement) {
        let start = self.out.len();
        let fragile = self.fragile.filter(|fragile| fragile.name);
        if let Some(before) = before {
            self.out.push('\n');
            self.before = Before::Statement { chain: ends_in_chain(before) };
        }
        self.statement(statement);
        let printed = self.out.get(start..).unwrap_or_default();
        let first = printed.lines().find(|line| !line.is_empty() && !line.starts_with("//"));
        if let Some(fragile) = fragile
            && first.is_some_and(|line| line.starts_with('('))
        {
            self.wrap(fragile.start, start.saturating_sub(1));
            self.fragile = self.fragile.map(|f| Fragile { start: f.start + 2, ..f });
        }
        self.out.push('\n');
    }

    fn statement(&mut self, statement: &Statement) {
        let comment = match statement {
            Statement::Expr(expr) => return self.leading(expr, 0),
            Statement::Comment(comment) => Some(comment),
            Statement::Dbrp(dbrp) => dbrp.comment.as_ref(),
            Statement::Var(var) => var.comment.as_ref(),
            Statement::Type(ty) => ty.comment.as_ref(),
        };
        if let Some(comment) = comment {
            self.comment(comment, 0, true);
        }
        match statement {
            Statement::Dbrp(dbrp) => {
                let (db, rp) = (literal::reference(&dbrp.db), literal::reference(&dbrp.rp));
                self.put(&format!("dbrp {db}.{rp}"));
            }
            Statement::Var(var) => {
                self.put("var ");
                self.expr(&var.name, 0, false);
                self.put(" = ");
                self.expr(&var.value, 0, false);
            }
            Statement::Type(ty) => {
                self.put("var ");
                self.expr(&ty.name, 0, false);
                self.put(" ");
                self.expr(&ty.ty, 0, false);
                self.fragile = None;
            }
            Statement::Expr(_) | Statement::Comment(_) => {}
        }
    }

    /// An expression at the start of a line. A comment in front of its first operand goes in front of
    /// all of it, so that one before an operator, which is printed there, stays where it is.
    fn leading(&mut self, expr: &Expr, indent: usize) {
        let first = first_operand(expr);
        match &first.comment {
            Some(comment) if is_open(expr) => {
                self.comment_before(first, comment, indent, true);
                self.pad(indent);
                self.operators(expr, indent, true);
            }
            _ => self.expr(expr, indent, true),
        }
    }

    /// A comment on an expression, with a blank line before a pattern: a line that starts with a slash
    /// would belong to the comment.
    fn comment_before(&mut self, expr: &Expr, comment: &Comment, indent: usize, line_start: bool) {
        self.comment(comment, indent, line_start);
        if matches!(expr.kind, ExprKind::Regex { .. }) {
            self.out.push('\n');
        }
    }

    fn expr(&mut self, expr: &Expr, indent: usize, line_start: bool) {
        if let ExprKind::Chain(chain) = &expr.kind {
            return self.chain(expr, chain, indent, line_start);
        }
        if let Some(comment) = &expr.comment {
            self.comment_before(expr, comment, indent, line_start);
        }
        let line_start = line_start || expr.comment.is_some();
        if line_start {
            self.pad(indent);
        }
        self.body(expr, indent, line_start);
    }

    fn body(&mut self, expr: &Expr, indent: usize, line_start: bool) {
        match &expr.kind {
            ExprKind::Binary(binary) if binary.parens => {
                self.put("(");
                self.operators(expr, indent + STEP, false);
                self.put(")");
            }
            ExprKind::Binary(_) => self.operators(expr, indent, false),
            ExprKind::Unary { op, operand } => self.unary(*op, operand, indent),
            ExprKind::Call(call) => self.call(call, indent),
            ExprKind::List(items) => self.list(items, indent, line_start),
            ExprKind::Lambda(body) => {
                self.put("lambda: ");
                self.before = Before::Word;
                self.expr(body, indent, false);
            }
            _ => self.literal(expr),
        }
    }

    fn literal(&mut self, expr: &Expr) {
        let patternlike = matches!(expr.kind, ExprKind::Regex { .. } | ExprKind::Star);
        let name = matches!(expr.kind, ExprKind::Ident(_));
        let wrap = patternlike && matches!(self.before, Before::Word | Before::Statement { .. });
        let text = literal::text(&expr.kind);
        if wrap {
            self.put(&format!("({text})"));
            return;
        }
        let start = self.out.len();
        self.put(&text);
        self.fragile = (patternlike || name).then_some(Fragile { start, name });
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr, indent: usize) {
        let continues =
            matches!(self.before, Before::Statement { chain: false } | Before::Comment { open: true });
        let wrap = op == UnaryOp::Neg && continues;
        self.put(if wrap { "(" } else { "" });
        self.put(op.symbol().encode_utf8(&mut [0; 4]));
        self.expr(operand, indent, false);
        if wrap {
            self.put(")");
        }
    }

    /// Operators of one level and their operands; `commented` if the first one's comment is out.
    fn operators(&mut self, expr: &Expr, indent: usize, commented: bool) {
        let mut pending = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary(binary) = &first.kind
            && (pending.is_empty() || !binary.parens)
        {
            pending.push(binary);
            first = &binary.left;
        }
        if commented {
            self.body(first, indent, true);
        } else {
            self.expr(first, indent, false);
        }
        for binary in pending.into_iter().rev() {
            self.operator(binary.op);
            self.out.push(if binary.multi_line { '\n' } else { ' ' });
            self.expr(&binary.right, indent, binary.multi_line);
        }
    }

    fn operator(&mut self, op: BinaryOp) {
        let word = matches!(op, BinaryOp::And | BinaryOp::Or);
        if let Some(fragile) = self.fragile
            && !fragile.name
            && !word
            && op != BinaryOp::Sub
        {
            self.wrap(fragile.start, self.out.len());
        }
        self.put(" ");
        self.put(op.symbol());
        if word {
            self.before = Before::Word;
        }
    }

    fn call(&mut self, call: &Call, indent: usize) {
        self.put(&call.name);
        self.put("(");
        for (i, arg) in call.args.iter().enumerate() {
            if i > 0 {
                self.put(",");
            }
            if call.multi_line {
                self.out.push('\n');
                self.leading(arg, indent + STEP);
            } else {
                self.out.push_str(if i > 0 { " " } else { "" });
                self.expr(arg, indent + STEP, false);
            }
        }
        if call.multi_line {
            self.out.push('\n');
            self.pad(indent);
        }
        self.put(")");
    }

    /// Items get the list's indentation each where the list starts a line, as in Kapacitor.
    fn list(&mut self, items: &[Expr], indent: usize, line_start: bool) {
        self.put("[");
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(item, indent, line_start);
        }
        self.put("]");
    }

    fn chain(&mut self, expr: &Expr, last: &Chain, indent: usize, line_start: bool) {
        let mut steps = vec![(expr, last)];
        let mut head = &last.left;
        while let ExprKind::Chain(chain) = &head.kind {
            steps.push((head, chain));
            head = &chain.left;
        }
        self.expr(head, indent, line_start);
        for (expr, chain) in steps.into_iter().rev() {
            self.out.push('\n');
            let indent = indent + if chain.op == super::ast::ChainOp::Dot { 2 * STEP } else { STEP };
            if let Some(comment) = &expr.comment {
                self.comment(comment, indent, true);
            }
            self.pad(indent);
            self.put(chain.op.symbol().encode_utf8(&mut [0; 4]));
            self.expr(&chain.right, indent, false);
            self.fragile = None;
        }
    }
}

/// A binary expression without parentheses around it.
fn is_open(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Binary(binary) if !binary.parens)
}

fn first_operand(expr: &Expr) -> &Expr {
    let mut first = expr;
    while let ExprKind::Binary(binary) = &first.kind
        && !binary.parens
    {
        first = &binary.left;
    }
    first
}

fn ends_in_chain(statement: &Statement) -> bool {
    let expr = match statement {
        Statement::Expr(expr) => expr,
        Statement::Var(var) => &var.value,
        _ => return false,
    };
    matches!(expr.kind, ExprKind::Chain(_))
}

#[cfg(test)]
mod tests;
