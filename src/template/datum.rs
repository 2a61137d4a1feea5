//! What templates look at: values that borrow from the event, the row or the configuration.

use std::borrow::Cow;

use crate::value::Value;

/// A value in a template. Texts are borrowed unless a function made them.
#[derive(Clone)]
pub enum Datum<'a> {
    /// No value: a missing key, a null.
    Nil,
    /// Truth value.
    Bool(bool),
    /// Integer, and the type it shows.
    Int(i64, IntType),
    /// 64-bit float.
    Float(f64),
    /// Text.
    Str(Cow<'a, str>),
    /// Text that is JavaScript already: what `json` gives where HTML is written.
    Js(Cow<'a, str>),
    /// A moment in UTC, nanoseconds since 1970.
    Time(i64),
    /// Nanoseconds.
    Duration(i64),
    /// A map with text keys.
    Map(MapRef<'a>),
    /// A list.
    List(ListRef<'a>),
    /// A record with named fields.
    Struct(&'a dyn Struct),
}

/// The integer types of Go that a template meets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntType {
    /// Literals, lengths, parts of times.
    Int,
    /// Fields of points.
    Int64,
    /// A month; prints its name.
    Month,
    /// A day of the week; prints its name.
    Weekday,
    /// A byte of a text.
    Byte,
}

/// A record: what `.` is at the start of a template.
pub trait Struct {
    /// Go's name of its type, for errors: `kapacitor.idInfo`.
    fn type_name(&self) -> &str;
    /// A field, or `None` if it has none of that name.
    fn field(&self, name: &str) -> Option<Datum<'_>>;
    /// Names of its fields, in the order in which JSON and `%v` show them.
    fn fields(&self) -> &[&'static str];
    /// Appends its JSON where that is more than its fields by name; `Some(false)` if JSON cannot hold it.
    fn push_json(&self, _out: &mut String) -> Option<bool> {
        None
    }
}

/// A map of other than plain data. Entries are sorted by key.
pub trait Map {
    /// Go's name of its type: `map[string]interface {}` or `map[string]string`.
    fn type_name(&self) -> &str {
        "map[string]interface {}"
    }
    /// Value of a key.
    fn get(&self, key: &str) -> Option<Datum<'_>>;
    /// How many entries.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Entry by place.
    fn entry(&self, at: usize) -> Option<(&str, Datum<'_>)>;
}

/// A list of other than plain data.
pub trait List {
    /// Go's name of its type: `[]interface {}`.
    fn type_name(&self) -> &str {
        "[]interface {}"
    }
    /// How many elements.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Element by place.
    fn get(&self, at: usize) -> Option<Datum<'_>>;
}

/// A map, by reference.
#[derive(Clone, Copy)]
pub enum MapRef<'a> {
    /// Values of any type, sorted by key.
    Values(&'a [(String, Value)]),
    /// Texts, sorted by key.
    Strings(&'a [(String, String)]),
    /// Something else.
    Other(&'a dyn Map),
}

/// A list, by reference; perhaps a part of it.
#[derive(Clone, Copy)]
pub struct ListRef<'a> {
    kind: ListKind<'a>,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy)]
enum ListKind<'a> {
    Values(&'a [Value]),
    Other(&'a dyn List),
}

impl<'a> Datum<'a> {
    /// A borrowed text.
    pub fn str(text: &'a str) -> Datum<'a> {
        Datum::Str(Cow::Borrowed(text))
    }

    /// A text made on the way.
    pub fn owned(text: String) -> Datum<'a> {
        Datum::Str(Cow::Owned(text))
    }

    /// An integer of the data.
    pub fn int(n: i64) -> Datum<'a> {
        Datum::Int(n, IntType::Int64)
    }

    /// A small number: a length, a count.
    pub fn count(n: usize) -> Datum<'a> {
        Datum::Int(i64::try_from(n).unwrap_or(i64::MAX), IntType::Int)
    }

    /// A value of a point.
    pub fn value(value: &'a Value) -> Datum<'a> {
        match value {
            Value::Null => Datum::Nil,
            Value::Float(x) => Datum::Float(*x),
            Value::Int(x) => Datum::int(*x),
            Value::Bool(x) => Datum::Bool(*x),
            Value::Str(x) => Datum::str(x),
            Value::Duration(x) => Datum::Duration(*x),
        }
    }

    /// Fields of a point, sorted by key.
    pub fn values(entries: &'a [(String, Value)]) -> Datum<'a> {
        Datum::Map(MapRef::Values(entries))
    }

    /// Tags, sorted by key.
    pub fn strings(entries: &'a [(String, String)]) -> Datum<'a> {
        Datum::Map(MapRef::Strings(entries))
    }

    /// A list of values.
    pub fn list(values: &'a [Value]) -> Datum<'a> {
        Datum::List(ListRef { kind: ListKind::Values(values), start: 0, end: values.len() })
    }

    /// A list of anything.
    pub fn any_list(list: &'a dyn List) -> Datum<'a> {
        Datum::List(ListRef { kind: ListKind::Other(list), start: 0, end: list.len() })
    }

    /// Go's name of the type; `None` for no value.
    pub(super) fn type_name(&self) -> Option<&str> {
        Some(match self {
            Datum::Nil => return None,
            Datum::Bool(_) => "bool",
            Datum::Int(_, IntType::Int) => "int",
            Datum::Int(_, IntType::Int64) => "int64",
            Datum::Int(_, IntType::Month) => "time.Month",
            Datum::Int(_, IntType::Weekday) => "time.Weekday",
            Datum::Int(_, IntType::Byte) => "uint8",
            Datum::Float(_) => "float64",
            Datum::Str(_) => "string",
            Datum::Js(_) => "template.JS",
            Datum::Time(_) => "time.Time",
            Datum::Duration(_) => "time.Duration",
            Datum::Map(m) => m.type_name(),
            Datum::List(l) => l.type_name(),
            Datum::Struct(s) => s.type_name(),
        })
    }

    /// What `if` takes for true: anything but no value, zero and what is empty.
    pub(super) fn truth(&self) -> bool {
        match self {
            Datum::Nil => false,
            Datum::Bool(b) => *b,
            Datum::Int(n, _) | Datum::Duration(n) => *n != 0,
            Datum::Float(x) => *x != 0.0,
            Datum::Str(s) | Datum::Js(s) => !s.is_empty(),
            Datum::Map(m) => m.len() > 0,
            Datum::List(l) => l.len() > 0,
            Datum::Time(_) | Datum::Struct(_) => true,
        }
    }
}

impl<'a> MapRef<'a> {
    pub(super) fn type_name(&self) -> &'a str {
        match self {
            MapRef::Values(_) => "map[string]interface {}",
            MapRef::Strings(_) => "map[string]string",
            MapRef::Other(m) => m.type_name(),
        }
    }

    /// Whether all values are texts: then a missing one is empty to `index`.
    pub(super) fn is_strings(&self) -> bool {
        self.type_name() == "map[string]string"
    }

    pub(super) fn len(&self) -> usize {
        match self {
            MapRef::Values(m) => m.len(),
            MapRef::Strings(m) => m.len(),
            MapRef::Other(m) => m.len(),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<Datum<'a>> {
        match self {
            MapRef::Values(m) => find(m, key).map(Datum::value),
            MapRef::Strings(m) => find(m, key).map(|s| Datum::str(s)),
            MapRef::Other(m) => m.get(key),
        }
    }

    pub(super) fn entry(&self, at: usize) -> Option<(&'a str, Datum<'a>)> {
        match self {
            MapRef::Values(m) => m.get(at).map(|(k, v)| (k.as_str(), Datum::value(v))),
            MapRef::Strings(m) => m.get(at).map(|(k, v)| (k.as_str(), Datum::str(v))),
            MapRef::Other(m) => m.entry(at),
        }
    }
}

/// Maps of points are small: looking at every key beats halving.
fn find<'a, V>(entries: &'a [(String, V)], key: &str) -> Option<&'a V> {
    entries.iter().find(|(k, _)| k == key).map(|(_, v)| v)
}

impl<'a> ListRef<'a> {
    pub(super) fn type_name(&self) -> &'a str {
        match self.kind {
            ListKind::Values(_) => "[]interface {}",
            ListKind::Other(l) => l.type_name(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn get(&self, at: usize) -> Option<Datum<'a>> {
        if at >= self.len() {
            return None;
        }
        let at = at + self.start;
        match self.kind {
            ListKind::Values(l) => l.get(at).map(Datum::value),
            ListKind::Other(l) => l.get(at),
        }
    }

    /// The elements `from..to` of this list.
    pub(super) fn part(&self, from: usize, to: usize) -> ListRef<'a> {
        let end = self.start + to.min(self.len());
        ListRef { kind: self.kind, start: (self.start + from).min(end), end }
    }
}
