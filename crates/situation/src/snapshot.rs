//! The picture in a file, for a fast start.
//!
//! Little-endian numbers: the header, the cells, the log, the events in Morton order, and BLAKE3 over all of it. No words of
//! any feed. Whatever is wrong with a file, it is not used: the store is the truth and rebuilds the picture.

use std::io::{self, BufReader, Read, Take, Write};

use h3o::CellIndex;
use lagebild_domain::{HotspotId, Kind, Revision, Stamp, Status};

use crate::calendar::{Calendar, LocalSpan};
use crate::event::{Event, NO_AREA, RESOLUTIONS};
use crate::index::{CellTable, IndexBuilder};
use crate::situation::{Changed, Picture, Situation};
use crate::spans::Spans;
use crate::vocabulary::Vocabulary;

const MAGIC: [u8; 8] = *b"LAGEBILD";
/// To be raised when the bytes, or what they mean, change.
const FORMAT: u32 = 2;
const CHECKSUM_BYTES: u64 = 32;
/// What a change in the log is about.
const REPORT: u8 = 0;
const HOTSPOT: u8 = 1;
/// Bytes that are hashed and written at once.
const PIECE: usize = 1 << 20;

/// A picture at one revision, on its way to or from a file.
///
/// ```
/// # use lagebild_domain::{Areas, Stamp, Taxonomy};
/// # use lagebild_situation::{Situation, Snapshot, Vocabulary};
/// # let taxonomy = Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap();
/// # let situation = Situation::new(Vocabulary::new(taxonomy, Vec::new(), Areas::default(), None));
/// let mut file = Vec::new();
/// situation.snapshot().write(Stamp([7; 16]), &mut file)?;
/// let (stamp, read) = Snapshot::read(file.as_slice(), file.len() as u64, &situation)?;
/// assert_eq!(stamp, Stamp([7; 16]));
/// assert_eq!(read.revision(), situation.revision());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Snapshot {
    picture: Picture,
    fingerprint: [u8; 32],
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableSnapshot {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("it is no snapshot")]
    Foreign,
    /// Another version of the program wrote it.
    #[error("it has format {found}, and this program reads {FORMAT}")]
    Format {
        /// The format that it states.
        found: u32,
    },
    /// Taxonomy, sources, areas or the rules of summer time were others.
    #[error("taxonomy, sources, areas or the rules of summer time have changed since it was written")]
    Vocabulary,
    /// It is cut off, or bytes have changed.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
}

use UnusableSnapshot::Damaged;

impl Snapshot {
    pub(crate) fn of(picture: Picture, vocabulary: &Vocabulary, calendar: &Calendar) -> Self {
        Self {
            picture,
            fingerprint: fingerprint(vocabulary, calendar),
        }
    }

    /// How far the picture had come.
    pub fn revision(&self) -> Revision {
        self.picture.revision
    }

    pub(crate) fn into_picture(self) -> Picture {
        self.picture
    }

    /// Writes the file with the stamp that the store knows it by. Hotspots are left to the store.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, stamp: Stamp, out: impl Write) -> io::Result<()> {
        let picture = &self.picture;
        let rows = picture.events.cells().rows();
        let mut out = Hashed::new(out);
        out.put(&MAGIC);
        out.put(&FORMAT.to_le_bytes());
        out.put(&self.fingerprint);
        out.put(&stamp.0);
        out.put_u64(picture.revision.0);
        out.put_u64(picture.reports_revision.0);
        out.put_u64(picture.forgotten.0);
        out.put_u64(rows.len() as u64);
        out.put_u64(picture.log.len() as u64);
        out.put_u64(picture.events.len() as u64);
        for row in rows {
            for cell in row {
                out.put_u64(u64::from(*cell));
            }
            out.write_full()?;
        }
        for (at, changed) in &picture.log {
            out.put_u64(at.0);
            match changed {
                Changed::Report(id) => {
                    out.put(&[REPORT]);
                    out.put_u64(*id);
                }
                Changed::Hotspot(HotspotId(id)) => {
                    // Ids of hotspots are ours: `hs-` and a number.
                    let length = u8::try_from(id.len()).map_err(io::Error::other)?;
                    out.put(&[HOTSPOT, length]);
                    out.put(id.as_bytes());
                }
            }
            out.write_full()?;
        }
        for event in picture.events.iter() {
            put_event(&mut out, event);
            out.write_full()?;
        }
        out.finish()
    }

    /// Reads a file of `length` bytes that a picture of the same city was written to.
    ///
    /// # Errors
    /// [`UnusableSnapshot`], whatever the bytes are.
    pub fn read(
        input: impl Read,
        length: u64,
        situation: &Situation,
    ) -> Result<(Stamp, Self), UnusableSnapshot> {
        let vocabulary = situation.vocabulary();
        let mut body = Body::new(input, length)?;
        if body.take()? != MAGIC {
            return Err(UnusableSnapshot::Foreign);
        }
        let found = u32::from_le_bytes(body.take()?);
        if found != FORMAT {
            return Err(UnusableSnapshot::Format { found });
        }
        let fingerprint = fingerprint(vocabulary, &situation.calendar);
        if body.take()? != fingerprint {
            return Err(UnusableSnapshot::Vocabulary);
        }
        let stamp = Stamp(body.take()?);
        let revision = Revision(body.u64()?);
        let reports_revision = Revision(body.u64()?);
        let forgotten = Revision(body.u64()?);
        let (rows, changes, events) = (body.u64()?, body.u64()?, body.u64()?);
        let cells = body.cells(rows)?;
        let mut picture = Picture {
            revision,
            reports_revision,
            forgotten,
            ..Picture::default()
        };
        for _ in 0..changes {
            picture.log.push_back(body.change()?);
        }
        let mut index = IndexBuilder::new(cells);
        for _ in 0..events {
            let event = body.event(vocabulary)?;
            if !index.push(event) {
                return Err(Damaged("its events are not in order"));
            }
        }
        body.finish()?;
        picture.events = index.finish().ok_or(Damaged("two events have the same number"))?;
        picture.spans = Spans::of_index(&picture.events);
        Ok((stamp, Self { picture, fingerprint }))
    }
}

fn fingerprint(vocabulary: &Vocabulary, calendar: &Calendar) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(vocabulary.fingerprint().as_bytes());
    hasher.update(calendar.fingerprint().as_bytes());
    hasher.finalize().into()
}

/// Gathers bytes, hashes them and writes them in pieces.
struct Hashed<W> {
    out: W,
    hasher: blake3::Hasher,
    piece: Vec<u8>,
}

impl<W: Write> Hashed<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            hasher: blake3::Hasher::new(),
            piece: Vec::with_capacity(PIECE + PIECE / 16),
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.piece.extend_from_slice(bytes);
    }

    fn put_u64(&mut self, number: u64) {
        self.put(&number.to_le_bytes());
    }

    /// Writes the piece if it is full.
    fn write_full(&mut self) -> io::Result<()> {
        if self.piece.len() < PIECE {
            return Ok(());
        }
        self.write_piece()
    }

    fn write_piece(&mut self) -> io::Result<()> {
        self.hasher.update(&self.piece);
        self.out.write_all(&self.piece)?;
        self.piece.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.write_piece()?;
        self.out.write_all(self.hasher.finalize().as_bytes())?;
        self.out.flush()
    }
}

fn put_event<W: Write>(out: &mut Hashed<W>, event: &Event) {
    out.put_u64(event.id);
    out.put_u64(event.morton);
    out.put(&event.from_us.to_le_bytes());
    out.put(&event.length_us.to_le_bytes());
    out.put(&event.local.day.to_le_bytes());
    for number in [event.local.days, event.local.start_minute, event.local.end_minute] {
        out.put(&number.to_le_bytes());
    }
    out.put(&[event.local.hour_of_week, event.local.hours]);
    out.put(&event.told_after_s.to_le_bytes());
    out.put(&event.cells.to_le_bytes());
    for number in [event.category, event.source, event.area, event.municipality] {
        out.put(&number.to_le_bytes());
    }
    out.put(&[event.kind as u8, event.status as u8]);
}

/// Everything before the checksum, hashed as it is read.
struct Body<R: Read> {
    reader: BufReader<Hashing<Take<R>>>,
}

struct Hashing<R> {
    input: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

impl<R: Read> Body<R> {
    fn new(input: R, length: u64) -> Result<Self, UnusableSnapshot> {
        let length = length
            .checked_sub(CHECKSUM_BYTES)
            .ok_or(UnusableSnapshot::Foreign)?;
        let hashing = Hashing {
            input: input.take(length),
            hasher: blake3::Hasher::new(),
        };
        Ok(Self {
            reader: BufReader::with_capacity(PIECE, hashing),
        })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], UnusableSnapshot> {
        let mut bytes = [0; N];
        self.reader
            .read_exact(&mut bytes)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => Damaged("it ends early"),
                _ => UnusableSnapshot::Io(error),
            })?;
        Ok(bytes)
    }

    fn u64(&mut self) -> Result<u64, UnusableSnapshot> {
        self.take().map(u64::from_le_bytes)
    }

    fn i64(&mut self) -> Result<i64, UnusableSnapshot> {
        self.take().map(i64::from_le_bytes)
    }

    fn u16(&mut self) -> Result<u16, UnusableSnapshot> {
        self.take().map(u16::from_le_bytes)
    }

    fn cells(&mut self, rows: u64) -> Result<CellTable, UnusableSnapshot> {
        let mut table = CellTable::default();
        for expected in 0..rows {
            let mut row = [None; RESOLUTIONS];
            for cell in &mut row {
                *cell = CellIndex::try_from(self.u64()?).ok();
            }
            let [Some(a), Some(b), Some(c), Some(d), Some(e)] = row else {
                return Err(Damaged("a cell is none"));
            };
            if u64::from(table.number_of([a, b, c, d, e])) != expected {
                return Err(Damaged("cells stand there twice"));
            }
        }
        Ok(table)
    }

    fn change(&mut self) -> Result<(Revision, Changed), UnusableSnapshot> {
        let at = Revision(self.u64()?);
        match self.take()? {
            [REPORT] => Ok((at, Changed::Report(self.u64()?))),
            [HOTSPOT] => {
                let [length] = self.take()?;
                let id: Vec<u8> = (0..length)
                    .map(|_| self.take().map(|[byte]| byte))
                    .collect::<Result<_, _>>()?;
                let id = String::from_utf8(id).map_err(|_| Damaged("the id of a hotspot is none"))?;
                Ok((at, Changed::Hotspot(HotspotId(id))))
            }
            _ => Err(Damaged("a change is none")),
        }
    }

    fn event(&mut self, vocabulary: &Vocabulary) -> Result<Event, UnusableSnapshot> {
        let (id, morton) = (self.u64()?, self.u64()?);
        let (from_us, length_us) = (self.i64()?, self.i64()?);
        let local = LocalSpan {
            day: self.take().map(i32::from_le_bytes)?,
            days: self.u16()?,
            start_minute: self.u16()?,
            end_minute: self.u16()?,
            hour_of_week: self.take::<1>()?[0],
            hours: self.take::<1>()?[0],
        };
        let told_after_s = self.take().map(u32::from_le_bytes)?;
        let cells = self.take().map(u32::from_le_bytes)?;
        let (category, source) = (self.u16()?, self.u16()?);
        let (area, municipality) = (self.u16()?, self.u16()?);
        let [kind, status] = self.take()?;
        let areas = vocabulary.areas.all().len();
        let is_area = |number: u16| number == NO_AREA || usize::from(number) < areas;
        let is_sound = length_us >= 0
            && from_us.checked_add(length_us.max(1)).is_some()
            && local.is_sound()
            && usize::from(category) < vocabulary.taxonomy.categories().len()
            && usize::from(source) < vocabulary.sources.len()
            && is_area(area)
            && is_area(municipality);
        match (
            Kind::ALL.get(usize::from(kind)),
            Status::ALL.get(usize::from(status)),
        ) {
            (Some(kind), Some(status)) if is_sound => Ok(Event {
                id,
                morton,
                from_us,
                length_us,
                local,
                told_after_s,
                cells,
                category,
                source,
                area,
                municipality,
                kind: *kind,
                status: *status,
            }),
            _ => Err(Damaged("an event is none")),
        }
    }

    /// Compares the checksum behind the body.
    fn finish(mut self) -> Result<(), UnusableSnapshot> {
        if self.reader.read(&mut [0])? > 0 {
            return Err(Damaged("it is longer than it says"));
        }
        let hashing = self.reader.into_inner();
        let mut checksum = [0; CHECKSUM_BYTES as usize];
        let mut input = hashing.input.into_inner();
        input
            .read_exact(&mut checksum)
            .map_err(|_| Damaged("it ends early"))?;
        if hashing.hasher.finalize() == checksum {
            Ok(())
        } else {
            Err(Damaged("its checksum is wrong"))
        }
    }
}
