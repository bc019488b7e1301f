//! The weighted displacement quotient.

use super::{BeforeAfter, EvaluationError};

/// Quotient of displacement and success.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wdq {
    /// Below −1 displacement outweighs the gain, above 0 the gain spreads to the surroundings, above 1 more than the gain.
    pub quotient: f64,
    /// Ra/Ca − Rb/Cb, below 0.
    pub success: f64,
    /// Da/Ca − Db/Cb, above 0 for displacement.
    pub buffer: f64,
    /// Crimes averted in treated area and buffer together (total net effect).
    pub total_net_effect: f64,
}

/// Weighted displacement quotient of a treated area, a buffer about it and a control.
///
/// # Paper
/// Bowers and Johnson 2003, Measuring the geographical displacement and diffusion of benefit effects of crime prevention
/// activity, Journal of Quantitative Criminology 19, <https://doi.org/10.1023/A:1024909009240>.
///
/// # Parameters
/// Counts before and after of the treated area R, the buffer D and the control C.
///
/// # Algorithm
/// 1. Success = Ra/Ca − Rb/Cb. Without one below 0 there is nothing to displace.
/// 2. Quotient = (Da/Ca − Db/Cb) / success.
/// 3. Total net effect = (Rb Ca/Cb − Ra) + (Db Ca/Cb − Da).
///
/// # Where it misleads
/// It has no standard error and is wild with few crimes: read it beside the
/// [weighted displacement difference](super::weighted_displacement_difference).
///
/// # Checked against
/// No program at hand: the formula of the paper, worked by hand.
///
/// # Errors
/// When a count is 0, or the treated area did not fall relative to the control.
pub fn weighted_displacement_quotient(
    treated: BeforeAfter,
    buffer: BeforeAfter,
    control: BeforeAfter,
) -> Result<Wdq, EvaluationError> {
    let counts = [
        (treated.before, "treated before"),
        (treated.after, "treated after"),
        (buffer.before, "buffer before"),
        (buffer.after, "buffer after"),
        (control.before, "control before"),
        (control.after, "control after"),
    ];
    if let Some(&(_, name)) = counts.iter().find(|c| c.0 == 0) {
        return Err(EvaluationError::ZeroCount(name));
    }
    let [rb, ra, db, da, cb, ca] = counts.map(|c| f64::from(c.0));
    let success = ra / ca - rb / cb;
    if success >= 0.0 {
        return Err(EvaluationError::NoSuccess);
    }
    let buffer = da / ca - db / cb;
    let total_net_effect = (rb * ca / cb - ra) + (db * ca / cb - da);
    Ok(Wdq {
        quotient: buffer / success,
        success,
        buffer,
        total_net_effect,
    })
}

impl Wdq {
    /// The quotient in a sentence, by the ranges of the paper.
    pub fn in_words(&self) -> String {
        let verdict = match self.quotient {
            q if q > 1.0 => "the gain spread to the buffer, beyond the gain in the treated area",
            q if q > 0.0 => "the gain spread to the buffer",
            q if q > -1.0 => "some displacement to the buffer, less than the gain",
            _ => "displacement to the buffer as large as the gain or larger",
        };
        format!("{verdict}: quotient {:.2}", self.quotient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(before: u32, after: u32) -> BeforeAfter {
        BeforeAfter { before, after }
    }

    #[test]
    fn the_quotient_is_the_formula_worked_by_hand() {
        // R 100 → 60, D 50 → 55, C 200 → 200: success −0.2, buffer 0.025.
        let found =
            weighted_displacement_quotient(counts(100, 60), counts(50, 55), counts(200, 200)).unwrap();
        assert!((found.quotient + 0.125).abs() < 1e-12);
        assert!((found.total_net_effect - 35.0).abs() < 1e-12);
    }

    #[test]
    fn zero_counts_and_no_success_have_no_quotient() {
        let same = counts(10, 10);
        assert_eq!(
            weighted_displacement_quotient(same, same, same),
            Err(EvaluationError::NoSuccess)
        );
        let zero = weighted_displacement_quotient(counts(10, 0), same, same);
        assert_eq!(zero, Err(EvaluationError::ZeroCount("treated after")));
    }
}
