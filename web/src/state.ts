import type { Kind, Status } from './api/types';
import type { Bounds } from './geometry';

/** Dates are calendar days (`2026-11-22`) in the city's time zone; a window's `to` is exclusive, as on the wire. */
export type Day = string;

export type Preset = '7' | '28' | '90' | '365' | 'all';
export type Period = { preset: Preset } | { from: Day; to: Day };

export const PRESETS: readonly Preset[] = ['7', '28', '90', '365', 'all'];
export const DEFAULT_PRESET: Preset = '28';

/** Hours of the day, both included; 22 to 6 runs over midnight. */
export interface Hours {
  from: number;
  to: number;
}

/** The dimensions of the filter that hold a list of ids. */
export interface Lists {
  kind: Kind[];
  prevention: string[];
  theme: string[];
  category: string[];
  weekday: string[];
  area: string[];
  source: string[];
  status: Status[];
}

export type Dimension = keyof Lists;

export const DIMENSIONS: readonly Dimension[] = [
  'kind',
  'prevention',
  'theme',
  'category',
  'weekday',
  'area',
  'source',
  'status',
];

export interface Filter extends Lists {
  period: Period;
  hours: Hours | null;
  /** A box drawn on the map: only what has its point in it. */
  bbox: Bounds | null;
}

export interface Camera {
  lng: number;
  lat: number;
  zoom: number;
}

export type LayerId = 'cells' | 'reports' | 'hotspots' | 'areas';
export const LAYERS: readonly LayerId[] = ['cells', 'reports', 'hotspots', 'areas'];

/** How counts in cells are drawn: as they are, smoothed, or against another window. */
export type Surface = 'counts' | 'density' | 'difference';
export const SURFACES: readonly Surface[] = ['counts', 'density', 'difference'];

/** The window that the chosen one is compared with: the one just before, or the same days a year before. */
export type Compare = 'previous' | 'year';
export const COMPARES: readonly Compare[] = ['previous', 'year'];

export type Panel = 'hotspots' | 'figures' | 'table';
export const PANELS: readonly Panel[] = ['hotspots', 'figures', 'table'];

export type Selection =
  | { kind: 'hotspot'; id: string }
  | { kind: 'report'; id: number }
  | { kind: 'area'; id: string }
  | { kind: 'patrol' };

/** Everything the page shows by choice of its reader. It lives in the URL. */
export interface PageState {
  filter: Filter;
  camera: Camera | null;
  hidden: LayerId[];
  surface: Surface;
  /** A weekly layer that is drawn in place of the cells. */
  weekly: string | null;
  compare: Compare;
  panel: Panel;
  selection: Selection | null;
  /** Hotspots of the patrol that is being planned, in the order of its way. */
  stops: readonly string[];
}

export function emptyFilter(): Filter {
  return {
    period: { preset: DEFAULT_PRESET },
    kind: [],
    prevention: [],
    theme: [],
    category: [],
    weekday: [],
    hours: null,
    bbox: null,
    area: [],
    source: [],
    status: [],
  };
}

export function initialState(): PageState {
  return {
    filter: emptyFilter(),
    camera: null,
    hidden: [],
    surface: 'counts',
    weekly: null,
    compare: 'previous',
    panel: 'hotspots',
    selection: null,
    stops: [],
  };
}

export function withFilter(state: PageState, filter: Filter): PageState {
  return { ...state, filter };
}

/** Puts a value into a list of the filter, or takes it out. */
export function toggle<D extends Dimension>(filter: Filter, dimension: D, value: Lists[D][number]): Filter {
  const present: readonly string[] = filter[dimension];
  const next = present.includes(value)
    ? present.filter((other) => other !== value)
    : [...present, value].sort();
  return { ...filter, [dimension]: next };
}

export function choose<D extends Dimension>(filter: Filter, dimension: D, values: Lists[D]): Filter {
  return { ...filter, [dimension]: [...values].sort() };
}

export function withPeriod(filter: Filter, period: Period): Filter {
  return { ...filter, period };
}

export function withHours(filter: Filter, hours: Hours | null): Filter {
  return { ...filter, hours };
}

const BBOX_DIGITS = 5;

/** Corners are kept to about a metre, so that a box is the same after it has been through the address. */
export function withBox(filter: Filter, bbox: Bounds | null): Filter {
  return { ...filter, bbox: bbox && (bbox.map((degrees) => Number(degrees.toFixed(BBOX_DIGITS))) as Bounds) };
}

/** Takes everything off but the period: the window is how one looks, not what one leaves out. */
export function withoutRestrictions(filter: Filter): Filter {
  return { ...emptyFilter(), period: filter.period };
}

export function isRestricted(filter: Filter): boolean {
  return filter.hours !== null || filter.bbox !== null || DIMENSIONS.some((dimension) => filter[dimension].length > 0);
}

export function isPreset(period: Period): period is { preset: Preset } {
  return 'preset' in period;
}

export function showPanel(state: PageState, panel: Panel): PageState {
  return { ...state, panel, selection: null };
}

export function select(state: PageState, selection: Selection | null): PageState {
  return { ...state, selection };
}

export function moveCamera(state: PageState, camera: Camera): PageState {
  return { ...state, camera };
}

export function toggleLayer(state: PageState, layer: LayerId): PageState {
  const hidden = state.hidden.includes(layer)
    ? state.hidden.filter((other) => other !== layer)
    : LAYERS.filter((other) => other === layer || state.hidden.includes(other));
  return { ...state, hidden };
}

/** Asking for a way to draw the cells also shows them. */
export function withSurface(state: PageState, surface: Surface): PageState {
  return { ...state, surface, weekly: null, hidden: state.hidden.filter((layer) => layer !== 'cells') };
}

export function withWeekly(state: PageState, weekly: string | null): PageState {
  return { ...state, weekly, hidden: state.hidden.filter((layer) => layer !== 'cells') };
}

export function withCompare(state: PageState, compare: Compare): PageState {
  return { ...state, compare };
}

export function withStops(state: PageState, stops: readonly string[]): PageState {
  return { ...state, stops };
}
