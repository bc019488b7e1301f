//! The demo city: a fictional but believable Hamm, made from a seed.
//!
//! Place names and their coordinates are facts. Every outline, street, report and incident is invented.

mod calendar;
mod city;
pub(crate) mod event;
pub(crate) mod feeds;
mod generator;
#[cfg(test)]
mod generator_tests;
mod geometry;
mod hotspots;
mod index;
mod live;
mod outline;
mod parks;
mod places;
mod plane;
mod planted;
mod planted_file;
mod projects;
mod record;
mod rhythm;
mod routes;
mod settlements;
mod street_names;
mod streets;
#[cfg(test)]
mod testing;
mod texts;
mod told;
mod waters;
mod wobble;
mod words;

pub(crate) use city::City;
pub(crate) use feeds::{document, write_feeds};
pub(crate) use generator::{DemoParams, generate};
pub(crate) use live::LiveSimulator;
pub(crate) use planted_file::write_planted;
pub(crate) use projects::propose;
pub(crate) use told::tell;
