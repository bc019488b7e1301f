//! Any text as a source's section, a taxonomy and an area file: an answer or a message, never a panic.
#![no_main]

use lagebild_domain::area::{areas_from_geojson, places_from_geojson};
use lagebild_domain::{AreaKind, Taxonomy};
use lagebild_ingest::FeedSpec;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = toml::from_str::<FeedSpec>(text);
    let _ = Taxonomy::parse(text);
    let _ = areas_from_geojson(text, AreaKind::District);
    let _ = places_from_geojson(text);
});
