//! The local plane in which the demo city is drawn: metres east and north of its middle.

/// Latitude and longitude of the plane's origin.
const ORIGIN_LAT: f64 = 51.66;
const ORIGIN_LNG: f64 = 7.83;
/// Lengths of one degree at the origin's latitude (WGS 84 ellipsoid).
const METRES_PER_LAT: f64 = 111_262.0;
const METRES_PER_LNG: f64 = 69_196.0;

/// A place on the earth in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LatLng {
    pub(crate) lat: f64,
    pub(crate) lng: f64,
}

impl LatLng {
    pub(crate) const fn new(lat: f64, lng: f64) -> Self {
        Self { lat, lng }
    }

    pub(crate) fn metres(self) -> Metres {
        Metres {
            x: (self.lng - ORIGIN_LNG) * METRES_PER_LNG,
            y: (self.lat - ORIGIN_LAT) * METRES_PER_LAT,
        }
    }

    /// The place as the demo's files write it: five decimals, about a metre.
    pub(crate) fn rounded(self) -> Self {
        Self {
            lat: round(self.lat),
            lng: round(self.lng),
        }
    }
}

fn round(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}

/// A point of the local plane, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Metres {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Metres {
    pub(crate) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(crate) fn lat_lng(self) -> LatLng {
        LatLng {
            lat: ORIGIN_LAT + self.y / METRES_PER_LAT,
            lng: ORIGIN_LNG + self.x / METRES_PER_LNG,
        }
    }

    pub(crate) fn plus(self, dx: f64, dy: f64) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }

    pub(crate) fn between(self, other: Self, share: f64) -> Self {
        Self::new(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
        )
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        // Plain arithmetic gives the same bits on every machine; `hypot` need not, and is slow.
        (dx * dx + dy * dy).sqrt()
    }
}

/// Length of a line in metres.
pub(crate) fn length(line: &[Metres]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// The point of the segment `from`–`to` nearest to `point`.
pub(crate) fn nearest_on_segment(point: Metres, from: Metres, to: Metres) -> Metres {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let squared = dx * dx + dy * dy;
    if squared == 0.0 {
        return from;
    }
    let share = ((point.x - from.x) * dx + (point.y - from.y) * dy) / squared;
    from.between(to, share.clamp(0.0, 1.0))
}

/// Where along `a`–`b` (0 to 1) the segment `c`–`d` crosses it.
pub(crate) fn crossing(a: Metres, b: Metres, c: Metres, d: Metres) -> Option<f64> {
    let (abx, aby) = (b.x - a.x, b.y - a.y);
    let (cdx, cdy) = (d.x - c.x, d.y - c.y);
    let denominator = abx * cdy - aby * cdx;
    if denominator.abs() < 1e-9 {
        return None;
    }
    let (acx, acy) = (c.x - a.x, c.y - a.y);
    let along = (acx * cdy - acy * cdx) / denominator;
    let across = (acx * aby - acy * abx) / denominator;
    ((0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&across)).then_some(along)
}

/// Whether `point` lies inside the ring (even-odd rule; the ring may be open or closed).
pub(crate) fn inside(point: Metres, ring: &[Metres]) -> bool {
    let mut is_inside = false;
    let mut previous = ring[ring.len() - 1];
    for &corner in ring {
        let straddles = (corner.y > point.y) != (previous.y > point.y);
        if straddles
            && point.x < (previous.x - corner.x) * (point.y - corner.y) / (previous.y - corner.y) + corner.x
        {
            is_inside = !is_inside;
        }
        previous = corner;
    }
    is_inside
}

/// A closed ring with the box around it, for many questions of the same kind.
#[derive(Debug, Clone)]
pub(crate) struct Ring {
    points: Vec<Metres>,
    low: Metres,
    high: Metres,
}

impl Ring {
    pub(crate) fn new(points: &[Metres]) -> Self {
        let start = (Metres::new(f64::MAX, f64::MAX), Metres::new(f64::MIN, f64::MIN));
        let (low, high) = points.iter().fold(start, |(low, high), point| {
            (
                Metres::new(low.x.min(point.x), low.y.min(point.y)),
                Metres::new(high.x.max(point.x), high.y.max(point.y)),
            )
        });
        Self {
            points: points.to_vec(),
            low,
            high,
        }
    }

    /// South-west and north-east corner of the box around the ring.
    pub(crate) fn extent(&self) -> (Metres, Metres) {
        (self.low, self.high)
    }

    pub(crate) fn contains(&self, point: Metres) -> bool {
        self.is_in_box(point, 0.0) && inside(point, &self.points)
    }

    /// Whether the point lies inside or at most `reach_m` outside.
    pub(crate) fn is_near(&self, point: Metres, reach_m: f64) -> bool {
        let is_at = |side: &[Metres]| nearest_on_segment(point, side[0], side[1]).distance(point) < reach_m;
        self.is_in_box(point, reach_m) && (inside(point, &self.points) || self.points.windows(2).any(is_at))
    }

    fn is_in_box(&self, point: Metres, margin_m: f64) -> bool {
        (self.low.x - margin_m..=self.high.x + margin_m).contains(&point.x)
            && (self.low.y - margin_m..=self.high.y + margin_m).contains(&point.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_returns_from_the_plane() {
        let place = LatLng::new(51.678_078, 7.807_821);
        assert_eq!(place.metres().lat_lng().rounded(), place.rounded());
    }

    #[test]
    fn crossing_segments_meet_in_the_middle() {
        let along = crossing(
            Metres::new(0.0, 0.0),
            Metres::new(2.0, 0.0),
            Metres::new(1.0, -1.0),
            Metres::new(1.0, 1.0),
        );
        assert_eq!(along, Some(0.5));
    }

    #[test]
    fn the_middle_of_a_square_is_inside() {
        let square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)].map(|(x, y)| Metres::new(x, y));
        assert!(inside(Metres::new(1.0, 1.0), &square));
        assert!(!inside(Metres::new(3.0, 1.0), &square));
        let ring = Ring::new(&square);
        assert!(ring.contains(Metres::new(1.0, 1.0)) && !ring.contains(Metres::new(3.0, 1.0)));
    }
}
