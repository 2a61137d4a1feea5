//! Series notation: `0+10x100 _x3 5x10m`, as promtool writes series, with durations, noise, waves and texts.
//!
//! ```text
//! values   = item { blank item }
//! item     = unit | "late(" duration blank item ")" | "dup(" item ")" | "gap(" duration ")"
//! unit     = ( value | "_" ) [ "x" times ]
//! value    = number [ ( "+" | "-" ) number ] [ "~" number ]
//!          | "sin(" duration blank range ")" [ "~" number ]
//!          | "rand(" range ")" | '"' text '"' | "true" | "false"
//! number   = decimal, with `i` behind it an integer
//! range    = number ".." number
//! times    = count | duration
//! ```
//!
//! A count is promtool's: so many values *after* the first (`_` has no first). A duration is how long the item
//! lasts: the next one begins when it is over.

use super::noise::Noise;
use crate::value::{Value, duration};

/// More values than that are a mistake.
const MAX_VALUES: usize = 10_000_000;

/// `late(…)` around `dup(…)` around a value.
const MAX_WRAPS: u32 = 3;

/// One value of a series, if there is one at that time.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    /// None: a gap.
    pub value: Option<Value>,
    /// How much later than its time it arrives, in nanoseconds.
    pub late: i64,
    /// It comes twice.
    pub twice: bool,
}

/// Why a series cannot be read: where, in bytes of the text, and in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesError {
    /// Byte of the text.
    pub at: usize,
    /// What is wrong there, and what is allowed.
    pub message: String,
}

/// A series that was read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Notation {
    items: Vec<Item>,
}

#[derive(Clone, PartialEq, Debug)]
struct Item {
    value: Generator,
    times: Times,
    late: i64,
    twice: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Times {
    /// That many values.
    Count(usize),
    /// For so long.
    Lasting(i64),
}

#[derive(Clone, PartialEq, Debug)]
enum Generator {
    Gap,
    Constant(Value),
    Line { from: f64, step: f64, noise: f64 },
    Count { from: i64, step: i64 },
    Wave { period: i64, low: f64, high: f64, noise: f64 },
    Random { low: f64, high: f64 },
    RandomInt { low: i64, high: i64 },
}

impl Notation {
    /// Reads the notation.
    ///
    /// # Errors
    /// The first thing that is no notation.
    pub fn parse(text: &str) -> Result<Notation, SeriesError> {
        let mut reader = Reader { text, at: 0 };
        let mut items = Vec::new();
        loop {
            reader.blanks();
            if reader.rest().is_empty() {
                break;
            }
            items.push(reader.item(MAX_WRAPS)?);
            if !reader.rest().is_empty() && !reader.rest().starts_with(|c: char| c.is_whitespace()) {
                return Err(reader.wrong("a blank before the next item"));
            }
        }
        if items.is_empty() {
            return Err(reader.wrong("values such as `5x10`, `0+10x100` or `_x3`"));
        }
        Ok(Notation { items })
    }

    /// A series that has one value.
    pub fn constant(value: Value) -> Notation {
        let item = Item { value: Generator::Constant(value), times: Times::Count(1), late: 0, twice: false };
        Notation { items: vec![item] }
    }

    /// One series after the other.
    pub fn concat(parts: Vec<Notation>) -> Notation {
        Notation { items: parts.into_iter().flat_map(|part| part.items).collect() }
    }

    /// The values, one for each interval.
    ///
    /// # Errors
    /// Too many values.
    pub fn samples(&self, interval: i64, noise: &mut Noise) -> Result<Vec<Sample>, String> {
        let mut samples = Vec::new();
        for item in &self.items {
            let count = match item.times {
                Times::Count(n) => n,
                Times::Lasting(nanos) => {
                    usize::try_from(nanos.saturating_add(interval - 1) / interval).unwrap_or(usize::MAX)
                }
            };
            if samples.len().saturating_add(count) > MAX_VALUES {
                return Err(format!(
                    "more than {MAX_VALUES} values: use a longer interval or a shorter time"
                ));
            }
            for i in 0..count {
                let at = (samples.len() as i64).saturating_mul(interval);
                let value = item.value.value(i as i64, at, noise);
                samples.push(Sample { value, late: item.late, twice: item.twice });
            }
        }
        Ok(samples)
    }
}

impl Generator {
    /// The i-th value of the item, so many nanoseconds after the beginning of the series.
    fn value(&self, i: i64, at: i64, noise: &mut Noise) -> Option<Value> {
        Some(match self {
            Generator::Gap => return None,
            Generator::Constant(value) => value.clone(),
            Generator::Line { from, step, noise: n } => {
                Value::Float(from + step * i as f64 + noise.around(*n))
            }
            Generator::Count { from, step } => Value::Int(from.saturating_add(step.saturating_mul(i))),
            Generator::Wave { period, low, high, noise: n } => {
                let turn = (at.rem_euclid(*period)) as f64 / *period as f64;
                // Not std's, whose last digits depend on the platform.
                let sine = libm::sin(turn * std::f64::consts::TAU);
                Value::Float((low + high) / 2.0 + (high - low) / 2.0 * sine + noise.around(*n))
            }
            Generator::Random { low, high } => Value::Float(low + (high - low) * noise.unit()),
            Generator::RandomInt { low, high } => Value::Int(noise.int(*low, *high)),
        })
    }
}

/// What a number was written as.
#[derive(Clone, Copy)]
enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    fn float(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(x) => x,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn wrong(&self, expected: &str) -> SeriesError {
        let word = self.rest().split_whitespace().next().unwrap_or_default();
        let found = if word.is_empty() { "the end".to_owned() } else { format!("`{word}`") };
        SeriesError { at: self.at, message: format!("expected {expected}, found {found}") }
    }

    fn take(&mut self, text: &str) -> bool {
        let hit = self.rest().starts_with(text);
        if hit {
            self.at += text.len();
        }
        hit
    }

    fn need(&mut self, text: &str) -> Result<(), SeriesError> {
        self.blanks();
        if self.take(text) { Ok(()) } else { Err(self.wrong(&format!("`{text}`"))) }
    }

    /// Between two arguments: a blank, or a comma, which YAML does not take in braces.
    fn between(&mut self) -> Result<(), SeriesError> {
        let from = self.at;
        self.blanks();
        if self.take(",") || self.at > from { Ok(()) } else { Err(self.wrong("a blank and a value")) }
    }

    fn item(&mut self, wraps: u32) -> Result<Item, SeriesError> {
        let Some(wraps) = wraps.checked_sub(1) else {
            return Err(self.wrong("`late(…)` and `dup(…)` not more than once each"));
        };
        if self.take("late(") {
            let late = self.duration()?;
            self.between()?;
            self.blanks();
            let unit = self.item(wraps)?;
            self.need(")")?;
            return Ok(Item { late, ..unit });
        }
        if self.take("dup(") {
            self.blanks();
            let unit = self.item(wraps)?;
            self.need(")")?;
            return Ok(Item { twice: true, ..unit });
        }
        if self.take("gap(") {
            let times = Times::Lasting(self.duration()?);
            self.need(")")?;
            return Ok(Item { value: Generator::Gap, times, late: 0, twice: false });
        }
        let value = self.value()?;
        let times = match self.take("x") {
            true => self.times(value == Generator::Gap)?,
            false => Times::Count(1),
        };
        Ok(Item { value, times, late: 0, twice: false })
    }

    fn times(&mut self, gap: bool) -> Result<Times, SeriesError> {
        let end =
            self.rest().find(|c: char| !c.is_ascii_alphanumeric() && c != 'µ').unwrap_or(self.rest().len());
        let word = self.rest().get(..end).unwrap_or_default();
        let expected = "a count or a duration behind `x`, as in `5x10` or `5x10m`";
        let times = if let Ok(count) = word.parse::<usize>() {
            // As promtool counts: so many after the first.
            Times::Count(if gap { count } else { count.saturating_add(1) })
        } else {
            match duration::parse_influx(word) {
                Ok(nanos) if nanos > 0 => Times::Lasting(nanos),
                _ => return Err(self.wrong(expected)),
            }
        };
        self.at += end;
        Ok(times)
    }

    fn duration(&mut self) -> Result<i64, SeriesError> {
        self.blanks();
        let end =
            self.rest().find(|c: char| !c.is_ascii_alphanumeric() && c != 'µ').unwrap_or(self.rest().len());
        let word = self.rest().get(..end).unwrap_or_default();
        match duration::parse_influx(word) {
            Ok(nanos) if nanos > 0 => {
                self.at += end;
                Ok(nanos)
            }
            _ => Err(self.wrong("a duration such as `30s`")),
        }
    }

    fn value(&mut self) -> Result<Generator, SeriesError> {
        if self.take("_") {
            return Ok(Generator::Gap);
        }
        if self.rest().starts_with('"') {
            return Ok(Generator::Constant(Value::Str(self.string()?.into())));
        }
        for (word, value) in [("true", true), ("false", false)] {
            let rest = self.rest();
            let behind = rest.get(word.len()..).unwrap_or_default();
            // `x` is how often.
            if rest.starts_with(word) && !behind.starts_with(|c: char| c.is_alphanumeric() && c != 'x') {
                self.at += word.len();
                return Ok(Generator::Constant(Value::Bool(value)));
            }
        }
        if self.rest().starts_with("stale") {
            let message =
                "InfluxDB has no staleness marker: `_` is a missing value, `gap(5m)` a time without any";
            return Err(SeriesError { at: self.at, message: message.to_owned() });
        }
        if self.take("sin(") {
            return self.wave();
        }
        if self.take("rand(") {
            return self.random();
        }
        self.line()
    }

    fn wave(&mut self) -> Result<Generator, SeriesError> {
        let period = self.duration()?;
        self.between()?;
        let (low, high) = self.range()?;
        self.need(")")?;
        Ok(Generator::Wave { period, low: low.float(), high: high.float(), noise: self.noise()? })
    }

    fn random(&mut self) -> Result<Generator, SeriesError> {
        let at = self.at;
        let (low, high) = self.range()?;
        self.need(")")?;
        if low.float() > high.float() {
            let message = "the range goes from the lower to the higher number".to_owned();
            return Err(SeriesError { at, message });
        }
        Ok(match (low, high) {
            (Number::Int(low), Number::Int(high)) => Generator::RandomInt { low, high },
            (low, high) => Generator::Random { low: low.float(), high: high.float() },
        })
    }

    fn range(&mut self) -> Result<(Number, Number), SeriesError> {
        self.blanks();
        let low = self.number()?;
        if !self.take("..") {
            return Err(self.wrong("a range such as `10..90`"));
        }
        Ok((low, self.number()?))
    }

    fn noise(&mut self) -> Result<f64, SeriesError> {
        if !self.take("~") {
            return Ok(0.0);
        }
        let at = self.at;
        match self.number()? {
            Number::Float(x) if x >= 0.0 => Ok(x),
            Number::Int(i) if i >= 0 => Ok(i as f64),
            _ => Err(SeriesError {
                at,
                message: "noise is at most so far from the value: 0 or more".to_owned(),
            }),
        }
    }

    fn line(&mut self) -> Result<Generator, SeriesError> {
        let at = self.at;
        let from = self.number()?;
        let step = if self.rest().starts_with(['+', '-']) { Some(self.step()?) } else { None };
        let noise_at = self.at;
        let noise = self.noise()?;
        match (from, step) {
            (Number::Int(from), None | Some(Number::Int(_))) => {
                if noise != 0.0 {
                    let message = "noise makes decimals of integers: leave out `i`, or use `rand(1i..6i)`";
                    return Err(SeriesError { at: noise_at, message: message.to_owned() });
                }
                let step = if let Some(Number::Int(step)) = step { step } else { 0 };
                Ok(Generator::Count { from, step })
            }
            (Number::Int(_), Some(Number::Float(_))) | (Number::Float(_), Some(Number::Int(_))) => {
                let message =
                    "write `i` behind both numbers or behind none: a field is an integer or a float";
                Err(SeriesError { at, message: message.to_owned() })
            }
            (Number::Float(from), step) => {
                Ok(Generator::Line { from, step: step.map_or(0.0, Number::float), noise })
            }
        }
    }

    fn step(&mut self) -> Result<Number, SeriesError> {
        self.take("+");
        self.number()
    }

    /// Digits with a sign, decimals, an exponent; `i` behind them.
    fn number(&mut self) -> Result<Number, SeriesError> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
        let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
        let whole = digits(sign);
        let mut end = sign + whole;
        let mut decimals = 0;
        // `1..2` is a range.
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
            decimals = digits(end + 1);
            end += 1 + decimals;
        }
        if whole + decimals > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
            let exponent = digits(end + 1 + sign);
            end += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        let text = self.rest().get(..end).unwrap_or_default();
        let expected =
            "a value: a number, a text in double quotes, `true`, `false`, `_`, `sin(…)` or `rand(…)`";
        if bytes.get(end) == Some(&b'i') {
            let Ok(int) = text.trim_start_matches('+').parse() else {
                return Err(self.wrong("a whole number before `i`"));
            };
            self.at += end + 1;
            return Ok(Number::Int(int));
        }
        match text.parse::<f64>() {
            Ok(x) if whole + decimals > 0 && x.is_finite() => {
                self.at += end;
                Ok(Number::Float(x))
            }
            _ => Err(self.wrong(expected)),
        }
    }

    fn string(&mut self) -> Result<String, SeriesError> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        Err(self.wrong("a text that ends in `\"`"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const S: i64 = 1_000_000_000;

    fn samples(text: &str) -> Vec<Sample> {
        let notation = Notation::parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        notation.samples(10 * S, &mut Noise::new(1)).expect("few values")
    }

    fn shown(text: &str) -> String {
        let show = |s: &Sample| match &s.value {
            None => "_".to_owned(),
            Some(Value::Float(x)) => x.to_string(),
            Some(Value::Int(i)) => format!("{i}i"),
            Some(Value::Bool(b)) => b.to_string(),
            Some(Value::Str(s)) => format!("{s:?}"),
            Some(other) => panic!("{other:?}"),
        };
        samples(text).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn counts_are_promtools() {
        for (text, want) in [
            ("1 2.5 -3", "1 2.5 -3"),
            ("0+10x3", "0 10 20 30"),
            ("30-10x3", "30 20 10 0"),
            ("-2+4x3", "-2 2 6 10"),
            ("1x4", "1 1 1 1 1"),
            ("1 _x3 5", "1 _ _ _ 5"),
            ("_ 1", "_ 1"),
            ("1e3+1e-1x1", "1000 1000.1"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn durations_are_how_long_it_lasts() {
        assert_eq!(shown("5x30s 7"), "5 5 5 7");
        assert_eq!(shown("0+1x25s"), "0 1 2");
        assert_eq!(shown("1 gap(20s) _x10s 2"), "1 _ _ _ 2");
    }

    #[test]
    fn values_have_types() {
        assert_eq!(shown("1i+2ix2 5i"), "1i 3i 5i 5i");
        assert_eq!(shown(r#"true falsex1 "a b"x1 "q\"x""#), r#"true false false "a b" "a b" "q\"x""#);
    }

    #[test]
    fn waves_and_noise_stay_in_their_ranges() {
        let wave = samples("sin(40s 10..90)x40s");
        let values: Vec<f64> =
            wave.iter().map(|s| if let Some(Value::Float(x)) = s.value { x } else { f64::NAN }).collect();
        assert!((values[0] - 50.0).abs() < 1e-9 && (values[1] - 90.0).abs() < 1e-9, "{values:?}");
        for (text, low, high) in [("50~5x200", 45.0, 55.0), ("rand(1..2)x200", 1.0, 2.0)] {
            for sample in samples(text) {
                let Some(Value::Float(x)) = sample.value else { panic!("{sample:?}") };
                assert!((low..=high).contains(&x), "{text}: {x}");
            }
        }
        let dice = samples("rand(1i..6i)x500");
        let seen = |n| dice.iter().any(|s| s.value == Some(Value::Int(n)));
        assert!((1..=6).all(seen) && !seen(0) && !seen(7));
        assert_eq!(samples("50~5x20"), samples("50~5x20"), "the seed decides");
    }

    #[test]
    fn points_may_be_late_and_come_twice() {
        let all = samples("1 late(30s 2x1) dup(3)");
        let marks: Vec<_> = all.iter().map(|s| (s.late / S, s.twice)).collect();
        assert_eq!(marks, [(0, false), (30, false), (30, false), (0, true)]);
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, at, words) in [
            ("", 0, "found the end"),
            ("5x", 2, "expected a count or a duration behind `x`"),
            ("5 abc", 2, "expected a value: a number"),
            ("5xy", 2, "found `y`"),
            ("5x10q", 2, "found `10q`"),
            ("1 2,3", 3, "expected a blank before the next item, found `,3`"),
            ("1i+2.5", 0, "write `i` behind both"),
            ("\"abc", 0, "a text that ends"),
            ("stale", 0, "no staleness marker"),
            ("sin(1h)", 6, "expected a blank and a value"),
            ("late(5s 1", 9, "expected `)`"),
            ("late(1s late(1s late(1s 1)))", 24, "not more than once each"),
            ("sin(1h, 10)", 10, "a range such as"),
            ("rand(9..1)", 5, "from the lower"),
            ("late(5, 1)", 5, "a duration such as"),
            ("5~-1", 2, "0 or more"),
            ("99999999999999999999i", 0, "a whole number before `i`"),
        ] {
            let error = Notation::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error:?}");
            assert!(error.message.contains(words), "{text}: {error:?}");
        }
        let many = Notation::parse("1x99999999").expect("notation");
        assert!(many.samples(S, &mut Noise::new(1)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[0-9a-z_x+~().,\" -]{0,30}") {
            if let Ok(notation) = Notation::parse(&text) {
                let _ = notation.samples(S, &mut Noise::new(1)).map(|s| s.len());
            }
        }
    }
}
