//! The figures of a period, as the audience's own page shows them.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use lagebild_briefing::{Bar, MapCell, Trend};
use lagebild_domain::disclosure::Sight;
use lagebild_domain::public_filter::PublicFilter;
use lagebild_domain::public_question::PublicQuestion;
use lagebild_domain::week::Week;
use lagebild_domain::{AreaKind, CountScope, Filter, Kind, Period, RecordScope, german};
use lagebild_situation::{Cell, Count, Lage, PublicLage, Resolution, Situation};

/// Resolution of the cells on a map of the whole city: edges of about 530 m.
const CELLS: u8 = 8;
const FOR_OFFICIAL_USE: &str = "Nur für den Dienstgebrauch";

/// A count now and in the window just before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) id: Option<String>,
    pub(super) label: String,
    pub(super) now: u64,
    pub(super) before: u64,
    /// False where more may belong to it than was published: then a change may be one of what is said only.
    pub(super) is_complete: bool,
    /// Of a district: people who live there, where known.
    pub(super) residents: Option<u32>,
}

/// An id, none for what has none, its count, and whether that is all of it.
type Counted = (Option<String>, u64, bool);

/// What is told of the data themselves.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SourceLine {
    pub(super) label: String,
    pub(super) controller: String,
    pub(super) now: u64,
    pub(super) before: u64,
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbers {
    pub(super) period: Period,
    pub(super) total: u64,
    pub(super) previous: u64,
    pub(super) year_before: Option<u64>,
    /// Reports of which it is not said whether they belong to a line.
    pub(super) is_published: bool,
    pub(super) by_kind: Vec<Line>,
    pub(super) by_theme: Vec<Line>,
    pub(super) by_area: Vec<Line>,
    pub(super) bars: Vec<Bar>,
    pub(super) cells: Vec<MapCell>,
    /// How each source fared, for who sees records.
    pub(super) sources: Vec<SourceLine>,
    /// What the reader should know about the window.
    pub(super) remarks: Vec<String>,
    pub(super) stamp: String,
    pub(super) as_of: Date,
    pub(super) mark: String,
}

impl Numbers {
    /// The figures; the error says why there are none.
    pub(super) fn of(situation: &Situation, sight: Sight<'_>, period: Period) -> Result<Self, String> {
        match sight {
            Sight::Records(scope) => of_records(situation, scope, period),
            Sight::Counts(scope) => of_counts(situation, scope, period),
        }
    }

    /// The series up to the period.
    pub(super) fn trend(&self, width: f64, height: f64) -> Trend {
        let each = match self.period {
            Period::Day(_) => "je Tag",
            Period::Week(_) => "je Woche",
            Period::Month { .. } => "je Monat",
            Period::HalfYear { .. } => "je Halbjahr",
            Period::Year(_) => "je Jahr",
        };
        Trend {
            counted: format!("Meldungen {each}"),
            bars: self.bars.clone(),
            width,
            height,
        }
    }
}

/// How many periods the series shows.
fn series_length(period: Period) -> usize {
    match period {
        Period::Day(_) => 15,
        Period::Week(_) | Period::Month { .. } => 13,
        Period::HalfYear { .. } | Period::Year(_) => 5,
    }
}

/// A period's name below its bar.
fn short(period: Period) -> String {
    const DAYS: [&str; 7] = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
    match period {
        Period::Day(day) => {
            let name = DAYS[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
            format!("{name} {}.{}.", day.day(), day.month())
        }
        Period::Week(week) => format!("KW {}", week.monday().iso_week_date().week()),
        Period::Month { year, month } => format!("{month}/{:02}", year % 100),
        Period::HalfYear { year, half } => format!("{half}. Hj. {year}"),
        Period::Year(year) => year.to_string(),
    }
}

/// The periods of a series, oldest first.
fn series(period: Period) -> Vec<Period> {
    let mut periods: Vec<Period> = std::iter::successors(Some(period), |period| period.previous())
        .take(series_length(period))
        .collect();
    periods.reverse();
    periods
}

fn within(from: Timestamp, to: Timestamp) -> Filter {
    Filter {
        from: Some(from),
        to: Some(to),
        ..Filter::default()
    }
}

fn of_records(situation: &Situation, scope: &RecordScope, period: Period) -> Result<Numbers, String> {
    let out_of_calendar = || format!("{period} lies outside the calendar");
    let (from, to) = period.window().ok_or_else(out_of_calendar)?;
    let span = situation
        .span(scope)
        .filter(|span| span.from < to)
        .ok_or_else(|| format!("there are no reports of {period} yet"))?;
    if span.to <= from {
        let last = german::day_of(
            span.to
                .checked_sub(SignedDuration::from_secs(1))
                .unwrap_or(span.to),
        );
        return Err(format!(
            "there are no reports of {period}: the newest are of {last}"
        ));
    }
    let lage = situation
        .lage(scope, &within(from, to))
        .ok_or_else(out_of_calendar)?;
    let earlier = from
        .checked_sub(to.duration_since(from))
        .map_err(|_| out_of_calendar())?;
    let before = situation
        .lage(scope, &within(earlier, from))
        .ok_or_else(out_of_calendar)?;
    let bars = series(period)
        .into_iter()
        .filter_map(|period| {
            let (from, to) = period.window()?;
            let lage = situation
                .lage(scope, &within(from, to))
                .filter(|_| span.from <= from)?;
            Some(Bar {
                label: short(period),
                count: lage.total,
                year_before: lage.year_before_total,
            })
        })
        .collect();
    let mut remarks = Vec::new();
    if span.to < to {
        let last = german::day_of(span.to);
        remarks.push(format!(
            "Der Zeitraum ist noch nicht abgeschlossen: Die neuesten Meldungen sind vom {}.",
            german::date(last)
        ));
    }
    let resolution = Resolution::new(CELLS);
    let cells = resolution.map_or_else(Vec::new, |resolution| {
        map_cells(situation.cells(scope, &within(from, to), resolution))
    });
    let sources = sources(situation, scope, (from, to), (earlier, from));
    let mark = situation
        .vocabulary()
        .sources()
        .iter()
        .filter(|source| scope.sees(source.id.as_str()))
        .find_map(|source| source.marking.clone());
    let lines = |now: &[Count], before: &[Count], label: &dyn Fn(Option<&str>) -> String| {
        let counted = |counts: &[Count]| -> Vec<Counted> {
            counts
                .iter()
                .map(|count| (count.id.clone(), count.count, true))
                .collect()
        };
        merged(&counted(now), &counted(before), label)
    };
    let Lage {
        total,
        year_before_total,
        ..
    } = lage;
    Ok(Numbers {
        period,
        total,
        previous: lage.previous_total,
        year_before: year_before_total,
        is_published: false,
        by_kind: lines(&lage.by_kind, &before.by_kind, &kind_label),
        by_theme: lines(&lage.by_theme, &before.by_theme, &|id| theme_label(situation, id)),
        by_area: with_residents(
            situation,
            lines(&lage.by_area, &before.by_area, &|id| area_label(situation, id)),
        ),
        bars,
        cells,
        sources,
        remarks,
        stamp: format!("Revision {}", situation.revision()),
        as_of: period.last(),
        mark: mark.unwrap_or_else(|| FOR_OFFICIAL_USE.to_owned()),
    })
}

/// How each source that the audience sees fared.
fn sources(
    situation: &Situation,
    scope: &RecordScope,
    now: (Timestamp, Timestamp),
    before: (Timestamp, Timestamp),
) -> Vec<SourceLine> {
    let sources = situation.vocabulary().sources().iter();
    sources
        .filter(|source| scope.sees(source.id.as_str()))
        .map(|source| {
            let count = |(from, to)| {
                let filter = Filter {
                    sources: vec![source.id.clone()],
                    ..within(from, to)
                };
                situation.lage(scope, &filter).map_or(0, |lage| lage.total)
            };
            SourceLine {
                label: source.label.clone(),
                controller: source.controller.clone(),
                now: count(now),
                before: count(before),
            }
        })
        .collect()
}

fn of_counts(situation: &Situation, scope: &CountScope, period: Period) -> Result<Numbers, String> {
    let (first, end) = period.weeks().ok_or_else(|| {
        "this audience reads published weeks; a single day is for audiences that see records".to_owned()
    })?;
    let asked = |from: Week, to: Week| PublicQuestion {
        from: Some(from),
        to: Some(to),
        filter: PublicFilter::default(),
    };
    let lage = situation.public_lage(scope, &asked(first, end)).ok_or_else(|| {
        let newest = situation
            .publications(scope)
            .last()
            .map(|issue| issue.publication.week());
        newest.map_or_else(
            || "nothing has been published for this audience yet".to_owned(),
            |week| format!("{period} is not published for this audience: the newest week is {week}"),
        )
    })?;
    let number = lage.by_week.len();
    let remarks = remarks_on(&lage, period, weeks_between(first, end));
    let before = weeks_before(lage.from, number)
        .and_then(|from| situation.public_lage(scope, &asked(from, lage.from)));
    let bars = series(period)
        .into_iter()
        .filter_map(|period| {
            let (from, to) = period.weeks()?;
            let lage = situation.public_lage(scope, &asked(from, to))?;
            (lage.by_week.len() == weeks_between(from, to)).then(|| Bar {
                label: short(period),
                count: lage.total.count,
                year_before: lage.year_before.map(|figure| figure.count),
            })
        })
        .collect();
    let pick = |lage: Option<&PublicLage>, part: &dyn Fn(&PublicLage) -> Vec<Counted>| {
        lage.map(part).unwrap_or_default()
    };
    let kinds = |lage: &PublicLage| -> Vec<Counted> {
        let kinds = lage.by_kind.iter();
        kinds
            .map(|(kind, figure)| (Some(kind.to_string()), figure.count, figure.is_complete))
            .collect()
    };
    let themes = |lage: &PublicLage| -> Vec<Counted> {
        let themes = lage.by_theme.iter();
        themes
            .map(|(theme, figure)| (Some(theme.to_string()), figure.count, figure.is_complete))
            .collect()
    };
    let areas = |lage: &PublicLage| -> Vec<Counted> {
        let areas = lage.by_area.iter();
        areas
            .map(|(area, figure)| (Some(area.to_string()), figure.count, figure.is_complete))
            .collect()
    };
    let earlier = before.as_ref();
    Ok(Numbers {
        period,
        total: lage.total.count,
        previous: lage.previous.count,
        year_before: lage.year_before.map(|figure| figure.count),
        is_published: true,
        by_kind: merged(&kinds(&lage), &pick(earlier, &kinds), &kind_label),
        by_theme: merged(&themes(&lage), &pick(earlier, &themes), &|id| {
            theme_label(situation, id)
        }),
        by_area: with_residents(
            situation,
            merged(&areas(&lage), &pick(earlier, &areas), &|id| {
                area_label(situation, id)
            }),
        ),
        bars,
        cells: map_cells(situation.public_cells(scope, &asked(first, end))),
        sources: Vec::new(),
        remarks,
        stamp: format!("Veröffentlichung {}", lage.number),
        as_of: lage.to.monday().saturating_sub(1.day()),
        mark: FOR_OFFICIAL_USE.to_owned(),
    })
}

/// What the reader should know of published figures: weeks that are missing, which weeks they are, and what is not said.
fn remarks_on(lage: &PublicLage, period: Period, asked_number: usize) -> Vec<String> {
    let number = lage.by_week.len();
    let mut remarks = Vec::new();
    if number < asked_number {
        remarks.push(format!(
            "Von {asked_number} Wochen des Zeitraums sind {number} veröffentlicht; nur diese sind gezählt."
        ));
    }
    if !matches!(period, Period::Week(_)) {
        remarks.push(format!(
            "Gezählt sind ganze Wochen, deren Donnerstag im Zeitraum liegt: {} bis {}.",
            german::date(lage.from.monday()),
            german::date(lage.to.monday().saturating_sub(1.day()))
        ));
    }
    let unsaid = |said: u64| german::decimal(lage.total.count.saturating_sub(said) as f64, 0);
    let said_of_area = lage.by_area.iter().map(|(_, figure)| figure.count).sum::<u64>();
    let said_of_theme = lage.by_theme.iter().map(|(_, figure)| figure.count).sum::<u64>();
    if said_of_area.min(said_of_theme) < lage.total.count {
        remarks.push(format!(
            "Damit niemand erkannt werden kann, ist bei {} Meldungen der Stadtbezirk und bei {} das Thema nicht gesagt; die \
             Summen der Tabellen liegen deshalb unter der Gesamtzahl.",
            unsaid(said_of_area),
            unsaid(said_of_theme)
        ));
    }
    remarks
}

fn weeks_between(from: Week, to: Week) -> usize {
    std::iter::successors(Some(from), |week| week.next())
        .take_while(|week| *week < to)
        .count()
}

fn weeks_before(week: Week, number: usize) -> Option<Week> {
    let days = i64::try_from(number).ok()?.checked_mul(7)?;
    Week::of(week.monday().checked_sub(days.days()).ok()?)
}

/// Counts of now and before side by side, those of now in their order.
fn merged(now: &[Counted], before: &[Counted], label: &dyn Fn(Option<&str>) -> String) -> Vec<Line> {
    // What a list leaves out is nothing only where the list is complete.
    let found = |list: &[Counted], id: &Option<String>| {
        let is_complete = list.iter().all(|(_, _, is_complete)| *is_complete);
        let line = list.iter().find(|(other, _, _)| other == id);
        line.map_or((0, is_complete), |(_, count, is_complete)| (*count, *is_complete))
    };
    let gone = before
        .iter()
        .filter(|(id, _, _)| now.iter().all(|(other, _, _)| other != id));
    now.iter()
        .chain(gone)
        .map(|(id, _, _)| (id, found(now, id), found(before, id)))
        .filter(|(_, now, before)| now.0 + before.0 > 0)
        .map(|(id, now, before)| Line {
            id: id.clone(),
            label: label(id.as_deref()),
            now: now.0,
            before: before.0,
            is_complete: now.1 && before.1,
            residents: None,
        })
        .collect()
}

fn with_residents(situation: &Situation, mut lines: Vec<Line>) -> Vec<Line> {
    let areas = situation.vocabulary().areas();
    for line in &mut lines {
        let area = line.id.as_deref().and_then(|id| areas.by_id(id));
        line.residents = area
            .filter(|area| area.kind == AreaKind::District)
            .and_then(|area| area.residents);
    }
    lines
}

fn kind_label(id: Option<&str>) -> String {
    let kind = id.and_then(|id| id.parse::<Kind>().ok());
    match kind {
        Some(Kind::Complaint) => "Beschwerden",
        Some(Kind::Incident) => "Vorfälle",
        Some(Kind::Perception) => "Wahrnehmungen",
        None => "ohne Art",
    }
    .to_owned()
}

fn theme_label(situation: &Situation, id: Option<&str>) -> String {
    let taxonomy = situation.vocabulary().taxonomy();
    id.and_then(|id| taxonomy.theme(id))
        .map_or_else(|| "ohne Thema".to_owned(), |theme| theme.label.clone())
}

fn area_label(situation: &Situation, id: Option<&str>) -> String {
    let areas = situation.vocabulary().areas();
    id.and_then(|id| areas.by_id(id))
        .map_or_else(|| "ohne Stadtbezirk".to_owned(), |area| area.name.clone())
}

fn map_cells(cells: Vec<Cell>) -> Vec<MapCell> {
    cells
        .into_iter()
        .filter_map(|cell| {
            let corners = h3o::CellIndex::try_from(cell.index).ok()?.boundary();
            Some(MapCell {
                ring: corners
                    .iter()
                    .map(|corner| [corner.lng(), corner.lat()])
                    .collect(),
                count: cell.count,
            })
        })
        .collect()
}
