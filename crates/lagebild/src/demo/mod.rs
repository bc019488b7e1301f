//! The demo city: a fictional but believable Hamm, made from a seed.
//!
//! Place names and their coordinates are facts. Every outline, street, report and incident is invented.

mod dice;
mod geometry;
mod index;
mod outline;
mod parks;
mod places;
mod plane;
mod routes;
mod settlements;
mod street_names;
mod streets;
mod waters;
mod wobble;
