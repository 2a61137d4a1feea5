//! HOT: the field a function reads: what kind of value it has, and whether the function takes it.

use crate::data::{Damaged, Keep, Loader, Row, Saver, Val, kept};
use crate::nodes::{Build, Cx};
use crate::pipeline::{Arg, NodeDef};
use crate::value::quote::quoted;

/// Kinds of values that are reduced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::nodes) enum Kind {
    #[default]
    Float,
    Int,
    Str,
    Bool,
}

impl Kind {
    /// As Kapacitor's messages spell it.
    fn name(self) -> &'static str {
        match self {
            Kind::Float => "float64",
            Kind::Int => "int64",
            Kind::Str => "string",
            Kind::Bool => "bool",
        }
    }

    /// What a value counts as when a reduction begins. A duration counts as an int, as in Go, but is then
    /// not taken for one.
    pub(super) fn of(val: Val) -> Option<Kind> {
        match val {
            Val::Float(_) => Some(Kind::Float),
            Val::Int(_) | Val::Duration(_) => Some(Kind::Int),
            Val::Str(_) | Val::Sym(_) => Some(Kind::Str),
            Val::Bool(_) => Some(Kind::Bool),
            Val::Missing | Val::Null => None,
        }
    }

    /// Whether a value can be added to a reduction of this kind.
    #[inline]
    pub(super) fn takes(self, val: Val) -> bool {
        match val {
            Val::Float(_) => self == Kind::Float,
            Val::Int(_) => self == Kind::Int,
            Val::Str(_) | Val::Sym(_) => self == Kind::Str,
            Val::Bool(_) => self == Kind::Bool,
            Val::Missing | Val::Null | Val::Duration(_) => false,
        }
    }
}

/// A field as a function reads it.
pub(in crate::nodes) struct Field {
    name: String,
    pub(super) slot: u32,
    /// The function, in messages.
    func: &'static str,
    /// Only numbers can be reduced.
    numbers: bool,
    /// Why nothing can be reduced at all.
    unfit: Option<String>,
    /// The kind asked for last. If the function does not take it and is asked for it again, Kapacitor
    /// makes the reduction that worked last.
    asked: Option<Kind>,
    works: Option<Kind>,
}

impl Field {
    /// The field that a node names with the argument at an index.
    pub(super) fn new(
        node: &NodeDef,
        at: usize,
        numbers: bool,
        unfit: Option<String>,
        b: &mut Build<'_>,
    ) -> Field {
        let name = match node.args.get(at) {
            Some(Arg::Str(name)) => name.clone(),
            _ => String::new(),
        };
        let slot = b.slots.slot(&name);
        Field { name, slot, func: func_name(node.kind), numbers, unfit, asked: None, works: None }
    }

    /// The field's value in a row.
    #[inline]
    pub(super) fn get(&self, row: &Row, cx: &Cx<'_>) -> Val {
        cx.tape.vals.get((row.base + self.slot) as usize).copied().unwrap_or(Val::Missing)
    }

    /// Whether the function can reduce values of a kind.
    pub(super) fn suits(&self, kind: Kind) -> bool {
        self.unfit.is_none() && (!self.numbers || matches!(kind, Kind::Float | Kind::Int))
    }

    /// The kind of a reduction that begins with a value; counts an error if none does.
    pub(super) fn begin(&mut self, val: Val, cx: &mut Cx<'_>) -> Option<Kind> {
        if val == Val::Missing {
            self.unrealized(cx, |f| format!("field {} missing from point", quoted(&f.name)));
            return None;
        }
        let Some(kind) = Kind::of(val) else {
            self.unrealized(cx, |_| "invalid field kind: null".to_owned());
            return None;
        };
        let again = self.asked == Some(kind);
        if self.suits(kind) {
            self.began(kind);
            return Some(kind);
        }
        if let Some(unfit) = &self.unfit {
            self.unrealized(cx, |f| f.invalid(unfit));
            return None;
        }
        self.asked = Some(kind);
        if again && self.works.is_some() {
            return self.works;
        }
        self.unrealized(cx, |f| f.invalid(&format!("cannot apply {} to {} field", f.func, kind.name())));
        None
    }

    /// A reduction of a kind that the function takes has begun.
    pub(super) fn began(&mut self, kind: Kind) {
        self.asked = Some(kind);
        self.works = Some(kind);
    }

    fn invalid(&self, why: &str) -> String {
        format!("invalid influxql func {} with field {}: {why}", self.func, self.name)
    }

    #[cold]
    fn unrealized(&self, cx: &mut Cx<'_>, text: impl FnOnce(&Field) -> String) {
        cx.error_by("failed to realize reduce context from fields", || text(self));
    }

    /// Counts that a value was not taken by a reduction of a kind.
    #[cold]
    pub(super) fn mismatch(&self, message: &str, val: Val, kind: Kind, cx: &mut Cx<'_>) {
        let got = match val {
            Val::Missing => {
                cx.error_by(message, || format!("field {} missing from point cannot aggregate", self.name));
                return;
            }
            Val::Null => "<nil>",
            Val::Duration(_) => "time.Duration",
            Val::Float(_) | Val::Int(_) | Val::Str(_) | Val::Sym(_) | Val::Bool(_) => {
                Kind::of(val).map_or("", Kind::name)
            }
        };
        cx.error_by(message, || format!("field {} has wrong type: got {got} exp {}", self.name, kind.name()));
    }
}

/// The name of a function in messages, and of its result.
pub(super) fn func_name(kind: &'static str) -> &'static str {
    match kind {
        "holtWintersWithFit" => "holtWinters",
        kind => kind,
    }
}

/// What a node says of its result.
pub(in crate::nodes) struct Output {
    pub(super) slot: u32,
    /// Takes the time of the chosen point.
    pub(super) point_times: bool,
}

impl Output {
    pub(super) fn new(node: &NodeDef, b: &mut Build<'_>) -> Output {
        let name = node.str("as").unwrap_or(func_name(node.kind));
        Output { slot: b.slots.slot(name), point_times: node.prop("usePointTimes").is_some() }
    }

    /// The time of a result: its own, if it has one and that is wanted.
    pub(super) fn time(&self, own: Option<i64>, context: i64) -> i64 {
        own.filter(|_| self.point_times).unwrap_or(context)
    }
}

impl Keep for Kind {
    fn save(&self, out: &mut Saver<'_>) {
        out.byte(*self as u8);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let kinds = [Kind::Float, Kind::Int, Kind::Str, Kind::Bool];
        *self = *kinds.get(usize::from(from.byte()?)).ok_or(Damaged)?;
        Ok(())
    }
}

kept!(Field { asked, works });
