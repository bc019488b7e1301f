//! Any text through the redaction and the comparison of words.
#![no_main]

use lagebild_domain::wording::likeness;
use lagebild_ingest::find_personal;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut end = 0;
    for found in find_personal(text) {
        assert!(found.at.start >= end && text.get(found.at.clone()).is_some());
        end = found.at.end;
    }
    let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let (one, other) = text.split_at(half);
    assert_eq!(likeness(one, other), likeness(other, one));
});
