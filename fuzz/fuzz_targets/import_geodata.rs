//! Any bytes as a shapefile and a GeoPackage: reading ends, and every record read is counted once.
#![no_main]

mod feed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    feed::import("shapefile", bytes);
    feed::import("geopackage", bytes);
});
