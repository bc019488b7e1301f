import type { ExpressionSpecification, LayerSpecification } from '@maplibre/maplibre-gl-style-spec';
import { rampOf, type Palette } from '../palette';
import type { MapContent } from '../style';
import { H3_EDGE_M } from '../zoom';

/** The map zooms over which the server counts at a resolution (see `cellResolution`). */
const RANGES: readonly { resolution: number; from: number; to: number }[] = [
  { resolution: 7, from: 8.5, to: 10.5 },
  { resolution: 8, from: 10.5, to: 12.5 },
  { resolution: 9, from: 12.5, to: 14.5 },
  { resolution: 10, from: 14.5, to: 16 },
];
/** Metres a pixel at zoom 0 in the latitude of the city, with tiles of 512 pixels. */
const METRES_A_PIXEL = 78_271.5 * Math.cos((51.68 * Math.PI) / 180);
/** MapLibre's kernel ends at three of its standard deviations; one edge length each smooths the hexagons away. */
const RADIUS_IN_EDGES = 2.7;

const radius = (resolution: number, zoom: number): number =>
  (RADIUS_IN_EDGES * (H3_EDGE_M[resolution] ?? 0) * 2 ** zoom) / METRES_A_PIXEL;

const RADIUS_STOPS = RANGES.flatMap(({ resolution, from, to }) => [from, radius(resolution, from), to - 0.01, radius(resolution, to)]);

/** Corners of a hexagon, over which MapLibre spreads the weight of a cell. */
const CORNERS = 6;

/** The counts of the cells, smoothed: each is spread over the corners of its hexagon, where neighbours meet. */
export function densityLayers({ classes, kinds }: MapContent, palette: Palette): LayerSpecification[] {
  const ramp = rampOf(palette, kinds);
  const most = Math.max(1, classes.at(-1)?.from ?? 1);
  return [
    {
      id: 'cells-density',
      type: 'heatmap',
      source: 'cells',
      'source-layer': 'cells',
      filter: ['!', ['to-boolean', ['get', 'suppressed']]],
      paint: {
        'heatmap-weight': ['/', ['min', ['get', 'count'], 2 * most], CORNERS * most],
        'heatmap-intensity': 0.7,
        'heatmap-radius': ['interpolate', ['exponential', 2], ['zoom'], ...RADIUS_STOPS] as unknown as ExpressionSpecification,
        'heatmap-opacity': palette.cellOpacity,
        'heatmap-color': [
          'interpolate',
          ['linear'],
          ['heatmap-density'],
          0, `${ramp[0]}00`,
          0.08, ramp[0],
          0.25, ramp[1],
          0.5, ramp[2],
          0.75, ramp[3],
          1, ramp[4],
        ],
      },
    },
  ];
}
