//! Any bytes as XML: reading ends, and every record read is counted once.
#![no_main]

mod feed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| feed::import("xml'\nrecords='r", bytes));
