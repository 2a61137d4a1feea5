//! Sizes of memory: typed, shown, and asked of the system.

use std::fmt;

/// Bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Size(pub(super) u64);

/// Units by their names in lower case. Single letters count in 1024, as systemd and Docker do.
const UNITS: [(&str, u64); 13] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("kb", 1000),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
    ("tib", 1 << 40),
    ("tb", 1_000_000_000_000),
];

impl Size {
    /// A size as it is typed.
    pub(crate) fn parse(text: &str) -> Result<Size, String> {
        let wrong = || "expected a size such as `512MiB`, `2GB` or `1000000`".to_owned();
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
        let unit = unit.trim().to_ascii_lowercase();
        let unit = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?.1;
        let bytes = match number.parse::<u64>() {
            Ok(whole) => whole.checked_mul(unit).ok_or_else(wrong)?,
            Err(_) => (number.parse::<f64>().map_err(|_| wrong())? * unit as f64) as u64,
        };
        match bytes {
            0 => Err("nothing runs without memory: expected a size such as `512MiB`".to_owned()),
            bytes => Ok(Size(bytes)),
        }
    }

    /// What the process holds, if that is more.
    pub(crate) fn exceeded(self) -> Option<Size> {
        resident().map(Size).filter(|held| *held > self)
    }

    /// How many bytes.
    pub(super) fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        match self.0 {
            n if n >= 1 << 30 => write!(f, "{:.2} GiB", bytes / f64::from(1 << 30)),
            n if n >= 1 << 20 => write!(f, "{:.1} MiB", bytes / f64::from(1 << 20)),
            n if n >= 1 << 10 => write!(f, "{:.1} KiB", bytes / f64::from(1 << 10)),
            n => write!(f, "{n} bytes"),
        }
    }
}

/// The memory of the process, where the system tells it: what `ps` shows as its resident set.
pub(super) fn resident() -> Option<u64> {
    memory_stats::memory_stats().map(|stats| stats.physical_mem as u64)
}

/// The largest that it was so far.
pub(super) fn peak() -> Option<Size> {
    peak_of(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn peak_of(status: &str) -> Option<Size> {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1024).map(Size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_usual_units() {
        for (text, bytes) in [
            ("1000000", 1_000_000),
            ("512MiB", 512 << 20),
            ("512m", 512 << 20),
            ("2GB", 2_000_000_000),
            ("1.5 GiB", 3 << 29),
            ("64k", 64 << 10),
        ] {
            assert_eq!(Size::parse(text), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "MiB", "1.2.3GB", "-1", "5 apples", "99999999999TiB", "0", "0.1b", "ä"] {
            assert!(Size::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_process_holds_something() {
        assert!(resident().is_some_and(|bytes| bytes > 1 << 20));
    }

    #[test]
    fn sizes_are_shown_with_few_digits() {
        let shown = [999, 2048, 537_395_200, 3 << 29].map(|n| Size(n).to_string());
        assert_eq!(shown, ["999 bytes", "2.0 KiB", "512.5 MiB", "1.50 GiB"]);
    }

    #[test]
    fn the_peak_is_read_from_what_the_kernel_says() {
        assert_eq!(peak_of("Name:\ttick\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(Size(2048 << 10)));
        assert_eq!(peak_of("Name:\ttick\n"), None);
    }
}
