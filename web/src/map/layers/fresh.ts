import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from '@maplibre/maplibre-gl-style-spec';
import { kindImage, KINDS, type Palette } from '../palette';
import type { MapContent } from '../style';

export const FRESH_RING = 'fresh-ring';

/** What has just come in, at every zoom, until the eye has had time to find it; and the report being read. */
export function freshSource({ fresh, selectedReport }: MapContent): SourceSpecification {
  const features: GeoJSON.Feature[] = fresh.flatMap(({ id, kind, geometry }) =>
    geometry ? [{ type: 'Feature', id, properties: { report: id, kind, role: 'fresh' }, geometry }] : [],
  );
  if (selectedReport) {
    features.push({ type: 'Feature', properties: { role: 'selected' }, geometry: selectedReport });
  }
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}

export function freshLayers({ theme }: MapContent, palette: Palette): LayerSpecification[] {
  const colours = KINDS.flatMap((kind) => [kind, palette.kind[kind]]);
  const shapes = KINDS.flatMap((kind) => [kind, kindImage(kind, theme)]);
  return [
    {
      id: 'selected-ring',
      type: 'circle',
      source: 'fresh',
      filter: ['==', ['get', 'role'], 'selected'],
      paint: {
        'circle-radius': 12,
        'circle-color': 'rgba(0,0,0,0)',
        'circle-stroke-color': palette.label,
        'circle-stroke-width': 2,
      },
    },
    {
      id: FRESH_RING,
      type: 'circle',
      source: 'fresh',
      filter: ['==', ['get', 'role'], 'fresh'],
      paint: {
        'circle-radius': 14,
        'circle-color': 'rgba(0,0,0,0)',
        'circle-stroke-color': ['match', ['get', 'kind'], ...colours, palette.label] as unknown as ExpressionSpecification,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'fresh-point',
      type: 'symbol',
      source: 'fresh',
      filter: ['==', ['get', 'role'], 'fresh'],
      layout: {
        'icon-image': ['match', ['get', 'kind'], ...shapes, kindImage('complaint', theme)] as unknown as ExpressionSpecification,
        'icon-size': 0.9,
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
  ];
}
