//! `--deliver`: which kinds of handlers act, and which are only told about.

use std::str::FromStr;

use crate::handlers::{HTTP_POST, SPECS, acts};

/// A choice among the kinds of handlers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Deliver {
    /// Those named.
    Only(Vec<String>),
    /// All but those named.
    AllBut(Vec<String>),
}

impl Deliver {
    /// None of them.
    pub(crate) fn none() -> Deliver {
        Deliver::Only(Vec::new())
    }

    /// All of them.
    pub(crate) fn all() -> Deliver {
        Deliver::AllBut(Vec::new())
    }

    /// Whether handlers of this kind act.
    pub(crate) fn includes(&self, kind: &str) -> bool {
        let named = |kinds: &[String]| kinds.iter().any(|k| k.eq_ignore_ascii_case(kind));
        match self {
            Deliver::Only(kinds) => named(kinds),
            Deliver::AllBut(kinds) => !named(kinds),
        }
    }
}

impl FromStr for Deliver {
    type Err = String;

    /// `exec,log`, `all`, `none`, `-post,-tcp`.
    fn from_str(text: &str) -> Result<Deliver, String> {
        let mut deliver: Option<Deliver> = None;
        for word in text.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            deliver = Some(match (word, word.strip_prefix('-'), deliver) {
                ("all", _, None) => Deliver::all(),
                ("none", _, None) => Deliver::none(),
                ("all" | "none", _, Some(_)) => return Err(format!("`{word}` must come first")),
                (_, Some(kind), None) => Deliver::AllBut(vec![known(kind)?]),
                (_, Some(kind), Some(Deliver::AllBut(mut kinds))) => {
                    kinds.push(known(kind)?);
                    Deliver::AllBut(kinds)
                }
                (_, None, None) => Deliver::Only(vec![known(word)?]),
                (_, None, Some(Deliver::Only(mut kinds))) => {
                    kinds.push(known(word)?);
                    Deliver::Only(kinds)
                }
                _ => return Err(format!("`{word}` contradicts what stands before it")),
            });
        }
        deliver.ok_or_else(|| "name kinds of handlers, `all` or `none`".to_owned())
    }
}

fn known(kind: &str) -> Result<String, String> {
    let acting: Vec<&str> =
        SPECS.iter().map(|spec| spec.name).filter(|name| acts(name)).chain([HTTP_POST]).collect();
    match acting.iter().find(|k| k.eq_ignore_ascii_case(kind)) {
        Some(kind) => Ok((*kind).to_owned()),
        None => {
            Err(format!("no handler of kind `{kind}` acts in this version; these do: {}", acting.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_chosen() {
        for (text, exec, post) in [
            ("all", true, true),
            ("none", false, false),
            ("exec", true, false),
            ("exec, post", true, true),
            ("-exec", false, true),
            ("all,-post", true, false),
            ("EXEC", true, false),
        ] {
            let deliver: Deliver = text.parse().unwrap();
            assert_eq!((deliver.includes("exec"), deliver.includes("post")), (exec, post), "{text}");
        }
        for text in ["", "pager", "exec,all", "exec,-post", "none,-exec", "-exec,log"] {
            assert!(text.parse::<Deliver>().is_err(), "{text}");
        }
    }
}
