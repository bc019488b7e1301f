import { describe, expect, it } from 'vitest';
import type { Area, WeeklyLayer } from '../src/api/types';
import { courseOf, placesByDistrict, placesByWord } from '../src/data/weekly';
import { weeklyColour } from '../src/map/layers/weekly';
import { PALETTES } from '../src/map/palette';

const square = (west: number): GeoJSON.Polygon => ({
  type: 'Polygon',
  coordinates: [[[west, 51], [west + 1, 51], [west + 1, 52], [west, 52], [west, 51]]],
});
const area = (id: string, kind: string, west: number): Area => ({ id, name: id, kind, geometry: square(west) });
const place = (west: number, word = 'dauerhaft hoch'): WeeklyLayer['places'][number] => ({
  h3: null,
  geometry: { type: 'Polygon', coordinates: [[[west, 51.4], [west + 0.1, 51.4], [west + 0.1, 51.5], [west, 51.5], [west, 51.4]]] },
  word,
  count: 1,
  z: null,
  p_value: null,
  until: null,
});

describe('a weekly layer', () => {
  it('is told by district as it is drawn on the map, what lies in none too', () => {
    const areas = [area('Mitte', 'district', 7), area('Uentrop', 'district', 8), area('Hamm', 'city', 7)];
    const places = [place(8.1), place(7.1), place(8.5), place(9.5)];
    expect(placesByDistrict(places, areas)).toEqual([['Uentrop', 2], ['Mitte', 1], [null, 1]]);
  });

  it('is told by word, the commonest first', () => {
    expect(placesByWord([place(7, 'früher hoch'), place(7, 'hoch und zunehmend'), place(8, 'hoch und zunehmend')])).toEqual([
      ['hoch und zunehmend', 2],
      ['früher hoch', 1],
    ]);
  });

  it('has another colour for what is new, what grows, what stays and what goes back', () => {
    const words = ['neu in der letzten Woche', 'hoch und zunehmend', 'hoch und gleichbleibend', 'hoch und abnehmend', 'früher hoch'];
    expect(words.map(courseOf)).toEqual(['new', 'up', 'level', 'down', 'over']);
    for (const palette of [PALETTES.light, PALETTES.dark]) {
      expect(new Set(words.map((word) => weeklyColour('trend', word, palette))).size).toBe(5);
    }
  });

  it('takes a word it does not know for no change', () => {
    expect(courseOf('wer weiß')).toBe('level');
  });
});
