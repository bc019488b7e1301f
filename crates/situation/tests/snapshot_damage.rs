//! Whatever happens to a snapshot, the picture is never wrong: the file is taken as it was written, or refused.
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod support;

use lagebild_domain::{Areas, Filter, Stamp};
use lagebild_situation::{Resolution, Situation, Snapshot, UnusableSnapshot, Vocabulary};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use support::{changes, history, situation, sources, taxonomy, view};

fn file_of(situation: &Situation) -> Vec<u8> {
    let mut file = Vec::new();
    situation.snapshot().write(Stamp([3; 16]), &mut file).unwrap();
    file
}

fn read(file: &[u8]) -> Result<(Stamp, Snapshot), UnusableSnapshot> {
    Snapshot::read(file, file.len() as u64, &situation())
}

/// The same bytes with a checksum that fits them: as a hostile or mistaken writer would make them.
fn with_fitting_checksum(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() - 32);
    let checksum = blake3::hash(&file);
    file.extend_from_slice(checksum.as_bytes());
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_lost_or_changed_a_byte_is_refused(
        history in history(1..60, 1..60), at in any::<proptest::sample::Index>(), flipped in 1_u8..,
    ) {
        let grown = situation();
        grown.apply(&changes(&history));
        let file = file_of(&grown);
        prop_assert!(read(&file).is_ok());
        let at = at.index(file.len());
        let mut damaged = file.clone();
        damaged[at] ^= flipped;
        prop_assert!(read(&damaged).is_err());
        prop_assert!(read(&file[..at]).is_err());
        let longer = [file.as_slice(), &[flipped]].concat();
        prop_assert!(read(&longer).is_err());
    }

    /// What the checksum does not catch makes no panic, neither while it is read nor while it is asked.
    #[test]
    fn a_mistaken_writer_makes_no_panic(
        history in history(1..60, 1..60),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let grown = situation();
        grown.apply(&changes(&history));
        let mut file = file_of(&grown);
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Ok((_, snapshot)) = read(&with_fitting_checksum(file)) {
            let resumed = situation();
            resumed.resume(snapshot, Vec::new(), Vec::new());
            let view = view();
            let scope = view.records().unwrap();
            let filter = Filter::default();
            resumed.lage(scope, &filter);
            resumed.page(scope, &filter, 10, None);
            resumed.cells(scope, &filter, Resolution::new(9).unwrap());
            resumed.observations(scope, &filter);
            resumed.changes_since(scope, lagebild_domain::Revision::ZERO).ok();
            resumed.apply(&changes(&history));
        }
    }
}

#[test]
fn another_program_or_format_is_told_apart() {
    let file = file_of(&situation());
    assert!(matches!(read(b""), Err(UnusableSnapshot::Foreign)));
    assert!(matches!(read(&[0; 200]), Err(UnusableSnapshot::Foreign)));
    let mut older = file.clone();
    older[8..12].copy_from_slice(&0_u32.to_le_bytes());
    assert!(matches!(
        read(&with_fitting_checksum(older)),
        Err(UnusableSnapshot::Format { found: 0 })
    ));
}

#[test]
fn a_city_with_other_sources_or_areas_refuses_the_file() {
    let file = file_of(&situation());
    let mut fewer = sources();
    fewer.pop();
    let without_areas = Vocabulary::new(taxonomy(), sources(), Areas::default(), None);
    for other in [
        Vocabulary::new(taxonomy(), fewer, Areas::default(), None),
        without_areas,
    ] {
        let other = Situation::new(other);
        assert!(matches!(
            Snapshot::read(file.as_slice(), file.len() as u64, &other),
            Err(UnusableSnapshot::Vocabulary)
        ));
    }
}

/// "No text": nothing of what a report says in words is in the file.
#[test]
fn no_words_of_a_report_are_in_the_file() {
    let grown = situation();
    let mut reports = Vec::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let made = history(1..30, 20..30).new_tree(&mut runner).unwrap().current();
    for mut recorded in made {
        recorded.report.text = Some("Geheimnis".to_owned());
        recorded.report.place = Some("Hinterhof".to_owned());
        recorded.report.external_id = lagebild_domain::ExternalId::new("AZ-4711");
        reports.push(recorded);
    }
    grown.apply(&changes(&reports));
    let file = file_of(&grown);
    for word in ["Geheimnis", "Hinterhof", "AZ-4711"] {
        assert!(!file.windows(word.len()).any(|window| window == word.as_bytes()));
    }
}
