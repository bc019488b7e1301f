//! Any bytes as a feed of unknown layout: a draft, if there is one, is TOML with one section.
#![no_main]

use std::io::Cursor;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(draft) = lagebild_ingest::draft("fuzz", Box::new(Cursor::new(bytes.to_vec()))) {
        let table: toml::Table = toml::from_str(&draft).unwrap();
        assert_eq!(table["source"].as_array().unwrap().len(), 1);
    }
});
