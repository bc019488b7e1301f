//! Short invented texts of complaints and perceptions: about places and things, never about persons.

use crate::dice::Dice;

const SINCE: [&str; 6] = [
    "seit Tagen",
    "seit gestern",
    "seit etwa einer Woche",
    "schon wieder",
    "seit dem Wochenende",
    "seit Längerem",
];

/// Templates by category. Mere presence of people has none: nothing may be said about persons.
#[rustfmt::skip]
const TEMPLATES: [(&str, &[&str]); 23] = [
    ("wilder_muell", &[
        "Müllsäcke neben dem Container, {since} nicht abgeholt.",
        "Sperrmüll auf dem Gehweg abgestellt.",
        "{since} liegt hier Bauschutt am Wegrand.",
        "Matratze und alte Möbel neben den Glascontainern.",
        "Hausmüll im Gebüsch, teils aufgerissen.",
        "Mehrere Farbeimer und Reifen abgelegt.",
    ]),
    ("ueberfuellter_behaelter", &[
        "Der Abfallbehälter quillt über, {since}.",
        "Papierkorb voll, Müll liegt darum herum.",
        "Altkleider- und Glascontainer überfüllt.",
    ]),
    ("spritzen_scherben", &[
        "Glasscherben auf dem Radweg.",
        "Viele Scherben neben der Bank.",
        "Zerbrochene Flaschen im Durchgang, {since}.",
        "Bitte reinigen, hier liegen spitze Gegenstände.",
    ]),
    ("graffiti", &[
        "Frische Schmierereien an der Wand.",
        "Stromkasten besprüht.",
        "Unterführung {since} voller Graffiti.",
        "Aufkleber auf allen Schildern.",
    ]),
    ("beleuchtung_defekt", &[
        "Zwei Laternen hintereinander ohne Licht.",
        "Die Straßenlaterne flackert, {since}.",
        "Der Weg ist abends völlig dunkel.",
        "Laterne am Durchgang ausgefallen.",
    ]),
    ("strassenschaden", &[
        "Tiefes Schlagloch in der Fahrbahn.",
        "Gehwegplatten stehen hoch, Stolpergefahr.",
        "Wurzelaufbrüche auf dem Radweg.",
        "Die Fahrbahndecke bricht {since} auf.",
    ]),
    ("ampel_schild", &[
        "Fußgängerampel reagiert nicht auf den Taster.",
        "Verkehrsschild ist umgeknickt.",
        "Das Schild ist {since} verdreht.",
    ]),
    ("barriere", &[
        "Bordstein an der Querung nicht abgesenkt.",
        "Der Gehweg ist {since} zugestellt.",
        "Umlaufsperre zu eng für Lastenrad und Rollstuhl.",
    ]),
    ("gruenpflege", &[
        "Hecke wächst weit in den Gehweg.",
        "Grünfläche {since} nicht gemäht.",
        "Äste verdecken die Laterne.",
    ]),
    ("spielplatz", &[
        "Die Schaukel ist beschädigt.",
        "Bretter am Klettergerüst lose.",
        "Sandkasten voller Scherben.",
    ]),
    ("laerm_nacht", &[
        "Laute Musik bis nach Mitternacht, {since}.",
        "Nachts Lärm auf dem Platz, Schlafen bei offenem Fenster unmöglich.",
        "Wiederholt laute Feier im Freien.",
    ]),
    ("laerm_sonstige", &[
        "Laubbläser während der Mittagszeit.",
        "Lärm von der Baustelle {since}.",
    ]),
    ("alkohol_poebelei", &[
        "Lautes Trinkgelage, Flaschen werden zerschlagen.",
        "Am Durchgang wird gepöbelt, {since}.",
    ]),
    ("stoerung_sonstige", &[
        "Feuer im Abfallbehälter, bereits gelöscht.",
        "Wiederholt Störungen am Abend.",
    ]),
    ("tiere", &[
        "Hundekot auf dem gesamten Weg.",
        "Ratten an den Containern gesehen, {since}.",
    ]),
    ("falschparken", &[
        "Der Radweg ist zugeparkt.",
        "Fahrzeuge stehen in der Feuerwehrzufahrt.",
        "{since} wird im absoluten Halteverbot geparkt.",
    ]),
    ("raser", &[
        "Abends wird hier mit hohem Tempo gefahren.",
        "Beschleunigungsrennen zwischen den Ampeln, {since}.",
    ]),
    ("leerstand", &[
        "Das leere Gebäude steht offen.",
        "Grundstück verwahrlost {since}.",
    ]),
    ("sonstiges_anliegen", &[
        "Bitte eine Bank am Weg aufstellen.",
        "Hier fehlt ein Abfallbehälter.",
    ]),
    ("unsicher_dunkelheit", &[
        "Abends meide ich diesen Weg, es ist zu dunkel.",
        "Ohne Licht fühle ich mich hier nicht wohl.",
        "Auf dem Heimweg gehe ich lieber einen Umweg.",
    ]),
    ("unsicher_unuebersichtlich", &[
        "Der Durchgang ist nicht einsehbar.",
        "Hohe Hecken, man sieht nicht um die Ecke.",
        "Enge Unterführung ohne Ausweichmöglichkeit.",
    ]),
    ("unsicher_stoerung", &[
        "Scherben, Müll und Lärm machen den Platz unangenehm.",
        "Abends zu viel Unruhe, ich gehe hier nicht gern.",
    ]),
    ("unsicher_verkehr", &[
        "Beim Überqueren fahren Autos zu schnell.",
        "Der Radstreifen endet mitten auf der Straße.",
    ]),
];

/// A text for an event of the category, or none where the feed had none.
pub(crate) fn text(category: &str, dice: &mut Dice) -> Option<String> {
    let templates = templates(category);
    if templates.is_empty() || !dice.chance(0.72) {
        return None;
    }
    let since = *dice.pick(&SINCE);
    Some(capitalized(&dice.pick(templates).replace("{since}", since)))
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn templates(category: &str) -> &'static [&'static str] {
    TEMPLATES
        .iter()
        .find(|(known, _)| *known == category)
        .map_or(&[], |(_, templates)| templates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::event::Feed;
    use crate::demo::words::WORDS;

    #[test]
    fn nothing_is_said_about_persons_or_offences() {
        assert!(templates("aufenthalt_personen").is_empty());
        for word in WORDS.iter().filter(|word| word.feed != Feed::Polizei) {
            for template in templates(word.category) {
                assert!(!template.contains(char::is_numeric), "{template}");
            }
        }
    }
}
