//! A grid as a `GeoTIFF`: one strip of 32-bit floats, uncompressed (TIFF 6.0; OGC 19-008r4).

/// What is written.
pub(super) struct Raster<'a> {
    /// South-western corner.
    pub(super) origin: [f64; 2],
    /// Width and height of a cell.
    pub(super) cell: [f64; 2],
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Row after row from the south.
    pub(super) values: &'a [f64],
    pub(super) epsg: Option<u16>,
    pub(super) are_degrees: bool,
}

/// Types of TIFF fields.
const SHORT: u16 = 3;
const LONG: u16 = 4;
const DOUBLE: u16 = 12;

const ENTRIES: usize = 14;

/// The file; `None` when it would be larger than TIFF can address.
pub(super) fn bytes(raster: &Raster<'_>) -> Option<Vec<u8>> {
    let doubles_at = 8 + 2 + ENTRIES * 12 + 4;
    // Pixel scale (3), tie point (6), then the keys, then the pixels.
    let tie_at = doubles_at + 3 * 8;
    let keys_at = tie_at + 6 * 8;
    let keys = keys(raster);
    let pixels_at = keys_at + keys.len() * 2;
    let size = raster.values.len().checked_mul(4)?;
    let end = u32::try_from(pixels_at.checked_add(size)?).ok()?;
    let (width, height) = (raster.columns as u32, raster.rows as u32);
    let entries: [(u16, u16, u32, u32); ENTRIES] = [
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, 1, 32), // bits of a sample
        (259, SHORT, 1, 1),  // not compressed
        (262, SHORT, 1, 1),  // larger is brighter
        (273, LONG, 1, pixels_at as u32),
        (277, SHORT, 1, 1), // samples of a pixel
        (278, LONG, 1, height),
        (279, LONG, 1, size as u32),
        (284, SHORT, 1, 1),
        (339, SHORT, 1, 3), // floating point
        (33550, DOUBLE, 3, doubles_at as u32),
        (33922, DOUBLE, 6, tie_at as u32),
        (34735, SHORT, keys.len() as u32, keys_at as u32),
    ];
    let mut file = Vec::with_capacity(end as usize);
    file.extend(b"II");
    file.extend(42_u16.to_le_bytes());
    file.extend(8_u32.to_le_bytes());
    file.extend((ENTRIES as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        // A short stands in the first two of the four bytes, which little-endian writes by itself.
        file.extend(value.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    let north = raster.origin[1] + raster.rows as f64 * raster.cell[1];
    let scale = [raster.cell[0], raster.cell[1], 0.0];
    let tie = [0.0, 0.0, 0.0, raster.origin[0], north, 0.0];
    for number in scale.into_iter().chain(tie) {
        file.extend(number.to_le_bytes());
    }
    for key in keys {
        file.extend(key.to_le_bytes());
    }
    for row in raster.values.chunks(raster.columns.max(1)).rev() {
        for &value in row {
            file.extend((value as f32).to_le_bytes());
        }
    }
    Some(file)
}

/// The key directory: model, cells as areas, and the system by its EPSG code.
fn keys(raster: &Raster<'_>) -> Vec<u16> {
    let (model, system) = if raster.are_degrees {
        (2, (2048, Some(raster.epsg.unwrap_or(4326))))
    } else {
        (1, (3072, raster.epsg))
    };
    let mut keys = vec![[1024, 0, 1, model], [1025, 0, 1, 1]];
    if let (key, Some(code)) = system {
        keys.push([key, 0, 1, code]);
    }
    let mut directory = vec![1, 1, 0, keys.len() as u16];
    directory.extend(keys.into_iter().flatten());
    directory
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_northern_row_is_written_first() {
        let raster = Raster {
            origin: [0.0, 0.0],
            cell: [10.0, 10.0],
            columns: 1,
            rows: 2,
            values: &[1.0, 2.0],
            epsg: Some(25832),
            are_degrees: false,
        };
        let file = bytes(&raster).unwrap();
        let pixels = &file[file.len() - 8..];
        assert_eq!(pixels, [2.0_f32.to_le_bytes(), 1.0_f32.to_le_bytes()].concat());
        assert!(file.starts_with(b"II*\0"));
    }
}
