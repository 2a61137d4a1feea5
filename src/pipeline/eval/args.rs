//! Arguments against parameters: Go's reflection errors, and the same for people.

use super::Builder;
use super::call::Member;
use super::globals::spread;
use super::value::{Face, Object, Unbound, Value};
use crate::pipeline::{Arg, ArgType, Fault, HandlerDef, OPTION, OptionType, Param, Prop, PropKind};
use crate::text::{Diagnostic, Span};

/// A mistake in the arguments of a call.
pub(super) struct Mismatch {
    code: &'static str,
    /// After the prefix that names function and object; whole where `bare`.
    text: String,
    bare: bool,
    message: String,
    hint: Option<String>,
    /// Which argument, if it is one.
    index: Option<usize>,
}

impl Builder<'_> {
    /// Sets a property.
    pub(super) fn set(&mut self, object: Object, member: Member, call: &Unbound) -> Value {
        if self.poisoned(call) {
            self.suspect(object.node);
            return match member {
                // The handler is there, so that its own properties can be looked at.
                Member::Handler(spec) => self.add_handler(object, spec.name, Vec::new(), call.span),
                _ => Value::Object(object),
            };
        }
        let args = match self.bind_member(object, member, call) {
            Ok(args) => args,
            Err(mismatch) => {
                self.suspect(object.node);
                let ty = self.type_of(object);
                self.mismatch(&ty, call, mismatch);
                Vec::new()
            }
        };
        match member {
            Member::Handler(spec) => return self.add_handler(object, spec.name, args, call.span),
            Member::Quiet => {
                if let Some(node) = self.node_mut(object.node) {
                    node.quiet = true;
                }
            }
            Member::Prop(spec) => {
                self.add_prop(object, Prop { name: spec.name, args, span: call.span });
                if let Some(returned) = spec.returns {
                    return Value::Object(Object { face: Face::Other(returned), ..object });
                }
            }
            Member::Option => {
                let mut all = vec![Arg::Str(call.call.name.clone())];
                all.extend(args);
                self.add_prop(object, Prop { name: OPTION, args: all, span: call.span });
            }
            Member::HandlerProp(index, spec) => {
                let prop = Prop { name: spec.name, args, span: call.span };
                if let Some(node) = self.node_mut(object.node)
                    && let Some(handler) = node.handlers.get_mut(index)
                {
                    handler.props.push(prop);
                }
            }
        }
        Value::Object(object)
    }

    fn add_prop(&mut self, object: Object, prop: Prop) {
        if let Some(node) = self.node_mut(object.node) {
            node.props.push(prop);
        }
    }

    fn add_handler(&mut self, object: Object, kind: &'static str, args: Vec<Arg>, span: Span) -> Value {
        let mut face = object.face;
        if let Some(node) = self.node_mut(object.node) {
            node.handlers.push(HandlerDef { kind, args, props: Vec::new(), span });
            face = Face::Handler(node.handlers.len() - 1);
        }
        Value::Object(Object { node: object.node, face })
    }

    fn bind_member(&self, object: Object, member: Member, call: &Unbound) -> Result<Vec<Arg>, Mismatch> {
        match member {
            Member::Prop(spec) | Member::HandlerProp(_, spec) => match spec.kind {
                PropKind::Field(ty) => self.bind_field(object, ty, call),
                PropKind::Method { params, rest } => self.bind(params, rest, call),
            },
            Member::Handler(spec) => self.bind(spec.params, spec.rest, call),
            Member::Quiet => self.bind(&[], None, call),
            Member::Option => self.bind_option(object, call),
        }
    }

    fn bind_field(&self, object: Object, ty: ArgType, call: &Unbound) -> Result<Vec<Arg>, Mismatch> {
        let values = spread(call);
        let name = call.call.name.as_str();
        let [value] = values.as_slice() else {
            return Err(Mismatch {
                code: "E0216",
                text: format!(
                    "too many arguments to set property {} on {}",
                    capitalised(name),
                    self.type_of(object)
                ),
                bare: true,
                message: format!("`{name}` takes one value, got {}", values.len()),
                hint: values
                    .is_empty()
                    .then(|| format!("write the value in the parentheses: {}", sample(name, ty))),
                index: None,
            });
        };
        if accepts(ty, value) {
            return Ok(value.to_arg().into_iter().collect());
        }
        let got = self.go_type(value);
        let text = format!("reflect.Set: value of type {got} is not assignable to type {}", ty.go());
        Err(self.wrong_type(name, ty, value, text, 0))
    }

    /// The arguments of an option, as the function wants them; any, if it was not asked.
    fn bind_option(&self, object: Object, call: &Unbound) -> Result<Vec<Arg>, Mismatch> {
        let (name, values) = (call.call.name.as_str(), spread(call));
        let args: Vec<Arg> = values.iter().filter_map(|value| value.to_arg()).collect();
        let info = self.called(object).and_then(|function| function.info.as_ref());
        let Some(types) = info.and_then(|info| info.options.get(name)) else { return Ok(args) };
        if values.len() != types.len() {
            let words: Vec<&str> = types.iter().map(|ty| ty.arg_type().words()).collect();
            let takes = match words.as_slice() {
                [] => "no arguments".to_owned(),
                words => words.join(", "),
            };
            return Err(Mismatch {
                code: "E0216",
                text: format!(
                    "unexpected number of args to {name}, got {} expected {}",
                    values.len(),
                    types.len()
                ),
                bare: true,
                message: format!("the option `{name}` takes {takes}, got {} values", values.len()),
                hint: types.is_empty().then(|| format!("write `{name}()`")),
                index: None,
            });
        }
        for (index, (value, ty)) in values.iter().zip(types).enumerate() {
            if !accepts(ty.arg_type(), value) {
                // Kapacitor takes what no option can be for a BOOL.
                let got = value.to_arg().as_ref().and_then(OptionType::of).unwrap_or(OptionType::Bool);
                let (got, want) = (got.protocol(), ty.protocol());
                let text = format!("unexpected arg to {name}, got {got} expected {want}");
                let found = self.wrong_type(name, ty.arg_type(), value, String::new(), index);
                return Err(Mismatch { text, bare: true, ..found });
            }
        }
        Ok(args)
    }

    /// The arguments of a method, checked in Go's order.
    pub(super) fn bind(
        &self,
        params: &[Param],
        rest: Option<Param>,
        call: &Unbound,
    ) -> Result<Vec<Arg>, Mismatch> {
        let values = spread(call);
        let name = call.call.name.as_str();
        let count = |text: &str| Mismatch {
            code: "E0216",
            text: text.to_owned(),
            bare: false,
            message: format!("`{name}` takes {}, got {}", arity(params, rest), values.len()),
            hint: (params.is_empty() && rest.is_none()).then(|| format!("write `{name}()`")),
            index: None,
        };
        if values.len() < params.len() {
            return Err(count("reflect: Call with too few input arguments"));
        }
        if values.len() > params.len() && rest.is_none() {
            return Err(count("reflect: Call with too many input arguments"));
        }
        for (index, value) in values.iter().enumerate() {
            let (ty, variadic) = match (params.get(index), rest) {
                (Some(param), _) => (param.ty, false),
                (None, Some(rest)) => (rest.ty, true),
                (None, None) => break,
            };
            if !accepts(ty, value) {
                let (got, want) = (self.go_type(value), ty.go());
                let text = if variadic {
                    format!("reflect: cannot use {got} as type {want} in Call")
                } else {
                    format!("reflect: Call using {got} as type {want}")
                };
                return Err(self.wrong_type(name, ty, value, text, index));
            }
        }
        Ok(values.into_iter().filter_map(Value::to_arg).collect())
    }

    fn wrong_type(&self, name: &str, ty: ArgType, value: &Value, text: String, index: usize) -> Mismatch {
        let quotes = matches!(value, Value::Ref(_)) && ty == ArgType::Str;
        let message = format!("`{name}` takes {}, got {}", ty.words(), value.words());
        let hint = conversion(ty, value);
        if quotes {
            let text = "cannot assign *ast.ReferenceNode to type string, did you use double quotes instead of \
                        single quotes?";
            let text = text.to_owned();
            return Mismatch { code: "E0217", text, bare: true, message, hint, index: Some(index) };
        }
        Mismatch { code: "E0215", text, bare: false, message, hint, index: Some(index) }
    }

    /// Reports wrong arguments of a call on an object of that type.
    pub(super) fn mismatch(&mut self, ty: &str, call: &Unbound, mismatch: Mismatch) {
        let position = self.position(call.call.name_span.start);
        let name = &call.call.name;
        let text = match mismatch.bare {
            true => format!("{position}{}", mismatch.text),
            false => format!("{position}error calling func \"{name}\" on obj {ty}: {}", mismatch.text),
        };
        let span = match (mismatch.index, call.args.as_slice()) {
            (Some(index), args) if args.len() > 1 => args.get(index).map_or(call.span, |arg| arg.span),
            (Some(_), [only]) => only.span,
            _ => call.call.name_span,
        };
        let found = Diagnostic::error(mismatch.code, mismatch.message).at(span).kapacitor(text);
        self.report(Diagnostic { hint: mismatch.hint, ..found });
    }

    /// Reports that a node refuses its arguments.
    pub(super) fn refused(&mut self, ty: &str, call: &Unbound, fault: Fault) {
        let position = self.position(call.call.name_span.start);
        let text = format!("{position}error calling func \"{}\" on obj {ty}: {}", call.call.name, fault.text);
        let message = fault.message.unwrap_or(fault.text);
        let found = Diagnostic::error("E0218", message).at(call.span).kapacitor(text);
        self.report(Diagnostic { hint: fault.hint, ..found });
    }
}

fn accepts(ty: ArgType, value: &Value) -> bool {
    use crate::pipeline::VarType;
    match ty {
        ArgType::Int => matches!(value, Value::Int(_)),
        ArgType::Float => matches!(value, Value::Float(_)),
        ArgType::Str => matches!(value, Value::Str(_)),
        ArgType::Bool => matches!(value, Value::Bool(_)),
        ArgType::Duration => matches!(value, Value::Duration(_)),
        ArgType::Lambda => matches!(value, Value::Lambda(_) | Value::Nil(VarType::Lambda)),
        ArgType::Regex => matches!(value, Value::Regex(_) | Value::Nil(VarType::Regex)),
        ArgType::Star => matches!(value, Value::Star | Value::Nil(VarType::Star)),
        ArgType::Node => matches!(value, Value::Object(_)),
        ArgType::Any => true,
    }
}

/// How to write what was probably meant.
fn conversion(ty: ArgType, value: &Value) -> Option<String> {
    Some(match (ty, value) {
        (ArgType::Str, Value::Ref(name)) => format!("strings stand in single quotes: '{name}'"),
        (ArgType::Lambda, Value::Ref(name)) => format!("write `lambda: \"{name}\"`"),
        (ArgType::Lambda, _) => "write `lambda: …`".to_owned(),
        (ArgType::Float, Value::Int(i)) => format!("write {i}.0"),
        (ArgType::Int, Value::Float(x)) => format!("write {}", x.trunc()),
        (ArgType::Duration, Value::Int(i)) => format!("give it a unit, as in {i}s"),
        (ArgType::Duration, Value::Str(s)) if s.ends_with(['u', 's', 'm', 'h', 'd', 'w']) => {
            format!("write {s} without quotes")
        }
        (ArgType::Duration, _) => "write a duration such as 10s or 5m".to_owned(),
        (ArgType::Str, Value::Int(_) | Value::Float(_) | Value::Duration(_)) => {
            "strings stand in single quotes".to_owned()
        }
        (ArgType::Bool, Value::Str(_)) => "write TRUE or FALSE without quotes".to_owned(),
        (ArgType::Int | ArgType::Float, Value::Str(s)) if s.parse::<f64>().is_ok() => {
            format!("write {s} without quotes")
        }
        _ => return None,
    })
}

fn arity(params: &[Param], rest: Option<Param>) -> String {
    let list: Vec<&str> = params.iter().map(|param| param.name).collect();
    match (params.len(), rest) {
        (0, None) => "no arguments".to_owned(),
        (1, None) => format!("1 argument ({})", list.join(", ")),
        (n, None) => format!("{n} arguments ({})", list.join(", ")),
        (n, Some(rest)) => format!("at least {n} ({}, {}…)", list.join(", "), rest.name),
    }
}

fn sample(name: &str, ty: ArgType) -> String {
    let value = match ty {
        ArgType::Int => "5",
        ArgType::Float => "5.0",
        ArgType::Bool => "TRUE",
        ArgType::Duration => "10s",
        ArgType::Lambda => "lambda: …",
        _ => "'…'",
    };
    format!("`.{name}({value})`")
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
