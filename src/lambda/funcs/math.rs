//! Functions over floats, as Go's `math` has them. There is no conversion: integers are refused.

use crate::value::Type;

use super::{Function, Overload, complain};
use crate::lambda::cx::{Code, fuse};

macro_rules! unary {
    ($name:literal, $f:expr, $doc:literal, $example:literal, $result:literal) => {
        Function {
            name: $name,
            doc: $doc,
            example: $example,
            result: $result,
            overloads: &[Overload {
                args: &[Type::Float],
                gives: Type::Float,
                build: |mut a| Code::Float(a.float().map(|_, x: f64| Ok($f(x)))),
            }],
            stateful: false,
            complain: complain::of_signature,
        }
    };
}

macro_rules! binary {
    ($name:literal, $first:ident $take:ident, $f:expr, $doc:literal, $example:literal, $result:literal) => {
        Function {
            name: $name,
            doc: $doc,
            example: $example,
            result: $result,
            overloads: &[Overload {
                args: &[Type::$first, Type::Float],
                gives: Type::Float,
                build: |mut a| {
                    let (x, y) = (a.$take(), a.float());
                    Code::Float(fuse(x, y, |_, x, y: f64| Ok($f(x, y))))
                },
            }],
            stateful: false,
            complain: complain::of_signature,
        }
    };
}

/// Go's `max`: any NaN wins, and 0 is more than -0.
fn max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

/// Go's `min`: any NaN wins, and -0 is less than 0.
fn min(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { a } else { b }
    } else if a < b {
        a
    } else {
        b
    }
}

/// The exponent to base 2, a whole number.
fn logb(x: f64) -> f64 {
    if x == 0.0 {
        f64::NEG_INFINITY
    } else if x.is_infinite() {
        f64::INFINITY
    } else if x.is_nan() {
        x
    } else {
        f64::from(libm::ilogb(x))
    }
}

/// Exact for powers of two, as Go's is.
fn log2(x: f64) -> f64 {
    let (fraction, exponent) = libm::frexp(x);
    if fraction == 0.5 {
        return f64::from(exponent - 1);
    }
    x.log2()
}

fn pow10(n: i64) -> f64 {
    match n {
        ..-323 => 0.0,
        309.. => f64::INFINITY,
        // Parsing gives the nearest float to the power; multiplying would not.
        n => format!("1e{n}").parse().unwrap_or(f64::NAN),
    }
}

/// The order of a Bessel function; those beyond an `i32` are as good as infinite.
fn order(n: i64) -> i32 {
    n.clamp(i64::from(i32::MIN + 1), i64::from(i32::MAX)) as i32
}

fn jn(n: i64, x: f64) -> f64 {
    libm::jn(order(n), x)
}

fn yn(n: i64, x: f64) -> f64 {
    libm::yn(order(n), x)
}

pub(super) const FUNCTIONS: &[Function] = &[
    unary!("abs", f64::abs, "The value without its sign.", "abs(-5.0)", "5"),
    unary!("acos", libm::acos, "Arc cosine, in radians.", "acos(1.0)", "0"),
    unary!("acosh", libm::acosh, "Inverse hyperbolic cosine.", "acosh(1.0)", "0"),
    unary!("asin", libm::asin, "Arc sine, in radians.", "asin(0.0)", "0"),
    unary!("asinh", libm::asinh, "Inverse hyperbolic sine.", "asinh(0.0)", "0"),
    unary!("atan", libm::atan, "Arc tangent, in radians.", "atan(0.0)", "0"),
    unary!("atanh", libm::atanh, "Inverse hyperbolic tangent.", "atanh(0.0)", "0"),
    unary!("cbrt", libm::cbrt, "The cube root of the value.", "cbrt(27.0)", "3"),
    unary!("ceil", f64::ceil, "The least whole number not below the value.", "ceil(1.2)", "2"),
    unary!("cos", libm::cos, "Cosine of an angle in radians.", "cos(0.0)", "1"),
    unary!("cosh", libm::cosh, "Hyperbolic cosine.", "cosh(0.0)", "1"),
    unary!("erf", libm::erf, "The error function of the value.", "erf(0.0)", "0"),
    unary!("erfc", libm::erfc, "One less the error function of the value.", "erfc(0.0)", "1"),
    unary!("exp", libm::exp, "e to the power of the value.", "exp(0.0)", "1"),
    unary!("exp2", libm::exp2, "2 to the power of the value.", "exp2(10.0)", "1024"),
    unary!(
        "expm1",
        libm::expm1,
        "e to the power of the value, less 1; exact for small values.",
        "expm1(0.0)",
        "0"
    ),
    unary!("floor", f64::floor, "The greatest whole number not above the value.", "floor(1.8)", "1"),
    unary!("gamma", libm::tgamma, "The gamma function: a factorial, moved by one.", "gamma(5.0)", "24"),
    unary!("j0", libm::j0, "Bessel function of the first kind, order 0.", "j0(0.0)", "1"),
    unary!("j1", libm::j1, "Bessel function of the first kind, order 1.", "j1(0.0)", "0"),
    unary!("log", libm::log, "The natural logarithm of the value.", "log(1.0)", "0"),
    unary!("log10", libm::log10, "The logarithm to base 10.", "log10(1000.0)", "3"),
    unary!(
        "log1p",
        libm::log1p,
        "The natural logarithm of one more than the value; exact for small values.",
        "log1p(0.0)",
        "0"
    ),
    unary!("log2", log2, "The logarithm to base 2.", "log2(8.0)", "3"),
    unary!("logb", logb, "The exponent of the value to base 2, a whole number.", "logb(10.0)", "3"),
    unary!("sin", libm::sin, "Sine of an angle in radians.", "sin(0.0)", "0"),
    unary!("sinh", libm::sinh, "Hyperbolic sine of the value.", "sinh(0.0)", "0"),
    unary!("sqrt", f64::sqrt, "The square root of the value.", "sqrt(16.0)", "4"),
    unary!("tan", libm::tan, "Tangent of an angle in radians.", "tan(0.0)", "0"),
    unary!("tanh", libm::tanh, "Hyperbolic tangent of the value.", "tanh(0.0)", "0"),
    unary!("trunc", f64::trunc, "The value without its fraction.", "trunc(-1.8)", "-1"),
    unary!("y0", libm::y0, "Bessel function of the second kind, order 0.", "y0(0.0)", "-Inf"),
    unary!("y1", libm::y1, "Bessel function of the second kind, order 1.", "y1(0.0)", "-Inf"),
    binary!(
        "atan2",
        Float float,
        libm::atan2,
        "The angle of the point (second, first) in radians.",
        "atan2(0.0, 1.0)",
        "0"
    ),
    binary!("hypot", Float float, libm::hypot, "The length of the hypotenuse over two sides.", "hypot(3.0, 4.0)", "5"),
    binary!("max", Float float, max, "The greater of two values; NaN if one of them is.", "max(1.0, 2.0)", "2"),
    binary!("min", Float float, min, "The lesser of two values; NaN if one of them is.", "min(1.0, 2.0)", "1"),
    binary!(
        "mod",
        Float float,
        libm::fmod,
        "The remainder of a division, with the sign of the first argument.",
        "mod(7.5, 2.0)",
        "1.5"
    ),
    binary!("pow", Float float, libm::pow, "The first argument to the power of the second.", "pow(2.0, 10.0)", "1024"),
    binary!("jn", Int int, jn, "Bessel function of the first kind, of the order given first.", "jn(2, 0.0)", "0"),
    binary!("yn", Int int, yn, "Bessel function of the second kind, of the order given first.", "yn(2, 0.0)", "-Inf"),
    Function {
        name: "pow10",
        doc: "10 to the power of an integer.",
        example: "pow10(3)",
        result: "1000",
        overloads: &[Overload {
            args: &[Type::Int],
            gives: Type::Float,
            build: |mut a| Code::Float(a.int().map(|_, n| Ok(pow10(n)))),
        }],
        stateful: false,
        complain: complain::of_signature,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_are_those_of_ieee() {
        assert!(max(f64::NAN, 1.0).is_nan() && min(1.0, f64::NAN).is_nan());
        assert_eq!(max(-0.0, 0.0).to_bits(), 0);
        assert_eq!(min(-0.0, 0.0).to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn powers_of_ten_are_the_nearest_floats() {
        assert_eq!([pow10(-324), pow10(-323), pow10(22), pow10(308)], [0.0, 1e-323, 1e22, 1e308]);
        assert_eq!(pow10(309), f64::INFINITY);
    }

    #[test]
    fn logarithms_of_powers_of_two_are_whole() {
        for e in [-1074, -1022, -1, 0, 3, 1023] {
            let x = libm::ldexp(1.0, e);
            assert_eq!([log2(x), logb(x)], [f64::from(e); 2]);
        }
        assert_eq!([logb(0.0), logb(f64::NEG_INFINITY)], [f64::NEG_INFINITY, f64::INFINITY]);
    }
}
