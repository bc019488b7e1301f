import { describe, expect, it } from 'vitest';
import type { HotspotMoment } from '../src/api/types';
import { historyCurve } from '../src/panels/charts/history';

function moment(at: string, observed: number): HotspotMoment {
  return { at, observed, expected: 2, state: 'emerging', p_value: 0.001, revision: 1 };
}

describe('the curve of a hotspot', () => {
  it('runs from the first look to the last, in steps', () => {
    const curve = historyCurve(
      [moment('2026-01-01T00:00:00Z', 5), moment('2026-01-06T00:00:00Z', 10), moment('2026-01-11T00:00:00Z', 0)],
      100,
      50,
    );
    expect(curve?.observed).toBe('M 0.0 25.0 H 50.0 V 0.0 H 100.0 V 50.0');
    expect(curve?.expected).toBe('M 0.0 40.0 H 50.0 V 40.0 H 100.0 V 40.0');
    expect(curve?.most).toBe(10);
  });

  it('is nothing without looks and stands still with one', () => {
    expect(historyCurve([], 100, 50)).toBeNull();
    expect(historyCurve([moment('2026-01-01T00:00:00Z', 4)], 100, 50)?.observed).toBe('M 0.0 0.0');
  });
});
