//! One look: every profile over the data of one day.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::lifecycle::{self, Looked};
use lagebild_domain::{
    Filter, Finding, Hotspot, HotspotId, Notice, Precision, ReportId, View, WeeklyLayer, german,
};
use lagebild_situation::{Observation, Situation};
use lagebild_store::{Look, PastHotspot, Store};

use super::cores::Cores;
use super::examine::{Examiner, Found, Known};
use super::layers::weekly_layers;
use super::profile::{Profile, Schedule};
use super::replay::{Replay, replay};
use super::scan::{counted_day, midnight_of};
use super::tally::Tally;
use super::volume;
use crate::failure::Failure;
use crate::installation::Installation;

/// Days from look to look when the past is filled in.
const PAST_STEP_DAYS: i64 = 7;
const DAYS_PER_WEEK: i64 = 7;

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookAt {
    /// Every profile, at the newest day.
    Everything,
    /// The profiles that look after new data, as far as their data are other than at their last look.
    WhatIsNew,
    /// Every profile, at the end of a past day.
    Day(Date),
}

/// What a look did.
#[derive(Debug)]
pub(crate) struct Looks {
    /// Last day looked at.
    pub(crate) as_of: Date,
    /// What the profiles found, as hotspots.
    pub(crate) found: Vec<Hotspot>,
    /// True when a later look is stored: a look back is told, and changes no history.
    pub(crate) is_look_back: bool,
    /// Profiles that could not look, with the reason.
    pub(crate) refused: Vec<String>,
    /// Profiles whose data were the same as at their last look.
    pub(crate) unchanged: usize,
    /// What the data themselves make doubtful.
    pub(crate) notices: Vec<Notice>,
    /// Time that it took.
    pub(crate) elapsed_ms: u128,
}

/// Looks with the profiles of an installation.
#[derive(Debug, Clone)]
pub(crate) struct Looker {
    profiles: Arc<[Profile]>,
    examiner: Examiner,
    view: View,
    store: Store,
    situation: Arc<Situation>,
    cores: Cores,
    /// What each profile saw at its last look.
    seen: Arc<Mutex<HashMap<String, u64>>>,
    /// True when nobody waits for long work any more.
    is_abandoned: Arc<AtomicBool>,
}

impl Looker {
    pub(crate) fn new(installation: &Installation, store: Store, situation: Arc<Situation>) -> Self {
        let detection = &installation.config.detection;
        let rounded = installation
            .config
            .sources
            .iter()
            .filter(|spec| spec.precision > Precision::Point)
            .map(|spec| spec.source.id.clone())
            .collect();
        Self {
            profiles: detection.profiles.clone().into(),
            examiner: Examiner {
                situation: Arc::clone(&situation),
                places: installation.places.clone().into(),
                rounded: Arc::new(rounded),
                trusted: detection.trusted_points.clone().into(),
                profiles: detection.profiles.len(),
            },
            view: View::for_detection(&installation.sources()),
            store,
            situation,
            cores: Cores::default(),
            seen: Arc::default(),
            is_abandoned: Arc::default(),
        }
    }

    /// Looks, and keeps what it finds.
    pub(crate) async fn look(&self, wanted: LookAt) -> Result<Looks, Failure> {
        let started = Instant::now();
        let as_of = match wanted {
            LookAt::Day(day) => day,
            LookAt::Everything | LookAt::WhatIsNew => self.present_day().await?,
        };
        if as_of > german::day_of(Timestamp::now()) {
            return Err(Failure::usage(format!(
                "{as_of} lies in the future; there is nothing to look at yet"
            )));
        }
        let known = self.known(as_of).await?;
        let mut looks = Looks {
            as_of,
            found: Vec::new(),
            is_look_back: false,
            refused: Vec::new(),
            unchanged: 0,
            notices: known.notices.clone(),
            elapsed_ms: 0,
        };
        for profile in self.profiles.iter() {
            let print = self.fingerprint(profile, &known, as_of);
            if wanted == LookAt::WhatIsNew
                && (profile.schedule != Schedule::Live || self.seen().get(&profile.id) == Some(&print))
            {
                looks.unchanged += 1;
                continue;
            }
            match self.find(profile, &known, as_of).await? {
                Ok(findings) => {
                    let (found, kept) = self.keep(profile, as_of, &known, findings).await?;
                    looks.found.extend(found);
                    looks.is_look_back |= !kept;
                    if kept {
                        self.seen().insert(profile.id.clone(), print);
                    }
                }
                Err(refused) => looks.refused.push(refused),
            }
        }
        if !looks.is_look_back {
            self.store.replace_notices(&looks.notices).await?;
        }
        looks.elapsed_ms = started.elapsed().as_millis();
        Ok(looks)
    }

    pub(crate) fn examiner(&self) -> &Examiner {
        &self.examiner
    }

    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Reports with a point that a detection may look at.
    pub(crate) fn observations(&self, filter: &Filter) -> Result<Vec<Observation>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        Ok(self.situation.observations(scope, filter))
    }

    /// The alarms that each profile gave in the year up to a day, as far as the picture holds them.
    pub(crate) fn tallies(&self, as_of: Date) -> Result<Vec<Tally>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        Ok(Tally::of(&self.profiles, &self.situation.hotspots(scope), as_of))
    }

    /// Lets long work end at its next step.
    pub(crate) fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<String, u64>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The day that the data have reached, carried on by the clock since the last look.
    ///
    /// The data say which day it is: a city's past can be looked at in peace. But once there was a look, time goes on even
    /// if every feed is dead, so that nothing stays emerging for want of news.
    async fn present_day(&self) -> Result<Date, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let now = Timestamp::now();
        let newest = self.situation.newest_told(scope).unwrap_or(now);
        // Clocks of feeds may run ahead; the present may not. Midnight ends a day rather than beginning one.
        let newest =
            german::day_of(Timestamp::from_microsecond(newest.min(now).as_microsecond() - 1).unwrap_or(now));
        let Some(last) = self.store.latest_look().await? else {
            return Ok(newest);
        };
        let since = last.made_at.map_or(0, |made_at| {
            days_between(german::day_of(made_at), german::day_of(now))
        });
        // A look is made at the end of its day, or in it.
        let looked_at = german::day_of(Timestamp::from_second(last.at.as_second() - 1).unwrap_or(last.at));
        let carried_on = looked_at.saturating_add(since.max(0).days());
        Ok(if since > 0 {
            newest.max(carried_on).min(german::day_of(now))
        } else {
            newest
        })
    }

    /// What a profile would see, in one number: the same number, the same look.
    fn fingerprint(&self, profile: &Profile, known: &Known, as_of: Date) -> u64 {
        let mut hasher = DefaultHasher::new();
        as_of.hash(&mut hasher);
        for observation in self.examiner.of_profile(profile, known) {
            (observation.id.0, observation.cell, observation.category).hash(&mut hasher);
            (observation.occurred.from(), observation.occurred.to()).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What is known at the end of a day.
    async fn known(&self, as_of: Date) -> Result<Arc<Known>, Failure> {
        let looker = self.clone();
        let known = tokio::task::spawn_blocking(move || {
            let all = looker.observations(&Filter::default())?;
            Ok(looker
                .cores
                .spared(|| looker.examiner.known_with_volume(&all, as_of)))
        });
        known.await.map_err(Failure::failed)?.map(Arc::new)
    }

    /// The findings of a profile, or why it cannot look.
    async fn find(
        &self,
        profile: &Profile,
        known: &Arc<Known>,
        as_of: Date,
    ) -> Result<Result<Vec<Finding>, String>, Failure> {
        let (looker, known, profile) = (self.clone(), Arc::clone(known), profile.clone());
        // A scan takes its time: not on the threads that answer requests, and not on every core, but for the first look,
        // which the readiness waits for.
        let is_first = self.seen().is_empty();
        let examined = tokio::task::spawn_blocking(move || {
            let examine = || looker.examiner.examine(&profile, &known, &[], as_of);
            if is_first {
                examine()
            } else {
                looker.cores.spared(examine)
            }
        });
        match examined.await.map_err(Failure::failed)? {
            Ok(found) => Ok(Ok(self.named(found).await?)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Names what lies far from every named place after the street that most of its reports name.
    async fn named(&self, found: Vec<Found>) -> Result<Vec<Finding>, Failure> {
        let mut findings = Vec::with_capacity(found.len());
        for Found {
            mut finding,
            is_named,
        } in found
        {
            if !is_named && let Some(street) = self.commonest_street(&finding.reports).await? {
                finding.place = street;
            }
            findings.push(finding);
        }
        Ok(findings)
    }

    async fn commonest_street(&self, reports: &[ReportId]) -> Result<Option<String>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for recorded in self.store.reports(scope, reports).await? {
            if let Some(place) = recorded.report.place {
                *named.entry(without_house_number(&place).to_owned()).or_default() += 1;
            }
        }
        Ok(named
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .map(|(place, _)| place))
    }

    /// Matches the findings with what is known, and keeps look and changes; gives the findings as hotspots, and whether
    /// they were kept: a look at an earlier day than the last changes no history.
    async fn keep(
        &self,
        profile: &Profile,
        as_of: Date,
        known: &Known,
        findings: Vec<Finding>,
    ) -> Result<(Vec<Hotspot>, bool), Failure> {
        let now = Timestamp::now();
        // A look speaks of whole steps: one over months is that of the end of the month.
        let unit = profile.time_unit;
        let at = midnight_of(unit.first_day(unit.last_whole_step(as_of) + 1)).min(now);
        let look = Look {
            profile: profile.id.clone(),
            at,
            made_at: Some(now),
            revision: self.situation.revision(),
            findings: findings.len() as u64,
        };
        let sources = profile.sources(self.situation.vocabulary().sources());
        let silence = volume::silence_of(&known.notices, &sources);
        let settled = self
            .store
            .record_look(&look, |known, next_number| {
                let looked = Looked {
                    at,
                    next_number,
                    silence: silence.as_deref(),
                };
                lifecycle::settle(known, &findings, &looked)
            })
            .await?;
        Ok((settled.found, settled.is_kept))
    }

    /// The layers of the week that ends with the newest day.
    pub(crate) async fn weekly_layers(&self) -> Result<Vec<WeeklyLayer>, Failure> {
        let as_of = self.present_day().await?;
        let known = self.known(as_of).await?;
        let looker = self.clone();
        let made = tokio::task::spawn_blocking(move || {
            looker
                .cores
                .spared(|| weekly_layers(&looker.examiner, &known, as_of))
        });
        made.await.map_err(Failure::failed)
    }

    /// Looks back week by week to so many weeks before the first look of each profile, with the knowledge of each day,
    /// where that has not been done; so that a hotspot has a history from the first day of the installation.
    pub(crate) async fn fill_in_the_past(&self, weeks: u32) -> Result<(), Failure> {
        for profile in self.profiles.iter().filter(|profile| profile.has_chance()) {
            let Some(first) = self.store.first_look(&profile.id).await? else {
                continue;
            };
            let first_day = german::day_of(Timestamp::from_second(first.as_second() - 1).unwrap_or(first));
            let all = self.observations(&Filter::default())?;
            let Some(oldest) = all.iter().map(|o| counted_day(o, profile.clock)).min() else {
                continue;
            };
            // The scan needs some past of its own.
            let unit = profile.time_unit;
            let earliest = unit.first_day(unit.step(oldest) + 2 * i64::from(profile.max_window));
            let wanted = first_day.saturating_sub((i64::from(weeks) * DAYS_PER_WEEK).days());
            let begin = wanted.max(earliest);
            let mut days: Vec<Date> = Vec::new();
            let mut day = first_day.saturating_sub(PAST_STEP_DAYS.days());
            while day >= begin {
                days.push(day);
                day = day.saturating_sub(PAST_STEP_DAYS.days());
            }
            days.reverse();
            if days.is_empty() || self.store.has_past(&profile.id).await? {
                continue;
            }
            let (looker, looking) = (self.clone(), profile.clone());
            let walked = tokio::task::spawn_blocking(move || {
                looker.cores.one(|| {
                    let profiles = [looking];
                    let mut replays = replay(&looker.examiner, &profiles, &all, &days, 1, |_| {
                        !looker.is_abandoned()
                    });
                    (replays.pop().unwrap_or_default(), days)
                })
            });
            let (replay, days) = walked.await.map_err(Failure::failed)?;
            if self.is_abandoned() {
                return Ok(());
            }
            self.keep_past(profile, replay, &days).await?;
        }
        Ok(())
    }

    async fn keep_past(&self, profile: &Profile, replay: Replay, days: &[Date]) -> Result<(), Failure> {
        let unit = profile.time_unit;
        let revision = self.situation.revision();
        let looks: Vec<Look> = days
            .iter()
            .map(|day| Look {
                profile: profile.id.clone(),
                at: midnight_of(unit.first_day(unit.last_whole_step(*day) + 1)),
                made_at: None,
                revision,
                findings: replay
                    .looks
                    .iter()
                    .find(|look| look.as_of == *day)
                    .map_or(0, |look| look.found.len() as u64),
            })
            .collect();
        let mut streets: HashMap<HotspotId, Option<String>> = HashMap::new();
        for hotspot in &replay.hotspots {
            let is_named = self.examiner.is_named(&hotspot.finding);
            let street = if is_named {
                None
            } else {
                self.commonest_street(&hotspot.finding.reports).await?
            };
            streets.insert(hotspot.id.clone(), street);
        }
        let past: Vec<PastHotspot> = replay
            .hotspots
            .iter()
            .map(|hotspot| PastHotspot {
                moments: replay
                    .history(&hotspot.id)
                    .map(|moment| {
                        let mut hotspot = moment.hotspot.clone();
                        if let Some(street) = streets.get(&hotspot.id).cloned().flatten() {
                            hotspot.finding.place = street;
                        }
                        (moment.at, hotspot)
                    })
                    .collect(),
            })
            .collect();
        tracing::info!(profile = %profile.id, looks = looks.len(), hotspots = past.len(), "filled in the past");
        Ok(self.store.record_past(&profile.id, &looks, past).await?)
    }
}

fn days_between(first: Date, second: Date) -> i64 {
    first.until(second).map_or(0, |span| i64::from(span.get_days()))
}

/// `Beispielweg 12a` or `50 Sample St` without its number: a hotspot is named after a street, never after a house.
fn without_house_number(place: &str) -> &str {
    let starts_with_digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let place = place.trim();
    if let Some((street, number)) = place.rsplit_once(' ')
        && starts_with_digit(number)
    {
        return street.trim_end_matches(',');
    }
    match place.split_once(' ') {
        // `5. Querstraße` is a name.
        Some((number, street)) if starts_with_digit(number) && !number.ends_with('.') => street.trim_start(),
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
        assert_eq!(
            without_house_number("592-594 River St  Mattapan "),
            "River St  Mattapan"
        );
        assert_eq!(without_house_number("5. Querstraße"), "5. Querstraße");
    }
}
