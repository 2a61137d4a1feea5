//! The only place here that opens something: files, pipes, standard input.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::blocks::InputError;
use super::brpl::Batches;
use super::csv::{CsvBlocks, CsvOptions};
use super::export::ExportBlocks;
use super::format::Format;
use super::lines::{LineBlocks, MAX_LINE};
use super::point::Precision;
use super::sort::{BoxedBlocks, Sorted};
use super::srpl::SrplBlocks;
use crate::text::system_words;

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Instead of guessing.
    pub format: Option<Format>,
    /// Unit of timestamps in line protocol.
    pub precision: Precision,
    /// For points without a timestamp, where a format has to be sorted.
    pub default_time: Option<i64>,
    /// A longer line is skipped.
    pub max_line: usize,
    /// What tables are.
    pub csv: CsvOptions,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            format: None,
            precision: Precision::Nanos,
            default_time: None,
            max_line: MAX_LINE,
            csv: CsvOptions::default(),
        }
    }
}

/// An opened input.
pub struct Input {
    /// What it was taken for.
    pub format: Format,
    /// Its content as line protocol.
    pub blocks: BoxedBlocks,
}

/// Opens a file, or standard input for `-`.
pub fn open(path: &str, options: &Options) -> Result<Input, InputError> {
    if path == "-" {
        return open_reader("stdin", Box::new(io::stdin()), true, options);
    }
    let source: Arc<str> = path.into();
    let fail = |error: io::Error| InputError::end(&source, None, describe(&error));
    let file = File::open(path).map_err(fail)?;
    let kind = file.metadata().map_err(fail)?;
    if kind.is_dir() {
        return Err(InputError::end(&source, None, "is a directory: name the files in it"));
    }
    open_reader(path, Box::new(file), !kind.is_file(), options)
}

/// Opens a recording of batches.
pub fn open_batches(path: &str) -> Result<Batches, InputError> {
    let source: Arc<str> = path.into();
    let file = File::open(path).map_err(|e| InputError::end(&source, None, describe(&e)))?;
    let (text, _) = decompress(&source, Box::new(file), false)?;
    let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(text.head).chain(text.reader));
    Ok(Batches::new(source, whole))
}

fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".into(),
        io::ErrorKind::PermissionDenied => "may not be read: permission denied".into(),
        _ => format!("cannot be opened: {}", system_words(error)),
    }
}

/// The same for anything that gives bytes. `live` is for pipes and terminals: points are passed on as
/// soon as they come.
pub fn open_reader(
    name: &str,
    reader: Box<dyn Read + Send>,
    live: bool,
    options: &Options,
) -> Result<Input, InputError> {
    let source: Arc<str> = name.into();
    let (text, live) = decompress(&source, reader, live)?;
    let format = options.format.unwrap_or_else(|| Format::guess(name, &text.head));
    let lines = |source: Arc<str>, text: Text| {
        let lines = LineBlocks::new(source, text.head, text.reader, live);
        lines.precision(options.precision).max_line(options.max_line)
    };
    let blocks: BoxedBlocks = match format {
        Format::Lines => Box::new(lines(source, text).records()),
        Format::Srpl => Box::new(SrplBlocks::new(lines(source, text), options.precision)),
        Format::Export => {
            let export = ExportBlocks::new(lines(source, text).records(), options.precision);
            let export: BoxedBlocks = Box::new(export);
            Box::new(Sorted::new([export], options.default_time).joined())
        }
        Format::Csv => open_csv(source, text, live, options)?,
    };
    Ok(Input { format, blocks })
}

fn open_csv(source: Arc<str>, text: Text, live: bool, options: &Options) -> Result<BoxedBlocks, InputError> {
    let csv =
        CsvOptions { precision: options.precision, max_row: Some(options.max_line), ..options.csv.clone() };
    let table = CsvBlocks::new(source, text.head, text.reader, live, &csv)?;
    if table.is_by_series() {
        let table: BoxedBlocks = Box::new(table);
        return Ok(Box::new(Sorted::new([table], options.default_time).joined()));
    }
    Ok(Box::new(table))
}

/// A text whose beginning was read already.
struct Text {
    head: Vec<u8>,
    reader: Box<dyn Read + Send>,
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZIP: &[u8] = b"PK\x03\x04";
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How much is looked at to tell formats apart.
const HEAD: usize = 16 << 10;

fn decompress(
    source: &Arc<str>,
    reader: Box<dyn Read + Send>,
    live: bool,
) -> Result<(Text, bool), InputError> {
    let mut text = read_head(reader, live);
    if text.head.starts_with(ZIP) {
        let message = "is a zip archive: recordings of batch tasks (`.brpl`) are given with `--source`, \
                       others unpacked first";
        return Err(InputError::end(source, None, message));
    }
    let mut live = live;
    if text.head.starts_with(GZIP) {
        let packed = BufReader::with_capacity(64 << 10, io::Cursor::new(text.head).chain(text.reader));
        // A decoder gives what one read of the packed data yields; only a pipe must not be waited for.
        text = read_head(Box::new(MultiGzDecoder::new(packed)), live);
    } else if text.head.is_empty() {
        live = false;
    }
    if text.head.starts_with(BOM) {
        text.head.drain(..BOM.len());
    }
    Ok((text, live))
}

/// Reads the first bytes: of a pipe as few as hold three lines, which are enough to tell formats
/// apart, and do not keep the first points waiting.
fn read_head(mut reader: Box<dyn Read + Send>, live: bool) -> Text {
    let mut head = vec![0; HEAD];
    let mut len = 0;
    let mut failed = None;
    while let Some(free) = head.get_mut(len..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => break,
            Ok(got) => len += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
        let seen = head.get(..len).unwrap_or_default();
        if live && seen.contains(&b'\n') {
            break;
        }
    }
    head.truncate(len);
    let reader = match failed {
        // Met again behind the head, where errors are reported.
        Some(error) => Box::new(Failed(Some(error))),
        None => reader,
    };
    Text { head, reader }
}

/// Fails once, then is at its end.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A file's name without folders and endings: the measurement of a table that names none.
pub fn stem(path: &str) -> &str {
    let name = Path::new(path).file_name().and_then(|n| n.to_str()).unwrap_or(path);
    let end = name.char_indices().skip(1).find(|(_, c)| *c == '.').map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::input::blocks::testing::drain;

    fn read(name: &str, bytes: Vec<u8>) -> (Vec<String>, Vec<String>) {
        let reader = Box::new(io::Cursor::new(bytes));
        match open_reader(name, reader, false, &Options::default()) {
            Ok(mut input) => drain(&mut *input.blocks),
            Err(error) => (vec![], vec![error.to_string()]),
        }
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packed_and_marked_texts_are_read() {
        let want = (vec!["m f=1 1 @x:1".to_owned(), "m f=2 2 @x:2".into()], vec![]);
        assert_eq!(read("x", b"m f=1 1\nm f=2 2".to_vec()), want);
        assert_eq!(read("x", b"\xef\xbb\xbfm f=1 1\r\nm f=2 2\n".to_vec()), want);
        assert_eq!(read("x", gzip("m f=1 1\nm f=2 2\n")), want);
        let members = [gzip("m f=1 1\nm f="), gzip("2 2\n")].concat();
        assert_eq!(read("x", members), want, "several members are one text");
        assert_eq!(read("x", vec![]), (vec![], vec![]));
        let recording = gzip("db\nrp\nm f=1 1\n");
        assert_eq!(read("x.srpl", recording), (vec!["[db.rp] m f=1 1 @x.srpl:3".into()], vec![]));
    }

    #[test]
    fn a_broken_gzip_gives_the_whole_lines_before_it() {
        let text: String = (0..20_000).map(|i| format!("m f={} {i}\n", i * 7919 % 10_007)).collect();
        let whole = gzip(&text);
        let cut = whole[..whole.len() / 2].to_vec();
        let (lines, errors) = read("x.gz", cut);
        assert!(lines.len() > 2_000 && lines.len() < 18_000, "{}", lines.len());
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[0].contains("break off after"), "{errors:?}");
        assert_eq!(errors[1], format!("x.gz:{}: the line is cut off", lines.len() + 1));
        let given = text.lines().zip(1..).map(|(line, number)| format!("{line} @x.gz:{number}"));
        assert_eq!(lines, given.take(lines.len()).collect::<Vec<_>>(), "no line is half a line");
        let mut damaged = whole;
        let middle = damaged.len() / 2;
        damaged[middle..middle + 40].fill(0xff);
        let (lines, errors) = read("x.gz", damaged);
        assert!(lines.len() > 2_000, "{}", lines.len());
        assert!(errors.iter().any(|e| e.contains("damaged after") || e.contains("break off")), "{errors:?}");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let (_, errors) = read("x.brpl", b"PK\x03\x04....".to_vec());
        assert!(errors[0].starts_with("x.brpl: is a zip archive"), "{errors:?}");
        let error = open("/does/not/exist.lp", &Options::default()).err().unwrap();
        assert_eq!(error.to_string(), "/does/not/exist.lp: no such file");
        let folder = tempfile::tempdir().unwrap();
        let error = open(folder.path().to_str().unwrap(), &Options::default()).err().unwrap();
        assert!(error.message.contains("is a directory"), "{error}");
    }

    #[test]
    fn files_are_opened_by_their_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cpu.lp.gz");
        std::fs::write(&path, gzip("cpu f=1 1\n")).unwrap();
        let path = path.to_str().unwrap();
        let mut input = open(path, &Options::default()).ok().unwrap();
        assert_eq!(input.format, Format::Lines);
        assert_eq!(drain(&mut *input.blocks).0, [format!("cpu f=1 1 @{path}:1")]);
        assert_eq!(stem(path), "cpu");
        assert_eq!((stem("a/b"), stem(".hidden"), stem("x.y.csv")), ("b", ".hidden", "x"));
    }
}
