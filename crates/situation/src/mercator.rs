//! Web Mercator: positions as two 32-bit numbers, tiles, and their Morton order.

use std::ops::RangeInclusive;

use lagebild_domain::{BoundingBox, LatLng};

/// Deepest zoom that tiles are answered for.
pub(crate) const MAX_ZOOM: u8 = 22;
/// Latitude at which the square of Web Mercator ends.
const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// A position in the square of Web Mercator: x from west, y from north, each over the whole range of `u32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) x: u32,
    pub(crate) y: u32,
}

impl Position {
    pub(crate) fn of(point: LatLng) -> Self {
        let (x, y) = unit(point);
        let scale = |unit: f64| (unit * 4_294_967_296.0).clamp(0.0, 4_294_967_295.0) as u32;
        Self {
            x: scale(x),
            y: scale(y),
        }
    }

    /// Bits of x and y in turn: positions of one tile are neighbours in this order, at every zoom.
    pub(crate) fn morton(self) -> u64 {
        spread(self.x) | spread(self.y) << 1
    }

    pub(crate) fn of_morton(code: u64) -> Self {
        Self {
            x: gather(code),
            y: gather(code >> 1),
        }
    }

    pub(crate) fn to_lat_lng(self) -> Option<LatLng> {
        let lng = f64::from(self.x) / 4_294_967_296.0 * 360.0 - 180.0;
        let y = std::f64::consts::PI * (1.0 - 2.0 * f64::from(self.y) / 4_294_967_296.0);
        LatLng::new(y.sinh().atan().to_degrees(), lng).ok()
    }
}

/// Position in the unit square, x from west and y from north.
fn unit(point: LatLng) -> (f64, f64) {
    let lat = point
        .lat_degrees()
        .clamp(-MAX_LATITUDE, MAX_LATITUDE)
        .to_radians();
    let x = (point.lng_degrees() + 180.0) / 360.0;
    let y = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / std::f64::consts::PI) / 2.0;
    (x, y)
}

fn spread(value: u32) -> u64 {
    let mut v = u64::from(value);
    v = (v | v << 16) & 0x0000_ffff_0000_ffff;
    v = (v | v << 8) & 0x00ff_00ff_00ff_00ff;
    v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | v << 2) & 0x3333_3333_3333_3333;
    (v | v << 1) & 0x5555_5555_5555_5555
}

fn gather(code: u64) -> u32 {
    let mut v = code & 0x5555_5555_5555_5555;
    v = (v | v >> 1) & 0x3333_3333_3333_3333;
    v = (v | v >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | v >> 4) & 0x00ff_00ff_00ff_00ff;
    v = (v | v >> 8) & 0x0000_ffff_0000_ffff;
    (v | v >> 16) as u32
}

/// A tile that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile {z}/{x}/{y} does not exist: zoom is 0 to {MAX_ZOOM}, x and y are below 2^zoom")]
pub struct InvalidTile {
    z: u8,
    x: u32,
    y: u32,
}

/// A tile of the usual scheme: y counts from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileCoord {
    z: u8,
    x: u32,
    y: u32,
}

impl TileCoord {
    /// The tile at zoom, column and row.
    ///
    /// # Errors
    /// [`InvalidTile`] beyond zoom 22 or outside the scheme.
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self, InvalidTile> {
        if z <= MAX_ZOOM && x >> z == 0 && y >> z == 0 {
            Ok(Self { z, x, y })
        } else {
            Err(InvalidTile { z, x, y })
        }
    }

    /// Zoom.
    pub fn z(self) -> u8 {
        self.z
    }

    /// The range of Morton codes of its positions.
    pub(crate) fn morton_range(self) -> RangeInclusive<u64> {
        if self.z == 0 {
            return 0..=u64::MAX;
        }
        let first = Position {
            x: self.x << (32 - self.z),
            y: self.y << (32 - self.z),
        }
        .morton();
        let last = first + ((1_u64 << (64 - 2 * u32::from(self.z))) - 1);
        first..=last
    }

    /// A position in tile coordinates: 0 to 4096 inside, y down; positions outside lie beyond.
    pub(crate) fn local(self, position: Position) -> (i32, i32) {
        let scale = |value: u32, tile: u32| {
            let from_edge = i64::from(value) - (i64::from(tile) << (32 - self.z));
            let shift = 32 - i64::from(self.z) - 12;
            let local = if shift >= 0 {
                from_edge >> shift
            } else {
                from_edge << -shift
            };
            local.clamp(i64::from(i32::MIN / 4), i64::from(i32::MAX / 4)) as i32
        };
        (scale(position.x, self.x), scale(position.y, self.y))
    }

    /// The box of the tile in degrees, widened on each side by as many metres as `margin_degrees` of latitude are.
    pub(crate) fn bounds(self, margin_degrees: f64) -> Option<BoundingBox> {
        let corner = |x: u64, y: u64| {
            let n = (1_u64 << self.z) as f64;
            let lng = x as f64 / n * 360.0 - 180.0;
            let lat = (std::f64::consts::PI * (1.0 - 2.0 * y as f64 / n))
                .sinh()
                .atan()
                .to_degrees();
            (lng, lat)
        };
        let (west, north) = corner(self.x.into(), self.y.into());
        let (east, south) = corner(u64::from(self.x) + 1, u64::from(self.y) + 1);
        let widest_lat = north.abs().max(south.abs()).to_radians();
        let margin_lng = margin_degrees / widest_lat.cos().max(0.05);
        BoundingBox::try_from([
            (west - margin_lng).max(-180.0),
            (south - margin_degrees).max(-90.0),
            (east + margin_lng).min(180.0),
            (north + margin_degrees).min(90.0),
        ])
        .ok()
    }
}

/// Ranges of Morton codes, in order, that hold all positions of the box, and of what lies around it no more than tiles of
/// the zoom make necessary.
pub(crate) fn morton_ranges(bounds: BoundingBox, zoom: u8) -> Vec<RangeInclusive<u64>> {
    let corner = |lat, lng| LatLng::new(lat, lng).map(Position::of);
    let (Ok(north_west), Ok(south_east)) = (
        corner(bounds.north(), bounds.west()),
        corner(bounds.south(), bounds.east()),
    ) else {
        return Vec::new();
    };
    let shift = 32 - u32::from(zoom.clamp(1, MAX_ZOOM));
    let columns = north_west.x >> shift..=south_east.x >> shift;
    let rows = north_west.y >> shift..=south_east.y >> shift;
    let mut firsts: Vec<u64> = rows
        .flat_map(|y| columns.clone().map(move |x| Position { x, y }.morton()))
        .collect();
    firsts.sort_unstable();
    // Neighbours in the order are one range.
    firsts
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| run[0] << (2 * shift)..=(run[run.len() - 1] << (2 * shift) | ((1_u64 << (2 * shift)) - 1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tile 13/4273/2717 holds Hamm's station (51.678078, 7.807821) by the scheme's published formula
    /// x = floor((lon + 180) / 360 * 2^z), y = floor((1 - ln(tan lat + sec lat) / pi) / 2 * 2^z).
    #[test]
    fn the_station_lies_in_its_tile() {
        let station = Position::of(LatLng::new(51.678_078, 7.807_821).unwrap());
        let tile = TileCoord::new(13, station.x >> 19, station.y >> 19).unwrap();
        assert_eq!((tile.x, tile.y), (4273, 2717));
        assert!(tile.morton_range().contains(&station.morton()));
        let (x, y) = tile.local(station);
        assert!((0..4096).contains(&x) && (0..4096).contains(&y));
    }

    #[test]
    fn tiles_outside_the_scheme_are_refused() {
        assert!(TileCoord::new(0, 0, 0).is_ok());
        assert!(TileCoord::new(0, 1, 0).is_err());
        assert!(TileCoord::new(23, 0, 0).is_err());
        assert!(TileCoord::new(5, 3, 32).is_err());
    }

    proptest! {
        #[test]
        fn morton_goes_there_and_back(x: u32, y: u32) {
            let position = Position { x, y };
            prop_assert_eq!(Position::of_morton(position.morton()), position);
        }

        /// A position lies in the range of exactly the tile that holds it.
        #[test]
        fn a_tile_is_one_slice(x: u32, y: u32, z in 1_u8..=22) {
            let position = Position { x, y };
            let shift = 32 - z;
            let tile = TileCoord::new(z, x >> shift, y >> shift).unwrap();
            prop_assert!(tile.morton_range().contains(&position.morton()));
            let other = TileCoord::new(z, (x >> shift) ^ 1, y >> shift).unwrap();
            prop_assert!(!other.morton_range().contains(&position.morton()));
            let (local_x, local_y) = tile.local(position);
            prop_assert!((0..=4096).contains(&local_x) && (0..=4096).contains(&local_y));
        }

        /// A position of the box is in one of its ranges; one that is two tiles away is in none.
        #[test]
        fn ranges_hold_the_box_and_little_more(
            lat in 50.0..52.0_f64, lng in 7.0..9.0_f64, height in 0.0..0.2_f64, width in 0.0..0.2_f64,
            up in 0.0..=1.0_f64, right in 0.0..=1.0_f64, zoom in 8_u8..14,
        ) {
            let bounds = BoundingBox::try_from([lng, lat, lng + width, lat + height]).unwrap();
            let ranges = morton_ranges(bounds, zoom);
            prop_assert!(ranges.windows(2).all(|pair| *pair[0].end() < pair[1].start() - 1));
            let holds = |lat, lng| {
                let code = Position::of(LatLng::new(lat, lng).unwrap()).morton();
                ranges.iter().filter(|range| range.contains(&code)).count()
            };
            prop_assert_eq!(holds(lat + up * height, lng + right * width), 1);
            let two_tiles = 720.0 / f64::from(1_u32 << zoom);
            prop_assert_eq!(holds(lat, lng + width + two_tiles), 0);
            prop_assert_eq!(holds(lat + height + two_tiles, lng), 0);
        }

        #[test]
        fn positions_come_back_to_a_centimetre(lat in -80.0..80.0_f64, lng in -179.9..179.9_f64) {
            let point = LatLng::new(lat, lng).unwrap();
            let back = Position::of(point).to_lat_lng().unwrap();
            prop_assert!(point.distance_m(back) < 0.02);
        }
    }
}
