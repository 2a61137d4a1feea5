//! Where in HTML a piece of a template stands.

/// The sort of place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum At {
    #[default]
    Text,
    /// In a tag, before an attribute.
    Tag,
    AttrName,
    AfterName,
    BeforeValue,
    /// In an attribute's value.
    Value,
    Comment,
    /// In a title or a text area: no tags but its own end.
    RawText,
    Url,
    /// A list of URLs.
    UrlList,
    Script,
    ScriptDouble,
    ScriptSingle,
    ScriptTemplate,
    ScriptRegexp,
    ScriptBlockComment,
    ScriptLineComment,
    Style,
    StyleDouble,
    StyleSingle,
    /// `url("…`, `url('…`, `url(…`.
    StyleDoubleUrl,
    StyleSingleUrl,
    StyleUrl,
    StyleBlockComment,
    StyleLineComment,
    /// Behind `break` or `continue`.
    Dead,
}

/// What ends the attribute's value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Quote {
    /// Not in an attribute.
    #[default]
    None,
    Double,
    Single,
    /// Not quoted: a blank or the tag's end.
    Bare,
}

/// Elements whose content is not HTML.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Element {
    #[default]
    Other,
    Script,
    Style,
    TextArea,
    Title,
}

/// Attributes whose value is not plain text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Attr {
    #[default]
    Plain,
    Script,
    /// `type` of a script.
    ScriptType,
    Style,
    Url,
    UrlList,
}

/// How much of a URL has been seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum UrlPart {
    #[default]
    Nothing,
    BeforeQuery,
    Query,
    /// Branches differ.
    Unknown,
}

/// What a slash means in a script.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Slash {
    #[default]
    Regexp,
    Division,
    /// Branches differ.
    Unknown,
}

/// A place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Place {
    pub(super) at: At,
    pub(super) quote: Quote,
    pub(super) element: Element,
    pub(super) attr: Attr,
    pub(super) url: UrlPart,
    pub(super) slash: Slash,
}

impl Element {
    pub(super) fn of(name: &str) -> Element {
        match name.to_ascii_lowercase().as_str() {
            "script" => Element::Script,
            "style" => Element::Style,
            "textarea" => Element::TextArea,
            "title" => Element::Title,
            _ => Element::Other,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Element::Other => "",
            Element::Script => "script",
            Element::Style => "style",
            Element::TextArea => "textarea",
            Element::Title => "title",
        }
    }

    /// What stands between its tags.
    pub(super) fn content(self) -> At {
        match self {
            Element::Other => At::Text,
            Element::Script => At::Script,
            Element::Style => At::Style,
            Element::TextArea | Element::Title => At::RawText,
        }
    }
}

impl Attr {
    /// What its value is.
    pub(super) fn content(self) -> At {
        match self {
            Attr::Plain | Attr::ScriptType => At::Value,
            Attr::Script => At::Script,
            Attr::Style => At::Style,
            Attr::Url => At::Url,
            Attr::UrlList => At::UrlList,
        }
    }
}

impl Place {
    pub(super) fn is_comment(self) -> bool {
        use At::{Comment, ScriptBlockComment, ScriptLineComment, StyleBlockComment, StyleLineComment};
        matches!(
            self.at,
            Comment | ScriptBlockComment | ScriptLineComment | StyleBlockComment | StyleLineComment
        )
    }

    pub(super) fn is_dead(self) -> bool {
        self.at == At::Dead
    }

    /// Where the place is once a value begins right here.
    pub(super) fn nudged(self) -> Place {
        match self.at {
            At::Tag => Place { at: At::AttrName, ..self },
            At::BeforeValue => {
                Place { at: self.attr.content(), quote: Quote::Bare, attr: Attr::Plain, ..self }
            }
            At::AfterName => Place { at: At::AttrName, attr: Attr::Plain, ..self },
            _ => self,
        }
    }

    /// The place where two branches meet, if there is one.
    pub(super) fn join(self, other: Place) -> Option<Place> {
        if other.is_dead() || self == other {
            return Some(self);
        }
        if self.is_dead() {
            return Some(other);
        }
        if (Place { url: other.url, ..self }) == other {
            return Some(Place { url: UrlPart::Unknown, ..self });
        }
        if (Place { slash: other.slash, ..self }) == other {
            return Some(Place { slash: Slash::Unknown, ..self });
        }
        let (a, b) = (self.nudged(), other.nudged());
        if a == self && b == other { None } else { a.join(b) }
    }

    /// The place in words, for errors.
    pub(super) fn words(self) -> &'static str {
        match self.at {
            At::Text => "in text",
            At::Tag | At::AttrName | At::AfterName => "inside of a tag",
            At::BeforeValue => "before an attribute's value",
            At::Value => "in an attribute's value",
            At::Comment => "in a comment",
            At::RawText => "in a title or text area",
            At::Url | At::UrlList => "in a URL",
            At::Script => "in a script",
            At::ScriptDouble | At::ScriptSingle | At::ScriptTemplate => "in a string of a script",
            At::ScriptRegexp => "in a pattern of a script",
            At::ScriptBlockComment | At::ScriptLineComment => "in a comment of a script",
            At::Style => "in a style",
            At::StyleDouble | At::StyleSingle => "in a string of a style",
            At::StyleDoubleUrl | At::StyleSingleUrl | At::StyleUrl => "in a URL of a style",
            At::StyleBlockComment | At::StyleLineComment => "in a comment of a style",
            At::Dead => "behind the end of a loop",
        }
    }
}
