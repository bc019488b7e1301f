import { describe, expect, it } from 'vitest';
import { find, placesOf } from '../src/panels/places';

const at: GeoJSON.Point = { type: 'Point', coordinates: [7.8, 51.6] };
const places = placesOf([], [], {
  style: null,
  attribution: '',
  fictional: true,
  features: {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: { class: 'place', name: 'Am Bahnhof' }, geometry: at },
      { type: 'Feature', properties: { class: 'place', name: 'Bahnhofsvorplatz' }, geometry: at },
      { type: 'Feature', properties: { class: 'place', name: 'Bahnhofsvorplatz' }, geometry: at },
      { type: 'Feature', properties: { class: 'road_main', name: 'Münsterstraße' }, geometry: { type: 'LineString', coordinates: [[7, 51], [8, 52]] } },
      { type: 'Feature', properties: { class: 'park' }, geometry: at },
    ],
  },
});

describe('looking for a place', () => {
  it('puts names first that begin with what was typed, each once', () => {
    expect(find(places, 'bahnhof').map(({ name }) => name)).toEqual(['Bahnhofsvorplatz', 'Am Bahnhof']);
  });

  it.each(['Münsterstraße', 'muensterstr', 'MÜNSTERSTR.', 'Münsterstrasse'])('forgives spelling: %s', (typed) => {
    expect(find(places, typed).map(({ name }) => name)).toEqual(['Münsterstraße']);
  });

  it('finds nothing for nothing', () => {
    expect(find(places, '  ')).toEqual([]);
  });
});
