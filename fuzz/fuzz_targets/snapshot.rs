//! Any bytes as the body of a snapshot whose header and checksum fit: a picture or a refusal, never a panic.
#![no_main]

use lagebild_domain::{
    Areas, Filter, Kind, OrganisationId, Regime, Source, SourceId, Stamp, Taxonomy, View,
};
use lagebild_situation::{Resolution, Situation, Snapshot, Vocabulary};

const TAXONOMY: &str = include_str!("../../data/taxonomy.toml");
/// Magic, format, fingerprint, stamp.
const HEADER: usize = 8 + 4 + 32 + 16;

fn source() -> Source {
    Source {
        id: SourceId::new("s").unwrap(),
        label: String::new(),
        owner: OrganisationId::new("o").unwrap(),
        kind: Kind::Complaint,
        controller: String::new(),
        regime: Regime::Dsgvo,
        purpose: String::new(),
        legal_basis: String::new(),
        marking: None,
        retention_days: 1,
        retention_days_by_category: std::collections::BTreeMap::new(),
    }
}

fn situation() -> Situation {
    let taxonomy = Taxonomy::parse(TAXONOMY).unwrap();
    Situation::new(Vocabulary::new(taxonomy, vec![source()], Areas::default(), None))
}

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    thread_local!(static SITUATION: Situation = situation());
    SITUATION.with(|situation| {
        let mut file = Vec::new();
        self::situation().snapshot().write(Stamp([0; 16]), &mut file).unwrap();
        file.truncate(HEADER);
        file.extend_from_slice(body);
        let checksum = blake3::hash(&file);
        file.extend_from_slice(checksum.as_bytes());
        if let Ok((_, snapshot)) = Snapshot::read(file.as_slice(), file.len() as u64, situation) {
            situation.resume(snapshot, Vec::new(), Vec::new());
            let view = View::for_detection(&[source()]);
            let scope = view.records().unwrap();
            let filter = Filter::default();
            situation.lage(scope, &filter);
            situation.page(scope, &filter, 10, None);
            situation.cells(scope, &filter, Resolution::new(9).unwrap());
            situation.observations(scope, &filter);
        }
    });
});
