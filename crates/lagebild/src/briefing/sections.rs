//! The parts of a briefing, and which kind has which.

use lagebild_briefing::{Block, Cell, Change, Column, Fact, Section, Table};
use lagebild_domain::german;

use super::ground::CityMap;
use super::numbers::{Line, Numbers};
use super::places::{Move, Places, Told};

/// Width of the text on a page, in points.
const PAGE: f64 = 459.0;
/// Width of half a one-page sheet.
const HALF: f64 = 240.0;
/// Below so many residents a rate says little of those who live there.
const FEW_RESIDENTS: u32 = 5_000;
/// Hotspots that get a part of their own; the table has them all.
const MOST_TOLD: usize = 6;
/// Rows of a table on the one-page sheet.
const SHORT: usize = 8;

/// The picture of one day, on one page.
pub(super) fn daily(numbers: &Numbers, places: Option<&Places>, map: &CityMap) -> Vec<Section> {
    let told = drawn(places);
    let mut left = vec![Block::Figure(numbers.trend(HALF, 104.0).figure())];
    left.extend(
        map.city(numbers, &told, HALF)
            .map(|map| Block::Figure(map.figure("Meldungen des Tages und auffällige Orte."))),
    );
    let mut right = vec![Block::Table(themes(numbers, SHORT, false))];
    right.push(Block::Table(districts(numbers, false)));
    let mut sections = vec![Section::new(
        "Zahlen",
        vec![facts(numbers), Block::Pair { left, right }],
    )];
    if let Some(places) = places {
        let rows: Vec<&Told> = told.into_iter().take(SHORT).collect();
        let mut blocks = vec![if rows.is_empty() {
            Block::text("Kein Ort fiel auf.")
        } else {
            Block::Table(hotspot_table(&rows))
        }];
        blocks.extend(
            places
                .notices
                .first()
                .map(|notice| Block::caution(notice.sentence.clone())),
        );
        sections.push(Section::new("Auffällige Orte", blocks));
    }
    sections
}

/// A week, a month or half a year.
pub(super) fn weekly(numbers: &Numbers, places: Option<&Places>, map: &CityMap) -> Vec<Section> {
    let mut first = vec![facts(numbers), Block::Figure(numbers.trend(PAGE, 150.0).figure())];
    first.extend(numbers.remarks.iter().map(Block::text));
    let mut sections = vec![Section::new("Zahlen und Verlauf", first)];
    if let Some(places) = places {
        sections.push(Section::new(
            "Neu, gewachsen, beruhigt, getan",
            what_happened(places),
        ));
    }
    let told = drawn(places);
    let has_map = !numbers.cells.is_empty() || !told.is_empty();
    let drawn_map = map.city(numbers, &told, PAGE).filter(|_| has_map);
    sections.extend(drawn_map.map(|map| {
        let caption = if told.is_empty() {
            "Meldungen des Zeitraums je Wabe (H3, Kante etwa 530 m)."
        } else {
            "Meldungen des Zeitraums je Wabe (H3, Kante etwa 530 m) und auffällige Orte; Nummern wie in der Tabelle."
        };
        Section::new("Karte", vec![Block::Figure(map.figure(caption))]).on_new_page()
    }));
    sections.push(Section::new(
        "Stadtbezirke",
        vec![Block::Table(districts(numbers, true))],
    ));
    sections.push(Section::new(
        "Themen",
        vec![Block::Table(themes(numbers, usize::MAX, true))],
    ));
    if let Some(places) = places {
        sections.push(hotspots(places, map));
    }
    sections.push(Section::new("Datenlage", data_state(numbers, places)));
    sections.push(Section::new("So ist gerechnet", method(numbers, places)));
    sections
}

/// Places on the map and in the table: all but those that have calmed.
fn drawn(places: Option<&Places>) -> Vec<&Told> {
    let told = places.map_or(&[][..], |places| &places.told);
    told.iter().filter(|told| told.moved != Move::Calmed).collect()
}

fn facts(numbers: &Numbers) -> Block {
    let against = |before: u64| {
        Change::between(before, numbers.total).map_or_else(
            || "zu wenige für einen Vergleich".to_owned(),
            |change| change.to_german(),
        )
    };
    let mut facts = vec![
        Fact {
            value: Cell::Count(numbers.total),
            label: "Meldungen".to_owned(),
            note: "im Zeitraum".to_owned(),
        },
        Fact {
            value: Cell::Count(numbers.previous),
            label: "davor".to_owned(),
            note: against(numbers.previous),
        },
    ];
    facts.push(Fact {
        value: numbers.year_before.map_or(Cell::Unknown, Cell::Count),
        label: "ein Jahr zuvor".to_owned(),
        note: numbers
            .year_before
            .map_or_else(|| "die Daten reichen nicht so weit".to_owned(), against),
    });
    Block::Facts { facts }
}

fn change_cell(line: &Line, with_interval: bool) -> Cell {
    let change = Change::between(line.before, line.now).filter(|_| line.is_complete);
    change.map_or(Cell::Unknown, |change| {
        Cell::words(if with_interval {
            change.to_german()
        } else {
            change.short()
        })
    })
}

fn districts(numbers: &Numbers, is_long: bool) -> Table {
    let has_rates = numbers.by_area.iter().any(|line| line.residents.is_some());
    let mut columns = vec![
        Column::words("Stadtbezirk", 1),
        Column::number("Meldungen"),
        Column::number("davor"),
        Column::number("Änderung"),
    ];
    if has_rates {
        columns.push(Column::number("je 1.000 Einw."));
    }
    let mut lines: Vec<&Line> = numbers.by_area.iter().collect();
    lines.sort_by(|a, b| {
        a.id.is_none()
            .cmp(&b.id.is_none())
            .then_with(|| b.now.cmp(&a.now))
    });
    let mut few = Vec::new();
    let rows = lines
        .into_iter()
        .map(|line| {
            let mut row = vec![
                Cell::words(line.label.clone()),
                Cell::Count(line.now),
                Cell::Count(line.before),
                change_cell(line, is_long),
            ];
            if has_rates {
                row.push(match line.residents {
                    Some(residents) if residents > 0 => {
                        if residents < FEW_RESIDENTS {
                            few.push(line.label.clone());
                        }
                        Cell::Number {
                            value: line.now as f64 * 1_000.0 / f64::from(residents),
                            decimals: 1,
                        }
                    }
                    _ => Cell::Unknown,
                });
            }
            row
        })
        .collect();
    let mut notes = Vec::new();
    if is_long {
        notes.push(
            "Änderung mit 95-%-Spanne; ein Strich steht, wo eine der Zahlen unter 10 liegt oder nicht alles gesagt ist.".to_owned(),
        );
        if has_rates {
            notes.push(
                "Die Rate bezieht sich auf die Wohnbevölkerung: Wo viele unterwegs sind, die nicht dort wohnen, liegt sie \
                 höher, ohne dass es für die Bewohner gefährlicher wäre."
                    .to_owned(),
            );
        }
    }
    if !few.is_empty() {
        notes.push(format!(
            "Vorsicht bei {}: Dort wohnen weniger als {} Menschen.",
            german::list(&few),
            german::decimal(f64::from(FEW_RESIDENTS), 0)
        ));
    }
    Table {
        title: "Meldungen nach Stadtbezirk".to_owned(),
        columns,
        rows,
        note: (!notes.is_empty()).then(|| notes.join(" ")),
    }
}

fn themes(numbers: &Numbers, most: usize, is_long: bool) -> Table {
    let rows = numbers
        .by_theme
        .iter()
        .take(most)
        .map(|line| {
            vec![
                Cell::words(line.label.clone()),
                Cell::Count(line.now),
                Cell::Count(line.before),
                change_cell(line, is_long),
            ]
        })
        .collect();
    Table {
        title: "Meldungen nach Thema".to_owned(),
        columns: vec![
            Column::words("Thema", 1),
            Column::number("Meldungen"),
            Column::number("davor"),
            Column::number("Änderung"),
        ],
        rows,
        note: is_long.then(|| {
            "Bei so vielen Zeilen liegt auch ohne Anlass etwa jede zwanzigste Änderung außerhalb ihrer Spanne.".to_owned()
        }),
    }
}

fn what_happened(places: &Places) -> Vec<Block> {
    let list = |items: Vec<String>, nothing: &str| {
        if items.is_empty() {
            Block::text(nothing)
        } else {
            Block::List { items }
        }
    };
    let names = |moved| -> Vec<String> {
        let told = places.moved(moved);
        told.map(|told| format!("{}: {}", told.name(), seen(told)))
            .collect()
    };
    vec![
        Block::heading("Neu"),
        list(names(Move::New), "Kein Ort ist neu aufgefallen."),
        Block::heading("Gewachsen"),
        list(
            names(Move::Grown),
            "Kein bekannter Hotspot ist deutlich gewachsen.",
        ),
        Block::heading("Beruhigt"),
        list(names(Move::Calmed), "Kein Hotspot hat sich beruhigt."),
        Block::heading("Getan"),
        list(
            places.deeds(),
            "Zu den Hotspots ist in dem Zeitraum nichts vermerkt worden.",
        ),
    ]
}

fn seen(told: &Told) -> String {
    let finding = &told.hotspot.finding;
    format!(
        "{} gezählt, {} erwartet",
        german::decimal(finding.observed, 0),
        german::decimal(finding.expected, 1)
    )
}

fn state(told: &Told) -> &'static str {
    match told.moved {
        Move::New => "neu",
        Move::Grown => "gewachsen",
        Move::Stayed => "besteht",
        Move::Calmed => "beruhigt",
    }
}

fn hotspot_table(told: &[&Told]) -> Table {
    let rows = told
        .iter()
        .map(|told| {
            let finding = &told.hotspot.finding;
            vec![
                Cell::Count(told.number as u64),
                Cell::words(told.hotspot.place()),
                Cell::words(finding.kind.label()),
                Cell::words(state(told)),
                Cell::Number {
                    value: finding.observed,
                    decimals: 0,
                },
                Cell::Number {
                    value: finding.expected,
                    decimals: 1,
                },
            ]
        })
        .collect();
    Table {
        title: "Auffällige Orte".to_owned(),
        columns: vec![
            Column::number("Nr."),
            Column::words("Ort", 3),
            Column::words("Art", 2),
            Column::words("Stand", 1),
            Column::number("gezählt"),
            Column::number("erwartet"),
        ],
        rows,
        note: None,
    }
}

fn hotspots(places: &Places, map: &CityMap) -> Section {
    let told: Vec<&Told> = places
        .told
        .iter()
        .filter(|told| told.moved != Move::Calmed)
        .collect();
    if told.is_empty() {
        return Section::new(
            "Hotspots",
            vec![Block::text("In dem Zeitraum fiel kein Ort auf.")],
        );
    }
    let mut blocks = vec![Block::Table(hotspot_table(&told))];
    for told in told.iter().take(MOST_TOLD) {
        blocks.extend(one(told, map));
    }
    if told.len() > MOST_TOLD {
        blocks.push(Block::text(format!(
            "Von {} Orten sind die {MOST_TOLD} mit dem stärksten Überschuss beschrieben, neue zuerst; die Tabelle nennt alle.",
            told.len()
        )));
    }
    Section::new("Hotspots", blocks)
}

/// One hotspot: what was found, on which evidence, and where that could mislead.
fn one(told: &Told, map: &CityMap) -> Vec<Block> {
    let finding = &told.hotspot.finding;
    let mut blocks = vec![
        Block::heading(format!("{} · {}", told.number, told.name())),
        Block::text(told.sentence.clone()),
    ];
    if finding.streams.len() > 1 {
        blocks.push(Block::Table(streams(told)));
    }
    if told.number <= 2 {
        blocks.extend(
            map.place(told, PAGE)
                .map(|map| Block::Figure(map.figure(&format!("{} und Umgebung.", told.name())))),
        );
    }
    blocks.extend(finding.cautions.iter().map(Block::caution));
    blocks
}

/// What each stream of reports adds to a hotspot.
fn streams(told: &Told) -> Table {
    let rows = told
        .hotspot
        .finding
        .streams
        .iter()
        .map(|stream| {
            vec![
                Cell::words(stream.stream.clone()),
                Cell::Number {
                    value: stream.observed,
                    decimals: 0,
                },
                Cell::Number {
                    value: stream.expected,
                    decimals: 1,
                },
                Cell::words(format!("{}\u{a0}%", german::decimal(stream.share * 100.0, 0))),
            ]
        })
        .collect();
    Table {
        title: format!("Belege zu {}", told.name()),
        columns: vec![
            Column::words("Strom", 1),
            Column::number("gezählt"),
            Column::number("erwartet"),
            Column::number("Anteil"),
        ],
        rows,
        note: None,
    }
}

/// One hotspot on its own pages.
pub(super) fn dossier(told: &Told, numbers: &Numbers, places: &Places, map: &CityMap) -> Vec<Section> {
    let finding = &told.hotspot.finding;
    let number = |value: f64, decimals: usize| Cell::Number { value, decimals };
    let mut facts = vec![
        Fact {
            value: number(finding.observed, 0),
            label: "gezählt".to_owned(),
            note: german::date_span(
                german::day_of(finding.window.from()),
                german::day_of(finding.window.to())
                    .yesterday()
                    .unwrap_or_default(),
            ),
        },
        Fact {
            value: number(finding.expected, 1),
            label: "erwartet".to_owned(),
            note: "nach der Vergangenheit des Orts".to_owned(),
        },
    ];
    if let Some(days) = finding.recurrence_interval_days {
        facts.push(Fact {
            value: number(finding.relative_risk, 1),
            label: "mal so viel wie erwartet".to_owned(),
            note: format!(
                "durch Zufall {}",
                german::recurrence(days, finding.recurrence_at_limit)
            ),
        });
    }
    let mut first = vec![Block::text(told.sentence.clone()), Block::Facts { facts }];
    first.extend(
        map.place(told, PAGE)
            .map(|map| Block::Figure(map.figure("Der Ort und seine Umgebung."))),
    );
    first.extend(finding.cautions.iter().map(Block::caution));
    let mut evidence = Vec::new();
    evidence.extend((!finding.streams.is_empty()).then(|| Block::Table(streams(told))));
    let mut sections = vec![
        Section::new("Der Befund", first),
        Section::new("Belege", evidence),
    ];
    sections.push(Section::new("Verlauf", vec![Block::Table(looks(told))]));
    let deeds = if told.deeds.is_empty() {
        Block::text("In dem Zeitraum ist zu diesem Ort nichts vermerkt worden.")
    } else {
        Block::List {
            items: told.deeds.clone(),
        }
    };
    sections.push(Section::new("Getan", vec![deeds]));
    sections.push(Section::new("Datenlage", data_state(numbers, Some(places))));
    sections.push(Section::new("So ist gerechnet", method(numbers, Some(places))));
    sections
}

/// The looks of the last weeks, the newest of each week.
fn looks(told: &Told) -> Table {
    const MOST: usize = 16;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut week = None;
    for look in told.looks.iter().rev() {
        let of_look = lagebild_domain::week::Week::at(look.at);
        if of_look == week {
            continue;
        }
        week = of_look;
        rows.push(vec![
            Cell::words(german::date(german::day_of(look.at))),
            Cell::Number {
                value: look.observed,
                decimals: 0,
            },
            Cell::Number {
                value: look.expected,
                decimals: 1,
            },
        ]);
        if rows.len() == MOST {
            break;
        }
    }
    Table {
        title: "Was die Suche fand".to_owned(),
        columns: vec![Column::words("Letzte Suche der Woche", 1), Column::number("gezählt"), Column::number("erwartet")],
        rows,
        note: Some("Die neueste zuerst. Fenster und Umkreis wählt jede Suche neu, so dass die Zeilen sich überlappen.".to_owned()),
    }
}

fn data_state(numbers: &Numbers, places: Option<&Places>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if numbers.is_published {
        blocks.push(Block::text(
            "Gezählt ist, was für diesen Empfänger veröffentlicht ist: abgeschlossene Wochen, einmal ausgegeben und danach \
             nicht mehr geändert. Kleine Zahlen sind zusammengefasst oder weggelassen, damit niemand erkannt werden kann. \
             Einzelne Hotspots gehören nicht zu dieser Veröffentlichung.",
        ));
    }
    if !numbers.sources.is_empty() {
        let rows = numbers
            .sources
            .iter()
            .map(|source| {
                vec![
                    Cell::words(source.label.clone()),
                    Cell::words(source.controller.clone()),
                    Cell::Count(source.now),
                    Cell::Count(source.before),
                ]
            })
            .collect();
        blocks.push(Block::Table(Table {
            title: "Quellen".to_owned(),
            columns: vec![
                Column::words("Quelle", 1),
                Column::words("Verantwortlich", 1),
                Column::number("Meldungen"),
                Column::number("davor"),
            ],
            rows,
            note: Some("Eine Quelle, die schweigt, ist kein Zeichen von Ruhe.".to_owned()),
        }));
    }
    let notices = places.map_or(&[][..], |places| &places.notices);
    blocks.extend(
        notices
            .iter()
            .map(|notice| Block::caution(notice.sentence.clone())),
    );
    if notices.is_empty() && places.is_some() {
        blocks.push(Block::text(
            "Die letzte Prüfung der Daten fand keinen Ausfall, keinen Sprung und keine Häufung auf einem einzelnen Punkt.",
        ));
    }
    blocks
}

fn method(numbers: &Numbers, places: Option<&Places>) -> Vec<Block> {
    let mut words = vec![Block::text(
        "Gezählt sind Meldungen, deren Zeitpunkt – bei Zeitspannen die Mitte – in den Zeitraum fällt. „Davor“ ist die gleich \
         lange Zeit unmittelbar vorher. Die Spanne einer Änderung ist das 95-%-Intervall des Verhältnisses zweier \
         Poisson-Zahlen; kommen Meldungen in Wellen, ist die wahre Spanne breiter. Üblich heißt: das 95-%-Vorhersageintervall \
         aus den Zeiträumen davor. Wer eher meldet, wird eher gezählt: Mehr Meldungen sind nicht immer mehr Ereignisse.",
    )];
    if places.is_some() {
        words.push(Block::text(
            "Hotspots findet eine Suche über Orte und Zeiten, die jede Häufung daran misst, was die Vergangenheit desselben \
             Orts erwarten ließ, und die für die Zahl der Versuche aufkommt. Meldungen aus Kontrollen und Beschwerden über die \
             bloße Anwesenheit von Menschen gehen nicht ein. Ein Angstraum ist eine Aussage über Wahrnehmung, nie über eine \
             Tat. „Gewachsen“ und „beruhigt“ heißt: Das Verhältnis von gezählt zu erwartet hat sich um ein Viertel bewegt. \
             Die Einzelheiten nennt der Stand der letzten Suche.",
        ));
    }
    if numbers.is_published {
        words.push(Block::text(
            "Jede Zahl ist eine Summe ganzer Bausteine, von denen keiner unter der kleinsten zugelassenen Zahl liegt; auch \
             Differenzen zweier Berichte unterschreiten sie nicht.",
        ));
    }
    words
}
