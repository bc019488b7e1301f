//! Any bytes as a workbook: reading ends, and every row read is counted once.
#![no_main]

mod feed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| feed::import("workbook", bytes));
