//! `lagebild privacy report`: what the configuration says is in it, and what it leaves open is asked for.

use lagebild_tests::musterstadt;

#[test]
fn every_source_release_and_protected_category_is_in_the_report() {
    let town = musterstadt::with_counts();
    let report = town
        .run(&["privacy", "report", "--config", "lagebild.toml"])
        .exits(0)
        .stdout;
    for said in [
        "# Lagebild Musterstadt: Verzeichnis",
        "### Vorgänge (`vorgaenge`)",
        "| Verantwortlich | Polizei Musterstadt |",
        "| Rechtsrahmen | JI-Richtlinie (EU) 2016/680",
        "| Rechtsgrundlage | PolG NRW |",
        "| Zweck | Gefahrenabwehr |",
        "| Aktenzeichen der Quelle | werden aufbewahrt",
        "| Löschfrist | 1000 Tage",
        "| `polizei-an-bahnpolizei` | polizei | bahnpolizei | `vorgaenge` |",
        "Gebiete `ost`",
        "Einzelmeldungen, Ort bis Zelle, mit `place`",
        "Wochenzahlen ab 3, H3-Zellen der Stufe 9",
        "(`sexualdelikt`)",
        "Demobetrieb: Alle Daten sind erfunden",
        "Freigabe `polizei-an-koordination` übergibt Worte (`place`, `text`)",
    ] {
        assert!(report.contains(said), "{said:?} is not in\n{report}");
    }
    assert_eq!(report.matches("| Löschfrist |").count(), 3, "one a source");
}

#[test]
fn a_release_that_has_ended_and_a_purpose_that_is_missing_are_told() {
    let town = musterstadt::empty();
    let config = town
        .read("lagebild.toml")
        .replacen("until = \"2099-12-31\"", "until = \"2020-12-31\"", 1)
        .replacen("purpose = \"Gefahrenabwehr\"", "purpose = \"\"", 1);
    town.write("lagebild.toml", config);
    let report = town
        .run(&["privacy", "report", "--config", "lagebild.toml"])
        .exits(0)
        .stdout;
    assert!(report.contains("bis 2020-12-31 (nicht in Kraft)"), "{report}");
    assert!(report.contains("`maengel`: Zweck fehlt."), "{report}");
}
