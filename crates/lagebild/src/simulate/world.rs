//! What happens in a simulated city, and when the city learns of it.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::city::{COMPLAINTS, City, POLICE, SIDE_M, STREAMS};
use super::injection::{Cell, Injection};
use super::rhythm::{Rhythm, YEAR};
use crate::dice::{Dice, Weighted};

/// Days before the evaluation begins.
pub(crate) const WARM_UP: i64 = 2 * YEAR;
/// Days that an injected world is looked at.
pub(crate) const LOOKS: i64 = 60;

const DUPLICATES: f64 = 0.05;
const SNAPPED: f64 = 0.10;
/// Share of the snapped geocodes that fall to the postcode's centroid; the others fall to the block's.
const TO_POSTCODE: f64 = 0.3;
const INTERVALS: f64 = 0.15;
/// Swing of a district's own season.
const DISTRICT_SWING: f64 = 0.35;
/// What a city-wide surge multiplies by, and how many days it lasts.
const SURGE: (f64, i64) = (1.6, 21);
/// What a new portal multiplies the complaints of its district by.
const PORTAL: f64 = 1.6;
/// Events that follow each event nearby on average, their mean delay in days and their spread in metres.
const REPEATS: (f64, f64, f64) = (0.2, 7.0, 120.0);

/// Worlds in which nothing emerges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Null {
    /// (a) Space and time are independent.
    Separable,
    /// (b) Each district has a season of its own.
    Seasons,
    /// (c) The whole city surges.
    Surge,
    /// (d) Events draw others near, nothing emerges.
    NearRepeat,
    /// (e) One district gets a new portal and reports more.
    Portal,
}

impl Null {
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// What a world holds besides the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null(Null),
    Injected(Cell),
}

/// A report as the city has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Report {
    pub(crate) stream: usize,
    pub(crate) site: usize,
    /// Day that it counts on: for an interval, its middle.
    pub(crate) day: i64,
    /// Day on whose evening it is known.
    pub(crate) received: i64,
    /// Whether the planted hotspot brought it.
    pub(crate) is_injected: bool,
}

/// A city with its reports, in the order in which they become known.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) city: City,
    pub(crate) injection: Option<Injection>,
    pub(crate) reports: Vec<Report>,
    /// First day looked at.
    pub(crate) start: i64,
    /// Last day looked at.
    pub(crate) end: i64,
    /// First and last day of the surge, if there is one.
    pub(crate) surge: Option<(i64, i64)>,
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
struct Event {
    stream: usize,
    address: usize,
    /// Days since the evaluation begins.
    moment: f64,
    is_injected: bool,
}

impl World {
    /// World `number` of its kind; the same seed and number give the same city and the same background to every cell.
    pub(crate) fn new(kind: Kind, seed: u64, number: u64) -> Self {
        let subject = match kind {
            Kind::Null(null) => format!("null {} {number}", null.name()),
            Kind::Injected(_) => format!("injected {number}"),
        };
        let seed = Dice::new(seed, &subject).seed();
        let city = City::new(seed);
        let rhythm = Rhythm::new(seed);
        let mut dice = Dice::new(seed, "world");
        let change = dice.day(YEAR - 60) + 15;
        let (start, end) = match kind {
            Kind::Null(_) => (0, YEAR - 1),
            Kind::Injected(_) => (0, LOOKS),
        };
        let mut world = Self {
            injection: match kind {
                Kind::Injected(cell) => Some(Injection::new(cell, &city, seed)),
                Kind::Null(_) => None,
            },
            surge: (kind == Kind::Null(Null::Surge)).then_some((change, change + SURGE.1 - 1)),
            city,
            reports: Vec::new(),
            start,
            end,
        };
        let background = Background::new(kind, &world, change, &mut Dice::new(seed, "background"));
        let mut events = Vec::new();
        for stream in 0..STREAMS {
            let mut dice = Dice::new(seed, &format!("events {stream}"));
            background.happen(stream, &rhythm, &world, &mut events, &mut dice);
        }
        if kind == Kind::Null(Null::NearRepeat) {
            repeat(&mut events, &world.city, &mut Dice::new(seed, "repeats"));
        }
        let mut reports = Vec::with_capacity(events.len() * 21 / 20);
        let mut recording = Dice::new(seed, "recording");
        for event in &events {
            record(event, &world.city, &mut reports, &mut recording);
        }
        if let Some(injection) = &world.injection {
            let mut dice = Dice::new(seed, "injection");
            for event in injected(injection, world.end, &mut dice) {
                record(&event, &world.city, &mut reports, &mut dice);
            }
        }
        reports.retain(|report| report.received <= world.end);
        reports.sort_by_key(|report| (report.received, report.day, report.stream, report.site));
        world.reports = reports;
        world
    }
}

/// What multiplies the usual intensity.
struct Background {
    kind: Kind,
    /// Top of each district's season, day of the year.
    tops: Vec<f64>,
    /// District of the portal.
    portal: u32,
    change: i64,
    /// Addresses of each stream by share.
    addresses: [Weighted; STREAMS],
}

impl Background {
    fn new(kind: Kind, world: &World, change: i64, dice: &mut Dice) -> Self {
        let districts = world.city.sites.iter().map(|s| s.district).max().unwrap_or(0);
        // The portal opens where people live, by address.
        let portal = world.city.sites[dice.index(world.city.addresses.len())].district;
        Self {
            kind,
            tops: (0..=districts).map(|_| dice.between(0.0, YEAR as f64)).collect(),
            portal,
            change,
            addresses: [COMPLAINTS, POLICE].map(|s| Weighted::new(world.city.intensity[s].iter().copied())),
        }
    }

    fn happen(
        &self,
        stream: usize,
        rhythm: &Rhythm,
        world: &World,
        events: &mut Vec<Event>,
        dice: &mut Dice,
    ) {
        // Near-repeat worlds have fewer first events, so that the total is the usual one.
        let first_share = if self.kind == Kind::Null(Null::NearRepeat) {
            1.0 - REPEATS.0
        } else {
            1.0
        };
        for day in -WARM_UP..=world.end {
            let mut mean = rhythm.mean(stream, day) * first_share;
            if world
                .surge
                .is_some_and(|(first, last)| (first..=last).contains(&day))
            {
                mean *= SURGE.0;
            }
            // Thinning: drawn at the highest factor, kept by the address's own.
            let most = self.most();
            for _ in 0..dice.poisson(mean * most) {
                let address = self.addresses[stream].draw(dice);
                let moment = day as f64 + dice.unit();
                let keep = dice.unit() * most;
                if keep
                    < self.factor(
                        stream,
                        world.city.sites[address].district,
                        rhythm.of_year(day),
                        day,
                    )
                {
                    events.push(Event {
                        stream,
                        address,
                        moment,
                        is_injected: false,
                    });
                }
            }
        }
    }

    fn most(&self) -> f64 {
        match self.kind {
            Kind::Null(Null::Seasons) => 1.0 + DISTRICT_SWING,
            Kind::Null(Null::Portal) => PORTAL,
            _ => 1.0,
        }
    }

    fn factor(&self, stream: usize, district: u32, of_year: i64, day: i64) -> f64 {
        match self.kind {
            Kind::Null(Null::Seasons) => {
                let phase = of_year as f64 - self.tops[district as usize];
                1.0 + DISTRICT_SWING * (TAU * phase / YEAR as f64).cos()
            }
            Kind::Null(Null::Portal)
                if stream == COMPLAINTS && district == self.portal && day >= self.change =>
            {
                PORTAL
            }
            _ => 1.0,
        }
    }
}

/// Lets events draw others near, and those again others.
fn repeat(events: &mut Vec<Event>, city: &City, dice: &mut Dice) {
    let (mean, delay_days, spread_m) = REPEATS;
    let near = Near::new(city);
    let mut next = 0;
    while let Some(&event) = events.get(next) {
        next += 1;
        for _ in 0..dice.poisson(mean) {
            let from = city.sites[event.address].point;
            let to = [
                from[0] + spread_m * dice.normal(),
                from[1] + spread_m * dice.normal(),
            ];
            events.push(Event {
                address: near.address(city, to).unwrap_or(event.address),
                moment: event.moment + dice.exponential(delay_days),
                ..event
            });
        }
    }
}

/// Addresses by square, to find the nearest.
struct Near {
    squares: BTreeMap<(i64, i64), Vec<usize>>,
}

impl Near {
    const SQUARE_M: f64 = 250.0;

    fn new(city: &City) -> Self {
        let mut squares: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for address in 0..city.addresses.len() {
            squares
                .entry(Self::square(city.sites[address].point))
                .or_default()
                .push(address);
        }
        Self { squares }
    }

    fn square(point: [f64; 2]) -> (i64, i64) {
        let of = |c: f64| (c.clamp(0.0, SIDE_M) / Self::SQUARE_M).floor() as i64;
        (of(point[0]), of(point[1]))
    }

    /// The address nearest to a point, if there is one in its square or one beside it.
    fn address(&self, city: &City, point: [f64; 2]) -> Option<usize> {
        let (x, y) = Self::square(point);
        let distance = |a: usize| {
            let at = city.sites[a].point;
            (at[0] - point[0]).hypot(at[1] - point[1])
        };
        (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .filter_map(|square| self.squares.get(&square))
            .flatten()
            .copied()
            .min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
    }
}

fn injected(injection: &Injection, end: i64, dice: &mut Dice) -> Vec<Event> {
    let mut events = Vec::new();
    for day in 0..=end {
        for stream in 0..STREAMS {
            for _ in 0..dice.poisson(injection.mean(stream, day, day.rem_euclid(7))) {
                events.push(Event {
                    stream,
                    address: injection.address(dice),
                    moment: day as f64 + dice.unit(),
                    is_injected: true,
                });
            }
        }
    }
    events
}

/// What the city gets to know of an event, once or twice.
fn record(event: &Event, city: &City, reports: &mut Vec<Report>, dice: &mut Dice) {
    let is_duplicated = dice.chance(DUPLICATES);
    let later_days = dice.unit() * 2.0;
    report(event, event.moment, city, reports, dice);
    if is_duplicated {
        report(event, event.moment + later_days, city, reports, dice);
    }
}

fn report(event: &Event, moment: f64, city: &City, reports: &mut Vec<Report>, dice: &mut Dice) {
    let address = city.addresses[event.address];
    let site = match (dice.chance(SNAPPED), dice.chance(TO_POSTCODE)) {
        (false, _) => event.address,
        (true, false) => address.block_site,
        (true, true) => address.postcode_site,
    };
    let (is_interval, length_days, at) = (
        dice.chance(INTERVALS),
        dice.log_normal(0.5, 0.8).min(4.0),
        dice.unit(),
    );
    let (median, sigma) = Rhythm::delay(event.stream);
    let delay = dice.log_normal(median, sigma);
    // What is known of an interval is its span: it counts on the day of its middle, and is known after its end.
    let (middle, noticed) = if event.stream == POLICE && is_interval {
        let from = moment - at * length_days;
        (from + length_days / 2.0, from + length_days)
    } else {
        (moment, moment)
    };
    reports.push(Report {
        stream: event.stream,
        site,
        day: middle.floor() as i64,
        received: (noticed + delay).floor() as i64,
        is_injected: event.is_injected,
    });
}
