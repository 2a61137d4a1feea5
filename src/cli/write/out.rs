//! Where data are written: standard output or a file, compressed or not.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::text::system_words;

/// An output of bytes. Without [`Out::finish`] a compressed one is cut off.
pub(crate) enum Out {
    /// As they are.
    Plain(BufWriter<Box<dyn Write>>),
    /// Compressed with gzip, without a time, so that the same data make the same file.
    Gzip(Box<GzEncoder<BufWriter<Box<dyn Write>>>>),
}

/// Whether a file's name asks for compression.
pub(crate) fn is_packed(file: &Path) -> bool {
    file.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"))
}

impl Out {
    /// Any writer.
    pub(crate) fn new(inner: Box<dyn Write>, packed: bool) -> Out {
        let buffered = BufWriter::with_capacity(64 << 10, inner);
        match packed {
            true => Out::Gzip(Box::new(GzEncoder::new(buffered, Compression::default()))),
            false => Out::Plain(buffered),
        }
    }

    /// A file, or standard output where none is named or its name is `-`. `inputs` are not written over.
    pub(crate) fn open(file: Option<&Path>, packed: bool, inputs: &[String]) -> Result<Out, String> {
        let Some(file) = file.filter(|f| *f != Path::new("-")) else {
            return Ok(Out::new(Box::new(io::stdout()), packed));
        };
        let same = |input: &String| match (fs::canonicalize(file), fs::canonicalize(input)) {
            (Ok(out), Ok(input)) => out == input && out.is_file(),
            _ => false,
        };
        if inputs.iter().any(same) {
            return Err(format!("`{}` is an input: give another name to the output", file.display()));
        }
        let fail = |e| format!("cannot write `{}`: {}", file.display(), system_words(e));
        let created = File::create(file).map_err(fail)?;
        Ok(Out::new(Box::new(created), packed))
    }

    /// Writes what is left.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Out::Plain(mut inner) => inner.flush(),
            Out::Gzip(encoder) => encoder.finish()?.flush(),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Plain(inner) => inner.write(bytes),
            Out::Gzip(inner) => inner.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Plain(inner) => inner.flush(),
            Out::Gzip(inner) => inner.flush(),
        }
    }
}
