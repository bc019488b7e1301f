//! Any text as a query: an answer or a message, never a panic.
#![no_main]

use lagebild_domain::{Filter, Taxonomy};

const TAXONOMY: &str = include_str!("../../data/taxonomy.toml");

libfuzzer_sys::fuzz_target!(|text: &str| {
    thread_local!(static TAXONOMY_READ: Taxonomy = Taxonomy::parse(TAXONOMY).unwrap());
    TAXONOMY_READ.with(|taxonomy| {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let _ = Filter::parse(pairs, taxonomy);
    });
});
