//! Documents as their readers get them.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use jiff::civil::date;
use lagebild_briefing::{
    Bar, Block, Cell, Column, Document, Fact, Ground, Map, MapCell, MapDistrict, MapMark, Section, Table,
    Trend, html, pdf, xlsx,
};
use lagebild_domain::{BoundingBox, HotspotKind};
use lagebild_tests::pdf::words_of;
use proptest::prelude::*;

fn square(west: f64, south: f64, size: f64) -> Vec<[f64; 2]> {
    vec![
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
}

fn map(words: &str) -> Map {
    Map {
        bounds: BoundingBox::try_from([7.7, 51.6, 7.9, 51.7]).unwrap(),
        ground: vec![
            Ground::Land(square(7.7, 51.6, 0.1)),
            Ground::River(square(7.75, 51.62, 0.05)),
        ],
        districts: vec![MapDistrict {
            name: words.to_owned(),
            rings: vec![square(7.72, 51.61, 0.06)],
            label_at: [7.75, 51.64],
        }],
        cells: vec![
            MapCell {
                ring: square(7.75, 51.64, 0.01),
                count: Some(1234),
            },
            MapCell {
                ring: square(7.77, 51.64, 0.01),
                count: None,
            },
        ],
        counted: words.to_owned(),
        marks: vec![MapMark {
            number: 1,
            name: words.to_owned(),
            kind: HotspotKind::Angstraum,
            ring: square(7.8, 51.65, 0.01),
        }],
        attribution: words.to_owned(),
        width: 459.0,
    }
}

/// A document with every sort of block, all its words given.
fn document(words: &str) -> Document {
    let trend = Trend {
        counted: words.to_owned(),
        bars: (1..=13)
            .map(|week| Bar {
                label: format!("KW {week}"),
                count: 100 + week,
                year_before: Some(90),
            })
            .collect(),
        width: 459.0,
        height: 150.0,
    };
    let table = Table {
        title: words.to_owned(),
        columns: vec![
            Column::words(words, 1),
            Column::number("Zahl"),
            Column::number("Rate"),
        ],
        // More than a page holds: a table that runs over one was badly tagged once.
        rows: vec![
            vec![
                Cell::words(words),
                Cell::Count(61_204),
                Cell::Number {
                    value: 1234.5,
                    decimals: 1,
                },
            ];
            60
        ],
        note: Some(words.to_owned()),
    };
    Document {
        title: words.to_owned(),
        period: words.to_owned(),
        city: words.to_owned(),
        audience: words.to_owned(),
        mark: words.to_owned(),
        watermark: words.to_owned(),
        stamp: words.to_owned(),
        as_of: date(2026, 11, 15),
        notice: Some(words.to_owned()),
        lead: vec![words.to_owned()],
        sections: vec![
            Section::new(
                words,
                vec![
                    Block::text(words),
                    Block::heading(words),
                    Block::caution(words),
                    Block::List {
                        items: vec![words.to_owned()],
                    },
                    Block::Facts {
                        facts: vec![Fact {
                            value: Cell::Count(1_234),
                            label: words.to_owned(),
                            note: words.to_owned(),
                        }],
                    },
                    Block::Pair {
                        left: vec![Block::Figure(trend.figure())],
                        right: vec![Block::text(words)],
                    },
                ],
            ),
            Section::new(
                words,
                vec![Block::Figure(map(words).figure(words)), Block::Table(table)],
            )
            .on_new_page(),
        ],
        is_one_page: false,
    }
}

#[test]
fn a_pdf_declares_its_standards_and_is_tagged_german() {
    let bytes = pdf(&document("Lage")).unwrap();
    let has = |words: &str| {
        bytes
            .windows(words.len())
            .any(|window| window == words.as_bytes())
    };
    assert!(bytes.starts_with(b"%PDF-1.7"));
    // XMP metadata are not packed: ISO 19005-2, 6.6.4 and ISO 14289-1, 5.
    assert!(has("<pdfaid:part>2</pdfaid:part>"));
    assert!(has("<pdfaid:conformance>A</pdfaid:conformance>"));
    assert!(has("<pdfuaid:part>1</pdfuaid:part>"));
}

#[test]
fn numbers_are_german_in_every_form() {
    let document = document("Lage");
    let page = html(&document);
    let printed = words_of(&pdf(&document).unwrap());
    for number in ["61.204", "1.234,5", "1.234"] {
        assert!(page.contains(number), "{number}");
        assert!(printed.contains(number), "{number} in {printed}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let of = |make: &dyn Fn(&Document) -> Vec<u8>| (make(&document("Lage")), make(&document("Lage")));
    let (first, second) = of(&|document| pdf(document).unwrap());
    assert!(first == second, "PDF");
    let (first, second) = of(&|document| xlsx(document).unwrap());
    assert!(first == second, "XLSX");
    let (first, second) = of(&|document| html(document).into_bytes());
    assert!(first == second, "HTML");
}

/// PDF/UA-1 allows no heading without words, and drops what only looks like some.
#[test]
fn nothing_said_is_a_document() {
    for nothing in ["", " ", "\n", "\u{200b}", "\u{a0}", "\u{3000}", "\u{ad}"] {
        let made = pdf(&document(nothing));
        assert!(made.is_ok(), "{nothing:?}: {:?}", made.err());
        assert!(xlsx(&document(nothing)).is_ok(), "{nothing:?}");
    }
}

/// Typst's own words, in a place name: they are printed, not obeyed.
#[test]
fn words_are_never_read_as_markup() {
    for hostile in [
        "#panic(\"halt\")",
        "*fett* _kursiv_ = Titel",
        "$ x^2 $ ` code ` <label> @ref",
        "#import \"@preview/x:1.0.0\": *",
        "] #read(\"/etc/passwd\") [",
        "\\u{1F600} \\ // /* */",
    ] {
        let printed = words_of(&pdf(&document(hostile)).unwrap());
        assert!(printed.contains(hostile), "{hostile} in {printed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_said_there_is_a_document(words in "\\PC{0,40}|[ -~äöüß„“–\\n\\t\u{0}😀\u{e000}\u{200f}漢字]{0,40}") {
        let document = document(&words);
        prop_assert!(pdf(&document).is_ok(), "{:?}", pdf(&document).err());
        prop_assert!(xlsx(&document).is_ok(), "{:?}", xlsx(&document).err());
    }
}

proptest! {
    #[test]
    fn no_words_add_an_element_to_the_page(words in "\\PC{0,60}|[<>&\"'=/a-z \u{0}-\u{1f}]{0,60}") {
        let elements = |page: &str| (page.matches('<').count(), page.matches('>').count(), page.matches('"').count());
        prop_assert_eq!(elements(&html(&document(&words))), elements(&html(&document("x"))));
    }
}
