//! Aoristic weights: when did it happen, if only a span is known.

use thiserror::Error;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// What the bins are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bins {
    /// 24 hours of the day.
    #[default]
    Hour,
    /// 7 days of the week, Monday first.
    Weekday,
    /// 168 hours of the week, from Monday 0 h.
    HourOfWeek,
}

/// When an event can have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from: i64,
    to: i64,
}

/// A span that ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the span ends before it begins")]
pub struct InvalidSpan;

impl Span {
    /// From the earliest to the latest moment, in seconds of the local clock since 1970-01-01 0 h (a Thursday), as if every
    /// day had 24 hours. Equal moments are one known moment.
    ///
    /// # Errors
    /// When `to` lies before `from`.
    pub fn new(from: i64, to: i64) -> Result<Self, InvalidSpan> {
        // Far from the ends of the range, so that differences cannot overflow.
        let inside = |t: i64| t.unsigned_abs() < 1 << 60;
        if from <= to && inside(from) && inside(to) {
            Ok(Self { from, to })
        } else {
            Err(InvalidSpan)
        }
    }
}

/// Weight of each bin: every span has weight 1, spread evenly over its length.
///
/// # Paper
/// Ratcliffe and `McCullagh` 1998, Aoristic crime analysis, International Journal of Geographical Information Science 12,
/// <https://doi.org/10.1080/136588198241644>; Ratcliffe 2002, Aoristic signatures and the spatio-temporal analysis of high
/// volume crime patterns, <https://doi.org/10.1023/A:1013240828824>.
///
/// # Parameters
/// * `spans`: of the events, local time. * `bins`: hours, weekdays, or hours of the week.
///
/// # Returns
/// The weights in the order of the bins; they sum to the number of spans.
///
/// # Algorithm
/// 1. Whole weeks of a span cover every bin alike. 2. What is left is laid over the bins it touches. 3. Lengths are
///    divided by the length of the span; a known moment has weight 1 in its bin.
///
/// # Where it misleads
/// Nothing is known inside a span: even is an assumption, and long spans flatten the picture. A span over a change of
/// clock is an hour off.
///
/// # Checked against
/// No program at hand: worked by hand.
pub fn aoristic(spans: &[Span], bins: Bins) -> Vec<f64> {
    let (width, cycle) = match bins {
        Bins::Hour => (HOUR, DAY),
        Bins::Weekday => (DAY, WEEK),
        Bins::HourOfWeek => (HOUR, WEEK),
    };
    let number = (cycle / width) as usize;
    let mut weights = vec![0.0; number];
    for span in spans {
        // 1970-01-05 was a Monday.
        let start = (span.from - 4 * DAY).rem_euclid(cycle);
        let length = span.to - span.from;
        if length == 0 {
            weights[(start / width) as usize] += 1.0;
            continue;
        }
        let whole = (length / cycle) as f64 * width as f64;
        let end = start + length % cycle;
        let first = (start / width) as usize;
        let mut shares = vec![whole; number];
        let mut moment = start;
        let mut bin = first;
        while moment < end {
            let next = ((moment / width + 1) * width).min(end);
            shares[bin % number] += (next - moment) as f64;
            moment = next;
            bin += 1;
        }
        for (weight, share) in weights.iter_mut().zip(shares) {
            *weight += share / length as f64;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_spread_over_the_hours_it_touches() {
        // Thursday 1970-01-01 22:30 to 1:30: half an hour, two hours, half an hour of three.
        let span = Span::new(22 * HOUR + 1800, 25 * HOUR + 1800).unwrap();
        let hours = aoristic(&[span], Bins::Hour);
        assert!((hours[22] - 1.0 / 6.0).abs() < 1e-12 && (hours[23] - 1.0 / 3.0).abs() < 1e-12);
        assert!((hours[0] - 1.0 / 3.0).abs() < 1e-12 && (hours[1] - 1.0 / 6.0).abs() < 1e-12);
        let days = aoristic(&[span], Bins::Weekday);
        assert!((days[3] - 0.5).abs() < 1e-12 && (days[4] - 0.5).abs() < 1e-12);
    }

    #[test]
    fn weights_sum_to_the_number_of_spans() {
        let spans = [
            Span::new(-5, 9_999_999).unwrap(),
            Span::new(7, 7).unwrap(),
            Span::new(0, DAY).unwrap(),
        ];
        for bins in [Bins::Hour, Bins::Weekday, Bins::HourOfWeek] {
            assert!((aoristic(&spans, bins).iter().sum::<f64>() - 3.0).abs() < 1e-9);
        }
        assert_eq!(Span::new(1, 0), Err(InvalidSpan));
        assert_eq!(Span::new(i64::MIN, i64::MAX), Err(InvalidSpan));
        // A known moment: Monday 1970-01-05, 3 h.
        let known = aoristic(
            &[Span::new(4 * DAY + 3 * HOUR, 4 * DAY + 3 * HOUR).unwrap()],
            Bins::HourOfWeek,
        );
        assert!((known[3] - 1.0).abs() < 1e-12);
    }
}
