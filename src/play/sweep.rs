//! Values of vars that are to be tried: `crit=80..95/1`, `window=1m,5m,10m`.

use crate::pipeline::VarType;
use crate::value::duration;

/// How many sets of values may be tried.
const MAX_SETS: usize = 1000;

/// A var with the values that are to be tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sweep {
    /// The var.
    pub name: String,
    /// As they would be typed.
    pub values: Vec<String>,
}

impl Sweep {
    /// A range or a list for a var of a type; `None` for a single value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(name: &str, text: &str, ty: VarType) -> Result<Option<Sweep>, String> {
        let of = |values| Some(Sweep { name: name.to_owned(), values });
        let wrong = |e: String| format!("`--var {name}={text}`: {e}");
        let numbers = matches!(ty, VarType::Int | VarType::Float | VarType::Duration);
        if numbers && let Some((from, rest)) = text.split_once("..") {
            let (to, step) = rest.split_once('/').map_or((rest, None), |(to, step)| (to, Some(step)));
            return range(from.trim(), to.trim(), step.map(str::trim), ty).map(of).map_err(wrong);
        }
        if matches!(ty, VarType::List | VarType::Lambda | VarType::Regex) || !text.contains(',') {
            return Ok(None);
        }
        Ok(of(text.split(',').map(|v| v.trim().to_owned()).collect()))
    }
}

fn range(from: &str, to: &str, step: Option<&str>, ty: VarType) -> Result<Vec<String>, String> {
    if ty == VarType::Duration {
        let nanos = |text: &str| {
            duration::parse_influx(text).map_err(|_| format!("`{text}` is no duration such as `1m30s`"))
        };
        let step = step.ok_or("a range of durations needs a step, as in `1m..10m/1m`")?;
        let (from, to, step) = (nanos(from)?, nanos(to)?, nanos(step)?);
        return Ok(steps(from, to, step)?
            .map(|nanos| {
                let mut text = String::new();
                duration::push_influx(&mut text, nanos);
                text
            })
            .collect());
    }
    // In units of the last decimal, so that no value is a little off.
    let texts = [from, to, step.unwrap_or("1")];
    let decimals =
        texts.map(|t| t.split_once('.').map_or(0, |(_, part)| part.len())).into_iter().max().unwrap_or(0);
    if ty == VarType::Int && decimals > 0 {
        return Err("the var is an int".to_owned());
    }
    let [from, to, step] = texts.map(|text| units(text, decimals));
    let values = steps(from?, to?, step?)?;
    Ok(values.map(|n| decimal(n, decimals)).collect())
}

/// A decimal number in units of its last place.
fn units(text: &str, decimals: usize) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no number");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part}{}", "0".repeat(decimals.saturating_sub(part.len())));
    let plain = digits.strip_prefix('-').unwrap_or(&digits);
    if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    digits.parse().map_err(|_| wrong())
}

fn decimal(units: i64, decimals: usize) -> String {
    let digits = format!("{:0>1$}", units.unsigned_abs(), decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let sign = if units < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

fn steps(from: i64, to: i64, step: i64) -> Result<impl Iterator<Item = i64>, String> {
    if step <= 0 || to < from {
        return Err("expected a range that goes up, with a step above 0".to_owned());
    }
    let count = to.abs_diff(from) / step.unsigned_abs();
    if count >= MAX_SETS as u64 {
        return Err(format!("more than {MAX_SETS} values"));
    }
    Ok((0..=count).map(move |n| from + step * n as i64))
}

/// Every combination of values; of the last var they change fastest.
///
/// # Errors
/// If there are too many.
pub fn sweeps(all: &[Sweep]) -> Result<Vec<Vec<(String, String)>>, String> {
    let mut sets: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for sweep in all {
        if sets.len() * sweep.values.len() > MAX_SETS {
            return Err(format!("more than {MAX_SETS} sets of values: make the steps larger"));
        }
        let with = |set: &Vec<(String, String)>, value: &String| {
            let mut set = set.clone();
            set.push((sweep.name.clone(), value.clone()));
            set
        };
        sets = sets.iter().flat_map(|set| sweep.values.iter().map(move |v| with(set, v))).collect();
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_become_values() {
        for (text, ty, want) in [
            ("80..83", VarType::Int, "80 81 82 83"),
            ("80..85/2", VarType::Float, "80 82 84"),
            ("0.1..0.4/0.1", VarType::Float, "0.1 0.2 0.3 0.4"),
            ("-1.5..-1/0.25", VarType::Float, "-1.50 -1.25 -1.00"),
            ("1m..3m/1m", VarType::Duration, "1m 2m 3m"),
            ("a, b", VarType::Str, "a b"),
            ("1,5", VarType::Int, "1 5"),
        ] {
            let sweep = Sweep::parse("x", text, ty).unwrap().expect("values");
            assert_eq!(sweep.values.join(" "), want, "{text}");
        }
        for (text, ty) in [("80", VarType::Int), ("a..b", VarType::Str), ("'a', 'b'", VarType::List)] {
            assert_eq!(Sweep::parse("x", text, ty), Ok(None), "{text}");
        }
        for (text, ty, words) in [
            ("80..70", VarType::Int, "goes up"),
            ("1..2/0", VarType::Int, "above 0"),
            ("1..2/0.5", VarType::Int, "is an int"),
            ("1..x", VarType::Float, "`x` is no number"),
            ("1m..2m", VarType::Duration, "needs a step"),
            ("1..2/0.00001", VarType::Float, "more than 1000"),
        ] {
            let error = Sweep::parse("x", text, ty).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn several_make_a_grid() {
        let sweep = |name: &str, values: &[&str]| Sweep {
            name: name.to_owned(),
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        };
        let sets = sweeps(&[sweep("a", &["1", "2"]), sweep("b", &["x", "y"])]).unwrap();
        let texts: Vec<String> =
            sets.iter().map(|s| s.iter().map(|(k, v)| format!("{k}{v}")).collect::<String>()).collect();
        assert_eq!(texts, ["a1bx", "a1by", "a2bx", "a2by"]);
    }
}
