//! How well redaction finds what points at a person, on an invented, labelled sample.
//!
//! A marked stretch is found when some stretch of its kind covers all its letters and digits; a found stretch is right when it
//! touches a marked one. `docs/methods/redaction.md` states the figures; they must not get worse.

use std::collections::BTreeMap;
use std::ops::Range;

use lagebild_ingest::{Personal, find_personal};

const SAMPLE: &str = include_str!("data/redaction_sample.txt");

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    marked: u32,
    found_of_marked: u32,
    found: u32,
    right_of_found: u32,
}

/// A line without its marks, and the marks.
fn unmarked(line: &str) -> (String, Vec<(Personal, Range<usize>)>) {
    let (mut text, mut marks, mut rest) = (String::new(), Vec::new(), line);
    while let Some((before, marked)) = rest.split_once('{') {
        let (kind, marked) = marked.split_once(':').expect("a kind");
        let (marked, behind) = marked.split_once('}').expect("an end");
        let personal = match kind {
            "n" => Personal::Name,
            "t" => Personal::Telephone,
            "e" => Personal::Email,
            "i" => Personal::Iban,
            "p" => Personal::Plate,
            "b" => Personal::Birth,
            "h" => Personal::HouseNumber,
            other => panic!("no kind {other}"),
        };
        text.push_str(before);
        marks.push((personal, text.len()..text.len() + marked.len()));
        text.push_str(marked);
        rest = behind;
    }
    text.push_str(rest);
    (text, marks)
}

/// True when what is left of the mark beside what was found says nothing: the year and the surname must be gone.
fn is_covered(text: &str, mark: &Range<usize>, found: &[Range<usize>]) -> bool {
    const HARMLESS: [&str; 6] = ["geboren", "am", "dr", "von", "m", "*"];
    let left: String = text[mark.clone()]
        .char_indices()
        .map(|(at, c)| {
            let at = mark.start + at;
            if found.iter().any(|found| found.contains(&at)) {
                ' '
            } else {
                c
            }
        })
        .collect();
    left.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .all(|word| HARMLESS.contains(&word.to_lowercase().as_str()))
}

fn tallies(lines: &[&str]) -> BTreeMap<Personal, Tally> {
    let mut tallies: BTreeMap<Personal, Tally> = BTreeMap::new();
    for line in lines {
        let (text, marks) = unmarked(line);
        let found = find_personal(&text);
        let stretches: Vec<Range<usize>> = found.iter().map(|found| found.at.clone()).collect();
        for (personal, mark) in &marks {
            let tally = tallies.entry(*personal).or_default();
            tally.marked += 1;
            let is_found = is_covered(&text, mark, &stretches);
            tally.found_of_marked += u32::from(is_found);
            if !is_found {
                eprintln!("missed {personal:?}: {line}");
            }
        }
        for one in found {
            let tally = tallies.entry(one.personal).or_default();
            tally.found += 1;
            let is_right = marks
                .iter()
                .any(|(_, mark)| mark.start < one.at.end && one.at.start < mark.end);
            tally.right_of_found += u32::from(is_right);
            if !is_right {
                eprintln!("wrong {:?} {:?}: {line}", one.personal, &text[one.at.clone()]);
            }
        }
    }
    tallies
}

fn halves() -> (Vec<&'static str>, Vec<&'static str>) {
    let (tuned, held_out) = SAMPLE.split_once("# Held out").expect("two halves");
    let lines = |half: &'static str| {
        half.lines()
            .filter(|line| !line.starts_with('#'))
            .skip_while(|l| l.starts_with(':'))
            .collect()
    };
    (lines(tuned), lines(held_out))
}

fn total(tallies: &BTreeMap<Personal, Tally>) -> (f64, f64) {
    let sum = |field: fn(&Tally) -> u32| f64::from(tallies.values().map(field).sum::<u32>());
    (
        sum(|t| t.right_of_found) / sum(|t| t.found),
        sum(|t| t.found_of_marked) / sum(|t| t.marked),
    )
}

#[test]
fn precision_and_recall_hold_on_the_sample() {
    let (tuned, held_out) = halves();
    for (name, lines, least_precision, least_recall) in
        [("tuned", tuned, 0.97, 0.97), ("held out", held_out, 1.0, 0.92)]
    {
        let tallies = tallies(&lines);
        for (personal, tally) in &tallies {
            println!("{name} {personal:?} {tally:?}");
        }
        let (precision, recall) = total(&tallies);
        println!(
            "{name}: {} lines, precision {precision:.3}, recall {recall:.3}",
            lines.len()
        );
        assert!(precision >= least_precision, "{name}: precision {precision}");
        assert!(recall >= least_recall, "{name}: recall {recall}");
    }
}
