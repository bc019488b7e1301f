//! Counts of periods as bars, beside the same a year before and what is usual.

use lagebild_domain::german;

use crate::document::Figure;
use crate::svg::Svg;

/// A period's count.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Its name below the bar, short.
    pub label: String,
    /// Its count.
    pub count: u64,
    /// The count of the same period a year before, where known.
    pub year_before: Option<u64>,
}

/// Counts of periods, oldest first; the last is what the document speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What is counted.
    pub counted: String,
    /// The periods.
    pub bars: Vec<Bar>,
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/// Fewest periods before that say what is usual.
const FEWEST: usize = 4;

/// Between which counts a further period like those before would lie, 19 times of 20: mean ± t·s·√(1 + 1/n), the
/// prediction interval of a normal sample. `None` for fewer than four.
///
/// ```
/// let (low, high) = lagebild_briefing::usual_range(&[10, 12, 14, 16]).unwrap();
/// // Mean 13, s = 2.582, t(3) = 3.182, √1.25 = 1.118: 13 ± 9.19.
/// assert!((low - 3.81).abs() < 0.01 && (high - 22.19).abs() < 0.01);
/// ```
pub fn usual_range(before: &[u64]) -> Option<(f64, f64)> {
    if before.len() < FEWEST {
        return None;
    }
    let n = before.len() as f64;
    let mean = before.iter().map(|count| *count as f64).sum::<f64>() / n;
    let squares: f64 = before.iter().map(|count| (*count as f64 - mean).powi(2)).sum();
    let spread = (squares / (n - 1.0)).sqrt();
    let t = T[(before.len() - 2).min(T.len() - 1)];
    let reach = t * spread * (1.0 + 1.0 / n).sqrt();
    Some(((mean - reach).max(0.0), mean + reach))
}

impl Trend {
    /// What a period like those before the last would count.
    pub fn usual(&self) -> Option<(f64, f64)> {
        let before: Vec<u64> = self.bars.iter().rev().skip(1).map(|bar| bar.count).collect();
        usual_range(&before)
    }

    /// The drawing, with its words.
    pub fn figure(&self) -> Figure {
        Figure {
            svg: self.svg(),
            alt: self.alt(),
            caption: self.caption(),
        }
    }

    fn caption(&self) -> String {
        let year = if self.bars.iter().any(|bar| bar.year_before.is_some()) {
            " Striche: dieselbe Zeit ein Jahr zuvor."
        } else {
            ""
        };
        let usual = self.usual().map_or(String::new(), |(low, high)| {
            format!(
                " Graues Band: üblich nach den Balken davor ({} bis {}, 95\u{a0}%).",
                german::decimal(low, 0),
                german::decimal(high, 0)
            )
        });
        format!("{}.{usual}{year}", self.counted)
    }

    fn alt(&self) -> String {
        let parts: Vec<String> = self
            .bars
            .iter()
            .map(|bar| format!("{}: {}", bar.label, german::decimal(bar.count as f64, 0)))
            .collect();
        format!("Balkendiagramm, {}. {}.", self.counted, parts.join("; "))
    }

    fn svg(&self) -> String {
        const LEFT: f64 = 34.0;
        const BOTTOM: f64 = 18.0;
        const TOP: f64 = 12.0;
        let (width, height) = (self.width, self.height);
        let usual = self.usual();
        let highest = self
            .bars
            .iter()
            .flat_map(|bar| [bar.count as f64, bar.year_before.unwrap_or(0) as f64])
            .chain(usual.map(|(_, high)| high))
            .fold(1.0, f64::max);
        let step = step_for(highest);
        let top = (highest / step).ceil() * step;
        let y = |count: f64| TOP + (height - TOP - BOTTOM) * (1.0 - count / top);
        let mut svg = Svg::new(width, height);
        if let Some((low, high)) = usual.filter(|(low, high)| y(*low) - y(*high) > 0.1) {
            svg.raw(format_args!(
                "<rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#e9edf1\"/>",
                y(high),
                width - LEFT,
                y(low) - y(high)
            ));
        }
        let lines = (top / step).round() as u32;
        for line in 0..=lines {
            let count = f64::from(line) * step;
            let at = y(count);
            let colour = if line == 0 { "#4d5a67" } else { "#d5dbe1" };
            svg.raw(format_args!(
                "<path d=\"M{LEFT} {at:.1}H{width}\" stroke=\"{colour}\" stroke-width=\"0.5\"/>"
            ));
            let style = "font-size=\"7.5\" fill=\"#4d5a67\" text-anchor=\"end\"";
            svg.words(LEFT - 4.0, at + 2.6, style, &german::decimal(count, 1));
        }
        let slot = (width - LEFT) / self.bars.len().max(1) as f64;
        let bar_width = (slot * 0.62).min(34.0);
        // Labels that would touch are left out, counted back from the last, which is what the document speaks of.
        let longest = self
            .bars
            .iter()
            .map(|bar| bar.label.chars().count())
            .max()
            .unwrap_or(1);
        let every = ((longest as f64 * 3.9 + 5.0) / slot).ceil().max(1.0) as usize;
        for (index, bar) in self.bars.iter().enumerate() {
            let is_last = index + 1 == self.bars.len();
            let middle = LEFT + slot * (index as f64 + 0.5);
            let at = y(bar.count as f64);
            let fill = if is_last { "#1d4e7a" } else { "#9db3c7" };
            // A rectangle without height is no shape to SVG.
            if bar.count > 0 {
                svg.raw(format_args!(
                "<rect x=\"{:.1}\" y=\"{at:.1}\" width=\"{bar_width:.1}\" height=\"{:.1}\" fill=\"{fill}\"/>",
                middle - bar_width / 2.0,
                (y(0.0) - at).max(0.1)
            ));
            }
            if let Some(before) = bar.year_before {
                svg.raw(format_args!(
                    "<path d=\"M{:.1} {at:.1}h{:.1}\" stroke=\"#17212b\" stroke-width=\"1.3\"/>",
                    middle - bar_width / 2.0 - 2.0,
                    bar_width + 4.0,
                    at = y(before as f64)
                ));
            }
            if (self.bars.len() - 1 - index).is_multiple_of(every) {
                let weight = if is_last { " font-weight=\"600\"" } else { "" };
                // The last one stays on the drawing, however narrow its bar.
                let (at, anchor) = if is_last && slot < longest as f64 * 3.9 {
                    (width, "end")
                } else {
                    (middle, "middle")
                };
                let style = format!("font-size=\"7.5\" fill=\"#17212b\" text-anchor=\"{anchor}\"{weight}");
                svg.words(at, height - 6.0, &style, &bar.label);
            }
            if is_last {
                let style = "font-size=\"8\" font-weight=\"600\" fill=\"#17212b\" text-anchor=\"middle\"";
                let above = bar.year_before.map_or(at, |before| at.min(y(before as f64)));
                svg.words(middle, above - 3.5, style, &german::decimal(bar.count as f64, 0));
            }
        }
        svg.finish()
    }
}

/// A round step for about four lines.
fn step_for(highest: f64) -> f64 {
    let rough = highest / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(power * 10.0);
    step.max(1.0)
}
