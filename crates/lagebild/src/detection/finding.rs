//! From a cylinder to a finding: what it holds, what it is called, how it is drawn.

use std::collections::BTreeMap;

use lagebild_domain::{CategoryCount, Evidence, Finding, Interval, LatLng, StreamShare};
use lagebild_hotspot::scan::StreamShare as Share;
use lagebild_situation::Observation;
use serde_json::json;

use super::caution;
use super::cylinder::{Chance, Cylinder};
use super::examine::{Examiner, Found, Known};
use super::input::Input;
use super::plane::Plane;
use super::profile::{Clock, Method, Profile, TimeUnit};
use super::rhythm::rhythm;
use super::steps::{counted_day, midnight_of};
use super::{lookout, scan};

/// Leading categories that are kept.
const LEADING: usize = 5;

impl Examiner {
    /// What a cylinder says, if it rests on what its kind needs.
    pub(super) fn of_cylinder(
        &self,
        profile: &Profile,
        known: &Known,
        input: &Input,
        cylinder: &Cylinder,
    ) -> Option<Found> {
        let unit = profile.time_unit;
        let is_member = |o: &Observation| {
            let step = unit.step(counted_day(o, profile.clock));
            cylinder.cells.contains(&o.cell) && (cylinder.start..=cylinder.end).contains(&step)
        };
        let members: Vec<Observation> = input
            .streams
            .iter()
            .flatten()
            .filter(|o| is_member(o))
            .copied()
            .collect();
        let fears = members
            .iter()
            .filter(|o| self.category(o).evidence == Evidence::Fear)
            .count();
        let rhythm = rhythm(&members);
        let is_dark_enough = profile.min_dark_share <= 0.0
            || rhythm
                .dark_share
                .is_some_and(|share| share >= profile.min_dark_share);
        if (fears as u64) < u64::from(profile.fear_needed()) || !is_dark_enough {
            return None;
        }
        let center = cylinder.plane.point(cylinder.center)?;
        let window = Interval::new(
            midnight_of(unit.first_day(cylinder.start)),
            midnight_of(unit.first_day(cylinder.end + 1)),
        )
        .ok()?;
        let observed = cylinder.streams.iter().map(|stream| stream.observed).sum::<u64>() as f64;
        let chance = &cylinder.chance;
        let (place, is_named) = self.place_name(center, cylinder.radius_m);
        let sources = profile.sources(self.situation.vocabulary().sources());
        let finding = Finding {
            profile: profile.id.clone(),
            kind: profile.kind,
            center,
            radius_m: cylinder.radius_m,
            outline: outline(&cylinder.plane, &cylinder.polygon, center),
            window,
            observed,
            expected: cylinder.expected,
            relative_risk: cylinder
                .relative_risk
                .unwrap_or(observed / cylinder.expected.max(f64::MIN_POSITIVE)),
            p_value: chance.p_value,
            recurrence_interval_days: Some(chance.recurrence_days),
            recurrence_at_limit: chance.is_at_limit,
            streams: shares(profile, &cylinder.streams, observed),
            categories: self.leading(&members),
            cautions: caution::cautions(self, profile, known, input, &members),
            rhythm,
            reports: members.iter().map(|o| o.id).collect(),
            sources: sources.into_iter().collect(),
            place,
            method: match profile.method {
                Method::Lookout => lookout::METHOD,
                Method::Scan | Method::AccidentRule => scan::METHOD,
            }
            .to_owned(),
            parameters: self.parameters(profile, chance),
            seed: profile.seed,
        };
        Some(Found { finding, is_named })
    }

    /// What a finding was looked for with, defaults included.
    fn parameters(&self, profile: &Profile, chance: &Chance) -> serde_json::Value {
        let mut parameters = json!({
            "max_radius_m": profile.max_radius_m, "max_window": profile.max_window, "history": profile.history,
            "min_reports": profile.min_reports, "weekday_strata": profile.weekday_strata,
            "clock": match profile.clock { Clock::Occurred => "occurred", Clock::Reported => "reported" },
            "time_unit": match profile.time_unit { TimeUnit::Day => "day", TimeUnit::Month => "month" },
            "false_alarms_per_year": profile.false_alarms_per_year, "profiles": self.profiles,
        });
        if let (Some(all), Some(of_method)) = (parameters.as_object_mut(), chance.parameters.as_object()) {
            all.extend(of_method.clone());
        }
        parameters
    }

    pub(super) fn leading(&self, members: &[Observation]) -> Vec<CategoryCount> {
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        for member in members {
            *counts.entry(member.category).or_default() += 1;
        }
        let categories = self.situation.vocabulary().taxonomy().categories();
        let mut leading: Vec<CategoryCount> = counts
            .into_iter()
            .map(|(category, count)| CategoryCount {
                category: categories[category].id.clone(),
                count,
            })
            .collect();
        leading.sort_by_key(|leading| std::cmp::Reverse(leading.count));
        leading.truncate(LEADING);
        leading
    }
}

/// The polygon as a closed ring; a square of 60 m where there is none.
pub(super) fn outline(plane: &Plane, polygon: &[[f64; 2]], center: LatLng) -> Vec<LatLng> {
    const HALF_M: f64 = 30.0;
    let mut corners: Vec<[f64; 2]> = polygon.to_vec();
    if corners.len() < 3 {
        let [x, y] = plane.metres(center);
        corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]
            .map(|[dx, dy]| [x + dx * HALF_M, y + dy * HALF_M])
            .to_vec();
    }
    if corners.first() != corners.last() {
        corners.extend(corners.first().copied());
    }
    corners
        .into_iter()
        .filter_map(|corner| plane.point(corner))
        .collect()
}

fn shares(profile: &Profile, parts: &[Share], observed: f64) -> Vec<StreamShare> {
    profile
        .streams
        .iter()
        .zip(parts)
        .map(|(stream, part)| StreamShare {
            stream: stream.name.clone(),
            observed: part.observed as f64,
            expected: part.expected,
            share: part.observed as f64 / observed.max(1.0),
        })
        .collect()
}
