//! The feeds as files, so that the demo city takes the same way in as a real one.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::calendar::berlin;
use super::event::{DemoEvent, Feed};
use super::record::time_of_day;

/// Said at the top of the feed that has room for it.
const NOTE: &str = "Erfundene Beiträge für die Demo";

/// Columns of `maengelmelder.csv`.
pub(crate) const MAENGELMELDER_COLUMNS: [&str; 10] = [
    "Meldungsnummer",
    "Eingang",
    "Beobachtet",
    "Kategorie",
    "Status",
    "Ort",
    "Breite",
    "Laenge",
    "Genauigkeit",
    "Text",
];
/// Columns of `polizei.csv`.
pub(crate) const POLIZEI_COLUMNS: [&str; 11] = [
    "Vorgangsnummer",
    "Erfasst",
    "Tatzeit_von",
    "Tatzeit_bis",
    "PKS",
    "Delikt",
    "Herkunft",
    "Ort",
    "Breite",
    "Laenge",
    "Genauigkeit",
];

/// A feed file that could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    /// The file system refused.
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    /// A row could not be put into CSV form.
    #[error("cannot form a row of {file}: {source}")]
    Row { file: &'static str, source: csv::Error },
}

/// Writes the three feeds into `directory` and returns their paths in the order of [`Feed::ALL`].
///
/// # Errors
/// [`FeedError`] when a file cannot be written.
pub(crate) fn write_feeds(events: &[DemoEvent], directory: &Path) -> Result<[PathBuf; 3], FeedError> {
    let paths = Feed::ALL.map(|feed| directory.join(feed.file_name()));
    for (feed, path) in Feed::ALL.into_iter().zip(&paths) {
        let text = document(feed, events)?;
        fs::write(path, text).map_err(|source| FeedError::Write {
            path: path.clone(),
            source,
        })?;
    }
    Ok(paths)
}

/// The feed's own document with those of the events that belong to it, in the given order: CSV with its head, or a
/// `FeatureCollection`. One live event is a document of one row.
///
/// # Errors
/// [`FeedError::Row`] when a row cannot be put into CSV form.
pub(crate) fn document<'a>(
    feed: Feed,
    events: impl IntoIterator<Item = &'a DemoEvent>,
) -> Result<String, FeedError> {
    let own = events.into_iter().filter(|event| event.feed == feed);
    let form = |source| FeedError::Row {
        file: feed.file_name(),
        source,
    };
    match feed {
        Feed::Maengelmelder => csv_text(&MAENGELMELDER_COLUMNS, own.map(complaint_row)).map_err(form),
        Feed::Polizei => csv_text(&POLIZEI_COLUMNS, own.map(police_row)).map_err(form),
        Feed::Wahrnehmung => Ok(perception_text(own)),
    }
}

fn csv_text<const WIDTH: usize>(
    columns: &[&str; WIDTH],
    rows: impl Iterator<Item = [String; WIDTH]>,
) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn complaint_row(event: &DemoEvent) -> [String; 10] {
    let [latitude, longitude] = coordinates(event);
    [
        event.number.clone(),
        local(event.reported_at),
        local(event.occurred_from),
        event.word.to_owned(),
        event.status.word().to_owned(),
        event.place.clone(),
        latitude,
        longitude,
        event.precision.word().to_owned(),
        event.text.clone().unwrap_or_default(),
    ]
}

fn police_row(event: &DemoEvent) -> [String; 11] {
    let [latitude, longitude] = coordinates(event);
    [
        event.number.clone(),
        local(event.reported_at),
        local(event.occurred_from),
        local(event.occurred_to),
        event.pks.unwrap_or_default().to_owned(),
        event.word.to_owned(),
        if event.is_control { "Kontrolle" } else { "Anzeige" }.to_owned(),
        event.place.clone(),
        latitude,
        longitude,
        event.precision.word().to_owned(),
    ]
}

fn perception_text<'a>(events: impl Iterator<Item = &'a DemoEvent>) -> String {
    let features: Vec<String> = events
        .map(|event| perception_feature(event).to_string())
        .collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"note\":\"{NOTE}\",\"features\":[\n{}\n]}}\n",
        features.join(",\n")
    )
}

fn perception_feature(event: &DemoEvent) -> Value {
    let geometry = event
        .position
        .map(|at| json!({"type": "Point", "coordinates": [at.lng, at.lat]}));
    json!({
        "type": "Feature",
        "properties": {
            "nummer": event.number,
            "zeitpunkt": local(event.occurred_from),
            "eingang": local(event.reported_at),
            "kategorie": event.word,
            "herkunft": event.channel.map(super::event::Channel::word),
            "tageszeit": time_of_day(event.occurred_from),
            "ort": event.place,
            "genauigkeit": event.precision.word(),
            "text": event.text,
        },
        "geometry": geometry,
    })
}

fn coordinates(event: &DemoEvent) -> [String; 2] {
    event.position.map_or_else(Default::default, |at| {
        [format!("{:.5}", at.lat), format!("{:.5}", at.lng)]
    })
}

/// Local time with its offset: `2026-11-21T17:05:00+01:00`.
fn local(at: Timestamp) -> String {
    thread_local! {
        static ZONE: TimeZone = berlin();
    }
    ZONE.with(|zone| {
        let offset = zone.to_offset(at);
        let time = offset.to_datetime(at);
        let (sign, minutes) = (
            if offset.is_negative() { '-' } else { '+' },
            offset.seconds().abs() / 60,
        );
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            minutes / 60,
            minutes % 60
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::testing::sample;

    #[test]
    fn times_are_local_with_their_offset() {
        assert_eq!(
            local("2026-11-21T16:05:00Z".parse().unwrap()),
            "2026-11-21T17:05:00+01:00"
        );
        assert_eq!(
            local("2026-07-01T22:30:09Z".parse().unwrap()),
            "2026-07-02T00:30:09+02:00"
        );
    }

    #[test]
    fn a_csv_feed_has_a_row_for_each_of_its_events_in_order_of_receipt() {
        let events = sample(4000);
        for (feed, width) in [(Feed::Maengelmelder, 10), (Feed::Polizei, 11)] {
            let text = document(feed, &events).unwrap();
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(b';')
                .from_reader(text.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!(
                rows.len(),
                events.iter().filter(|event| event.feed == feed).count()
            );
            let received: Vec<Timestamp> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
            assert!(received.is_sorted());
            assert!(rows.iter().all(|row| row.len() == width));
            assert!(
                rows.iter()
                    .any(|row| row[width - 2].is_empty() || row[width - 3].is_empty())
            );
        }
    }

    #[test]
    fn the_perceptions_are_a_feature_collection_with_some_null_geometries() {
        let events = sample(20_000);
        let collection: Value = serde_json::from_str(&document(Feed::Wahrnehmung, &events).unwrap()).unwrap();
        let features = collection["features"].as_array().unwrap();
        assert_eq!(collection["note"], NOTE);
        assert!(features.iter().any(|feature| feature["geometry"].is_null()));
        assert!(
            features
                .iter()
                .any(|feature| feature["geometry"]["type"] == "Point")
        );
        assert!(
            features
                .iter()
                .all(|feature| feature["properties"]["herkunft"].is_string())
        );
    }

    #[test]
    fn hidden_truth_is_not_written() {
        let events = sample(4000);
        for feed in Feed::ALL {
            let text = document(feed, &events).unwrap();
            assert!(!text.contains("muell-bockum") && !text.contains("truth"));
        }
    }
}
