//! Setting a document with Typst.

use std::sync::LazyLock;

use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue, Smart, Str};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::document::Document;

const TEMPLATE: &str = include_str!("briefing.typ");
/// Generations of Typst's own cache that a document leaves behind.
const KEPT_GENERATIONS: usize = 10;

static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let files: [&'static [u8]; 4] = [
        include_bytes!("../../../data/fonts/SourceSans3-Regular.ttf"),
        include_bytes!("../../../data/fonts/SourceSans3-Italic.ttf"),
        include_bytes!("../../../data/fonts/SourceSans3-SemiBold.ttf"),
        include_bytes!("../../../data/fonts/SourceSans3-Bold.ttf"),
    ];
    let fonts: Vec<Font> = files
        .into_iter()
        .flat_map(|file| Font::iter(Bytes::new(file)))
        .collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// A document that could not be set: a fault of the template, or a figure without words.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be set: {0}")]
pub struct NotSet(String);

/// Sets a document as PDF/A-2a and PDF/UA-1.
///
/// This is computing: not for threads that answer requests.
///
/// # Errors
/// [`NotSet`] when Typst refuses it or the result would not conform.
pub fn pdf(document: &Document) -> Result<Vec<u8>, NotSet> {
    let mut data = serde_json::to_value(document).map_err(|error| NotSet(error.to_string()))?;
    make_printable(&mut data);
    let desk = Desk::new(&data.to_string())?;
    let set = typst::compile::<PagedDocument>(&desk).output;
    let pages = set.map_err(|errors| NotSet(said(&errors)))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| NotSet(error.message().to_string()))?;
    let day = document.as_of;
    let midnight = Datetime::from_ymd_hms(
        i32::from(day.year()),
        day.month().cast_unsigned(),
        day.day().cast_unsigned(),
        0,
        0,
        0,
    );
    let options = PdfOptions {
        // Not the moment of making: the same document gives the same bytes.
        timestamp: midnight.map(Timestamp::new_utc),
        creator: Smart::Custom(Some("Lagebild".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&pages, &options).map_err(|errors| NotSet(said(&errors)));
    comemo::evict(KEPT_GENERATIONS);
    bytes
}

/// Puts a question mark for every character that no font of ours has: PDF/A allows no text without a glyph, and a strange
/// name is no reason to write no briefing.
fn make_printable(value: &mut Value) {
    match value {
        Value::String(text) if !text.is_ascii() || text.contains(char::is_control) => {
            *text = text.chars().map(printable).collect();
        }
        Value::Array(values) => values.iter_mut().for_each(make_printable),
        Value::Object(fields) => fields.values_mut().for_each(make_printable),
        _ => {}
    }
}

fn printable(c: char) -> char {
    let has_glyph = || {
        FONTS
            .1
            .iter()
            .all(|font| font.info().coverage.contains(u32::from(c)))
    };
    if c.is_control() {
        ' '
    } else if has_glyph() {
        c
    } else {
        '?'
    }
}

fn said(errors: &[SourceDiagnostic]) -> String {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join("; ")
}

/// All that Typst may reach: the template, the fonts, the data. No files, no packages, no clock.
struct Desk {
    library: LazyHash<Library>,
    template: Source,
}

impl Desk {
    fn new(data: &str) -> Result<Self, NotSet> {
        let inputs: Dict = [(Str::from("document"), Str::from(data).into_value())]
            .into_iter()
            .collect();
        let path = VirtualPath::new("briefing.typ").map_err(|error| NotSet(format!("{error:?}")))?;
        let id = RootedPath::new(VirtualRoot::Project, path).intern();
        Ok(Self {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            template: Source::new(id, TEMPLATE.to_owned()),
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
