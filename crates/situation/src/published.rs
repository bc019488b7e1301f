//! What viewers of counts see: sums over published weeks, and nothing of the live picture.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::public_filter::{Figure, PublicFilter};
use lagebild_domain::public_question::PublicQuestion;
use lagebild_domain::publication::{CellIndex, Issue, Publication, Released};
use lagebild_domain::week::Week;
use lagebild_domain::{AreaId, CountScope, Kind, ThemeId};

use crate::cells::{Cell, Resolution};
use crate::event::{Event, NO_AREA};
use crate::index::CellTable;
use crate::mercator::TileCoord;
use crate::situation::Situation;
use crate::tile::{self, Layer};
use crate::vocabulary::Vocabulary;

/// Weeks that a question without a window means.
const DEFAULT_WEEKS: usize = 4;
/// A report whose time span is longer belongs to no week.
const LONGEST_SPAN_US: i64 = 7 * 24 * 3_600_000_000;

/// The publications of one organisation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Published {
    weeks: BTreeMap<Week, Issue>,
}

/// Figures of published weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicLage {
    /// First week.
    pub from: Week,
    /// First week after the last.
    pub to: Week,
    /// Number of the newest publication.
    pub number: u64,
    /// Reports in the weeks.
    pub total: Figure,
    /// Reports in as many published weeks just before.
    pub previous: Figure,
    /// Reports in the same weeks a year before; `None` when not all of them are published.
    pub year_before: Option<Figure>,
    /// By kind.
    pub by_kind: Vec<(Kind, Figure)>,
    /// By theme, most first.
    pub by_theme: Vec<(ThemeId, Figure)>,
    /// By district, most first.
    pub by_area: Vec<(AreaId, Figure)>,
    /// By week, and of it by kind in the order of [`Kind::ALL`].
    pub by_week: Vec<(Week, Figure, [Figure; 3])>,
}

impl Published {
    pub(crate) fn put(&mut self, issue: Issue) {
        self.weeks.insert(issue.publication.week(), issue);
    }

    pub(crate) fn contains(&self, week: Week) -> bool {
        self.weeks.contains_key(&week)
    }

    /// Number of the newest publication; 0 before the first.
    pub(crate) fn number(&self) -> u64 {
        self.weeks.values().map(|issue| issue.number).max().unwrap_or(0)
    }

    pub(crate) fn lage(&self, question: &PublicQuestion, vocabulary: &Vocabulary) -> Option<PublicLage> {
        let weeks = self.asked(question);
        let (first, last) = (weeks.first()?.week(), weeks.last()?.week());
        let sum = |weeks: &[&Publication], filter: &PublicFilter| {
            let figures = weeks.iter().map(|week| week.figure(filter));
            figures.fold(NOTHING, std::ops::Add::add)
        };
        let filter = &question.filter;
        let before: Vec<&Publication> = {
            let earlier = self.weeks.range(..first).rev().take(weeks.len());
            earlier.map(|(_, issue)| &issue.publication).collect()
        };
        let year_before: Option<Vec<&Publication>> = weeks
            .iter()
            .map(|week| Some(&self.weeks.get(&week.week().year_before()?)?.publication))
            .collect();
        let of_kind = |weeks: &[&Publication], kind: Kind| {
            let only = PublicFilter {
                kinds: [kind].into(),
                ..filter.clone()
            };
            sum(weeks, &only)
        };
        let kinds = Kind::ALL.iter().copied();
        let kinds = kinds.filter(|kind| filter.kinds.is_empty() || filter.kinds.contains(kind));
        let themes = vocabulary.taxonomy.themes().iter().map(|theme| &theme.id);
        let themes = themes.filter(|theme| filter.themes.is_empty() || filter.themes.contains(*theme));
        let districts: BTreeSet<&AreaId> = weeks
            .iter()
            .flat_map(|week| week.atoms())
            .filter_map(|atom| atom.district.as_ref())
            .filter(|district| filter.districts.is_empty() || filter.districts.contains(*district))
            .collect();
        Some(PublicLage {
            from: first,
            to: last.next()?,
            number: self.number(),
            total: sum(&weeks, filter),
            previous: sum(&before, filter),
            year_before: year_before.map(|weeks| sum(&weeks, filter)),
            by_kind: kinds.map(|kind| (kind, of_kind(&weeks, kind))).collect(),
            by_theme: most_first(themes.map(|theme| {
                let only = PublicFilter {
                    themes: [theme.clone()].into(),
                    ..filter.clone()
                };
                (theme.clone(), sum(&weeks, &only))
            })),
            by_area: most_first(districts.into_iter().map(|district| {
                let only = PublicFilter {
                    districts: [district.clone()].into(),
                    ..filter.clone()
                };
                (district.clone(), sum(&weeks, &only))
            })),
            by_week: weeks
                .iter()
                .map(|week| {
                    let by_kind = [0, 1, 2].map(|at| of_kind(&[week], Kind::ALL[at]));
                    (week.week(), sum(&[week], filter), by_kind)
                })
                .collect(),
        })
    }

    /// Cells with their counts, in the order of the index. A cell of the grid has none where there may be reports that are
    /// not told apart; one where there is nothing is left out.
    pub(crate) fn cells(&self, question: &PublicQuestion, grid: &[GridCell]) -> Vec<Cell> {
        let weeks = self.asked(question);
        let filter = &question.filter;
        let mut counts: BTreeMap<u64, Option<u64>> = BTreeMap::new();
        for cell in grid {
            let is_unknown = cell
                .districts
                .iter()
                .filter(|district| filter.districts.is_empty() || filter.districts.contains(*district))
                .any(|district| {
                    let there = PublicFilter {
                        districts: [district.clone()].into(),
                        cells: [CellIndex(cell.index)].into(),
                        ..filter.clone()
                    };
                    weeks.iter().any(|week| !week.figure(&there).is_complete)
                });
            if is_unknown {
                counts.insert(cell.index, None);
            }
        }
        for atom in weeks.iter().flat_map(|week| week.atoms()) {
            if let Some(cell) = atom.cell
                && filter.admits(atom)
            {
                *counts.entry(cell.0).or_default().get_or_insert(0) += atom.count;
            }
        }
        counts
            .into_iter()
            .map(|(index, count)| Cell { index, count })
            .collect()
    }

    /// The published weeks that a question is about, oldest first.
    fn asked(&self, question: &PublicQuestion) -> Vec<&Publication> {
        let is_asked = |week: &Week| {
            question.from.is_none_or(|from| from <= *week) && question.to.is_none_or(|to| *week < to)
        };
        let asked: Vec<&Publication> = self
            .weeks
            .iter()
            .filter(|(week, _)| is_asked(week))
            .map(|(_, issue)| &issue.publication)
            .collect();
        let first = if question.from.is_some() {
            0
        } else {
            asked.len().saturating_sub(DEFAULT_WEEKS)
        };
        asked[first..].to_vec()
    }
}

impl Situation {
    /// Released reports by week, for every closed week that is not published yet, from the first week that has any. Weeks
    /// in between without a report are there too: that nothing happened is published as well.
    pub fn publishable(&self, scope: &CountScope, now: Timestamp) -> BTreeMap<Week, Vec<Released>> {
        let delay = SignedDuration::from_hours(24 * i64::from(scope.delay_days()));
        let is_closed = |week: Week| {
            let end = week.next().and_then(Week::start);
            end.and_then(|end| end.checked_add(delay).ok())
                .is_some_and(|end| end <= now)
        };
        let picture = self.read();
        let published = picture.published.get(scope.organisation());
        let is_open =
            |week: Week| is_closed(week) && published.is_none_or(|published| !published.contains(week));
        let events = picture.events.iter();
        let mut by_week = released(events, picture.events.cells(), scope, self.vocabulary(), is_open);
        let first = by_week.keys().next().copied();
        let known_first = published.and_then(|published| published.weeks.keys().next().copied());
        let mut week = first.into_iter().chain(known_first).min();
        while let Some(at) = week.filter(|week| is_closed(*week)) {
            if is_open(at) {
                by_week.entry(at).or_default();
            }
            week = at.next();
        }
        by_week
    }

    /// Number of the newest publication for the scope's organisation; 0 before the first.
    pub fn publication_number(&self, scope: &CountScope) -> u64 {
        let picture = self.read();
        picture
            .published
            .get(scope.organisation())
            .map_or(0, Published::number)
    }

    /// The publications for the scope's organisation, by week.
    pub fn publications(&self, scope: &CountScope) -> Vec<Issue> {
        let picture = self.read();
        let published = picture.published.get(scope.organisation());
        published
            .map(|published| published.weeks.values().cloned().collect())
            .unwrap_or_default()
    }

    /// Figures of published weeks; `None` when none of those asked for is published.
    pub fn public_lage(&self, scope: &CountScope, question: &PublicQuestion) -> Option<PublicLage> {
        let picture = self.read();
        let published = picture.published.get(scope.organisation())?;
        published.lage(question, self.vocabulary())
    }

    /// Counts of published weeks by cell; none when the scope has no cells.
    pub fn public_cells(&self, scope: &CountScope, question: &PublicQuestion) -> Vec<Cell> {
        let resolution = scope
            .resolution()
            .and_then(|resolution| Resolution::new(resolution.into()));
        let picture = self.read();
        match (resolution, picture.published.get(scope.organisation())) {
            (Some(resolution), Some(published)) => {
                published.cells(question, self.vocabulary().grid(resolution))
            }
            _ => Vec::new(),
        }
    }

    /// A tile of what everyone may see, and of published cells; `None` when it is empty. Cells are drawn at the
    /// resolution that they were published at, whatever the zoom.
    pub fn public_tile(
        &self,
        scope: &CountScope,
        layer: Layer,
        tile: TileCoord,
        question: &PublicQuestion,
    ) -> Option<Vec<u8>> {
        let encoded = match layer {
            Layer::Cells => tile::cells(tile, &self.public_cells(scope, question)),
            Layer::Areas => tile::areas(tile, self.vocabulary().areas.all()),
            Layer::Reports | Layer::Hotspots => return None,
        };
        encoded.ok().flatten()
    }
}

/// The sum of no weeks.
const NOTHING: Figure = Figure {
    count: 0,
    withheld: 0,
    is_complete: true,
};

fn most_first<T: Ord>(figures: impl Iterator<Item = (T, Figure)>) -> Vec<(T, Figure)> {
    let mut figures: Vec<(T, Figure)> = figures.filter(|(_, figure)| figure.count > 0).collect();
    figures.sort_by(|(a, x), (b, y)| y.count.cmp(&x.count).then_with(|| a.cmp(b)));
    figures
}

/// A cell of the city and the districts that it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GridCell {
    pub(crate) index: u64,
    pub(crate) districts: BTreeSet<AreaId>,
}

/// Released reports by week, as far as the scope covers them.
pub(crate) fn released<'a>(
    events: impl Iterator<Item = &'a Event>,
    cells: &CellTable,
    scope: &CountScope,
    vocabulary: &Vocabulary,
    is_wanted: impl Fn(Week) -> bool,
) -> BTreeMap<Week, Vec<Released>> {
    let resolution = scope
        .resolution()
        .and_then(|resolution| Resolution::new(resolution.into()));
    let mut by_week: BTreeMap<Week, Vec<Released>> = BTreeMap::new();
    for event in events.filter(|event| event.length_us <= LONGEST_SPAN_US) {
        let Some(week) = Timestamp::from_microsecond(event.middle_us())
            .ok()
            .and_then(Week::at)
            .filter(|week| is_wanted(*week))
        else {
            continue;
        };
        let source = &vocabulary.sources[usize::from(event.source)].id;
        let category = &vocabulary.taxonomy.categories()[usize::from(event.category)];
        let district = (event.area != NO_AREA)
            .then(|| vocabulary.areas.all().get(usize::from(event.area)))
            .flatten()
            .map(|area| &area.id);
        let cell = resolution
            .and_then(|resolution| cells.at(event, resolution))
            .map(CellIndex);
        if let Some(released) = scope.reduce(source, event.kind, category, district, cell) {
            by_week.entry(week).or_default().push(released);
        }
    }
    by_week
}
