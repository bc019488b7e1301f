import type { ExpressionSpecification, LayerSpecification } from '@maplibre/maplibre-gl-style-spec';
import type { DifferenceClass } from '../../data/differences';
import { differenceColour, type Palette } from '../palette';
import { NO_END_ZOOM, type MapContent } from '../style';

/**
 * Cells by how much they changed. The tiles are asked for over both windows, so that cells which are empty in one of
 * them are there; what each cell counts comes with the content.
 */
export function differenceLayers({ differences }: MapContent, palette: Palette): LayerSpecification[] {
  const source = { source: 'cells', 'source-layer': 'cells', maxzoom: NO_END_ZOOM };
  return [
    { id: 'cells-fill', type: 'fill', ...source, paint: { 'fill-color': colourOf(differences, palette), 'fill-opacity': palette.cellOpacity, 'fill-antialias': false } },
    { id: 'cells-outline', type: 'line', ...source, paint: { 'line-color': palette.land, 'line-width': 1, 'line-opacity': 0.7 } },
  ];
}

const NOTHING = 'rgba(0,0,0,0)';

function colourOf(classes: readonly DifferenceClass[], palette: Palette): ExpressionSpecification | string {
  const pairs = classes
    .filter(({ cells }) => cells.length > 0)
    .flatMap(({ cells, side, step }) => [cells, differenceColour(palette, side, step)]);
  return pairs.length === 0 ? NOTHING : (['match', ['get', 'h3'], ...pairs, NOTHING] as unknown as ExpressionSpecification);
}
