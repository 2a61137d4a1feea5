//! JSON that remembers how its numbers were written, because `1` and `1.0` are different answers.

use std::collections::BTreeMap;
use std::fmt;

/// A value; objects are sorted by key, so that two of them print alike.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    pub(crate) fn parse(text: &str) -> Result<Json, String> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value()?;
        reader.blanks();
        if reader.at < text.len() { Err(reader.fail("nothing more")) } else { Ok(value) }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(map) => map.get(key),
            _ => None,
        }
    }

    /// The text under a key; empty where there is none.
    pub(crate) fn text(&self, key: &str) -> &str {
        match self.get(key) {
            Some(Json::Text(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn list(&self, key: &str) -> &[Json] {
        match self.get(key) {
            Some(Json::List(list)) => list,
            _ => &[],
        }
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Json::Bool(true))
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(b) => write!(f, "{b}"),
            Json::Number(n) => f.write_str(n),
            Json::Text(t) => quote(t, f),
            Json::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Json::Object(map) => {
                f.write_str("{")?;
                for (i, (key, value)) in map.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    quote(key, f)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            c if c < ' ' => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn fail(&self, wanted: &str) -> String {
        let rest: String = self.text[self.at..].chars().take(20).collect();
        format!("JSON: {wanted} expected at byte {}, found `{rest}`", self.at)
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(self.fail(token)) }
    }

    fn value(&mut self) -> Result<Json, String> {
        self.blanks();
        for (word, value) in [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))]
        {
            if self.take(word) {
                return Ok(value);
            }
        }
        match self.text[self.at..].chars().next() {
            Some('"') => Ok(Json::Text(self.string()?)),
            Some('[') => self.array(),
            Some('{') => self.object(),
            Some('-' | '0'..='9') => Ok(Json::Number(self.number().to_owned())),
            _ => Err(self.fail("a value")),
        }
    }

    fn number(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let of_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let len = rest.find(|c| !of_number(c)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn array(&mut self) -> Result<Json, String> {
        let mut items = Vec::new();
        self.expect("[")?;
        self.blanks();
        while !self.take("]") {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(self.value()?);
            self.blanks();
        }
        Ok(Json::List(items))
    }

    fn object(&mut self) -> Result<Json, String> {
        let mut map = BTreeMap::new();
        self.expect("{")?;
        self.blanks();
        while !self.take("}") {
            if !map.is_empty() {
                self.expect(",")?;
                self.blanks();
            }
            let key = self.string()?;
            self.blanks();
            self.expect(":")?;
            map.insert(key, self.value()?);
            self.blanks();
        }
        Ok(Json::Object(map))
    }

    fn string(&mut self) -> Result<String, String> {
        self.expect("\"")?;
        let mut out = String::new();
        loop {
            let c = self.text[self.at..].chars().next().ok_or_else(|| self.fail("a closing quote"))?;
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(out),
                '\\' => out.push(self.escape()?),
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let c = self.text[self.at..].chars().next().ok_or_else(|| self.fail("an escape"))?;
        self.at += c.len_utf8();
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let mut code = self.hex()?;
                if (0xd800..0xdc00).contains(&code) && self.take("\\u") {
                    code = 0x10000 + ((code - 0xd800) << 10) + self.hex()?.wrapping_sub(0xdc00);
                }
                char::from_u32(code).ok_or_else(|| self.fail("a character's number"))?
            }
            c => c,
        })
    }

    fn hex(&mut self) -> Result<u32, String> {
        let digits = self.text.get(self.at..self.at + 4).ok_or_else(|| self.fail("four hex digits"))?;
        let code = u32::from_str_radix(digits, 16).map_err(|_| self.fail("four hex digits"))?;
        self.at += 4;
        Ok(code)
    }
}

#[test]
fn numbers_keep_their_spelling_and_objects_lose_their_order() {
    let value = Json::parse(r#" {"b": [1, 1.0, -2e-7, null], "a":"x\n\"\u003c\ud83d\ude00"} "#).unwrap();
    assert_eq!(value.to_string(), "{\"a\":\"x\\n\\\"<😀\",\"b\":[1,1.0,-2e-7,null]}");
    assert!(Json::parse("{\"a\":1} x").is_err() && Json::parse("[1,").is_err() && Json::parse("\"").is_err());
}
