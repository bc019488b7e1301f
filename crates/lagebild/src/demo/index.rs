//! A bucket index of line segments for drawing the street network.

use super::plane::{Metres, crossing, nearest_on_segment};

const BUCKET_M: f64 = 150.0;
/// The buckets cover the city and some kilometres around it; what lies beyond counts to the outermost.
const COLUMNS: usize = 200;
const ROWS: usize = 160;
const WEST_M: f64 = -15_000.0;
const SOUTH_M: f64 = -12_000.0;

/// Segments, found by where they lie.
#[derive(Debug, Clone)]
pub(crate) struct SegmentIndex {
    segments: Vec<(Metres, Metres)>,
    buckets: Vec<Vec<u32>>,
}

impl SegmentIndex {
    pub(crate) fn new() -> Self {
        Self {
            segments: Vec::new(),
            buckets: vec![Vec::new(); COLUMNS * ROWS],
        }
    }

    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a [Metres]>) -> Self {
        let mut index = Self::new();
        for line in lines {
            index.add_line(line);
        }
        index
    }

    pub(crate) fn len(&self) -> usize {
        self.segments.len()
    }

    pub(crate) fn add_line(&mut self, line: &[Metres]) {
        for pair in line.windows(2) {
            let number = self.segments.len() as u32;
            self.segments.push((pair[0], pair[1]));
            for bucket in buckets_of(pair[0], pair[1], 0.0) {
                self.buckets[bucket].push(number);
            }
        }
    }

    fn around(&self, from: Metres, to: Metres, reach_m: f64) -> impl Iterator<Item = usize> + '_ {
        buckets_of(from, to, reach_m)
            .flat_map(|bucket| &self.buckets[bucket])
            .map(|&number| number as usize)
    }

    /// The segment nearest to a point, if one lies within `reach_m`.
    pub(crate) fn nearest(&self, point: Metres, reach_m: f64) -> Option<(Metres, Metres)> {
        let mut best = (reach_m, None);
        for number in self.around(point, point, reach_m) {
            let (from, to) = self.segments[number];
            let distance = nearest_on_segment(point, from, to).distance(point);
            if distance < best.0 {
                best = (distance, Some((from, to)));
            }
        }
        best.1
    }

    /// Whether a segment within `reach_m` runs in about the given direction.
    pub(crate) fn runs_along(&self, point: Metres, reach_m: f64, (dx, dy): (f64, f64)) -> bool {
        self.around(point, point, reach_m).any(|number| {
            let (from, to) = self.segments[number];
            let along = ((to.x - from.x) * dx + (to.y - from.y) * dy).abs();
            along > 0.75 * from.distance(to) && nearest_on_segment(point, from, to).distance(point) < reach_m
        })
    }

    pub(crate) fn crosses(&self, from: Metres, to: Metres) -> bool {
        self.around(from, to, 0.0).any(|number| {
            let (a, b) = self.segments[number];
            crossing(from, to, a, b).is_some()
        })
    }

    /// Calls `found` with where along `from`–`to` each segment crosses it that `skip` does not name.
    pub(crate) fn crossings(
        &self,
        from: Metres,
        to: Metres,
        skip: impl Fn(usize) -> bool,
        mut found: impl FnMut(f64),
    ) {
        for number in self.around(from, to, 0.0) {
            let (a, b) = self.segments[number];
            if let Some(share) = crossing(from, to, a, b).filter(|_| !skip(number)) {
                found(share);
            }
        }
    }
}

fn buckets_of(from: Metres, to: Metres, reach_m: f64) -> impl Iterator<Item = usize> {
    let column = |x: f64| (((x - WEST_M) / BUCKET_M) as usize).min(COLUMNS - 1);
    let row = |y: f64| (((y - SOUTH_M) / BUCKET_M) as usize).min(ROWS - 1);
    let columns = column(from.x.min(to.x) - reach_m)..=column(from.x.max(to.x) + reach_m);
    let rows = row(from.y.min(to.y) - reach_m)..=row(from.y.max(to.y) + reach_m);
    columns.flat_map(move |column| rows.clone().map(move |row| row * COLUMNS + column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_segment_is_found_across_buckets() {
        let line = [Metres::new(0.0, 0.0), Metres::new(1000.0, 0.0)];
        let index = SegmentIndex::of([line.as_slice()]);
        assert!(index.nearest(Metres::new(500.0, 200.0), 210.0).is_some());
        assert!(index.nearest(Metres::new(500.0, 200.0), 190.0).is_none());
        assert!(index.crosses(Metres::new(500.0, -10.0), Metres::new(500.0, 10.0)));
    }
}
