//! One look: every profile over the data of one day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::{
    Evidence, Filter, Finding, Hotspot, Interval, LatLng, Place, Precision, ReportId, SourceId, StreamShare,
    View, german, lifecycle,
};
use lagebild_hotspot::scan::Cluster;
use lagebild_situation::{Observation, Situation};
use lagebild_store::{Look, Store};
use serde_json::json;

use super::profile::{Profile, TimeUnit};
use super::scan::{self, Input, Scanned, day_of};
use crate::failure::Failure;
use crate::installation::Installation;

/// A named place gives a finding its name when it lies in its circle, or at most this far from its centre.
const NAMED_WITHIN_M: f64 = 100.0;

/// What a look did.
pub(crate) struct Looks {
    /// Last day looked at.
    pub(crate) as_of: Date,
    /// What the profiles found, as hotspots.
    pub(crate) found: Vec<Hotspot>,
    /// True when a later look is stored: a look back is told, and changes no history.
    pub(crate) is_look_back: bool,
    /// Profiles that could not look, with the reason.
    pub(crate) refused: Vec<String>,
    /// Time that it took.
    pub(crate) elapsed_ms: u128,
}

/// Looks with the profiles of an installation.
pub(crate) struct Looker {
    profiles: Vec<Profile>,
    places: Arc<[Place]>,
    /// Sources whose coordinates are moved to the street or coarser.
    rounded: BTreeSet<SourceId>,
    view: View,
    store: Store,
    situation: Arc<Situation>,
}

impl Looker {
    pub(crate) fn new(installation: &Installation, store: Store, situation: Arc<Situation>) -> Self {
        Self {
            profiles: installation.config.detection.profiles.clone(),
            places: installation.places.clone().into(),
            rounded: installation
                .config
                .sources
                .iter()
                .filter(|spec| spec.precision > Precision::Point)
                .map(|spec| spec.source.id.clone())
                .collect(),
            view: View::for_detection(&installation.sources()),
            store,
            situation,
        }
    }

    /// Looks with every profile at the data up to and with `as_of`, else up to the newest day, and keeps what it finds.
    pub(crate) async fn look(&self, as_of: Option<Date>) -> Result<Looks, Failure> {
        let started = Instant::now();
        let newest = self.newest_day()?;
        let as_of = as_of.unwrap_or(newest);
        if as_of > german::day_of(Timestamp::now()) {
            return Err(Failure::usage(format!(
                "{as_of} lies in the future; there is nothing to look at yet"
            )));
        }
        let mut looks = Looks {
            as_of,
            found: Vec::new(),
            is_look_back: false,
            refused: Vec::new(),
            elapsed_ms: 0,
        };
        for profile in &self.profiles {
            match self.find(profile, as_of).await? {
                Ok(findings) => {
                    let (found, kept) = self.keep(profile, as_of, findings).await?;
                    looks.found.extend(found);
                    looks.is_look_back |= !kept;
                }
                Err(refused) => looks.refused.push(refused),
            }
        }
        looks.elapsed_ms = started.elapsed().as_millis();
        Ok(looks)
    }

    fn newest_day(&self) -> Result<Date, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let newest = self.situation.newest(scope).unwrap_or_else(Timestamp::now);
        // Clocks of feeds may run ahead; the present may not.
        Ok(german::day_of(newest.min(Timestamp::now())))
    }

    /// The findings of a profile, or why it cannot look.
    async fn find(&self, profile: &Profile, as_of: Date) -> Result<Result<Vec<Finding>, String>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let last = profile.time_unit.step(as_of);
        let first = last - i64::from(profile.history) + 1;
        let day = |step| midnight(profile.time_unit.first_day(step));
        let taxonomy = self.situation.vocabulary().taxonomy();
        let streams: Vec<Vec<Observation>> = profile
            .streams
            .iter()
            .map(|stream| {
                let filter = Filter {
                    from: Some(day(first)),
                    to: Some(day(last + 1)),
                    ..stream.filter(taxonomy)
                };
                self.situation.observations(scope, &filter)
            })
            .collect();
        let input = match scan::usable(profile, streams) {
            Ok(input) => input,
            Err(refused) => return Ok(Err(refused)),
        };
        let scanning = profile.clone();
        // A scan takes all cores for a while: not on the threads that answer requests.
        let done = tokio::task::spawn_blocking(move || {
            let scanned = scan::scan(&scanning, &input, last);
            (scanned, input)
        });
        let (scanned, input) = done.await.map_err(Failure::failed)?;
        let scanned = scanned.map_err(Failure::failed)?;
        let mut findings = Vec::new();
        for cluster in &scanned.clusters {
            if let Some(finding) = self.finding(profile, &scanned, &input, cluster).await? {
                findings.push(finding);
            }
        }
        Ok(Ok(findings))
    }

    /// What a cluster says, if it is rare enough and rests on what its kind needs.
    async fn finding(
        &self,
        profile: &Profile,
        scanned: &Scanned,
        input: &Input,
        cluster: &Cluster,
    ) -> Result<Option<Finding>, Failure> {
        let unit = profile.time_unit;
        let recurrence_days = cluster.recurrence_interval.unwrap_or(0.0) * unit.days();
        let cells: BTreeSet<u64> = cluster
            .locations
            .iter()
            .map(|index| scanned.cells[*index])
            .collect();
        let members: Vec<&Observation> = input
            .streams
            .iter()
            .flatten()
            .filter(|o| {
                cells.contains(&o.cell) && (cluster.start..=cluster.end).contains(&unit.step(day_of(o)))
            })
            .collect();
        let vocabulary = self.situation.vocabulary();
        let categories = vocabulary.taxonomy().categories();
        let fears = members
            .iter()
            .filter(|o| categories[o.category].evidence == Evidence::Fear)
            .count();
        let is_rare = recurrence_days >= profile.min_recurrence_days;
        if !is_rare || (fears as u64) < u64::from(profile.fear_needed()) {
            return Ok(None);
        }
        let Some(center) = scanned.plane.point(cluster.center_point) else {
            return Ok(None);
        };
        let sources = profile.sources(vocabulary.sources());
        let window = Interval::new(
            midnight(unit.first_day(cluster.start)),
            midnight(unit.first_day(cluster.end + 1)),
        )
        .map_err(Failure::failed)?;
        let observed = cluster.observed as f64;
        Ok(Some(Finding {
            profile: profile.id.clone(),
            kind: profile.kind,
            center,
            radius_m: cluster.radius_m,
            outline: outline(scanned, cluster, center),
            window,
            observed,
            expected: cluster.expected,
            relative_risk: cluster
                .relative_risk
                .unwrap_or(observed / cluster.expected.max(f64::MIN_POSITIVE)),
            p_value: cluster.p_value,
            recurrence_interval_days: recurrence_days,
            recurrence_at_limit: cluster.p_value <= 1.0 / f64::from(profile.replicates + 1),
            streams: shares(profile, cluster, observed),
            cautions: self.cautions(profile, input, &sources),
            sources: sources.into_iter().collect(),
            place: self.place_name(center, cluster.radius_m, &members).await?,
            method: "space-time permutation scan (prospective)".to_owned(),
            parameters: json!({
                "max_radius_m": profile.max_radius_m, "max_window": profile.max_window, "history": profile.history,
                "min_reports": profile.min_reports, "replicates": profile.replicates,
                "weekday_strata": profile.weekday_strata,
                "time_unit": match unit { TimeUnit::Day => "day", TimeUnit::Month => "month" },
                "log_likelihood_ratio": cluster.llr,
            }),
            seed: profile.seed,
        }))
    }

    /// The nearest named place in the circle; else the place that most of the reports name; else the district.
    async fn place_name(
        &self,
        center: LatLng,
        radius_m: f64,
        members: &[&Observation],
    ) -> Result<String, Failure> {
        let nearest = self
            .places
            .iter()
            .map(|place| (place.point.distance_m(center), place))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .filter(|(distance_m, _)| *distance_m <= radius_m.max(NAMED_WITHIN_M));
        if let Some((_, place)) = nearest {
            return Ok(place.name.clone());
        }
        let scope = self.view.records().map_err(Failure::failed)?;
        let ids: Vec<ReportId> = members.iter().map(|observation| observation.id).collect();
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for recorded in self.store.reports(scope, &ids).await? {
            if let Some(place) = recorded.report.place {
                *named.entry(without_house_number(&place).to_owned()).or_default() += 1;
            }
        }
        let vocabulary = self.situation.vocabulary();
        let commonest = named
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .map(|(place, _)| place);
        Ok(commonest.unwrap_or_else(|| {
            vocabulary.areas().district_index(center).map_or_else(
                || "ohne Ortsnamen".to_owned(),
                |index| vocabulary.areas().all()[index].name.clone(),
            )
        }))
    }

    fn cautions(&self, profile: &Profile, input: &Input, sources: &BTreeSet<SourceId>) -> Vec<String> {
        let mut cautions = Vec::new();
        if sources.iter().any(|source| self.rounded.contains(source)) {
            cautions.push(
                "Die Quelle rückt Orte auf wenige Punkte: Viele Meldungen am selben Punkt müssen nicht am selben Ort geschehen sein."
                    .to_owned(),
            );
        }
        if profile.time_unit == TimeUnit::Month {
            cautions.push(
                "Die Quelle nennt nur den Monat: Über Tage und Uhrzeiten lässt sich nichts sagen.".to_owned(),
            );
        }
        if input.coarse > 0 {
            cautions.push(format!(
                "{} Meldungen mit ungenauer Tatzeit blieben außer Betracht.",
                german::decimal(input.coarse as f64, 0)
            ));
        }
        cautions
    }

    /// Matches the findings with what is known, and keeps look and changes; gives the findings as hotspots, and whether
    /// they were kept: a look at an earlier day than the last changes no history.
    async fn keep(
        &self,
        profile: &Profile,
        as_of: Date,
        findings: Vec<Finding>,
    ) -> Result<(Vec<Hotspot>, bool), Failure> {
        // A look speaks of whole steps: one over months is made at the end of the month.
        let unit = profile.time_unit;
        let at = midnight(unit.first_day(unit.step(as_of) + 1)).min(Timestamp::now());
        let look = Look {
            profile: profile.id.clone(),
            at,
            revision: self.situation.revision(),
            findings: findings.len() as u64,
        };
        let settled = self
            .store
            .record_look(&look, |known, next_number| {
                lifecycle::settle(known, findings, next_number, at)
            })
            .await?;
        Ok((settled.found, settled.is_kept))
    }
}

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(german::zone())
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// The cluster's polygon as a closed ring; a square of 60 m where the scan gives none.
fn outline(scanned: &Scanned, cluster: &Cluster, center: LatLng) -> Vec<LatLng> {
    const HALF_M: f64 = 30.0;
    let mut corners: Vec<[f64; 2]> = cluster.polygon.clone();
    if corners.len() < 3 {
        let [x, y] = scanned.plane.metres(center);
        corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]
            .map(|[dx, dy]| [x + dx * HALF_M, y + dy * HALF_M])
            .to_vec();
    }
    if corners.first() != corners.last() {
        corners.extend(corners.first().copied());
    }
    corners
        .into_iter()
        .filter_map(|corner| scanned.plane.point(corner))
        .collect()
}

fn shares(profile: &Profile, cluster: &Cluster, observed: f64) -> Vec<StreamShare> {
    profile
        .streams
        .iter()
        .zip(&cluster.streams)
        .map(|(stream, part)| StreamShare {
            stream: stream.name.clone(),
            observed: part.observed as f64,
            expected: part.expected,
            share: part.observed as f64 / observed.max(1.0),
        })
        .collect()
}

/// `Beispielweg 12a` without its number: a hotspot is named after a street, never after a house.
fn without_house_number(place: &str) -> &str {
    match place.rsplit_once(' ') {
        Some((street, number)) if number.starts_with(|c: char| c.is_ascii_digit()) => {
            street.trim_end_matches(',')
        }
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hotspot_is_named_after_a_street_not_a_house() {
        assert_eq!(without_house_number("Beispielweg 12a"), "Beispielweg");
        assert_eq!(
            without_house_number("On or near Parking Area"),
            "On or near Parking Area"
        );
        assert_eq!(without_house_number("Marktplatz"), "Marktplatz");
    }
}
