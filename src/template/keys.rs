//! Which keys of a map a template names, for those who know which keys there are.

use super::Template;
use super::funcs::Func;
use super::tree::{Arg, ArgKind, Branch, Command, Node, Pipe};

impl Template {
    /// The keys that it names of a map of its data: `host` of `Tags` in `{{ .Tags.host }}` and in
    /// `{{ index .Tags "host" }}`. In the order in which they are first named.
    pub fn keys(&self, map: &str) -> Vec<&str> {
        let mut keys = Keys { map, found: Vec::new() };
        self.definitions.iter().for_each(|definition| keys.nodes(&definition.nodes));
        keys.found
    }
}

struct Keys<'m, 't> {
    map: &'m str,
    found: Vec<&'t str>,
}

impl<'t> Keys<'_, 't> {
    fn nodes(&mut self, nodes: &'t [Node]) {
        for node in nodes {
            match node {
                Node::Action(action) => self.pipe(&action.pipe),
                Node::Branch(branch) | Node::Range(branch) => self.branch(branch),
                Node::Template(call) => call.pipe.iter().for_each(|pipe| self.pipe(pipe)),
                Node::Text(_) | Node::Break | Node::Continue => {}
            }
        }
    }

    fn branch(&mut self, branch: &'t Branch) {
        self.pipe(&branch.pipe);
        self.nodes(&branch.then);
        self.nodes(&branch.otherwise);
    }

    fn pipe(&mut self, pipe: &'t Pipe) {
        pipe.cmds.iter().for_each(|command| self.command(command));
    }

    fn command(&mut self, command: &'t Command) {
        if let [function, map, key, ..] = command.args.as_slice()
            && let (ArgKind::Func(Func::Index), Some([]), ArgKind::Str(_, key)) =
                (&function.kind, self.inside(map), &key.kind)
        {
            self.add(key);
        }
        command.args.iter().for_each(|arg| self.arg(arg));
    }

    fn arg(&mut self, arg: &'t Arg) {
        if let Some([key, ..]) = self.inside(arg) {
            self.add(key);
        }
        match &arg.kind {
            ArgKind::Pipe(pipe) => self.pipe(pipe),
            ArgKind::Chain(inner, _) => self.arg(inner),
            _ => {}
        }
    }

    /// The names behind the map's own, where the argument is the map or something in it.
    fn inside(&self, arg: &'t Arg) -> Option<&'t [Box<str>]> {
        let names = match &arg.kind {
            ArgKind::Field(names) => names,
            ArgKind::Var(var, names) if var.name == "$" => names,
            _ => return None,
        };
        let (first, rest) = names.split_first()?;
        (**first == *self.map).then_some(rest)
    }

    fn add(&mut self, key: &'t str) {
        if !self.found.contains(&key) {
            self.found.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Options;

    #[test]
    fn keys_wherever_they_stand() {
        let text = r#"{{ .Tags.a }} {{ index .Tags "b" | printf "%s" }} {{ if eq (index $.Tags "c") "x" }}
            {{ .Tags.d }}{{ else }}{{ range $k, $v := .Tags }}{{ $v }}{{ end }}{{ end }} {{ .Fields.e }} {{ .Tags.a }}
            {{ with .Tags.f }}{{ . }}{{ end }}{{ index .Fields "g" }}"#;
        let template = Template::parse("message", text, Options::default()).unwrap();
        assert_eq!(template.keys("Tags"), ["a", "b", "c", "d", "f"]);
        assert_eq!(template.keys("Fields"), ["e", "g"]);
    }
}
