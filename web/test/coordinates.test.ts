import { describe, expect, it } from 'vitest';
import { utm32Of } from '../src/coordinates';
import type { LngLat } from '../src/geometry';

describe('coordinates in EPSG:25832', () => {
  /** From PROJ 9.5.1 by pyproj 3.7.2: `Transformer.from_crs(4326, 25832, always_xy=True)`. */
  const known: [LngLat, number, number][] = [
    [[7.8205, 51.6806], 418452.998, 5726173.188],
    [[7.67, 51.58], 407844.652, 5715164.364],
    [[8.0, 51.74], 430953.265, 5732594.061],
    [[9.0, 51.0], 500000.000, 5649824.888],
  ];

  it.each(known)('agree with PROJ to the centimetre at %s', (place, easting, northing) => {
    const { easting_m, northing_m } = utm32Of(place);
    expect(easting_m).toBeCloseTo(easting, 2);
    expect(northing_m).toBeCloseTo(northing, 2);
  });
});
