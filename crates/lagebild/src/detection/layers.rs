//! The weekly layers: persistent cells, trends, near repeats. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use h3o::{CellIndex, Resolution};
use jiff::ToSpan;
use jiff::civil::Date;
use lagebild_domain::{Kind, LatLng, LayerItem, LayerKind, SourceId, WeeklyLayer, german};
use lagebild_hotspot::emerging::{
    Cube, EmergingParams, History, Pattern, Standardise, Temperature, emerging_hot_spots,
};
use lagebild_hotspot::false_discovery::{FalseDiscovery, significant};
use lagebild_hotspot::knox::{KnoxParams, knox};
use lagebild_hotspot::lisa::{Weights, getis_ord};
use lagebild_hotspot::{Locations, Neighbours};
use lagebild_situation::Observation;
use serde_json::json;

use super::examine::{Examiner, Known};
use super::plane::Plane;
use super::steps::day_of;

const DAYS: i64 = 364;
const WEEKS: usize = 52;
/// Share of false cells among those shown as persistent.
const FALSE_DISCOVERY_RATE: f64 = 0.05;
/// Level of a week's score in the trend: many scores are looked at.
const ALPHA: f64 = 0.01;
/// Fewest reports that anything is said of.
const FEWEST: usize = 100;
/// Categories in which near repeats are known.
const BURGLARY: [&str; 2] = ["wohnungseinbruch", "einbruch_sonstige"];
const BANDS_M: [f64; 6] = [0.0, 1.0, 100.0, 200.0, 300.0, 400.0];
const BANDS_DAYS: [f64; 5] = [0.0, 8.0, 15.0, 22.0, 29.0];
const ZONE_ALPHA: f64 = 0.05;
const LEAST_RATIO: f64 = 1.2;
const PERMUTATIONS: u32 = 999;
const SEED: u64 = 1;
const CIRCLE_CORNERS: u32 = 24;

/// All layers, from the year up to and with `as_of`.
pub(crate) fn weekly_layers(examiner: &Examiner, known: &Known, as_of: Date) -> Vec<WeeklyLayer> {
    let from = as_of.saturating_sub((DAYS - 1).days());
    let sources = examiner.situation.vocabulary().sources();
    let year: Vec<&Observation> = known
        .observations
        .iter()
        .filter(|o| (from..=as_of).contains(&day_of(o)) && !known.masses.holds(o))
        .collect();
    let mut layers = Vec::new();
    for (kind, label) in [(Kind::Complaint, "Beschwerden"), (Kind::Incident, "Vorfälle")] {
        let of_kind: Vec<&Observation> = year
            .iter()
            .filter(|o| sources[o.source].kind == kind)
            .copied()
            .collect();
        let subject = Subject {
            kind,
            label,
            from,
            to: as_of,
            sources: sources_of(examiner, &of_kind),
        };
        if of_kind.len() >= FEWEST
            && let Some(cells) = Cells::of(&of_kind)
        {
            layers.extend(subject.persistent(&cells, &of_kind));
            layers.extend(subject.trend(&cells, &of_kind));
        }
    }
    layers.extend(near_repeats(examiner, &year, from, as_of));
    layers
}

fn sources_of(examiner: &Examiner, observations: &[&Observation]) -> Vec<SourceId> {
    let numbers: BTreeSet<usize> = observations.iter().map(|o| o.source).collect();
    let sources = examiner.situation.vocabulary().sources();
    numbers
        .into_iter()
        .map(|number| sources[number].id.clone())
        .collect()
}

/// Cells with reports and those beside them, with their neighbours.
#[derive(Debug)]
struct Cells {
    all: Vec<CellIndex>,
    place: BTreeMap<CellIndex, usize>,
    neighbours: Neighbours,
}

impl Cells {
    fn of(observations: &[&Observation]) -> Option<Self> {
        let occupied: BTreeSet<CellIndex> = observations.iter().filter_map(|o| cell_of(o)).collect();
        let all: BTreeSet<CellIndex> = occupied
            .iter()
            .flat_map(|cell| cell.grid_disk::<Vec<CellIndex>>(1))
            .collect();
        let cells: Vec<CellIndex> = all.into_iter().collect();
        let place: BTreeMap<CellIndex, usize> = cells
            .iter()
            .enumerate()
            .map(|(index, cell)| (*cell, index))
            .collect();
        let pairs: Vec<(usize, usize)> = cells
            .iter()
            .enumerate()
            .flat_map(|(index, cell)| {
                let near = cell.grid_disk::<Vec<CellIndex>>(1);
                let place = &place;
                near.into_iter()
                    .filter_map(move |near| Some((index, *place.get(&near)?)))
                    .filter(|(a, b)| a != b)
                    .collect::<Vec<_>>()
            })
            .collect();
        let neighbours = Neighbours::from_pairs(cells.len(), &pairs).ok()?;
        Some(Self {
            all: cells,
            place,
            neighbours,
        })
    }

    fn index_of(&self, observation: &Observation) -> Option<usize> {
        self.place.get(&cell_of(observation)?).copied()
    }

    fn item(&self, index: usize, word: &str, count: f64) -> LayerItem {
        let cell = self.all[index];
        let mut outline: Vec<LatLng> = cell
            .boundary()
            .iter()
            .filter_map(|corner| LatLng::new(corner.lat(), corner.lng()).ok())
            .collect();
        outline.extend(outline.first().copied());
        LayerItem {
            h3: Some(cell.to_string()),
            outline,
            word: word.to_owned(),
            count,
            z: None,
            p_value: None,
            until: None,
        }
    }
}

fn cell_of(observation: &Observation) -> Option<CellIndex> {
    let point = observation.point;
    let at = h3o::LatLng::new(point.lat_degrees(), point.lng_degrees()).ok()?;
    Some(at.to_cell(Resolution::Nine))
}

/// What a layer is about.
#[derive(Debug)]
struct Subject {
    kind: Kind,
    label: &'static str,
    from: Date,
    to: Date,
    sources: Vec<SourceId>,
}

impl Subject {
    fn layer(&self, kind: LayerKind, name: &str) -> WeeklyLayer {
        WeeklyLayer {
            id: format!("{kind}-{}", self.kind),
            kind,
            label: format!("{name}: {}", self.label),
            from: self.from,
            to: self.to,
            sources: self.sources.clone(),
            sentence: String::new(),
            method: String::new(),
            parameters: serde_json::Value::Null,
            items: Vec::new(),
        }
    }

    fn persistent(&self, cells: &Cells, observations: &[&Observation]) -> Option<WeeklyLayer> {
        let mut counts = vec![0.0; cells.all.len()];
        for observation in observations {
            counts[cells.index_of(observation)?] += 1.0;
        }
        let scores = getis_ord(&counts, &cells.neighbours, true, Weights::Binary, 0, SEED).ok()?;
        let p_values: Vec<f64> = scores.iter().map(|score| score.p_normal).collect();
        let heeded = significant(&p_values, FALSE_DISCOVERY_RATE, FalseDiscovery::BenjaminiHochberg);
        let mut items: Vec<LayerItem> = scores
            .iter()
            .enumerate()
            // An empty cell beside a full one has its score, and nothing to show.
            .filter(|(index, score)| {
                heeded[*index] && counts[*index] > 0.0 && score.z.is_some_and(|z| z > 0.0)
            })
            .map(|(index, score)| LayerItem {
                z: score.z,
                p_value: Some(score.p_normal),
                ..cells.item(index, "dauerhaft hoch", counts[index])
            })
            .collect();
        strongest_first(&mut items);
        Some(WeeklyLayer {
            sentence: format!(
                "In {} von {} Waben häufen sich {} über das Jahr ({}) mehr, als es das Nebeneinander von Zufall erklärt; von den \
                 gezeigten sind im Mittel höchstens {} % falsch. Dauerhaft hoch heißt nicht neu, und viele Menschen bringen viele \
                 Meldungen.",
                items.len(),
                cells.all.len(),
                self.label,
                german::date_span(self.from, self.to),
                german::decimal(FALSE_DISCOVERY_RATE * 100.0, 0),
            ),
            method: "Getis-Ord Gi*, Benjamini-Hochberg".to_owned(),
            parameters: json!({"h3_resolution": 9, "ring": 1, "days": DAYS, "false_discovery_rate": FALSE_DISCOVERY_RATE}),
            items,
            ..self.layer(LayerKind::Persistent, "Dauerhaft hoch")
        })
    }

    fn trend(&self, cells: &Cells, observations: &[&Observation]) -> Option<WeeklyLayer> {
        let units = cells.all.len();
        let mut values = vec![0.0; units * WEEKS];
        let mut counts = vec![0.0; units];
        for observation in observations {
            let index = cells.index_of(observation)?;
            let age = day_of(observation).until(self.to).ok()?.get_days() / 7;
            let week = (WEEKS - 1).checked_sub(usize::try_from(age).ok()?)?;
            values[week * units + index] += 1.0;
            counts[index] += 1.0;
        }
        let cube = Cube::new(units, values).ok()?;
        let params = EmergingParams::new(1, Standardise::Slice, ALPHA).ok()?;
        let found = emerging_hot_spots(&cube, &cells.neighbours, params).ok()?;
        let mut items: Vec<LayerItem> = found
            .iter()
            .enumerate()
            .filter_map(|(index, unit)| {
                let Pattern::Spot(Temperature::Hot, history) = unit.pattern else {
                    return None;
                };
                Some(LayerItem {
                    z: unit.gi_star.last().copied().flatten(),
                    p_value: Some(unit.mann_kendall.p),
                    ..cells.item(index, word_of(history)?, counts[index])
                })
            })
            .collect();
        strongest_first(&mut items);
        Some(WeeklyLayer {
            sentence: format!(
                "Wie sich {} in {} Wochen entwickelt haben ({}): {} Waben mit einem Muster. Benachbarte Wochen und Waben teilen sich \
                 Meldungen; Muster aus wenigen Wochen können Zufall sein.",
                self.label,
                WEEKS,
                german::date_span(self.from, self.to),
                items.len(),
            ),
            method: "emerging hot spot analysis (space-time Gi*, Mann-Kendall)".to_owned(),
            parameters: json!({"h3_resolution": 9, "ring": 1, "weeks": WEEKS, "lag": 1, "alpha": ALPHA}),
            items,
            ..self.layer(LayerKind::Trend, "Verlauf")
        })
    }
}

fn strongest_first(items: &mut [LayerItem]) {
    items.sort_by(|a, b| {
        let by_score = b.z.unwrap_or(0.0).total_cmp(&a.z.unwrap_or(0.0));
        by_score.then(b.count.total_cmp(&a.count))
    });
}

/// What a history is called; on-and-off places are left out, because chance makes many of them.
fn word_of(history: History) -> Option<&'static str> {
    match history {
        History::New => Some("neu in der letzten Woche"),
        History::Consecutive => Some("seit mehreren Wochen"),
        History::Intensifying => Some("hoch und zunehmend"),
        History::Persistent => Some("hoch und gleichbleibend"),
        History::Diminishing => Some("hoch und abnehmend"),
        History::Historical => Some("früher hoch"),
        History::Sporadic | History::Oscillating => None,
    }
}

fn near_repeats(examiner: &Examiner, year: &[&Observation], from: Date, to: Date) -> Option<WeeklyLayer> {
    let vocabulary = examiner.situation.vocabulary();
    let wanted: Vec<usize> = BURGLARY
        .iter()
        .filter_map(|id| vocabulary.taxonomy().index_of(id))
        .collect();
    // A weekend's burglary has no day.
    let burglaries: Vec<&Observation> = year
        .iter()
        .filter(|o| wanted.contains(&o.category) && o.occurred.length_seconds() <= 36 * 3600)
        .copied()
        .collect();
    if burglaries.len() < FEWEST {
        return None;
    }
    let plane = Plane::around(burglaries.first()?.point);
    let locations = Locations::plane(burglaries.iter().map(|o| plane.metres(o.point)).collect()).ok()?;
    let origin = from;
    let times: Vec<i64> = burglaries
        .iter()
        .map(|o| {
            origin
                .until(day_of(o))
                .map_or(0, |span| i64::from(span.get_days()))
        })
        .collect();
    let params = KnoxParams::new(BANDS_M.to_vec(), BANDS_DAYS.to_vec()).ok()?;
    let table = knox(&locations, &times, &params.with_permutations(PERMUTATIONS), SEED).ok()?;
    // The widest distance, from the first band on without a gap, and within it the longest time.
    let is_raised = |row: usize, column: usize| {
        table.p[row][column] <= ZONE_ALPHA
            && table.ratio[row][column].is_some_and(|ratio| ratio >= LEAST_RATIO)
    };
    let rows = BANDS_M.len() - 1;
    // Exact repeats have a band of their own, which may hold no pair at all.
    let widest = (1..rows).take_while(|row| is_raised(*row, 0)).last();
    let mut layer = WeeklyLayer {
        id: LayerKind::NearRepeat.to_string(),
        kind: LayerKind::NearRepeat,
        label: "Folgetaten: Einbruch".to_owned(),
        from,
        to,
        sources: sources_of(examiner, &burglaries),
        sentence: "Einbrüche lagen in diesem Jahr nicht häufiger nah beieinander und kurz nacheinander, als der Zufall es ergibt: \
                   keine Folgetat-Zonen."
            .to_owned(),
        method: "Knox".to_owned(),
        parameters: json!({"bands_m": BANDS_M, "bands_days": BANDS_DAYS, "observed": table.observed,
            "expected": table.expected, "ratio": table.ratio, "p": table.p, "permutations": PERMUTATIONS}),
        items: Vec::new(),
    };
    let Some(row) = widest else {
        return Some(layer);
    };
    let column = (0..BANDS_DAYS.len() - 1)
        .take_while(|column| is_raised(row, *column))
        .last()?;
    let radius_m = BANDS_M[row + 1];
    // The upper edge is exclusive.
    let open_days = BANDS_DAYS[column + 1] as i64 - 1;
    let ratio = table.ratio[row][0].unwrap_or(0.0);
    layer.items = burglaries
        .iter()
        .filter_map(|burglary| {
            let until = day_of(burglary).saturating_add(open_days.days());
            (until >= to).then(|| LayerItem {
                h3: None,
                outline: circle(&plane, plane.metres(burglary.point), radius_m),
                word: format!("Folgetat möglich bis {}", german::date(until)),
                count: 1.0,
                z: None,
                p_value: Some(table.p[row][0]),
                until: Some(until),
            })
        })
        .collect();
    layer.sentence = format!(
        "Im Umkreis von {} m um einen Einbruch kam binnen {} Tagen {}-mal so oft ein weiterer, wie es der Zufall ergibt ({}). \
         {} Zonen sind offen; in den meisten wird nichts geschehen.",
        german::decimal(radius_m, 0),
        open_days,
        german::decimal(ratio, 1),
        german::date_span(from, to),
        layer.items.len(),
    );
    Some(layer)
}

fn circle(plane: &Plane, [x, y]: [f64; 2], radius_m: f64) -> Vec<LatLng> {
    (0..=CIRCLE_CORNERS)
        .filter_map(|corner| {
            let angle =
                f64::from(corner % CIRCLE_CORNERS) / f64::from(CIRCLE_CORNERS) * std::f64::consts::TAU;
            plane.point([x + radius_m * angle.cos(), y + radius_m * angle.sin()])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::point_mass::PointMasses;
    use super::super::testing::{START, examiner, observation};
    use super::*;

    fn known(observations: Vec<Observation>) -> Known {
        Known {
            observations,
            masses: PointMasses::default(),
            notices: Vec::new(),
        }
    }

    /// 40 places 400 m apart with two reports each over the year, and one with 60.
    #[test]
    fn the_one_crowded_cell_is_persistent() {
        let mut reports: Vec<Observation> = (0..40)
            .flat_map(|place| {
                (0..2).map(move |i| {
                    observation(
                        place * 10 + i,
                        (place * 7 + i * 90).cast_signed(),
                        place as f64 * 400.0,
                    )
                })
            })
            .collect();
        reports.extend((0..60).map(|i| observation(1000 + i, (i * 6).cast_signed(), 8000.0)));
        let as_of = START.saturating_add(363.days());
        let layers = weekly_layers(&examiner(), &known(reports), as_of);
        let persistent = layers
            .iter()
            .find(|layer| layer.kind == LayerKind::Persistent)
            .unwrap();
        let best = &persistent.items[0];
        assert!(best.count > 0.0 && best.z.unwrap() > 3.0, "{best:?}");
        let crowded = persistent.items.iter().any(|item| item.count > 50.0);
        assert!(crowded, "{:?}", persistent.items);
        assert!(
            persistent.items.len() < 12,
            "the crowd and its neighbours, not the street"
        );
        assert!(layers.iter().any(|layer| layer.kind == LayerKind::Trend));
        assert!(
            !layers.iter().any(|layer| layer.kind == LayerKind::NearRepeat),
            "no burglaries"
        );
    }
}
