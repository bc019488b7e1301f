//! One look: every profile over the data of one day.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::lifecycle::{self, Looked};
use lagebild_domain::{AlarmTally, Filter, Finding, Hotspot, Notice, Precision, View, WeeklyLayer, german};
use lagebild_situation::{Observation, Situation};
use lagebild_store::{Look, Store};

use super::cores::Cores;
use super::examine::{Examiner, Known};
use super::layers::weekly_layers;
use super::lookout::Calibrations;
use super::profile::{Profile, Schedule};
use super::steps::midnight_of;
use super::volume;
use crate::failure::Failure;
use crate::installation::Installation;
use crate::linking::Linker;

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
    pub(super) profiles: Arc<[Profile]>,
    pub(super) examiner: Examiner,
    linker: Linker,
    pub(super) view: View,
    pub(super) store: Store,
    pub(super) situation: Arc<Situation>,
    pub(super) cores: Cores,
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
        let linker = Linker::new(installation, store.clone(), Arc::clone(&situation));
        Self {
            profiles: detection.profiles.clone().into(),
            examiner: Examiner {
                situation: Arc::clone(&situation),
                places: installation.places.clone().into(),
                rounded: Arc::new(rounded),
                trusted: detection.trusted_points.clone().into(),
                profiles: detection.profiles.len(),
                calibrations: Calibrations::default(),
                links: linker.links(),
            },
            linker,
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
        self.link().await?;
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

    /// Links what tells of one happening, so that the next look counts it once.
    pub(crate) async fn link(&self) -> Result<(), Failure> {
        self.linker.bring_up_to_date().await
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
    pub(crate) async fn tallies(&self, as_of: Date) -> Result<Vec<AlarmTally>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let hotspots = self.situation.hotspots(scope);
        let until = midnight_of(as_of.tomorrow().unwrap_or(as_of));
        let mut tallies = Vec::new();
        for profile in self.profiles.iter() {
            if let Some(budget) = profile.alarm_budget(self.situation.vocabulary().sources())
                && let Some(first) = self.store.first_look(&profile.id).await?
            {
                tallies.push(AlarmTally::of(&budget, &hotspots, first, until));
            }
        }
        Ok(tallies)
    }

    /// Lets long work end at its next step.
    pub(crate) fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_abandoned(&self) -> bool {
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
            let examine = || looker.examiner.examine(&profile, &known, as_of);
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
}

fn days_between(first: Date, second: Date) -> i64 {
    first.until(second).map_or(0, |span| i64::from(span.get_days()))
}
