import { describe, expect, it } from 'vitest';
import {
  emptyFilter,
  initialState,
  isRestricted,
  select,
  showPanel,
  toggle,
  toggleLayer,
  withBox,
  withHours,
  withoutRestrictions,
  withPeriod,
} from '../src/state';

describe('the filter', () => {
  it('takes a value in and out again without touching what was there', () => {
    const before = emptyFilter();
    const once = toggle(before, 'theme', 'laerm');
    const both = toggle(once, 'theme', 'einbruch');

    expect(both.theme).toEqual(['einbruch', 'laerm']);
    expect(toggle(both, 'theme', 'laerm').theme).toEqual(['einbruch']);
    expect(before.theme).toEqual([]);
  });

  it('knows whether it leaves anything out', () => {
    expect(isRestricted(emptyFilter())).toBe(false);
    expect(isRestricted(withPeriod(emptyFilter(), { preset: '90' }))).toBe(false);
    expect(isRestricted(toggle(emptyFilter(), 'kind', 'incident'))).toBe(true);
    expect(isRestricted(withHours(emptyFilter(), { from: 22, to: 5 }))).toBe(true);
    expect(isRestricted(withBox(emptyFilter(), [7, 51, 8, 52]))).toBe(true);
  });

  it('keeps its period when the restrictions are taken off', () => {
    const filter = toggle(withPeriod(emptyFilter(), { preset: 'all' }), 'area', 'mitte');
    expect(withoutRestrictions(filter)).toEqual(withPeriod(emptyFilter(), { preset: 'all' }));
  });
});

describe('the page', () => {
  it('closes an open story when another panel is asked for', () => {
    const reading = select(initialState(), { kind: 'hotspot', id: 'hs-1' });
    expect(showPanel(reading, 'figures')).toMatchObject({ panel: 'figures', selection: null });
  });

  it('hides layers in their fixed order, so that equal views have equal addresses', () => {
    const hidden = toggleLayer(toggleLayer(initialState(), 'hotspots'), 'cells').hidden;
    expect(hidden).toEqual(['cells', 'hotspots']);
    expect(toggleLayer({ ...initialState(), hidden }, 'cells').hidden).toEqual(['hotspots']);
  });
});
