//! A small sample of the demo's data for the tests of this module.

use std::sync::OnceLock;

use super::city::City;
use super::event::DemoEvent;
use super::generator::{DemoParams, generate};

pub(crate) const END: &str = "2026-11-22T04:30:00Z";

pub(crate) fn city() -> &'static City {
    static CITY: OnceLock<City> = OnceLock::new();
    CITY.get_or_init(City::new)
}

pub(crate) fn sample(events: u32) -> Vec<DemoEvent> {
    let end = END.parse().expect("a time");
    generate(&DemoParams { events, seed: 1, end }, city())
}
