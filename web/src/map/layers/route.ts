import type { LayerSpecification, SourceSpecification } from '@maplibre/maplibre-gl-style-spec';
import type { Palette } from '../palette';
import { MAP_FONT, type MapContent } from '../style';

/** The way of a patrol as the crow flies, and its stops by number. */
export function routeSource({ route }: MapContent): SourceSpecification {
  const features: GeoJSON.Feature[] = route.map((coordinates, index) => ({
    type: 'Feature',
    properties: { role: 'stop', number: String(index + 1) },
    geometry: { type: 'Point', coordinates },
  }));
  if (route.length > 1) {
    features.push({ type: 'Feature', properties: { role: 'way' }, geometry: { type: 'LineString', coordinates: [...route] } });
  }
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}

/** Beside the place, so that the sign of the hotspot stays to be seen. */
const BESIDE_PX = -15;
const NUMBER_PX = 13;

export function routeLayers(palette: Palette): { way: LayerSpecification[]; stops: LayerSpecification[] } {
  return {
    way: [
      {
        id: 'route-casing',
        type: 'line',
        source: 'route',
        filter: ['==', ['get', 'role'], 'way'],
        layout: { 'line-join': 'round' },
        paint: { 'line-color': palette.halo, 'line-width': 6, 'line-opacity': 0.85 },
      },
      {
        id: 'route-way',
        type: 'line',
        source: 'route',
        filter: ['==', ['get', 'role'], 'way'],
        layout: { 'line-join': 'round' },
        paint: { 'line-color': palette.label, 'line-width': 2.5 },
      },
    ],
    stops: [
      {
        id: 'route-stop',
        type: 'circle',
        source: 'route',
        filter: ['==', ['get', 'role'], 'stop'],
        paint: {
          'circle-radius': 10,
          'circle-color': palette.label,
          'circle-stroke-color': palette.halo,
          'circle-stroke-width': 1.5,
          'circle-translate': [BESIDE_PX, BESIDE_PX],
        },
      },
      {
        id: 'route-number',
        type: 'symbol',
        source: 'route',
        filter: ['==', ['get', 'role'], 'stop'],
        layout: {
          'text-field': ['get', 'number'],
          'text-font': MAP_FONT.strong,
          'text-size': NUMBER_PX,
          'text-offset': [BESIDE_PX / NUMBER_PX, BESIDE_PX / NUMBER_PX],
          'text-padding': 6,
          'text-allow-overlap': true,
        },
        paint: { 'text-color': palette.halo },
      },
    ],
  };
}
