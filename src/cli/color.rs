//! Whether to colour: asked for, forbidden, or what the stream and the environment suggest.

use std::env;
use std::io::IsTerminal;

/// `--color`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Color {
    /// On terminals, unless `NO_COLOR` is set or `TERM` is `dumb`
    #[default]
    Auto,
    /// Even into files and pipes
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether this stream is to be coloured.
    pub(crate) fn on(self, stream: &impl IsTerminal) -> bool {
        let set = |name: &str| env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|t| t == "dumb");
        self.decide(stream.is_terminal() && !dumb, set("NO_COLOR"), set("CLICOLOR_FORCE"))
    }

    fn decide(self, terminal: bool, no_color: bool, force: bool) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && (terminal || force),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_beats_the_environment() {
        assert!(Color::Always.decide(false, true, false) && !Color::Never.decide(true, false, true));
        assert!(Color::Auto.decide(true, false, false) && !Color::Auto.decide(true, true, true));
        assert!(Color::Auto.decide(false, false, true) && !Color::Auto.decide(false, false, false));
    }
}
