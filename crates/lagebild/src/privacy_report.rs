//! The data-protection documentation, from the running configuration: what an Art. 30 DSGVO record of processing needs, and
//! what a Datenschutz-Folgenabschätzung starts from. In German, for those who answer for it.

use std::fmt::{self, Write};

use jiff::civil::Date;
use lagebild_domain::release::{Finest, Terms};
use lagebild_domain::{Category, Regime, Release, Source, Taxonomy};
use lagebild_ingest::FeedSpec;

/// What the report is made from.
pub(crate) struct Facts<'a> {
    pub(crate) city: &'a str,
    pub(crate) demo: bool,
    pub(crate) sources: &'a [FeedSpec],
    pub(crate) releases: &'a [Release],
    pub(crate) taxonomy: &'a Taxonomy,
    pub(crate) today: Date,
}

impl Facts<'_> {
    /// The report as Markdown.
    pub(crate) fn report(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        writeln!(
            text,
            "# Lagebild {}: Verzeichnis von Verarbeitungstätigkeiten\n",
            self.city
        )?;
        writeln!(
            text,
            "Erzeugt am {} aus der laufenden Konfiguration. Was hier steht, ist das, was die Anlage tut; was nicht in der \
             Konfiguration steht (Namen, Vertretungen, Verträge), ist zu ergänzen.\n",
            self.today.strftime("%d.%m.%Y")
        )?;
        if self.demo {
            writeln!(text, "**Demobetrieb: Alle Daten sind erfunden.**\n")?;
        }
        self.sources(&mut text)?;
        self.recipients(&mut text)?;
        self.protected(&mut text)?;
        measures(&mut text)?;
        self.open_points(&mut text)?;
        Ok(text)
    }

    fn sources(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "## 1. Verarbeitungen\n")?;
        for spec in self.sources {
            let source = &spec.source;
            let regime = match source.regime {
                Regime::Dsgvo => "DSGVO",
                Regime::Ji => "JI-Richtlinie (EU) 2016/680 in ihrer nationalen Umsetzung",
            };
            let external_ids = if spec.keep_external_id {
                "werden aufbewahrt und nur der datenführenden Stelle gezeigt"
            } else {
                "werden nur als Hash mit Schlüssel aufbewahrt"
            };
            writeln!(text, "### {} (`{}`)\n", source.label, source.id)?;
            writeln!(text, "| | |\n|---|---|")?;
            let rows = [
                ("Verantwortlich", source.controller.as_str()),
                ("Datenführende Stelle", source.owner.as_str()),
                ("Rechtsrahmen", regime),
                ("Rechtsgrundlage", source.legal_basis.as_str()),
                ("Zweck", source.purpose.as_str()),
                ("Kennzeichnung", source.marking.as_deref().unwrap_or("keine")),
                ("Aktenzeichen der Quelle", external_ids),
            ];
            for (name, value) in rows {
                writeln!(text, "| {name} | {} |", cell(value))?;
            }
            writeln!(
                text,
                "| Betroffene | mittelbar: Wer zur Zeit am Ort war, kann unter Umständen bestimmbar sein |\n\
                 | Datenarten | Art, Kategorie, Zeit, Ort, Status, Ortsangabe und Wortlaut nach Entfernen von Namen, Nummern und \
                 Anschriften; keine unmittelbaren Kennzeichen von Personen |\n\
                 | Löschfrist | {} Tage nach dem Geschehen{}, {} |\n",
                source.retention_days,
                own_deadlines(source),
                if self.demo {
                    "im Demobetrieb nicht selbsttätig"
                } else {
                    "selbsttätig"
                }
            )?;
        }
        Ok(())
    }

    fn recipients(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "## 2. Empfänger (Freigaben)\n")?;
        if self.releases.is_empty() {
            return writeln!(text, "Keine: Jede Stelle sieht nur ihre eigenen Daten.\n");
        }
        writeln!(
            text,
            "| Freigabe | von | an | Quellen | Umfang | Form | Zweck | gilt | entschieden von |\n|---|---|---|---|---|---|---|---|---|"
        )?;
        for release in self.releases {
            let state = if release.is_in_force(self.today) {
                ""
            } else {
                " (nicht in Kraft)"
            };
            let from = release
                .from
                .map_or_else(String::new, |from| format!("ab {from} "));
            writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {} | {} | {from}bis {}{state} | {} |",
                release.id,
                release.owner,
                release.to,
                listed(&release.sources),
                extent(release),
                form(&release.terms),
                cell(&release.purpose),
                release.until,
                cell(&release.approved_by),
            )?;
        }
        writeln!(
            text,
            "\nÜbermittlung in Drittländer: keine; die Anlage ruft nach außen nichts ab, außer einem Kartenserver, wenn die \
             Betreiberin einen eingetragen hat.\n"
        )
    }

    fn protected(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "## 3. Besonders geschützte Kategorien\n")?;
        writeln!(
            text,
            "Außerhalb der datenführenden Stelle nie genauer als der Stadtbezirk, ohne Worte und nicht Teil der Früherkennung:\n"
        )?;
        let protected = self.taxonomy.categories().iter();
        for Category { id, label, .. } in protected.filter(|category| category.floor_stadtbezirk) {
            writeln!(text, "- {label} (`{id}`)")?;
        }
        writeln!(text)
    }

    fn open_points(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "## 5. Für die Datenschutz-Folgenabschätzung zu prüfen\n")?;
        let mut points = Vec::new();
        for spec in self.sources {
            let source = &spec.source;
            let facts = [
                ("Zweck", &source.purpose),
                ("Rechtsgrundlage", &source.legal_basis),
                ("Verantwortliche Stelle", &source.controller),
            ];
            for (name, value) in facts {
                if value.trim().is_empty() {
                    points.push(format!("`{}`: {name} fehlt.", source.id));
                }
            }
        }
        for release in self.releases {
            if let Terms::Records { fields, .. } = &release.terms
                && !fields.is_empty()
            {
                points.push(format!(
                    "Freigabe `{}` übergibt Worte ({}): Sie können mehr sagen als ein Ort.",
                    release.id,
                    listed(fields)
                ));
            }
        }
        for point in points {
            writeln!(text, "- {point}")?;
        }
        writeln!(
            text,
            "- Punkt, Minute und Delikt zusammen können auf eine Person zeigen: Ist jede Freigabe von Einzelmeldungen \
             erforderlich?\n\
             - Zwei Empfänger, die ihre veröffentlichten Zahlen zusammenlegen, können mehr erfahren als jeder für sich."
        )
    }
}

fn measures(text: &mut String) -> fmt::Result {
    writeln!(text, "## 4. Technische und organisatorische Maßnahmen\n")?;
    for measure in [
        "Ein einziger Weg zu den Daten: Karte, Zahlen, Listen, Kacheln und Strom fragen dieselbe Freigabeprüfung.",
        "Wer keine Einzelmeldungen sieht, liest veröffentlichte Wochenzahlen; keine Antwort und keine Differenz von Antworten \
         unterschreitet die Mindestzahl der Freigabe.",
        "Namen, Telefonnummern, Anschriften und ähnliche Angaben werden vor dem Speichern aus Texten entfernt, soweit Regeln sie finden.",
        "Token und Sitzungen sind nur als Hash gespeichert; Abmeldung, Widerruf und Ablauf beenden offene Verbindungen in Sekunden.",
        "Protokoll, wer was gesehen, geändert oder nicht bekommen hat, ohne den Inhalt, versiegelt und prüfbar (`lagebild audit verify`).",
        "Selbsttätige Löschung nach den Fristen oben, mit Nachweis; Löschung einzelner Meldungen auf Weisung der datenführenden Stelle.",
        "Keine Suche nach Personen, keine Kategorien nach Herkunft, Religion oder Familie.",
    ] {
        writeln!(text, "- {measure}")?;
    }
    writeln!(text)
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn listed<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("`{item}`")).collect();
    items.join(", ")
}

fn extent(release: &Release) -> String {
    let mut parts = Vec::new();
    if !release.categories.is_empty() {
        parts.push(format!("Kategorien {}", listed(&release.categories)));
    }
    if !release.areas.is_empty() {
        parts.push(format!("Gebiete {}", listed(&release.areas)));
    }
    if release.delay_days > 0 {
        parts.push(format!("nach {} Tagen", release.delay_days));
    }
    if parts.is_empty() {
        "alles".to_owned()
    } else {
        parts.join("; ")
    }
}

fn form(terms: &Terms) -> String {
    match terms {
        Terms::Records { precision, fields } => {
            let place = match precision {
                Finest::Point => "Punkt",
                Finest::Cell => "Zelle",
                Finest::District => "Stadtbezirk",
            };
            let words = if fields.is_empty() {
                String::new()
            } else {
                format!(", mit {}", listed(fields))
            };
            format!("Einzelmeldungen, Ort bis {place}{words}")
        }
        Terms::Alerts {
            kinds,
            precision,
            fields,
        } => {
            let place = if *precision == Finest::Point {
                "Umriss"
            } else {
                "Stadtbezirk"
            };
            let words = if fields.is_empty() {
                String::new()
            } else {
                format!(", mit {}", listed(fields))
            };
            format!(
                "Meldungen über bestätigte Hotspots ({}), Ort bis {place}{words}",
                listed(kinds)
            )
        }
        Terms::Counts { cut, resolution } => {
            let places = resolution.map_or_else(
                || "Stadtbezirke".to_owned(),
                |resolution| format!("H3-Zellen der Stufe {}", u8::from(resolution)),
            );
            format!("Wochenzahlen ab {}, {places}", cut.smallest_count.get())
        }
    }
}

/// Deadlines of single categories, behind that of the source.
fn own_deadlines(source: &Source) -> String {
    let own = source.retention_days_by_category.iter();
    let own: Vec<String> = own
        .map(|(category, days)| format!("; `{category}`: {days} Tage"))
        .collect();
    own.concat()
}
