//! The past before the first look, looked at week by week.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{Filter, HotspotId, german};
use lagebild_store::{Look, PastHotspot};

use super::look::Looker;
use super::profile::Profile;
use super::replay::{Replay, replay};
use super::steps::{counted_day, midnight_of};
use crate::failure::Failure;

/// Days from look to look.
const STEP_DAYS: i64 = 7;
const DAYS_PER_WEEK: i64 = 7;

impl Looker {
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
            let unit = profile.time_unit;
            let earliest = unit.first_day(unit.step(oldest) + profile.past_needed());
            let wanted = first_day.saturating_sub((i64::from(weeks) * DAYS_PER_WEEK).days());
            let begin = wanted.max(earliest);
            let mut days: Vec<Date> = Vec::new();
            let mut day = first_day.saturating_sub(STEP_DAYS.days());
            while day >= begin {
                days.push(day);
                day = day.saturating_sub(STEP_DAYS.days());
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
