import { describe, expect, it } from 'vitest';
import type { LiveReport } from '../src/api/types';
import { comparedWindow, isInPeriod, passes, queryOf, windowOf } from '../src/query';
import { choose, emptyFilter, toggle, withBox, withHours, withPeriod, type Filter } from '../src/state';

const data = { from: '2024-11-22T10:00:00Z', to: '2026-11-22T13:32:00Z' };

describe('the window of a period', () => {
  it('ends after the newest day, so that today counts', () => {
    expect(windowOf({ preset: '7' }, data)).toEqual({ from: '2026-11-16', to: '2026-11-23' });
  });

  it('does not begin before the data do', () => {
    expect(windowOf({ preset: 'all' }, data)).toEqual({ from: '2024-11-22', to: '2026-11-23' });
    expect(windowOf({ preset: '365' }, { ...data, from: '2026-06-01T00:00:00Z' })?.from).toBe('2026-06-01');
  });

  it('reckons days in the city, not in Greenwich', () => {
    expect(windowOf({ preset: '7' }, { ...data, to: '2026-11-22T23:30:00Z' })?.to).toBe('2026-11-24');
  });

  it('is unknown while it is unknown what data there are', () => {
    expect(windowOf({ preset: '90' }, null)).toBeNull();
  });
});

describe('the window to compare with', () => {
  const window = { from: '2026-10-26', to: '2026-11-23' };

  it('lies just before, as long as the chosen one', () => {
    expect(comparedWindow(window, 'previous')).toEqual({ from: '2026-09-28', to: '2026-10-26' });
  });

  it('or holds the same days of the year before', () => {
    expect(comparedWindow(window, 'year')).toEqual({ from: '2025-10-26', to: '2025-11-23' });
    expect(comparedWindow({ from: '2024-02-29', to: '2024-03-01' }, 'year')).toEqual({ from: '2023-02-28', to: '2023-03-01' });
  });
});

describe('the query', () => {
  it('asks for whole days, and leaves them to the server where no data are known', () => {
    expect(queryOf(emptyFilter(), data)).toEqual({ from: '2026-10-26', to: '2026-11-23' });
    expect(queryOf(emptyFilter(), null)).toEqual({});
  });

  it('speaks the words of the contract', () => {
    const filter = withHours(toggle(withPeriod(emptyFilter(), { preset: '7' }), 'weekday', '6'), { from: 22, to: 5 });
    expect(queryOf(filter, data)).toEqual({ from: '2026-11-16', to: '2026-11-23', weekday: '6', hour: '22-5' });
    expect(queryOf(withBox(emptyFilter(), [7.8, 51.6, 7.9, 51.7]), null)).toEqual({ bbox: '7.8,51.6,7.9,51.7' });
  });
});

describe('a report heard live', () => {
  const report: LiveReport = {
    id: 1,
    source: 'polizei',
    kind: 'incident',
    category: 'raub',
    theme: 'gewalt',
    status: 'open',
    area: 'mitte',
    occurred_from: '2026-11-21T22:30:00Z',
    geometry: { type: 'Point', coordinates: [7.82, 51.68] },
    sequence: 1,
  };
  const alike = (filter: Filter): boolean => passes(filter, report, 'kriminal');

  it('passes a filter that leaves nothing out', () => {
    expect(alike(emptyFilter())).toBe(true);
  });

  it.each([
    ['kind', 'incident', 'complaint'],
    ['source', 'polizei', 'stadt'],
    ['status', 'open', 'closed'],
    ['theme', 'gewalt', 'laerm'],
    ['category', 'raub', 'einbruch'],
    ['prevention', 'kriminal', 'verkehr'],
    ['area', 'mitte', 'heessen'],
    ['weekday', '6', '7'],
  ] as const)('is judged by its %s', (dimension, own, other) => {
    expect(alike(choose(emptyFilter(), dimension, [own] as never))).toBe(true);
    expect(alike(choose(emptyFilter(), dimension, [other] as never))).toBe(false);
    expect(alike(choose(emptyFilter(), dimension, [own, other] as never))).toBe(true);
  });

  it('is judged by its hour in local time, over midnight too', () => {
    expect(alike(withHours(emptyFilter(), { from: 23, to: 2 }))).toBe(true);
    expect(alike(withHours(emptyFilter(), { from: 6, to: 22 }))).toBe(false);
  });

  it('is judged by its place, and lies in no box when it has none', () => {
    const box = withBox(emptyFilter(), [7.8, 51.6, 7.9, 51.7]);
    expect(alike(box)).toBe(true);
    expect(alike(withBox(emptyFilter(), [7.83, 51.6, 7.9, 51.7]))).toBe(false);
    expect(passes(box, { ...report, geometry: null }, null)).toBe(false);
  });

  it('lies in no district and no field of prevention when none is known', () => {
    expect(passes(choose(emptyFilter(), 'area', ['mitte']), { ...report, area: null }, null)).toBe(false);
    expect(passes(choose(emptyFilter(), 'prevention', ['kriminal']), report, null)).toBe(false);
  });

  it('does not belong to a window that is over, but always to one that moves along', () => {
    expect(isInPeriod({ from: '2026-01-01', to: '2026-02-01' }, report)).toBe(false);
    expect(isInPeriod({ from: '2026-11-21', to: '2026-11-22' }, report)).toBe(true);
    expect(isInPeriod({ preset: '7' }, report)).toBe(true);
  });
});
