import { describe, expect, it } from 'vitest';
import type { LiveReport } from '../src/api/types';
import { belongs, queryOf, windowOf } from '../src/query';
import { emptyFilter, toggle, withHours, withPeriod } from '../src/state';

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

describe('the query', () => {
  it('asks for whole days, and leaves them to the server where no data are known', () => {
    expect(queryOf(emptyFilter(), data)).toEqual({ from: '2026-10-26', to: '2026-11-23' });
    expect(queryOf(emptyFilter(), null)).toEqual({});
  });

  it('speaks the words of the contract', () => {
    const filter = withHours(toggle(withPeriod(emptyFilter(), { preset: '7' }), 'weekday', '6'), { from: 22, to: 5 });
    expect(queryOf(filter, data)).toEqual({ from: '2026-11-16', to: '2026-11-23', weekday: '6', hour: '22-5' });
  });
});

describe('a report heard live', () => {
  const report: LiveReport = {
    id: 1,
    kind: 'incident',
    category: 'raub',
    occurred_from: '2026-11-21T22:30:00Z',
    geometry: null,
    sequence: 1,
  };
  const category = { theme: 'gewalt', prevention: 'kriminal' };
  const window = windowOf({ preset: '28' }, data);

  it('belongs to a picture that leaves nothing out', () => {
    expect(belongs(emptyFilter(), window, report, category)).toBe(true);
  });

  it('is judged by what the event tells, in local time', () => {
    expect(belongs(toggle(emptyFilter(), 'kind', 'complaint'), window, report, category)).toBe(false);
    expect(belongs(toggle(emptyFilter(), 'theme', 'gewalt'), window, report, category)).toBe(true);
    expect(belongs(toggle(emptyFilter(), 'prevention', 'verkehr'), window, report, category)).toBe(false);
    expect(belongs(toggle(emptyFilter(), 'weekday', '6'), window, report, category)).toBe(true);
    expect(belongs(withHours(emptyFilter(), { from: 23, to: 2 }), window, report, category)).toBe(true);
    expect(belongs(withHours(emptyFilter(), { from: 6, to: 22 }), window, report, category)).toBe(false);
  });

  it('stays undecided where the event does not tell enough', () => {
    expect(belongs(toggle(emptyFilter(), 'area', 'mitte'), window, report, category)).toBeNull();
    expect(belongs(toggle(emptyFilter(), 'theme', 'gewalt'), window, report, null)).toBeNull();
  });

  it('does not belong to a window that is over', () => {
    const past = { from: '2026-01-01', to: '2026-02-01' };
    expect(belongs(withPeriod(emptyFilter(), past), past, report, category)).toBe(false);
  });
});
