//! Cutting a ring to a tile.

/// Half a tile's buffer: rings are cut this far outside the tile, so that the cut's edge is not drawn.
const BUFFER: i32 = 128;
const EXTENT: i32 = 4096;

/// The part of a ring inside the tile and its buffer, by the algorithm of Sutherland and Hodgman (1974,
/// doi:10.1145/360767.360802). Where the ring leaves and enters again, the parts stay joined along the buffer's edge,
/// which fills and draws the same.
pub(crate) fn ring(points: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let (low, high) = (-BUFFER, EXTENT + BUFFER);
    let mut kept = points.to_vec();
    kept = half(&kept, |p| p.0 >= low, |a, b| at_x(a, b, low));
    kept = half(&kept, |p| p.0 <= high, |a, b| at_x(a, b, high));
    kept = half(&kept, |p| p.1 >= low, |a, b| at_y(a, b, low));
    kept = half(&kept, |p| p.1 <= high, |a, b| at_y(a, b, high));
    kept.dedup();
    kept
}

type Point = (i32, i32);

fn half(
    points: &[Point],
    inside: impl Fn(Point) -> bool,
    cross: impl Fn(Point, Point) -> Point,
) -> Vec<Point> {
    let mut kept = Vec::with_capacity(points.len() + 2);
    let Some(last) = points.last() else {
        return kept;
    };
    let mut before = *last;
    for point in points {
        match (inside(before), inside(*point)) {
            (true, true) => kept.push(*point),
            (true, false) => kept.push(cross(before, *point)),
            (false, true) => {
                kept.push(cross(before, *point));
                kept.push(*point);
            }
            (false, false) => {}
        }
        before = *point;
    }
    kept
}

fn at_x(a: Point, b: Point, x: i32) -> Point {
    let part = f64::from(x - a.0) / f64::from(b.0 - a.0);
    (x, (f64::from(a.1) + part * f64::from(b.1 - a.1)).round() as i32)
}

fn at_y(a: Point, b: Point, y: i32) -> Point {
    let part = f64::from(y - a.1) / f64::from(b.1 - a.1);
    ((f64::from(a.0) + part * f64::from(b.0 - a.0)).round() as i32, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_around_the_tile_becomes_the_buffered_tile() {
        let mut cut = ring(&[(-9000, -9000), (9000, -9000), (9000, 9000), (-9000, 9000)]);
        cut.sort_unstable();
        assert_eq!(cut, [(-128, -128), (-128, 4224), (4224, -128), (4224, 4224)]);
    }

    #[test]
    fn a_ring_inside_stays_and_one_outside_goes() {
        let inside = [(10, 10), (20, 10), (20, 20)];
        assert_eq!(ring(&inside), inside);
        assert!(ring(&[(5000, 10), (6000, 10), (6000, 20)]).is_empty());
    }
}
