import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from '@maplibre/maplibre-gl-style-spec';
import type { Area, Basemap, Hotspot, Kind, LiveReport, Sight, WeeklyLayer } from '../api/types';
import type { Bounds, LngLat } from '../geometry';
import type { DifferenceClass } from '../data/differences';
import type { LayerId, Surface } from '../state';
import { areaLayers, areaLabelLayers, areaSource, countedAreaLayers } from './layers/areas';
import { baseLabelLayers, baseLayers, baseSource } from './layers/base';
import { cellLayers } from './layers/cells';
import { densityLayers } from './layers/density';
import { differenceLayers } from './layers/difference';
import { freshLayers, freshSource } from './layers/fresh';
import { hotspotLayers, hotspotSource } from './layers/hotspots';
import { reportLayers } from './layers/reports';
import { routeLayers, routeSource } from './layers/route';
import { sketchLayers, sketchSource } from './layers/sketch';
import { weeklyLayers, weeklySource } from './layers/weekly';
import { PALETTES, type Palette, type ThemeName } from './palette';
import type { CountClass } from './quantiles';

/** What the map draws, as plain data. The style follows from it and from nothing else. */
export interface MapContent {
  theme: ThemeName;
  basemap: Basemap | null;
  /** The operator's own base style, when there is one; it replaces the schematic base. */
  baseStyle: StyleSpecification | null;
  areas: readonly Area[];
  hotspots: readonly Hotspot[];
  selectedHotspot: string | null;
  selectedReport: GeoJSON.Point | null;
  selectedArea: string | null;
  fresh: readonly LiveReport[];
  /** The box that the filter is held to, or that is being drawn. */
  box: Bounds | null;
  /** The way that is being measured. */
  path: readonly LngLat[];
  /** The way of the patrol that is being planned. */
  route: readonly LngLat[];
  surface: Surface;
  /** Drawn in place of the cells. */
  weekly: WeeklyLayer | null;
  classes: readonly CountClass[];
  differences: readonly DifferenceClass[];
  kinds: readonly Kind[];
  hidden: readonly LayerId[];
  sight: Sight;
  /** Published counts, to be drawn by district; null where there are cells, or records. */
  districts: Readonly<Record<string, number>> | null;
  tiles: { cells: string; reports: string };
  hotspotLabel: (hotspot: Hotspot) => string;
  /** A map as narrow as a phone: labels are set in narrower lines. */
  narrow: boolean;
}

export const REPORTS_FROM_ZOOM = 13;
/** Said outright: a layer that is changed in place keeps its old end where it is given none. */
export const NO_END_ZOOM = 24;

/** The family names are declared in `styles/fonts.css`; MapLibre draws glyphs from them, without a glyph server. */
export const MAP_FONT = { regular: ['Lagebild Regular'], strong: ['Lagebild Semibold'] };

export function mapStyle(content: MapContent): StyleSpecification {
  const palette = PALETTES[content.theme];
  const foreign = content.baseStyle;
  const shown = (layer: LayerId): boolean => !content.hidden.includes(layer);
  const recordLevel = content.sight === 'record';

  const under: LayerSpecification[] = foreign ? [] : baseLayers(palette);
  const data: LayerSpecification[] = [
    ...(shown('cells') ? surfaceLayers(content, palette, recordLevel && shown('reports')) : []),
    ...(content.districts ? countedAreaLayers(content, content.districts, palette) : []),
    ...areaLayers(palette, shown('areas'), content.selectedArea),
    ...(shown('hotspots') ? hotspotLayers(content, palette).shapes : []),
    ...(shown('reports') && recordLevel ? reportLayers(content) : []),
    ...freshLayers(content, palette),
    ...routeLayers(palette).way,
    ...sketchLayers(palette),
  ];
  const labels: LayerSpecification[] = [
    ...(foreign ? [] : baseLabelLayers(palette)),
    ...(shown('areas') ? areaLabelLayers(palette) : []),
    ...(shown('hotspots') ? hotspotLayers(content, palette).labels : []),
    ...(shown('hotspots') ? hotspotLayers(content, palette).signs : []),
    ...routeLayers(palette).stops,
  ];

  return {
    ...(foreign ?? { version: 8 }),
    version: 8,
    sources: {
      ...foreign?.sources,
      base: baseSource(content),
      areas: areaSource(content),
      cells: { type: 'vector', tiles: [content.tiles.cells], minzoom: 0, maxzoom: 15 },
      reports: { type: 'vector', tiles: [content.tiles.reports], minzoom: REPORTS_FROM_ZOOM, maxzoom: 16 },
      hotspots: hotspotSource(content),
      fresh: freshSource(content),
      sketch: sketchSource(content),
      route: routeSource(content),
      weekly: weeklySource(content, palette),
    },
    layers: foreign ? underTheLabels(foreign.layers, data, labels) : [...under, ...data, ...labels],
  };
}

function surfaceLayers(content: MapContent, palette: Palette, reportsTakeOver: boolean): LayerSpecification[] {
  if (content.weekly) return weeklyLayers(content, palette);
  switch (content.surface) {
    case 'counts':
      return cellLayers(content, palette, reportsTakeOver);
    case 'density':
      return densityLayers(content, palette);
    case 'difference':
      return differenceLayers(content, palette);
  }
}

/** In a foreign style our data go under its labels, so that places stay readable. */
function underTheLabels(
  foreign: readonly LayerSpecification[],
  data: readonly LayerSpecification[],
  labels: readonly LayerSpecification[],
): LayerSpecification[] {
  const firstLabel = foreign.findIndex((layer) => layer.type === 'symbol');
  const at = firstLabel < 0 ? foreign.length : firstLabel;
  return [...foreign.slice(0, at), ...data, ...foreign.slice(at), ...labels];
}

export function equals(property: string, value: string): ExpressionSpecification {
  return ['==', ['get', property], value];
}
