import type { LayerSpecification, SourceSpecification } from '@maplibre/maplibre-gl-style-spec';
import { boxOutline } from '../../geometry';
import type { Palette } from '../palette';
import type { MapContent } from '../style';

/** The box of the filter, and what is being drawn or measured. */
export function sketchSource({ box, path }: MapContent): SourceSpecification {
  const features: GeoJSON.Feature[] = [];
  if (box) features.push({ type: 'Feature', properties: { role: 'box' }, geometry: boxOutline(box) });
  if (path.length > 1) {
    features.push({ type: 'Feature', properties: { role: 'path' }, geometry: { type: 'LineString', coordinates: [...path] } });
  }
  for (const coordinates of path) {
    features.push({ type: 'Feature', properties: { role: 'stop' }, geometry: { type: 'Point', coordinates } });
  }
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}

export function sketchLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'sketch-casing',
      type: 'line',
      source: 'sketch',
      filter: ['in', ['get', 'role'], ['literal', ['box', 'path']]],
      paint: { 'line-color': palette.halo, 'line-width': 5, 'line-opacity': 0.8 },
    },
    {
      id: 'sketch-line',
      type: 'line',
      source: 'sketch',
      filter: ['in', ['get', 'role'], ['literal', ['box', 'path']]],
      paint: { 'line-color': palette.label, 'line-width': 2, 'line-dasharray': [3, 1.5] },
    },
    {
      id: 'sketch-stop',
      type: 'circle',
      source: 'sketch',
      filter: ['==', ['get', 'role'], 'stop'],
      paint: {
        'circle-radius': 4,
        'circle-color': palette.halo,
        'circle-stroke-color': palette.label,
        'circle-stroke-width': 2,
      },
    },
  ];
}
