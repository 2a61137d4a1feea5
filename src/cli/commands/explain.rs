//! `tick explain`

use std::fmt::Write as _;

use crate::cli::Exit;
use crate::cli::io::{complain, print};
use crate::lambda::funcs;
use crate::pipeline::{After, Edge, HandlerSpec, NodeSpec, Param, PropKind, PropSpec, UDF};
use crate::text::{codes, suggest};
use crate::{handlers, nodes};

/// The property that all nodes have.
const QUIET: PropSpec = PropSpec::flag("quiet", "count the node's errors, but tell of none");

/// How wide pages are.
const WIDTH: usize = 80;

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A code (`E0201`), a node, a property (`window.period`), a handler or a function; nothing for a list
    #[arg(value_name = "WORD")]
    what: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let Some(what) = &args.what else {
        return print(&contents()).err().unwrap_or(Exit::Ok);
    };
    let pages = pages(what);
    if pages.is_empty() {
        complain(&format!("error: nothing is known of `{what}`"));
        if let Some(near) = suggest::nearest(what, names().into_iter()) {
            complain(&format!("help: did you mean `{near}`?"));
        }
        return Exit::Usage;
    }
    print(&pages.join("\n")).err().unwrap_or(Exit::Ok)
}

/// All pages about a name: `log` is a node and a handler.
fn pages(what: &str) -> Vec<String> {
    let mut pages = Vec::new();
    pages.extend(codes::find(what).map(codes::page));
    if let Some((owner, prop)) = what.split_once('.') {
        for (name, props) in all_props() {
            if same(owner, name) {
                let found = props.iter().find(|spec| same(prop, spec.name));
                pages.extend(found.map(|spec| prop_page(name, spec)));
            }
        }
        return pages;
    }
    pages.extend(nodes::SPECS.iter().filter(|spec| same(what, spec.name)).map(|spec| node_page(spec)));
    pages.extend(handlers::SPECS.iter().filter(|spec| same(what, spec.name)).map(|spec| handler_page(spec)));
    pages.extend(funcs::all().filter(|function| same(what, function.name)).map(function_page));
    if same(what, QUIET.name) {
        pages.push(prop_page("every node", &QUIET));
    }
    if pages.is_empty() {
        for (name, props) in all_props() {
            let found = props.iter().find(|spec| same(what, spec.name));
            pages.extend(found.map(|spec| prop_page(name, spec)));
        }
    }
    pages.extend(funcs::of_events().filter(|function| same(what, function.name)).map(match_page));
    pages
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Every node and handler with its properties.
fn all_props() -> impl Iterator<Item = (&'static str, &'static [PropSpec])> {
    let of_nodes = nodes::SPECS.iter().map(|spec| (spec.name, spec.props));
    of_nodes.chain(handlers::SPECS.iter().map(|spec| (spec.name, spec.props)))
}

fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = nodes::SPECS.iter().map(|spec| spec.name).collect();
    names.extend(handlers::SPECS.iter().map(|spec| spec.name));
    names.extend(funcs::all().chain(funcs::of_events()).map(|function| function.name));
    names.extend(codes::all().map(|code| code.code));
    names.extend(all_props().flat_map(|(_, props)| props).map(|prop| prop.name));
    names
}

fn contents() -> String {
    let mut out = String::new();
    let mut list = |title: &str, entries: Vec<(&'static str, &'static str)>| {
        let _ = writeln!(out, "{title}");
        let width = entries.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, doc) in entries {
            let _ = writeln!(out, "    {name:width$}  {doc}");
        }
        out.push('\n');
    };
    list("Nodes", nodes::SPECS.iter().map(|spec| (spec.name, spec.doc)).collect());
    list("Handlers of `alert`", handlers::SPECS.iter().map(|spec| (spec.name, spec.doc)).collect());
    list(
        "Functions of lambdas",
        funcs::all().map(|function| (function.name, first_line(function.doc))).collect(),
    );
    list(
        "Functions of a handler's `match`",
        funcs::of_events().map(|function| (function.name, first_line(function.doc))).collect(),
    );
    list("Codes", codes::all().map(|code| (code.code, code.title)).collect());
    out
}

fn first_line(text: &'static str) -> &'static str {
    text.lines().next().unwrap_or(text)
}

fn node_page(spec: &NodeSpec) -> String {
    let mut page = format!("{}: {}\n\n", spec.name, spec.doc);
    let call = match spec.after {
        _ if spec.name == UDF => "@name()".to_owned(),
        After::Nothing => spec.name.to_owned(),
        _ => format!("|{}({})", spec.name, params(spec.params, spec.rest)),
    };
    let _ = writeln!(page, "    {call}\n");
    let flow = match (spec.wants, spec.provides) {
        _ if spec.name == UDF => "Takes and gives points or batches.",
        (Edge::Same, Edge::Same) => "Takes points or batches and gives the same.",
        (Edge::Same, Edge::Stream) => "Takes points or batches and gives points.",
        (Edge::Same, Edge::Batch) => "Takes points or batches and gives batches.",
        (Edge::Stream, Edge::Batch) => "Takes points and gives batches.",
        (Edge::Batch, Edge::Stream) => "Takes batches and gives points.",
        (_, Edge::Batch) => "Gives batches.",
        _ => "Gives points.",
    };
    let _ = writeln!(page, "{}", wrapped(&format!("{flow} {}", spec.details)));
    // A script's sources have no properties at all.
    let common: &[PropSpec] = if spec.after == After::Nothing && spec.name != UDF { &[] } else { &[QUIET] };
    props(&mut page, spec.props.iter().chain(common));
    example(&mut page, spec.example);
    page
}

fn handler_page(spec: &HandlerSpec) -> String {
    let mut page = format!("{}: {} (handler of `alert`)\n\n", spec.name, spec.doc);
    let _ = writeln!(page, "    .{}({})\n", spec.name, params(spec.params, spec.rest));
    if !spec.details.is_empty() {
        let _ = writeln!(page, "{}", wrapped(spec.details));
    }
    let _ = writeln!(page, "Kind in handler files: `{}`\n", spec.kind);
    props(&mut page, spec.props);
    example(&mut page, spec.example);
    page
}

fn prop_page(owner: &str, spec: &PropSpec) -> String {
    format!("{owner}.{}: {}\n\n    .{}\n", spec.name, spec.doc, prop_call(spec))
}

fn function_page(function: &funcs::Function) -> String {
    let mut page = signatures(function, "function of lambdas");
    if function.stateful {
        let _ = writeln!(
            page,
            "{}",
            wrapped("It remembers the points before: one memory for each expression and group.")
        );
    }
    let _ = writeln!(page, "Example:\n\n    {}  ->  {}", function.example, function.result);
    page
}

/// A function that only the `match` of a topic's handler can call: its example is such a condition.
fn match_page(function: &funcs::Function) -> String {
    let mut page = signatures(function, "function of a handler's `match`");
    let _ = writeln!(page, "Example:\n\n    {}", function.example);
    page
}

/// How the function is called, and what it does.
fn signatures(function: &funcs::Function, what: &str) -> String {
    let mut page = format!("{}: {what}\n\n", function.name);
    for overload in function.overloads {
        let args: Vec<String> = overload.args.iter().map(ToString::to_string).collect();
        let _ = writeln!(page, "    {}({}) -> {}", function.name, args.join(", "), overload.gives);
    }
    let _ = writeln!(page, "\n{}", wrapped(function.doc));
    page
}

fn props<'s>(page: &mut String, specs: impl IntoIterator<Item = &'s PropSpec>) {
    let mut specs = specs.into_iter().peekable();
    if specs.peek().is_none() {
        return;
    }
    page.push_str("Properties (one without a default is off, or empty, until it is called):\n\n");
    for spec in specs {
        let _ = writeln!(page, "    .{}\n        {}", prop_call(spec), spec.doc);
    }
    page.push('\n');
}

fn prop_call(spec: &PropSpec) -> String {
    let args = match spec.kind {
        PropKind::Field(ty) => ty.words().split(' ').next_back().unwrap_or("value").to_owned(),
        PropKind::Method { params: fixed, rest } => params(fixed, rest),
    };
    format!("{}({args})", spec.name)
}

/// `low float, high float`, `tag string…`
fn params(fixed: &[Param], rest: Option<Param>) -> String {
    let words = |param: &Param| {
        let ty = param.ty.words().split(' ').next_back().unwrap_or("value");
        if ty == param.name { ty.to_owned() } else { format!("{} {ty}", param.name) }
    };
    let mut all: Vec<String> = fixed.iter().map(words).collect();
    all.extend(rest.map(|rest| words(&rest) + "…"));
    all.join(", ")
}

fn example(page: &mut String, script: &str) {
    page.push_str("Example:\n\n");
    for line in script.lines() {
        let _ = writeln!(page, "    {line}");
    }
}

/// A paragraph in lines of the page's width, with an empty line after it.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_show_all_that_the_tables_have() {
        let list = contents();
        for spec in nodes::SPECS {
            let page = node_page(spec);
            assert!(list.contains(&format!("    {} ", spec.name)) && page.contains(spec.doc), "{page}");
            assert!(spec.props.iter().all(|prop| page.contains(&format!(".{}(", prop.name))), "{page}");
            assert!(
                page.contains("Example:\n\n    ")
                    && page.contains(spec.example.lines().next().unwrap_or("?"))
            );
            assert!(page.contains(".quiet()") || spec.after == After::Nothing, "{page}");
        }
        for spec in handlers::SPECS {
            let page = handler_page(spec);
            assert!(list.contains(&format!("    {} ", spec.name)) && page.contains(spec.doc), "{page}");
            assert!(spec.props.iter().all(|prop| page.contains(&format!(".{}(", prop.name))), "{page}");
            assert!(page.contains(spec.kind) && page.contains("Example:\n\n    "), "{page}");
        }
        for function in funcs::all() {
            let page = function_page(function);
            assert!(
                !function.overloads.is_empty() && page.matches(") -> ").count() >= function.overloads.len()
            );
            assert!(
                list.contains(&format!("    {} ", function.name)) && page.contains(function.example),
                "{page}"
            );
            assert_eq!(page.contains("It remembers"), function.stateful, "{page}");
        }
        for code in codes::all() {
            assert!(list.contains(code.code) && pages(code.code)[0].contains(code.text), "{}", code.code);
        }
    }

    #[test]
    fn everything_that_is_listed_has_a_page() {
        for name in names() {
            assert!(!pages(name).is_empty(), "{name}");
        }
        assert_eq!(pages("log").len(), 3, "a node, a handler and a function");
        assert!(pages("window.period")[0].contains(".period(duration)"));
        assert!(pages("nothing at all").is_empty());
    }
}
