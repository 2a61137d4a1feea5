//! The functions of lambdas: one table, a family in each file.
//!
//! The table says all that is known of a function: what it takes, what it gives, how it is compiled,
//! how it complains, and its manual with an example that runs as a test.

mod complain;
mod cond;
mod convert;
mod event;
mod human;
mod math;
mod presence;
mod regex;
mod stateful;
mod string;
mod time;

use crate::value::Type;

use super::cx::{Code, Fun, Moment, Nanos, Operand, Txt};

pub(super) use event::FUNCTIONS as EVENT;

/// A function.
#[derive(Debug)]
pub struct Function {
    /// As scripts call it.
    pub name: &'static str,
    /// What it gives, in a sentence or two.
    pub doc: &'static str,
    /// A call of it.
    pub example: &'static str,
    /// What the example gives, as `tick eval --format text` prints it.
    pub result: &'static str,
    /// What it takes; argument types must fit one of these exactly.
    pub overloads: &'static [Overload],
    /// It remembers earlier calls.
    pub stateful: bool,
    /// What it says itself of arguments it cannot use.
    pub(super) complain: fn(&Function, &[Type]) -> Complaint,
}

/// One signature of a function.
pub struct Overload {
    /// Types of the arguments.
    pub args: &'static [Type],
    /// Type of the result.
    pub gives: Type,
    /// Makes the call of compiled arguments.
    pub(super) build: fn(Args) -> Code,
}

impl std::fmt::Debug for Overload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} -> {}", signature(self.args), self.gives)
    }
}

/// What a function says of arguments that nobody has checked.
pub(super) enum Complaint {
    /// Nothing: it gives this truth value.
    None(bool),
    /// Why it does not take them.
    Text(String),
}

impl Function {
    /// The signatures as error texts list them.
    pub fn signatures(&self) -> String {
        let all: Vec<String> = self.overloads.iter().map(|o| signature(o.args)).collect();
        all.join(", ")
    }
}

pub(super) fn signature(args: &[Type]) -> String {
    let names: Vec<String> = args.iter().map(Type::to_string).collect();
    format!("({})", names.join(","))
}

/// Every function that a lambda can call.
pub fn all() -> impl Iterator<Item = &'static Function> {
    [
        convert::FUNCTIONS,
        math::FUNCTIONS,
        string::FUNCTIONS,
        regex::FUNCTIONS,
        time::FUNCTIONS,
        human::FUNCTIONS,
        cond::FUNCTIONS,
        presence::FUNCTIONS,
        stateful::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// Functions that exist only in a topic handler's `match`.
pub fn of_events() -> impl Iterator<Item = &'static Function> {
    event::FUNCTIONS.iter()
}

/// The function of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|f| f.name == name)
}

/// The compiled arguments of a call, taken one by one.
pub(super) struct Args {
    codes: std::vec::IntoIter<Code>,
    /// Begins the failures of the function.
    pub(super) site: u32,
}

macro_rules! take {
    ($($name:ident: $variant:ident, $ty:ty, $default:expr;)+) => {$(
        /// The next argument. The signature has said that it is of this type.
        pub(super) fn $name(&mut self) -> Operand<$ty> {
            match self.next() {
                Code::$variant(o) => o,
                _ => Operand::Const($default),
            }
        }
    )+};
}

impl Args {
    pub(super) fn new(codes: Vec<Code>, site: u32) -> Args {
        Args { codes: codes.into_iter(), site }
    }

    pub(super) fn next(&mut self) -> Code {
        self.codes.next().unwrap_or(Code::Missing)
    }

    take! {
        bool: Bool, bool, false;
        int: Int, i64, 0;
        float: Float, f64, 0.0;
        str: Str, Txt, Txt::default();
        duration: Duration, Nanos, Nanos(0);
        time: Time, Moment, Moment(0);
    }

    /// The next argument as a function.
    pub(super) fn str_fun(&mut self) -> Fun<Txt> {
        self.str().into_fun()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let mut names: Vec<&str> = all().chain(of_events()).map(|f| f.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name is used twice");
        for f in all().chain(of_events()) {
            assert!(f.doc.ends_with('.') && f.doc.len() > 10, "{}: document it", f.name);
            assert!(f.example.contains(f.name), "{}: the example does not call it", f.name);
            assert!(!f.overloads.is_empty() && f.overloads.iter().all(|o| o.args.len() <= 4), "{}", f.name);
        }
    }
}
