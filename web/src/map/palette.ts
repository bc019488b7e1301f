import type { HotspotKind, HotspotState, Kind } from '../api/types';
import type { Side } from '../data/differences';

export type ThemeName = 'light' | 'dark';

/** The colours of the map, as plain data. Panels take the same ones by their CSS custom properties. */
export interface Palette {
  land: string;
  outside: string;
  water: string;
  park: string;
  rail: string;
  roadMain: string;
  roadMainCasing: string;
  roadMinor: string;
  boundary: string;
  district: string;
  label: string;
  labelQuiet: string;
  labelWater: string;
  halo: string;
  kind: Record<Kind, string>;
  hotspot: Record<HotspotKind, string>;
  closed: string;
  /** Five steps of one hue, weakest first; `all` where several kinds are counted together. */
  ramp: Record<Kind | 'all', Ramp>;
  /** Purple for more, orange for less (ColorBrewer PuOr), weakest first. */
  difference: { less: Triple; same: string; more: Triple };
  /** How much of a cell's colour covers the land. */
  cellOpacity: number;
  suppressed: string;
  pointOutline: string;
}

type Triple = readonly [string, string, string];
export type Ramp = readonly [string, string, string, string, string];

export const HATCH_IMAGE = 'hatch';
export const KINDS: readonly Kind[] = ['complaint', 'incident', 'perception'];

export function kindImage(kind: Kind, theme: ThemeName): string {
  return `${kind}-${theme}`;
}

export const HOTSPOT_KINDS: readonly HotspotKind[] = ['beschwerdehotspot', 'brennpunkt', 'angstraum', 'unfallhaeufung'];
export const HOTSPOT_STATES: readonly HotspotState[] = ['emerging', 'confirmed', 'persistent', 'cooling', 'closed', 'dismissed'];

export function hotspotImage(kind: HotspotKind, state: HotspotState, theme: ThemeName): string {
  return `${kind}-${state}-${theme}`;
}

export function hatchImage(theme: ThemeName): string {
  return `${HATCH_IMAGE}-${theme}`;
}

const light: Palette = {
  land: '#f4f5f6',
  outside: '#eaecee',
  water: '#cbd8e1',
  park: '#e4ebe3',
  rail: '#c3c8ce',
  roadMain: '#ffffff',
  roadMainCasing: '#d3d8dd',
  roadMinor: '#e3e6e9',
  boundary: '#7d8894',
  district: '#a3adb7',
  label: '#24303b',
  labelQuiet: '#4f5b68',
  labelWater: '#4f6c82',
  halo: '#f8f9fa',
  kind: { complaint: '#0072B2', incident: '#D55E00', perception: '#AA4499' },
  hotspot: { beschwerdehotspot: '#0072B2', brennpunkt: '#C25500', angstraum: '#AA4499', unfallhaeufung: '#00795A' },
  closed: '#8a949e',
  ramp: {
    all: ['#dfe1ec', '#b9bdd6', '#8f95bd', '#646a9f', '#3d4178'],
    complaint: ['#d6e6f2', '#a5cbe4', '#68a7d0', '#2a80b8', '#00507d'],
    incident: ['#fae3d1', '#f3bf96', '#e89455', '#cf6b1e', '#8f3f00'],
    perception: ['#f1deed', '#dcb3d5', '#c485ba', '#a5549a', '#722b69'],
  },
  difference: { less: ['#fee0b6', '#f1a340', '#b35806'], same: '#f7f7f7', more: ['#d8daeb', '#998ec3', '#542788'] },
  cellOpacity: 0.74,
  suppressed: '#7d8894',
  pointOutline: '#ffffff',
};

const dark: Palette = {
  land: '#1a2129',
  outside: '#141a21',
  water: '#23384a',
  park: '#1d2a26',
  rail: '#3a444e',
  roadMain: '#38434e',
  roadMainCasing: '#141a21',
  roadMinor: '#28313a',
  boundary: '#8592a0',
  district: '#5d6a77',
  label: '#d3dbe3',
  labelQuiet: '#a4b0bc',
  labelWater: '#8fb0c8',
  halo: '#151b22',
  kind: { complaint: '#56B4E9', incident: '#F5914A', perception: '#DD8FD0' },
  hotspot: { beschwerdehotspot: '#56B4E9', brennpunkt: '#F5914A', angstraum: '#DD8FD0', unfallhaeufung: '#3CC79C' },
  closed: '#76828e',
  ramp: {
    all: ['#2b3149', '#414a74', '#6069a3', '#8b94ca', '#c3c9ee'],
    complaint: ['#1d3445', '#24567a', '#2f7fb3', '#5aaede', '#a9dbf8'],
    incident: ['#43301f', '#73461f', '#ab6424', '#e08a45', '#fbc496'],
    perception: ['#3e2a40', '#663d66', '#97568f', '#c983be', '#efbfe7'],
  },
  difference: { less: ['#5c3f1b', '#ad6d24', '#fdb863'], same: '#2a323b', more: ['#3d3763', '#7b6db8', '#cabffb'] },
  cellOpacity: 0.64,
  suppressed: '#8592a0',
  pointOutline: '#12181e',
};

export const PALETTES: Record<ThemeName, Palette> = { light, dark };

/** The hue that counts are drawn in: that of the kind, when only one kind is counted. */
export function rampOf(palette: Palette, kinds: readonly Kind[]): Ramp {
  const [only, ...others] = kinds;
  return palette.ramp[only !== undefined && others.length === 0 ? only : 'all'];
}

export function differenceColour(palette: Palette, side: Side, step: number): string {
  const { less, same, more } = palette.difference;
  return side === 'same' ? same : ((side === 'more' ? more : less)[step - 1] ?? same);
}
