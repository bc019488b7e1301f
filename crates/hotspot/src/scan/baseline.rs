//! How many cases were to be expected, place by place and step by step.

use std::collections::BTreeMap;

use thiserror::Error;

use super::Case;

/// Most numbers of a baseline (locations × steps): eight bytes each, so 400 MB.
const MOST_CELLS: u64 = 50_000_000;

/// Expected cases of every location and time step, up to a common factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    first: i64,
    steps: usize,
    /// Location after location.
    values: Vec<f64>,
}

/// Persons at risk at one place and moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Population {
    /// Index of the location.
    pub location: usize,
    /// Number of the covariate stratum (age class and sex, for example).
    pub stratum: u32,
    /// Moment, on the clock of the steps' boundaries.
    pub time: f64,
    /// Persons.
    pub persons: f64,
}

/// Cases with their covariate stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratumCase {
    /// Place, step and number.
    pub case: Case,
    /// Number of the covariate stratum.
    pub stratum: u32,
}

/// Why numbers are not a [`Baseline`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidBaseline {
    /// The study has no step, or its boundaries do not rise.
    #[error("the study has no step, or the boundaries of its steps do not rise")]
    NoStep,
    /// Too many locations × steps.
    #[error("{cells} cells of location and step are more than the {limit} held")]
    TooLarge {
        /// Cells asked for.
        cells: u64,
        /// Cells held.
        limit: u64,
    },
    /// The number of values is not locations × steps.
    #[error("{found} values given, {wanted} needed")]
    Length {
        /// Values given.
        found: usize,
        /// Locations × steps.
        wanted: usize,
    },
    /// A value, a number of persons or a moment is negative or not finite.
    #[error("row {row}: a value is negative or not a number")]
    Value {
        /// Index of the row.
        row: usize,
    },
    /// A row names a location that does not exist.
    #[error("row {row}: there is no such location")]
    UnknownLocation {
        /// Index of the row.
        row: usize,
    },
    /// A stratum has cases but nobody at risk.
    #[error("stratum {stratum} has cases but no population")]
    NoPopulation {
        /// The stratum.
        stratum: u32,
    },
}

impl Baseline {
    /// A baseline of given values, location after location, the steps from `first` to `end` within each.
    ///
    /// # Errors
    /// When the number of values is not `locations` × steps, or one is negative or not finite.
    pub fn new(locations: usize, first: i64, end: i64, values: Vec<f64>) -> Result<Self, InvalidBaseline> {
        let steps = steps_of(locations, first, end)?;
        if values.len() != locations * steps {
            return Err(InvalidBaseline::Length {
                found: values.len(),
                wanted: locations * steps,
            });
        }
        match values.iter().position(|v| !(v.is_finite() && *v >= 0.0)) {
            Some(row) => Err(InvalidBaseline::Value { row }),
            None => Ok(Self { first, steps, values }),
        }
    }

    /// Indirect standardisation: each stratum has one rate everywhere, its cases over its persons and time, and a
    /// place expects its persons of each stratum times that rate.
    ///
    /// `boundaries` are the moments at which the steps from `first` on begin, and the moment at which the last ends, on
    /// the clock of the population's `time` (days, for years of unequal length). Between two counts of a place and
    /// stratum the population is interpolated linearly, before the first and after the last it is constant; a step
    /// has its integral over time. Rows for one place, stratum and moment add up.
    ///
    /// # Errors
    /// When a row is out of range or not finite, the boundaries do not rise, or a stratum has cases but no population.
    pub fn standardised(
        locations: usize,
        first: i64,
        boundaries: &[f64],
        population: &[Population],
        cases: &[StratumCase],
    ) -> Result<Self, InvalidBaseline> {
        let rises = |pair: &[f64]| pair[0] < pair[1] && pair[0].is_finite() && pair[1].is_finite();
        if boundaries.len() < 2 || !boundaries.windows(2).all(rises) {
            return Err(InvalidBaseline::NoStep);
        }
        let end = first.saturating_add_unsigned(boundaries.len() as u64 - 2);
        let steps = steps_of(locations, first, end)?;
        let mut counts: BTreeMap<(u32, usize), Vec<(f64, f64)>> = BTreeMap::new();
        for (row, at_risk) in population.iter().enumerate() {
            if at_risk.location >= locations {
                return Err(InvalidBaseline::UnknownLocation { row });
            }
            let is_number = at_risk.time.is_finite() && at_risk.persons.is_finite();
            if !is_number || at_risk.persons < 0.0 {
                return Err(InvalidBaseline::Value { row });
            }
            let series = counts.entry((at_risk.stratum, at_risk.location)).or_default();
            series.push((at_risk.time, at_risk.persons));
        }
        let mut stratum_cases: BTreeMap<u32, f64> = BTreeMap::new();
        for stratum_case in cases.iter().filter(|c| (first..=end).contains(&c.case.time)) {
            *stratum_cases.entry(stratum_case.stratum).or_default() += f64::from(stratum_case.case.count);
        }
        let mut person_time: BTreeMap<u32, f64> = BTreeMap::new();
        let mut sums = Vec::with_capacity(counts.len());
        for ((stratum, location), series) in counts {
            let series = merged(series);
            let step_sums: Vec<f64> = boundaries
                .windows(2)
                .map(|b| integral(&series, b[0], b[1]))
                .collect();
            *person_time.entry(stratum).or_default() += step_sums.iter().sum::<f64>();
            sums.push((stratum, location, step_sums));
        }
        for (&stratum, &cases) in &stratum_cases {
            if cases > 0.0 && person_time.get(&stratum).is_none_or(|&p| p <= 0.0) {
                return Err(InvalidBaseline::NoPopulation { stratum });
            }
        }
        let mut values = vec![0.0; locations * steps];
        for (stratum, location, step_sums) in sums {
            let (cases, persons) = (
                stratum_cases.get(&stratum).copied().unwrap_or(0.0),
                person_time[&stratum],
            );
            if cases > 0.0 && persons > 0.0 {
                let cells = &mut values[location * steps..(location + 1) * steps];
                for (cell, sum) in cells.iter_mut().zip(step_sums) {
                    *cell += sum * cases / persons;
                }
            }
        }
        Ok(Self { first, steps, values })
    }

    /// First step.
    pub fn first(&self) -> i64 {
        self.first
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Number of locations.
    pub fn locations(&self) -> usize {
        self.values.len() / self.steps
    }

    /// Expected cases of a location, step by step.
    pub(crate) fn of_location(&self, location: usize) -> &[f64] {
        &self.values[location * self.steps..(location + 1) * self.steps]
    }

    /// Sum of all values.
    pub fn total(&self) -> f64 {
        self.values.iter().sum()
    }
}

fn steps_of(locations: usize, first: i64, end: i64) -> Result<usize, InvalidBaseline> {
    if end < first {
        return Err(InvalidBaseline::NoStep);
    }
    let steps = end.abs_diff(first).saturating_add(1);
    let cells = steps.saturating_mul(locations as u64);
    if cells > MOST_CELLS {
        return Err(InvalidBaseline::TooLarge {
            cells,
            limit: MOST_CELLS,
        });
    }
    Ok(steps as usize)
}

/// In order of time, one value a moment.
fn merged(mut series: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    series.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut merged: Vec<(f64, f64)> = Vec::with_capacity(series.len());
    for (time, persons) in series {
        match merged.last_mut() {
            Some(last) if last.0.total_cmp(&time).is_eq() => last.1 += persons,
            _ => merged.push((time, persons)),
        }
    }
    merged
}

/// Integral of the broken line from `start` to `end`.
fn integral(series: &[(f64, f64)], start: f64, end: f64) -> f64 {
    let inner = series
        .iter()
        .map(|point| point.0)
        .filter(|&t| t > start && t < end);
    let moments: Vec<f64> = std::iter::once(start)
        .chain(inner)
        .chain(std::iter::once(end))
        .collect();
    let middle = |m: &[f64]| f64::midpoint(value_at(series, m[0]), value_at(series, m[1]));
    moments.windows(2).map(|m| (m[1] - m[0]) * middle(m)).sum()
}

fn value_at(series: &[(f64, f64)], moment: f64) -> f64 {
    let after = series.partition_point(|point| point.0 <= moment);
    match (after.checked_sub(1).map(|i| series[i]), series.get(after)) {
        (Some(before), Some(&next)) => {
            before.1 + (next.1 - before.1) * (moment - before.0) / (next.0 - before.0)
        }
        (Some(only), None) | (None, Some(&only)) => only.1,
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn population_is_interpolated_and_summed_over_the_step() {
        let series = [(0.5, 10.0), (2.5, 30.0)];
        // Constant 10 up to 0.5, then 10 a step: half a step of 10, half a step from 10 to 15.
        assert!((integral(&series, 0.0, 1.0) - (0.5 * 10.0 + 0.5 * 12.5)).abs() < 1e-12);
        assert!((integral(&series, 1.0, 2.0) - 20.0).abs() < 1e-12);
        assert!((integral(&series, 9.0, 10.0) - 30.0).abs() < 1e-12);
    }

    #[test]
    fn a_place_expects_its_persons_times_the_rate_of_their_stratum() {
        let person = |location, stratum, persons| Population {
            location,
            stratum,
            time: 0.0,
            persons,
        };
        let population = [
            person(0, 0, 100.0),
            person(1, 0, 300.0),
            person(0, 1, 50.0),
            person(1, 1, 50.0),
        ];
        let case = |location, stratum, count| StratumCase {
            case: Case {
                location,
                time: 0,
                count,
            },
            stratum,
        };
        let cases = [case(0, 0, 4), case(1, 1, 2)];
        let baseline = Baseline::standardised(2, 0, &[0.0, 1.0], &population, &cases).unwrap();
        // Rates 4/400 and 2/100.
        assert!((baseline.of_location(0)[0] - 2.0).abs() < 1e-12);
        assert!((baseline.of_location(1)[0] - 4.0).abs() < 1e-12);
        let nobody = [StratumCase {
            stratum: 7,
            ..cases[0]
        }];
        assert_eq!(
            Baseline::standardised(2, 0, &[0.0, 1.0], &population, &nobody),
            Err(InvalidBaseline::NoPopulation { stratum: 7 })
        );
    }
}
