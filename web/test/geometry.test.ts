import { describe, expect, it } from 'vitest';
import { boxBetween, boxSize_m, distance_m, isInside, pathLength_m } from '../src/geometry';

describe('distances', () => {
  it('follow the great circle', () => {
    // A degree of a meridian on the mean sphere is 6 371 008.8 · π / 180.
    expect(distance_m([7.8, 51], [7.8, 52])).toBeCloseTo(111_195.08, 1);
    expect(distance_m([0, 0], [180, 0])).toBeCloseTo(Math.PI * 6_371_008.8, 0);
    expect(distance_m([7.8, 51.6], [7.8, 51.6])).toBe(0);
  });

  it('add up along a way', () => {
    expect(pathLength_m([[7.8, 51], [7.8, 52], [7.8, 51]])).toBeCloseTo(2 * 111_195.08, 1);
    expect(pathLength_m([[7.8, 51]])).toBe(0);
    expect(pathLength_m([])).toBe(0);
  });
});

describe('a box', () => {
  it('is the same from whichever corner it is drawn', () => {
    const box = [7.8, 51.6, 7.9, 51.7];
    expect(boxBetween([7.8, 51.7], [7.9, 51.6])).toEqual(box);
    expect(boxBetween([7.9, 51.6], [7.8, 51.7])).toEqual(box);
  });

  it('is measured through its middle', () => {
    const { width_m, height_m } = boxSize_m([7, 59.5, 8, 60.5]);
    expect(height_m).toBeCloseTo(111_195.08, 1);
    // At 60° a degree of longitude is half of one at the equator.
    expect(width_m / 111_195.08).toBeCloseTo(0.5, 3);
  });
});

describe('a shape', () => {
  const withHole: GeoJSON.Polygon = {
    type: 'Polygon',
    coordinates: [
      [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
      [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]],
    ],
  };

  it('holds what is inside it, and not what is in its hole', () => {
    expect(isInside([2, 2], withHole)).toBe(true);
    expect(isInside([5, 5], withHole)).toBe(false);
    expect(isInside([11, 5], withHole)).toBe(false);
  });

  it('may have several parts', () => {
    const parts: GeoJSON.MultiPolygon = {
      type: 'MultiPolygon',
      coordinates: [withHole.coordinates, [[[20, 0], [30, 0], [30, 10], [20, 10], [20, 0]]]],
    };
    expect(isInside([25, 5], parts)).toBe(true);
    expect(isInside([15, 5], parts)).toBe(false);
  });
});
