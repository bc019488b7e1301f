//! Gi* of units and slices of time together.

use thiserror::Error;

use crate::{Neighbours, lisa::squares};

/// Values of units in slices of time, slice after slice.
#[derive(Debug, Clone, PartialEq)]
pub struct Cube {
    units: usize,
    values: Vec<f64>,
}

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standardise {
    /// Mean and variance of its slice: what is high among the places of that time.
    #[default]
    Slice,
    /// Mean and variance of all slices, as `ArcGIS` does: what is high among all places and times.
    Cube,
}

/// Why values are not a [`Cube`], or do not fit the neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidCube {
    /// There are no units, or their number does not divide the number of values.
    #[error("{values} values cannot be slices of {units} units")]
    Shape {
        /// Values given.
        values: usize,
        /// Units in each slice.
        units: usize,
    },
    /// A value is not a finite number of usual size.
    #[error("value {0} is not a finite number below 1e150")]
    Value(usize),
    /// The neighbours are of another number of units.
    #[error("neighbours of {neighbours} units for a cube of {units}")]
    Neighbours {
        /// Units of the neighbours.
        neighbours: usize,
        /// Units of the cube.
        units: usize,
    },
}

impl Cube {
    /// Slices of `units` values each.
    ///
    /// # Errors
    /// When the values do not make whole slices, or one is not finite.
    pub fn new(units: usize, values: Vec<f64>) -> Result<Self, InvalidCube> {
        if units == 0 || !values.len().is_multiple_of(units) {
            return Err(InvalidCube::Shape {
                values: values.len(),
                units,
            });
        }
        match values.iter().position(|v| v.is_nan() || v.abs() >= 1e150) {
            Some(index) => Err(InvalidCube::Value(index)),
            None => Ok(Self { units, values }),
        }
    }

    /// Units in each slice.
    pub fn units(&self) -> usize {
        self.units
    }

    /// Number of slices.
    pub fn slices(&self) -> usize {
        self.values.len() / self.units
    }

    /// The values of a slice.
    pub fn slice(&self, slice: usize) -> &[f64] {
        &self.values[slice * self.units..(slice + 1) * self.units]
    }
}

/// Standard scores of every unit, slice after slice: sum over the unit and its neighbours in a slice and the `lag`
/// slices before it.
///
/// `None` where nothing can be said: no variance, or a neighbourhood that is everything.
///
/// # Errors
/// When the neighbours are of another number of units.
pub(crate) fn space_time_gi_star(
    cube: &Cube,
    neighbours: &Neighbours,
    lag: usize,
    standardise: Standardise,
) -> Result<Vec<Option<f64>>, InvalidCube> {
    let units = cube.units();
    if neighbours.units() != units {
        return Err(InvalidCube::Neighbours {
            neighbours: neighbours.units(),
            units,
        });
    }
    let whole = Moments::of(&cube.values);
    let sums: Vec<Vec<f64>> = (0..cube.slices())
        .map(|slice| {
            let values = cube.slice(slice);
            let near = |unit: usize| {
                neighbours
                    .of(unit)
                    .iter()
                    .map(|&j| values[j as usize])
                    .sum::<f64>()
            };
            (0..units).map(|unit| values[unit] + near(unit)).collect()
        })
        .collect();
    let mut scores = Vec::with_capacity(cube.values.len());
    for slice in 0..cube.slices() {
        let moments = match standardise {
            Standardise::Slice => Moments::of(cube.slice(slice)),
            Standardise::Cube => whole,
        };
        let first = slice.saturating_sub(lag);
        for unit in 0..units {
            let sum: f64 = sums[first..=slice].iter().map(|of_slice| of_slice[unit]).sum();
            let number = (neighbours.of(unit).len() + 1) * (slice - first + 1);
            scores.push(moments.z(sum, number as f64));
        }
    }
    Ok(scores)
}

#[derive(Debug, Clone, Copy)]
struct Moments {
    n: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        Self {
            n,
            mean,
            variance: squares(values, mean) / n,
        }
    }

    fn z(self, sum: f64, number: f64) -> Option<f64> {
        let spread = (self.n - number) * number / (self.n - 1.0);
        let variance = self.variance * spread;
        (variance > 0.0).then(|| (sum - number * self.mean) / variance.sqrt())
    }
}
