import type { LayerSpecification, SourceSpecification } from '@maplibre/maplibre-gl-style-spec';
import type { WeeklyLayer } from '../../api/types';
import { courseOf } from '../../data/weekly';
import type { Palette } from '../palette';
import type { MapContent } from '../style';

/** The places of the weekly layer that is shown, each with its colour. */
export function weeklySource({ weekly }: MapContent, palette: Palette): SourceSpecification {
  const features: GeoJSON.Feature[] = (weekly?.places ?? []).map(({ geometry, word }) => ({
    type: 'Feature',
    properties: { colour: weeklyColour(weekly?.kind ?? '', word, palette) },
    geometry,
  }));
  return { type: 'geojson', tolerance: 0.05, data: { type: 'FeatureCollection', features } };
}

/** Trends in the colours of a difference, zones in the hue of incidents, and what only is high in that of counts. */
export function weeklyColour(kind: WeeklyLayer['kind'], word: string, palette: Palette): string {
  if (kind === 'near_repeat') return palette.ramp.incident[2];
  if (kind !== 'trend') return palette.ramp.all[3];
  const { less, more } = palette.difference;
  return { new: more[1], up: more[2], level: palette.ramp.all[2], down: less[1], over: less[0] }[courseOf(word)];
}

export function weeklyLayers({ weekly }: MapContent, palette: Palette): LayerSpecification[] {
  const zones = weekly?.kind === 'near_repeat';
  return [
    { id: 'weekly-fill', type: 'fill', source: 'weekly', paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': zones ? 0.3 : palette.cellOpacity } },
    {
      id: 'weekly-outline',
      type: 'line',
      source: 'weekly',
      paint: zones
        ? { 'line-color': palette.kind.incident, 'line-width': 1.5, 'line-dasharray': [4, 2] }
        : { 'line-color': palette.land, 'line-width': 1, 'line-opacity': 0.7 },
    },
  ];
}
