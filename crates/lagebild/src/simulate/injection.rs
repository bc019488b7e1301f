//! The hotspots that are planted, cell by cell of the design.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::city::{City, POLICE, STREAMS};
use super::rhythm::PER_DAY;
use crate::dice::{Dice, Weighted};

/// What is planted: the base case, or one factor changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Cell {
    /// Radius 250 m, relative risk 3, ramp over 28 days, both streams 70/30.
    Base,
    /// Radius 100 m.
    Radius100,
    /// Radius 500 m.
    Radius500,
    /// 600 m of a street.
    Street,
    /// Relative risk 1.5.
    Risk1_5,
    /// Relative risk 2.
    Risk2,
    /// Relative risk 5.
    Risk5,
    /// Two more events a week, whatever the place had.
    Plus2,
    /// Five more events a week.
    Plus5,
    /// Ten more events a week.
    Plus10,
    /// At full height from the first day.
    Step,
    /// The same number of events a week, on Friday and Saturday nights only.
    Intermittent,
    /// Both streams 50/50.
    Equal,
    /// Complaints only.
    Complaints,
    /// Police only.
    Police,
    /// Complaints lead police by 14 days.
    Lead14,
}

/// A planted hotspot.
#[derive(Debug, Clone)]
pub(crate) struct Injection {
    pub(crate) center: [f64; 2],
    /// Addresses of the zone.
    pub(crate) zone: Vec<usize>,
    weights: Weighted,
    /// Events a day at full height, of all streams.
    pub(crate) per_day: f64,
    cell: Cell,
}

impl Cell {
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn radius_m(self) -> f64 {
        match self {
            Self::Radius100 => 100.0,
            Self::Radius500 => 500.0,
            Self::Street => 300.0,
            _ => 250.0,
        }
    }

    fn split(self) -> [f64; STREAMS] {
        match self {
            Self::Equal => [0.5, 0.5],
            Self::Complaints => [1.0, 0.0],
            Self::Police => [0.0, 1.0],
            _ => [0.7, 0.3],
        }
    }
}

impl Injection {
    /// Plants the cell's hotspot about a busy address, drawn by its intensity: hotspots arise where things happen.
    pub(crate) fn new(cell: Cell, city: &City, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "place");
        let total: Vec<f64> = (0..city.addresses.len())
            .map(|a| (0..STREAMS).map(|s| PER_DAY[s] * city.intensity[s][a]).sum())
            .collect();
        let busy = (city.addresses.iter().zip(&total)).map(|(a, t)| if a.is_busy { *t } else { 0.0 });
        let seat = Weighted::new(busy).draw(&mut dice);
        let center = city.sites[seat].point;
        let distance = |a: usize| {
            let point = city.sites[a].point;
            (point[0] - center[0]).hypot(point[1] - center[1])
        };
        let radius_m = cell.radius_m();
        let street = city.addresses[seat].street;
        let zone: Vec<usize> = (0..city.addresses.len())
            .filter(|&a| distance(a) <= radius_m)
            .filter(|&a| cell != Cell::Street || city.addresses[a].street == street)
            .collect();
        let usual: f64 = zone.iter().map(|&a| total[a]).sum();
        let per_day = match cell {
            Cell::Risk1_5 => 0.5 * usual,
            Cell::Risk2 => usual,
            Cell::Risk5 => 4.0 * usual,
            Cell::Plus2 => 2.0 / 7.0,
            Cell::Plus5 => 5.0 / 7.0,
            Cell::Plus10 => 10.0 / 7.0,
            _ => 2.0 * usual,
        };
        Self {
            center,
            weights: Weighted::new(zone.iter().map(|&a| total[a])),
            zone,
            per_day,
            cell,
        }
    }

    /// Mean further events of a stream on a day since the planting (0: the first), `weekday` 0 for Monday.
    pub(crate) fn mean(&self, stream: usize, since: i64, weekday: i64) -> f64 {
        let since = if self.cell == Cell::Lead14 && stream == POLICE {
            since - 14
        } else {
            since
        };
        if since < 0 {
            return 0.0;
        }
        let height = if self.cell == Cell::Step {
            1.0
        } else {
            (since as f64 + 0.5).min(28.0) / 28.0
        };
        let of_day = match (self.cell, weekday) {
            (Cell::Intermittent, 4 | 5) => 3.5,
            (Cell::Intermittent, _) => 0.0,
            _ => 1.0,
        };
        self.per_day * self.cell.split()[stream] * height * of_day
    }

    /// Half the length of the zone.
    pub(crate) fn radius_m(&self) -> f64 {
        self.cell.radius_m()
    }

    /// An address of the zone.
    pub(crate) fn address(&self, dice: &mut Dice) -> usize {
        self.zone[self.weights.draw(dice)]
    }
}
