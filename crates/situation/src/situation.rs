//! The picture: built from the store's changes, asked by many at once.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::ops::RangeInclusive;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::alert::Sighting;
use lagebild_domain::publication::Issue;
use lagebild_domain::{
    AreaId, CategoryId, Change, Filter, Hotspot, HotspotId, HotspotKind, HotspotState, Interval, Kind,
    LatLng, OrganisationId, RecordScope, ReportId, Revision, SourceId, Status, ThemeId,
};
use rayon::prelude::*;

use crate::calendar::Calendar;
use crate::cells::{self, Cell, Resolution};
use crate::event::{Event, NO_CELLS, PointCells};
use crate::index::EventIndex;
use crate::lage::{Lage, Tally, Window};
use crate::mercator::{TileCoord, morton_ranges};
use crate::page::{self, Cursor, Page};
use crate::patches::Patches;
use crate::published::Published;
use crate::sieve::Sieve;
use crate::snapshot::Snapshot;
use crate::spans::Spans;
use crate::tile::{self, Layer};
use crate::vocabulary::Vocabulary;

/// Changes that one core cuts before another takes some: fewer are not worth waking it.
const CUT_AT_ONCE: usize = 1_000;
/// Changes that are remembered for streams that come back.
const LOG_LENGTH: usize = 100_000;
/// What lies around a tile, as far as its cells reach, is gathered by tiles of so many zooms more: small ones hold little
/// beyond the reach, and are many.
const FINER: u8 = 2;
/// Zoom whose tiles are as wide as the smallest cells reach: finer ones would hold no less.
const FINEST: u8 = 17;
/// Length of the window that a filter without one means.
const DEFAULT_WINDOW: SignedDuration = SignedDuration::from_hours(28 * 24);

/// The Lagebild in memory.
#[derive(Debug)]
pub struct Situation {
    vocabulary: Vocabulary,
    pub(crate) calendar: Calendar,
    picture: RwLock<Picture>,
}

/// What the picture holds at one revision. A copy shares the events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picture {
    pub(crate) revision: Revision,
    /// Revision of the newest report.
    pub(crate) reports_revision: Revision,
    pub(crate) events: EventIndex,
    /// Newest change of a report by place.
    pub(crate) patches: Patches,
    /// Newest change of a hotspot.
    pub(crate) hotspots_revision: Revision,
    /// Newest deletion of a report.
    pub(crate) last_removal: Revision,
    pub(crate) spans: Spans,
    pub(crate) hotspots: BTreeMap<HotspotId, Hotspot>,
    /// By receiver. A snapshot does not hold them: they are few, and the store gives them.
    pub(crate) published: BTreeMap<OrganisationId, Published>,
    pub(crate) log: VecDeque<(Revision, Changed)>,
    /// Changes up to here are no longer in the log.
    pub(crate) forgotten: Revision,
}

/// A report to be taken in.
struct Put {
    event: Event,
    cells: Option<PointCells>,
    revision: Revision,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Changed {
    Report(u64),
    Hotspot(HotspotId),
}

/// A change as a viewer may see it.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A report is new or changed.
    Report(SeenReport),
    /// A hotspot is new or changed.
    Hotspot(Box<Hotspot>),
}

/// The part of a report that the picture holds.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenReport {
    /// Its number.
    pub id: ReportId,
    /// Its source.
    pub source: SourceId,
    /// Its kind.
    pub kind: Kind,
    /// Its category.
    pub category: CategoryId,
    /// Its category's theme.
    pub theme: ThemeId,
    /// How far the owner has come with it.
    pub status: Status,
    /// Its district.
    pub area: Option<AreaId>,
    /// Start of its time span.
    pub occurred_from: Timestamp,
    /// Its point, where it has one that the viewer may see.
    pub point: Option<LatLng>,
    /// Revision of this version.
    pub sequence: Revision,
}

/// The log does not hold what came after that revision: it is too old, or from a store that knew more than this one (a
/// restored backup). Load everything anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("changes since that revision are not kept")]
pub struct OutOfLog;

/// A report reduced to what a detection needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Its number.
    pub id: ReportId,
    /// Where, as a point.
    pub point: LatLng,
    /// When.
    pub occurred: Interval,
    /// When its owner was told; the end of `occurred` where the feed does not say.
    pub told_at: Timestamp,
    /// H3 cell at resolution 10 (about 130 m across).
    pub cell: u64,
    /// Position of the category in the taxonomy.
    pub category: usize,
    /// Position of the source in the vocabulary.
    pub source: usize,
}

impl Situation {
    /// An empty picture of a city.
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            calendar: Calendar::berlin(),
            picture: RwLock::default(),
        }
    }

    /// The city's words.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// How far the picture has come.
    pub fn revision(&self) -> Revision {
        self.read().revision
    }

    /// Revision of the newest report: what a look depends on.
    pub fn reports_revision(&self) -> Revision {
        self.read().reports_revision
    }

    /// Takes changes in, in the order of their revisions.
    ///
    /// Reports of sources or categories that are no longer configured are left out.
    pub fn apply(&self, changes: &[Change]) {
        // Cut into events before the lock is taken, by all cores when there is much of it.
        let cut = |change: &Change| match change {
            Change::Report(report) => Event::of(report, &self.vocabulary, &self.calendar),
            Change::Hotspot(_) | Change::Publication(_) | Change::Alert { .. } | Change::Removal { .. } => {
                None
            }
        };
        let events: Vec<Option<(Event, Option<PointCells>)>> =
            changes.par_iter().with_min_len(CUT_AT_ONCE).map(cut).collect();
        let mut picture = self.picture.write().unwrap_or_else(PoisonError::into_inner);
        let mut run = Vec::new();
        for (change, event) in changes.iter().zip(events) {
            let revision = change.revision();
            picture.revision = picture.revision.max(revision);
            if let Change::Report(_) = change {
                if let Some((event, cells)) = event {
                    run.push(Put {
                        event,
                        cells,
                        revision,
                    });
                }
                continue;
            }
            picture.put_all(&mut run);
            match change {
                // Who keeps the picture is told of an alert only that there is one.
                Change::Report(_) | Change::Alert { .. } => {}
                Change::Publication(issue) => {
                    let of_receiver = picture.published.entry(issue.organisation.clone());
                    of_receiver.or_default().put(issue.as_ref().clone());
                }
                Change::Removal { report, .. } => {
                    if picture.remove(report.0, revision) {
                        picture.reports_revision = picture.reports_revision.max(revision);
                    }
                }
                Change::Hotspot(hotspot) => {
                    picture.hotspots_revision = picture.hotspots_revision.max(revision);
                    picture
                        .hotspots
                        .insert(hotspot.id.clone(), hotspot.as_ref().clone());
                    picture.remember(revision, Changed::Hotspot(hotspot.id.clone()));
                }
            }
        }
        picture.put_all(&mut run);
    }

    /// The picture as it is now, to be written to a file. It shares its events with the picture, which goes on meanwhile.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.read().clone(), &self.vocabulary, &self.calendar)
    }

    /// Goes on from a snapshot of the same store and the hotspots and publications that the store holds, in place of
    /// everything so far.
    pub fn resume(&self, snapshot: Snapshot, hotspots: Vec<Hotspot>, publications: Vec<Issue>) {
        let mut picture = snapshot.into_picture();
        picture.patches = Patches::all_at(picture.revision);
        picture.hotspots_revision = picture.revision;
        for issue in publications {
            let of_receiver = picture.published.entry(issue.organisation.clone());
            of_receiver.or_default().put(issue);
        }
        picture.hotspots = hotspots.into_iter().map(|h| (h.id.clone(), h)).collect();
        *self.picture.write().unwrap_or_else(PoisonError::into_inner) = picture;
    }

    /// Number of reports in the picture.
    pub fn len(&self) -> usize {
        self.read().events.len()
    }

    /// True when there are no reports.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// First and last moment of the reports that the scope sees; `None` when there are none.
    pub fn span(&self, scope: &RecordScope) -> Option<Window> {
        span_of(&self.read(), scope, &self.vocabulary)
    }

    /// When the owner of the newest report was told of it; `None` when there are none.
    ///
    /// By then every report was known. Where a feed does not say, it is the end of what happened: a month, in a feed that
    /// names months.
    pub fn newest_told(&self, scope: &RecordScope) -> Option<Timestamp> {
        let sieve = Sieve::new(&Filter::default(), scope, &self.vocabulary);
        let picture = self.read();
        let told = picture
            .events
            .iter()
            .filter(|event| sieve.admits(event))
            .map(Event::told_us);
        Timestamp::from_microsecond(told.max()?).ok()
    }

    /// The window that the filter means: its own, else the last 28 days of the reports that the scope sees.
    pub fn window(&self, scope: &RecordScope, filter: &Filter) -> Option<Window> {
        match (filter.from, filter.to) {
            (Some(from), Some(to)) => Some(Window { from, to }),
            (from, to) => {
                let span = self.span(scope);
                let to = to.or(span.map(|span| span.to))?;
                let from = from.or_else(|| to.checked_sub(DEFAULT_WINDOW).ok())?;
                (from < to).then_some(Window { from, to })
            }
        }
    }

    /// The figures for a filter; `None` when there is nothing at all to speak of.
    pub fn lage(&self, scope: &RecordScope, filter: &Filter) -> Option<Lage> {
        let window = self.window(scope, filter)?;
        let picture = self.read();
        let span = span_of(&picture, scope, &self.vocabulary);
        let sieve_of = |window: Window| {
            let filter = within(filter, window);
            Sieve::new(&filter, scope, &self.vocabulary)
        };
        let count = |window: Window| {
            let sieve = sieve_of(window);
            picture.events.iter().filter(|event| sieve.admits(event)).count() as u64
        };
        let mut tally = Tally::new(window, &self.vocabulary, &self.calendar);
        let sieve = sieve_of(window);
        for event in picture.events.iter().filter(|event| sieve.admits(event)) {
            tally.add(event);
        }
        let year_before = window
            .year_before()
            .filter(|before| span.is_some_and(|span| span.from <= before.from));
        Some(tally.into_lage(window, count(window.previous()), year_before.map(count)))
    }

    /// Counts by cell, in the order of the index. Only reports that may be drawn as points are in cells.
    pub fn cells(&self, scope: &RecordScope, filter: &Filter, resolution: Resolution) -> Vec<Cell> {
        let sieve = self.windowed_sieve(scope, filter);
        let picture = self.read();
        let events = picture
            .events
            .iter()
            .filter(|event| sieve.admits(event) && sieve.shows_cell(event));
        cells::count(events, picture.events.cells(), resolution)
    }

    /// A page of the list of reports, newest first.
    pub fn page(&self, scope: &RecordScope, filter: &Filter, limit: usize, after: Option<Cursor>) -> Page {
        let sieve = self.windowed_sieve(scope, filter);
        let picture = self.read();
        page::newest(
            picture.events.iter().filter(|event| sieve.admits(event)),
            limit,
            after,
        )
    }

    /// True when there is a report with this number, seen or not.
    pub fn holds(&self, id: ReportId) -> bool {
        self.read().events.by_id(id.0).is_some()
    }

    /// True when the filter admits any of the reports, as far as the scope sees them.
    pub fn admits_any(&self, scope: &RecordScope, filter: &Filter, ids: &[ReportId]) -> bool {
        let sieve = Sieve::new(filter, scope, &self.vocabulary);
        let picture = self.read();
        ids.iter()
            .filter_map(|id| picture.events.by_id(id.0))
            .any(|event| sieve.admits(event))
    }

    /// True when there is a hotspot with this id, seen or not.
    pub fn holds_hotspot(&self, id: &HotspotId) -> bool {
        self.read().hotspots.contains_key(id)
    }

    /// A layer's tile as uncompressed MVT bytes; `None` when it is empty. The same picture gives the same bytes.
    pub fn tile(
        &self,
        scope: &RecordScope,
        layer: Layer,
        tile: TileCoord,
        filter: &Filter,
    ) -> Option<Vec<u8>> {
        if tile.z() < layer.min_zoom() {
            return None;
        }
        let encoded = match layer {
            Layer::Reports => {
                let sieve = self.windowed_sieve(scope, filter);
                let picture = self.read();
                let events = picture.events.in_range(tile.morton_range()).filter(|event| {
                    event.cells != NO_CELLS && sieve.admits(event) && sieve.shows_point(event)
                });
                tile::reports(tile, events, &self.vocabulary)
            }
            Layer::Cells => tile::cells(tile, &self.cells_around(scope, tile, filter)),
            Layer::Hotspots => {
                let hotspots = self.hotspots(scope);
                tile::hotspots(
                    tile,
                    hotspots.iter().filter(|h| is_drawn(h) && is_wanted(h, filter)),
                )
            }
            Layer::Areas => tile::areas(tile, self.vocabulary.areas.all()),
        };
        // An encoder error would be a geometry without points; then there is nothing to draw.
        encoded.ok().flatten()
    }

    /// The newest change to what lies under a tile: while it stands still, so do the tile's bytes, for one scope and one
    /// filter with a window. A filter without a window means another one as soon as a newer report comes in: ask with
    /// [`Self::windowed`].
    pub fn revision_under(&self, layer: Layer, tile: TileCoord) -> Revision {
        let picture = self.read();
        match layer {
            Layer::Reports => picture.patches.newest_in([tile.morton_range()]),
            Layer::Cells => picture.patches.newest_in(around(tile)),
            Layer::Hotspots => picture.hotspots_revision,
            Layer::Areas => Revision::default(),
        }
    }

    /// The newest deletion of a report: what was kept before it may hold what is to be forgotten.
    pub fn last_removal(&self) -> Revision {
        self.read().last_removal
    }

    /// The filter with its window filled in, where there is one.
    pub fn windowed(&self, scope: &RecordScope, filter: &Filter) -> Filter {
        self.window(scope, filter)
            .map_or_else(|| filter.clone(), |window| within(filter, window))
    }

    /// The hotspots that the scope sees: those whose every source it sees; newest first.
    pub fn hotspots(&self, scope: &RecordScope) -> Vec<Hotspot> {
        let picture = self.read();
        let mut seen: Vec<Hotspot> = picture
            .hotspots
            .values()
            .filter(|hotspot| scope.sees_all(hotspot.finding.sources.iter()))
            .cloned()
            .collect();
        seen.sort_by(|a, b| b.first_seen.cmp(&a.first_seen).then_with(|| a.id.cmp(&b.id)));
        seen
    }

    /// What changed after `revision`, oldest first, as far as the scope sees it.
    ///
    /// # Errors
    /// [`OutOfLog`] when the log does not hold what came after it.
    pub fn changes_since(
        &self,
        scope: &RecordScope,
        revision: Revision,
    ) -> Result<(Vec<Seen>, Revision), OutOfLog> {
        let picture = self.read();
        if revision < picture.forgotten || revision > picture.revision {
            return Err(OutOfLog);
        }
        let sieve = Sieve::new(&Filter::default(), scope, &self.vocabulary);
        let first = picture.log.partition_point(|(at, _)| *at <= revision);
        // What changed several times comes once, with its newest change.
        let mut told = HashSet::new();
        let mut seen: Vec<Seen> = picture
            .log
            .range(first..)
            .rev()
            .filter(|(_, changed)| told.insert(changed))
            .filter_map(|(at, changed)| self.seen(&picture, &sieve, scope, *at, changed))
            .collect();
        seen.reverse();
        Ok((seen, picture.revision))
    }

    /// Reports for a detection: those with a point, of categories that may be detected on, that the filter admits.
    pub fn observations(&self, scope: &RecordScope, filter: &Filter) -> Vec<Observation> {
        let mut observations = Vec::new();
        self.each_observation(scope, filter, |observation| observations.push(observation));
        observations
    }

    /// Shows the same one after the other, for what would not fit into memory at once. Writers wait meanwhile.
    pub fn each_observation(&self, scope: &RecordScope, filter: &Filter, show: impl FnMut(Observation)) {
        let sieve = Sieve::new(&self.detectable(filter), scope, &self.vocabulary);
        let picture = self.read();
        picture
            .events
            .iter()
            // A release may show less of a place than its point.
            .filter(|event| sieve.admits(event) && sieve.shows_point(event))
            .filter_map(|event| picture.observation(event))
            .for_each(show);
    }

    /// When and where the reports of a question were seen, oldest first; those without a place too. What controls produce is not
    /// among them.
    pub fn sightings(&self, scope: &RecordScope, filter: &Filter) -> Vec<Sighting> {
        let sieve = Sieve::new(&self.detectable(filter), scope, &self.vocabulary);
        let picture = self.read();
        let seen = picture.events.iter().filter(|event| sieve.admits(event));
        let mut sightings: Vec<Sighting> = seen
            .filter_map(|event| {
                let shown = sieve.shows_point(event).then(|| picture.observation(event));
                Some(Sighting {
                    at: Timestamp::from_microsecond(event.middle_us()).ok()?,
                    point: shown.flatten().map(|observation| observation.point),
                })
            })
            .collect();
        sightings.sort_by_key(|sighting| sighting.at);
        sightings
    }

    /// Those of these reports that a detection may look at.
    pub fn observations_of(&self, scope: &RecordScope, ids: &[ReportId]) -> Vec<Observation> {
        let sieve = Sieve::new(&self.detectable(&Filter::default()), scope, &self.vocabulary);
        let picture = self.read();
        ids.iter()
            .filter_map(|id| picture.events.by_id(id.0))
            .filter(|event| sieve.admits(event))
            .filter_map(|event| picture.observation(event))
            .collect()
    }

    fn detectable(&self, filter: &Filter) -> Filter {
        let mut filter = filter.clone();
        filter.narrow(
            &self.vocabulary.taxonomy,
            lagebild_domain::Category::is_detectable,
        );
        filter
    }

    fn seen(
        &self,
        picture: &Picture,
        sieve: &Sieve,
        scope: &RecordScope,
        at: Revision,
        changed: &Changed,
    ) -> Option<Seen> {
        match changed {
            Changed::Report(id) => {
                let event = picture.events.by_id(*id)?;
                if !sieve.admits(event) {
                    return None;
                }
                let category = &self.vocabulary.taxonomy.categories()[usize::from(event.category)];
                Some(Seen::Report(SeenReport {
                    id: ReportId(event.id),
                    source: self.vocabulary.sources[usize::from(event.source)].id.clone(),
                    kind: event.kind,
                    category: category.id.clone(),
                    theme: category.theme.clone(),
                    status: event.status,
                    area: self
                        .vocabulary
                        .areas
                        .all()
                        .get(usize::from(event.area))
                        .map(|area| area.id.clone()),
                    occurred_from: Timestamp::from_microsecond(event.from_us).ok()?,
                    point: event
                        .position()
                        .filter(|_| sieve.shows_point(event))
                        .and_then(crate::mercator::Position::to_lat_lng),
                    sequence: at,
                }))
            }
            Changed::Hotspot(id) => {
                let hotspot = picture.hotspots.get(id)?;
                (hotspot.revision == at && scope.sees_all(hotspot.finding.sources.iter()))
                    .then(|| Seen::Hotspot(Box::new(hotspot.clone())))
            }
        }
    }

    /// Whole counts of the cells that may touch the tile.
    fn cells_around(&self, scope: &RecordScope, tile: TileCoord, filter: &Filter) -> Vec<Cell> {
        let sieve = self.windowed_sieve(scope, filter);
        let picture = self.read();
        let events = around(tile)
            .into_iter()
            .flat_map(|range| picture.events.in_range(range))
            .filter(|event| sieve.admits(event) && sieve.shows_cell(event));
        cells::count(events, picture.events.cells(), Resolution::of_zoom(tile.z()))
    }

    /// The sieve of a filter with its window filled in.
    fn windowed_sieve(&self, scope: &RecordScope, filter: &Filter) -> Sieve {
        Sieve::new(&self.windowed(scope, filter), scope, &self.vocabulary)
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Picture> {
        // A panic while writing leaves whole events behind: the picture stays usable.
        self.picture.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Picture {
    /// An event as a detection sees it; `None` without a point.
    fn observation(&self, event: &Event) -> Option<Observation> {
        let at = |us| Timestamp::from_microsecond(us).ok();
        let occurred = Interval::new(at(event.from_us)?, at(event.from_us + event.length_us)?).ok()?;
        Some(Observation {
            id: ReportId(event.id),
            point: event.position()?.to_lat_lng()?,
            occurred,
            told_at: at(event.told_us())?,
            cell: self.events.cells().finest(event)?.into(),
            category: usize::from(event.category),
            source: usize::from(event.source),
        })
    }

    /// Takes in reports that came one after the other, and leaves the list empty.
    fn put_all(&mut self, run: &mut Vec<Put>) {
        for put in run.iter() {
            self.reports_revision = self.reports_revision.max(put.revision);
            self.remember(put.revision, Changed::Report(put.event.id));
        }
        // New reports come with rising numbers, each once. Taken in as they lie on the map, they meet each block of the index
        // once, which halves the time that a start takes for it.
        if run.is_sorted_by(|a, b| a.event.id < b.event.id) {
            run.sort_unstable_by_key(|put| (put.event.morton, put.event.id));
        }
        for put in run.drain(..) {
            self.put(put);
        }
    }

    fn put(
        &mut self,
        Put {
            event,
            cells,
            revision,
        }: Put,
    ) {
        let before = self.events.put(event, cells);
        for morton in before.iter().chain([&event]).map(|event| event.morton) {
            self.patches.touch(morton, revision);
        }
        self.spans.put(&event, before.as_ref(), &self.events);
    }

    /// True when there was one.
    fn remove(&mut self, id: u64, revision: Revision) -> bool {
        let removed = self.events.remove(id);
        if let Some(event) = &removed {
            self.patches.touch(event.morton, revision);
            self.last_removal = self.last_removal.max(revision);
            self.spans.remove(event, &self.events);
        }
        removed.is_some()
    }

    fn remember(&mut self, revision: Revision, changed: Changed) {
        self.log.push_back((revision, changed));
        if self.log.len() > LOG_LENGTH
            && let Some((forgotten, _)) = self.log.pop_front()
        {
            self.forgotten = forgotten;
        }
    }
}

/// Ranges of Morton codes that hold the tile and all that its cells reach to.
fn around(tile: TileCoord) -> Vec<RangeInclusive<u64>> {
    let reach_degrees = Resolution::of_zoom(tile.z()).reach_degrees();
    tile.bounds(reach_degrees).map_or_else(Vec::new, |reach| {
        morton_ranges(reach, (tile.z() + FINER).min(FINEST))
    })
}

fn span_of(picture: &Picture, scope: &RecordScope, vocabulary: &Vocabulary) -> Option<Window> {
    let everything = Sieve::new(&Filter::default(), scope, vocabulary);
    let span = everything.span(&picture.spans, &picture.events)?;
    Some(Window {
        from: Timestamp::from_microsecond(span.from_us).ok()?,
        to: Timestamp::from_microsecond(span.to_us).ok()?,
    })
}

fn within(filter: &Filter, window: Window) -> Filter {
    Filter {
        from: Some(window.from),
        to: Some(window.to),
        ..filter.clone()
    }
}

/// Closed and dismissed hotspots are in the list, not on the map.
fn is_drawn(hotspot: &Hotspot) -> bool {
    !matches!(hotspot.state, HotspotState::Closed | HotspotState::Dismissed)
}

/// A filter by kind of report hides the hotspots that rest on the other kinds.
fn is_wanted(hotspot: &Hotspot, filter: &Filter) -> bool {
    let rests_on: &[Kind] = match hotspot.finding.kind {
        HotspotKind::Beschwerdehotspot => &[Kind::Complaint],
        HotspotKind::Brennpunkt | HotspotKind::Unfallhaeufung => &[Kind::Incident],
        HotspotKind::Angstraum => Kind::ALL,
    };
    let sources: &[SourceId] = &hotspot.finding.sources;
    (filter.kinds.is_empty() || filter.kinds.iter().any(|kind| rests_on.contains(kind)))
        && (filter.sources.is_empty() || filter.sources.iter().any(|source| sources.contains(source)))
}
