import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
} from '@maplibre/maplibre-gl-style-spec';
import type { Hotspot, HotspotState } from '../../api/types';
import { boundsOf } from '../../geometry';
import { HOTSPOT_KINDS, HOTSPOT_STATES, hotspotImage, type Palette } from '../palette';
import { MAP_FONT, type MapContent } from '../style';

const HIDDEN_STATES: readonly HotspotState[] = ['dismissed'];
const DAY_MS = 86_400_000;

export function hotspotSource(content: MapContent): SourceSpecification {
  const drawn = content.hotspots.filter(({ id, state }) => !HIDDEN_STATES.includes(state) || id === content.selectedHotspot);
  return {
    type: 'geojson',
    tolerance: 0.05,
    data: { type: 'FeatureCollection', features: drawn.flatMap((hotspot) => [shape(hotspot), label(hotspot, content)]) },
  };
}

function shape(hotspot: Hotspot): GeoJSON.Feature {
  return { type: 'Feature', properties: { role: 'shape', ...properties(hotspot) }, geometry: hotspot.geometry };
}

function label(hotspot: Hotspot, content: MapContent): GeoJSON.Feature {
  return {
    type: 'Feature',
    properties: { role: 'label', label: content.hotspotLabel(hotspot), side: sideOf(hotspot, content), ...properties(hotspot) },
    geometry: hotspot.center,
  };
}

type Side = 'west' | 'middle' | 'east';

/** Share of the city's width that counts as its middle. */
const MIDDLE = 0.3;

function sideOf({ center }: Hotspot, { areas }: MapContent): Side {
  const city = boundsOf(areas.map(({ geometry }) => geometry));
  const [lng] = center.coordinates;
  if (!city || lng === undefined) return 'middle';
  const share = (lng - city[0]) / (city[2] - city[0]);
  if (Math.abs(share - 0.5) <= MIDDLE / 2) return 'middle';
  return share < 0.5 ? 'west' : 'east';
}

/**
 * Where a label may stand round its sign, in ems, the best place first: towards the city's middle, never outwards, where
 * the edge of the map would cut it off.
 */
function roundTheSign(): ExpressionSpecification {
  const below = ['top', [0, 1.8]];
  const above = ['bottom', [0, -1.8]];
  const eastOfIt = ['left', [1.8, 0]];
  const westOfIt = ['right', [-1.8, 0]];
  const places = (...some: unknown[][]): unknown[] => ['literal', some.flat()];
  return [
    'match',
    ['get', 'side'],
    'west',
    places(eastOfIt, below, above),
    'east',
    places(westOfIt, below, above),
    places(below, above, eastOfIt, westOfIt),
  ] as unknown as ExpressionSpecification;
}

function properties({ id, kind, state, place, observed, expected, radius_m }: Hotspot): Record<string, string | number> {
  return { hotspot: id, kind, state, place, strength: strength(observed, expected), size: sizeOf(radius_m) };
}

/** How near one must be for the outline to say more than a sign. */
export function sizeOf(radius_m: number): 'small' | 'middle' | 'large' {
  if (radius_m < 300) return 'small';
  return radius_m < 800 ? 'middle' : 'large';
}

/** An opacity that holds where the outline can be made out, or (`asSign`) where it cannot yet. */
function seen(opacity: ExpressionSpecification | number, asSign = false): ExpressionSpecification {
  const [near, far] = asSign ? [0, opacity] : [opacity, 0];
  return [
    'step',
    ['zoom'],
    ['case', ['==', ['get', 'size'], 'large'], near, far],
    11.5,
    ['case', ['==', ['get', 'size'], 'small'], far, near],
    12.75,
    near,
  ] as unknown as ExpressionSpecification;
}

/** How far above expectation, from 0 to 1, on a scale that doubling moves by a step. */
export function strength(observed: number, expected: number): number {
  if (observed <= 0) return 0;
  return Math.min(1, Math.max(0, Math.log2(observed / Math.max(expected, 0.1)) / 3));
}

export function daysOfWindow({ window_from, window_to }: Hotspot): number {
  return (Date.parse(window_to) - Date.parse(window_from)) / DAY_MS;
}

/** The kind is the hue, the state the line, the strength its width. */
export function hotspotLayers(
  content: MapContent,
  palette: Palette,
): { shapes: LayerSpecification[]; labels: LayerSpecification[]; signs: LayerSpecification[] } {
  const colour = hue(palette);
  const chosen: ExpressionSpecification = ['==', ['get', 'hotspot'], content.selectedHotspot ?? ''];
  const width: ExpressionSpecification = ['+', ['case', chosen, 2.5, 1.5], ['*', 2, ['get', 'strength']]];
  const join = { 'line-join': 'round' } as const;

  const shapes: LayerSpecification[] = [
    {
      id: 'hotspots-area',
      type: 'fill',
      source: 'hotspots',
      filter: shapesIn(),
      paint: {
        'fill-color': colour,
        'fill-opacity': seen(['case', ['==', ['get', 'state'], 'persistent'], 0.16, chosen, 0.08, 0.03]),
      },
    },
    {
      id: 'hotspots-halo',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('emerging', 'confirmed', 'persistent', 'cooling'),
      layout: join,
      paint: { 'line-color': palette.halo, 'line-width': ['+', 5, width], 'line-opacity': seen(0.75) },
    },
    {
      id: 'hotspots-closed',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('closed', 'dismissed'),
      layout: join,
      paint: { 'line-color': palette.closed, 'line-width': 1, 'line-opacity': seen(1) },
    },
    {
      id: 'hotspots-cooling',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('cooling'),
      layout: join,
      paint: { 'line-color': colour, 'line-width': width, 'line-dasharray': [2.5, 1.8], 'line-opacity': seen(1) },
    },
    {
      id: 'hotspots-solid',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('confirmed', 'persistent'),
      layout: join,
      paint: { 'line-color': colour, 'line-width': width, 'line-opacity': seen(1) },
    },
    {
      id: 'hotspots-emerging',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('emerging'),
      layout: join,
      paint: { 'line-color': colour, 'line-width': ['+', ['case', chosen, 1.2, 0.7], ['get', 'strength']], 'line-gap-width': 3, 'line-opacity': seen(1) },
    },
  ];
  const labels: LayerSpecification[] = [
    {
      id: 'hotspots-label',
      type: 'symbol',
      source: 'hotspots',
      filter: [
        'all',
        ['==', ['get', 'role'], 'label'],
        ['any', chosen, ['!', ['in', ['get', 'state'], ['literal', ['closed', 'dismissed']]]]],
      ],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': MAP_FONT.strong,
        'text-size': content.narrow ? 12 : 13,
        'text-variable-anchor-offset': roundTheSign(),
        'text-justify': 'auto',
        'text-max-width': content.narrow ? 8 : 14,
        'text-padding': 4,
        'symbol-sort-key': ['case', chosen, -2, ['-', 0, ['get', 'strength']]],
      },
      paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
  ];
  /** Placed before all names (MapLibre places from the top), so that none is written over them. */
  const signs: LayerSpecification[] = [
    {
      id: 'hotspots-sign',
      type: 'symbol',
      source: 'hotspots',
      filter: ['==', ['get', 'role'], 'label'],
      maxzoom: 12.75,
      layout: {
        'icon-image': signOf(content),
        'icon-size': ['interpolate', ['linear'], ['get', 'strength'], 0, 0.8, 1, 1.1],
        'icon-allow-overlap': true,
        'icon-padding': 0,
        'symbol-sort-key': ['get', 'strength'],
      },
      paint: { 'icon-opacity': seen(1, true) },
    },
  ];
  return { shapes, labels, signs };
}

function shapesIn(...states: HotspotState[]): FilterSpecification {
  const shape: FilterSpecification = ['==', ['get', 'role'], 'shape'];
  return states.length === 0 ? shape : ['all', shape, ['in', ['get', 'state'], ['literal', states]]];
}

function signOf({ theme }: MapContent): ExpressionSpecification {
  const key: ExpressionSpecification = ['concat', ['get', 'kind'], '-', ['get', 'state']];
  const pairs = HOTSPOT_KINDS.flatMap((kind) =>
    HOTSPOT_STATES.flatMap((state) => [`${kind}-${state}`, hotspotImage(kind, state, theme)]),
  );
  return ['match', key, ...pairs, hotspotImage('beschwerdehotspot', 'closed', theme)] as unknown as ExpressionSpecification;
}

function hue(palette: Palette): ExpressionSpecification {
  const pairs = Object.entries(palette.hotspot).flat();
  return ['match', ['get', 'kind'], ...pairs, palette.closed] as unknown as ExpressionSpecification;
}
