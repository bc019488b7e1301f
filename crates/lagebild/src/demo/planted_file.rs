//! The planted and the persistent spots as a file beside the feeds, for checks that only see the running program.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::feeds::FeedError;
use super::hotspots::{PERSISTENT, PersistentHotspot};
use super::planted::{Course, PLANTED, PlantKind, Planted};

const FILE_NAME: &str = "geplant.json";
const NOTE: &str = "Was in die erfundenen Daten der Demo gelegt wurde; nur zum Prüfen, keine Quelle";

/// Writes `geplant.json` into `directory` and returns its path.
///
/// # Errors
/// [`FeedError::Write`] when the file cannot be written.
pub(crate) fn write_planted(end: Timestamp, directory: &Path) -> Result<PathBuf, FeedError> {
    let path = directory.join(FILE_NAME);
    let text = format!("{:#}\n", table(end));
    fs::write(&path, text).map_err(|source| FeedError::Write {
        path: path.clone(),
        source,
    })?;
    Ok(path)
}

fn table(end: Timestamp) -> Value {
    json!({
        "note": NOTE,
        "end": end.to_string(),
        "planted": PLANTED.iter().map(|spot| planted(spot, end)).collect::<Vec<_>>(),
        "persistent": PERSISTENT.iter().map(persistent).collect::<Vec<_>>(),
    })
}

fn planted(spot: &Planted, end: Timestamp) -> Value {
    let kind = match spot.kind {
        PlantKind::Beschwerdehotspot => "beschwerdehotspot",
        PlantKind::Brennpunkt => "brennpunkt",
        PlantKind::Angstraum => "angstraum",
    };
    let course = match spot.course {
        Course::Emerging => "emerging",
        Course::Episode => "episode",
    };
    let counts = spot
        .parts
        .iter()
        .map(|part| json!({"category": part.category, "count": part.count}));
    json!({
        "id": spot.id,
        "name": spot.name,
        "kind": kind,
        "course": course,
        "district": spot.district,
        "lat": spot.centre.lat,
        "lng": spot.centre.lng,
        "radius_m": spot.radius_m,
        "from": spot.from(end).to_string(),
        "to": spot.to(end).to_string(),
        "count": spot.count(),
        "parts": counts.collect::<Vec<_>>(),
    })
}

fn persistent(hotspot: &PersistentHotspot) -> Value {
    let categories: Vec<&str> = hotspot.draws.iter().map(|(category, _)| *category).collect();
    json!({
        "id": hotspot.id,
        "name": hotspot.name,
        "lat": hotspot.centre.lat,
        "lng": hotspot.centre.lng,
        "radius_m": hotspot.radius_m,
        "categories": categories,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_spot_with_its_span() {
        let table = table("2026-11-22T04:30:00Z".parse().unwrap());
        assert_eq!(table["planted"].as_array().unwrap().len(), PLANTED.len());
        assert_eq!(table["planted"][0]["from"], "2026-11-01T04:30:00Z");
        assert_eq!(table["planted"][0]["count"], 29);
        assert_eq!(table["persistent"][0]["id"], "bahnhofsumfeld");
    }
}
