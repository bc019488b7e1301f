//! The street network: lines traced through a field of directions, evenly spaced, denser where people live.
//!
//! The method is that of evenly spaced streamlines (Jobard and Lefer 1997) in a field as used for street plans by
//! Chen et al. 2008 (doi:10.1145/1360612.1360702): main roads, railways and waters turn the field alongside them,
//! and elsewhere each quarter has a direction of its own.

use std::collections::VecDeque;

use super::index::SegmentIndex;
use super::plane::{Metres, Ring, length, nearest_on_segment};
use super::routes::Route;
use super::settlements::{SETTLEMENTS, urbanity};
use super::wobble::{noise, simplify};
use crate::dice::Dice;

/// A minor street, traced and trimmed.
#[derive(Debug, Clone)]
pub(crate) struct Street {
    pub(crate) line: Vec<Metres>,
    /// Outside the quarters: a lane between fields.
    pub(crate) is_rural: bool,
}

/// What streets go along, end at and do not cross.
pub(crate) struct Ground<'a> {
    pub(crate) boundary: Ring,
    pub(crate) main_roads: &'a [Route],
    pub(crate) barriers: &'a [Vec<Metres>],
    /// Parks and waters: no street lies in them.
    pub(crate) open_areas: Vec<Ring>,
}

/// Traces the whole network.
pub(crate) fn trace(ground: &Ground<'_>) -> Vec<Street> {
    let mut tracer = Tracer::new(ground);
    tracer.town();
    tracer.country();
    tracer.finished()
}

const STEP_M: f64 = 18.0;
const SHORTEST_M: f64 = 45.0;
const RURAL_SPACING_M: f64 = 520.0;

struct Tracer<'a> {
    ground: &'a Ground<'a>,
    roads: SegmentIndex,
    barriers: SegmentIndex,
    field: Field,
    /// One index per family: along the field and across it.
    families: [SegmentIndex; 2],
    streets: Vec<Street>,
    dice: Dice,
}

impl<'a> Tracer<'a> {
    fn new(ground: &'a Ground<'a>) -> Self {
        let roads = SegmentIndex::of(ground.main_roads.iter().map(|route| route.line.as_slice()));
        let barriers = SegmentIndex::of(ground.barriers.iter().map(Vec::as_slice));
        let field = Field::new(&roads, &barriers);
        let families = [SegmentIndex::new(), SegmentIndex::new()];
        Self {
            ground,
            roads,
            barriers,
            field,
            families,
            streets: Vec::new(),
            dice: Dice::new(0, "streets"),
        }
    }

    fn town(&mut self) {
        for family in [0, 1] {
            for settlement in &SETTLEMENTS {
                let middle = settlement.middle.metres();
                let reach = settlement.reach_m * 1.35;
                let spacing = settlement.spacing_m * 0.55;
                let rings = (reach / spacing) as usize;
                for ring in 0..=rings {
                    let seeds = (ring * 6).max(1);
                    for seed in 0..seeds {
                        let angle = std::f64::consts::TAU * seed as f64 / seeds as f64 + self.dice.unit();
                        let (sin, cos) = angle.sin_cos();
                        let start = middle.plus(ring as f64 * spacing * cos, ring as f64 * spacing * sin);
                        self.grow(start, family);
                    }
                }
            }
        }
    }

    /// Lays a street and, from both of its sides, the next ones at the right distance, until nothing fits any more.
    fn grow(&mut self, start: Metres, family: usize) {
        let mut seeds = VecDeque::from([start]);
        while let Some(seed) = seeds.pop_front() {
            if !self.try_street(seed, family, false) {
                continue;
            }
            let Some(street) = self.streets.last() else {
                return;
            };
            for &point in &street.line {
                let (dx, dy) = self.field.direction(point, family);
                let aside = Self::spacing(point, family, false);
                seeds.push_back(point.plus(-dy * aside, dx * aside));
                seeds.push_back(point.plus(dy * aside, -dx * aside));
            }
        }
    }

    fn country(&mut self) {
        let (low, high) = self.ground.boundary.extent();
        for family in [0, 1] {
            let mut y = low.y;
            while y < high.y {
                let mut x = low.x;
                while x < high.x {
                    let start = Metres::new(
                        x + self.dice.between(0.0, 300.0),
                        y + self.dice.between(0.0, 300.0),
                    );
                    self.try_street(start, family, true);
                    x += 300.0;
                }
                y += 300.0;
            }
        }
    }

    fn spacing(point: Metres, family: usize, is_rural: bool) -> f64 {
        if is_rural {
            return RURAL_SPACING_M * (1.0 + 0.35 * noise(point, 2200.0, 5));
        }
        let (depth, settlement) = urbanity(point);
        let outward = 0.88 + 0.22 * (1.0 - depth.clamp(0.0, 1.0));
        let block = if family == 0 { 1.0 } else { 1.42 };
        settlement.spacing_m * outward * block * (1.0 + 0.12 * noise(point, 240.0, 6))
    }

    /// Whether a street of this sort may lie at this point at all.
    fn is_allowed(&self, point: Metres, is_rural: bool) -> bool {
        let depth = urbanity(point).0;
        let fits = if is_rural { depth < -0.02 } else { depth > 0.0 };
        fits && self.ground.boundary.contains(point)
            && !self.ground.open_areas.iter().any(|area| area.contains(point))
    }

    fn is_free(&self, point: Metres, family: usize, is_rural: bool, share: f64) -> bool {
        let reach = Self::spacing(point, family, is_rural) * share;
        let direction = self.field.direction(point, family);
        self.families[family].nearest(point, reach).is_none()
            && !self.roads.runs_along(point, reach * 0.8, direction)
            && self.barriers.nearest(point, 28.0).is_none()
    }

    fn try_street(&mut self, start: Metres, family: usize, is_rural: bool) -> bool {
        if !self.is_allowed(start, is_rural) || !self.is_free(start, family, is_rural, 0.9) {
            return false;
        }
        let longest = if is_rural {
            self.dice.between(1200.0, 4200.0)
        } else {
            self.dice.between(350.0, 1300.0)
        };
        let mut line = self.half(start, family, is_rural, -1.0, longest * 0.5);
        line.reverse();
        line.push(start);
        line.extend(self.half(start, family, is_rural, 1.0, longest * 0.5));
        if length(&line) < if is_rural { 420.0 } else { 90.0 } {
            return false;
        }
        let line = simplify(&line, if is_rural { 6.0 } else { 2.6 });
        self.families[family].add_line(&line);
        self.streets.push(Street { line, is_rural });
        true
    }

    fn half(&self, start: Metres, family: usize, is_rural: bool, sign: f64, longest: f64) -> Vec<Metres> {
        let mut line = Vec::new();
        let mut at = start;
        let (mut dx, mut dy) = self.field.direction(start, family);
        (dx, dy) = (dx * sign, dy * sign);
        let mut travelled = 0.0;
        while travelled < longest {
            let (nx, ny) = self.field.direction(at, family);
            // Directions have no sign of their own: keep going the way we came.
            let along = nx * dx + ny * dy;
            if along.abs() < 0.8 {
                break;
            }
            (dx, dy) = (nx * along.signum(), ny * along.signum());
            let next = at.plus(dx * STEP_M, dy * STEP_M);
            if !self.is_allowed(next, is_rural)
                || self.barriers.crosses(at, next)
                || !self.is_free(next, family, is_rural, 0.62)
            {
                // A little further reaches what stopped the street, so that it ends there and not before it.
                line.push(at.plus(dx * STEP_M * 1.5, dy * STEP_M * 1.5));
                break;
            }
            line.push(next);
            travelled += STEP_M;
            at = next;
        }
        line
    }

    /// Cuts every street at its outermost junctions, opens some blocks and drops what joins nothing.
    fn finished(mut self) -> Vec<Street> {
        let mut all = SegmentIndex::of(self.ground.main_roads.iter().map(|route| route.line.as_slice()));
        let first_street = all.len();
        let mut owner = Vec::new();
        for (number, street) in self.streets.iter().enumerate() {
            owner.resize(owner.len() + street.line.len() - 1, number);
            all.add_line(&street.line);
        }
        let streets = std::mem::take(&mut self.streets);
        let mut result = Vec::new();
        for (number, street) in streets.iter().enumerate() {
            let junctions = junctions(&street.line, &all, |segment| {
                segment >= first_street && owner[segment - first_street] == number
            });
            for line in self.pieces(&street.line, &junctions, street.is_rural) {
                result.push(Street {
                    line,
                    is_rural: street.is_rural,
                });
            }
        }
        result
    }

    fn pieces(&mut self, line: &[Metres], junctions: &[f64], is_rural: bool) -> Vec<Vec<Metres>> {
        let (Some(&first), Some(&last)) = (junctions.first(), junctions.last()) else {
            return Vec::new();
        };
        let whole = length(line);
        let tail = |dice: &mut Dice, rest: f64| {
            let may_stay = if is_rural {
                rest > 150.0
            } else {
                (30.0..110.0).contains(&rest)
            };
            if may_stay && dice.chance(0.3) { rest } else { 0.0 }
        };
        let mut from = first - tail(&mut self.dice, first);
        let end = last + tail(&mut self.dice, whole - last);
        let mut pieces = Vec::new();
        for block in junctions.windows(2) {
            let gap = if is_rural { 0.04 } else { 0.06 };
            if block[1] - block[0] > 50.0 && self.dice.chance(gap) {
                push_part(line, from, block[0], &mut pieces);
                from = block[1];
            }
        }
        push_part(line, from, end, &mut pieces);
        pieces
    }
}

fn push_part(line: &[Metres], from: f64, to: f64, pieces: &mut Vec<Vec<Metres>>) {
    if to - from >= SHORTEST_M {
        pieces.push(part(line, from, to));
    }
}

/// The part of a line between two distances from its start.
pub(crate) fn part(line: &[Metres], from: f64, to: f64) -> Vec<Metres> {
    let mut result = Vec::new();
    let mut travelled = 0.0;
    for pair in line.windows(2) {
        let segment = pair[0].distance(pair[1]);
        let (low, high) = ((from - travelled) / segment, (to - travelled) / segment);
        if high > 0.0 && low < 1.0 {
            if result.is_empty() {
                result.push(pair[0].between(pair[1], low.max(0.0)));
            }
            result.push(pair[0].between(pair[1], high.min(1.0)));
        }
        travelled += segment;
    }
    result
}

/// Distances along `line` at which it meets other streets.
fn junctions(line: &[Metres], all: &SegmentIndex, is_own: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut distances = Vec::new();
    let mut travelled = 0.0;
    for pair in line.windows(2) {
        let segment = pair[0].distance(pair[1]);
        all.crossings(pair[0], pair[1], &is_own, |share| {
            distances.push(travelled + share * segment);
        });
        travelled += segment;
    }
    distances.sort_by(f64::total_cmp);
    distances.dedup_by(|a, b| *a - *b < 3.0);
    distances
}

/// The field of street directions, on a raster; angles are doubled so that opposite directions agree.
struct Field {
    cells: Vec<(f64, f64)>,
}

const CELL_M: f64 = 100.0;
const COLUMNS: usize = 250;
const ROWS: usize = 200;
const WEST_M: f64 = -11_500.0;
const SOUTH_M: f64 = -9_500.0;

impl Field {
    fn new(roads: &SegmentIndex, barriers: &SegmentIndex) -> Self {
        let cells = (0..COLUMNS * ROWS)
            .map(|cell| {
                let centre = Metres::new(
                    WEST_M + CELL_M * (cell % COLUMNS) as f64,
                    SOUTH_M + CELL_M * (cell / COLUMNS) as f64,
                );
                Self::at(centre, roads, barriers)
            })
            .collect();
        Self { cells }
    }

    fn at(point: Metres, roads: &SegmentIndex, barriers: &SegmentIndex) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        let mut add = |angle: f64, weight: f64| {
            sum.0 += weight * (2.0 * angle).cos();
            sum.1 += weight * (2.0 * angle).sin();
        };
        for settlement in &SETTLEMENTS {
            let distance = point.distance(settlement.middle.metres()) / settlement.reach_m;
            add(settlement.turn.to_radians(), 0.55 * (-distance * distance).exp());
        }
        add(0.3 + 0.9 * noise(point, 1900.0, 3), 0.16);
        for (index, weight, reach) in [(roads, 1.0, 260.0), (barriers, 0.7, 220.0)] {
            if let Some(segment) = index.nearest(point, 900.0) {
                let nearest = nearest_on_segment(point, segment.0, segment.1);
                let angle = (segment.1.y - segment.0.y).atan2(segment.1.x - segment.0.x);
                add(angle, weight * (-nearest.distance(point) / reach).exp());
            }
        }
        sum
    }

    /// Unit vector along the field (family 0) or across it (family 1).
    fn direction(&self, point: Metres, family: usize) -> (f64, f64) {
        let x = ((point.x - WEST_M) / CELL_M).clamp(0.0, (COLUMNS - 2) as f64);
        let y = ((point.y - SOUTH_M) / CELL_M).clamp(0.0, (ROWS - 2) as f64);
        let (column, row) = (x as usize, y as usize);
        let (tx, ty) = (x - column as f64, y - row as f64);
        let blend = |pick: fn(&(f64, f64)) -> f64| {
            let cell = |dx: usize, dy: usize| pick(&self.cells[(row + dy) * COLUMNS + column + dx]);
            (cell(0, 0) * (1.0 - tx) + cell(1, 0) * tx) * (1.0 - ty)
                + (cell(0, 1) * (1.0 - tx) + cell(1, 1) * tx) * ty
        };
        let angle = blend(|c| c.1).atan2(blend(|c| c.0)) / 2.0;
        let (sin, cos) = angle.sin_cos();
        if family == 0 { (cos, sin) } else { (-sin, cos) }
    }
}
