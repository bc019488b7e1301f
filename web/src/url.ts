import { MOST_STOPS } from './data/patrol';
import { isDay } from './days';
import type { Bounds } from './geometry';
import {
  COMPARES,
  DEFAULT_PRESET,
  DIMENSIONS,
  emptyFilter,
  initialState,
  isPreset,
  LAYERS,
  PANELS,
  PRESETS,
  SURFACES,
  type Camera,
  type Dimension,
  type Filter,
  type Hours,
  type LayerId,
  type PageState,
  type Period,
  type Selection,
} from './state';

const KNOWN: Partial<Record<Dimension, readonly string[]>> = {
  kind: ['complaint', 'incident', 'perception'],
  weekday: ['1', '2', '3', '4', '5', '6', '7'],
  status: ['open', 'in_progress', 'closed', 'rejected'],
};

/** The search part of the page's address. What is at its default stays out, so that addresses stay short. */
export function searchOf(state: PageState): string {
  const parts: [string, string][] = [...filterParts(state.filter)];
  if (state.panel !== 'hotspots') parts.push(['panel', state.panel]);
  if (state.selection?.kind === 'hotspot') parts.push(['hotspot', state.selection.id]);
  if (state.selection?.kind === 'report') parts.push(['report', String(state.selection.id)]);
  if (state.selection?.kind === 'area') parts.push(['profile', state.selection.id]);
  if (state.selection?.kind === 'patrol') parts.push(['plan', 'patrol']);
  if (state.stops.length > 0) parts.push(['stops', state.stops.join(',')]);
  if (state.hidden.length > 0) parts.push(['hidden', state.hidden.join(',')]);
  if (state.surface !== 'counts') parts.push(['surface', state.surface]);
  if (state.weekly !== null) parts.push(['weekly', state.weekly]);
  if (state.compare !== 'previous') parts.push(['compare', state.compare]);
  if (state.camera) parts.push(['map', cameraText(state.camera)]);
  return parts.map(([name, value]) => `${name}=${encode(value)}`).join('&');
}

/** Commas, slashes and colons may stand in a query as they are; addresses are read by people too. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
}

function filterParts(filter: Filter): [string, string][] {
  const parts: [string, string][] = [];
  const { period, hours, bbox } = filter;
  if (!isPreset(period)) parts.push(['from', period.from], ['to', period.to]);
  else if (period.preset !== DEFAULT_PRESET) parts.push(['period', period.preset]);
  for (const dimension of DIMENSIONS) {
    if (filter[dimension].length > 0) parts.push([dimension, filter[dimension].join(',')]);
  }
  if (hours) parts.push(['hour', `${String(hours.from)}-${String(hours.to)}`]);
  if (bbox) parts.push(['bbox', bbox.join(',')]);
  return parts;
}

function cameraText({ zoom, lat, lng }: Camera): string {
  return `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
}

/** Reads an address; what it does not understand it leaves at the default. */
export function stateOf(search: string): PageState {
  const params = new URLSearchParams(search);
  const state = initialState();
  return {
    filter: filterOf(params),
    camera: cameraOf(params.get('map')),
    hidden: listOf(params, 'hidden').filter((id): id is LayerId => includes(LAYERS, id)),
    surface: oneOf(SURFACES, params.get('surface')) ?? state.surface,
    weekly: params.get('weekly') || null,
    compare: oneOf(COMPARES, params.get('compare')) ?? state.compare,
    panel: oneOf(PANELS, params.get('panel')) ?? state.panel,
    selection: selectionOf(params),
    stops: listOf(params, 'stops').slice(0, MOST_STOPS),
  };
}

function filterOf(params: URLSearchParams): Filter {
  const filter: Filter = { ...emptyFilter(), period: periodOf(params), hours: hoursOf(params.get('hour')), bbox: bboxOf(params.get('bbox')) };
  for (const dimension of DIMENSIONS) {
    const known = KNOWN[dimension];
    const values = listOf(params, dimension).filter((value) => !known || known.includes(value));
    Object.assign(filter, { [dimension]: values.sort() });
  }
  return filter;
}

function periodOf(params: URLSearchParams): Period {
  const from = params.get('from');
  const to = params.get('to');
  if (from && to && isDay(from) && isDay(to) && from < to) return { from, to };
  return { preset: oneOf(PRESETS, params.get('period')) ?? DEFAULT_PRESET };
}

function hoursOf(text: string | null): Hours | null {
  const match = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text ?? '');
  if (!match) return null;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from < 24 && to < 24 ? { from, to } : null;
}

function bboxOf(text: string | null): Bounds | null {
  const [west, south, east, north, ...more] = (text ?? '').split(',').map((part) => (part === '' ? Number.NaN : Number(part)));
  if (west === undefined || south === undefined || east === undefined || north === undefined || more.length > 0) return null;
  const isBox = Math.abs(west) <= 180 && Math.abs(east) <= 180 && Math.abs(south) <= 85 && Math.abs(north) <= 85;
  return isBox && west < east && south < north ? [west, south, east, north] : null;
}

function cameraOf(text: string | null): Camera | null {
  const [zoom, lat, lng] = (text ?? '').split('/').map(Number);
  if (zoom === undefined || lat === undefined || lng === undefined) return null;
  if (![zoom, lat, lng].every(Number.isFinite) || Math.abs(lat) > 85 || Math.abs(lng) > 180) return null;
  return { zoom: Math.min(Math.max(zoom, 0), 22), lat, lng };
}

function oneOf<T extends string>(known: readonly T[], text: string | null): T | null {
  return known.find((value) => value === text) ?? null;
}

function selectionOf(params: URLSearchParams): Selection | null {
  const hotspot = params.get('hotspot');
  if (hotspot) return { kind: 'hotspot', id: hotspot };
  const area = params.get('profile');
  if (area) return { kind: 'area', id: area };
  if (params.get('plan') === 'patrol') return { kind: 'patrol' };
  const report = Number(params.get('report') ?? Number.NaN);
  return Number.isSafeInteger(report) && report > 0 ? { kind: 'report', id: report } : null;
}

function listOf(params: URLSearchParams, name: string): string[] {
  const values = (params.get(name) ?? '').split(',').filter((value) => value !== '');
  return [...new Set(values)];
}

function includes(known: readonly string[], value: string): boolean {
  return known.includes(value);
}
