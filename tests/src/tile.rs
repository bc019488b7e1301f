//! What a vector tile holds.

use std::collections::BTreeMap;

use fast_mvt::{MvtReaderRef, MvtValueRef};
use serde_json::{Value, json};

/// A decoded tile of one layer.
#[derive(Debug)]
pub struct Tile {
    /// Name of the layer.
    pub layer: String,
    /// Version of the format.
    pub version: u32,
    /// Units along an edge.
    pub extent: u32,
    /// Features in their order.
    pub features: Vec<TileFeature>,
}

/// A feature.
#[derive(Debug, Clone, PartialEq)]
pub struct TileFeature {
    /// Its id.
    pub id: Option<u64>,
    /// Its properties.
    pub properties: BTreeMap<String, Value>,
}

impl Tile {
    /// Decodes bytes that must be a tile of one layer whose every geometry can be read.
    #[track_caller]
    pub fn decode(bytes: &[u8]) -> Self {
        let reader = MvtReaderRef::new(bytes).expect("the bytes are a vector tile");
        assert_eq!(reader.layer_count(), 1, "a tile has one layer");
        let layer = reader.layers().next().expect("a layer");
        Self {
            layer: layer.name().to_owned(),
            version: layer.version(),
            extent: layer.extent(),
            features: layer
                .features()
                .map(|feature| {
                    feature.geometry().expect("a geometry");
                    let properties = feature.properties_vec().expect("properties").into_iter();
                    TileFeature {
                        id: feature.id(),
                        properties: properties
                            .map(|(name, value)| (name.to_owned(), plain(value)))
                            .collect(),
                    }
                })
                .collect(),
        }
    }

    /// The counts of a tile of cells by their H3 index, with the ids of the features.
    #[track_caller]
    pub fn cells(&self) -> BTreeMap<String, (u64, u64)> {
        let cells: BTreeMap<String, (u64, u64)> = self
            .features
            .iter()
            .map(|feature| {
                let count = feature.properties["count"].as_u64().expect("a whole number");
                assert_eq!(feature.properties["suppressed"], false);
                let h3 = feature.properties["h3"].as_str().expect("a text").to_owned();
                (h3, (feature.id.expect("an id"), count))
            })
            .collect();
        assert_eq!(cells.len(), self.features.len(), "a cell is in a tile once");
        cells
    }
}

fn plain(value: MvtValueRef<'_>) -> Value {
    match value {
        MvtValueRef::String(text) => json!(text),
        MvtValueRef::Float(number) => json!(number),
        MvtValueRef::Double(number) => json!(number),
        MvtValueRef::Int(number) | MvtValueRef::SInt(number) => json!(number),
        MvtValueRef::UInt(number) => json!(number),
        MvtValueRef::Bool(flag) => json!(flag),
        MvtValueRef::Null => panic!("a value of no type"),
    }
}
