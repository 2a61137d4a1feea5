//! What functions say of themselves when they are asked: each is asked once, and only if a script calls it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::message::{Answer, Ask, Empty, Info};
use super::session::Session;
use crate::handlers::Udf;
use crate::pipeline::{EdgeType, FunctionInfo, OptionType};

/// The functions of a configuration.
#[derive(Debug, Default)]
pub struct Inquiry {
    declared: Vec<Udf>,
    asked: RefCell<BTreeMap<String, Result<FunctionInfo, String>>>,
}

impl Inquiry {
    /// Nobody was asked yet.
    pub fn new(declared: Vec<Udf>) -> Inquiry {
        Inquiry { declared, ..Inquiry::default() }
    }

    /// The names of all functions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(|udf| udf.name.as_str())
    }

    /// A function.
    pub fn find(&self, name: &str) -> Option<&Udf> {
        self.declared.iter().find(|udf| udf.name == name)
    }

    /// Asks a function, which is started for that, unless it was asked before.
    ///
    /// # Errors
    /// If there is no such function, or it does not answer as it should.
    pub fn info(&self, name: &str) -> Result<FunctionInfo, String> {
        if let Some(known) = self.asked.borrow().get(name) {
            return known.clone();
        }
        let udf = self.find(name).ok_or_else(|| "it is not declared".to_owned())?;
        let info = ask(udf);
        self.asked.borrow_mut().insert(name.to_owned(), info.clone());
        info
    }
}

fn ask(udf: &Udf) -> Result<FunctionInfo, String> {
    match Session::open(udf)?.request(Ask::Info(Empty {}))? {
        Answer::Info(info) => read(info),
        other => Err(format!("it answers `info` with `{}`", other.kind())),
    }
}

fn read(info: Info) -> Result<FunctionInfo, String> {
    let edge = |number: i32, what: &str| match number {
        0 => Ok(EdgeType::Stream),
        1 => Ok(EdgeType::Batch),
        _ => Err(format!("it says that it {what} edge type {number}: 0 is a stream, 1 are batches")),
    };
    let mut options = BTreeMap::new();
    for (name, option) in info.options {
        let types = option.types.iter().map(|number| {
            option_type(*number).ok_or_else(|| format!("its option `{name}` has the unknown type {number}"))
        });
        let types = types.collect::<Result<Vec<_>, _>>()?;
        options.insert(name, types);
    }
    Ok(FunctionInfo {
        wants: edge(info.wants, "wants")?,
        provides: edge(info.provides, "provides")?,
        options,
    })
}

/// The types of options in the order of their numbers.
const TYPES: [OptionType; 5] =
    [OptionType::Bool, OptionType::Int, OptionType::Double, OptionType::Str, OptionType::Duration];

fn option_type(number: i32) -> Option<OptionType> {
    TYPES.get(usize::try_from(number).ok()?).copied()
}

/// The number of a type.
pub(super) fn number(ty: OptionType) -> i32 {
    TYPES.iter().position(|known| *known == ty).and_then(|at| i32::try_from(at).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::message::OptionInfo;
    use super::*;

    #[test]
    fn what_is_not_known_is_refused() {
        let info = |wants, types: &[i32]| Info {
            wants,
            provides: 1,
            options: [("x".to_owned(), OptionInfo { types: types.to_vec() })].into(),
        };
        let known = read(info(0, &[2, 4])).unwrap();
        assert_eq!((known.wants, known.provides), (EdgeType::Stream, EdgeType::Batch));
        assert_eq!(known.options["x"], [OptionType::Double, OptionType::Duration]);
        assert!(read(info(2, &[])).unwrap_err().contains("edge type 2"));
        assert!(read(info(0, &[5])).unwrap_err().contains("unknown type 5"));
        assert!(read(info(0, &[-1])).unwrap_err().contains("unknown type -1"));
        assert!(TYPES.iter().all(|ty| option_type(number(*ty)) == Some(*ty)));
    }
}
