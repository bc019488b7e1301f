//! Natural-looking lines and noise: what turns a handful of waypoints into a river or a border.

use super::plane::{Metres, crossing, inside};
use crate::dice::{Dice, mix};

/// A smooth curve through all waypoints (Catmull and Rom), one point about every `step_m`.
pub(crate) fn curve(waypoints: &[Metres], step_m: f64) -> Vec<Metres> {
    let count = waypoints.len();
    let mut line = Vec::new();
    for index in 0..count - 1 {
        let (from, to) = (waypoints[index], waypoints[index + 1]);
        let before = if index == 0 { from } else { waypoints[index - 1] };
        let after = if index + 2 < count {
            waypoints[index + 2]
        } else {
            to
        };
        let steps = (from.distance(to) / step_m).ceil().max(1.0) as usize;
        for step in 0..steps {
            line.push(spline(before, from, to, after, step as f64 / steps as f64));
        }
    }
    line.push(waypoints[count - 1]);
    line
}

fn spline(before: Metres, from: Metres, to: Metres, after: Metres, t: f64) -> Metres {
    let blend = |p0: f64, p1: f64, p2: f64, p3: f64| {
        0.5 * (2.0 * p1
            + (p2 - p0) * t
            + (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3) * t * t
            + (3.0 * p1 - p0 - 3.0 * p2 + p3) * t * t * t)
    };
    Metres::new(
        blend(before.x, from.x, to.x, after.x),
        blend(before.y, from.y, to.y, after.y),
    )
}

/// Displaces the middle of each segment sideways, again and again, until segments are shorter than
/// `shortest_m`. `roughness` is the greatest displacement as a share of the segment's length. Ends stay.
pub(crate) fn fractal(line: &[Metres], roughness: f64, shortest_m: f64, dice: &mut Dice) -> Vec<Metres> {
    let mut result = vec![line[0]];
    for pair in line.windows(2) {
        displace(pair[0], pair[1], roughness, shortest_m, dice, &mut result);
    }
    result
}

fn displace(
    from: Metres,
    to: Metres,
    roughness: f64,
    shortest_m: f64,
    dice: &mut Dice,
    line: &mut Vec<Metres>,
) {
    let length_m = from.distance(to);
    if length_m < shortest_m {
        line.push(to);
        return;
    }
    let shift = dice.between(-roughness, roughness);
    let middle = from
        .between(to, dice.between(0.42, 0.58))
        .plus(-(to.y - from.y) * shift, (to.x - from.x) * shift);
    displace(from, middle, roughness, shortest_m, dice, line);
    displace(middle, to, roughness, shortest_m, dice, line);
}

/// Cuts the corners of a line once (Chaikin). Ends stay.
pub(crate) fn soften(line: &[Metres]) -> Vec<Metres> {
    let mut result = vec![line[0]];
    for pair in line.windows(2) {
        result.push(pair[0].between(pair[1], 0.25));
        result.push(pair[0].between(pair[1], 0.75));
    }
    result.push(line[line.len() - 1]);
    result
}

/// Drops points that lie within `tolerance_m` of the line without them (Douglas and Peucker).
pub(crate) fn simplify(line: &[Metres], tolerance_m: f64) -> Vec<Metres> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let (first, last) = (line[0], line[line.len() - 1]);
    let off = |point: Metres| point.distance(super::plane::nearest_on_segment(point, first, last));
    let (farthest, distance) = line
        .iter()
        .enumerate()
        .map(|(index, &point)| (index, off(point)))
        .fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    if distance <= tolerance_m {
        return vec![first, last];
    }
    let mut result = simplify(&line[..=farthest], tolerance_m);
    result.pop();
    result.extend(simplify(&line[farthest..], tolerance_m));
    result
}

/// The part of a line between its first and its last point inside `ring`, led on to the ring itself.
pub(crate) fn clip(line: &[Metres], ring: &[Metres]) -> Vec<Metres> {
    let is_inside: Vec<bool> = line.iter().map(|&point| inside(point, ring)).collect();
    let (Some(first), Some(last)) = (
        is_inside.iter().position(|&i| i),
        is_inside.iter().rposition(|&i| i),
    ) else {
        return Vec::new();
    };
    let leave = |from: Metres, to: Metres| {
        let share = ring
            .windows(2)
            .find_map(|side| crossing(from, to, side[0], side[1]));
        from.between(to, share.unwrap_or(0.0))
    };
    let mut result = Vec::new();
    if first > 0 {
        result.push(leave(line[first], line[first - 1]));
    }
    result.extend_from_slice(&line[first..=last]);
    if last + 1 < line.len() {
        result.push(leave(line[last], line[last + 1]));
    }
    result
}

/// A closed blob around `centre`: an ellipse turned by `turn` degrees with an uneven rim.
pub(crate) fn blob(
    centre: Metres,
    radii_m: (f64, f64),
    turn: f64,
    unevenness: f64,
    dice: &mut Dice,
) -> Vec<Metres> {
    const CORNERS: usize = 13;
    let (sin, cos) = turn.to_radians().sin_cos();
    let corners: Vec<Metres> = (0..CORNERS)
        .map(|corner| {
            let angle = std::f64::consts::TAU * corner as f64 / CORNERS as f64;
            let reach = 1.0 + dice.between(-unevenness, unevenness);
            let (along, across) = (radii_m.0 * reach * angle.cos(), radii_m.1 * reach * angle.sin());
            centre.plus(along * cos - across * sin, along * sin + across * cos)
        })
        .collect();
    // Round the ring through a few corners beyond its end so that the seam is smooth too.
    let mut ring = corners.clone();
    ring.extend_from_slice(&corners[..3]);
    let smooth = curve(&ring, 60.0);
    let start = corners[1];
    let from = nearest_index(&smooth, start, 0);
    let to = nearest_index(&smooth, start, smooth.len() / 2);
    let mut closed = simplify(&smooth[from..to], 2.0);
    closed.push(closed[0]);
    closed
}

fn nearest_index(line: &[Metres], point: Metres, skip: usize) -> usize {
    (skip..line.len())
        .min_by(|&a, &b| line[a].distance(point).total_cmp(&line[b].distance(point)))
        .unwrap_or(skip)
}

/// Smooth noise in −1..1, `scale_m` from bump to bump.
pub(crate) fn noise(point: Metres, scale_m: f64, salt: u64) -> f64 {
    let (x, y) = (point.x / scale_m, point.y / scale_m);
    let (column, row) = (x.floor(), y.floor());
    let corner = |dx: f64, dy: f64| {
        let key = ((column + dx) as i64 as u64) ^ ((row + dy) as i64 as u64).rotate_left(32);
        (mix(mix(key) ^ salt) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (ease(x - column), ease(y - row));
    let south = corner(0.0, 0.0) * (1.0 - tx) + corner(1.0, 0.0) * tx;
    let north = corner(0.0, 1.0) * (1.0 - tx) + corner(1.0, 1.0) * tx;
    south * (1.0 - ty) + north * ty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fractal_line_keeps_its_ends() {
        let line = [Metres::new(0.0, 0.0), Metres::new(1000.0, 0.0)];
        let rough = fractal(&line, 0.1, 100.0, &mut Dice::new(1, "line"));
        assert!(rough.len() > 8);
        assert_eq!((rough[0], rough[rough.len() - 1]), (line[0], line[1]));
    }

    #[test]
    fn a_blob_is_closed_and_holds_its_centre() {
        let centre = Metres::new(5.0, 5.0);
        let ring = blob(centre, (300.0, 100.0), 30.0, 0.2, &mut Dice::new(1, "blob"));
        assert_eq!(ring[0], ring[ring.len() - 1]);
        assert!(inside(centre, &ring));
    }

    #[test]
    fn simplifying_a_straight_line_leaves_its_ends() {
        let line: Vec<_> = (0..10).map(|x| Metres::new(f64::from(x), 0.0)).collect();
        assert_eq!(simplify(&line, 0.5).len(), 2);
    }
}
