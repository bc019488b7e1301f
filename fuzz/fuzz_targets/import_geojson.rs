//! Any bytes as a GeoJSON feed: reading ends, and every feature read is counted once.
#![no_main]

mod feed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| feed::import("geojson", bytes));
