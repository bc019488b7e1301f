//! The refusal of a search for near places that would not fit into minutes or memory.

use thiserror::Error;

/// Most pairs that a search looks at: about half a minute on two cores.
pub(crate) const MOST_LOOKS: u64 = 4_000_000_000;

/// More pairs of near places than a method holds; said before they are searched for.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error(
    "about {:.0} million pairs of places within {radius_m} m are more than the {:.0} million held; take {}fewer places (draw them \
     onto a grid, add up what is at one place in a column count)",
    pairs / 1e6, *limit as f64 / 1e6, radius(*fitting_m)
)]
pub struct TooManyPairs {
    /// About how many there are, each counted from both sides.
    pub pairs: f64,
    /// How many are held.
    pub limit: u64,
    /// The radius asked for, metres.
    pub radius_m: f64,
    /// A radius that would about do, metres, when places lie as densely everywhere; `None` for none.
    pub fitting_m: Option<f64>,
}

impl TooManyPairs {
    /// From the pairs of the first `seen` of `all` places.
    pub(crate) fn extrapolated(pairs: u64, seen: usize, all: usize, limit: u64, radius_m: f64) -> Self {
        let pairs = pairs as f64 * all as f64 / seen.max(1) as f64;
        // Pairs grow with the square of the radius. A tenth less, for places that do not lie evenly.
        let fitting_m = 0.9 * radius_m * (limit as f64 / pairs).sqrt();
        Self {
            pairs,
            limit,
            radius_m,
            fitting_m: Some(fitting_m).filter(|metres| metres.is_finite()),
        }
    }
}

fn radius(fitting_m: Option<f64>) -> String {
    fitting_m.map_or_else(String::new, |metres| {
        format!("a distance of about {metres:.1} m, or ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radius_that_fits_is_named() {
        let refused = TooManyPairs::extrapolated(40_500_000, 1, 2, 1_000_000, 1000.0);
        assert_eq!(
            refused.to_string(),
            "about 81 million pairs of places within 1000 m are more than the 1 million held; take a distance of about 100.0 m, or \
             fewer places (draw them onto a grid, add up what is at one place in a column count)"
        );
        let nothing_fits = TooManyPairs {
            fitting_m: None,
            ..refused
        };
        assert!(nothing_fits.to_string().contains("held; take fewer places (draw"));
    }
}
