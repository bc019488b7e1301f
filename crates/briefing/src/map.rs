//! Maps for paper: vector drawings with words, scale, north, legend and attribution.

use lagebild_domain::{BoundingBox, HotspotKind, german};

use crate::document::Figure;
use crate::svg::{Svg, path};

/// A ring of points as longitude and latitude in degrees.
type Ring = Vec<[f64; 2]>;

/// A map of the city or a part of it.
///
/// Drawn in the plane that touches the earth at the middle of `bounds`; over a city its scale is true to a thousandth.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// What is shown.
    pub bounds: BoundingBox,
    /// What lies under everything.
    pub ground: Vec<Ground>,
    /// Districts with their names.
    pub districts: Vec<MapDistrict>,
    /// Cells with counts.
    pub cells: Vec<MapCell>,
    /// What the cells count.
    pub counted: String,
    /// Numbered places.
    pub marks: Vec<MapMark>,
    /// Whom to name.
    pub attribution: String,
    /// Width in points; the height follows from `bounds`.
    pub width: f64,
}

/// A line or surface of the base map.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// The city's land.
    Land(Ring),
    /// A park or wood.
    Park(Ring),
    /// A lake.
    Water(Ring),
    /// A river or canal.
    River(Ring),
    /// A main road.
    Road(Ring),
    /// A street.
    Street(Ring),
    /// A railway.
    Rail(Ring),
}

/// A district.
#[derive(Debug, Clone, PartialEq)]
pub struct MapDistrict {
    /// Its name.
    pub name: String,
    /// Its outlines.
    pub rings: Vec<Ring>,
    /// A point well inside, for its name.
    pub label_at: [f64; 2],
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct MapCell {
    /// Its outline.
    pub ring: Ring,
    /// Its count; `None` where it may not be told.
    pub count: Option<u64>,
}

/// A numbered place.
#[derive(Debug, Clone, PartialEq)]
pub struct MapMark {
    /// Its number in the text.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// What it is; decides the colour.
    pub kind: HotspotKind,
    /// Its outline.
    pub ring: Ring,
}

const HEAT: [&str; 5] = ["#dfe1ec", "#b9bdd6", "#8f95bd", "#646a9f", "#3d4178"];
/// Height of the strip with legend, scale and attribution, and of the line below for numbered places, in points.
const STRIP: f64 = 30.0;
const MARKS_LINE: f64 = 13.0;
const METRES_PER_DEGREE: f64 = 111_195.0;

/// The colour of a kind of hotspot, as on the page.
fn colour(kind: HotspotKind) -> &'static str {
    match kind {
        HotspotKind::Beschwerdehotspot => "#0072b2",
        HotspotKind::Brennpunkt => "#c25500",
        HotspotKind::Angstraum => "#aa4499",
        HotspotKind::Unfallhaeufung => "#00795a",
    }
}

/// Degrees to points on the paper.
struct Plane {
    west: f64,
    north: f64,
    x_scale: f64,
    y_scale: f64,
    metres_per_point: f64,
    height: f64,
}

impl Plane {
    fn of(bounds: BoundingBox, width: f64) -> Self {
        let latitude = f64::midpoint(bounds.south(), bounds.north());
        let metres_x = METRES_PER_DEGREE * latitude.to_radians().cos();
        let span_m = ((bounds.east() - bounds.west()) * metres_x).max(1.0);
        let metres_per_point = span_m / width;
        Self {
            west: bounds.west(),
            north: bounds.north(),
            x_scale: metres_x / metres_per_point,
            y_scale: METRES_PER_DEGREE / metres_per_point,
            metres_per_point,
            height: (bounds.north() - bounds.south()) * METRES_PER_DEGREE / metres_per_point,
        }
    }

    fn at(&self, [lng, lat]: [f64; 2]) -> (f64, f64) {
        (
            (lng - self.west) * self.x_scale,
            (self.north - lat) * self.y_scale,
        )
    }

    fn path(&self, ring: &[[f64; 2]], is_closed: bool) -> String {
        path(ring.iter().map(|point| self.at(*point)), is_closed)
    }
}

impl Map {
    /// The drawing, with its words.
    pub fn figure(&self, caption: &str) -> Figure {
        Figure {
            svg: self.svg(),
            alt: self.alt(),
            caption: caption.to_owned(),
        }
    }

    fn alt(&self) -> String {
        let mut sentences = vec![format!("Karte: {}.", self.counted)];
        if let Some(most) = self.cells.iter().filter_map(|cell| cell.count).max() {
            sentences.push(format!(
                "{} Waben, höchstens {} je Wabe.",
                self.cells.len(),
                german::decimal(most as f64, 0)
            ));
        }
        if !self.marks.is_empty() {
            let marks = self.marks.iter();
            let names: Vec<String> = marks
                .map(|mark| format!("{} {}", mark.number, mark.name))
                .collect();
            sentences.push(format!("Nummern: {}.", names.join("; ")));
        }
        sentences.push("Die Tabellen dieses Dokuments sagen dasselbe.".to_owned());
        sentences.join(" ")
    }

    fn svg(&self) -> String {
        let plane = Plane::of(self.bounds, self.width);
        let mut svg = Svg::new(
            self.width,
            plane.height + STRIP + if self.marks.is_empty() { 0.0 } else { MARKS_LINE },
        );
        svg.raw(format_args!(
            "<clipPath id=\"frame\"><rect width=\"{}\" height=\"{:.1}\"/></clipPath><g clip-path=\"url(#frame)\">\
             <rect width=\"{}\" height=\"{:.1}\" fill=\"#f3f4f6\"/>",
            self.width, plane.height, self.width, plane.height
        ));
        self.draw_ground(&mut svg, &plane);
        let breaks = breaks(&self.cells);
        self.draw_cells(&mut svg, &plane, &breaks);
        self.draw_lines(&mut svg, &plane);
        self.draw_districts(&mut svg, &plane);
        self.draw_marks(&mut svg, &plane);
        svg.raw(format_args!("</g>"));
        svg.raw(format_args!(
            "<rect x=\"0.25\" y=\"0.25\" width=\"{:.1}\" height=\"{:.1}\" fill=\"none\" stroke=\"#7f8a96\" \
             stroke-width=\"0.5\"/>",
            self.width - 0.5,
            plane.height - 0.5
        ));
        draw_north(&mut svg, self.width);
        self.draw_strip(&mut svg, &plane, &breaks);
        svg.finish()
    }

    fn draw_ground(&self, svg: &mut Svg, plane: &Plane) {
        for ground in &self.ground {
            let (ring, fill) = match ground {
                Ground::Land(ring) => (ring, "#ffffff"),
                Ground::Park(ring) => (ring, "#e6efe2"),
                Ground::Water(ring) => (ring, "#cfe0ee"),
                _ => continue,
            };
            svg.raw(format_args!(
                "<path d=\"{}\" fill=\"{fill}\"/>",
                plane.path(ring, true)
            ));
        }
    }

    /// Lines lie over the cells, so that a reader finds the way through them.
    fn draw_lines(&self, svg: &mut Svg, plane: &Plane) {
        for ground in &self.ground {
            let (ring, stroke, width) = match ground {
                Ground::River(ring) => (ring, "#9fc0dc", 1.6),
                Ground::Road(ring) => (ring, "#a9a294", 0.9),
                Ground::Street(ring) => (ring, "#c9c5bb", 0.4),
                Ground::Rail(ring) => (ring, "#8a8f96", 0.5),
                _ => continue,
            };
            let dash = if matches!(ground, Ground::Rail(_)) {
                " stroke-dasharray=\"3 1.5\""
            } else {
                ""
            };
            svg.raw(format_args!(
                "<path d=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dash}/>",
                plane.path(ring, false)
            ));
        }
    }

    fn draw_cells(&self, svg: &mut Svg, plane: &Plane, breaks: &[u64]) {
        for cell in &self.cells {
            let d = plane.path(&cell.ring, true);
            match cell.count {
                Some(count) => svg.raw(format_args!(
                    "<path d=\"{d}\" fill=\"{}\" fill-opacity=\"0.85\" stroke=\"#ffffff\" stroke-width=\"0.3\"/>",
                    HEAT[class_of(count, breaks)]
                )),
                None => svg.raw(format_args!(
                    "<path d=\"{d}\" fill=\"none\" stroke=\"#7d8894\" stroke-width=\"0.4\" stroke-dasharray=\"1 1\"/>"
                )),
            }
        }
    }

    fn draw_districts(&self, svg: &mut Svg, plane: &Plane) {
        for district in &self.districts {
            for ring in &district.rings {
                svg.raw(format_args!(
                    "<path d=\"{}\" fill=\"none\" stroke=\"#4d5a67\" stroke-width=\"0.7\"/>",
                    plane.path(ring, true)
                ));
            }
        }
        for district in &self.districts {
            let (x, y) = plane.at(district.label_at);
            let style = "font-size=\"8.5\" font-weight=\"600\" text-anchor=\"middle\"";
            let halo = format!(
                "{style} fill=\"#ffffff\" stroke=\"#ffffff\" stroke-width=\"2.4\" stroke-linejoin=\"round\""
            );
            svg.words(x, y, &halo, &district.name);
            svg.words(x, y, &format!("{style} fill=\"#17212b\""), &district.name);
        }
    }

    fn draw_marks(&self, svg: &mut Svg, plane: &Plane) {
        for mark in &self.marks {
            svg.raw(format_args!(
                "<path d=\"{}\" fill=\"{c}\" fill-opacity=\"0.12\" stroke=\"{c}\" stroke-width=\"1.3\"/>",
                plane.path(&mark.ring, true),
                c = colour(mark.kind)
            ));
        }
        for mark in &self.marks {
            let points: Vec<(f64, f64)> = mark.ring.iter().map(|point| plane.at(*point)).collect();
            let Some(top) = points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)) else {
                continue;
            };
            let x = top.0.clamp(7.0, self.width - 7.0);
            let y = (top.1 - 4.0).clamp(7.0, plane.height - 7.0);
            svg.raw(format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\" fill=\"{}\" stroke=\"#ffffff\" stroke-width=\"0.8\"/>",
                colour(mark.kind)
            ));
            let style = "font-size=\"7.5\" font-weight=\"700\" fill=\"#ffffff\" text-anchor=\"middle\"";
            svg.words(x, y + 2.6, style, &mark.number.to_string());
        }
    }

    /// Below the map: legend on the left, scale on the right, attribution.
    fn draw_strip(&self, svg: &mut Svg, plane: &Plane, breaks: &[u64]) {
        const WORDS: &str = "font-size=\"7.5\" fill=\"#17212b\"";
        let top = plane.height + 12.0;
        let mut x = 0.0;
        if !self.cells.is_empty() {
            let title = format!("{} je Wabe", self.counted);
            svg.words(
                0.0,
                top,
                "font-size=\"7.5\" font-weight=\"600\" fill=\"#17212b\"",
                &title,
            );
            let y = top + 12.0;
            for (class, words) in classes(breaks) {
                svg.raw(format_args!(
                    "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"12\" height=\"7\" fill=\"{}\" stroke=\"#7f8a96\" \
                     stroke-width=\"0.3\"/>",
                    y - 6.0,
                    HEAT[class]
                ));
                svg.words(x + 15.0, y, WORDS, &words);
                x += 22.0 + words.chars().count() as f64 * 4.2;
            }
            if self.cells.iter().any(|cell| cell.count.is_none()) {
                svg.raw(format_args!(
                    "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"12\" height=\"7\" fill=\"none\" stroke=\"#7d8894\" \
                     stroke-width=\"0.5\" stroke-dasharray=\"1 1\"/>",
                    y - 6.0
                ));
                svg.words(x + 15.0, y, WORDS, "zu wenige für eine Angabe");
            }
        }
        let mut kinds: Vec<HotspotKind> = self.marks.iter().map(|mark| mark.kind).collect();
        kinds.sort();
        kinds.dedup();
        x = 0.0;
        for kind in kinds {
            let y = top + 26.0;
            svg.raw(format_args!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.4\" fill=\"{}\"/>",
                x + 4.0,
                y - 2.6,
                colour(kind)
            ));
            svg.words(x + 11.0, y, WORDS, kind.label());
            x += 20.0 + kind.label().chars().count() as f64 * 4.2;
        }
        let (length, words) = scale_bar(plane.metres_per_point, self.width * 0.22);
        let left = self.width - length;
        svg.raw(format_args!(
            "<path d=\"M{left:.1} {a:.1}v4h{length:.1}v-4\" fill=\"none\" stroke=\"#17212b\" stroke-width=\"0.9\"/>",
            a = top + 2.0
        ));
        svg.words(left, top, &format!("{WORDS} text-anchor=\"middle\""), "0");
        svg.words(self.width, top, &format!("{WORDS} text-anchor=\"end\""), &words);
        svg.words(
            self.width,
            top + 15.0,
            "font-size=\"6.5\" fill=\"#4d5a67\" text-anchor=\"end\"",
            &self.attribution,
        );
    }
}

fn draw_north(svg: &mut Svg, width: f64) {
    let x = width - 14.0;
    svg.raw(format_args!(
        "<path d=\"M{x} 8l5 14l-5 -3.5l-5 3.5z\" fill=\"#17212b\" stroke=\"#ffffff\" stroke-width=\"0.6\"/>"
    ));
    svg.words(
        x,
        31.0,
        "font-size=\"8\" font-weight=\"700\" fill=\"#17212b\" text-anchor=\"middle\"",
        "N",
    );
}

/// The smallest count of each class after the first: fifths of the cells that have any, each class once.
fn breaks(cells: &[MapCell]) -> Vec<u64> {
    let mut counts: Vec<u64> = cells.iter().filter_map(|cell| cell.count).collect();
    counts.sort_unstable();
    let mut breaks: Vec<u64> = (1..HEAT.len())
        .filter_map(|class| counts.get(counts.len() * class / HEAT.len()).copied())
        .filter(|at| counts.first().is_some_and(|least| at > least))
        .collect();
    breaks.dedup();
    if let Some(least) = counts.first() {
        breaks.insert(0, *least);
    }
    if let Some(most) = counts.last() {
        breaks.push(most + 1);
    }
    breaks
}

/// Which colour a count has. Few classes take the darker colours too: the last class is always the darkest.
fn class_of(count: u64, breaks: &[u64]) -> usize {
    let classes = breaks.len().saturating_sub(1).max(1);
    let class = breaks[1..breaks.len().saturating_sub(1).max(1)]
        .iter()
        .filter(|at| count >= **at)
        .count();
    spread(class, classes)
}

/// Spreads `classes` classes over the colours.
fn spread(class: usize, classes: usize) -> usize {
    if classes < 2 {
        HEAT.len() / 2
    } else {
        class * (HEAT.len() - 1) / (classes - 1)
    }
}

/// Colours with the counts that they stand for.
fn classes(breaks: &[u64]) -> Vec<(usize, String)> {
    let number = breaks.len().saturating_sub(1);
    breaks
        .windows(2)
        .enumerate()
        .map(|(class, pair)| {
            let last = pair[1] - 1;
            let of = |count: u64| german::decimal(count as f64, 0);
            let words = if pair[0] >= last {
                of(pair[0])
            } else {
                format!("{}–{}", of(pair[0]), of(last))
            };
            (spread(class, number), words)
        })
        .collect()
}

/// A round length of at most `most` points, and its words.
fn scale_bar(metres_per_point: f64, most: f64) -> (f64, String) {
    let most_m = metres_per_point * most;
    let power = 10_f64.powf(most_m.log10().floor());
    let metres = [5.0, 2.0, 1.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|metres| *metres <= most_m)
        .unwrap_or(power);
    let words = if metres >= 1_000.0 {
        format!("{} km", german::decimal(metres / 1_000.0, 1))
    } else {
        format!("{} m", german::decimal(metres, 0))
    };
    (metres / metres_per_point, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(counts: &[u64]) -> Vec<MapCell> {
        let cell = |count: &u64| MapCell {
            ring: Vec::new(),
            count: Some(*count),
        };
        counts.iter().map(cell).collect()
    }

    #[test]
    fn classes_cover_every_count_once() {
        for counts in [
            vec![1],
            vec![3, 3, 3],
            vec![1, 2],
            (1..=50).collect(),
            vec![1, 1, 1, 1, 90],
        ] {
            let breaks = breaks(&cells(&counts));
            let classes = classes(&breaks);
            assert!((1..=5).contains(&classes.len()), "{counts:?}: {classes:?}");
            for count in &counts {
                assert!(
                    classes
                        .iter()
                        .any(|(class, _)| *class == class_of(*count, &breaks))
                );
            }
        }
        assert_eq!(
            classes(&breaks(&cells(&(1..=10).collect::<Vec<_>>())))
                .into_iter()
                .map(|(_, words)| words)
                .collect::<Vec<_>>(),
            ["1–2", "3–4", "5–6", "7–8", "9–10"]
        );
    }

    #[test]
    fn the_scale_bar_is_as_long_as_it_says() {
        // 20 km on 500 points: 40 m a point. At most 110 points are 4.4 km: 2 km, which are 50 points.
        assert_eq!(scale_bar(40.0, 110.0), (50.0, "2 km".to_owned()));
        assert_eq!(scale_bar(1.0, 110.0), (100.0, "100 m".to_owned()));
    }
}
