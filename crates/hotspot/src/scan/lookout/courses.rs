//! The ways in which a rise is taken to go: since when, and how strong.

use super::expectation::Rates;

/// Beginnings, as shares of the longest window.
const BEGINS: [f64; 6] = [0.125, 0.25, 0.375, 0.5, 0.75, 1.0];
/// What comes on top of the usual at full height, in multiples of it.
pub(super) const STRENGTHS: [f64; 2] = [1.5, 4.0];
/// Share of the longest window in which a rise reaches its full height.
const RAMP: f64 = 0.5;
/// A rise that began earlier is the less likely to be news: by a factor of e for each such share of the longest window.
const NEWS: f64 = 0.7;

/// All courses, beginning by beginning, strength by strength.
#[derive(Debug, Clone)]
pub(super) struct Courses {
    /// First step of each beginning, counted back from the last, which is 1.
    begins: Vec<usize>,
    weights: Vec<f64>,
    /// What comes on top, by age and course.
    excess: Vec<f64>,
    /// Logarithm of one more than that.
    logs: Vec<f64>,
    number: usize,
}

impl Courses {
    pub(super) fn new(steps: usize) -> Self {
        let longest = steps as f64;
        let mut begins: Vec<usize> = BEGINS
            .iter()
            .map(|share| ((share * longest).round() as usize).max(1))
            .collect();
        begins.dedup();
        let ramp = (RAMP * longest).max(1.0);
        let height = |begin: usize, age: usize| {
            (begin.checked_sub(age + 1)).map_or(0.0, |since| ((since as f64 + 0.5) / ramp).min(1.0))
        };
        let number = begins.len() * STRENGTHS.len();
        let excess: Vec<f64> = (0..steps)
            .flat_map(|age| {
                let of_begin = |&begin: &usize| STRENGTHS.map(|strength| strength * height(begin, age));
                begins.iter().flat_map(of_begin).collect::<Vec<_>>()
            })
            .collect();
        Self {
            weights: (begins.iter())
                .map(|&begin| (-(begin as f64) / (NEWS * longest)).exp())
                .collect(),
            logs: excess.iter().map(|excess| excess.ln_1p()).collect(),
            excess,
            begins,
            number,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.number
    }

    pub(super) fn begins(&self) -> &[usize] {
        &self.begins
    }

    /// How likely each beginning is beforehand, up to a factor.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// What a case of an age says for each course.
    pub(super) fn logs(&self, age: usize) -> &[f64] {
        &self.logs[age * self.number..(age + 1) * self.number]
    }

    /// Further cases that each course expects for each case of the past, stratum by stratum, phase by phase.
    pub(super) fn rates(&self, rates: &Rates, strata: usize, phases: usize) -> Vec<f64> {
        let mut costs = Vec::with_capacity(strata * phases * self.number);
        for stratum in 0..strata {
            let windows = rates.of_stratum(stratum);
            for phase in 0..phases {
                let pace = rates.pace(phase);
                let window = &windows[phase * pace.len()..(phase + 1) * pace.len()];
                for course in 0..self.number {
                    let begin = self.begins[course / STRENGTHS.len()];
                    let (city, own) = (pace[begin - 1], window[begin - 1]);
                    let drawn = if city > 0.0 { own / city } else { 0.0 };
                    let excess: f64 = (0..begin)
                        .map(|age| {
                            let before = if age == 0 { 0.0 } else { pace[age - 1] };
                            self.excess[age * self.number + course] * (pace[age] - before)
                        })
                        .sum();
                    costs.push(drawn * excess);
                }
            }
        }
        costs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 56 steps: beginnings after 7, 14, 21, 28, 42 and 56 steps, full height after 28.
    #[test]
    fn a_rise_grows_over_half_the_longest_window() {
        let courses = Courses::new(56);
        assert_eq!(courses.begins(), [7, 14, 21, 28, 42, 56]);
        assert_eq!(courses.len(), 12);
        let of = |age: usize, course: usize| courses.logs(age)[course].exp() - 1.0;
        // The last day of a rise that began 56 days ago, of both strengths, and its first day.
        assert!((of(0, 10) - 1.5).abs() < 1e-12 && (of(0, 11) - 4.0).abs() < 1e-12);
        assert!((of(55, 11) - 4.0 * 0.5 / 28.0).abs() < 1e-12);
        // Begun seven days ago: nothing before, 6.5 of 28 steps up today.
        assert!(of(7, 0).abs() < 1e-12);
        assert!((of(0, 0) - 1.5 * 6.5 / 28.0).abs() < 1e-12);
        assert_eq!(Courses::new(2).begins(), [1, 2]);
    }
}
