//! The rule of the Unfallkommissionen: so many accidents within a radius and a window.

use std::collections::BTreeSet;

use lagebild_domain::{Finding, Interval, StreamShare};
use lagebild_situation::Observation;
use serde_json::json;

use super::caution;
use super::examine::{Examiner, Found, Known};
use super::finding::outline;
use super::input::Input;
use super::plane::Plane;
use super::profile::{Clock, Profile, TimeUnit};
use super::rhythm::rhythm;
use super::steps::{counted_day, midnight_of};

impl Examiner {
    /// The places that meet the rule of a profile in the steps up to `last`.
    pub(super) fn accidents(&self, profile: &Profile, known: &Known, input: &Input, last: i64) -> Vec<Found> {
        let observations: Vec<Observation> = input.streams.iter().flatten().copied().collect();
        let Some(first) = observations.first() else {
            return Vec::new();
        };
        let plane = Plane::around(first.point);
        let (places, usual) = accumulations(profile, &observations, &plane, last);
        places
            .iter()
            .filter_map(|place| {
                self.of_accumulation(profile, known, input, &observations, &plane, place, usual)
            })
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "what an accumulation was found in")]
    fn of_accumulation(
        &self,
        profile: &Profile,
        known: &Known,
        input: &Input,
        observations: &[Observation],
        plane: &Plane,
        found: &Accumulation,
        usual: f64,
    ) -> Option<Found> {
        let members: Vec<Observation> = found.members.iter().map(|index| observations[*index]).collect();
        let center = plane.point(found.center)?;
        let observed = members.len() as f64;
        let days = members.iter().map(|o| counted_day(o, profile.clock));
        let (place, is_named) = self.place_name(center, profile.max_radius_m);
        let window = Interval::new(
            midnight_of(days.clone().min()?),
            midnight_of(days.max()?.tomorrow().ok()?),
        )
        .ok()?;
        let finding = Finding {
            profile: profile.id.clone(),
            kind: profile.kind,
            center,
            radius_m: profile.max_radius_m,
            outline: outline(plane, &[], center),
            window,
            observed,
            expected: usual,
            relative_risk: observed / usual.max(f64::MIN_POSITIVE),
            p_value: None,
            recurrence_interval_days: None,
            recurrence_at_limit: false,
            streams: vec![StreamShare {
                stream: profile
                    .streams
                    .iter()
                    .map(|s| s.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                observed,
                expected: usual,
                share: 1.0,
            }],
            categories: self.leading(&members),
            rhythm: rhythm(&members),
            cautions: caution::cautions(self, profile, known, input, &members),
            reports: members.iter().map(|o| o.id).collect(),
            sources: profile
                .sources(self.situation.vocabulary().sources())
                .into_iter()
                .collect(),
            place,
            method: "rule of the Unfallkommissionen".to_owned(),
            parameters: json!({
                "max_radius_m": profile.max_radius_m, "max_window": profile.max_window,
                "min_reports": profile.min_reports,
                "time_unit": match profile.time_unit { TimeUnit::Day => "day", TimeUnit::Month => "month" },
            }),
            seed: profile.seed,
        };
        Some(Found { finding, is_named })
    }
}

/// A place that meets the rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Accumulation {
    /// Positions of its accidents in the list that was looked through.
    pub(super) members: BTreeSet<usize>,
    /// Middle of its accidents, metres.
    pub(super) center: [f64; 2],
}

/// Places with at least `min_reports` accidents within `max_radius_m` of one of them, the largest first; each accident is
/// counted at one place. Beside them, how many there are around an accident on average, itself included.
///
/// A rule, not a test: it says nothing about chance, and busy junctions meet it more easily than quiet ones.
pub(super) fn accumulations(
    profile: &Profile,
    observations: &[Observation],
    plane: &Plane,
    end: i64,
) -> (Vec<Accumulation>, f64) {
    let unit = profile.time_unit;
    let first = end - i64::from(profile.max_window) + 1;
    let is_in_window = |o: &Observation| (first..=end).contains(&unit.step(counted_day(o, Clock::Occurred)));
    let points: Vec<(usize, [f64; 2])> = observations
        .iter()
        .enumerate()
        .filter(|(_, o)| is_in_window(o))
        .map(|(index, o)| (index, plane.metres(o.point)))
        .collect();
    let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) <= profile.max_radius_m;
    let around: Vec<Vec<usize>> = points
        .iter()
        .map(|(_, a)| (0..points.len()).filter(|j| near(*a, points[*j].1)).collect())
        .collect();
    let mean = around.iter().map(Vec::len).sum::<usize>() as f64 / (points.len().max(1)) as f64;
    let mut taken = vec![false; points.len()];
    let mut found = Vec::new();
    loop {
        let free = |i: &usize| around[*i].iter().filter(|j| !taken[**j]).count();
        // Among equals the one that came first.
        let Some(best) = (0..points.len()).rev().max_by_key(free) else {
            break;
        };
        let members: Vec<usize> = around[best].iter().copied().filter(|j| !taken[*j]).collect();
        if members.len() < profile.min_reports as usize {
            break;
        }
        let count = members.len() as f64;
        let sum = |axis: usize| members.iter().map(|j| points[*j].1[axis]).sum::<f64>();
        found.push(Accumulation {
            center: [sum(0) / count, sum(1) / count],
            members: members.iter().map(|j| points[*j].0).collect(),
        });
        for member in members {
            taken[member] = true;
        }
    }
    (found, mean)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{START, observation};
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn five_within_the_radius_and_the_window_meet_the_rule() {
        let profile: Profile =
            toml::from_str("id = \"u\"\nkind = \"unfallhaeufung\"\nmax_window = 100").unwrap();
        let plane = Plane::around(observation(0, 0, 0.0).point);
        let end = profile.time_unit.step(START.checked_add(120.days()).unwrap());
        // Four at one junction, one 40 m on; one 60 m away; one too old; one far off.
        let mut accidents: Vec<Observation> = (0..4)
            .map(|i| observation(i, 30 + i.cast_signed(), 0.0))
            .collect();
        accidents.extend([
            observation(4, 120, 40.0),
            observation(5, 60, 100.0),
            observation(6, 20, 0.0),
            observation(7, 60, 5000.0),
        ]);
        let (found, mean) = accumulations(&profile, &accidents, &plane, end);
        let members: Vec<Vec<usize>> = found
            .iter()
            .map(|f| f.members.iter().copied().collect())
            .collect();
        assert_eq!(members, [vec![0, 1, 2, 3, 4]]);
        assert!(
            (found[0].center[0] - 8.0).abs() < 0.1,
            "the mean of four times 0 m and 40 m is 8 m"
        );
        // Around the seven in the window: 5, 5, 5, 5, 5 and 1, 1.
        assert!((mean - 27.0 / 7.0).abs() < 1e-9, "{mean}");
        let four = &accidents[..4];
        assert_eq!(accumulations(&profile, four, &plane, end).0, []);
    }
}
