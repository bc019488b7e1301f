//! Names of people: after a salutation, after words that introduce one, at the end of a letter, and after a first name.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::redaction::{Found, Personal, pattern};

const NAME: &str = r"\p{Lu}[\p{L}'’]+(?:-\p{Lu}[\p{L}'’]+)*";

/// "Frau Dr. von Beispiel": the name, and the capitalised word behind it.
static SALUTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:Herrn?|Hr\.|Frau|Fr\.|Familie|Fam\.|Eheleuten?|Ehepaar|Dr\.|Prof\.)\s+(?:(?:Dr\.|Prof\.|med\.|jur\.|von|van|de|zu|der|den|vom)\s+)*({NAME})(\s+{NAME})?"
    ))
});
/// "mein Name ist …", "ich heiße …", "gez. …", and the line under a greeting.
static INTRODUCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:(?i:\bname ist|\bich heiße|\bich heisse|\bgez\.|\bnamens|\bansprechpartner(?:in)?:?|\bmelder(?:in)?:|\bname:)\s+|(?i:\bmfg|\bgrüße[n]?|\bgrüssen|\bgruß|\blg|\bvg|\bhochachtungsvoll)[,!.]?\s+(?:Ihre?\s+)?|\b(?:Sohn|Tochter|Ehemann|Ehefrau|Vater|Mutter|Bruder|Schwester|Nachbarn?|Nachbarin|Kollegen?|Kollegin|Freund|Freundin)\s+)((?:Dr\.\s+|\p{{Lu}}\.\s+)?{NAME}(?:\s+(?:von\s+|van\s+|de\s+)?{NAME})?)"
    ))
});
/// Words that follow "Herr" or "Frau" and are no names.
const OFFICES: [&str; 22] = [
    "Amtsleiter",
    "Amtsleiterin",
    "Beauftragte",
    "Beauftragter",
    "Bürgermeister",
    "Bürgermeisterin",
    "Doktor",
    "Doktorin",
    "Hausmeister",
    "Hausmeisterin",
    "Kollege",
    "Kollegin",
    "Kommissar",
    "Kommissarin",
    "Nachbar",
    "Nachbarin",
    "Oberbürgermeister",
    "Oberbürgermeisterin",
    "Polizist",
    "Polizistin",
    "Professor",
    "Professorin",
];

/// Endings of words that name a place or a thing called after a person.
const THINGS: [&str; 27] = [
    "straße",
    "strasse",
    "str",
    "weg",
    "platz",
    "allee",
    "ring",
    "park",
    "schule",
    "gymnasium",
    "kirche",
    "haus",
    "hof",
    "brücke",
    "halle",
    "stift",
    "damm",
    "ufer",
    "denkmal",
    "kolleg",
    "gesamtschule",
    "grundschule",
    "siedlung",
    "zentrum",
    "telefon",
    "nummer",
    "adresse",
];

/// First names that are common in Germany and are hardly ever another word.
const FIRST_NAMES: &str = "Aaron Achim Adam Agnes Ahmad Ahmed Aleksandra Alexander Alexandra Ali Alina Alwine Amelie Amina Andrea \
    Andreas Andrzej Angelika Anja Anke Ann Anna Anne Annegret Annette Anni Antje Anton Antonia Arne Artur Astrid Axel Aylin Ayse \
    Barbara Bastian Beate Ben Benjamin Bernd Bernhard Bettina Birgit Björn Brigitte Britta Bruno Burak Burkhard Carina Carla Carmen \
    Carolin Carsten Cem Charlotte Chiara Christa Christel Christian Christiane Christina Christine Christoph Clara Claudia Claus \
    Cornelia Dagmar Daniel Daniela David Dennis Detlef Diana Dieter Dietmar Dirk Dominik Dorothea Edeltraud Elena Elfriede Elias \
    Elif Elisabeth Elke Ella Ellen Emil Emilia Emine Emma Emre Erich Erik Erika Erwin Esra Eva Ewa Fabian Fatma Felix Ferdinand \
    Finn Florian Frank Franz Franziska Fritz Gabi Gabriele Georg Gerd Gerda Gerhard Gisela Günter Günther Gudrun Guido Hanna Hannah \
    Hannelore Hans Harald Hartmut Hasan Heike Heiko Heiner Heinrich Heinz Helena Helga Helmut Henrik Herbert Hermann Hilde Hildegard \
    Holger Horst Ibrahim Ida Ilse Ina Ines Inge Ingeborg Ingo Ingrid Irene Iris Irmgard Isabel Isabella Jakob Jan Jana Janine \
    Jannik Jens Jessica Joachim Jochen Johann Johanna Johannes Jonas Jonathan Jörg Josef Joseph Judith Julia Julian Jürgen Jutta Kai \
    Karin Karl Karsten Katharina Kathrin Katja Katrin Kemal Kerstin Kevin Kirsten Klaus Konrad Kristin Kurt Lara Lars Laura Lea \
    Lena Leon Leonie Lieselotte Lina Linda Lisa Lothar Louis Luca Lukas Luisa Lukas Lutz Maik Malte Manfred Manuela Marc Marcel \
    Marco Marcus Maren Margarete Margit Maria Marianne Marie Marina Mario Marion Markus Marlene Martha Martin Martina Marvin Mathias \
    Matthias Max Maximilian Mehmet Melanie Merve Mia Michael Michaela Michelle Mira Miriam Mohamed Mohammed Monika Moritz Murat \
    Mustafa Nadine Natalie Nele Niklas Nico Nicole Niels Nils Nina Noah Norbert Olaf Oliver Olga Oskar Otto Pascal Patricia Patrick \
    Paul Paula Peter Petra Philipp Pia Piotr Rainer Ralf Ralph Ramona Raphael Rebecca Regina Reiner Reinhard Reinhold Renate René \
    Richard Rita Robert Robin Roland Rolf Roman Ronald Rosemarie Rudolf Rüdiger Ruth Sabine Sabrina Samira Samuel Sandra Sara Sarah \
    Sascha Sebastian Selma Siegfried Silke Silvia Simon Simone Sina Sofia Sofie Sonja Sophia Sophie Stefan Stefanie Steffen Stephan \
    Stephanie Susanne Svenja Sven Sylvia Tanja Tatjana Theodor Theresa Thomas Thorsten Till Tim Timo Tobias Tom Torben Torsten \
    Udo Ulrich Ulrike Ursula Ute Uwe Vanessa Vera Verena Veronika Viktor Viktoria Volker Waltraud Werner Wilfried Wilhelm Willi \
    Wolfgang Yannick Yasemin Yusuf Yvonne Zeynep";

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| FIRST_NAMES.split_whitespace().collect());

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let mut push = |at: std::ops::Range<usize>| {
        found.push(Found {
            personal: Personal::Name,
            at,
        });
    };
    for captures in SALUTED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let Some(name) = captures.get(1).filter(|name| !OFFICES.contains(&name.as_str())) else {
            continue;
        };
        // Rather a noun too many than a surname too few.
        let end = match captures.get(2) {
            Some(second) if !is_thing(second.as_str()) => second.end(),
            _ => name.end(),
        };
        push(name.start()..end);
    }
    for captures in INTRODUCED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        if let Some(name) = captures.get(1).filter(|name| !is_thing(name.as_str())) {
            push(name.range());
        }
    }
}

/// A known first name with a capitalised word behind it.
pub(super) fn find_full_names(text: &str, found: &mut Vec<Found>) {
    let mut rest = text;
    while let Some(word) = next_word(rest) {
        let behind = &rest[word.end..];
        let first = &rest[word.clone()];
        let offset = text.len() - rest.len();
        rest = behind;
        // Of "Karl-Heinz" the first part is known.
        let is_known = first.split('-').next().is_some_and(|part| KNOWN.contains(part));
        if !is_known || is_thing(first) {
            continue;
        }
        let Some(last) = surname(behind) else { continue };
        let at = offset + word.start..text.len() - behind.len() + last.end;
        rest = &text[at.end..];
        found.push(Found {
            personal: Personal::Name,
            at,
        });
    }
}

/// The surname that the text begins with, behind white space and "von" and the like.
fn surname(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    loop {
        let word = next_word(&text[start..])?;
        let (from, to) = (start + word.start, start + word.end);
        let gap = &text[start..from];
        if gap.is_empty() || !gap.chars().all(char::is_whitespace) {
            return None;
        }
        let written = &text[from..to];
        if matches!(written, "von" | "van" | "de" | "zu" | "der") {
            start = to;
        } else {
            let is_name = written.starts_with(char::is_uppercase) && to - from > 1 && !is_thing(written);
            return is_name.then_some(from..to);
        }
    }
}

/// Letters with hyphens and apostrophes in between.
fn next_word(text: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find(char::is_alphabetic)?;
    let length = text[start..]
        .find(|c: char| !(c.is_alphabetic() || matches!(c, '-' | '\'' | '’')))
        .unwrap_or(text.len() - start);
    Some(start..start + length)
}

fn is_thing(word: &str) -> bool {
    let lower = word.to_lowercase();
    THINGS.iter().any(|thing| lower.ends_with(thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert!(SALUTED.is_some() && INTRODUCED.is_some());
    }
}
