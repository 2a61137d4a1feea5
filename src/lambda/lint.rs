//! What can be said of an expression without a point: findings for people.
//!
//! Kapacitor finds most of this out only when a point comes, and then says it for every point.

use crate::lang::ast::{Binary, BinaryOp, Call, Expr, ExprKind, UnaryOp};
use crate::lang::print_expr;
use crate::text::{Diagnostic, Span, suggest};
use crate::value::Type;

use super::funcs::{self, Function};
use super::ops;

/// What was found.
#[derive(Clone, Default, Debug)]
pub struct Lint {
    /// Findings, in source order of what they are about.
    pub diagnostics: Vec<Diagnostic>,
    /// A call that reads a calendar: `hour`, `day` and the like. Kapacitor reads it in the zone of its server.
    pub calendar: Option<Span>,
}

/// Looks at an expression whose identifiers are replaced by their values.
pub fn lint(expr: &Expr) -> Lint {
    let mut lint = Lint::default();
    lint.types(expr);
    lint
}

/// The types that an expression may have.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Types(u16);

impl Types {
    const NONE: Types = Types(0);
    const ANY: Types = Types(u16::MAX);

    fn of(types: &[Type]) -> Types {
        Types(types.iter().fold(0, |bits, t| bits | 1 << *t as u16))
    }

    fn has(self, ty: Type) -> bool {
        self.0 & 1 << ty as u16 != 0
    }

    fn each(self) -> impl Iterator<Item = Type> {
        Type::ALL.into_iter().filter(move |t| self.has(*t))
    }

    /// The one type it can have, if there is but one.
    fn only(self) -> Option<Type> {
        let mut all = self.each();
        let first = all.next();
        if all.next().is_none() { first } else { None }
    }
}

/// What points bring.
fn reference(name: &str) -> Types {
    match name {
        "time" => Types::of(&[Type::Time]),
        _ => Types::of(&[Type::Missing, Type::Float, Type::Int, Type::Str, Type::Bool, Type::Duration]),
    }
}

impl Lint {
    fn types(&mut self, expr: &Expr) -> Types {
        match &expr.kind {
            ExprKind::Int { .. } => Types::of(&[Type::Int]),
            ExprKind::Float(_) => Types::of(&[Type::Float]),
            ExprKind::Duration { .. } => Types::of(&[Type::Duration]),
            ExprKind::Bool(_) => Types::of(&[Type::Bool]),
            ExprKind::Str { .. } => Types::of(&[Type::Str]),
            ExprKind::Regex { .. } => Types::of(&[Type::Regex]),
            ExprKind::Ref(name) => reference(name),
            ExprKind::Lambda(body) => self.types(body),
            ExprKind::Unary { op: UnaryOp::Neg, operand } => self.types(operand),
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                self.types(operand);
                Types::of(&[Type::Bool])
            }
            ExprKind::Binary(b) => self.binary(b, expr.span),
            ExprKind::Call(call) => self.call(call),
            ExprKind::Star | ExprKind::Ident(_) | ExprKind::List(_) | ExprKind::Chain(_) => Types::ANY,
        }
    }

    fn binary(&mut self, b: &Binary, span: Span) -> Types {
        let (left, right) = (self.types(&b.left), self.types(&b.right));
        if left == Types::NONE || right == Types::NONE {
            // The operand has its finding already.
            return Types::ANY;
        }
        let pairs = left.each().flat_map(|l| right.each().map(move |r| (l, r)));
        let results: Vec<Type> = pairs.filter_map(|(l, r)| ops::result(b.op, l, r)).collect();
        if results.is_empty() && left != Types::ANY && right != Types::ANY {
            self.diagnostics.push(mismatch(b, span, left, right));
        }
        if ops::is_math(b.op) { Types::of(&results) } else { Types::of(&[Type::Bool]) }
    }

    fn call(&mut self, call: &Call) -> Types {
        let args: Vec<Types> = call.args.iter().map(|a| self.types(a)).collect();
        let Some(function) = funcs::find(&call.name) else {
            self.diagnostics.push(unknown(call));
            return Types::ANY;
        };
        if CALENDAR.contains(&function.name) && self.calendar.is_none() {
            self.calendar = Some(call.name_span);
        }
        if args.contains(&Types::NONE) {
            return Types::ANY;
        }
        let fits = |types: &&funcs::Overload| {
            types.args.len() == args.len() && types.args.iter().zip(&args).all(|(t, a)| a.has(*t))
        };
        let gives: Vec<Type> = function.overloads.iter().filter(fits).map(|o| o.gives).collect();
        if gives.is_empty() {
            self.diagnostics.push(arguments(call, function, &args));
            return Types::ANY;
        }
        Types::of(&gives)
    }
}

/// Functions whose result depends on a time zone.
const CALENDAR: [&str; 6] = ["minute", "hour", "weekday", "day", "month", "year"];

fn unknown(call: &Call) -> Diagnostic {
    let found = Diagnostic::warning("E0401", format!("there is no function `{}`", call.name))
        .at(call.name_span)
        .kapacitor(format!("undefined function: {:?}", call.name));
    match suggest::nearest(&call.name, funcs::all().map(|f| f.name)) {
        Some(name) => found.hint(format!("did you mean `{name}`?")),
        None => found.hint("the lambda fails at every point that reaches this call"),
    }
}

fn arguments(call: &Call, function: &Function, args: &[Types]) -> Diagnostic {
    let counts = |n: usize| function.overloads.iter().any(|o| o.args.len() == n);
    let message = if counts(args.len()) {
        format!("`{}` does not take arguments of these types", function.name)
    } else {
        let plural = if args.len() == 1 { "" } else { "s" };
        format!("`{}` does not take {} argument{plural}", function.name, args.len())
    };
    let wanted: Vec<String> = function
        .overloads
        .iter()
        .map(|o| format!("`{}{}`", function.name, funcs::signature(o.args)))
        .collect();
    let mut found = Diagnostic::warning("E0402", message).at(call.name_span);
    let given: Option<Vec<String>> = args.iter().map(|t| t.only().map(|t| t.to_string())).collect();
    if let Some(given) = given {
        found = found.label(format!("called with ({})", given.join(", ")));
    }
    let float = args.len() == 1
        && args.iter().all(|a| *a == Types::of(&[Type::Int]))
        && function.overloads.iter().any(|o| o.args == [Type::Float]);
    let convert = if float { "; integers are not converted: use `float(..)`" } else { "" };
    if float {
        found = with_float(found, &call.args.iter().collect::<Vec<_>>());
    }
    found.hint(format!("it takes {}{convert}", wanted.join(" or ")))
}

/// The finding with the way out, where one of the operands is a literal that can be written as a float.
fn with_float(found: Diagnostic, operands: &[&Expr]) -> Diagnostic {
    match operands.iter().find_map(|expr| Some((expr.span, as_float(expr)?))) {
        Some((span, text)) => found.fix(span, text),
        None => found,
    }
}

fn mismatch(b: &Binary, span: Span, left: Types, right: Types) -> Diagnostic {
    let sign = b.op.symbol();
    let mut message = format!("`{sign}` never takes these operands");
    let mut found = Diagnostic::warning("E0404", "");
    if let (Some(l), Some(r)) = (left.only(), right.only()) {
        message = format!("`{sign}` does not take {l} and {r}");
        found = found.kapacitor(ops::refusal(b.op, l, r));
    }
    if let Some((text, quoted)) = misquoted(b, left, right) {
        let message = format!("`'{quoted}'` is text, and text is never compared with a number");
        let hint = format!("a field or tag stands in double quotes: `\"{quoted}\"`");
        let found = found.at(span).hint(hint).fix(text.span, as_reference(text, quoted));
        return Diagnostic { message, code: "E0403", ..found };
    }
    let found = Diagnostic { message, ..found.at(span) };
    match (b.op, left.only(), right.only()) {
        (BinaryOp::Match | BinaryOp::NotMatch, ..) => {
            found.hint("left of it stands text, right of it a pattern between slashes: `\"host\" =~ /web/`")
        }
        (_, Some(Type::Int), Some(Type::Float)) | (_, Some(Type::Float), Some(Type::Int))
            if ops::is_math(b.op) =>
        {
            with_float(found, &[&b.left, &b.right])
                .hint("integers and floats do not mix in arithmetic: write `2.0` for `2`, or use `float(..)`")
        }
        (_, _, Some(Type::Time)) | (_, Some(Type::Time), _) => {
            found.hint("times are compared as integers: `unixNano(\"time\")`")
        }
        _ => found.hint("convert one side: bool(), int(), float(), string(), duration()"),
    }
}

/// The text of an operand that was probably meant as a reference.
fn misquoted(b: &Binary, left: Types, right: Types) -> Option<(&Expr, &str)> {
    let number = |t: Types| t.only().is_some_and(|t| matches!(t, Type::Int | Type::Float | Type::Duration));
    let (text, other) = match (&b.left.kind, &b.right.kind) {
        (ExprKind::Str { value, .. }, _) => ((&b.left, value.as_str()), right),
        (_, ExprKind::Str { value, .. }) => ((&b.right, value.as_str()), left),
        _ => return None,
    };
    number(other).then_some(text)
}

/// A text as the reference to a field or tag of that name.
fn as_reference(text: &Expr, name: &str) -> String {
    print_expr(&Expr { kind: ExprKind::Ref(name.to_owned()), comment: None, ..text.clone() })
}

/// `2.0` for `2`.
fn as_float(expr: &Expr) -> Option<String> {
    match expr.kind {
        ExprKind::Int { value, .. } => Some(format!("{value}.0")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang;

    fn codes(text: &str) -> Vec<(&'static str, Option<String>)> {
        lint(&lang::parse_lambda(text).unwrap()).diagnostics.into_iter().map(|d| (d.code, d.hint)).collect()
    }

    #[test]
    fn says_what_can_be_known_without_a_point() {
        for (text, want) in [
            (r#""a" > 10 AND sigma("b") > 3.0"#, &[][..]),
            (r#"'usage_idle' > 10"#, &["E0403"]),
            (r#"sigm("a") > 3.0"#, &["E0401"]),
            (r#"strLength("a", 'b') > 3"#, &["E0402"]),
            ("sqrt(2) > 1.0", &["E0402"]),
            (r#"float("a") + 1 > 2.0"#, &["E0404"]),
            (r#""a" =~ "b""#, &["E0404"]),
            (r#""time" > 5"#, &["E0404"]),
            (r#"if("a" > 1, 'x', 2) == 'x'"#, &["E0402"]),
            (r#"if("a" > 1, 1, 2) + float("b") > 1.0"#, &["E0404"]),
            (r#"(float("a") + 1) * 2 > 3"#, &["E0404"]),
            (r#"isPresent("a") AND "a" / 2 > 1"#, &[]),
        ] {
            let got: Vec<&str> = codes(text).into_iter().map(|c| c.0).collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn hints_name_the_way_out() {
        let hint = |text| codes(text).remove(0).1.unwrap();
        assert!(hint(r#"sigm("a") > 3.0"#).contains("`sigma`"));
        assert!(hint("'usage_idle' > 10").contains("`\"usage_idle\"`"));
        assert!(hint("sqrt(2) > 1.0").contains("float(..)"));
        assert!(hint(r#"float("a") + 1 > 2.0"#).contains("float(..)"));
    }

    #[test]
    fn fixes_where_only_one_thing_can_be_meant() {
        for (text, want) in [
            ("'usage_idle' > 10", Some(r#""usage_idle" > 10"#)),
            (r#"10 < 'a"b'"#, Some(r#"10 < "a\"b""#)),
            (r#"float("a") + 1 > 2.0"#, Some(r#"float("a") + 1.0 > 2.0"#)),
            ("sqrt(2) > 1.0", Some("sqrt(2.0) > 1.0")),
            (r#"sigm("a") > 3.0"#, None),
            (r#"int("a") + float("b") > 3.0"#, None),
        ] {
            let (fixed, count) =
                crate::text::fixed(text, &lint(&lang::parse_lambda(text).unwrap()).diagnostics);
            assert_eq!((count > 0).then_some(fixed.as_str()), want, "{text}");
        }
    }

    #[test]
    fn pages_of_codes_show_what_they_are_about() {
        for code in crate::text::codes::all().filter(|c| c.code.starts_with("E04") && c.code != "E0400") {
            let lambda = |script: &str| {
                let (_, body) = script.split_once("lambda:").unwrap();
                codes(body.strip_suffix(')').unwrap())
            };
            assert_eq!(lambda(code.wrong).remove(0).0, code.code);
            assert_eq!(lambda(code.right), []);
        }
    }

    #[test]
    fn calendars_are_noticed() {
        let calendar = |text| lint(&lang::parse_lambda(text).unwrap()).calendar;
        assert_eq!(calendar(r#"unixNano("time") > 5"#), None);
        assert_eq!(calendar(r#""a" > 1 AND hour("time") < 6"#), Some(Span::new(12, 16)));
    }
}
