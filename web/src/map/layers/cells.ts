import type { ExpressionSpecification, LayerSpecification } from '@maplibre/maplibre-gl-style-spec';
import { hatchImage, rampOf, type Palette } from '../palette';
import { coloursFor } from '../quantiles';
import { NO_END_ZOOM, REPORTS_FROM_ZOOM, type MapContent } from '../style';

/** Counts in hexagons; where single reports take over, the cells end. */
export function cellLayers(content: MapContent, palette: Palette, reportsTakeOver: boolean): LayerSpecification[] {
  const until = { maxzoom: reportsTakeOver ? REPORTS_FROM_ZOOM : NO_END_ZOOM };
  const source = { source: 'cells', 'source-layer': 'cells', ...until };
  return [
    {
      id: 'cells-fill',
      type: 'fill',
      ...source,
      filter: ['!', ['to-boolean', ['get', 'suppressed']]],
      paint: { 'fill-color': cellColour(content, palette), 'fill-opacity': palette.cellOpacity, 'fill-antialias': false },
    },
    {
      id: 'cells-suppressed',
      type: 'fill',
      ...source,
      filter: ['to-boolean', ['get', 'suppressed']],
      paint: { 'fill-pattern': hatchImage(content.theme), 'fill-opacity': 0.7 },
    },
    {
      id: 'cells-outline',
      type: 'line',
      ...source,
      paint: { 'line-color': palette.land, 'line-width': 1, 'line-opacity': 0.7 },
    },
  ];
}

function cellColour({ classes, kinds }: MapContent, palette: Palette): ExpressionSpecification | string {
  const colours = coloursFor(classes, rampOf(palette, kinds));
  const [first, ...rest] = colours;
  if (first === undefined) return rampOf(palette, kinds)[2];
  if (rest.length === 0) return first;
  const steps = rest.flatMap((colour, index) => [classes[index + 1]?.from ?? 0, colour]);
  return ['step', ['get', 'count'], first, ...steps] as unknown as ExpressionSpecification;
}
