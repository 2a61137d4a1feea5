//! HOT: what compiled expressions are made of, and what they see of a point.

use crate::data::{StrRef, Sym, Text, Val, World};
use crate::value::{GoRegex, Zone};

use super::failure::{Cause, Failure};
use super::state::State;

/// An evaluation has failed; what happened lies in [`Cx::failure`].
pub(super) struct Failed;

/// What a compiled expression gives.
pub(super) type Out<T> = Result<T, Failed>;

/// A compiled expression of a known type.
pub(super) type Fun<T> = Box<dyn Fn(&mut Cx<'_>) -> Out<T> + Send + Sync>;

/// One evaluation: the point's values and the memory of the expression.
pub(super) struct Cx<'a> {
    /// Values of the references, in their order.
    pub(super) vals: &'a [Val],
    /// Strings of the point.
    pub(super) text: &'a mut Text,
    /// Interned strings.
    pub(super) world: &'a World,
    /// The point's time.
    pub(super) time: i64,
    /// The clock.
    pub(super) now: i64,
    /// Where calendars are read.
    pub(super) zone: &'a Zone,
    /// Memory of the expression at hand.
    pub(super) state: &'a mut State,
    /// Memories of the lambdas nested in it.
    pub(super) nested: &'a mut [State],
    /// Reused while a string is made.
    pub(super) scratch: &'a mut String,
    /// The event that a topic's `match` looks at.
    pub(super) event: Option<&'a EventFacts>,
    /// Why the evaluation failed.
    pub(super) failure: Failure,
}

/// What a topic's `match` knows of an event besides its tags.
#[derive(Clone, Copy, Default)]
pub(super) struct EventFacts {
    pub(super) changed: bool,
    pub(super) level: i64,
    pub(super) name: Txt,
    pub(super) task: Txt,
    pub(super) duration: i64,
}

impl Cx<'_> {
    /// Fails for a reason, at a place.
    pub(super) fn fail<T>(&mut self, site: u32, cause: Cause) -> Out<T> {
        self.failure = Failure { site, cause };
        Err(Failed)
    }

    /// The bytes of a string.
    pub(super) fn str(&self, t: Txt) -> &str {
        match t {
            Txt::Piece(r) => self.text.get(r),
            Txt::Name(s) => self.world.symbols.name(s),
        }
    }

    /// Makes a string with the scratch buffer, which `write` finds empty.
    pub(super) fn make(&mut self, write: impl FnOnce(&Self, &mut String)) -> Txt {
        let mut scratch = std::mem::take(self.scratch);
        scratch.clear();
        write(self, &mut scratch);
        let piece = self.text.push(&scratch);
        *self.scratch = scratch;
        Txt::Piece(piece)
    }
}

/// A string, without its bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Txt {
    /// Of this point.
    Piece(StrRef),
    /// Interned.
    Name(Sym),
}

impl Default for Txt {
    fn default() -> Txt {
        Txt::Name(Sym::EMPTY)
    }
}

/// Nanoseconds.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub(super) struct Nanos(pub(super) i64);

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) i64);

/// A type that a reference can have.
pub(super) trait Load: Copy + Send + Sync + 'static {
    /// The value of a reference that is known to have this type.
    fn load(cx: &Cx<'_>, index: u32) -> Self;
}

macro_rules! load {
    ($($ty:ty: $pattern:pat => $value:expr, $default:expr;)+) => {$(
        impl Load for $ty {
            #[inline(always)]
            fn load(cx: &Cx<'_>, index: u32) -> $ty {
                // A form is only run on values of the types it was compiled for.
                match cx.vals.get(index as usize) {
                    Some($pattern) => $value,
                    _ => $default,
                }
            }
        }
    )+};
}

load! {
    bool: Val::Bool(v) => *v, false;
    i64: Val::Int(v) => *v, 0;
    f64: Val::Float(v) => *v, 0.0;
    Nanos: Val::Duration(v) => Nanos(*v), Nanos(0);
}

impl Load for Txt {
    #[inline(always)]
    fn load(cx: &Cx<'_>, index: u32) -> Txt {
        match cx.vals.get(index as usize) {
            Some(Val::Str(r)) => Txt::Piece(*r),
            Some(Val::Sym(s)) => Txt::Name(*s),
            _ => Txt::default(),
        }
    }
}

impl Load for Val {
    #[inline(always)]
    fn load(cx: &Cx<'_>, index: u32) -> Val {
        cx.vals.get(index as usize).copied().unwrap_or(Val::Missing)
    }
}

impl Load for Moment {
    /// The only reference of this type is `"time"`.
    #[inline(always)]
    fn load(cx: &Cx<'_>, _: u32) -> Moment {
        Moment(cx.time)
    }
}

/// An operand: constants and references are told apart so that operators can take them in directly.
pub(super) enum Operand<T> {
    Const(T),
    Ref(u32),
    Code(Fun<T>),
}

impl<T: Load> Operand<T> {
    /// The operand as a function of its own.
    pub(super) fn into_fun(self) -> Fun<T> {
        match self {
            Operand::Const(v) => Box::new(move |_| Ok(v)),
            Operand::Ref(i) => Box::new(move |cx| Ok(T::load(cx, i))),
            Operand::Code(f) => f,
        }
    }

    /// Applies a function of one argument.
    pub(super) fn map<R: 'static>(
        self,
        f: impl Fn(&mut Cx<'_>, T) -> Out<R> + Send + Sync + 'static,
    ) -> Operand<R> {
        Operand::Code(match self {
            Operand::Const(v) => Box::new(move |cx| f(cx, v)),
            Operand::Ref(i) => Box::new(move |cx| {
                let v = T::load(cx, i);
                f(cx, v)
            }),
            Operand::Code(g) => Box::new(move |cx| {
                let v = g(cx)?;
                f(cx, v)
            }),
        })
    }
}

/// Applies a function of two arguments, left first; the commonest shapes get a closure of their own.
pub(super) fn fuse<A: Load, B: Load, R: 'static>(
    left: Operand<A>,
    right: Operand<B>,
    f: impl Fn(&mut Cx<'_>, A, B) -> Out<R> + Send + Sync + 'static,
) -> Operand<R> {
    use Operand::{Code, Const, Ref};
    Code(match (left, right) {
        (Ref(i), Const(b)) => Box::new(move |cx| {
            let a = A::load(cx, i);
            f(cx, a, b)
        }),
        (Ref(i), Ref(j)) => Box::new(move |cx| {
            let (a, b) = (A::load(cx, i), B::load(cx, j));
            f(cx, a, b)
        }),
        (Code(g), Const(b)) => Box::new(move |cx| {
            let a = g(cx)?;
            f(cx, a, b)
        }),
        (left, right) => {
            let (g, h) = (left.into_fun(), right.into_fun());
            Box::new(move |cx| {
                let a = g(cx)?;
                let b = h(cx)?;
                f(cx, a, b)
            })
        }
    })
}

/// A compiled expression.
pub(super) enum Code {
    Bool(Operand<bool>),
    Int(Operand<i64>),
    Float(Operand<f64>),
    Str(Operand<Txt>),
    Duration(Operand<Nanos>),
    Time(Operand<Moment>),
    /// Which one is chosen for each point; nearly always a constant.
    Regex(Pattern),
    /// A reference to nothing.
    Missing,
}

/// A compiled expression that gives a pattern.
pub(super) enum Pattern {
    Const(GoRegex),
    Code(Fun<GoRegex>),
}

impl Pattern {
    /// The pattern as a function.
    pub(super) fn into_fun(self) -> Fun<GoRegex> {
        match self {
            Pattern::Const(re) => Box::new(move |_| Ok(re.clone())),
            Pattern::Code(f) => f,
        }
    }
}
