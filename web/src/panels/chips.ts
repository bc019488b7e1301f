import type { Area, Taxonomy } from '../api/types';
import { boxSize_m } from '../geometry';
import {
  DEFAULT_PRESET,
  DIMENSIONS,
  isPreset,
  toggle,
  withBox,
  withHours,
  withPeriod,
  type Dimension,
  type Filter,
} from '../state';
import { text } from '../text';

export interface Chip {
  id: string;
  label: string;
  without: Filter;
}

/** What narrows the picture now, each with the filter that would be left without it. */
export function chipsOf(filter: Filter, taxonomy: Taxonomy | null, areas: readonly Area[]): Chip[] {
  const chips: Chip[] = [];
  const { period, hours, bbox } = filter;
  if (!isPreset(period) || period.preset !== DEFAULT_PRESET) {
    const label = isPreset(period) ? text.filters.presetFull(period.preset) : text.format.days(period.from, period.to);
    chips.push({ id: 'period', label, without: withPeriod(filter, { preset: DEFAULT_PRESET }) });
  }
  for (const dimension of DIMENSIONS) {
    for (const value of filter[dimension]) {
      chips.push({
        id: `${dimension}-${value}`,
        label: labelOf(dimension, value, taxonomy, areas),
        without: toggle(filter, dimension, value as never),
      });
    }
  }
  if (hours) {
    chips.push({ id: 'hours', label: text.filters.hoursChip(hours.from, hours.to), without: withHours(filter, null) });
  }
  if (bbox) {
    const { width_m, height_m } = boxSize_m(bbox);
    chips.push({ id: 'bbox', label: text.filters.boxChip(width_m, height_m), without: withBox(filter, null) });
  }
  return chips;
}

function labelOf(dimension: Dimension, value: string, taxonomy: Taxonomy | null, areas: readonly Area[]): string {
  const named = (list: readonly { id: string; label: string }[] | undefined): string =>
    list?.find(({ id }) => id === value)?.label ?? value;
  switch (dimension) {
    case 'kind':
      return text.kind[value as keyof typeof text.kind].many;
    case 'status':
      return text.status[value as keyof typeof text.status];
    case 'weekday':
      return text.format.weekday(Number(value));
    case 'area':
      return areas.find(({ id }) => id === value)?.name ?? value;
    case 'prevention':
      return named(taxonomy?.preventions);
    case 'theme':
      return named(taxonomy?.themes);
    case 'category':
      return named(taxonomy?.categories);
    case 'source':
      return named(taxonomy?.sources);
  }
}

