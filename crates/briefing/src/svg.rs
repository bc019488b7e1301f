//! Writing SVG: text is escaped here and nowhere else.

use std::fmt::Write;

/// Family of all words in drawings; embedded in PDF, and named for browsers.
const FONT: &str = "'Source Sans 3', 'Lagebild Sans', sans-serif";

/// A drawing being written.
pub(crate) struct Svg {
    text: String,
}

impl Svg {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            text: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
                 height=\"{height}\" font-family=\"{FONT}\">"
            ),
        }
    }

    /// An element of numbers and fixed words; nothing from outside.
    pub(crate) fn raw(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        self.text.write_fmt(element).ok();
    }

    /// Words at a point; `style` is attributes.
    pub(crate) fn words(&mut self, x: f64, y: f64, style: &str, words: &str) {
        self.raw(format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>"));
        escape_into(&mut self.text, words);
        self.text.push_str("</text>");
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// Escapes words for XML and HTML. Characters that XML does not know are left out.
pub(crate) fn escape_into(out: &mut String, words: &str) {
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
}

/// A path through points, closed when `is_closed`; coordinates to a tenth.
pub(crate) fn path(points: impl Iterator<Item = (f64, f64)>, is_closed: bool) -> String {
    let mut d = String::new();
    let mut last = String::new();
    for (x, y) in points {
        let point = format!("{x:.1} {y:.1}");
        if point == last {
            continue;
        }
        d.push(if d.is_empty() { 'M' } else { 'L' });
        d.push_str(&point);
        last = point;
    }
    if is_closed && !d.is_empty() {
        d.push('Z');
    }
    d
}
