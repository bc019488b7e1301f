import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from '@maplibre/maplibre-gl-style-spec';
import type { Area } from '../../api/types';
import { middleOf } from '../../geometry';
import { hatchImage, rampOf, type Palette } from '../palette';
import { coloursFor } from '../quantiles';
import { MAP_FONT, type MapContent } from '../style';

export function areaSource({ areas }: MapContent): SourceSpecification {
  return {
    type: 'geojson',
    data: { type: 'FeatureCollection', features: areas.flatMap((area) => [outline(area), label(area)]) },
  };
}

function outline({ id, name, kind, geometry }: Area): GeoJSON.Feature {
  return { type: 'Feature', properties: { area: id, name, kind, role: 'outline' }, geometry };
}

function label({ id, name, kind, geometry }: Area): GeoJSON.Feature {
  return {
    type: 'Feature',
    properties: { area: id, name, kind, role: 'label' },
    geometry: { type: 'Point', coordinates: middleOf(geometry) },
  };
}

export function areaLayers(palette: Palette, withDistricts: boolean, selected: string | null): LayerSpecification[] {
  const districts: LayerSpecification[] = [
    {
      id: 'areas-district',
      type: 'line',
      source: 'areas',
      filter: ['all', ['==', ['get', 'role'], 'outline'], ['==', ['get', 'kind'], 'district']],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': palette.district,
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.8, 15, 1.6],
        'line-dasharray': [3, 2],
      },
    },
  ];
  const chosen: LayerSpecification = {
    id: 'areas-selected',
    type: 'line',
    source: 'areas',
    filter: ['all', ['==', ['get', 'role'], 'outline'], ['==', ['get', 'area'], selected ?? '']],
    layout: { 'line-join': 'round' },
    paint: { 'line-color': palette.label, 'line-width': 2.5 },
  };
  return [
    ...(withDistricts ? districts : []),
    {
      id: 'areas-municipality',
      type: 'line',
      source: 'areas',
      filter: ['all', ['==', ['get', 'role'], 'outline'], ['==', ['get', 'kind'], 'municipality']],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': palette.boundary,
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, 1.4, 15, 2.4],
      },
    },
    ...(selected === null ? [] : [chosen]),
  ];
}

/** Counts by district; a district without one is hatched, for none is told there. */
export function countedAreaLayers(
  { classes, kinds, theme }: MapContent,
  counts: Readonly<Record<string, number>>,
  palette: Palette,
): LayerSpecification[] {
  const colours = coloursFor(classes, rampOf(palette, kinds));
  const colourOf = (count: number): string => colours[classes.findIndex(({ from, to }) => count >= from && count <= to)] ?? palette.land;
  const districts: ExpressionSpecification = ['all', ['==', ['get', 'role'], 'outline'], ['==', ['get', 'kind'], 'district']];
  const isCounted: ExpressionSpecification = ['in', ['get', 'area'], ['literal', Object.keys(counts)]];
  const colour = Object.entries(counts).flatMap(([area, count]) => [area, colourOf(count)]);
  return [
    {
      id: 'areas-counted',
      type: 'fill',
      source: 'areas',
      filter: ['all', districts, isCounted],
      paint: {
        'fill-color': colour.length > 0 ? (['match', ['get', 'area'], ...colour, palette.land] as unknown as ExpressionSpecification) : palette.land,
        'fill-opacity': palette.cellOpacity,
      },
    },
    {
      id: 'areas-suppressed',
      type: 'fill',
      source: 'areas',
      filter: ['all', districts, ['!', isCounted]],
      paint: { 'fill-pattern': hatchImage(theme), 'fill-opacity': 0.7 },
    },
  ];
}

export function areaLabelLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'areas-label',
      type: 'symbol',
      source: 'areas',
      maxzoom: 14.5,
      filter: ['all', ['==', ['get', 'role'], 'label'], ['==', ['get', 'kind'], 'district']],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': MAP_FONT.strong,
        'text-size': ['interpolate', ['linear'], ['zoom'], 9, 11, 13, 15],
        'text-letter-spacing': 0.04,
        'text-max-width': 10,
      },
      paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 1.6 },
    },
  ];
}
