//! Which change came last to each part of the map: what a tile that is kept depends on.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use lagebild_domain::Revision;

/// Patches are tiles of this zoom, about six kilometres wide in Hamm: a city has a few dozen, and a change touches one.
const ZOOM: u32 = 12;
/// Bits of a Morton code that lie below a patch.
const SHIFT: u32 = 64 - 2 * ZOOM;

/// The newest revision of each patch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patches {
    newest: BTreeMap<u64, Revision>,
    /// Stands for every patch that nothing is noted of.
    since: Revision,
}

impl Patches {
    /// Patches of which nothing is known but that they changed no later than this.
    pub(crate) fn all_at(since: Revision) -> Self {
        Self {
            newest: BTreeMap::new(),
            since,
        }
    }

    /// Notes a change at a Morton code.
    pub(crate) fn touch(&mut self, morton: u64, revision: Revision) {
        let newest = self.newest.entry(morton >> SHIFT).or_default();
        *newest = revision.max(*newest);
    }

    /// The newest revision of the patches that the ranges of Morton codes touch.
    pub(crate) fn newest_in(&self, ranges: impl IntoIterator<Item = RangeInclusive<u64>>) -> Revision {
        ranges
            .into_iter()
            .flat_map(|range| self.newest.range(range.start() >> SHIFT..=range.end() >> SHIFT))
            .map(|(_, revision)| *revision)
            .max()
            .map_or(self.since, |newest| newest.max(self.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mercator::{Position, TileCoord};

    /// Tile 13/4273/2717 holds Hamm's station; 13/4279/2717 lies three patches further east.
    #[test]
    fn a_change_is_told_to_what_lies_over_it_and_to_nothing_else() {
        let station = lagebild_domain::LatLng::new(51.678_078, 7.807_821).unwrap();
        let mut patches = Patches::all_at(Revision(5));
        patches.touch(Position::of(station).morton(), Revision(9));
        let newest = |z, x, y| patches.newest_in([TileCoord::new(z, x, y).unwrap().morton_range()]);
        assert_eq!(newest(13, 4273, 2717), Revision(9));
        assert_eq!(newest(0, 0, 0), Revision(9));
        assert_eq!(newest(16, 4273 << 3, 2717 << 3), Revision(9));
        assert_eq!(newest(13, 4279, 2717), Revision(5));
    }
}
