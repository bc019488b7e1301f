import type { LayerSpecification, SourceSpecification } from '@maplibre/maplibre-gl-style-spec';
import type { Palette } from '../palette';
import { equals, MAP_FONT, type MapContent } from '../style';

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

export function baseSource({ basemap, baseStyle }: MapContent): SourceSpecification {
  const data = (!baseStyle && basemap?.features) || NOTHING;
  return { type: 'geojson', data, tolerance: 0.5, attribution: escape(basemap?.attribution ?? '') };
}

/** The attribution comes from configuration and is shown as text, never as markup. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The schematic grey base that everything else lies upon. */
export function baseLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: 'base-outside', type: 'background', paint: { 'background-color': palette.outside } },
    {
      id: 'base-land',
      type: 'fill',
      source: 'base',
      filter: equals('class', 'land'),
      paint: { 'fill-color': palette.land },
    },
    {
      id: 'base-park',
      type: 'fill',
      source: 'base',
      filter: equals('class', 'park'),
      paint: { 'fill-color': palette.park },
    },
    {
      id: 'base-water',
      type: 'fill',
      source: 'base',
      filter: ['all', equals('class', 'water'), ['==', ['geometry-type'], 'Polygon']],
      paint: { 'fill-color': palette.water },
    },
    {
      id: 'base-river',
      type: 'line',
      source: 'base',
      filter: ['all', ['in', ['get', 'class'], ['literal', ['river', 'canal']]], ['==', ['geometry-type'], 'LineString']],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': palette.water,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 2, 14, 9, 18, 60],
      },
    },
    {
      id: 'base-rail',
      type: 'line',
      source: 'base',
      filter: equals('class', 'rail'),
      paint: {
        'line-color': palette.rail,
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.8, 14, 1.6, 18, 4],
        'line-dasharray': [4, 2],
      },
    },
    {
      id: 'base-road-minor',
      type: 'line',
      source: 'base',
      minzoom: 12,
      filter: equals('class', 'road_minor'),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': palette.roadMinor,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 12, 0.6, 14, 2, 18, 22],
      },
    },
    {
      id: 'base-road-main-casing',
      type: 'line',
      source: 'base',
      filter: equals('class', 'road_main'),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': palette.roadMainCasing,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 1.6, 14, 6, 18, 36],
      },
    },
    {
      id: 'base-road-main',
      type: 'line',
      source: 'base',
      filter: equals('class', 'road_main'),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': palette.roadMain,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 0.8, 14, 4, 18, 32],
      },
    },
  ];
}

export function baseLabelLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'base-label-water',
      type: 'symbol',
      source: 'base',
      minzoom: 12,
      filter: ['in', ['get', 'class'], ['literal', ['river', 'canal']]],
      layout: {
        'symbol-placement': 'line',
        'text-field': ['coalesce', ['get', 'name'], ''],
        'text-font': MAP_FONT.regular,
        'text-size': 12,
        'symbol-spacing': 400,
      },
      paint: { 'text-color': palette.labelWater, 'text-halo-color': palette.halo, 'text-halo-width': 1.2 },
    },
    {
      id: 'base-label-road',
      type: 'symbol',
      source: 'base',
      minzoom: 13.5,
      filter: ['in', ['get', 'class'], ['literal', ['road_main', 'road_minor']]],
      layout: {
        'symbol-placement': 'line',
        'text-field': ['coalesce', ['get', 'name'], ''],
        'text-font': MAP_FONT.regular,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 11, 17, 14],
        'symbol-spacing': 350,
      },
      paint: { 'text-color': palette.labelQuiet, 'text-halo-color': palette.halo, 'text-halo-width': 1.4 },
    },
    {
      id: 'base-label-place',
      type: 'symbol',
      source: 'base',
      minzoom: 12.2,
      filter: equals('class', 'place'),
      layout: {
        'text-field': ['coalesce', ['get', 'name'], ''],
        'text-font': MAP_FONT.regular,
        'text-size': 12,
        'text-max-width': 8,
        'text-padding': 6,
      },
      paint: { 'text-color': palette.labelQuiet, 'text-halo-color': palette.halo, 'text-halo-width': 1.4 },
    },
  ];
}
