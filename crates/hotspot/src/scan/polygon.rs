//! The outline of a cluster.

use crate::{Metric, SPHERE_RADIUS_M};

/// Corners of the small circle drawn about each member.
const CORNERS: usize = 16;

/// The convex hull of points, each widened by `margin_m` metres: counterclockwise, closed (first corner repeated).
pub(crate) fn widened_hull(points: &[[f64; 2]], metric: Metric, margin_m: f64) -> Vec<[f64; 2]> {
    let mut corners = Vec::with_capacity(points.len() * CORNERS);
    for &[x, y] in points {
        let (unit_x, unit_y) = match metric {
            Metric::Plane => (1.0, 1.0),
            Metric::GreatCircle => {
                let degree = SPHERE_RADIUS_M.to_radians();
                // Near a pole a degree of longitude shrinks to nothing; a tenth of a per cent of it is kept.
                (1.0 / (degree * y.to_radians().cos().max(1e-3)), 1.0 / degree)
            }
        };
        for corner in 0..CORNERS {
            let angle = std::f64::consts::TAU * corner as f64 / CORNERS as f64;
            corners.push([
                x + margin_m * unit_x * angle.cos(),
                y + margin_m * unit_y * angle.sin(),
            ]);
        }
    }
    convex_hull(corners)
}

/// Andrew's monotone chain (1979, <https://doi.org/10.1016/0020-0190(79)90072-3>).
fn convex_hull(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    let left_turn = |o: [f64; 2], a: [f64; 2], b: [f64; 2]| {
        (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]) > 0.0
    };
    let mut hull: Vec<[f64; 2]> = Vec::new();
    let mut chain = |order: &mut dyn Iterator<Item = [f64; 2]>| {
        let base = hull.len();
        for point in order {
            while hull.len() >= base + 2 && !left_turn(hull[hull.len() - 2], hull[hull.len() - 1], point) {
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
    };
    chain(&mut points.iter().copied());
    chain(&mut points.iter().rev().copied());
    hull.extend(hull.first().copied());
    hull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hull_of_a_square_with_a_point_inside_is_the_square() {
        let hull = convex_hull(vec![[0.0, 0.0], [2.0, 2.0], [1.0, 1.0], [2.0, 0.0], [0.0, 2.0]]);
        assert_eq!(hull, [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]);
    }

    #[test]
    fn one_point_becomes_a_small_circle_about_it() {
        let outline = widened_hull(&[[100.0, 50.0]], Metric::Plane, 10.0);
        assert_eq!(outline.len(), CORNERS + 1);
        for [x, y] in outline {
            assert!(((x - 100.0).hypot(y - 50.0) - 10.0).abs() < 1e-9);
        }
    }
}
