import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
} from '@maplibre/maplibre-gl-style-spec';
import type { Hotspot, HotspotState } from '../../api/types';
import type { Palette } from '../palette';
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
    properties: { role: 'label', label: content.hotspotLabel(hotspot), ...properties(hotspot) },
    geometry: hotspot.center,
  };
}

function properties({ id, kind, state, place, observed, expected }: Hotspot): Record<string, string | number> {
  return { hotspot: id, kind, state, place, strength: strength(observed, expected) };
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
): { shapes: LayerSpecification[]; labels: LayerSpecification[] } {
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
        'fill-opacity': ['case', ['==', ['get', 'state'], 'persistent'], 0.16, chosen, 0.08, 0.03],
      },
    },
    {
      id: 'hotspots-halo',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('emerging', 'confirmed', 'persistent', 'cooling'),
      layout: join,
      paint: { 'line-color': palette.halo, 'line-width': ['+', 5, width], 'line-opacity': 0.75 },
    },
    {
      id: 'hotspots-closed',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('closed', 'dismissed'),
      layout: join,
      paint: { 'line-color': palette.closed, 'line-width': 1 },
    },
    {
      id: 'hotspots-cooling',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('cooling'),
      layout: join,
      paint: { 'line-color': colour, 'line-width': width, 'line-dasharray': [2.5, 1.8] },
    },
    {
      id: 'hotspots-solid',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('confirmed', 'persistent'),
      layout: join,
      paint: { 'line-color': colour, 'line-width': width },
    },
    {
      id: 'hotspots-emerging',
      type: 'line',
      source: 'hotspots',
      filter: shapesIn('emerging'),
      layout: join,
      paint: { 'line-color': colour, 'line-width': ['+', ['case', chosen, 1.2, 0.7], ['get', 'strength']], 'line-gap-width': 3 },
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
        'text-size': 13,
        'text-variable-anchor': ['top', 'bottom', 'left', 'right'],
        'text-radial-offset': 1.4,
        'text-justify': 'auto',
        'text-max-width': 14,
        'text-padding': 4,
        'symbol-sort-key': ['case', chosen, -2, ['-', 0, ['get', 'strength']]],
      },
      paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
  ];
  return { shapes, labels };
}

function shapesIn(...states: HotspotState[]): FilterSpecification {
  const shape: FilterSpecification = ['==', ['get', 'role'], 'shape'];
  return states.length === 0 ? shape : ['all', shape, ['in', ['get', 'state'], ['literal', states]]];
}

function hue(palette: Palette): ExpressionSpecification {
  const pairs = Object.entries(palette.hotspot).flat();
  return ['match', ['get', 'kind'], ...pairs, palette.closed] as unknown as ExpressionSpecification;
}
