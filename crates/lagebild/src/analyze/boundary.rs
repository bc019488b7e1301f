//! The area of a study from a GeoJSON file.

use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;

use super::frame::Frame;

/// Rings of all polygons of the file, outer ones and holes, in the coordinates of `frame`.
pub(super) fn read(path: &Path, frame: &Frame) -> Result<Vec<Vec<[f64; 2]>>, Failure> {
    let failed = |problem: &dyn std::fmt::Display| Failure::failed(format!("{}: {problem}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| failed(&format!("cannot be read ({error})")))?;
    let json: Value = serde_json::from_str(&text).map_err(|error| failed(&format!("not JSON ({error})")))?;
    let mut rings = Vec::new();
    collect(&json, &mut rings);
    if rings.is_empty() {
        return Err(failed(&"there is no Polygon or MultiPolygon in it"));
    }
    let is_degrees = rings
        .iter()
        .flatten()
        .all(|point| point[0].abs() <= 180.0 && point[1].abs() <= 90.0);
    for point in rings.iter_mut().flatten() {
        if is_degrees && let Some(own) = frame.at_lon_lat(*point) {
            *point = own;
        }
        if let Some((_, problem)) = frame.problem(*point) {
            return Err(failed(&format!("a coordinate {problem}")));
        }
    }
    Ok(rings)
}

fn collect(json: &Value, rings: &mut Vec<Vec<[f64; 2]>>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    match json["type"].as_str() {
        Some("FeatureCollection") => list(&json["features"])
            .iter()
            .for_each(|feature| collect(feature, rings)),
        Some("Feature") => collect(&json["geometry"], rings),
        Some("GeometryCollection") => list(&json["geometries"])
            .iter()
            .for_each(|geometry| collect(geometry, rings)),
        Some("Polygon") => rings.extend(list(&json["coordinates"]).iter().filter_map(ring)),
        Some("MultiPolygon") => {
            for polygon in list(&json["coordinates"]) {
                rings.extend(list(&polygon).iter().filter_map(ring));
            }
        }
        _ => {}
    }
}

fn ring(json: &Value) -> Option<Vec<[f64; 2]>> {
    let point = |json: &Value| Some([json.get(0)?.as_f64()?, json.get(1)?.as_f64()?]);
    json.as_array()?.iter().map(point).collect()
}
