//! The demo city: a fictional but believable Hamm, made from a seed.
//!
//! Place names and their coordinates are facts. Every outline, street, report and incident is invented.

mod calendar;
mod city;
mod dice;
mod event;
mod feeds;
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
mod record;
mod rhythm;
mod routes;
mod settlements;
mod street_names;
mod streets;
#[cfg(test)]
mod testing;
mod texts;
mod waters;
mod wobble;
mod words;

pub(crate) use city::City;
pub(crate) use event::{Channel, DemoEvent, Feed, Precision, Status};
pub(crate) use feeds::{FeedError, MAENGELMELDER_COLUMNS, POLIZEI_COLUMNS, document, write_feeds};
pub(crate) use generator::{DemoParams, generate};
pub(crate) use hotspots::{PERSISTENT, PersistentHotspot};
pub(crate) use live::{LiveEvent, LiveSimulator};
pub(crate) use plane::LatLng;
pub(crate) use planted::{Course, PLANTED, PlantKind, PlantPart, Planted};
