//! Looking for emerging hotspots: observations from the picture, a scan, findings into the store.

mod look;
mod profile;
mod scan;

pub(crate) use look::Looker;
pub(crate) use profile::Profile;
