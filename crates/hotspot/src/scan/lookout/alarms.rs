//! Which sightings are news.

/// Circles closer than this count as one, metres.
const MARGIN_M: f64 = 50.0;

/// Remembers where alarms were, so that one that goes on is not a new one.
#[derive(Debug, Clone)]
pub struct AlarmLog {
    memory: i64,
    /// Step last seen, centre, radius.
    seen: Vec<(i64, [f64; 2], f64)>,
}

impl AlarmLog {
    /// Remembers for `memory` steps after a circle was last seen.
    pub fn new(memory: u32) -> Self {
        Self {
            memory: i64::from(memory),
            seen: Vec::new(),
        }
    }

    /// Whether a circle (plane metres) at a step overlaps none of those remembered; it is remembered from now on.
    ///
    /// Steps must not fall.
    pub fn is_new(&mut self, step: i64, center: [f64; 2], radius_m: f64) -> bool {
        self.seen.retain(|&(last, _, _)| step - last <= self.memory);
        let overlaps = |&(_, other, other_radius): &(i64, [f64; 2], f64)| {
            (center[0] - other[0]).hypot(center[1] - other[1]) <= radius_m + other_radius + MARGIN_M
        };
        let is_new = !self.seen.iter().any(overlaps);
        self.seen.push((step, center, radius_m));
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_that_goes_on_is_one_alarm_and_one_that_comes_back_late_is_two() {
        let mut log = AlarmLog::new(28);
        assert!(log.is_new(0, [0.0, 0.0], 100.0));
        assert!(!log.is_new(20, [150.0, 0.0], 10.0));
        assert!(!log.is_new(48, [0.0, 0.0], 100.0));
        assert!(log.is_new(48, [900.0, 0.0], 100.0));
        assert!(log.is_new(77, [0.0, 0.0], 100.0));
    }
}
