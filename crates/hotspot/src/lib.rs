#![doc = include_str!("../README.md")]

pub mod aoristic;
pub mod emerging;
pub mod evaluation;
pub mod false_discovery;
mod grid;
pub mod kde;
pub mod knox;
pub mod lisa;
mod locations;
mod nearest;
mod neighbours;
pub mod outbreak;
mod random;
pub mod satscan;
pub mod scan;
mod sites;
pub mod st_dbscan;
mod too_many_pairs;

pub use locations::{InvalidLocations, Locations, Metric, SPHERE_RADIUS_M};
pub use neighbours::{InvalidNeighbours, Neighbours};
pub use too_many_pairs::TooManyPairs;
