//! Go's `fmt`: verbs, flags, widths, and how every value prints.

mod number;
mod spec;
mod text;
mod value;

use std::fmt::Write;

use super::datum::{Datum, IntType};
use spec::{Next, Spec, Widths, directive};
pub(super) use value::push_value;

/// Appends a value as `{{ . }}` prints it.
pub(super) fn push_plain(out: &mut String, d: &Datum<'_>) {
    match d {
        Datum::Nil => out.push_str("<no value>"),
        Datum::Str(s) | Datum::Js(s) => out.push_str(s),
        d => push_value(out, d, 'v', &Spec::default(), 0),
    }
}

/// `print`: blanks between operands of which neither is a text.
pub(super) fn sprint(out: &mut String, args: &[Datum<'_>]) {
    let mut was_text = true;
    for (i, arg) in args.iter().enumerate() {
        let is_text = matches!(arg, Datum::Str(_) | Datum::Js(_));
        if i > 0 && !is_text && !was_text {
            out.push(' ');
        }
        push_value(out, arg, 'v', &Spec::default(), 0);
        was_text = is_text;
    }
}

/// `println`: blanks between all operands, and a line's end.
pub(super) fn sprintln(out: &mut String, args: &[Datum<'_>]) {
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        push_value(out, arg, 'v', &Spec::default(), 0);
    }
    out.push('\n');
}

/// `printf`. Whatever does not fit prints as Go tells it: `%!d(string=x)`, `%!f(MISSING)`.
pub(super) fn sprintf(out: &mut String, format: &str, args: &[Datum<'_>]) {
    let mut at = 0;
    let mut reordered = false;
    let mut rest = format;
    while let Some((text, tail)) = rest.split_once('%') {
        out.push_str(text);
        let mut widths = Widths { args, at, reordered: false, good: true };
        let (spec, next, tail) = directive(out, tail, &mut widths);
        (at, rest) = (widths.at, tail);
        reordered |= widths.reordered;
        let Next::Verb(verb) = next else {
            out.push_str("%!(NOVERB)");
            break;
        };
        if verb == '%' {
            out.push('%');
        } else if !widths.good {
            let _ = write!(out, "%!{verb}(BADINDEX)");
        } else if let Some(arg) = args.get(at) {
            push_value(out, arg, verb, &spec, 0);
            at += 1;
        } else {
            let _ = write!(out, "%!{verb}(MISSING)");
        }
    }
    out.push_str(rest);
    if !reordered && at < args.len() {
        extra(out, args.get(at..).unwrap_or_default());
    }
}

fn extra(out: &mut String, args: &[Datum<'_>]) {
    out.push_str("%!(EXTRA ");
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        match arg.type_name() {
            Some(name) => {
                let _ = write!(out, "{name}=");
                push_value(out, arg, 'v', &Spec::default(), 0);
            }
            None => out.push_str("<nil>"),
        }
    }
    out.push(')');
}

/// What `String()` gives, for the types that have it.
pub(super) fn stringer(d: &Datum<'_>) -> Option<String> {
    use crate::value::{Zone, duration, time};
    let mut out = String::new();
    match d {
        Datum::Time(ns) => time::push_go_time(&mut out, *ns, &Zone::utc()),
        Datum::Duration(ns) => duration::push_go(&mut out, *ns),
        Datum::Int(n, IntType::Month) => out.push_str(time::month_name(*n)),
        Datum::Int(n, IntType::Weekday) => out.push_str(time::weekday_name(*n)),
        _ => return None,
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;
    use proptest::prelude::*;

    fn f(format: &str, args: &[Datum<'_>]) -> String {
        let mut out = String::new();
        sprintf(&mut out, format, args);
        out
    }

    fn int(n: i64) -> Datum<'static> {
        Datum::int(n)
    }

    fn s(text: &str) -> Datum<'_> {
        Datum::str(text)
    }

    #[test]
    fn verbs_and_flags() {
        let x = Datum::Float(81.25678);
        let table: &[(&str, &[Datum<'_>], &str)] = &[
            ("%0.2f%%", std::slice::from_ref(&x), "81.26%"),
            (
                "%5.1f|%-8s|%08.3f|%x",
                &[x.clone(), s("disk"), x.clone(), s("disk")],
                " 81.3|disk    |0081.257|6469736b",
            ),
            ("%v %s %q", &[x.clone(), s("a"), s("b\"c")], "81.25678 a \"b\\\"c\""),
            (
                "%d %5d|%-5d|%05d|%+d|% d",
                &[int(1), int(2), int(3), int(-4), int(5), int(6)],
                "1     2|3    |-0004|+5| 6",
            ),
            (
                "%x %X %o %b %#x %#o %O",
                &[int(255), int(255), int(8), int(5), int(255), int(8), int(8)],
                "ff FF 10 101 0xff 010 0o10",
            ),
            ("%c %q %U %#U", &[int(65), int(65), int(0x20ac), int(65)], "A 'A' U+20AC U+0041 'A'"),
            ("%t %v %5t|", &[Datum::Bool(true), Datum::Bool(false), Datum::Bool(true)], "true false  true|"),
            (
                "%e %E %.2e %g %G",
                &[
                    Datum::Float(1223241.0),
                    Datum::Float(0.5),
                    Datum::Float(1234.5),
                    Datum::Float(1e21),
                    Datum::Float(1e-7),
                ],
                "1.223241e+06 5.000000E-01 1.23e+03 1e+21 1E-07",
            ),
            (
                "%.3g %.3g %.3g %.10g",
                &[Datum::Float(1234567.0), Datum::Float(100.0), Datum::Float(0.00001234), Datum::Float(0.1)],
                "1.23e+06 100 1.23e-05 0.1",
            ),
            (
                "%f %F %+.1f % .1f %6.f|",
                &[
                    Datum::Float(1.5),
                    Datum::Float(-1.5),
                    Datum::Float(2.0),
                    Datum::Float(2.0),
                    Datum::Float(3.7),
                ],
                "1.500000 -1.500000 +2.0  2.0      4|",
            ),
            (
                "%f %5.1f|%05.1f|%+v",
                &[
                    Datum::Float(f64::INFINITY),
                    Datum::Float(f64::NAN),
                    Datum::Float(f64::NEG_INFINITY),
                    Datum::Float(f64::INFINITY),
                ],
                "+Inf   NaN| -Inf|+Inf",
            ),
            ("%.2s|%5.1s|%-5s|%5s", &[s("äöü"), s("xyz"), s("ab"), s("ä")], "äö|    x|ab   |    ä"),
            ("%x % x %#x %X", &[s("hi"), s("hi"), s("hi"), s("k<")], "6869 68 69 0x6869 6B3C"),
            ("%*d|%-*d|%.*f", &[int(4), int(7), int(4), int(7), int(2), x.clone()], "   7|7   |81.26"),
            ("%[2]s %[1]s", &[s("a"), s("b")], "b a"),
            ("%T %T %T %T", &[int(1), x.clone(), s("a"), Datum::Nil], "int64 float64 string <nil>"),
            (
                "%s|%d|%v|%q",
                &[
                    Datum::Duration(90_000_000_000),
                    Datum::Duration(5),
                    Datum::Time(0),
                    Datum::Int(1, IntType::Month),
                ],
                "1m30s|5|1970-01-01 00:00:00 +0000 UTC|\"January\"",
            ),
            ("%8.3f|%-8.3f|%+8.3f", &[x.clone(), x.clone(), x.clone()], "  81.257|81.257  | +81.257"),
            ("%08s|%-08d|%+05d", &[s("ab"), int(7), int(7)], "000000ab|7       |+0007"),
            ("%.3d|%6.3d|%#q|%+q", &[int(7), int(7), s("a`b"), s("é")], "007|   007|\"a`b\"|\"\\u00e9\""),
            ("no verbs é", &[], "no verbs é"),
        ];
        for (format, args, want) in table {
            assert_eq!(f(format, args), *want, "{format}");
        }
    }

    #[test]
    fn what_does_not_fit() {
        let table: &[(&str, &[Datum<'_>], &str)] = &[
            ("%d", &[Datum::Float(93.45)], "%!d(float64=93.45)"),
            ("%f", &[Datum::Nil], "%!f(<nil>)"),
            ("%v", &[Datum::Nil], "<nil>"),
            ("%s", &[Datum::Nil], "%!s(<nil>)"),
            ("%s", &[int(5)], "%!s(int64=5)"),
            ("%.2f", &[int(5)], "%!f(int64=5)"),
            ("%d", &[s("x")], "%!d(string=x)"),
            ("%t", &[Datum::int(1)], "%!t(int64=1)"),
            ("%z", &[Datum::count(1)], "%!z(int=1)"),
            ("%f", &[], "%!f(MISSING)"),
            ("a", &[int(1), s("b"), Datum::Nil], "a%!(EXTRA int64=1, string=b, <nil>)"),
            ("100%", &[], "100%!(NOVERB)"),
            ("%[3]d", &[int(1)], "%!d(BADINDEX)"),
            ("%!", &[], "%!!(MISSING)"),
            ("%*d", &[s("x"), int(1)], "%!(BADWIDTH)1"),
            ("%.*d", &[s("x"), int(1)], "%!(BADPREC)1"),
            ("%-", &[], "%!(NOVERB)"),
        ];
        for (format, args, want) in table {
            assert_eq!(f(format, args), *want, "{format}");
        }
    }

    #[test]
    fn maps_and_lists() {
        let fields = vec![
            ("a".to_owned(), Value::Float(1.5)),
            ("b".to_owned(), Value::Bool(true)),
            ("c".to_owned(), Value::Null),
            ("d".to_owned(), Value::Int(3)),
        ];
        let tags = vec![("h".to_owned(), "x y".to_owned())];
        let list = [Value::Int(1), Value::Str("z".into())];
        let args = [Datum::values(&fields), Datum::strings(&tags), Datum::list(&list)];
        assert_eq!(f("%v %v %v", &args), "map[a:1.5 b:true c:<nil> d:3] map[h:x y] [1 z]");
        assert_eq!(f("%+v %q", &args[..2]), "map[a:1.5 b:true c:<nil> d:3] map[\"h\":\"x y\"]");
        assert_eq!(
            f("%d", &args[..1]),
            "map[%!d(string=a):%!d(float64=1.5) %!d(string=b):%!d(bool=true) %!d(string=c):<nil> %!d(string=d):3]"
        );
        assert_eq!(f("%#v", &args[1..2]), "map[string]string{\"h\":\"x y\"}");
        assert_eq!(f("%T", &args[..1]), "map[string]interface {}");
    }

    #[test]
    fn print_and_println() {
        let args = [int(1), int(2), s("a"), s("b"), int(3), Datum::Nil, Datum::Bool(true)];
        let mut out = String::new();
        sprint(&mut out, &args);
        assert_eq!(out, "1 2ab3 <nil> true");
        out.clear();
        sprintln(&mut out, &args);
        assert_eq!(out, "1 2 a b 3 <nil> true\n");
    }

    proptest! {
        #[test]
        fn any_format_is_answered(format in "[%a-zA-Z0-9.*\\[\\]#+ -]{0,12}", x in any::<f64>(), n in any::<i64>(), t in "\\PC{0,5}") {
            let args = [Datum::Float(x), int(n), s(&t), Datum::Time(n), Datum::Duration(n), Datum::Nil];
            for skip in 0..args.len() {
                let _ = f(&format, &args[skip..]);
            }
        }

        #[test]
        fn fixed_floats_agree_with_std(x in any::<f64>(), p in 0usize..10) {
            prop_assume!(x.is_finite());
            prop_assert_eq!(f(&format!("%.{p}f"), &[Datum::Float(x)]), format!("{x:.p$}"));
        }
    }
}
