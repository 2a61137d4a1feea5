//! The way through a template: which place every piece has.

use super::apply::Escaper;
use super::place::{At, Place, Quote, UrlPart};
use super::scan::{after_value, step};
use crate::template::error::TemplateError;
use crate::template::funcs::Func;
use crate::template::parse::Definition;
use crate::template::tree::{Action, Arg, ArgKind, Branch, Call, Command, Node, Nodes};
use crate::value::quote::quoted;

/// Most pieces looked at: loops inside of loops are read more than once.
const STEPS: usize = 200_000;
/// How deep templates call each other while places are found.
const DEPTH: usize = 100;

/// Where it goes wrong, if at a node, and what.
type Error = (Option<usize>, String);
type Result<T> = std::result::Result<T, Error>;

/// A definition as used from a place.
struct Used {
    name: String,
    start: Place,
    /// Where it ends; while it is still being read, where it is thought to end.
    end: Place,
    /// Whether it was called while it was being read.
    recursive: bool,
}

struct Walk<'a> {
    /// The definitions as written.
    source: &'a [Definition],
    used: Vec<Used>,
    /// The definitions with their escapers.
    done: Vec<Definition>,
    /// Places of `break` and `continue`, for each open loop.
    loops: Vec<Vec<Place>>,
    steps: usize,
    depth: usize,
}

/// Puts the escapers into the definitions of a template.
pub(in crate::template) fn escape(
    name: &str,
    text: &str,
    definitions: &mut Vec<Definition>,
) -> std::result::Result<(), TemplateError> {
    let source = std::mem::take(definitions);
    let mut walk =
        Walk { source: &source, used: Vec::new(), done: Vec::new(), loops: Vec::new(), steps: 0, depth: 0 };
    let result = walk.definition(name, Place::default(), None).and_then(|(end, _)| match end {
        Place { at: At::Text, .. } => Ok(()),
        end => Err((None, format!("ends {}, not in text", end.words()))),
    });
    match result {
        Ok(()) => {
            // The template itself was finished last.
            walk.done.reverse();
            *definitions = walk.done;
            Ok(())
        }
        Err((pos, message)) => Err(TemplateError::html(name, text, pos, message)),
    }
}

impl Walk<'_> {
    /// Reads a definition from a place on; gives back where it ends and its name for that place.
    fn definition(&mut self, name: &str, start: Place, pos: Option<usize>) -> Result<(Place, String)> {
        let full = if start == Place::default() { name.to_owned() } else { format!("{name}$html{start:?}") };
        if let Some(used) = self.used.iter_mut().find(|u| u.name == name && u.start == start) {
            used.recursive = true;
            return Ok((used.end, full));
        }
        let Some(source) = self.source.iter().find(|d| d.name == name) else {
            return Err((pos, format!("no such template {}", quoted(name))));
        };
        if self.depth >= DEPTH {
            return Err((pos, format!("templates nested deeper than {DEPTH} levels")));
        }
        self.depth += 1;
        let loops = std::mem::take(&mut self.loops);
        let at = self.used.len();
        // Most templates end where they begin; one that calls itself is read again if it does not.
        let mut guess = start;
        let nodes = loop {
            self.used.truncate(at);
            self.used.push(Used { name: name.to_owned(), start, end: guess, recursive: false });
            let finished = self.done.len();
            let mut nodes = source.nodes.clone();
            let end = self.nodes(&mut nodes, start)?;
            let Some(used) = self.used.get_mut(at) else { break nodes };
            used.end = end;
            if !used.recursive || end == guess {
                break nodes;
            }
            if guess != start {
                let name = quoted(name);
                return Err((pos, format!("cannot compute output context for template {name}")));
            }
            self.done.truncate(finished);
            guess = end;
        };
        self.loops = loops;
        self.depth -= 1;
        let end = self.used.get(at).map_or(start, |u| u.end);
        self.done.push(Definition { name: full.clone(), nodes });
        Ok((end, full))
    }

    fn nodes(&mut self, nodes: &mut Nodes, start: Place) -> Result<Place> {
        let mut place = start;
        for node in nodes {
            self.steps += 1;
            if self.steps > STEPS {
                return Err((None, "too many nested loops and branches".to_owned()));
            }
            place = match node {
                Node::Text(text) => {
                    let (end, edited) = literal(place, text).map_err(|message| (None, message))?;
                    *text = edited.into();
                    end
                }
                Node::Action(action) => self.action(action, place)?,
                Node::Branch(branch) => self.branch(branch, place)?,
                Node::Range(branch) => self.range(branch, place)?,
                Node::Template(call) => self.call(call, place)?,
                Node::Break | Node::Continue => {
                    if let Some(places) = self.loops.last_mut() {
                        places.push(place);
                    }
                    Place { at: At::Dead, ..Place::default() }
                }
            };
            if place.is_dead() {
                break;
            }
        }
        Ok(place)
    }

    fn branch(&mut self, branch: &mut Branch, place: Place) -> Result<Place> {
        let then = self.nodes(&mut branch.then, place)?;
        let otherwise = self.nodes(&mut branch.otherwise, place)?;
        meet(then, otherwise, branch.pipe.pos, if branch.with { "with" } else { "if" })
    }

    fn range(&mut self, branch: &mut Branch, place: Place) -> Result<Place> {
        let pos = branch.pipe.pos;
        let source = branch.then.clone();
        let mut end = self.pass(&mut branch.then, place, pos)?;
        if end != place {
            // The second time round begins where the first one ended.
            let again = self.pass(&mut source.clone(), end, pos)?;
            end = meet(end, again, pos, "range")
                .map_err(|(pos, message)| (pos, format!("on range loop re-entry: {message}")))?;
        }
        let otherwise = self.nodes(&mut branch.otherwise, place)?;
        meet(end, otherwise, pos, "range")
    }

    /// The body of a loop, once.
    fn pass(&mut self, body: &mut Nodes, place: Place, pos: usize) -> Result<Place> {
        self.loops.push(Vec::new());
        let end = self.nodes(body, place)?;
        let left = self.loops.pop().unwrap_or_default();
        left.into_iter().try_fold(end, |end, place| meet(end, place, pos, "range"))
    }

    fn call(&mut self, call: &mut Call, place: Place) -> Result<Place> {
        let (end, name) = self.definition(&call.name, place, Some(call.pos))?;
        call.name = name;
        Ok(end)
    }

    fn action(&mut self, action: &mut Action, place: Place) -> Result<Place> {
        if !action.pipe.vars.is_empty() {
            return Ok(place);
        }
        let place = place.nudged();
        let pos = action.pipe.pos;
        let last = action.pipe.cmds.len().saturating_sub(1);
        for (i, command) in action.pipe.cmds.iter().enumerate() {
            let Some(func) = named_escaper(command) else { continue };
            let bare_html = place.at == At::Value && place.quote == Quote::Bare && func == Func::Html;
            if i < last || bare_html {
                let name = quoted(func.name());
                return Err((Some(pos), format!("predefined escaper {name} disallowed in template")));
            }
        }
        let mut escapers = escapers_at(place)
            .map_err(|message| (Some(pos), message.replace("{}", &format!("{{{{{}}}}}", action.pipe))))?;
        use_named(action, &mut escapers);
        action.escapers = escapers;
        let at = if place.at == At::Tag { At::AttrName } else { place.at };
        Ok(after_value(Place { at, ..place }))
    }
}

/// Where two branches meet.
fn meet(a: Place, b: Place, pos: usize, word: &str) -> Result<Place> {
    a.join(b).ok_or_else(|| {
        let (a, b) = (a.words(), b.words());
        (Some(pos), format!("{{{{{word}}}}} branches end in different contexts: one {a}, one {b}"))
    })
}

/// What makes a value safe at a place.
fn escapers_at(place: Place) -> std::result::Result<Vec<Escaper>, String> {
    let mut escapers = Vec::new();
    match place.at {
        At::Url
        | At::StyleDouble
        | At::StyleSingle
        | At::StyleDoubleUrl
        | At::StyleSingleUrl
        | At::StyleUrl => match place.url {
            UrlPart::Unknown => return Err("{} appears in an ambiguous context within a URL".to_owned()),
            UrlPart::Query => escapers.push(Escaper::UrlQuery),
            part => {
                if part == UrlPart::Nothing {
                    escapers.push(Escaper::UrlFilter);
                }
                let string = matches!(place.at, At::StyleDouble | At::StyleSingle);
                escapers.push(if string { Escaper::StyleString } else { Escaper::UrlNormal });
            }
        },
        At::UrlList => escapers.push(Escaper::UrlList),
        At::Script => escapers.push(Escaper::ScriptValue),
        At::ScriptDouble | At::ScriptSingle => escapers.push(Escaper::ScriptString),
        At::ScriptTemplate => escapers.push(Escaper::ScriptTemplate),
        At::ScriptRegexp => escapers.push(Escaper::ScriptRegexp),
        At::Style => escapers.push(Escaper::StyleValue),
        At::Text | At::RawText => escapers.push(Escaper::Html),
        At::Tag | At::AttrName => escapers.push(Escaper::Name),
        At::Comment
        | At::ScriptBlockComment
        | At::ScriptLineComment
        | At::StyleBlockComment
        | At::StyleLineComment => escapers.push(Escaper::Comment),
        // The attribute's own escaper is enough.
        At::Value | At::AfterName | At::BeforeValue | At::Dead => {}
    }
    match place.quote {
        Quote::None => {}
        Quote::Bare => escapers.push(Escaper::Bare),
        Quote::Double | Quote::Single => escapers.push(Escaper::Html),
    }
    Ok(escapers)
}

/// `html` and `urlquery` at the beginning of a command.
fn named_escaper(command: &Command) -> Option<Func> {
    match command.args.first()?.kind {
        ArgKind::Func(func @ (Func::Html | Func::UrlQuery)) => Some(func),
        _ => None,
    }
}

/// An escaper that the template asks for itself takes the place of the one that does the same.
fn use_named(action: &mut Action, escapers: &mut [Escaper]) {
    let cmds = &mut action.pipe.cmds;
    let Some(func) = cmds.last().and_then(named_escaper) else { return };
    let mut replaced = false;
    for escaper in escapers {
        let named = match (func, *escaper) {
            (Func::Html, Escaper::Html) => Escaper::NamedHtml,
            (Func::UrlQuery, Escaper::UrlQuery | Escaper::UrlNormal) => Escaper::NamedQuery,
            _ => continue,
        };
        *escaper = named;
        replaced = true;
    }
    if !replaced {
        return;
    }
    if cmds.len() > 1 {
        cmds.pop();
    } else if let Some(Arg { kind, .. }) = cmds.last_mut().and_then(|c| c.args.first_mut()) {
        // `{{ html .A .B }}`: the arguments as one text, escaped afterwards.
        *kind = ArgKind::Func(Func::Print);
    }
}

/// Reads literal text; gives back where it ends, and the text without comments and with every `<` that
/// begins no tag escaped.
fn literal(start: Place, text: &str) -> std::result::Result<(Place, String), String> {
    let mut out = String::with_capacity(text.len());
    let (mut place, mut rest) = (start, text);
    while !rest.is_empty() {
        let (next, len) = step(place, rest)?;
        let (piece, tail) = rest.split_at_checked(len).unwrap_or((rest, ""));
        if len == 0 && next == place {
            return Err(format!("unreadable HTML: {}", quoted(rest)));
        }
        push_piece(&mut out, piece, place, next);
        (place, rest) = (next, tail);
    }
    Ok((place, out))
}

/// Appends a piece of literal text that leads from one place to the next.
fn push_piece(out: &mut String, piece: &str, from: Place, to: Place) {
    let bare = |p: Place| p.quote == Quote::None;
    if from.is_comment() && bare(from) {
        // A comment counts as a blank, or as a line's end if it has one.
        match from.at {
            At::ScriptBlockComment if piece.contains(['\n', '\r', '\u{2028}', '\u{2029}']) => out.push('\n'),
            At::ScriptBlockComment | At::StyleBlockComment => out.push(' '),
            _ => {}
        }
        return;
    }
    let mut piece = piece;
    if to.is_comment() && bare(to) && from.at != to.at {
        let marks = ["<!--", "-->", "/*", "//", "#!"];
        piece = marks.iter().find_map(|mark| piece.strip_suffix(mark)).unwrap_or(piece);
    }
    if !matches!(from.at, At::Text | At::RawText) {
        return out.push_str(piece);
    }
    // The `<` of the tag that follows stays.
    let tag = if from.at == to.at || to.is_comment() { None } else { piece.rfind('<') };
    for (i, c) in piece.char_indices() {
        let doctype = || {
            let head = piece.get(i..i + "<!DOCTYPE".len());
            head.is_some_and(|h| h.eq_ignore_ascii_case("<!DOCTYPE"))
        };
        if c == '<' && tag != Some(i) && !doctype() {
            out.push_str("&lt;");
        } else {
            out.push(c);
        }
    }
}
