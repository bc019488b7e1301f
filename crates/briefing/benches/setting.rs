//! How long a briefing takes to set: twelve pages with four maps, each of 600 cells and 1 500 pieces of the base map.

use divan::Bencher;
use jiff::civil::date;
use lagebild_briefing::{
    Bar, Block, Cell, Column, Document, Ground, Map, MapCell, MapDistrict, Section, Table, Trend, html, pdf,
    xlsx,
};
use lagebild_domain::BoundingBox;

fn main() {
    divan::main();
}

const WIDTH: f64 = 459.0;

fn map() -> Map {
    let hexagon = |x: f64, y: f64, r: f64| -> Vec<[f64; 2]> {
        let corner = |at: u8| {
            let angle = f64::from(at) * std::f64::consts::FRAC_PI_3;
            [x + r * angle.cos(), y + r * 0.62 * angle.sin()]
        };
        (0..6).map(corner).collect()
    };
    let cells = (0..600_u32).map(|number| MapCell {
        ring: hexagon(
            7.7 + f64::from(number % 30) * 0.008,
            51.6 + f64::from(number / 30) * 0.006,
            0.004,
        ),
        count: (number % 17 > 0).then_some(u64::from(number * 7 % 90 + 1)),
    });
    let ground = (0..1_500_u32).map(|number| {
        let (x, y) = (
            7.7 + f64::from(number % 50) * 0.005,
            51.6 + f64::from(number / 50) * 0.004,
        );
        Ground::Road(
            (0..8_u8)
                .map(|step| [x + f64::from(step) * 0.0006, y + f64::from(step % 3) * 0.0004])
                .collect(),
        )
    });
    let districts = (0..7_u8).map(|number| MapDistrict {
        name: format!("Stadtbezirk {number}"),
        rings: vec![hexagon(7.72 + f64::from(number) * 0.03, 51.66, 0.02)],
        label_at: [7.72 + f64::from(number) * 0.03, 51.66],
    });
    Map {
        bounds: BoundingBox::try_from([7.69, 51.59, 7.95, 51.73]).expect("a box"),
        ground: ground.collect(),
        districts: districts.collect(),
        cells: cells.collect(),
        counted: "Meldungen".to_owned(),
        marks: Vec::new(),
        attribution: "Erfunden".to_owned(),
        width: WIDTH,
    }
}

/// Each part fills a page.
fn twelve_pages() -> Document {
    let table = |title: String| {
        let row = |number: u64| {
            vec![
                Cell::words(format!("Bockum-Hövel, Teil {number}")),
                Cell::Count(number * 137),
                Cell::Number {
                    value: number as f64 * 1.7,
                    decimals: 1,
                },
            ]
        };
        Block::Table(Table {
            title,
            columns: vec![
                Column::words("Ort", 1),
                Column::number("Meldungen"),
                Column::number("Rate"),
            ],
            rows: (1..=30).map(row).collect(),
            note: None,
        })
    };
    let trend = Trend {
        counted: "Meldungen je Woche".to_owned(),
        bars: (0..13)
            .map(|week| Bar {
                label: format!("KW {}", week + 34),
                count: 700 + week * 13 % 90,
                year_before: Some(690),
            })
            .collect(),
        width: WIDTH,
        height: 150.0,
    };
    let sections = (1..=12).map(|number| {
        let blocks = match number % 3 {
            0 => vec![Block::Figure(map().figure("Meldungen je Wabe."))],
            1 => vec![
                Block::Figure(trend.figure()),
                Block::text("Die Zahl ist gewöhnlich. ".repeat(60)),
            ],
            _ => vec![table(format!("Tabelle {number}"))],
        };
        Section::new(&format!("Teil {number}"), blocks).on_new_page()
    });
    Document {
        title: "Lagebericht".to_owned(),
        period: "Oktober 2026".to_owned(),
        city: "Hamm".to_owned(),
        audience: "Lenkungsgruppe".to_owned(),
        mark: "Nur für den Dienstgebrauch".to_owned(),
        watermark: "Lenkungsgruppe".to_owned(),
        stamp: "Veröffentlichung 104".to_owned(),
        as_of: date(2026, 10, 31),
        notice: None,
        lead: vec!["Im Monat gab es 3.212 Meldungen.".to_owned(); 5],
        sections: sections.collect(),
        is_one_page: false,
    }
}

/// As ever new documents come: nothing of the last one is remembered.
#[divan::bench(sample_count = 20)]
fn twelve_pages_with_four_maps_as_pdf(bencher: Bencher) {
    let mut number = 0_u64;
    bencher
        .with_inputs(|| {
            number += 1;
            let mut document = twelve_pages();
            document.stamp = format!("Veröffentlichung {number}");
            document
        })
        .bench_local_values(|document| pdf(&document).expect("a document"));
}

#[divan::bench]
fn twelve_pages_with_four_maps_as_html(bencher: Bencher) {
    let document = twelve_pages();
    bencher.bench_local(|| html(&document));
}

#[divan::bench]
fn tables_of_twelve_pages_as_xlsx(bencher: Bencher) {
    let document = twelve_pages();
    bencher.bench_local(|| xlsx(&document).expect("a workbook"));
}
