//! How one count differs from another, and how sure that is.

use lagebild_domain::german;

/// Fewest reports on each side for which a percentage is stated.
const FEWEST: u64 = 10;
/// Quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The change from one count to another, in percent, with its 95 % interval.
///
/// The interval is that of the ratio of two Poisson counts on the logarithmic scale, `ln(a/b) ± z √(1/a + 1/b)`
/// (Rothman, Greenland & Lash, *Modern Epidemiology*, 3rd ed. 2008, ch. 14). It tells chance from change for counts over
/// spans of equal length.
///
/// # Where it misleads
/// Reports that come in waves vary more than Poisson counts: the true interval is wider. A jump in how people report looks
/// like one in what happens.
///
/// ```
/// use lagebild_briefing::Change;
/// let change = Change::between(100, 121).unwrap();
/// assert_eq!(change.to_german().replace('\u{a0}', " "), "+21 % (−7 bis +58 %)");
/// assert!(!change.is_certain());
/// assert_eq!(Change::between(3, 9), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    percent: f64,
    low: f64,
    high: f64,
}

impl Change {
    /// The change; `None` where either count is below 10.
    pub fn between(before: u64, after: u64) -> Option<Self> {
        if before < FEWEST || after < FEWEST {
            return None;
        }
        let (before, after) = (before as f64, after as f64);
        let ratio = (after / before).ln();
        let reach = Z * (1.0 / before + 1.0 / after).sqrt();
        let percent = |log: f64| log.exp_m1() * 100.0;
        Some(Self {
            percent: percent(ratio),
            low: percent(ratio - reach),
            high: percent(ratio + reach),
        })
    }

    /// The change in percent.
    pub fn percent(&self) -> f64 {
        self.percent
    }

    /// True when the interval leaves no change out.
    pub fn is_certain(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// The change without its interval.
    pub fn short(&self) -> String {
        format!("{}\u{a0}%", signed(self.percent))
    }

    /// The change with its interval.
    pub fn to_german(&self) -> String {
        format!(
            "{} ({} bis {}\u{a0}%)",
            self.short(),
            signed(self.low),
            signed(self.high)
        )
    }
}

/// A whole number with its sign, a true minus.
fn signed(value: f64) -> String {
    let digits = german::decimal(value.round().abs(), 0);
    if value.round() > 0.0 {
        format!("+{digits}")
    } else if value.round() < 0.0 {
        format!("−{digits}")
    } else {
        "±0".to_owned()
    }
}
