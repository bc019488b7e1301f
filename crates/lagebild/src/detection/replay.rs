//! Walking through history day by day, with the knowledge of each day.

use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::lifecycle::{self, Looked};
use lagebild_domain::{Finding, Hotspot, HotspotId, HotspotState};
use lagebild_situation::Observation;

use super::examine::Examiner;
use super::profile::Profile;
use super::steps::midnight_of;
use super::volume;

/// What one look made of a hotspot.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) hotspot: Hotspot,
}

/// One look of one profile.
#[derive(Debug, Clone)]
pub(crate) struct PastLook {
    pub(crate) as_of: Date,
    /// Hotspots that it found, new ones and old ones.
    pub(crate) found: Vec<Hotspot>,
}

/// What a profile would have seen, had it looked then.
#[derive(Debug, Clone, Default)]
pub(crate) struct Replay {
    pub(crate) looks: Vec<PastLook>,
    /// Hotspots as they stand after the last look, by first sight.
    pub(crate) hotspots: Vec<Hotspot>,
    /// Every change of each hotspot, in order.
    pub(crate) moments: Vec<Moment>,
    /// Why it could not look, if so.
    pub(crate) refused: Option<String>,
}

impl Replay {
    /// Every change of a hotspot, in order.
    pub(crate) fn history<'a>(&'a self, id: &'a HotspotId) -> impl Iterator<Item = &'a Moment> {
        self.moments.iter().filter(move |moment| moment.hotspot.id == *id)
    }

    fn take_in(&mut self, as_of: Date, at: Timestamp, changed: Vec<Hotspot>) {
        for after in changed {
            self.moments.push(Moment {
                at,
                hotspot: after.clone(),
            });
            match self.hotspots.iter_mut().find(|known| known.id == after.id) {
                Some(before) => *before = after,
                None => self.hotspots.push(after),
            }
        }
        let found = self
            .hotspots
            .iter()
            .filter(|h| h.last_seen == at)
            .cloned()
            .collect();
        self.looks.push(PastLook { as_of, found });
    }

    fn open(&self) -> Vec<Hotspot> {
        let is_open = |hotspot: &&Hotspot| hotspot.state != HotspotState::Closed;
        self.hotspots.iter().filter(is_open).cloned().collect()
    }
}

/// Looks with every profile at the end of each of the days, oldest first, out of `all` that is known today.
///
/// What was told later than a day, by the feed's own word, is not known on that day; a feed that does not say when it was
/// told is taken to have told at once, so a backtest on it flatters. Later corrections of a report are known from the
/// start. `next_number` gives the first id. `at_day` is told each day before it is looked at, and stops the walk by
/// answering false.
pub(crate) fn replay(
    examiner: &Examiner,
    profiles: &[Profile],
    all: &[Observation],
    days: &[Date],
    next_number: u64,
    mut at_day: impl FnMut(Date) -> bool,
) -> Vec<Replay> {
    let mut replays = vec![Replay::default(); profiles.len()];
    let mut number = next_number;
    for &as_of in days {
        if !at_day(as_of) {
            break;
        }
        let known = examiner.known(all, as_of);
        for (profile, replay) in profiles.iter().zip(&mut replays) {
            let findings: Vec<Finding> = match examiner.examine(profile, &known, as_of) {
                Ok(found) => found.into_iter().map(|found| found.finding).collect(),
                Err(refused) => {
                    replay.refused = Some(refused);
                    continue;
                }
            };
            let unit = profile.time_unit;
            let at = midnight_of(unit.first_day(unit.last_whole_step(as_of) + 1));
            let silence = volume::silence_of(
                &known.notices,
                &profile.sources(examiner.situation.vocabulary().sources()),
            );
            let looked = Looked {
                at,
                next_number: number,
                silence: silence.as_deref(),
            };
            let open = replay.open();
            let changed = lifecycle::settle(&open, &findings, &looked);
            let is_new = |hotspot: &&Hotspot| !open.iter().any(|known| known.id == hotspot.id);
            number += changed.iter().filter(is_new).count() as u64;
            replay.take_in(as_of, at, changed);
        }
    }
    replays
}
