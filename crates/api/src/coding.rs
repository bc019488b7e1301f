//! Content codings of tiles.

use std::io::{self, Write};
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::kept_tiles::PackedTile;

/// Zstandard's own default. On tiles of the demo it takes half the time of the fastest gzip and makes them a little
/// smaller; Brotli is smaller still, at five times the time (`docs/performance.md`).
const ZSTD_LEVEL: i32 = 3;

/// How a tile's bytes are coded (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Zstd,
}

impl Coding {
    /// The best that the client takes.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let takes = |wanted: &str| {
            headers
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|offer| {
                    let (coding, quality) = offer.split_once(';').unwrap_or((offer, ""));
                    let is_refused = quality
                        .trim()
                        .strip_prefix("q=")
                        .is_some_and(|weight| weight.parse() == Ok(0.0_f32));
                    coding.trim().eq_ignore_ascii_case(wanted) && !is_refused
                })
        };
        if takes("zstd") {
            Self::Zstd
        } else if takes("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// Its name in `Content-Encoding`; `None` for bytes as they are.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// Packs a tile. Its tag tells the coding too: a tag is strong only for the very bytes (RFC 9110, section 8.8.3.3).
    pub(crate) fn pack(self, plain: Vec<u8>) -> PackedTile {
        let hash = blake3::hash(&plain).to_hex();
        // Plain bytes are an answer for everyone.
        let (coding, bytes) = match self.code(&plain) {
            Ok(Some(coded)) => (self, coded),
            Ok(None) | Err(_) => (Self::Identity, plain),
        };
        let etag = match coding.name() {
            None => format!("\"{}\"", &hash[..24]),
            Some(name) => format!("\"{}-{name}\"", &hash[..24]),
        };
        PackedTile {
            bytes: bytes.into(),
            coding,
            etag: Arc::from(etag),
        }
    }

    /// `None` where plain bytes do.
    fn code(self, plain: &[u8]) -> io::Result<Option<Vec<u8>>> {
        Ok(match self {
            Self::Identity => None,
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 2), Compression::fast());
                encoder.write_all(plain)?;
                Some(encoder.finish()?)
            }
            Self::Zstd => Some(zstd::bulk::compress(plain, ZSTD_LEVEL)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn accepted(value: &'static str) -> Coding {
        let value = axum::http::HeaderValue::from_static(value);
        Coding::accepted(&[(header::ACCEPT_ENCODING, value)].into_iter().collect())
    }

    #[test]
    fn the_best_coding_that_is_taken_is_chosen_and_a_refused_one_is_not() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), Coding::Zstd);
        assert_eq!(accepted("gzip, deflate"), Coding::Gzip);
        assert_eq!(accepted("zstd;q=0, GZIP;q=0.5"), Coding::Gzip);
        assert_eq!(accepted("gzip;q=0.000"), Coding::Identity);
        assert_eq!(Coding::accepted(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn packed_bytes_come_out_as_they_went_in_and_each_coding_has_its_tag() {
        let bytes = b"Ahlener Str. ".repeat(100);
        let [plain, gzip, zstd] =
            [Coding::Identity, Coding::Gzip, Coding::Zstd].map(|coding| coding.pack(bytes.clone()));
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&gzip.bytes[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(plain.bytes, bytes);
        assert_eq!(unpacked, bytes);
        assert_eq!(zstd::decode_all(&zstd.bytes[..]).unwrap(), bytes);
        assert!(plain.etag != gzip.etag && gzip.etag != zstd.etag && plain.etag != zstd.etag);
    }
}
