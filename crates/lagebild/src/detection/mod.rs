//! Looking for emerging hotspots: observations from the picture, a scan, findings into the store.

mod accident;
mod caution;
mod cores;
mod examine;
mod layers;
mod look;
mod point_mass;
mod profile;
mod replay;
mod rhythm;
mod scan;
mod stream;
mod tally;
#[cfg(test)]
mod testing;
mod volume;

pub(crate) use examine::Examiner;
pub(crate) use look::{LookAt, Looker};
pub(crate) use profile::Profile;
pub(crate) use replay::{Replay, replay};
pub(crate) use scan::day_of;
