import type { ExpressionSpecification, LayerSpecification } from '@maplibre/maplibre-gl-style-spec';
import { kindImage, KINDS } from '../palette';
import { REPORTS_FROM_ZOOM, type MapContent } from '../style';

/** Single reports: the kind by shape and colour. */
export function reportLayers({ theme }: MapContent): LayerSpecification[] {
  const shapes = KINDS.flatMap((kind) => [kind, kindImage(kind, theme)]);
  return [
    {
      id: 'reports-point',
      type: 'symbol',
      source: 'reports',
      'source-layer': 'reports',
      minzoom: REPORTS_FROM_ZOOM,
      layout: {
        'icon-image': ['match', ['get', 'kind'], ...shapes, kindImage('complaint', theme)] as unknown as ExpressionSpecification,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 13, 0.6, 16, 1],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-z-order': 'source',
      },
      paint: { 'icon-opacity': 0.88 },
    },
  ];
}
