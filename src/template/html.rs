//! Escaping of values in HTML text.
use super::datum::Datum;
use super::error::TemplateError;
use super::parse::Definition;
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Escaper {
    Html,
}
pub(super) fn push_escaped(out: &mut String, value: &Datum<'_>, _e: &[Escaper]) {
    let mut s = String::new();
    if !matches!(value, Datum::Nil) {
        super::printf::push_plain(&mut s, value);
    }
    for c in s.chars() {
        match c {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '+' => out.push_str("&#43;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}
pub(super) fn escape(_name: &str, _text: &str, defs: &mut [Definition]) -> Result<(), TemplateError> {
    fn walk(nodes: &mut super::tree::Nodes) {
        use super::tree::Node;
        for n in nodes {
            match n {
                Node::Action(a) => a.escapers = vec![Escaper::Html],
                Node::Branch(b) | Node::Range(b) => {
                    walk(&mut b.then);
                    walk(&mut b.otherwise);
                }
                _ => {}
            }
        }
    }
    for d in defs {
        walk(&mut d.nodes);
    }
    Ok(())
}
