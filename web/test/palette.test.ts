import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rgb, mapImages } from '../src/map/images';
import { KINDS, PALETTES, rampOf, type ThemeName } from '../src/map/palette';

const THEMES: ThemeName[] = ['light', 'dark'];

function luminance(hex: string): number {
  const [red, green, blue] = rgb(hex).map((channel) => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each(THEMES)('the %s palette', (theme) => {
  const palette = PALETTES[theme];

  it('writes names that can be read on the land', () => {
    for (const colour of [palette.label, palette.labelQuiet, palette.labelWater]) {
      expect(contrast(colour, palette.land)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('sets kinds and hotspots off from the land', () => {
    for (const colour of [...Object.values(palette.kind), ...Object.values(palette.hotspot)]) {
      expect(contrast(colour, palette.land)).toBeGreaterThanOrEqual(3);
    }
  });

  it('grows stronger with every step of a ramp', () => {
    for (const ramp of Object.values(palette.ramp)) {
      const away = ramp.map((colour) => contrast(colour, palette.land));
      expect([...away].sort((a, b) => a - b)).toEqual(away);
    }
  });

  it('has the same colours in the panels as on the map', () => {
    const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8');
    const block = css.slice(css.indexOf(`:root[data-theme='${theme}']`)).split('}')[0] ?? '';
    for (const [name, colour] of Object.entries({ ...palette.kind, ...palette.hotspot })) {
      expect(block.toLowerCase()).toContain(`--${name}: ${colour.toLowerCase()};`);
    }
    palette.ramp.all.forEach((colour, step) => expect(block).toContain(`--heat-${String(step + 1)}: ${colour};`));
  });
});

describe('the colours of counts', () => {
  it('take the hue of a kind only when that kind is counted alone', () => {
    expect(rampOf(PALETTES.light, ['incident'])).toBe(PALETTES.light.ramp.incident);
    expect(rampOf(PALETTES.light, [])).toBe(PALETTES.light.ramp.all);
    expect(rampOf(PALETTES.light, ['incident', 'complaint'])).toBe(PALETTES.light.ramp.all);
  });
});

describe('the signs', () => {
  it('differ in shape, not in colour alone', () => {
    const shapes = mapImages()
      .filter(({ name }) => KINDS.some((kind) => name === `${kind}-light`))
      .map(({ data }) => data.filter((_, index) => index % 4 === 3).join());
    expect(new Set(shapes).size).toBe(3);
  });
});
