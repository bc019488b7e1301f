import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';
import type { Area, Hotspot, WeeklyLayer } from '../src/api/types';
import { mapStyle, type MapContent } from '../src/map/style';
import { mapImages } from '../src/map/images';

const square: GeoJSON.Polygon = {
  type: 'Polygon',
  coordinates: [[[7.8, 51.6], [7.9, 51.6], [7.9, 51.7], [7.8, 51.7], [7.8, 51.6]]],
};

const area: Area = { id: 'mitte', name: 'Mitte', kind: 'district', geometry: square };

const hotspot: Hotspot = {
  id: 'hs-1',
  kind: 'angstraum',
  state: 'emerging',
  geometry: square,
  center: { type: 'Point', coordinates: [7.85, 51.65] },
  radius_m: 300,
  place: 'Unterführung',
  first_seen: '2026-11-01T00:00:00Z',
  last_seen: '2026-11-20T00:00:00Z',
  window_from: '2026-11-01T00:00:00Z',
  window_to: '2026-11-22T00:00:00Z',
  observed: 14,
  expected: 5.2,
  relative_risk: 2.7,
  p_value: 0.001,
  recurrence_interval_days: 400,
  recurrence_at_limit: false,
  categories: [],
  typical_time: null,
  hours: [],
  weekdays: [],
  dark_share: null,
  confirmed: false,
  assigned_to: null,
  came_from: null,
  merged_into: null,
  streams: [],
  method: 'scan',
  parameters: {},
  seed: 1,
  explanation: '',
  cautions: [],
  revision: 1,
};

function content(change: Partial<MapContent> = {}): MapContent {
  return {
    theme: 'light',
    basemap: { style: null, attribution: 'a <b>', fictional: true, features: { type: 'FeatureCollection', features: [] } },
    baseStyle: null,
    areas: [area],
    hotspots: [hotspot],
    selectedHotspot: null,
    selectedReport: null,
    selectedArea: null,
    fresh: [],
    box: null,
    path: [],
    route: [],
    surface: 'counts',
    weekly: null,
    differences: [
      { side: 'less', step: 1, from: 1, to: 4, cells: ['a'] },
      { side: 'same', step: 0, from: 0, to: 0, cells: ['b'] },
      { side: 'more', step: 1, from: 1, to: 4, cells: [] },
    ],
    classes: [
      { from: 1, to: 2, cells: 5 },
      { from: 3, to: 9, cells: 5 },
    ],
    kinds: [],
    hidden: [],
    sight: 'record',
    districts: null,
    tiles: { cells: 'http://x/tiles/cells/{z}/{x}/{y}?v=1', reports: 'http://x/tiles/reports/{z}/{x}/{y}?v=1' },
    hotspotLabel: ({ place }) => place,
    narrow: false,
    ...change,
  };
}

function layer(kind: WeeklyLayer['kind'], word: string): WeeklyLayer {
  const place = { h3: null, geometry: square, word, count: 3, z: null, p_value: null, until: null };
  return { id: kind, kind, label: '', from: '2025-11-24', to: '2026-11-22', sentence: '', method: '', parameters: {}, places: [place] };
}

const layerIds = (change: Partial<MapContent>): string[] => mapStyle(content(change)).layers.map(({ id }) => id);

describe('the style of the map', () => {
  const cases: [string, Partial<MapContent>][] = [
    ['by day', {}],
    ['by night', { theme: 'dark' }],
    ['with no base', { basemap: null }],
    ['with no class yet', { classes: [] }],
    ['with a single class', { classes: [{ from: 4, to: 4, cells: 1 }] }],
    ['by density', { surface: 'density' }],
    ['by density of nothing', { surface: 'density', classes: [] }],
    ['by difference', { surface: 'difference' }],
    ['by difference before anything is known', { surface: 'difference', differences: [] }],
    ['with zones of repeats', { weekly: layer('near_repeat', 'Zone') }],
    ['with a trend', { weekly: layer('trend', 'hoch und abnehmend') }],
    ['for one kind', { kinds: ['incident'] }],
    ['with everything hidden', { hidden: ['cells', 'reports', 'hotspots', 'areas'] }],
    ['for a viewer of aggregates', { sight: 'aggregate' }],
    ['with counts by district', { sight: 'aggregate', districts: { mitte: 9 } }],
    ['with counts by district, of which none is told', { sight: 'aggregate', districts: {}, classes: [] }],
    ['with a report being read', { selectedReport: { type: 'Point', coordinates: [7.8, 51.6] } }],
    ['with an area being read', { selectedArea: 'mitte' }],
    ['with a box and a way drawn', { box: [7.8, 51.6, 7.9, 51.7], path: [[7.8, 51.6], [7.9, 51.7]] }],
    ['with the way of a patrol', { route: [[7.8, 51.6], [7.9, 51.7]] }],
    ['with a chosen hotspot', { selectedHotspot: 'hs-1' }],
  ];

  it.each(cases)('is valid %s', (_, change) => {
    expect(validateStyleMin(mapStyle(content(change)))).toEqual([]);
  });

  it('follows from its content alone', () => {
    expect(mapStyle(content())).toEqual(mapStyle(content()));
  });

  it('asks no other host: no glyphs, no sprite, and the text of the attribution is not markup', () => {
    const style = mapStyle(content());
    expect(style).not.toHaveProperty('glyphs');
    expect(style).not.toHaveProperty('sprite');
    expect(style.sources.base).toMatchObject({ attribution: 'a &lt;b&gt;' });
  });

  it('uses only images that are drawn', () => {
    const drawn = mapImages().map(({ name }) => name);
    for (const theme of ['light', 'dark'] as const) {
      const wanted = JSON.stringify(mapStyle(content({ theme }))).match(/"[a-z-]+-(?:light|dark)"/g) ?? [];
      expect(wanted.length).toBeGreaterThan(0);
      for (const name of wanted) expect(drawn).toContain(name.slice(1, -1));
    }
  });

  it('writes names above fills', () => {
    const ids = layerIds({});
    expect(ids.indexOf('areas-label')).toBeGreaterThan(ids.indexOf('cells-fill'));
    expect(ids.indexOf('hotspots-label')).toBeGreaterThan(ids.indexOf('reports-point'));
  });

  it('draws no single report for a viewer of aggregates, and ends cells only where reports take over', () => {
    const aggregate = mapStyle(content({ sight: 'aggregate' }));
    expect(aggregate.layers.some(({ id }) => id.startsWith('reports'))).toBe(false);
    expect(aggregate.layers.find(({ id }) => id === 'cells-fill')).toHaveProperty('maxzoom', 24);
    expect(mapStyle(content()).layers.find(({ id }) => id === 'cells-fill')).toHaveProperty('maxzoom', 13);
  });

  it('colours a cell by its change and leaves uncoloured what changed in no class', () => {
    const fill = mapStyle(content({ surface: 'difference' })).layers.find(({ id }) => id === 'cells-fill');
    expect(fill?.paint).toHaveProperty('fill-color', ['match', ['get', 'h3'], ['a'], '#fee0b6', ['b'], '#f7f7f7', 'rgba(0,0,0,0)']);
  });

  it('draws a weekly layer in place of the cells', () => {
    const ids = layerIds({ weekly: layer('persistent', 'dauerhaft hoch') });
    expect(ids).toContain('weekly-fill');
    expect(ids.some((id) => id.startsWith('cells'))).toBe(false);
  });

  it('shows a suppressed cell by a hatch that a count never has', () => {
    const { layers } = mapStyle(content());
    expect(layers.find(({ id }) => id === 'cells-suppressed')?.paint).toHaveProperty('fill-pattern', 'hatch-light');
    expect(layers.find(({ id }) => id === 'cells-fill')?.paint).not.toHaveProperty('fill-pattern');
  });

  it('gives each state its own line', () => {
    expect(layerIds({})).toEqual(expect.arrayContaining(['hotspots-emerging', 'hotspots-solid', 'hotspots-cooling', 'hotspots-closed']));
  });

  it('lays data under the labels of a style that the operator has set', () => {
    const foreign = mapStyle(
      content({
        baseStyle: {
          version: 8,
          glyphs: '/fonts/{fontstack}/{range}.pbf',
          sources: { theirs: { type: 'vector', tiles: ['http://x/{z}/{x}/{y}'] } },
          layers: [
            { id: 'their-land', type: 'background' },
            { id: 'their-names', type: 'symbol', source: 'theirs', 'source-layer': 'n' },
          ],
        },
      }),
    );
    const ids = foreign.layers.map(({ id }) => id);
    expect(ids[0]).toBe('their-land');
    expect(ids.indexOf('cells-fill')).toBeLessThan(ids.indexOf('their-names'));
    expect(ids).not.toContain('base-land');
    expect(foreign.sources).toHaveProperty('theirs');
  });
});
