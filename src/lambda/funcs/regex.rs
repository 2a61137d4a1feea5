//! `regexReplace`.

use crate::value::Type;

use super::{Args, Function, Overload, complain};
use crate::lambda::cx::{Code, Operand};

fn replace(mut a: Args) -> Code {
    let (re, text, with) = (a.regex().into_fun(), a.str_fun(), a.str_fun());
    Code::Str(Operand::Code(Box::new(move |cx| {
        let re = re(cx)?;
        let text = text(cx)?;
        let with = with(cx)?;
        Ok(cx.make(|cx, out| out.push_str(&re.replace_all(cx.str(text), cx.str(with)))))
    })))
}

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "regexReplace",
    doc: "The second argument with every match of the pattern replaced by the third, where `${1}` and \
          `${name}` stand for what the groups matched.",
    example: "regexReplace(/(\\w+)-(\\w+)/, 'web-eu', '${2}-${1}')",
    result: "eu-web",
    overloads: &[Overload { args: &[Type::Regex, Type::Str, Type::Str], gives: Type::Str, build: replace }],
    stateful: false,
    complain: complain::of_signature,
}];
