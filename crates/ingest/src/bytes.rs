//! From a file's bytes to UTF-8 text: gzip, byte order marks, encodings.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

/// A fault of the whole feed, with what to do about it. Rows before it are kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {problem}. {remedy}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct FeedFault {
    /// Name of the file.
    pub file: String,
    /// Line at which reading ended, if known.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// Largest archive that is read, and the largest file of one.
const MOST_PACKED_BYTES: u64 = 256 << 20;
const MOST_UNPACKED_BYTES: u64 = 512 << 20;
/// Bytes looked at to guess an encoding.
const SAMPLE_BYTES: usize = 1 << 18;

/// Unpacks gzip where the bytes are gzip, whatever the file is called.
pub(crate) fn unpacked(input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut buffered = BufReader::with_capacity(1 << 16, input);
    let is_gzip = buffered.fill_buf()?.starts_with(&GZIP_MAGIC);
    Ok(if is_gzip {
        Box::new(MultiGzDecoder::new(buffered))
    } else {
        Box::new(buffered)
    })
}

/// The largest file of a ZIP archive where the bytes are one, else the bytes. An archive is held in memory, packed and unpacked.
pub(crate) fn of_archive(input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut buffered = BufReader::with_capacity(1 << 16, input);
    if !buffered.fill_buf()?.starts_with(ZIP_MAGIC) {
        return Ok(Box::new(buffered));
    }
    let mut archive = zip::ZipArchive::new(io::Cursor::new(at_most(buffered, MOST_PACKED_BYTES)?))?;
    let mut largest: Option<(u64, usize)> = None;
    for index in 0..archive.len() {
        let size = archive.by_index_raw(index)?.size();
        if largest.is_none_or(|(known, _)| size > known) {
            largest = Some((size, index));
        }
    }
    let (_, index) = largest.ok_or_else(|| io::Error::other("the archive is empty"))?;
    let member = at_most(archive.by_index(index)?, MOST_UNPACKED_BYTES)?;
    Ok(Box::new(io::Cursor::new(member)))
}

/// All bytes, unless there are more.
pub(crate) fn at_most(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let problem = format!("it is larger than {} MiB; unpack it first", most >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}

/// Text in UTF-8 (or bytes that should be) without a byte order mark.
///
/// A declared encoding is taken at its word, a byte order mark before that. Without either, the start of the feed
/// decides: valid UTF-8 is UTF-8, anything else is guessed. UTF-8 is passed through unchecked, so that each row can be
/// judged by itself.
pub(crate) fn text(
    mut input: Box<dyn Read + Send>,
    declared: Option<&'static Encoding>,
) -> Box<dyn Read + Send> {
    let mut sample = Vec::with_capacity(SAMPLE_BYTES);
    // A stream that breaks off inside the sample is read again from the sample; the break shows behind it.
    let broken = (&mut input)
        .take(SAMPLE_BYTES as u64)
        .read_to_end(&mut sample)
        .err();
    let encoding = declared.unwrap_or_else(|| guess(&sample));
    let rest: Box<dyn Read + Send> = match broken {
        Some(error) => Box::new(Broken(Some(error))),
        None => input,
    };
    let whole = io::Cursor::new(sample).chain(rest);
    Box::new(
        DecodeReaderBytesBuilder::new()
            .encoding((encoding != encoding_rs::UTF_8).then_some(encoding))
            .utf8_passthru(true)
            .strip_bom(true)
            .bom_override(true)
            .build(whole),
    )
}

pub(crate) fn guess(sample: &[u8]) -> &'static Encoding {
    if encoding_rs::Encoding::for_bom(sample).is_some() || is_utf8_start(sample) {
        return encoding_rs::UTF_8;
    }
    if let Some(stated) = stated_by_xml(sample) {
        return stated;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(Some(b"de"), chardetng::Utf8Detection::Deny)
}

/// The encoding that an XML document states of itself in its first line.
fn stated_by_xml(sample: &[u8]) -> Option<&'static Encoding> {
    let declaration = sample
        .strip_prefix(b"<?xml")?
        .split(|byte| *byte == b'>')
        .next()?;
    let declaration = std::str::from_utf8(declaration).ok()?;
    let (_, stated) = declaration.split_once("encoding=")?;
    let quote = stated.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(stated[1..].split(quote).next()?.as_bytes())
}

/// True when the bytes are UTF-8, not counting a character that the end cuts.
fn is_utf8_start(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// A reader that fails once with a kept error, then ends.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
        let input = unpacked(Box::new(io::Cursor::new(bytes.to_vec()))).unwrap();
        let mut out = Vec::new();
        text(input, declared).read_to_end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn windows_1252_utf_16_and_a_bom_become_utf_8() {
        assert_eq!(
            read(b"Stra\xdfe;M\xfcll;\xdcberf\xfcllter Beh\xe4lter\n", None),
            "Straße;Müll;Überfüllter Behälter\n"
        );
        assert_eq!(read(b"\xff\xfeM\0\xfc\0l\0l\0", None), "Müll");
        assert_eq!(read("\u{feff}Müll".as_bytes(), None), "Müll");
        assert_eq!(read(b"M\xfcll", Some(encoding_rs::WINDOWS_1252)), "Müll");
    }

    #[test]
    fn xml_states_its_encoding() {
        let text = b"<?xml version='1.0' encoding='ISO-8859-15'?><a>M\xfcll \xa4</a>";
        assert!(read(text, None).ends_with("<a>Müll €</a>"));
    }

    #[test]
    fn gzip_is_known_by_its_bytes() {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(b"a;b\n").unwrap();
        assert_eq!(read(&gz.finish().unwrap(), None), "a;b\n");
    }
}
