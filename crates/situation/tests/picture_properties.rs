//! The picture answers as a plain list of the reports would, whatever came in, moved or changed, and after a snapshot.
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use fast_mvt::{MvtLayerRef, MvtReaderRef, MvtValueRef};
use h3o::LatLng as H3LatLng;
use jiff::{SignedDuration, Timestamp};
use lagebild_domain::release::Finest;
use lagebild_domain::{
    AreaId, BoundingBox, Filter, LatLng, Location, RecordScope, RecordedReport, Stamp, Taxonomy, german,
};
use lagebild_situation::{Layer, Resolution, Situation, Snapshot, TileCoord};
use proptest::prelude::*;
use support::{
    EAST_DISTRICT, LATITUDES, START_S, WEST_DISTRICT, changes, history, situation, taxonomy, view,
    view_of_a_part,
};

/// A question in the words of the contract, and the same in plain values.
#[derive(Debug, Clone)]
struct Question {
    /// Days after the start; without them, the last 28 days.
    days: Option<(i64, i64)>,
    kinds: BTreeSet<&'static str>,
    sources: BTreeSet<&'static str>,
    themes: BTreeSet<String>,
    statuses: BTreeSet<&'static str>,
    weekdays: BTreeSet<i8>,
    hours: BTreeSet<i8>,
    areas: BTreeSet<&'static str>,
    /// West, south, east, north.
    bbox: Option<[f64; 4]>,
}

fn some_of<T: Clone + Ord + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = BTreeSet<T>> {
    let count = all.len();
    prop_oneof![
        2 => Just(BTreeSet::new()),
        1 => proptest::sample::subsequence(all, 1..=count).prop_map(|some| some.into_iter().collect()),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let themes = taxonomy()
        .themes()
        .iter()
        .map(|theme| theme.id.to_string())
        .collect();
    let window = proptest::option::of((-5_i64..125, 1_i64..60));
    // Between the points of the grid, so that rounding decides nothing.
    let bbox = proptest::option::of((0_u32..200, 0_u32..120, 1_u32..100, 1_u32..80));
    (
        window,
        some_of(vec!["complaint", "incident", "perception"]),
        some_of(vec!["maengel", "delikte", "anderes"]),
        some_of(themes),
        some_of(vec!["open", "in_progress", "closed", "rejected"]),
        some_of((1..=7).collect()),
        some_of((0..24).collect()),
        some_of(vec!["west", "ost", "stadt"]),
        bbox,
    )
        .prop_map(
            |(days, kinds, sources, themes, statuses, weekdays, hours, areas, bbox)| Question {
                days: days.map(|(from, length)| (from, from + length)),
                kinds,
                sources,
                themes,
                statuses,
                weekdays,
                hours,
                areas,
                bbox: bbox.map(|(x, y, width, height)| {
                    let (west, south) = (7.6798 + f64::from(x) * 1e-3, 51.5798 + f64::from(y) * 1e-3);
                    [
                        west,
                        south,
                        west + f64::from(width) * 1e-3,
                        south + f64::from(height) * 1e-3,
                    ]
                }),
            },
        )
}

fn day(days: i64) -> Timestamp {
    Timestamp::from_second(START_S + days * 86_400).unwrap()
}

impl Question {
    fn filter(&self, taxonomy: &Taxonomy) -> Filter {
        fn listed<T: ToString>(set: &BTreeSet<T>) -> String {
            set.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        }
        let mut pairs = vec![
            ("kind", listed(&self.kinds)),
            ("source", listed(&self.sources)),
            ("theme", listed(&self.themes)),
            ("status", listed(&self.statuses)),
            ("weekday", listed(&self.weekdays)),
            ("hour", listed(&self.hours)),
            ("area", listed(&self.areas)),
            (
                "bbox",
                self.bbox
                    .map(|[w, s, e, n]| format!("{w},{s},{e},{n}"))
                    .unwrap_or_default(),
            ),
        ];
        if let Some((from, to)) = self.days {
            pairs.push(("from", day(from).to_string()));
            pairs.push(("to", day(to).to_string()));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        Filter::parse(
            pairs.iter().map(|(name, value)| (*name, value.as_str())),
            taxonomy,
        )
        .unwrap()
    }

    /// What a reader of the contract would say, hour by hour.
    fn is_about(
        &self,
        recorded: &RecordedReport,
        window: (Timestamp, Timestamp),
        scope: &RecordScope,
        taxonomy: &Taxonomy,
    ) -> bool {
        let report = &recorded.report;
        let category = taxonomy.category(report.category.as_str()).unwrap();
        let all_or = |is_empty: bool, holds: bool| is_empty || holds;
        let (from, to) = (report.occurred.from(), report.occurred.to());
        let middle = middle(recorded);
        let last = (to - SignedDuration::from_micros(1)).max(from);
        let length = to.duration_since(from);
        let mut moments: Vec<Timestamp> = (0..=length.as_hours())
            .map(|hours| from + SignedDuration::from_hours(hours))
            .filter(|moment| *moment <= last)
            .collect();
        moments.push(last);
        let local: Vec<_> = moments
            .iter()
            .map(|moment| moment.to_zoned(german::zone()))
            .collect();
        let says_no_hour = length > SignedDuration::from_hours(24);
        window.0 <= middle
            && middle < window.1
            && all_or(self.kinds.is_empty(), self.kinds.contains(report.kind.as_str()))
            && all_or(
                self.sources.is_empty(),
                self.sources.contains(report.source.as_str()),
            )
            && all_or(
                self.themes.is_empty(),
                self.themes.contains(category.theme.as_str()),
            )
            && all_or(
                self.statuses.is_empty(),
                self.statuses.contains(report.status.as_str()),
            )
            && all_or(
                self.weekdays.is_empty(),
                local
                    .iter()
                    .all(|at| self.weekdays.contains(&at.weekday().to_monday_one_offset())),
            )
            && all_or(
                self.hours.is_empty() || self.hours.len() == 24,
                !says_no_hour && local.iter().all(|at| self.hours.contains(&at.hour())),
            )
            && all_or(
                self.areas.is_empty(),
                areas_of(recorded).iter().any(|area| self.areas.contains(area)),
            )
            && self.bbox.is_none_or(|bbox| {
                let bounds = BoundingBox::try_from(bbox).unwrap();
                shown_point(recorded, scope, taxonomy).is_some_and(|point| bounds.contains(point))
            })
    }
}

fn areas_of(recorded: &RecordedReport) -> Vec<&'static str> {
    let Some(point) = recorded.report.location.point_in_area() else {
        return Vec::new();
    };
    if !LATITUDES.contains(&point.lat_degrees()) {
        return Vec::new();
    }
    let lng = point.lng_degrees();
    match (WEST_DISTRICT.contains(&lng), EAST_DISTRICT.contains(&lng)) {
        (true, _) => vec!["stadt", "west"],
        (_, true) => vec!["stadt", "ost"],
        _ => Vec::new(),
    }
}

fn middle(recorded: &RecordedReport) -> Timestamp {
    let occurred = recorded.report.occurred;
    occurred.from() + (occurred.to().duration_since(occurred.from()) / 2)
}

/// The finest place that the city is shown, as the gate says; `None` when the report is hidden.
fn finest(recorded: &RecordedReport, scope: &RecordScope, taxonomy: &Taxonomy) -> Option<Finest> {
    let category = taxonomy.category(recorded.report.category.as_str()).unwrap();
    let areas: Vec<AreaId> = areas_of(recorded)
        .iter()
        .map(|area| AreaId::new(area).unwrap())
        .collect();
    let areas: Vec<&AreaId> = areas.iter().collect();
    let source = recorded.report.source.as_str();
    let shown = scope.shown_of(source, category, &areas, middle(recorded))?;
    Some(shown.finest)
}

/// The point, where it is drawn and the city may see it.
fn shown_point(recorded: &RecordedReport, scope: &RecordScope, taxonomy: &Taxonomy) -> Option<LatLng> {
    match recorded.report.location {
        Location::At { point, precision, .. } if precision.is_pointlike() => {
            (finest(recorded, scope, taxonomy) == Some(Finest::Point)).then_some(point)
        }
        _ => None,
    }
}

/// The last 28 days of what the city sees.
fn last_28_days(seen: &[&RecordedReport]) -> Option<(Timestamp, Timestamp)> {
    let ends = seen.iter().map(|recorded| {
        let occurred = recorded.report.occurred;
        occurred
            .to()
            .max(occurred.from() + SignedDuration::from_micros(1))
    });
    let end = ends.max()?;
    Some((end - SignedDuration::from_hours(28 * 24), end))
}

fn check(
    situation: &Situation,
    scope: &RecordScope,
    now: &BTreeMap<u64, RecordedReport>,
    question: &Question,
) {
    let taxonomy = taxonomy();
    let filter = question.filter(&taxonomy);
    let seen: Vec<&RecordedReport> = now
        .values()
        .filter(|recorded| finest(recorded, scope, &taxonomy).is_some())
        .collect();
    let window = match question.days {
        Some((from, to)) => Some((day(from), day(to))),
        None => last_28_days(&seen),
    };
    let mut expected: Vec<&RecordedReport> = seen
        .into_iter()
        .filter(|recorded| window.is_some_and(|window| question.is_about(recorded, window, scope, &taxonomy)))
        .collect();
    expected.sort_by_key(|recorded| std::cmp::Reverse((recorded.report.occurred.from(), recorded.id)));
    let ids: Vec<_> = expected.iter().map(|recorded| recorded.id).collect();

    let page = situation.page(scope, &filter, usize::MAX, None);
    assert_eq!(page.ids, ids);
    let total = situation.lage(scope, &filter).map_or(0, |lage| lage.total);
    assert_eq!(total, ids.len() as u64);
    for number in [6, 9, 10] {
        let mut cells: BTreeMap<u64, u64> = BTreeMap::new();
        for point in expected
            .iter()
            .filter_map(|recorded| shown_point(recorded, scope, &taxonomy))
        {
            let at = H3LatLng::new(point.lat_degrees(), point.lng_degrees()).unwrap();
            let resolution = h3o::Resolution::try_from(number).unwrap();
            *cells.entry(at.to_cell(resolution).into()).or_default() += 1;
        }
        let counted = situation.cells(scope, &filter, Resolution::new(number).unwrap());
        let counted: BTreeMap<u64, u64> = counted
            .iter()
            .map(|cell| (cell.index, cell.count.unwrap()))
            .collect();
        assert_eq!(counted, cells);
    }
}

/// Every tile that shows a cell shows its whole count, the tiles that it only reaches into as well.
fn check_cells_of_tiles(situation: &Situation, scope: &RecordScope, filter: &Filter) {
    for z in [8_u8, 9, 10, 11, 12] {
        let whole = situation.cells(scope, filter, Resolution::of_zoom(z));
        let whole: BTreeMap<String, u64> = whole
            .iter()
            .map(|cell| {
                (
                    h3o::CellIndex::try_from(cell.index).unwrap().to_string(),
                    cell.count.unwrap(),
                )
            })
            .collect();
        // The tiles of the city and around it: 14/8540/5426 to 14/8555/5441 is more than its box.
        let mut shown = BTreeSet::new();
        for x in 8540 >> (14 - z)..=8555 >> (14 - z) {
            for y in 5426 >> (14 - z)..=5441 >> (14 - z) {
                let tile = TileCoord::new(z, x, y).unwrap();
                let Some(bytes) = situation.tile(scope, Layer::Cells, tile, filter) else {
                    continue;
                };
                let reader = MvtReaderRef::new(&bytes).unwrap();
                for feature in reader.layers().flat_map(MvtLayerRef::features) {
                    let properties = feature.properties_vec().unwrap();
                    let property = |wanted| properties.iter().find(|(name, _)| *name == wanted).unwrap().1;
                    let MvtValueRef::String(h3) = property("h3") else {
                        panic!("h3 is a text")
                    };
                    let (MvtValueRef::UInt(count), true) = (property("count"), whole.contains_key(h3)) else {
                        panic!("{h3} has no whole count")
                    };
                    assert_eq!(count, whole[h3], "{h3} in {z}/{x}/{y}");
                    shown.insert(h3.to_owned());
                }
            }
        }
        assert_eq!(
            shown.len(),
            whole.len(),
            "at zoom {z} every cell is drawn somewhere"
        );
    }
}

/// All layers' tiles around the city's middle, as bytes.
fn tiles(situation: &Situation, scope: &RecordScope, filter: &Filter) -> Vec<Option<Vec<u8>>> {
    let mut all = Vec::new();
    for z in [8_u8, 11, 13, 14] {
        // The middle of the city lies in tile 14/8546/5433 (7.8 east, 51.65 north).
        let (x, y) = (8546 >> (14 - z), 5433 >> (14 - z));
        for (x, y) in [(x, y), (x + 1, y), (x, y + 1)] {
            let tile = TileCoord::new(z, x, y).unwrap();
            all.push(situation.tile(scope, Layer::Cells, tile, filter));
            all.push(situation.tile(scope, Layer::Reports, tile, filter));
        }
    }
    all
}

fn through_a_file(situation: &Situation) -> Situation {
    let mut file = Vec::new();
    situation.snapshot().write(Stamp([7; 16]), &mut file).unwrap();
    let again = support::situation();
    let (stamp, snapshot) = Snapshot::read(file.as_slice(), file.len() as u64, &again).unwrap();
    assert_eq!(stamp, Stamp([7; 16]));
    again.resume(snapshot, Vec::new(), Vec::new());
    again
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn the_picture_answers_as_a_list_would(
        history in history(1..400, 0..900),
        questions in proptest::collection::vec(question(), 1..6),
        batch in 1_usize..400,
        saved_at in 0_usize..900,
    ) {
        let mut grown = situation();
        let mut now = BTreeMap::new();
        for (number, part) in history.chunks(batch).enumerate() {
            grown.apply(&changes(part));
            if number == saved_at / batch {
                grown = through_a_file(&grown);
            }
        }
        for recorded in &history {
            now.insert(recorded.id.0, recorded.clone());
        }
        prop_assert_eq!(grown.len(), now.len());
        let reread = through_a_file(&grown);
        prop_assert_eq!(reread.revision(), grown.revision());
        prop_assert_eq!(reread.reports_revision(), grown.reports_revision());
        let latest: Vec<RecordedReport> = now.values().cloned().collect();
        let at_once = situation();
        at_once.apply(&changes(&latest));
        for view in [view(), view_of_a_part()] {
            let scope = view.records().unwrap();
            let always = Filter { from: Some(day(-400)), to: Some(day(400)), ..Filter::default() };
            check_cells_of_tiles(&at_once, scope, &always);
            for question in &questions {
                for picture in [&grown, &reread] {
                    check(picture, scope, &now, question);
                }
                let filter = question.filter(&taxonomy());
                let expected = tiles(&at_once, scope, &filter);
                prop_assert_eq!(&tiles(&grown, scope, &filter), &expected);
                prop_assert_eq!(&tiles(&reread, scope, &filter), &expected);
            }
        }
    }

    /// A stream that comes back gets each report that has changed once, with its newest change, before and after a restart.
    #[test]
    fn changes_come_once_and_newest(history in history(1..40, 1..120), from in 0_usize..120) {
        let view = view();
        let scope = view.records().unwrap();
        let grown = situation();
        grown.apply(&changes(&history));
        let from = from.min(history.len());
        let mut newest = BTreeMap::new();
        for recorded in &history[from..] {
            if recorded.report.source.as_str() == "anderes" {
                newest.remove(&recorded.id);
            } else {
                newest.insert(recorded.id, recorded.sequence);
            }
        }
        let mut expected: Vec<_> = newest.into_iter().map(|(id, sequence)| (sequence, id)).collect();
        expected.sort_unstable();
        for picture in [&grown, &through_a_file(&grown)] {
            let (seen, _) = picture.changes_since(scope, lagebild_domain::Revision(from as u64)).unwrap();
            let told: Vec<_> = seen
                .iter()
                .map(|seen| match seen {
                    lagebild_situation::Seen::Report(report) => (report.sequence, report.id),
                    lagebild_situation::Seen::Hotspot(_) => panic!("there are no hotspots"),
                })
                .collect();
            prop_assert_eq!(told, expected.clone());
        }
    }
}
