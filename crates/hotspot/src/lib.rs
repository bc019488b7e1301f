#![doc = include_str!("../README.md")]

mod locations;
mod random;
pub mod satscan;
pub mod scan;

pub use locations::{InvalidLocations, Locations, Metric, SPHERE_RADIUS_M};
