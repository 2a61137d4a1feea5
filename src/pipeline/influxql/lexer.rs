//! Tokens of InfluxQL, read on demand from any byte: what `/` means is known to the parser alone.

use super::ast::BinaryOp;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Eof,
    Ident,
    /// A reserved word, in capitals.
    Word(&'static str),
    Str,
    Number,
    Int,
    Duration,
    Op(BinaryOp),
    /// `( ) , ; . : ::`
    Punct(&'static str),
    Bad,
}

/// A token.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Name, unquoted text or digits; empty for what its kind says completely.
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    /// As messages print it.
    pub(super) fn found(&self) -> &str {
        if !self.text.is_empty() {
            return &self.text;
        }
        match self.kind {
            Kind::Eof => "EOF",
            Kind::Word(word) => word,
            Kind::Op(op) => op.symbol(),
            Kind::Punct(punct) => punct,
            _ => "",
        }
    }
}

pub(super) const WORDS: &[&str] = &[
    "ALL",
    "ALTER",
    "ANALYZE",
    "ANY",
    "AS",
    "ASC",
    "BEGIN",
    "BY",
    "CARDINALITY",
    "CREATE",
    "CONTINUOUS",
    "DATABASE",
    "DATABASES",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DESTINATIONS",
    "DIAGNOSTICS",
    "DISTINCT",
    "DROP",
    "DURATION",
    "END",
    "EVERY",
    "EXACT",
    "EXPLAIN",
    "FALSE",
    "FIELD",
    "FOR",
    "FROM",
    "GRANT",
    "GRANTS",
    "GROUP",
    "GROUPS",
    "IN",
    "INF",
    "INSERT",
    "INTO",
    "KEY",
    "KEYS",
    "KILL",
    "LIMIT",
    "MEASUREMENT",
    "MEASUREMENTS",
    "NAME",
    "OFFSET",
    "ON",
    "ORDER",
    "PASSWORD",
    "POLICY",
    "POLICIES",
    "PRIVILEGES",
    "QUERIES",
    "QUERY",
    "READ",
    "REPLICATION",
    "RESAMPLE",
    "RETENTION",
    "REVOKE",
    "SELECT",
    "SERIES",
    "SET",
    "SHOW",
    "SHARD",
    "SHARDS",
    "SLIMIT",
    "SOFFSET",
    "STATS",
    "SUBSCRIPTION",
    "SUBSCRIPTIONS",
    "TAG",
    "TO",
    "TRUE",
    "USER",
    "USERS",
    "VALUES",
    "WHERE",
    "WITH",
    "WRITE",
];

/// Where the next thing after blanks and comments begins.
pub(super) fn skip_blanks(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let rest = rest.get(blanks..).unwrap_or_default();
        at += blanks;
        if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |i| i + 2);
        } else {
            return at;
        }
    }
}

/// The token at a byte, blanks skipped.
pub(super) fn token(text: &str, at: usize) -> Token {
    let start = skip_blanks(text, at);
    let rest = text.get(start..).unwrap_or_default();
    let make = |kind, len: usize| Token { kind, text: String::new(), start, end: start + len };
    let mut chars = rest.chars();
    let (Some(c), next) = (chars.next(), chars.next()) else { return make(Kind::Eof, 0) };
    if c.is_ascii_alphabetic() || c == '_' {
        return word(rest, start);
    }
    if c.is_ascii_digit() || (c == '.' && next.is_some_and(|n| n.is_ascii_digit())) {
        return number(rest, start);
    }
    if c == '"' || c == '\'' {
        return quoted(rest, c, start);
    }
    if let Some((kind, len)) = symbol(c, next) {
        return make(kind, len);
    }
    Token { kind: Kind::Bad, text: c.to_string(), start, end: start + c.len_utf8() }
}

fn symbol(c: char, next: Option<char>) -> Option<(Kind, usize)> {
    let op = |op, len| Some((Kind::Op(op), len));
    match (c, next) {
        ('!', Some('=')) | ('<', Some('>')) => op(BinaryOp::Ne, 2),
        ('!', Some('~')) => op(BinaryOp::NotMatch, 2),
        ('=', Some('~')) => op(BinaryOp::Match, 2),
        ('<', Some('=')) => op(BinaryOp::Le, 2),
        ('>', Some('=')) => op(BinaryOp::Ge, 2),
        ('=', _) => op(BinaryOp::Eq, 1),
        ('<', _) => op(BinaryOp::Lt, 1),
        ('>', _) => op(BinaryOp::Gt, 1),
        ('+', _) => op(BinaryOp::Add, 1),
        ('-', _) => op(BinaryOp::Sub, 1),
        ('*', _) => op(BinaryOp::Mul, 1),
        ('/', _) => op(BinaryOp::Div, 1),
        ('%', _) => op(BinaryOp::Mod, 1),
        ('&', _) => op(BinaryOp::BitAnd, 1),
        ('|', _) => op(BinaryOp::BitOr, 1),
        ('^', _) => op(BinaryOp::BitXor, 1),
        (':', Some(':')) => Some((Kind::Punct("::"), 2)),
        (':', _) => Some((Kind::Punct(":"), 1)),
        ('(', _) => Some((Kind::Punct("("), 1)),
        (')', _) => Some((Kind::Punct(")"), 1)),
        (',', _) => Some((Kind::Punct(","), 1)),
        (';', _) => Some((Kind::Punct(";"), 1)),
        ('.', _) => Some((Kind::Punct("."), 1)),
        _ => None,
    }
}

fn word(rest: &str, start: usize) -> Token {
    let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let text = rest.get(..len).unwrap_or_default();
    let end = start + len;
    let kind = match text.to_ascii_uppercase().as_str() {
        "AND" => Kind::Op(BinaryOp::And),
        "OR" => Kind::Op(BinaryOp::Or),
        upper => match WORDS.iter().find(|word| **word == upper) {
            Some(word) => Kind::Word(word),
            None => Kind::Ident,
        },
    };
    let text = if kind == Kind::Ident { text.to_owned() } else { String::new() };
    Token { kind, text, start, end }
}

fn number(rest: &str, start: usize) -> Token {
    let digits = |from: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut len = digits(0);
    let mut kind = Kind::Int;
    if rest.get(len..).is_some_and(|rest| rest.starts_with('.')) {
        kind = Kind::Number;
        len = digits(len + 1);
    } else {
        let unit = |c: char| c.is_ascii_alphabetic() || c == 'µ';
        let tail = rest.get(len..).unwrap_or_default();
        if tail.starts_with(unit) {
            kind = Kind::Duration;
            len += tail.find(|c: char| !unit(c) && !c.is_ascii_digit()).unwrap_or(tail.len());
        }
    }
    Token { kind, text: rest.get(..len).unwrap_or_default().to_owned(), start, end: start + len }
}

/// A name in double or a text in single quotes.
fn quoted(rest: &str, quote: char, start: usize) -> Token {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        let (kind, end) = match c {
            c if c == quote => (if quote == '"' { Kind::Ident } else { Kind::Str }, i + 1),
            '\n' => (Kind::Bad, i),
            '\\' => match chars.next() {
                Some((_, 'n')) => {
                    text.push('\n');
                    continue;
                }
                Some((_, c @ ('\\' | '"' | '\''))) => {
                    text.push(c);
                    continue;
                }
                Some((i, c)) => {
                    text = format!("\\{c}");
                    (Kind::Bad, i + c.len_utf8())
                }
                None => (Kind::Bad, rest.len()),
            },
            c => {
                text.push(c);
                continue;
            }
        };
        return Token { kind, text, start, end: start + end };
    }
    Token { kind: Kind::Bad, text, start, end: start + rest.len() }
}
