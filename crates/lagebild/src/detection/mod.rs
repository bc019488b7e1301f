//! Looking for emerging hotspots: observations from the picture, a scan, findings into the store.

mod accident;
mod caution;
mod cores;
mod cylinder;
mod examine;
mod finding;
mod input;
mod layers;
mod look;
mod lookout;
mod naming;
mod past;
mod places;
mod plane;
mod point_mass;
mod profile;
mod replay;
mod rhythm;
mod scan;
mod steps;
mod stream;
#[cfg(test)]
mod testing;
mod volume;

pub(crate) use examine::Examiner;
pub(crate) use look::{LookAt, Looker};
pub(crate) use profile::Profile;
pub(crate) use replay::{Replay, replay};
pub(crate) use steps::day_of;
