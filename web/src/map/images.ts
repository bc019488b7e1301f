import type { HotspotKind, HotspotState, Kind } from '../api/types';
import {
  hatchImage,
  HOTSPOT_KINDS,
  HOTSPOT_STATES,
  hotspotImage,
  kindImage,
  KINDS,
  PALETTES,
  type ThemeName,
} from './palette';

/** Pixels for MapLibre, drawn by formula so that they need no canvas and no file. */
export interface PixelImage {
  name: string;
  width: number;
  height: number;
  data: Uint8ClampedArray;
  pixelRatio: number;
}

const RATIO = 2;
const POINT = 32;
const HATCH = 12;
const SIGN = 52;

type Rgb = readonly [number, number, number];
/** Signed distance to an outline in pixels: negative inside. */
type Shape = (x: number, y: number) => number;

const SHAPE: Record<Kind, Shape> = {
  complaint: (x, y) => Math.hypot(x, y) - 9,
  incident: (x, y) => Math.max(y - 7.5, (Math.abs(x) * 2 - y - 12.5) / Math.sqrt(5)),
  perception: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 8,
};

export function mapImages(): PixelImage[] {
  const themes: ThemeName[] = ['light', 'dark'];
  return themes.flatMap((theme) => [
    ...KINDS.map((kind) => pointImage(kind, theme)),
    ...HOTSPOT_KINDS.flatMap((kind) => HOTSPOT_STATES.map((state) => hotspotSign(kind, state, theme))),
    hatch(theme),
  ]);
}

function pointImage(kind: Kind, theme: ThemeName): PixelImage {
  const palette = PALETTES[theme];
  const fill = rgb(palette.kind[kind]);
  const outline = rgb(palette.pointOutline);
  const shape = SHAPE[kind];
  return draw(kindImage(kind, theme), POINT, (x, y) => {
    const distance = shape(x, y);
    const inside = coverage(distance);
    const all = coverage(distance - 2.5);
    return [mix(outline, fill, inside), all];
  });
}

const RING = 17;
const DASHES = 8;

/** A hotspot seen from afar: the line of its state in the hue of its kind, on a pale ground. */
function hotspotSign(kind: HotspotKind, state: HotspotState, theme: ThemeName): PixelImage {
  const palette = PALETTES[theme];
  const past = state === 'closed' || state === 'dismissed';
  const hue = rgb(past ? palette.closed : palette.hotspot[kind]);
  const ground = rgb(palette.halo);
  return draw(hotspotImage(kind, state, theme), SIGN, (x, y) => {
    const line = signLine(state, x, y);
    const disc = coverage(Math.hypot(x, y) - RING - 6) * (past ? 0.4 : 0.85);
    return [mix(ground, hue, line), Math.max(line, disc)];
  });
}

function signLine(state: HotspotState, x: number, y: number): number {
  const radius = Math.hypot(x, y);
  const ring = (at: number, width: number): number => coverage(Math.abs(radius - at) - width / 2);
  switch (state) {
    case 'emerging':
      return Math.max(ring(RING, 3.6), ring(RING - 8, 3.6));
    case 'confirmed':
      return ring(RING - 1, 5.5);
    case 'persistent':
      return Math.max(ring(RING - 1, 5.5), coverage(radius - RING) * 0.35);
    case 'cooling':
      return Math.sin(Math.atan2(y, x) * DASHES) > -0.35 ? ring(RING - 1, 5) : 0;
    default:
      return ring(RING - 1, 2);
  }
}

/** Diagonal lines that meet across the edges of the pattern. */
function hatch(theme: ThemeName): PixelImage {
  const colour = rgb(PALETTES[theme].suppressed);
  return draw(hatchImage(theme), HATCH, (x, y) => {
    const phase = (((x + y) % HATCH) + HATCH) % HATCH;
    const distance = Math.min(phase, HATCH - phase) / Math.SQRT2 - 0.7;
    return [colour, coverage(distance)];
  });
}

function draw(name: string, size: number, pixel: (x: number, y: number) => [Rgb, number]): PixelImage {
  const data = new Uint8ClampedArray(size * size * 4);
  const middle = (size - 1) / 2;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [[red, green, blue], alpha] = pixel(column - middle, row - middle);
      data.set([red, green, blue, Math.round(alpha * 255)], (row * size + column) * 4);
    }
  }
  return { name, width: size, height: size, data, pixelRatio: RATIO };
}

const coverage = (distance: number): number => Math.min(1, Math.max(0, 0.5 - distance));

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((index) => (from[index] ?? 0) * (1 - share) + (to[index] ?? 0) * share) as unknown as Rgb;
}

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
