//! Weeks in which a source told nothing: what then looks like an effect is silence.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lagebild_domain::{Filter, RecordScope, SourceId};

use super::midnight;
use super::tracks::Days;
use crate::calendar::date_of;
use crate::situation::Situation;

/// A source that tells fewer reports a week as a rule may well tell none in one.
const USUAL_AT_LEAST: u32 = 10;

/// A source that told nothing for a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Which.
    pub source: SourceId,
    /// First day of the week.
    pub from: Date,
}

impl Situation {
    /// The first week of silence of one of the sources, while the measure lasted or in the days just before.
    pub(super) fn silence(
        &self,
        scope: &RecordScope,
        sources: &BTreeSet<usize>,
        days: &Days,
    ) -> Option<Silence> {
        let first = days.begin - days.length;
        let weeks = usize::try_from(2 * days.length / 7).ok()?;
        let filter = Filter {
            from: midnight(first),
            to: midnight(days.begin + days.length),
            ..Filter::default()
        };
        let known = self.vocabulary().sources();
        let mut counts = vec![vec![0_u32; weeks]; known.len()];
        self.each_observation(scope, &filter, |observation| {
            let day = self.calendar.day_of(observation.occurred.middle()) - first;
            let week = usize::try_from(day / 7).ok();
            let of_source = counts.get_mut(observation.source);
            if let Some(count) = of_source
                .zip(week)
                .and_then(|(of_source, week)| of_source.get_mut(week))
            {
                *count += 1;
            }
        });
        sources.iter().find_map(|source| {
            let of_source = counts.get(*source)?;
            let mut sorted = of_source.clone();
            sorted.sort_unstable();
            let usual = *sorted.get(sorted.len() / 2)?;
            let silent = of_source.iter().position(|count| *count == 0)?;
            (usual >= USUAL_AT_LEAST).then(|| Silence {
                source: known[*source].id.clone(),
                from: date_of(first + i32::try_from(silent).unwrap_or_default() * 7),
            })
        })
    }
}
