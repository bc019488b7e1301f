//! Quasi-Poisson regression with a logarithmic link.

/// A fitted model.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    pub(crate) coefficients: Vec<f64>,
    /// Inverse of the information matrix: times the dispersion, the covariance of the coefficients.
    pub(crate) unscaled: Vec<Vec<f64>>,
    /// Pearson's estimate of the dispersion.
    pub(crate) dispersion: f64,
    pub(crate) fitted: Vec<f64>,
    /// Diagonal of the hat matrix.
    pub(crate) leverage: Vec<f64>,
    /// Residual degrees of freedom.
    pub(crate) degrees: f64,
}

/// Iteratively reweighted least squares (`McCullagh` and Nelder 1989, Generalized Linear Models), with R's starting
/// values and stopping rule, so that fits on the border of the parameter space stop where R's do.
///
/// `None` when the columns of `design` are linearly dependent, there are too few rows, or it does not converge.
pub(crate) fn quasi_poisson(design: &[Vec<f64>], response: &[f64], weights: &[f64]) -> Option<Fit> {
    let columns = design.first()?.len();
    if design.len() <= columns {
        return None;
    }
    let mut fitted: Vec<f64> = response.iter().map(|y| y + 0.1).collect();
    let mut deviance = deviance_of(response, &fitted, weights);
    let mut converged = false;
    let mut coefficients = Vec::new();
    for _ in 0..25 {
        let working: Vec<f64> = fitted.iter().zip(weights).map(|(mu, w)| mu * w).collect();
        let target: Vec<f64> = response
            .iter()
            .zip(&fitted)
            .map(|(y, mu)| mu.ln() + (y - mu) / mu)
            .collect();
        let inverse = inverse_information(design, &working)?;
        let score: Vec<f64> = (0..columns)
            .map(|c| {
                design
                    .iter()
                    .zip(&working)
                    .zip(&target)
                    .map(|((x, w), z)| x[c] * w * z)
                    .sum()
            })
            .collect();
        coefficients = inverse.iter().map(|row| dot(row, &score)).collect::<Vec<f64>>();
        for (mu, x) in fitted.iter_mut().zip(design) {
            *mu = dot(x, &coefficients).clamp(-700.0, 700.0).exp().max(f64::EPSILON);
        }
        let last = deviance;
        deviance = deviance_of(response, &fitted, weights);
        if !deviance.is_finite() {
            return None;
        }
        if (deviance - last).abs() / (deviance.abs() + 0.1) < 1e-8 {
            converged = true;
            break;
        }
    }
    if !converged {
        return None;
    }
    let working: Vec<f64> = fitted.iter().zip(weights).map(|(mu, w)| mu * w).collect();
    let unscaled = inverse_information(design, &working)?;
    let degrees = (weights.iter().filter(|w| **w > 0.0).count() - columns) as f64;
    let pearson: f64 = response
        .iter()
        .zip(&fitted)
        .zip(weights)
        .map(|((y, mu), w)| w * (y - mu).powi(2) / mu)
        .sum();
    let leverage = design
        .iter()
        .zip(&working)
        .map(|(x, w)| w * quadratic(&unscaled, x))
        .collect();
    Some(Fit {
        coefficients,
        unscaled,
        dispersion: pearson / degrees,
        fitted,
        leverage,
        degrees,
    })
}

impl Fit {
    /// Expected count and variance of its logarithm, without the dispersion.
    pub(crate) fn predict(&self, row: &[f64]) -> (f64, f64) {
        (
            dot(row, &self.coefficients).clamp(-700.0, 700.0).exp(),
            quadratic(&self.unscaled, row),
        )
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn quadratic(matrix: &[Vec<f64>], x: &[f64]) -> f64 {
    matrix.iter().zip(x).map(|(row, xi)| xi * dot(row, x)).sum()
}

fn deviance_of(response: &[f64], fitted: &[f64], weights: &[f64]) -> f64 {
    let term = |y: f64, mu: f64| (if y > 0.0 { y * (y / mu).ln() } else { 0.0 }) - (y - mu);
    2.0 * response
        .iter()
        .zip(fitted)
        .zip(weights)
        .map(|((&y, &mu), w)| w * term(y, mu))
        .sum::<f64>()
}

/// The inverse of the information matrix, by Gauss–Jordan elimination after scaling to a unit diagonal.
fn inverse_information(design: &[Vec<f64>], working: &[f64]) -> Option<Vec<Vec<f64>>> {
    let n = design.first()?.len();
    let mut matrix = vec![vec![0.0; n]; n];
    for (x, w) in design.iter().zip(working) {
        for i in 0..n {
            for j in 0..n {
                matrix[i][j] += x[i] * w * x[j];
            }
        }
    }
    let scale: Vec<f64> = (0..n).map(|i| matrix[i][i].sqrt()).collect();
    if scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        return None;
    }
    let mut left: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| matrix[i][j] / (scale[i] * scale[j])).collect())
        .collect();
    let mut right: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| left[a][column].abs().total_cmp(&left[b][column].abs()))?;
        if left[pivot][column].abs() < 1e-12 {
            return None;
        }
        left.swap(column, pivot);
        right.swap(column, pivot);
        let divisor = left[column][column];
        left[column]
            .iter_mut()
            .chain(&mut right[column])
            .for_each(|v| *v /= divisor);
        for row in (0..n).filter(|&row| row != column) {
            let factor = left[row][column];
            for k in 0..n {
                left[row][k] -= factor * left[column][k];
                right[row][k] -= factor * right[column][k];
            }
        }
    }
    Some(
        (0..n)
            .map(|i| (0..n).map(|j| right[i][j] / (scale[i] * scale[j])).collect())
            .collect(),
    )
}

/// A model with weights against past outbreaks.
#[derive(Debug, Clone)]
pub(crate) struct Robust {
    pub(crate) fit: Fit,
    /// Dispersion, at least 1.
    pub(crate) phi: f64,
    /// Σ w ((y − μ)/μ)² / degrees of freedom: what R surveillance's flexible form takes for the dispersion where it
    /// judges a trend and the error of the fit, since it keeps the weights against outbreaks in place of those of the
    /// regression.
    pub(crate) relative_dispersion: f64,
}

/// Fits, gives large standardised Anscombe residuals less weight, and fits again (Farrington et al. 1996).
pub(crate) fn robust(design: &[Vec<f64>], response: &[f64], threshold: Option<f64>) -> Option<Robust> {
    let equal = vec![1.0; response.len()];
    let first = quasi_poisson(design, response, &equal)?;
    let phi = first.dispersion.max(1.0);
    let Some(threshold) = threshold else {
        let relative_dispersion = first.dispersion;
        return Some(Robust {
            fit: first,
            phi,
            relative_dispersion,
        });
    };
    let residuals: Vec<f64> = (0..response.len())
        .map(|i| {
            let (y, mu) = (response[i], first.fitted[i]);
            let raw = 1.5 * (y.powf(2.0 / 3.0) * mu.powf(-1.0 / 6.0) - mu.sqrt());
            raw / (phi * (1.0 - first.leverage[i]).max(f64::EPSILON)).sqrt()
        })
        .collect();
    let small = |s: f64| if s > threshold { s.powi(-2) } else { 1.0 };
    let gamma = residuals.len() as f64 / residuals.iter().map(|&s| small(s)).sum::<f64>();
    let weights: Vec<f64> = residuals.iter().map(|&s| gamma * small(s)).collect();
    let fit = quasi_poisson(design, response, &weights)?;
    let phi = fit.dispersion.max(1.0);
    let relative = |i: usize| weights[i] * ((response[i] - fit.fitted[i]) / fit.fitted[i]).powi(2);
    let relative_dispersion = (0..response.len()).map(relative).sum::<f64>() / fit.degrees;
    Some(Robust {
        fit,
        phi,
        relative_dispersion,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_alone_fits_the_mean() {
        let response = [1.0, 2.0, 6.0];
        let fit = quasi_poisson(&vec![vec![1.0]; 3], &response, &[1.0; 3]).unwrap();
        assert!((fit.coefficients[0] - 3.0_f64.ln()).abs() < 1e-9);
        // Pearson: (4 + 1 + 9) / 3 / 2.
        assert!((fit.dispersion - 14.0 / 6.0).abs() < 1e-8);
        assert!((fit.unscaled[0][0] - 1.0 / 9.0).abs() < 1e-9);
        assert!((fit.leverage[0] - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn dependent_columns_are_no_model() {
        let design = vec![vec![1.0, 2.0]; 4];
        assert!(quasi_poisson(&design, &[1.0, 2.0, 3.0, 4.0], &[1.0; 4]).is_none());
    }
}
