//! The four levels.

use std::fmt;

use crate::data::{Damaged, Keep, Loader, Saver};

/// How bad it is; ordered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(u8)]
pub enum Level {
    /// Nothing to report.
    #[default]
    Ok,
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warning,
    /// Worth waking up for.
    Critical,
}

impl Level {
    /// Lowest first.
    pub const ALL: [Level; 4] = [Level::Ok, Level::Info, Level::Warning, Level::Critical];

    /// As events print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Ok => "OK",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Critical => "CRITICAL",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Keep for Level {
    fn save(&self, out: &mut Saver<'_>) {
        out.byte(*self as u8);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = *Level::ALL.get(usize::from(from.byte()?)).ok_or(Damaged)?;
        Ok(())
    }
}
