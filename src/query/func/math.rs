//! Functions of single values.

use crate::pipeline::influxql::DataType;
use crate::query::Cell;

/// A function of one number or two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::query) enum MathFn {
    Abs,
    Acos,
    Asin,
    Atan,
    Atan2,
    Ceil,
    Cos,
    Exp,
    Floor,
    Ln,
    Log,
    Log2,
    Log10,
    Pow,
    Round,
    Sin,
    Sqrt,
    Tan,
}

const NAMES: [(&str, MathFn); 18] = [
    ("abs", MathFn::Abs),
    ("acos", MathFn::Acos),
    ("asin", MathFn::Asin),
    ("atan", MathFn::Atan),
    ("atan2", MathFn::Atan2),
    ("ceil", MathFn::Ceil),
    ("cos", MathFn::Cos),
    ("exp", MathFn::Exp),
    ("floor", MathFn::Floor),
    ("ln", MathFn::Ln),
    ("log", MathFn::Log),
    ("log2", MathFn::Log2),
    ("log10", MathFn::Log10),
    ("pow", MathFn::Pow),
    ("round", MathFn::Round),
    ("sin", MathFn::Sin),
    ("sqrt", MathFn::Sqrt),
    ("tan", MathFn::Tan),
];

impl MathFn {
    /// The function of that name.
    pub(in crate::query) fn of(name: &str) -> Option<MathFn> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    /// How many arguments it takes.
    pub(in crate::query) fn arguments(self) -> usize {
        if matches!(self, MathFn::Atan2 | MathFn::Log | MathFn::Pow) { 2 } else { 1 }
    }

    /// The type of its result.
    pub(in crate::query) fn ty(self, arg: Option<DataType>) -> Option<DataType> {
        match self {
            MathFn::Abs | MathFn::Ceil | MathFn::Floor | MathFn::Round => arg,
            _ => Some(DataType::Float),
        }
    }

    /// Nothing for what is no number.
    pub(in crate::query) fn apply<'a>(self, first: Cell<'a>, second: Option<Cell<'a>>) -> Cell<'a> {
        match (self, first, second) {
            (MathFn::Abs, Cell::Int(i), _) => return Cell::Int(i.wrapping_abs()),
            (MathFn::Ceil | MathFn::Floor | MathFn::Round, Cell::Int(_), _) => return first,
            _ => {}
        }
        let Some(x) = first.as_f64() else { return Cell::Null };
        let unary = |f: fn(f64) -> f64| Cell::Float(f(x));
        let binary = |f: fn(f64, f64) -> f64| match second.and_then(Cell::as_f64) {
            Some(y) => Cell::Float(f(x, y)),
            None => Cell::Null,
        };
        match self {
            MathFn::Abs => unary(f64::abs),
            MathFn::Acos => unary(libm::acos),
            MathFn::Asin => unary(libm::asin),
            MathFn::Atan => unary(libm::atan),
            MathFn::Atan2 => binary(libm::atan2),
            MathFn::Ceil => unary(f64::ceil),
            MathFn::Cos => unary(libm::cos),
            MathFn::Exp => unary(libm::exp),
            MathFn::Floor => unary(f64::floor),
            MathFn::Ln => unary(libm::log),
            MathFn::Log => binary(|x, base| libm::log(x) / libm::log(base)),
            MathFn::Log2 => unary(log2),
            MathFn::Log10 => unary(|x| log2(x) * std::f64::consts::LOG10_2),
            MathFn::Pow => binary(libm::pow),
            MathFn::Round => unary(f64::round),
            MathFn::Sin => unary(libm::sin),
            MathFn::Sqrt => unary(f64::sqrt),
            MathFn::Tan => unary(libm::tan),
        }
    }
}

/// A power as Go multiplies it together; Holt-Winters sums many of them.
pub(super) fn whole_power(x: f64, exponent: u64) -> f64 {
    if x == 0.0 || x == 1.0 || exponent == 0 {
        return if exponent == 0 { 1.0 } else { x };
    }
    let (mut product, mut scale) = (1.0, 0i64);
    let (mut square, bits) = libm::frexp(x);
    let mut square_scale = i64::from(bits);
    let mut left = exponent;
    while left != 0 {
        if left & 1 == 1 {
            product *= square;
            scale = scale.saturating_add(square_scale);
        }
        square *= square;
        square_scale = square_scale.saturating_mul(2);
        if square < 0.5 {
            square += square;
            square_scale = square_scale.saturating_sub(1);
        }
        left >>= 1;
    }
    libm::ldexp(product, scale.clamp(-4096, 4096) as i32)
}

/// As Go has it: exact for powers of two.
fn log2(x: f64) -> f64 {
    let (fraction, exponent) = libm::frexp(x);
    if fraction == 0.5 {
        return f64::from(exponent - 1);
    }
    f64::from(exponent) + libm::log(fraction) * (1.0 / std::f64::consts::LN_2)
}
