//! Any bytes as JSON, lines of JSON and Open311: reading ends, and every record read is counted once.
#![no_main]

mod feed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    feed::import("json", bytes);
    feed::import("ndjson", bytes);
    feed::import("open311", bytes);
});
