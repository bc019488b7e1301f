//! Where a finding could mislead, in German sentences.

use std::collections::{BTreeSet, HashMap};

use lagebild_domain::{Kind, NoticeKind, german};
use lagebild_situation::Observation;

use super::examine::{Examiner, Known};
use super::input::Input;
use super::profile::{Clock, Profile, TimeUnit};

/// A report told so much later than it happened is late.
const LATE_SECONDS: i64 = 3 * 86_400;
/// Share of late reports that is worth a word.
const LATE_SHARE: f64 = 0.1;
/// Share of a finding on one coordinate that is worth a word.
const ONE_POINT_SHARE: f64 = 0.5;

/// The cautions of a finding with these members.
pub(super) fn cautions(
    examiner: &Examiner,
    profile: &Profile,
    known: &Known,
    input: &Input,
    members: &[Observation],
) -> Vec<String> {
    let mut cautions = Vec::new();
    let all_sources = examiner.situation.vocabulary().sources();
    let sources: BTreeSet<usize> = members.iter().map(|o| o.source).collect();
    if sources
        .iter()
        .any(|source| examiner.rounded.contains(&all_sources[*source].id))
    {
        cautions.push(
            "Die Quelle rückt Orte auf wenige Punkte: Viele Meldungen am selben Punkt müssen nicht am selben Ort geschehen sein."
                .to_owned(),
        );
    } else if let Some(most) = most_at_one_point(members) {
        cautions.push(format!(
            "{most} der {} Meldungen liegen auf demselben Punkt: Das kann eine Anschrift sein, auf die eine Quelle Ungenaues legt, \
             oder eine Sache, die mehrfach gemeldet wurde.",
            members.len()
        ));
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
    if profile.clock == Clock::Occurred
        && let Some(share) = late_share(input)
    {
        cautions.push(format!(
            "{} % der Meldungen gehen mehr als drei Tage nach dem Ereignis ein: Die letzten Tage sind noch nicht vollständig.",
            german::decimal(share * 100.0, 0)
        ));
    }
    if sources
        .iter()
        .any(|source| all_sources[*source].kind != Kind::Incident)
    {
        cautions.push(
            "Ob mehrere Meldungen von derselben Person stammen, lässt sich nicht prüfen: Die Quelle liefert kein Pseudonym."
                .to_owned(),
        );
    }
    let of_profile = profile.sources(all_sources);
    for notice in &known.notices {
        let concerns = notice.sources.iter().any(|source| of_profile.contains(source));
        let is_wanted = matches!(notice.kind, NoticeKind::SilentSource | NoticeKind::VolumeChange);
        if concerns && is_wanted {
            cautions.push(notice.sentence.clone());
        }
    }
    cautions
}

fn most_at_one_point(members: &[Observation]) -> Option<usize> {
    let mut at: HashMap<(u64, u64), usize> = HashMap::new();
    for member in members {
        let point = (
            member.point.lat_degrees().to_bits(),
            member.point.lng_degrees().to_bits(),
        );
        *at.entry(point).or_default() += 1;
    }
    let most = at.into_values().max()?;
    (most >= 5 && most as f64 >= ONE_POINT_SHARE * members.len() as f64).then_some(most)
}

fn late_share(input: &Input) -> Option<f64> {
    let all = || input.streams.iter().flatten();
    let late = all()
        .filter(|o| o.told_at.as_second() - o.occurred.to().as_second() > LATE_SECONDS)
        .count();
    let share = late as f64 / all().count().max(1) as f64;
    (share >= LATE_SHARE).then_some(share)
}
